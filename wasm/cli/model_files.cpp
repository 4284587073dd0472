#include "cli/model_files.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/error.h"

namespace priorlab {
namespace {

namespace fs = std::filesystem;

const std::string kEnding = ".safetensors";

}  // namespace

std::vector<std::byte> read_bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  if (!in || fs::is_directory(path)) invalid("The file ", path, " cannot be read.");
  std::vector<std::byte> bytes(static_cast<std::size_t>(in.tellg()));
  in.seekg(0);
  in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!in) invalid("The file ", path, " cannot be read.");
  return bytes;
}

void write_bytes(const std::string& path, std::span<const std::byte> bytes) {
  // Written beside and renamed, so that a stop in the middle never leaves half a file under the name.
  const std::string half = path + ".part";
  std::ofstream out(half, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  out.close();
  std::error_code failed;
  if (out) fs::rename(half, path, failed);
  if (!out || failed) {
    fs::remove(half, failed);
    invalid("The file ", path, " cannot be written.");
  }
}

std::string default_model_folder() {
  const fs::path below = fs::path("shared") / "models";
  if (fs::is_directory(below)) return below.string();
  std::error_code failed;
  for (fs::path folder = fs::read_symlink("/proc/self/exe", failed).parent_path(); folder.has_relative_path();
       folder = folder.parent_path())
    if (fs::is_directory(folder / below)) return (folder / below).string();
  return below.string();
}

void load_model(ModelStore& store, const std::string& name, const std::string& folder) {
  if (store.has(name)) return;
  if (name.ends_with(kEnding)) {
    store.put(name, read_bytes(name));
    return;
  }
  std::string known;
  if (fs::is_directory(folder))
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
      if (entry.path().extension() != kEnding) continue;
      if (entry.path().stem() == name) {
        store.put(name, read_bytes(entry.path().string()));
        return;
      }
      known += (known.empty() ? "" : ", ") + entry.path().stem().string();
    }
  invalid("There is no model \"", name, "\" below ", folder, "; ",
          known.empty() ? "there is none at all" : "there are " + known,
          ". A path that ends in .safetensors names a file of your own.");
}

void load_models(ModelStore& store, const ParamSpecs& specs, const Params& params,
                 const std::string& folder) {
  for (const ParamSpec& spec : specs)
    if (spec.type == ParamType::model && !params.text(spec.name).empty())
      load_model(store, params.text(spec.name), folder);
}

}  // namespace priorlab
