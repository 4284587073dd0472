// priorlab train patch-*, eval patch-priors and eval components from end to end, small. Native only.
#ifdef PRIORLAB_CLI

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "cli.h"
#include "cli/model_files.h"
#include "core/safetensors.h"

namespace priorlab {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

// Dead leaves need no data; patches of 4x4 learn in a moment.
class CliPatch : public WithFolder {
 protected:
  Outcome train(const std::string& method, const std::string& more) const {
    return ask("train " + method +
               " --source leaves --pictures 6 --patch 4 --patches 3000 --floor 1e-5 --out " + folder_ +
               "/leaves-" + method.substr(method.find('-') + 1) + ".safetensors " + more);
  }
  std::string priors() const {
    std::string list;
    for (const char* kind : {"independent", "mvg", "pca", "ica"})
      list += (list.empty() ? "" : ",") + in(std::string("leaves-") + kind + ".safetensors");
    return list;
  }
};

TEST_F(CliPatch, TrainsAndComparesPriors) {
  for (const char* kind : {"independent", "mvg", "pca", "ica"}) {
    const Outcome done =
        train(std::string("patch-") + kind, std::string(kind) == "mvg" ? "" : "--steps 3 --em 20");
    ASSERT_EQ(done.code, 0) << done.text;
    EXPECT_THAT(done.text, HasSubstr("3000 patches of 5 pictures; held out: 100000 patches of 1 pictures."));
    EXPECT_THAT(done.text, HasSubstr("15-d DC-free orthonormal basis"));
  }
  const std::string eval =
      "eval patch-priors --leaves --patches 1000 --restored 20 --images 0 --sweeps 8 --priors " + priors();
  const auto table = nlohmann::json::parse(ask(eval + " --json", "2>/dev/null").text, nullptr, false);
  ASSERT_EQ(table["rows"].size(), 4u);
  EXPECT_EQ(table["rows"][0]["id"], "independent");
  EXPECT_EQ(table["settings"]["floor"], "1e-05");
  for (const auto& row : table["rows"]) {
    EXPECT_GT(row["bls"].get<double>(), 20.2) << row["id"];  // the noisy patch has 20.17 dB
    EXPECT_GT(row["log_likelihood_se"].get<double>(), 0);
    EXPECT_FALSE(row.contains("epll"));  // no picture, no figure
  }
  EXPECT_TRUE(table["rows"][0].contains("bls_chain_db"));
  EXPECT_FALSE(table["rows"][2].contains("bls_chain_db"));
  EXPECT_GT(table["rows"][2]["log_likelihood"], table["rows"][1]["log_likelihood"]);
  EXPECT_GT(table["rows"][3]["log_likelihood"], table["rows"][2]["log_likelihood"]);
  EXPECT_EQ(table["steps"].size(), 3u);

  const Outcome text = ask(eval, "2>/dev/null");
  EXPECT_THAT(text.text, HasSubstr("Multivariate Gaussian"));
  EXPECT_THAT(text.text, HasSubstr("to ica"));
}

TEST_F(CliPatch, ComparesNumbersOfComponents) {
  for (const char* name : {"astronaut", "camera", "chelsea", "coffee", "rocket"})
    fs::copy_file(std::string("shared/images/thumbs/") + name + ".jpg", in(name) + ".jpg");
  fs::copy_file("shared/images/thumbs/chelsea.jpg", in("zz") + ".jpg");
  std::string list;
  for (const char* k : {"1", "3"}) {
    const std::string file = in(std::string("k") + k + ".safetensors");
    const Outcome done =
        ask("train gmm --data " + folder_ + " --patches 3000 --steps 5 --batch 1000 --iterations 2 --k " + k +
            " --out " + file);
    ASSERT_EQ(done.code, 0) << done.text;
    list += (list.empty() ? "" : ",") + file;
  }
  const auto study = nlohmann::json::parse(
      ask("eval components --json --patches 2000 --set " + folder_ + " --mixtures " + list, "2>/dev/null")
          .text,
      nullptr, false);
  ASSERT_EQ(study["rows"].size(), 2u);
  EXPECT_EQ(study["rows"][0]["components"], 1);
  EXPECT_EQ(study["rows"][1]["components"], 3);
  EXPECT_GT(study["rows"][1]["held_out"], study["rows"][0]["held_out"]);
  EXPECT_GT(study["rows"][0]["psnr"].get<double>(), 20.5);
}

TEST_F(CliPatch, LearnsFromTheMiniModel) {
  const std::string out = in("mini.safetensors");
  const Outcome done =
      ask("train patch-mvg --source mini --pictures 500 --patch 4 --patches 3000 --out " + out);
  ASSERT_EQ(done.code, 0) << done.text;
  EXPECT_THAT(done.text, HasSubstr("3000 patches of 450 pictures; held out: 100000 patches of 50 pictures."));
  const auto model = read_safetensors(read_bytes(out));
  EXPECT_THAT(model.metadata.at("command"), HasSubstr("--source mini --pictures 500"));
  // Of the same seed the same prior.
  const std::vector<std::byte> first = read_bytes(out);
  ask("train patch-mvg --source mini --pictures 500 --patch 4 --patches 3000 --out " + out);
  EXPECT_EQ(read_bytes(out), first);
}

TEST_F(CliPatch, SaysWhatIsWrong) {
  EXPECT_THAT(ask("train patch-pca --source dog --out x").text,
              HasSubstr("pictures, leaves or mini; --source is \"dog\""));
  EXPECT_THAT(ask("train patch-pca --out x").text, HasSubstr("the folder of training pictures"));
  EXPECT_THAT(ask("train patch-mvg --source leaves --out /no/such/x").text, HasSubstr("does not exist"));
  EXPECT_THAT(ask("eval patch-priors").text, HasSubstr("the data folder"));
  EXPECT_THAT(ask("eval patch-priors --leaves --held-out").text, HasSubstr("made anew"));
  EXPECT_THAT(ask("eval patch-priors --leaves --patches 10 --restored 11").text,
              HasSubstr("11 are not of 10"));
  EXPECT_THAT(ask("eval patch-priors --leaves --priors nade").text, HasSubstr("family"));
  EXPECT_THAT(ask("eval components --set " + folder_ + " --mixtures gmm").text, HasSubstr("no .png"));
}

}  // namespace
}  // namespace priorlab

#endif
