#include "actors/refusal_gate.hpp"

#include "runtime/base/limits.hpp"
#include "runtime/membership/records.hpp"

namespace quorate::actors {

std::vector<refusal_news> refusal_gate::pass(const std::vector<membership::refused>& all,
                                             std::uint64_t now_ms) {
  constexpr std::uint64_t second_ms = 1'000;
  std::vector<refusal_news> out;
  for (const auto& x : all) {
    if (now_ms >= second_until_ms_) {
      second_until_ms_ = now_ms + second_ms;
      told_ = 0;
    }
    if (told_ == limits::refusals_told_per_second_max) {
      ++left_out_;
      continue;
    }
    ++told_;
    out.push_back({membership::record_of(x), left_out_});
    left_out_ = 0;
  }
  return out;
}

} // namespace quorate::actors
