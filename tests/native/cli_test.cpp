// The command line: output, sentence and exit code of describe, help, restore. Native only.
#ifdef PRIORLAB_CLI

#include "cli.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "registry.h"

namespace priorlab {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

TEST(Cli, DescribeIsTheRegistry) {
  const Outcome json = ask("describe --json", "2>/dev/null");
  EXPECT_EQ(json.code, 0);
  EXPECT_EQ(nlohmann::json::parse(json.text), describe_all());
  const Outcome people = ask("describe");
  EXPECT_EQ(people.code, 0);
  for (const std::string& id : task_ids()) EXPECT_THAT(people.text, HasSubstr(id + ": "));
}

TEST(Cli, WrongUseEndsWithCodeTwoAndASentence) {
  const Outcome nothing = ask("");
  EXPECT_EQ(nothing.code, 2);
  EXPECT_THAT(nothing.text, HasSubstr("usage: priorlab <verb>"));
  const Outcome unknown = ask("denoise");
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.text, HasSubstr("There is no verb \"denoise\"."));
  const Outcome option = ask("describe --jsn");
  EXPECT_EQ(option.code, 2);
  EXPECT_THAT(option.text, HasSubstr("does not know \"--jsn\"; its options are --json."));
  const Outcome task = ask("restore --task nothing a.png -o b.png");
  EXPECT_EQ(task.code, 2);
  EXPECT_THAT(task.text, HasSubstr("There is no task \"nothing\""));
}

TEST(Cli, HelpIsNoError) {
  for (const char* word : {"help", "--help", "-h"}) {
    const Outcome help = ask(word, "2>/dev/null");
    EXPECT_EQ(help.code, 0);
    EXPECT_THAT(help.text, HasSubstr("describe [--json]"));
  }
  const Outcome restore = ask("restore --help", "2>/dev/null");
  EXPECT_EQ(restore.code, 0);
  EXPECT_THAT(restore.text, HasSubstr("priorlab restore IN... -o OUT"));
  EXPECT_THAT(restore.text, Not(HasSubstr("describe")));
  const Outcome eval = ask("eval --help", "2>/dev/null");
  EXPECT_EQ(eval.code, 0);
  EXPECT_THAT(eval.text, HasSubstr("priorlab eval noise --set DIR"));
  EXPECT_THAT(ask("eval nothing").text, HasSubstr("there are: complete, components, deblur, denoise, digits, "
                                                  "histogram, inpaint, latents, likelihood, noise, "
                                                  "patch-priors, photos, plane, superres, vae."));
}

// A grey PNG of 7 by 3 pixels with the values 40 x + 30 y modulo 256.
constexpr unsigned char kPicture[] = {
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44,
    0x52, 0x00, 0x00, 0x00, 0x07, 0x00, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x00, 0x00, 0x7a,
    0xa8, 0x4a, 0x19, 0x00, 0x00, 0x00, 0x21, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0x60,
    0xd0, 0x08, 0xa8, 0x58, 0x70, 0xe2, 0x03, 0x83, 0x9c, 0x5b, 0xde, 0xb4, 0x7d, 0xcf, 0xf8,
    0x18, 0x6c, 0x52, 0x7a, 0xb6, 0xdc, 0x61, 0xd1, 0x01, 0x00, 0x6d, 0x80, 0x09, 0x4f, 0xd2,
    0x15, 0x64, 0x59, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82};

class CliRestore : public WithFolder {
 protected:
  void SetUp() override {
    WithFolder::SetUp();
    write(picture_, kBytes);
  }
  // Copies the picture file to where it is wanted.
  std::string put(const std::string& name, std::string_view bytes = kBytes) const {
    fs::create_directories(fs::path(in(name)).parent_path());
    write(in(name), bytes);
    return in(name);
  }

  inline static const std::string_view kBytes = {reinterpret_cast<const char*>(kPicture), sizeof kPicture};
  std::string picture_ = in("in.png"), result_ = in("out.png");
};

constexpr const char* kNoise = "restore --task add_noise ";

TEST_F(CliRestore, PutsAPictureThroughATask) {
  const std::string files = picture_ + " -o " + result_;
  const Outcome noisy = ask(kNoise + files + " --sigma 25 --seed 3", "2>/dev/null");
  EXPECT_EQ(noisy.code, 0);
  EXPECT_THAT(noisy.text, HasSubstr("in.png -> "));
  EXPECT_THAT(noisy.text, HasSubstr("psnr "));
  const std::string first = read(result_);
  EXPECT_THAT(first, testing::StartsWith("\x89PNG"));
  ASSERT_EQ(ask(kNoise + files + " --force --seed=3 --quiet --threads 2 --sigma 25").text, "");
  EXPECT_EQ(read(result_), first);
  ASSERT_EQ(ask(kNoise + files + " --force --seed 4 --quiet --sigma 25").code, 0);
  EXPECT_NE(read(result_), first);
}

TEST_F(CliRestore, DenoisesUnlessAnotherTaskIsNamed) {
  const Outcome done = ask("restore --sigma 20 -o " + result_ + " " + picture_);
  EXPECT_EQ(done.code, 0) << done.text;
  EXPECT_THAT(done.text, HasSubstr("in.png: step 1 of "));
  EXPECT_THAT(done.text, HasSubstr("sigma 20 1/255"));
}

