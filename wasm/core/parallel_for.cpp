#include "core/parallel_for.h"

#include "core/error.h"

namespace priorlab {
namespace {

int in_order(int count, const std::function<void(int)>& body, const std::function<bool()>& stop) {
  for (int i = 0; i < count; ++i) {
    if (i > 0 && stop && stop()) return i;
    body(i);
  }
  return count > 0 ? count : 0;
}

}  // namespace

void parallel_for(int count, const std::function<void(int)>& body) { parallel_for_until(count, body, {}); }

}  // namespace priorlab

#if defined(__EMSCRIPTEN__) && !defined(__EMSCRIPTEN_PTHREADS__)

namespace priorlab {

int parallel_for_until(int count, const std::function<void(int)>& body, const std::function<bool()>& stop) {
  return in_order(count, body, stop);
}

int thread_count() { return 1; }

void set_thread_count(int n) {
  if (n < 1 || n > 64) invalid("The number of threads must be from 1 to 64; ", n, " came.");
}

}  // namespace priorlab

#else

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace priorlab {
namespace {

constexpr int kMaxThreads = 64;

// True on a thread of the crew, and on the caller's while it works: calls from there run serially.
thread_local bool inside_parallel_for = false;

struct Job {
  int count;
  const std::function<void(int)>& body;
  const std::function<bool()>& stop;
  std::atomic<long long> next{0};
  std::mutex mutex = {};
  long long failed_at = -1;
  std::exception_ptr error = {};

  void work() {
    for (;;) {
      if (stop && next.load(std::memory_order_relaxed) > 0 && stop()) return;
      const long long i = next.fetch_add(1, std::memory_order_relaxed);
      if (i >= count) return;
      try {
        body(static_cast<int>(i));
      } catch (...) {
        next.store(count, std::memory_order_relaxed);
        const std::lock_guard lock(mutex);
        // Several may fail at once: the lowest index is reported.
        if (failed_at < 0 || i < failed_at) {
          failed_at = i;
          error = std::current_exception();
        }
      }
    }
  }
};

// Threads live as long as the process and are only ever added: a thread that ended cannot be replaced in wasm
// without going back to the event loop. The caller waits for the threads that took the job up, not for
// those that have not yet woken (or, in wasm, not yet started).
class Crew {
 public:
  Crew() : size_(std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, kMaxThreads)) {}

  ~Crew() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  int size() const { return size_; }
  void set_size(int n) { size_ = n; }

  // False when another thread's job is under way.
  bool run(Job& job) {
    const std::unique_lock one_at_a_time(busy_, std::try_to_lock);
    if (!one_at_a_time.owns_lock()) return false;
    const int helpers = std::min(size(), job.count) - 1;
    {
      const std::lock_guard lock(mutex_);
      while (static_cast<int>(threads_.size()) < helpers) threads_.emplace_back([this] { serve(); });
      job_ = &job;
      places_ = helpers;
    }
    for (int i = 0; i < helpers; ++i) wake_.notify_one();
    inside_parallel_for = true;
    job.work();
    inside_parallel_for = false;
    std::unique_lock lock(mutex_);
    job_ = nullptr;
    left_.wait(lock, [this] { return working_ == 0; });
    return true;
  }

 private:
  void serve() {
    inside_parallel_for = true;
    std::unique_lock lock(mutex_);
    for (;;) {
      wake_.wait(lock, [this] { return stop_ || (job_ && places_ > 0); });
      if (stop_) return;
      Job& job = *job_;
      --places_;
      ++working_;
      lock.unlock();
      job.work();
      lock.lock();
      if (--working_ == 0) left_.notify_one();
    }
  }

  std::atomic<int> size_;
  std::mutex busy_;   // held during a run
  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_, left_;
  std::vector<std::thread> threads_;
  Job* job_ = nullptr;
  int places_ = 0;   // how many more threads may join the job
  int working_ = 0;  // threads inside the job
  bool stop_ = false;
};

Crew& crew() {
#ifdef __EMSCRIPTEN__
  // Never destroyed: joining a thread that the page has not started would wait for ever.
  static Crew& one = *new Crew;
#else
  static Crew one;
#endif
  return one;
}

}  // namespace

int parallel_for_until(int count, const std::function<void(int)>& body, const std::function<bool()>& stop) {
  if (count > 1 && !inside_parallel_for && crew().size() > 1) {
    Job job{count, body, stop};
    if (crew().run(job)) {
      if (job.error) std::rethrow_exception(job.error);
      return static_cast<int>(std::min<long long>(job.next, count));
    }
  }
  return in_order(count, body, stop);
}

int thread_count() { return crew().size(); }

void set_thread_count(int n) {
  if (n < 1 || n > kMaxThreads) invalid("The number of threads must be from 1 to 64; ", n, " came.");
  crew().set_size(n);
}

}  // namespace priorlab

#endif
