// ModelStore: the named, immutable models of one module instance. A model is a safetensors file parsed once;
// tasks ask for it by name and family, and several tasks share the parsed form.
#pragma once

#include <any>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/safetensors.h"

namespace priorlab {

class ModelStore {
 public:
  // Parses and checks the file; replaces a model of the same name (tasks that hold the old one keep it).
  // Throws what read_safetensors throws, with the model's name in front.
  void put(const std::string& name, std::span<const std::byte> file);
  // Forgetting an unknown name is no error.
  void drop(const std::string& name);
  bool has(const std::string& name) const;
  std::vector<std::string> names() const;

  // The file behind `name`. Throws std::invalid_argument listing the names there are.
  std::shared_ptr<const Safetensors> file(const std::string& name) const;

  // The model built by T::from(const Safetensors&) once per name and type, then shared.
  template <class T>
  std::shared_ptr<const T> get(const std::string& name) {
    auto& built = built_[name + '\n' + T::family];
    if (!built.has_value()) built = std::shared_ptr<const T>(std::make_shared<T>(T::from(*file(name))));
    return std::any_cast<std::shared_ptr<const T>>(built);
  }

 private:
  std::map<std::string, std::shared_ptr<const Safetensors>> files_;
  std::map<std::string, std::any> built_;
};

}  // namespace priorlab
