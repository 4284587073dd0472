// priorlab eval <what>: measures a method on a set of pictures and prints a table, or with --json one object.
#include <iostream>
#include <string>

#include "cli/args.h"
#include "cli/verbs.h"
#include "core/error.h"

namespace priorlab {

// One entry per evaluation; `int eval_<what>(Args&)` lives in cli/eval_<what>.cpp.
int eval_complete(Args&);
int eval_components(Args&);
int eval_deblur(Args&);
int eval_denoise(Args&);
int eval_digits(Args&);
int eval_histogram(Args&);
int eval_inpaint(Args&);
int eval_latents(Args&);
int eval_likelihood(Args&);
int eval_noise(Args&);
int eval_patch_priors(Args&);
int eval_photos(Args&);
int eval_plane(Args&);
int eval_superres(Args&);
int eval_vae(Args&);

namespace {

constexpr Verb kEvaluations[] = {
    {"complete", eval_complete,
     "--model NAME --data DIR [--particles 64,256,1024] [--guide NAME] [--split valid|test] [--count N] "
     "[--json]",
     "hidden pixels of binarised MNIST under completions, by SMC and by naive forcing"},
    {"components", eval_components, "--set DIR --mixtures NAMES [--sigma 25] [--json]",
     "patch mixtures of different numbers of components on held-out pictures"},
    {"deblur", eval_deblur,
     "--set DIR --kernel FILE [--noise 2.55] [--sigma S] [--schedule WORDS] [--held-out] [--json]",
     "PSNR and SSIM of EPLL on pictures blurred by a known kernel"},
    {"denoise", eval_denoise,
     "--set DIR --sigma S [--PARAMETER VALUE ...] [--colour] [--images IDS] [--json]",
     "PSNR and SSIM of EPLL under white Gaussian noise"},
    {"digits", eval_digits, "--model NAME --split valid|test --data DIR [--json]",
     "negative log-likelihood of binarised MNIST under a model of digits"},
    {"histogram", eval_histogram,
     "--model NAME (--split valid|test --data DIR | --file DIGITS) [--width 4] [--each] [--json]",
     "how the log-likelihoods of digits are distributed under a model"},
    {"inpaint", eval_inpaint,
     "--set DIR [--missing 0.5] [--images NAMES] [--schedule WORDS] [--held-out] [--json]",
     "PSNR and SSIM of EPLL on pictures with pixels missing at random"},
    {"latents", eval_latents, "--model NAME --split valid|test --data DIR [--means FILE] [--json]",
     "how much a variational autoencoder uses each latent, and where it puts each digit"},
    {"likelihood", eval_likelihood, "--set DIR [--held-out] [--model NAME] [--json]",
     "log-likelihood of clean patches under a patch mixture"},
    {"noise", eval_noise,
     "--set DIR [--white 5,10,...] [--clean] [--camera 0,1,2 [--bilinear]] [--colour] [--held-out] [--json]",
     "what `sigma = auto` sees in clean pictures, under white noise and in a camera's pictures"},
    {"patch-priors", eval_patch_priors,
     "(--data DIR [--held-out] | --leaves) [--priors NAMES] [--images 12] [--by-mean] [--json]",
     "patch priors: likelihood, and restoring of noisy patches and pictures"},
    {"photos", eval_photos, "--set DIR [--strengths 1,2] [--json]",
     "EPLL with sigma auto on photos of a simulated camera"},
    {"plane", eval_plane,
     "--task linear_em|mixture_2d|ppca|vae_2d [--file POINTS.csv] [--PARAMETER VALUE ...] [--json]",
     "what mixtures, probabilistic PCA, small autoencoders and three E-steps make of points in the plane"},
    {"superres", eval_superres, "--set DIR [--scale 2|3|4] [--schedule WORDS] [--held-out] [--json]",
     "PSNR and SSIM of EPLL on pictures made smaller bicubically"},
    {"vae", eval_vae, "--model NAME --split valid|test --data DIR [--samples 5000] [--every N] [--json]",
     "ELBO, KL and importance-weighted bound of binarised MNIST under a variational autoencoder"},
};

}  // namespace

int run_eval(Args& args) {
  if (args.flag("help")) {
    print_usage(std::cout, "priorlab eval", kEvaluations);
    return 0;
  }
  const std::string what = args.positional("what to evaluate");
  const Verb* verb = find_verb(kEvaluations, what);
  if (!verb) invalid("There is no evaluation \"", what, "\"; there are: ", names_of(kEvaluations), ".");
  return verb->run(args);
}

}  // namespace priorlab
