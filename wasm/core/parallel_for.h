// parallel_for: the one way to use several cores. Natively and in the pthread flavours a fixed crew of
// threads; elsewhere a plain loop. Results never depend on the number of threads: each index writes only its
// own outputs.
#pragma once

#include <functional>

namespace priorlab {

// Runs body(i) for every i in [0, count), in any order, each exactly once; returns when all are done. Indices
// are claimed one by one, so uneven work balances. The first exception of a body is rethrown here, after the
// others have ended; the rest of the indices may then be skipped. Calls from inside a body run serially.
void parallel_for(int count, const std::function<void(int)>& body);

// The same until `stop` says so, which is asked before every index but the first and must be safe to ask from
// any thread. Returns how many ran: those are the indices [0, that many), for they are claimed in order.
int parallel_for_until(int count, const std::function<void(int)>& body, const std::function<bool()>& stop);

// Number of threads parallel_for uses, the caller included. Default: all cores (the pthread pool's size in
// wasm).
int thread_count();
// 1 <= n <= 64. Not to be called while a parallel_for runs.
void set_thread_count(int n);

}  // namespace priorlab
