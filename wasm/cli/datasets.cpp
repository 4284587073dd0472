#include "cli/datasets.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "cli/image_io.h"
#include "core/error.h"

namespace priorlab {

std::vector<std::string> pictures_in(const std::string& folder) {
  std::error_code error;
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string ending = entry.path().extension().string();
    if (ending == ".png" || ending == ".jpg" || ending == ".jpeg") paths.push_back(entry.path().string());
  }
  if (error) invalid("Cannot read the folder ", folder, ": ", error.message(), ".");
  if (paths.empty()) invalid("There is no .png, .jpg or .jpeg picture in ", folder, ".");
  std::sort(paths.begin(), paths.end());
  return paths;
}

TrainingSplit bsds300_split(const std::string& train_folder) {
  TrainingSplit split;
  const auto paths = pictures_in(train_folder);
  for (std::size_t i = 0; i < paths.size(); ++i)
    (i % 10 == 5 ? split.held_out : split.training).push_back(paths[i]);
  return split;
}

Image read_grey(const std::string& path) {
  Image grey = to_grey(read_image(path));
  for (float& v : grey.values()) v = static_cast<float>(std::lround(v * 255.0f)) / 255.0f;
  return grey;
}

}  // namespace priorlab
