// What the module answers, as value or exception.
import type { ErrorData, Reply } from './module';

/** The module said no; it goes on working. Anything else that is thrown in a worker is a trap. */
export class Refusal extends Error {
  constructor(readonly data: ErrorData) {
    super(data.message);
  }
}

export function taken<T>(reply: Reply<T>): T {
  if ('error' in reply) throw new Refusal(reply.error);
  return reply.ok;
}

/** A refusal crosses as it is. A trap goes up: the instance can no longer be trusted. */
export function dataOf(error: unknown): ErrorData {
  if (error instanceof Refusal) return error.data;
  throw error;
}
