// A task from its start to its end, with progress and a way to end it.
import { EngineError, type Inputs, type Metrics, type OutputName, type Run, type TaskId } from '../engine';
import { parted, session, type Options } from './session';

/** `read` fetches what is wanted of the run when it is done; the run is gone afterwards. */
export async function complete<T extends TaskId, R>(
  task: T,
  inputs: Inputs<T>,
  options: Options<T>,
  read: (run: Run<T>) => Promise<R>,
): Promise<R> {
  const { params, signal, told } = parted<T>(options);
  if (signal?.aborted) throw new EngineError('cancelled', 'It was cancelled before it began.');
  const run = session().run(task, params, inputs, { signal });
  const end = run.watch(() => run.state === 'running' && told(run.status));
  try {
    run.play();
    const status = await run.finished;
    const result = await read(run);
    if (signal?.aborted) throw new EngineError('cancelled', 'It was cancelled.');
    told(status);
    return result;
  } finally {
    end();
    run.stop();
  }
}

/** The numbers of an output. */
export const numbers =
  <T extends TaskId>(name: OutputName<T>) =>
  async (run: Run<T>): Promise<number[]> =>
    Array.from((await run.output(name)).data);

/** The figures of a run. */
export const figures = async <T extends TaskId>(run: Run<T>): Promise<Metrics<T>> => run.status.metrics;
