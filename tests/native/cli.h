// The command line as a user meets it, for tests: runs it, gives text and exit code; a folder of one's own.
// Native only: PRIORLAB_CLI is the program's path, given by the build.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace priorlab {

struct Outcome {
  int code = -1;
  std::string text;
};

// Both streams, or with `errors` "2>/dev/null" standard output alone.
inline Outcome ask(const std::string& arguments, const char* errors = "2>&1") {
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

// A folder that is there for one test.
class WithFolder : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string in(const std::string& name) const { return folder_ + "/" + name; }
  static void write(const std::string& path, std::string_view text) {
    std::ofstream(path, std::ios::binary).write(text.data(), static_cast<std::streamsize>(text.size()));
  }
  static std::string read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::string folder_ = testing::TempDir() + "priorlab_" + std::to_string(getpid());
};

}  // namespace priorlab
