#include "cli/output_names.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>

#include "cli/image_io.h"
#include "core/error.h"

namespace priorlab {
namespace {

namespace fs = std::filesystem;

std::string ending_of(const std::string& input, OutputFormat format) {
  if (format == OutputFormat::png) return ".png";
  if (format == OutputFormat::jpg) return ".jpg";
  std::string ending = fs::path(input).extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ending == ".jpg" || ending == ".jpeg" ? ".jpg" : ".png";
}

}  // namespace

std::vector<std::string> output_names(const std::vector<std::string>& inputs, const std::string& out,
                                      OutputFormat format) {
  if (!fs::is_directory(out) && is_picture_name(out)) {
    if (inputs.size() > 1)
      invalid(inputs.size(), " pictures need a folder to be written to; \"", out, "\" names one file.");
    if (format != OutputFormat::as_input && ending_of(out, OutputFormat::as_input) != ending_of(out, format))
      invalid("--format asks for ", ending_of(out, format), ", but the file is to be ", out, ".");
    const fs::path folder = fs::path(out).parent_path();
    if (!folder.empty() && !fs::is_directory(folder)) invalid("There is no folder ", folder.string(), ".");
    return {out};
  }
  if (!fs::is_directory(out) && inputs.size() == 1 && fs::path(out).has_extension())
    invalid("Cannot tell the format of ", out, "; .png, .jpg and .jpeg are known.");
  std::error_code failed;
  if (!fs::is_directory(out) && !fs::create_directories(out, failed))
    if (failed || !fs::is_directory(out))
      invalid("The folder ", out, " cannot be made: ", failed.message(), ".");
  std::set<std::string> taken;
  std::vector<std::string> names;
  for (const std::string& input : inputs) {
    const std::string stem = (fs::path(out) / fs::path(input).stem()).string() + "-restored";
    const std::string ending = ending_of(input, format);
    std::string name = stem + ending;
    for (int n = 2; !taken.insert(name).second; ++n) name = stem + "-" + std::to_string(n) + ending;
    names.push_back(name);
  }
  return names;
}

}  // namespace priorlab
