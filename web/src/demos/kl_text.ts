// Words of the demo on divergences.
import type { State } from '../lib/state';
import type { DemoWords } from '../ui/workbench';
import { mixtureOf } from './kl_state';

export const words: DemoWords = {
  title: 'KL and maximum likelihood',
  lead: 'Drag two densities and watch both divergences between them. Then let q fit p by one or the other: they prefer different things.',
  html: `
<h2>How it works</h2>
<p>The divergence KL(p‖q) is the price, in nats per sample, of believing <i>q</i> where <i>p</i> is true; it is never negative, 0 for
equal densities alone, and not the same both ways. A <i>q</i> that fits by KL(p‖q) must cover all that <i>p</i> does, since leaving anything out is expensive:
a single Gaussian takes the mean and the variance of <i>p</i>. One that fits by KL(q‖p) must avoid what <i>p</i> avoids, and sits down on one of the modes; which one depends on
where it starts. Maximum likelihood is the first kind: the mean of log <i>q</i> over samples of <i>p</i> goes to −H(p, q), so the largest likelihood is the least KL(p‖q), and the band says how far
from it N samples leave you.</p>
<div class="equation" tabindex="0" role="group" aria-label="Equation">
<math display="block" aria-label="KL of p and q is the integral of p of x times log of p of x over q of x, which is H of p and q minus H of p">
<mrow><mi>KL</mi><mo stretchy="false">(</mo><mi>p</mi><mo>‖</mo><mi>q</mi><mo stretchy="false">)</mo><mo>=</mo><mo>∫</mo><mi>p</mi><mo stretchy="false">(</mo><mi>x</mi><mo stretchy="false">)</mo>
<mi>log</mi><mo>&#8289;</mo><mfrac><mrow><mi>p</mi><mo stretchy="false">(</mo><mi>x</mi><mo stretchy="false">)</mo></mrow><mrow><mi>q</mi><mo stretchy="false">(</mo><mi>x</mi><mo stretchy="false">)</mo></mrow></mfrac><mi>d</mi><mi>x</mi>
<mo>=</mo><mi>H</mi><mo stretchy="false">(</mo><mi>p</mi><mo>,</mo><mi>q</mi><mo stretchy="false">)</mo><mo>−</mo><mi>H</mi><mo stretchy="false">(</mo><mi>p</mi><mo stretchy="false">)</mo></mrow>
</math>
<math display="block" aria-label="one over N times the sum of log q of x i goes to the mean of log q of x under p, which is minus H of p and q">
<mrow><mfrac><mn>1</mn><mi>N</mi></mfrac><munder><mo>∑</mo><mi>i</mi></munder><mi>log</mi><mo>&#8289;</mo><mi>q</mi><mo stretchy="false">(</mo><msub><mi>x</mi><mi>i</mi></msub><mo stretchy="false">)</mo>
<mo>→</mo><msub><mi>E</mi><mi>p</mi></msub><mi>log</mi><mo>&#8289;</mo><mi>q</mi><mo stretchy="false">(</mo><mi>x</mi><mo stretchy="false">)</mo><mo>=</mo><mo>−</mo><mi>H</mi><mo stretchy="false">(</mo><mi>p</mi><mo>,</mo><mi>q</mi><mo stretchy="false">)</mo></mrow>
</math>
</div>
<p class="reading">Read more: S. Kullback and R. A. Leibler, <a href="https://doi.org/10.1214/aoms/1177729694">On information and sufficiency</a>, 1951;
C. M. Bishop, Pattern recognition and machine learning, 2006, section 10.1.2. Chapter: KL divergence and maximum likelihood. Integrals by
Gauss and Legendre's rule between the widths of all components, halved until ten digits are right; fits without a closed form by the downhill simplex from several starts.</p>`,
  keys: `
<h3>Keys</h3>
<p class="hint">On the picture of the densities: the large dot moves a component's mean and weight, the small one its width.</p>
<dl class="keys">
<div><dt><kbd>[</kbd> <kbd>]</kbd></dt><dd>another component</dd></div>
<div><dt><kbd>←</kbd> <kbd>→</kbd></dt><dd>its mean</dd></div><div><dt><kbd>↑</kbd> <kbd>↓</kbd></dt><dd>its width</dd></div>
<div><dt><kbd>+</kbd> <kbd>−</kbd></dt><dd>its weight</dd></div><div><dt><kbd>Shift</kbd></dt><dd>finer</dd></div></dl>`,
  presets: [
    { name: 'Two modes', title: 'One Gaussian between two modes', state: {} },
    {
      name: 'Three modes',
      title: 'Two Gaussians for three modes',
      state: { p: '0.4,-4,0.5;0.3,0,0.7;0.3,4,1', q: '0.5,-2,1;0.5,2,1' },
    },
    {
      name: 'A tail',
      title: 'q is too narrow for the tail of p: KL(p‖q) is large, KL(q‖p) is not',
      state: { p: '0.85,0,0.8;0.15,0,3', q: '1,0,0.8', show: 'forward' },
    },
  ],
};

const python = (state: State, name: 'p' | 'q'): string =>
  `${name} = [${mixtureOf(state, name)
    .map((it) => `(${[it.weight, it.mean, it.deviation].map((v) => Number(v.toFixed(3))).join(', ')})`)
    .join(', ')}]  # weight, mean, deviation`;

export const command = (): string => 'python3 kl.py  # the lines below';

export const code = (state: State): string =>
  [
    `import numpy as np`,
    python(state, 'p'),
    python(state, 'q'),
    `x, dx = np.linspace(-60, 60, 1_200_001, retstep=True)`,
    `logs = lambda m: np.logaddexp.reduce([np.log(w / s / np.sqrt(2 * np.pi)) - ((x - mu) / s) ** 2 / 2 for w, mu, s in m])`,
    `kl = lambda a, b: np.sum(np.exp(logs(a)) * (logs(a) - logs(b))) * dx`,
    `print(kl(p, q), kl(q, p))`,
  ].join('\n');
