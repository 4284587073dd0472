// `priorlab restore` with an operator: kernels, paths and masks from files, and what becomes of bad ones.
// Native only.
#ifdef PRIORLAB_CLI

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "cli.h"
#include "cli/image_io.h"
#include "epll_prior.h"

namespace priorlab {
namespace {

using testing::HasSubstr;

class CliOperators : public WithFolder {
 protected:
  void SetUp() override {
    WithFolder::SetUp();
    picture("in.png", kHeight, kWidth);
  }
  Image picture(const std::string& name, int height, int width) const {
    Image image(1, height, width);
    const auto scene = test_scene(height, width);
    for (std::size_t i = 0; i < scene.size(); ++i) image.values()[i] = std::round(scene[i] * 255) / 255;
    write_image(in(name), image);
    return image;
  }
  void mask(const std::string& name, int height, int width, int missing) const {
    Image image(1, height, width);
    std::fill_n(image.values().begin(), missing, 1.0f);
    write_image(in(name), image);
  }
  Outcome restore(const std::string& what) const {
    return ask("restore --force --quality fast -o " + in("out.png") + " --task " + what);
  }
  // Of the default picture.
  void expect_refused(const std::string& what, const std::string& words) const {
    const Outcome outcome = restore(what + " " + in("in.png"));
    EXPECT_EQ(outcome.code, 2) << what;
    EXPECT_THAT(outcome.text, HasSubstr(words));
    EXPECT_EQ(read(in("out.png")), "") << what;
  }

  static constexpr int kHeight = 20, kWidth = 26;
};

TEST_F(CliOperators, AMaskFileSaysWhatIsMissing) {
  mask("mask.png", kHeight, kWidth, 40);
  const Outcome done = restore("inpaint --mask " + in("mask.png") + " " + in("in.png"));
  ASSERT_EQ(done.code, 0) << done.text;
  EXPECT_THAT(done.text, HasSubstr("missing 0.07692"));
  const Image before = read_image(in("in.png")), after = read_image(in("out.png"));
  EXPECT_FALSE(std::equal(before.values().begin(), before.values().begin() + 40, after.values().begin()));
  EXPECT_TRUE(std::equal(before.values().begin() + 40, before.values().end(), after.values().begin() + 40));
}

TEST_F(CliOperators, AnEmptyMaskLeavesThePicture) {
  mask("none.png", kHeight, kWidth, 0);
  ASSERT_EQ(restore("inpaint --mask " + in("none.png") + " " + in("in.png")).code, 0);
  const Image before = read_image(in("in.png")), after = read_image(in("out.png"));
  EXPECT_TRUE(std::equal(before.values().begin(), before.values().end(), after.values().begin(),
                         after.values().end()));
}

TEST_F(CliOperators, MasksThatCannotBeMeantAreRefusedInWords) {
  mask("all.png", kHeight, kWidth, kHeight * kWidth);
  mask("small.png", 3, 4, 1);
  expect_refused("inpaint", "--mask");
  expect_refused("inpaint --mask " + in("all.png"), "every pixel is missing");
  expect_refused("inpaint --mask " + in("no.png"), "no.png");
  expect_refused("inpaint --mask " + in("small.png"), "small.png is 4x3, " + in("in.png") + " 26x20");
  expect_refused("epll --mask " + in("all.png"), "does not know \"--mask\"");
}

TEST_F(CliOperators, AKernelIsNamedOrComesFromAFile) {
  const auto result = [&](const std::string& kernel) {
    const Outcome done = restore("deblur --sigma 2 " + kernel + " " + in("in.png"));
    EXPECT_EQ(done.code, 0) << done.text;
    return read(in("out.png"));
  };
  const std::string box = result("--kernel box --size 3");
  write(in("box.txt"), "1 1 1\n1 1 1\n1 1 1\n");
  EXPECT_EQ(result("--kernel " + in("box.txt")), box);  // divided by its sum
  write(in("path.txt"), "0, 0\n3 2\n");
  EXPECT_NE(result("--path " + in("path.txt")), box);
}

TEST_F(CliOperators, KernelsThatCannotBeMeantAreRefusedInWords) {
  expect_refused("deblur --kernel bx", "--kernel must be gaussian, box, disk, motion, path, or a text file");
  expect_refused("deblur --kernel box --size 21", "The kernel of 21x21 is larger than the picture of 26x20");
  for (const auto& [text, words] : {std::pair{"1 2\n3\n", "kernel.txt: "},
                                    {"0 0\n0 0\n", "must not all be zero"},
                                    {"1 -1\n", "not negative"},
                                    {"dog", "kernel.txt: "},
                                    {"", "kernel.txt: "}}) {
    write(in("kernel.txt"), text);
    expect_refused("deblur --kernel " + in("kernel.txt"), words);
  }
  for (const char* text : {"", "1 2 3", "1 2 dog 3"}) {
    write(in("path.txt"), text);
    expect_refused("deblur --path " + in("path.txt"), "path.txt holds no path");
  }
  write(in("path.txt"), "0 0\n3 2\n");
  expect_refused("deblur --kernel box --path " + in("path.txt"), "--path and --kernel box are two kernels");
  expect_refused("deblur --path " + in("nothing.txt"), "nothing.txt");
  expect_refused("epll --kernel box", "does not know \"--kernel\"");
}

TEST_F(CliOperators, SuperResolutionEnlargesEvenThreeByThreePixels) {
  picture("tiny.png", 3, 3);
  ASSERT_EQ(restore("superres --scale 4 " + in("tiny.png")).code, 0);
  const Image large = read_image(in("out.png"));
  EXPECT_EQ(large.height(), 12);
  EXPECT_EQ(large.width(), 12);
  std::filesystem::remove(in("out.png"));
  expect_refused("superres --scale 5", "from 2 to 4");
}

}  // namespace
}  // namespace priorlab

#endif  // PRIORLAB_CLI
