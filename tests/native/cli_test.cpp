// The command line as a user meets it: output, sentence and exit code. Native only: PRIORLAB_CLI is the
// program's path, given by the build.
#ifdef PRIORLAB_CLI

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "registry.h"

namespace priorlab {
namespace {

struct Outcome {
  int code = -1;
  std::string text;
};

// With `--json` only standard output is of interest, else both streams are.
Outcome ask(const std::string& arguments, const char* errors = "2>&1") {
  Outcome result;
  std::FILE* pipe = popen((std::string(PRIORLAB_CLI " ") + arguments + " " + errors).c_str(), "r");
  if (!pipe) return result;
  std::array<char, 4096> buffer;
  for (std::size_t n; (n = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    result.text.append(buffer.data(), n);
  const int status = pclose(pipe);
  result.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return result;
}

using testing::HasSubstr;

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
  const Outcome task = ask("restore nothing a.png b.png");
  EXPECT_EQ(task.code, 2);
  EXPECT_THAT(task.text, HasSubstr("There is no task \"nothing\""));
}

TEST(Cli, HelpIsNoError) {
  for (const char* word : {"help", "--help", "-h"}) {
    const Outcome help = ask(word, "2>/dev/null");
    EXPECT_EQ(help.code, 0);
    EXPECT_THAT(help.text, HasSubstr("describe [--json]"));
  }
}

// A grey PNG of 7 by 3 pixels with the values 40 x + 30 y modulo 256.
constexpr unsigned char kPicture[] = {
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44,
    0x52, 0x00, 0x00, 0x00, 0x07, 0x00, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x00, 0x00, 0x7a,
    0xa8, 0x4a, 0x19, 0x00, 0x00, 0x00, 0x21, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0x60,
    0xd0, 0x08, 0xa8, 0x58, 0x70, 0xe2, 0x03, 0x83, 0x9c, 0x5b, 0xde, 0xb4, 0x7d, 0xcf, 0xf8,
    0x18, 0x6c, 0x52, 0x7a, 0xb6, 0xdc, 0x61, 0xd1, 0x01, 0x00, 0x6d, 0x80, 0x09, 0x4f, 0xd2,
    0x15, 0x64, 0x59, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82};

class CliRestore : public testing::Test {
 protected:
  std::string file(const char* name) const {
    return testing::TempDir() + "priorlab_" + std::to_string(getpid()) + name;
  }
  void SetUp() override { write(picture_, {reinterpret_cast<const char*>(kPicture), sizeof kPicture}); }
  void TearDown() override {
    std::remove(picture_.c_str());
    std::remove(result_.c_str());
  }
  static void write(const std::string& path, std::string_view text) {
    std::ofstream(path, std::ios::binary).write(text.data(), static_cast<std::streamsize>(text.size()));
  }
  static std::string read(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::string picture_ = file("_in.png"), result_ = file("_out.png");
};

TEST_F(CliRestore, PutsAPictureThroughATask) {
  const std::string files = picture_ + " " + result_;
  const Outcome noisy = ask("restore add_noise " + files + " --sigma 25 --seed 3", "2>/dev/null");
  EXPECT_EQ(noisy.code, 0);
  EXPECT_THAT(noisy.text, HasSubstr("psnr "));
  const std::string first = read(result_);
  EXPECT_THAT(first, testing::StartsWith("\x89PNG"));
  ASSERT_EQ(ask("restore add_noise --seed=3 --quiet --threads 2 --sigma 25 " + files).text, "");
  EXPECT_EQ(read(result_), first);
  ASSERT_EQ(ask("restore add_noise --seed 4 --quiet --sigma 25 " + files).code, 0);
  EXPECT_NE(read(result_), first);
}

TEST_F(CliRestore, MistakesNameTheFileOrTheParameter) {
  const auto refused = [](const std::string& arguments, const char* words) {
    const Outcome outcome = ask("restore " + arguments);
    EXPECT_EQ(outcome.code, 2) << arguments;
    EXPECT_THAT(outcome.text, HasSubstr(words));
  };
  refused("add_noise " + picture_, "needs the file to write");
  refused("add_noise " + file("_none.png") + " " + result_, "_none.png");
  refused("add_noise --sigma 1000 " + picture_ + " " + result_, "must be a number from 0 to 100");
  refused("add_noise --sigma nan " + picture_ + " " + result_, "--sigma must be a number; \"nan\" came");
  refused("noise_level " + picture_ + " " + result_, "does not turn a picture into a picture");
  write(picture_, {reinterpret_cast<const char*>(kPicture), sizeof kPicture / 2});
  refused("add_noise " + picture_ + " " + result_, "_in.png");
  write(picture_, "GIF89a is no picture here");
  refused("add_noise " + picture_ + " " + result_, "_in.png");
  EXPECT_EQ(read(result_), "");
}

}  // namespace
}  // namespace priorlab

#endif  // PRIORLAB_CLI
