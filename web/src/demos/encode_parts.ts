// The parts of the ELBO of one digit, as a sentence and as bars.
import { h } from '../lib/dom';
import { NatBars } from '../ui/nat_bars';
import { nats } from './digit_models';
import type { Encoded } from './encode_digit';
import { subscript } from './latent_sliders';

/** Bars of the KL of single latents. */
const BARS = 10;

export class PartsSection {
  private readonly words = h('p', { class: 'verdict' });
  private readonly parts = new NatBars('Parts of the ELBO');
  private readonly latents = new NatBars('KL of each latent');
  readonly elements = [
    this.words,
    h(
      'div',
      { class: 'bar-pair' },
      h('div', {}, h('h3', {}, 'ELBO = reconstruction − KL'), this.parts.element),
      h('div', {}, h('h3', {}, 'KL of each latent, largest first'), this.latents.element),
    ),
  ];

  show(encoded: Encoded | undefined): void {
    if (!encoded) {
      this.words.textContent = 'Nothing encoded yet.';
      return;
    }
    const { elbo, fit, divergence, kl, mean, deviation } = encoded;
    this.words.textContent = `ELBO ${nats(elbo)} = reconstruction ${nats(fit)} − KL ${nats(divergence)}.`;
    this.parts.show([
      { id: 'elbo', name: 'ELBO', value: elbo, text: nats(elbo), colour: '--muted' },
      { id: 'reconstruction', name: 'Reconstruction', value: fit, text: nats(fit), colour: '--accent' },
      { id: 'kl', name: 'KL', value: divergence, text: nats(divergence), colour: '--second' },
    ]);
    const order = Array.from(kl, (_, d) => d).sort((a, b) => kl[b]! - kl[a]!);
    this.latents.show(
      order.slice(0, BARS).map((d) => ({
        ...{ id: `latent-${d + 1}`, value: kl[d]!, text: nats(kl[d]!), colour: '--second' },
        name: `z${subscript(d)} = ${mean[d]!.toFixed(2).replace('-', '−')} ± ${deviation[d]!.toFixed(2)}`,
      })),
    );
  }
}
