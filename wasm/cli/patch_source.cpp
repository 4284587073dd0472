#include "cli/patch_source.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "cli/datasets.h"
#include "core/error.h"
#include "core/parallel_for.h"
#include "models/patches/dead_leaves.h"

namespace priorlab {

namespace {

constexpr int kLeafPictures = 200, kMiniPatches = 200000;  // made when nothing else is asked for

// As a photo has them: clipped to [0,1] and rounded to 8 bits.
void round_to_bytes(std::span<float> values) {
  for (float& v : values) v = static_cast<float>(std::lround(std::clamp(v, 0.0f, 1.0f) * 255.0f)) / 255.0f;
}

std::vector<Image> mini_patches(int count, int side, std::uint64_t seed) {
  const std::size_t pixels = static_cast<std::size_t>(side * side);
  std::vector<float> values(static_cast<std::size_t>(count) * pixels);
  std::vector<std::int32_t> edges(static_cast<std::size_t>(count));
  mini_dead_leaves(DeadLeaves{}, LeafKind::mini, side, seed, 0, values, edges);
  round_to_bytes(values);
  std::vector<Image> all;
  for (int i = 0; i < count; ++i) {
    all.emplace_back(1, side, side);
    std::ranges::copy(std::span(values).subspan(static_cast<std::size_t>(i) * pixels, pixels),
                      all.back().values().begin());
  }
  return all;
}

}  // namespace

PatchSource patch_source(Args& args) {
  PatchSource source;
  const std::string kind = args.text("source", "pictures");
  if (kind == "leaves") {
    source.kind = PatchKind::leaves;
    source.made = static_cast<int>(args.integer("pictures", kLeafPictures, 6, 10000));
  } else if (kind == "mini") {
    source.kind = PatchKind::mini;
    source.made = static_cast<int>(args.integer("pictures", kMiniPatches, 6, 1000000));
  } else if (kind == "pictures") {
    source.data = args.required("data", "the folder of training pictures (bsds300/train)");
  } else {
    invalid("Patches come from pictures, leaves or mini; --source is \"", kind, "\".");
  }
  return source;
}

std::string words_of(const PatchSource& source) {
  if (source.kind == PatchKind::pictures) return " --data bsds300/train";
  return std::string(" --source ") + (source.kind == PatchKind::leaves ? "leaves" : "mini") + " --pictures " +
         std::to_string(source.made);
}

TrainingPictures training_pictures(const PatchSource& source, int side, std::uint64_t seed) {
  if (source.kind == PatchKind::pictures) {
    const TrainingSplit split = bsds300_split(source.data);
    if (split.held_out.empty())
      invalid("Training needs at least 6 pictures in ", source.data, ", so that one can be kept out.");
    return {read_grey_all(split.training), read_grey_all(split.held_out)};
  }
  std::vector<Image> all;
  if (source.kind == PatchKind::mini) {
    all = mini_patches(source.made, side, seed);
  } else {
    all.resize(static_cast<std::size_t>(source.made));
    parallel_for(source.made, [&](int i) { all[static_cast<std::size_t>(i)] = leaf_picture(seed, i); });
  }
  TrainingPictures pictures;
  for (std::size_t i = 0; i < all.size(); ++i)
    (i % 10 == 5 ? pictures.held_out : pictures.training).push_back(std::move(all[i]));
  return pictures;
}

Image leaf_picture(std::uint64_t seed, int index) {
  constexpr int kSide = 256;
  // A seed of its own for each picture: the multiplier keeps those of neighbouring seeds apart.
  const std::uint64_t own = seed * 1000003u + static_cast<std::uint64_t>(index);
  Image image = dead_leaves_picture(DeadLeaves{}, kSide, kSide, own).image;
  round_to_bytes(image.values());
  return image;
}

void check_folder_of(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  if (!std::filesystem::exists(folder.empty() ? "." : folder))
    invalid("The folder of ", path, " does not exist.");
}

}  // namespace priorlab
