// Mixtures learned or opened in this browser, for every demo that lets one be chosen: the engine's lists show those of this
// family once `offer` has been called.
import { LearnedModels } from '../lib/learned';

export const FAMILY = 'gmm';

export const learnedMixtures = new LearnedModels('mixtures', FAMILY);
