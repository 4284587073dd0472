// Tasks of the variational autoencoder (models/vae/vae.h): `vae_decode`, from latents to pictures;
// `vae_encode`, what it makes of given digits; `vae_bound`, how good its bounds are for one digit. Not yet in
// the registry: the page has no demo of them.
#pragma once

#include "core/task.h"

namespace priorlab {

extern const TaskFactory vae_decode_task, vae_encode_task, vae_bound_task;

}  // namespace priorlab
