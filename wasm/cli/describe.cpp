// priorlab describe: what the registry offers, for people or (--json) as the file that the web build reads.
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/args.h"
#include "registry.h"

namespace priorlab {
namespace {

void print_param(const nlohmann::json& p) {
  std::cout << "    --" << p["name"].get<std::string>() << "  " << p["help"].get<std::string>() << " (";
  if (p.contains("choices")) {
    std::string words;
    for (const auto& c : p["choices"]) words += (words.empty() ? "" : "|") + c["value"].get<std::string>();
    std::cout << words << "; ";
  } else if (p.contains("min")) {
    std::cout << p["min"] << " to " << p["max"];
    if (p.contains("unit")) std::cout << " " << p["unit"].get<std::string>();
    if (p.contains("automatic")) std::cout << " or auto";
    std::cout << "; ";
  }
  std::cout << "default " << p["default"] << ")\n";
}

void print_named(const char* heading, const nlohmann::json& list) {
  if (list.empty()) return;
  std::cout << "  " << heading << ":\n";
  for (const auto& entry : list) {
    std::cout << "    " << entry["name"].get<std::string>();
    if (entry.contains("shape")) std::cout << " " << entry["shape"].get<std::string>();
    if (entry.contains("unit")) std::cout << " [" << entry["unit"].get<std::string>() << "]";
    std::cout << "  " << entry["help"].get<std::string>();
    if (entry.contains("optional")) std::cout << " (optional)";
    std::cout << "\n";
  }
}

}  // namespace

int run_describe(Args& args) {
  const bool as_json = args.flag("json");
  args.finish();
  const nlohmann::json all = describe_all();
  if (as_json) {
    std::cout << all.dump(2) << '\n';
    return 0;
  }
  for (const auto& [id, task] : all["tasks"].items()) {
    std::cout << id << ": " << task["title"].get<std::string>() << "\n  "
              << task["summary"].get<std::string>() << "\n  parameters:\n";
    for (const auto& p : task["params"]) print_param(p);
    print_named("inputs", task["inputs"]);
    print_named("outputs", task["outputs"]);
    print_named("metrics", task["metrics"]);
  }
  return 0;
}

}  // namespace priorlab
