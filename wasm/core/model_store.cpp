#include "core/model_store.h"

#include "core/error.h"

namespace priorlab {

void ModelStore::put(const std::string& name, std::span<const std::byte> file) {
  if (name.empty() || name.find('\n') != std::string::npos)
    invalid("A model needs a name of one line; \"", name, "\" came.");
  std::shared_ptr<const Safetensors> parsed;
  try {
    parsed = std::make_shared<const Safetensors>(read_safetensors(file));
  } catch (const std::invalid_argument& e) {
    invalid("The model \"", name, "\" cannot be read. ", e.what());
  }
  drop(name);
  files_[name] = std::move(parsed);
}

void ModelStore::drop(const std::string& name) {
  files_.erase(name);
  std::erase_if(built_, [&](const auto& entry) { return entry.first.starts_with(name + '\n'); });
}

bool ModelStore::has(const std::string& name) const { return files_.contains(name); }

std::vector<std::string> ModelStore::names() const {
  std::vector<std::string> all;
  for (const auto& [name, file] : files_) all.push_back(name);
  return all;
}

std::shared_ptr<const Safetensors> ModelStore::file(const std::string& name) const {
  const auto found = files_.find(name);
  if (found != files_.end()) return found->second;
  std::string known;
  for (const std::string& other : names()) known += (known.empty() ? "" : ", ") + other;
  invalid("There is no model \"", name, "\"; ", known.empty() ? "none is loaded" : "there are " + known, ".");
}

}  // namespace priorlab
