#include "cli/patch_source.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "cli/datasets.h"
#include "core/error.h"
#include "core/parallel_for.h"
#include "models/patches/dead_leaves.h"

namespace priorlab {

PatchSource patch_source(Args& args) {
  PatchSource source;
  const std::string kind = args.text("source", "pictures");
  if (kind == "leaves") {
    source.leaves = true;
    source.pictures = static_cast<int>(args.integer("pictures", source.pictures, 6, 10000));
  } else if (kind == "pictures") {
    source.data = args.required("data", "the folder of training pictures (bsds300/train)");
  } else {
    invalid("Patches come from pictures or leaves; --source is \"", kind, "\".");
  }
  return source;
}

std::string words_of(const PatchSource& source) {
  return source.leaves ? " --source leaves --pictures " + std::to_string(source.pictures)
                       : " --data bsds300/train";
}

TrainingPictures training_pictures(const PatchSource& source, std::uint64_t seed) {
  TrainingPictures pictures;
  if (source.leaves) {
    std::vector<Image> all(static_cast<std::size_t>(source.pictures));
    parallel_for(source.pictures, [&](int i) { all[static_cast<std::size_t>(i)] = leaf_picture(seed, i); });
    for (std::size_t i = 0; i < all.size(); ++i)
      (i % 10 == 5 ? pictures.held_out : pictures.training).push_back(std::move(all[i]));
    return pictures;
  }
  const TrainingSplit split = bsds300_split(source.data);
  if (split.held_out.empty())
    invalid("Training needs at least 6 pictures in ", source.data, ", so that one can be kept out.");
  return {read_grey_all(split.training), read_grey_all(split.held_out)};
}

Image leaf_picture(std::uint64_t seed, int index) {
  constexpr int kSide = 256;
  // A seed of its own for each picture: the multiplier keeps those of neighbouring seeds apart.
  const std::uint64_t own = seed * 1000003u + static_cast<std::uint64_t>(index);
  Image image = dead_leaves_picture(DeadLeaves{}, kSide, kSide, own).image;
  for (float& v : image.values())
    v = static_cast<float>(std::lround(std::clamp(v, 0.0f, 1.0f) * 255.0f)) / 255.0f;
  return image;
}

void check_folder_of(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  if (!std::filesystem::exists(folder.empty() ? "." : folder))
    invalid("The folder of ", path, " does not exist.");
}

}  // namespace priorlab
