// Model files of the command line.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/model_store.h"
#include "core/params.h"

namespace priorlab {

// The bytes of a file. Throws std::invalid_argument naming it when it cannot be read.
std::vector<std::byte> read_bytes(const std::string& path);
void write_bytes(const std::string& path, std::span<const std::byte> bytes);

// Where models are looked for unless --models says otherwise: shared/models of the current folder, else of
// the checkout that the program lies in.
std::string default_model_folder();

// Puts the model `name` into the store: the file of that stem anywhere below `folder` (shared/models), or,
// when the name ends in .safetensors, the file it names. Does nothing when the store has it already. Throws
// std::invalid_argument listing the models there are.
void load_model(ModelStore&, const std::string& name, const std::string& folder);

// Loads every model that the parameters name (type model, not empty).
void load_models(ModelStore&, const ParamSpecs&, const Params&, const std::string& folder);

}  // namespace priorlab
