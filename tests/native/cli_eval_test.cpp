// priorlab eval on a small set of pictures. Native only.
#ifdef PRIORLAB_CLI

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "cli.h"

namespace priorlab {
namespace {

class CliEval : public WithFolder {
 protected:
  void SetUp() override {
    WithFolder::SetUp();
    for (const char* name : {"astronaut", "camera", "coffee"})
      std::filesystem::copy_file(std::string("shared/images/thumbs/") + name + ".jpg", in(name) + ".jpg");
  }
  nlohmann::json eval(const std::string& arguments) const {
    const std::string errors = folder_ + ".txt";  // beside the set
    const Outcome outcome = ask("eval " + arguments + " --json --set " + folder_, ("2>" + errors).c_str());
    EXPECT_EQ(outcome.code, 0) << read(errors);
    std::filesystem::remove(errors);
    return nlohmann::json::parse(outcome.text, nullptr, false);
  }
};

TEST_F(CliEval, APartOfASetHasTheFiguresOfTheWhole) {
  const std::string what = "denoise --sigma 25 --crop 40 --schedule 1,4";
  const auto whole = eval(what), part = eval(what + " --images coffee,astronaut");
  ASSERT_EQ(whole["count"], 3);
  ASSERT_EQ(part["count"], 2);
  EXPECT_EQ(part["images"][0]["name"], "coffee");
  for (const auto& [from, to] : {std::pair{0, 2}, std::pair{1, 0}})
    for (const char* figure : {"psnr_noisy", "psnr", "ssim", "work"})
      EXPECT_EQ(part["images"][from][figure], whole["images"][to][figure]) << figure;
  EXPECT_GT(whole["mean_psnr"], whole["mean_psnr_noisy"].get<double>() + 3);
  ASSERT_EQ(whole["mean_work_after_unit"].size(), 2u);
  EXPECT_EQ(whole["images"][1]["work_after_unit"].back(), whole["images"][1]["work"]);
  EXPECT_THAT(ask("eval denoise --images dog --set " + folder_).text,
              testing::HasSubstr("There is no picture \"dog\" in the set."));
}

TEST_F(CliEval, NoiseCountsWhatIsSeenUnderEachCondition) {
  const auto all = eval("noise --white 25 --camera 0,2 --colour");
  std::vector<std::string> names;
  for (const auto& condition : all["conditions"]) names.push_back(condition["name"]);
  EXPECT_EQ(names, (std::vector<std::string>{"white 25", "clean", "clean, JPEG", "camera 0", "camera 2"}));
  const auto& white = all["conditions"][0];
  EXPECT_EQ(white["called_white"], 3);
  EXPECT_LT(white["mean_relative_error"], 0.1);
  EXPECT_EQ(white["mean_relative_error"], all["mean_relative_error"]);
  EXPECT_EQ(white["images"][2]["name"], "coffee");
  EXPECT_GT(all["conditions"][4]["mean_level"], all["conditions"][3]["mean_level"]);
  const auto clean = eval("noise --clean --every 2");
  EXPECT_EQ(clean["conditions"].size(), 1u);
  EXPECT_EQ(clean["pictures"], 2);
}

class CliEvalPlane : public WithFolder {};

TEST_F(CliEvalPlane, LearnsFromPointsOfAFile) {
  const std::string points = in("points.csv");
  std::ofstream(points) << "x,y\n0,0\n1,0.5\n2,1.25\n3,1.5\n\n-1,-0.25\n";
  const std::string errors = in("errors.txt");
  const auto figures = [&](const std::string& arguments) {
    const Outcome outcome =
        ask("eval plane --json --file " + points + " --task " + arguments, ("2>" + errors).c_str());
    EXPECT_EQ(outcome.code, 0) << read(errors);
    return nlohmann::json::parse(outcome.text, nullptr, false)["metrics"];
  };
  const auto em = figures("ppca --iterations 300"), closed = figures("ppca --solver closed");
  EXPECT_EQ(em["points"], 5);
  EXPECT_NEAR(em["log_likelihood"].get<double>(), closed["log_likelihood"].get<double>(), 1e-3);
  EXPECT_GT(figures("mixture_2d --components 2")["log_likelihood"], -10);

  EXPECT_THAT(ask("eval plane --task epll").text, testing::HasSubstr("--task takes linear_em, mixture_2d"));
  EXPECT_THAT(ask("eval plane --task ppca").text, testing::HasSubstr("needs --file POINTS.csv"));
  std::ofstream(points) << "1,2\n1;2\n";
  EXPECT_THAT(ask("eval plane --task ppca --file " + points).text,
              testing::HasSubstr("must be two numbers with a comma between them; \"1;2\" came."));
  std::ofstream(points) << "1,2,3\n";
  EXPECT_THAT(ask("eval plane --task ppca --file " + points).text, testing::HasSubstr("Line 1 of"));
  std::ofstream(points) << "x,y\n";
  EXPECT_THAT(ask("eval plane --task ppca --file " + points).text, testing::HasSubstr("There are no points"));
}

TEST_F(CliEval, RestoringSaysWhatWasDoneAndThatItHelped) {
  const std::string kernel = folder_ + ".kernel";
  write(kernel, "0 1 1\n1 4 1\n1 1 0\n");
  const std::string common = " --crop 40 --schedule 50,800";
  const auto deblur = eval("deblur --kernel " + kernel + common),
             inpaint = eval("inpaint --missing 0.3" + common), superres = eval("superres --scale 2" + common);
  std::filesystem::remove(kernel);
  for (const auto& [out, task] :
       {std::pair{&deblur, "deblur"}, {&inpaint, "inpaint"}, {&superres, "superres"}}) {
    const auto& all = *out;
    EXPECT_EQ(all["task"], task);
    EXPECT_EQ(all["count"], 3);
    EXPECT_EQ(all["crop"], 40);
    EXPECT_EQ(all["params"]["schedule"], "50,800");
    EXPECT_GT(all["mean_psnr"], all["mean_psnr_before"].get<double>()) << task;
  }
  const auto part = eval("inpaint --missing 0.3 --images coffee" + common);
  EXPECT_EQ(part["images"][0]["psnr"], inpaint["images"][2]["psnr"]);
  EXPECT_EQ(part["asked_for"], "coffee");
  const std::string set = " --set " + folder_;
  EXPECT_THAT(ask("eval inpaint --images dog" + set).text, testing::HasSubstr("No picture"));
  EXPECT_THAT(ask("eval deblur" + set).text, testing::HasSubstr("--kernel"));
}

}  // namespace
}  // namespace priorlab

#endif  // PRIORLAB_CLI
