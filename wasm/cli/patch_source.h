// Where the patches of a training come from: a folder of pictures, or dead leaves made here, whole pictures
// of them or the mini model's single patches.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/args.h"
#include "cli/patch_sets.h"
#include "core/image.h"

namespace priorlab {

enum class PatchKind { pictures, leaves, mini };

struct PatchSource {
  PatchKind kind = PatchKind::pictures;
  std::string data;  // of pictures: the folder
  int made = 0;      // of dead leaves: how many pictures; of the mini model: how many patches
};

// Reads --data DIR, or --source leaves [--pictures N], or --source mini [--pictures N].
PatchSource patch_source(Args& args);

// How the options of `source` are written, for the notes of a model: " --data bsds300/train".
std::string words_of(const PatchSource& source);

// Pictures to learn from and pictures only measured on (datasets.h: every tenth, starting with the sixth).
// Dead leaves: pictures number 0, 1, ... of the seed; of the mini model each is one patch of `side` x `side`
// pixels. Throws std::invalid_argument with fewer than 6.
struct TrainingPictures {
  std::vector<Image> training, held_out;
};
TrainingPictures training_pictures(const PatchSource& source, int side, std::uint64_t seed);

// Picture number `index` of dead leaves (models/patches/dead_leaves.h at its defaults): grey, 256 x 256,
// clipped to [0,1] and rounded to 8 bits like a photo.
Image leaf_picture(std::uint64_t seed, int index);

// Throws std::invalid_argument when the folder a file is to be written to is not there.
void check_folder_of(const std::string& path);

}  // namespace priorlab
