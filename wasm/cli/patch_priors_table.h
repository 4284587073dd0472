// How the figures of `priorlab eval patch-priors` are called and printed.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace priorlab {

inline constexpr const char* kPatchPriorColumns[] = {
    "log_likelihood", "log_likelihood_uniform", "bls", "map", "centre", "tiles", "average", "epll"};

// What the paper reports, on other patches and pictures: {id: {column: value}}.
nlohmann::json published_patch_priors();

// "mvg" is "Multivariate Gaussian"; other words stay as they are.
std::string prior_name(const std::string& id);

// The table for people of what --json prints.
void print_patch_priors(const nlohmann::json& all);

}  // namespace priorlab
