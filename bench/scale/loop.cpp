#include "bench/scale/loop.hpp"

#include "bench/own_process.hpp"
#include "bench/snapshot_pause/writers.hpp"

#include <thread>
#include <utility>

namespace quorate::scale {

namespace {

using clock = std::chrono::steady_clock;

std::uint64_t next_random(std::uint64_t& state) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

} // namespace

loop::loop(std::vector<client> clients, const conditions& with, operation what)
  : with_(with),
    what_(what),
    value_(with.value_bytes, 'v') {
  for (auto& each : clients)
    all_.push_back({std::move(each), 88'172'645'463'325'252 + all_.size() * 7'919, {}, {}});
}

void loop::next(one& by) {
  auto key = snapshot_pause::key_of(static_cast<std::uint32_t>(next_random(by.drawn) % with_.keys));
  by.began = clock::now();
  if (what_ == operation::put)
    by.cluster.put(std::move(key), value_, {}, [this, &by](const result<revision>& answer) {
      answered(by, answer ? nullptr : &answer.error());
    });
  else
    by.cluster.get(std::move(key), read_level::linearizable,
                   [this, &by](const result<std::optional<versioned_value>>& answer) {
                     answered(by, answer ? nullptr : &answer.error());
                   });
}

void loop::answered(one& by, const error* failure) {
  by.took.record(static_cast<std::uint64_t>(
    std::chrono::duration_cast<std::chrono::nanoseconds>(clock::now() - by.began).count()));
  if (failure != nullptr) {
    const std::lock_guard guard{mutex_};
    failure_ = *failure;
    stopping_ = true;
  }
  if (stopping_)
    --under_way_;
  else
    next(by);
}

result<cost> loop::run(double seconds, double idle) {
  const auto start = clock::now();
  const auto cpu = bench::cpu_seconds();
  under_way_ = all_.size();
  for (auto& each : all_)
    next(each);
  const auto until = start + std::chrono::duration<double>(seconds);
  while (clock::now() < until && !stopping_)
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  stopping_ = true;
  while (under_way_ != 0) // Each is answered within its deadline.
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  const auto took = std::chrono::duration<double>(clock::now() - start).count();
  const auto used = bench::cpu_seconds() - cpu - idle * took;
  if (failure_.code != errc::none)
    return failure_;
  bench::histogram all;
  for (const auto& each : all_)
    all.merge(each.took);
  const auto count = static_cast<double>(all.count());
  return cost{count / took, used * 1e6 / count, static_cast<double>(all.percentile(50)) / 1e3};
}

} // namespace quorate::scale
