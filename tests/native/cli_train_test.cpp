// priorlab train gmm and eval likelihood from end to end, small. Native only.
#ifdef PRIORLAB_CLI

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "cli.h"

namespace priorlab {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

// Six pictures, so that the sixth is kept out: the thumbnails of the sample photos, one of them twice.
class CliTrain : public WithFolder {
 protected:
  void SetUp() override {
    WithFolder::SetUp();
    for (const char* name : {"astronaut", "camera", "chelsea", "coffee", "rocket"})
      fs::copy_file(std::string("shared/images/thumbs/") + name + ".jpg", folder_ + "/" + name + ".jpg");
    fs::copy_file("shared/images/thumbs/chelsea.jpg", folder_ + "/zz.jpg");
  }
  Outcome train(const std::string& more) const {
    return ask("train gmm --data " + folder_ + " --out " + folder_ +
               "/g.safetensors --k 5 --patch 4 --patches 5000" + " --batch 1000 --floor 1e-5 " + more);
  }
  double likelihood() const {
    const Outcome json =
        ask("eval likelihood --json --held-out --set " + folder_ + " --model " + folder_ + "/g.safetensors",
            "2>/dev/null");
    EXPECT_EQ(json.code, 0);
    const auto values = nlohmann::json::parse(json.text);
    EXPECT_EQ(values["pictures"], 1);
    EXPECT_EQ(values["definition"],
              "nats per patch, 15-d DC-free orthonormal basis, [0,1] scale, covariance floor 1e-05");
    return values["log_likelihood"];
  }
};

TEST_F(CliTrain, TrainsMeasuresAndGoesOn) {
  const Outcome first = train("--steps 20 --iterations 0");
  ASSERT_EQ(first.code, 0) << first.text;
  EXPECT_THAT(first.text, HasSubstr("5000 patches of 5 pictures; held out: 100000 patches of 1 pictures"));
  EXPECT_THAT(first.text, HasSubstr("step 20  training (these batches) "));
  EXPECT_THAT(first.text, HasSubstr("log-likelihood of the held-out pictures "));
  const double before = likelihood();
  EXPECT_GT(before, 0.0);

  const Outcome more = train("--steps 20 --iterations 3 --resume");
  ASSERT_EQ(more.code, 0) << more.text;
  EXPECT_THAT(more.text, testing::Not(HasSubstr("step 20 ")));  // those were done
  EXPECT_THAT(more.text, HasSubstr("iteration 3 "));
  EXPECT_GT(likelihood(), before - 1.0);
}

TEST_F(CliTrain, SaysWhatIsWrong) {
  EXPECT_THAT(ask("train vae --data x --out y --doubly --warm-up 5").text, HasSubstr("leave out --warm-up"));
  EXPECT_THAT(ask("train").text, HasSubstr("the method to train"));
  EXPECT_THAT(ask("train dip").text, HasSubstr("There is no training for \"dip\""));
  EXPECT_THAT(ask("train gmm --out x").text, HasSubstr("the folder of training pictures"));
  EXPECT_THAT(ask("train gmm --data nowhere --out x").text, HasSubstr("nowhere"));
  EXPECT_THAT(ask("train gmm --data " + folder_ + " --out /no/such/folder/x").text,
              HasSubstr("does not exist"));
  const Outcome resumed = train("--resume");
  EXPECT_EQ(resumed.code, 2);
  EXPECT_THAT(resumed.text, HasSubstr("g.safetensors.checkpoint"));
  fs::remove(folder_ + "/zz.jpg");
  EXPECT_THAT(train("").text, HasSubstr("at least 6 pictures"));
}

}  // namespace
}  // namespace priorlab

#endif
