// The registry: which tasks there are. A new method is one line in registry.cpp.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/task.h"

namespace priorlab {

std::vector<std::string> task_ids();
// Throws std::invalid_argument listing the ids there are.
const TaskFactory& task_factory(const std::string& id);

// Checks params against the task's table, then creates it.
std::unique_ptr<Task> create_task(const std::string& id, const nlohmann::json& params, TensorMap inputs,
                                  ModelStore& models, const Safetensors* state = nullptr);

// {"version": 1, "tasks": {id: {..., "module": "pictures" | "digits"}}}: the whole registry, as written to
// describe.json.
nlohmann::json describe_all();

}  // namespace priorlab
