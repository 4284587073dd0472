// Any JSON as parameters ends in checked values or in std::invalid_argument; checked values pass again,
// unchanged.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "core/params.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace priorlab;
  static const ParamSpecs table = [] {
    ParamSpec sigma = number("s", 25, 0, 100, "Sigma", "Noise.");
    sigma.automatic = true;
    return ParamSpecs{sigma,
                      integer("n", 5, -3, 20, "Count", "How many."),
                      boolean("b", true, "Flag", "Whether."),
                      choice("c", "x", {{"x", "X"}, {"y", "Y"}}, "Choice", "Which."),
                      text("t", "", "Text", "What."),
                      model("m", "gmm", "gmm", "Model", "Which.")};
  }();
  const nlohmann::json object = nlohmann::json::parse(data, data + size, nullptr, false);
  if (object.is_discarded()) return 0;
  try {
    const Params params = Params::from_json(table, object);
    if (Params::from_json(table, params.to_json()).values() != params.values()) std::abort();
  } catch (const std::invalid_argument&) {
  }
  return 0;
}