TEST_F(CliRestore, NeverOverwritesUnlessTold) {
  put("out.png", "mine");
  const Outcome kept = ask(kNoise + picture_ + " -o " + result_);
  EXPECT_EQ(kept.code, 2);
  EXPECT_THAT(kept.text, HasSubstr("out.png is there already; --force writes over it."));
  EXPECT_EQ(read(result_), "mine");
  EXPECT_EQ(ask(kNoise + picture_ + " --force -o " + result_).code, 0);
  EXPECT_NE(read(result_), "mine");
}

TEST_F(CliRestore, TakesManyPicturesAndGoesOnAfterABadOne) {
  const std::string good = put("a/cat.png"), bad = put("a/half.png", kBytes.substr(0, 50)),
                    twin = put("b/cat.png"), other = put("b/dog.PNG");
  const Outcome done = ask(kNoise + good + " " + bad + " " + in("none.jpg") + " " + twin + " " + other +
                           " -o " + in("new/folder"));
  EXPECT_EQ(done.code, 2);
  EXPECT_THAT(done.text, HasSubstr("2/5 " + bad + " is a damaged PNG file"));
  EXPECT_THAT(done.text, HasSubstr("3/5 Cannot open the picture " + in("none.jpg")));
  EXPECT_THAT(done.text, HasSubstr("5/5 " + other + ": "));  // progress
  EXPECT_THAT(done.text, HasSubstr("2 of 5 pictures could not be done."));
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(in("new/folder"))) names.push_back(entry.path().filename());
  EXPECT_THAT(names,
              testing::UnorderedElementsAre("cat-restored.png", "cat-restored-2.png", "dog-restored.png"));
  // Once more: all is there, nothing is touched.
  const Outcome again = ask(kNoise + good + " " + twin + " -o " + in("new/folder"));
  EXPECT_EQ(again.code, 2);
  EXPECT_THAT(again.text, HasSubstr("cat-restored-2.png is there already"));
}

TEST_F(CliRestore, TheFormatIsTheInputsOrTheOneAskedFor) {
  fs::copy_file("shared/images/thumbs/coffee.jpg", in("coffee.jpeg"));
  const std::string both = picture_ + " " + in("coffee.jpeg") + " -o " + in("r");
  ASSERT_EQ(ask(kNoise + both).code, 0);
  EXPECT_THAT(read(in("r/in-restored.png")), testing::StartsWith("\x89PNG"));
  EXPECT_THAT(read(in("r/coffee-restored.jpg")), testing::StartsWith("\xff\xd8\xff"));
  ASSERT_EQ(ask(kNoise + both + " --format png").code, 2);  // one of them is there already
  EXPECT_THAT(read(in("r/coffee-restored.png")), testing::StartsWith("\x89PNG"));
  ASSERT_EQ(ask(kNoise + both + " --force --format jpg --jpeg 20").code, 0);
  EXPECT_LT(fs::file_size(in("r/coffee-restored.jpg")), fs::file_size(in("r/coffee-restored.png")) / 4);
}

TEST_F(CliRestore, MistakesNameTheFileOrTheParameter) {
  const auto refused = [](const std::string& arguments, const char* words) {
    const Outcome outcome = ask("restore --task " + arguments);
    EXPECT_EQ(outcome.code, 2) << arguments;
    EXPECT_THAT(outcome.text, HasSubstr(words));
  };
  const std::string files = picture_ + " -o " + result_;
  refused("add_noise " + picture_, "needs -o: the file or folder to write to");
  refused("add_noise -o " + result_, "needs pictures");
  refused("add_noise " + picture_ + " " + files, "2 pictures need a folder to be written to");
  refused("add_noise " + picture_ + " -o " + in("no/out.png"), "There is no folder ");
  refused("add_noise " + picture_ + " -o " + in("out.tif"), "Cannot tell the format of ");
  refused("add_noise " + picture_ + " -o " + picture_ + "/x", "cannot be made");
  refused("add_noise --format tif " + files, "--format takes png or jpg; \"tif\" came");
  refused("add_noise --format jpg " + files, "--format asks for .jpg");
  refused("add_noise " + folder_ + " -o " + result_, "is a folder, not a picture");
  refused("add_noise " + in("none.png") + " -o " + result_, "none.png");
  refused("add_noise --sigma 1000 " + files, "must be a number from 0 to 100");
  refused("add_noise --sigma nan " + files, "--sigma must be a number; \"nan\" came");
  refused("add_noise -x " + files, "does not know \"-x\"");
  refused("noise_level " + files, "does not turn a picture into a picture");
  write(picture_, kBytes.substr(0, kBytes.size() / 2));
  refused("add_noise " + files, "in.png is a damaged PNG file");
  write(picture_, "GIF89a is no picture here");
  refused("add_noise " + files, "in.png is neither a PNG nor a JPEG picture");
  write(picture_, "");
  refused("add_noise " + files, "in.png is empty");
  EXPECT_EQ(read(result_), "");
}

}  // namespace
}  // namespace priorlab

#endif  // PRIORLAB_CLI
