// parallel_for. Suites named Threads... also run under the thread sanitizer. Without threads (plain wasm) the
// same promises hold for the loop that stands in.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <numeric>
#include <stdexcept>
#include <thread>
#include <vector>

#include "core/parallel_for.h"
#include "errors.h"

namespace priorlab {
namespace {

#if defined(__EMSCRIPTEN__) && !defined(__EMSCRIPTEN_PTHREADS__)
constexpr bool kThreads = false;
#else
constexpr bool kThreads = true;
#endif

class ThreadsParallelFor : public testing::Test {
 protected:
  void TearDown() override { set_thread_count(before_); }
  int before_ = thread_count();
};

TEST_F(ThreadsParallelFor, RunsEveryIndexOnce) {
  for (int threads : {1, 2, 3, 8}) {
    set_thread_count(threads);
    for (int count : {0, 1, 2, 7, 1000}) {
      std::vector<int> hits(static_cast<std::size_t>(count));
      parallel_for(count, [&](int i) { ++hits[static_cast<std::size_t>(i)]; });
      for (int h : hits) ASSERT_EQ(h, 1) << threads << " threads, " << count << " indices";
    }
  }
}

TEST_F(ThreadsParallelFor, UntilRunsAPrefixAndAtLeastOne) {
  for (int threads : {1, 2, 8}) {
    set_thread_count(threads);
    for (int most : {0, 1, 5, 100, 1000}) {
      std::vector<int> hits(300);
      std::atomic<int> begun{0};
      const int ran = parallel_for_until(
          300, [&](int i) { ++hits[static_cast<std::size_t>(i)], ++begun; }, [&] { return begun >= most; });
      EXPECT_GE(ran, std::min(std::max(most, 1), 300));
      EXPECT_LE(ran, std::min(std::max(most, 1) + threads, 300));
      for (int i = 0; i < 300; ++i) ASSERT_EQ(hits[static_cast<std::size_t>(i)], i < ran ? 1 : 0);
    }
  }
  EXPECT_EQ(parallel_for_until(
                0, [](int) { FAIL(); }, [] { return false; }),
            0);
}

TEST_F(ThreadsParallelFor, NegativeCountIsNothing) {
  parallel_for(-3, [](int) { FAIL(); });
}

TEST_F(ThreadsParallelFor, ManySmallRunsInARow) {
  set_thread_count(4);
  long long total = 0;
  for (int round = 0; round < 2000; ++round) {
    int parts[5] = {};
    parallel_for(5, [&](int i) { parts[i] = round + i; });
    total += std::accumulate(parts, parts + 5, 0LL);
  }
  EXPECT_EQ(total, 5LL * 2000 * 1999 / 2 + 10 * 2000);
}

TEST_F(ThreadsParallelFor, TheCallerTakesPartAndHelpersToo) {
  if (!kThreads) GTEST_SKIP() << "this build has no threads";
  set_thread_count(2);
  // Each of two bodies waits for the other: only possible when two threads run them.
  std::atomic<int> inside{0};
  std::thread::id ids[2];
  parallel_for(2, [&](int i) {
    ids[i] = std::this_thread::get_id();
    ++inside;
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (inside < 2 && std::chrono::steady_clock::now() < limit) std::this_thread::yield();
  });
  EXPECT_EQ(inside, 2);
  EXPECT_NE(ids[0], ids[1]);
  EXPECT_TRUE(ids[0] == std::this_thread::get_id() || ids[1] == std::this_thread::get_id());
}

TEST_F(ThreadsParallelFor, ABodysExceptionComesOut) {
  for (int threads : {1, 4}) {
    set_thread_count(threads);
    std::atomic<int> ran{0};
    try {
      parallel_for(100, [&](int i) {
        ++ran;
        if (i == 13) throw std::runtime_error("body " + std::to_string(i));
      });
      FAIL() << "nothing was thrown";
    } catch (const std::runtime_error& e) {
      EXPECT_STREQ(e.what(), "body 13");
    }
    EXPECT_GE(ran, 1);
    EXPECT_LE(ran, 100);
    // The crew works on.
    ran = 0;
    parallel_for(50, [&](int) { ++ran; });
    EXPECT_EQ(ran, 50);
  }
}

TEST_F(ThreadsParallelFor, AllBodiesMayThrow) {
  set_thread_count(8);
  for (int round = 0; round < 100; ++round)
    EXPECT_SENTENCE(
        parallel_for(64, [](int i) { throw std::invalid_argument("body " + std::to_string(i) + "."); }),
        "body");
}

TEST_F(ThreadsParallelFor, NestedCallsRunSerially) {
  set_thread_count(4);
  std::vector<int> order[8];
  parallel_for(8, [&](int i) {
    const auto id = std::this_thread::get_id();
    parallel_for(16, [&](int j) {
      EXPECT_EQ(std::this_thread::get_id(), id);
      order[i].push_back(j);
    });
  });
  for (const auto& list : order) {
    ASSERT_EQ(list.size(), 16u);
    for (int j = 0; j < 16; ++j) EXPECT_EQ(list[static_cast<std::size_t>(j)], j);
  }
}

TEST_F(ThreadsParallelFor, AnExceptionLeavesNestingAsItWas) {
  set_thread_count(2);
  EXPECT_SENTENCE(
      parallel_for(4, [](int) { parallel_for(2, [](int) { throw std::invalid_argument("inner."); }); }),
      "inner");
  // Were the mark of nesting left behind, this would run on one thread and never meet.
  if (!kThreads) return;
  std::atomic<int> inside{0};
  parallel_for(2, [&](int) {
    ++inside;
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (inside < 2 && std::chrono::steady_clock::now() < limit) std::this_thread::yield();
  });
  EXPECT_EQ(inside, 2);
}

TEST_F(ThreadsParallelFor, TwoCallersAtOnceBothFinish) {
  if (!kThreads) GTEST_SKIP() << "this build has no threads";
  set_thread_count(3);
  std::atomic<long long> sum{0};
  const auto work = [&] {
    for (int round = 0; round < 200; ++round) parallel_for(20, [&](int i) { sum += i; });
  };
  std::thread other(work);
  work();
  other.join();
  EXPECT_EQ(sum, 2 * 200 * 190);
}

TEST_F(ThreadsParallelFor, TheCountHasARange) {
  EXPECT_SENTENCE(set_thread_count(0), "must be from 1 to 64; 0 came");
  EXPECT_SENTENCE(set_thread_count(65), "65 came");
  EXPECT_GE(thread_count(), 1);
  if (!kThreads) return;
  set_thread_count(5);
  EXPECT_EQ(thread_count(), 5);
}

}  // namespace
}  // namespace priorlab
