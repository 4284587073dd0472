// lib/engine.js of the built site: the engine for other pages, for benchmarks and tests.
export * from './index';
export { description } from './describe.gen';
