// lib/priorlab.js of the built site, and the entry of the package: the methods without a page. Importing it does nothing;
// the first call loads the engine, a call that names a model loads that. Everything runs in workers of this page.
// What is thrown is an EngineError, whose message is a sentence for people.
export { addNoise, denoise, noiseLevel } from './pictures';
export { deblur, inpaint, superres, type DeblurOptions } from './restoration';
export { completeDigit, decodeLatents, logLikelihood, sampleDigits } from './digits';
export { dispose, type Options, type Progress, type Watching } from './session';
export { EngineError, type ErrorKind } from '../engine/api';
export type { Tasks } from '../engine/describe.gen';
