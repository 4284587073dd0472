#include "models/patches/dead_leaves_task.h"

#include "core/error.h"
#include "core/one_unit_task.h"
#include "models/digits/digit_inputs.h"
#include "models/patches/dead_leaves.h"
#include "models/patches/patch_outputs.h"

namespace priorlab {
namespace {

TaskInfo info() {
  TaskInfo t;
  t.id = "dead_leaves";
  t.title = "Dead leaves";
  t.summary = "Makes pictures of discs that hide each other, or patches of the mini dead leaves model.";
  t.unit = "sheet";
  t.source =
      "Zoran and Weiss, Natural images, Gaussian mixtures and dead leaves, NIPS 2012; Lee, Mumford and "
      "Huang, "
      "IJCV 2001";
  t.params = {
      choice("kind", "image",
             {{"image", "picture"}, {"flat", "flat patches"}, {"edge", "edge patches"}, {"mini", "both"}},
             "Kind", "A whole picture with occlusion, or patches that are flat, have an edge, or both."),
      integer("height", 256, 16, 1024, "Height", "Of the picture."),
      integer("width", 256, 16, 1024, "Width", "Of the picture."),
      integer("patch", 8, 4, 16, "Patch", "Side of the patches."),
      integer("count", 64, 1, 65536, "Patches", "How many patches are made."),
      integer("first", 0, 0, 1000000000, "First",
              "Number of the first patch: patch number j depends on the seed and j alone."),
      integer("seed", 1, 0, 2147483647, "Seed", "The same seed makes the same leaves.")};
  t.params[1].unit = t.params[2].unit = t.params[3].unit = "pixels";
  for (ParamSpec& p : dead_leaves_params()) t.params.push_back(std::move(p));
  t.outputs = {
      {"image", "(1, H, W)", "Kind picture: grey levels, nominally in [0,1], not clipped."},
      {"patches", "(N, S, S)", "The other kinds: patches with their means taken away."},
      {"labels", "(1, H, W) or (N)",
       "Number of the disc seen at each pixel, 0 the front one; of patches 1 for an edge, 0 for none."}};
  t.metrics = {{"leaves", "", "Discs of which anything is seen."},
               {"edges", "", "Share of the patches that have an edge."}};
  return t;
}

OneUnitResult picture(const Params& params) {
  const LeafPicture made =
      dead_leaves_picture(dead_leaves_from(params), params.integer("height"), params.integer("width"),
                          static_cast<std::uint64_t>(params.integer("seed")));
  OneUnitResult result;
  const std::vector<float> labels(made.leaves.begin(), made.leaves.end());
  result.outputs["image"] = tensor_from(made.image);
  result.outputs["labels"] =
      Tensor::from<float>({1, made.image.height(), made.image.width()}, std::span<const float>(labels));
  result.metrics["leaves"] = made.seen;
  return result;
}

OneUnitResult patches(const Params& params, LeafKind kind) {
  const int side = params.integer("patch"), count = params.integer("count");
  std::vector<float> values(static_cast<std::size_t>(count) * static_cast<std::size_t>(side * side));
  std::vector<std::int32_t> edge(static_cast<std::size_t>(count));
  mini_dead_leaves(dead_leaves_from(params), kind, side, static_cast<std::uint64_t>(params.integer("seed")),
                   static_cast<std::uint64_t>(params.integer("first")), values, edge);
  subtract_means(values, side * side);
  OneUnitResult result;
  const std::vector<float> labels(edge.begin(), edge.end());
  double edges = 0;
  for (const std::int32_t e : edge) edges += e;
  result.outputs["patches"] = Tensor::from<float>({count, side, side}, std::span<const float>(values));
  result.outputs["labels"] = Tensor::from<float>({count}, std::span<const float>(labels));
  result.metrics["edges"] = edges / count;
  return result;
}

std::unique_ptr<Task> create(const Params& params, TensorMap inputs, ModelStore&, const Safetensors* state) {
  check_inputs("dead_leaves", inputs, {}, state);
  dead_leaves_from(params);  // its refusals come now
  return std::make_unique<OneUnitTask>([params]() -> OneUnitResult {
    const std::string& kind = params.text("kind");
    if (kind == "image") return picture(params);
    return patches(params, kind == "flat"   ? LeafKind::flat
                           : kind == "edge" ? LeafKind::edge
                                            : LeafKind::mini);
  });
}

}  // namespace

const TaskFactory dead_leaves_task{info, create};

}  // namespace priorlab
