// Words that the demos on patch mixtures share.

import { papers as shared } from './patch_mixtures';

export const papers = {
  ...shared,
  em: `A. Dempster, N. Laird and D. Rubin, <a href="https://doi.org/10.1111/j.2517-6161.1977.tb01600.x">Maximum likelihood from incomplete data via the EM algorithm</a>, JRSS B 1977`,
  leaves: `A. Lee, D. Mumford and J. Huang, <a href="https://doi.org/10.1023/A:1011109015675">Occlusion models for natural images</a>, IJCV 2001`,
};

export const equation = (...math: readonly string[]): string =>
  `<div class="equation" tabindex="0" role="group" aria-label="Equation">${math.join('')}</div>`;
