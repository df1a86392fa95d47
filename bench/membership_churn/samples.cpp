#include "bench/membership_churn/samples.hpp"

#include <algorithm>

namespace quorate::membership_churn {

namespace {

clock::time_point end_of(const sample& x) {
  return x.begin + x.took;
}

bool ends_in(const interval& time, const sample& x) {
  return end_of(x) >= time.from && end_of(x) < time.until;
}

clock::duration longest_gap(const interval& time, const std::vector<sample>& watched) {
  clock::duration longest{};
  auto last = time.from;
  for (const auto& x : watched) {
    if (!x.acknowledged)
      continue;
    const auto now = end_of(x);
    if (now >= time.from && last < time.until)
      longest = std::max(longest, now - std::max(last, time.from));
    last = now;
  }
  return last < time.until ? std::max(longest, time.until - last) : longest;
}

} // namespace

double milliseconds(clock::duration x) {
  return std::chrono::duration<double, std::milli>(x).count();
}

std::uint64_t failed_of(const std::vector<sample>& all) {
  return static_cast<std::uint64_t>(
    std::count_if(all.begin(), all.end(), [](const sample& x) { return !x.acknowledged; }));
}

writing written_in(const interval& time, const std::vector<sample>& watched,
                   const std::vector<sample>& others) {
  writing out;
  std::uint64_t acknowledged = 0;
  for (const auto* all : {&watched, &others})
    for (const auto& x : *all)
      if (ends_in(time, x))
        ++(x.acknowledged ? acknowledged : out.failed);
  const auto seconds = milliseconds(time.until - time.from) / 1'000;
  out.puts_per_second = seconds > 0 ? static_cast<double>(acknowledged) / seconds : 0;
  out.longest_gap_ms = milliseconds(longest_gap(time, watched));
  return out;
}

} // namespace quorate::membership_churn
