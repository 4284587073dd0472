#include "cli/patch_priors_table.h"

#include <cstdio>
#include <iterator>
#include <nlohmann/json.hpp>

namespace priorlab {
namespace {

// What the paper reports, on other patches and pictures: for comparison by eye.
struct Published {
  const char* id;
  double log_likelihood, bls, map, average, epll;
};
constexpr Published kPublished[] = {{"independent", 78.26, 25.54, 24.43, 25.11, 25.26},
                                    {"mvg", 91.89, 26.81, 26.81, 27.14, 27.71},
                                    {"pca", 114.24, 28.01, 28.38, 28.95, 29.42},
                                    {"ica", 115.86, 28.11, 28.49, 29.02, 29.53},
                                    {"gmm", 164.52, 30.26, 30.29, 29.59, 29.85}};

int width_of(const char* column) { return column[0] == 'l' ? 16 : 13; }

void print_cell(const char* column, const char* format, const nlohmann::json& value,
                const nlohmann::json& error) {
  char text[40] = "-";
  if (!value.is_null()) std::snprintf(text, sizeof text, format, value.get<double>(), error.get<double>());
  std::printf(" %*s", width_of(column), text);
}

}  // namespace

nlohmann::json published_patch_priors() {
  nlohmann::json all;
  for (const Published& p : kPublished)
    all[p.id] = {{"log_likelihood", p.log_likelihood},
                 {"bls", p.bls},
                 {"map", p.map},
                 {"average", p.average},
                 {"epll", p.epll}};
  return all;
}

std::string prior_name(const std::string& id) {
  if (id == "independent") return "Independent pixels";
  if (id == "mvg") return "Multivariate Gaussian";
  if (id == "pca") return "PCA";
  if (id == "ica") return "ICA";
  if (id == "gmm") return "Gaussian mixture";
  return id;
}

void print_patch_priors(const nlohmann::json& all) {
  const nlohmann::json& s = all["settings"];
  std::printf(
      "%lld random patches of %s, seed %d; the first %lld of them noisy; %lld pictures %s, evenly spaced in "
      "name order.\nLog-likelihood: %s.\nUniform: the same with U(0,1)/255 added to every pixel. Over the "
      "pixels but the last instead of the basis each is ln(side) more.\nPSNR in dB at sigma %g; patches keep "
      "their noisy mean. Pictures from %s. EPLL: the schedule of the paper.\n",
      s["patches"].get<long long>(), s["patches_of"].get<std::string>().c_str(), s["seed"].get<int>(),
      s["restored_patches"].get<long long>(), s["pictures"].get<long long>(),
      s["pictures_of"].get<std::string>().c_str(), s["definition"].get<std::string>().c_str(),
      s["sigma"].get<double>(), s["pictures_by"].get<std::string>().c_str());
  std::printf("%-22s", "prior");
  constexpr const char* kTitles[] = {"log-likelihood", "uniform", "patch BLS", "patch MAP",
                                     "centre pixel",   "tiles",   "average",   "EPLL"};
  for (std::size_t c = 0; c < std::size(kPatchPriorColumns); ++c)
    std::printf(" %*s", width_of(kPatchPriorColumns[c]), kTitles[c]);
  std::printf("\n");
  for (const nlohmann::json& row : all["rows"]) {
    std::printf("%-22s", row["name"].get<std::string>().c_str());
    for (const char* column : kPatchPriorColumns)
      print_cell(column, "%.2f (%.2f)", row.value(column, nlohmann::json()),
                 row.value(std::string(column) + "_se", nlohmann::json()));
    std::printf("\n");
  }
  for (const nlohmann::json& row : all["rows"])
    if (row.contains("bls_chain_db"))
      std::printf("Patch BLS of %s is by Monte Carlo: what is left of the chains' own error costs %.3f dB.\n",
                  row["name"].get<std::string>().c_str(), row["bls_chain_db"].get<double>());
  std::printf("In brackets: standard errors over patches or pictures. Steps from row to row, paired:\n");
  for (const nlohmann::json& step : all["steps"]) {
    std::printf("%-22s", ("to " + step["to"].get<std::string>()).c_str());
    for (const char* column : kPatchPriorColumns) {
      const nlohmann::json pair = step.value(column, nlohmann::json::array({nullptr, nullptr}));
      print_cell(column, "%+.2f (%.2f)", pair[0], pair[1]);
    }
    std::printf("\n");
  }
  std::printf("Published, as recalled, on other patches and pictures:\n");
  for (const Published& p : kPublished)
    std::printf("%-22s log-likelihood %.2f, patch BLS %.2f, MAP %.2f, average %.2f, EPLL %.2f\n",
                prior_name(p.id).c_str(), p.log_likelihood, p.bls, p.map, p.average, p.epll);
}

}  // namespace priorlab
