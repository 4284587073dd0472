// For the script that makes the package: what the state of each demo may hold, which is what its element takes as attributes.
import type { ParamSpec } from '../src/engine/describe';

const modules = import.meta.glob<{ fields?: readonly ParamSpec[] }>('../src/demos/*_state.ts', {
  eager: true,
});

export { demos } from '../src/demos';

/** By id of the demo. */
export const fields = Object.fromEntries(
  Object.entries(modules).flatMap(([file, it]) =>
    it.fields ? [[/([a-z0-9_]+)_state\.ts$/.exec(file)![1]!, it.fields] as const] : [],
  ),
);
