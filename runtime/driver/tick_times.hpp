// When the core's last ticks were, by this node's clock: a lease is counted in ticks and ends at a
// time.
//
// Thread safety: none; one owner. Complexity: O(1).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace quorate::driver {

class tick_times {
public:
  /// `tick` is the newest one, and one more than the last.
  void add(std::uint64_t tick, std::uint64_t at_ms) noexcept {
    newest_ = tick;
    at_ms_[tick % at_ms_.size()] = at_ms;
  }
  /// None: too long ago to be remembered.
  std::optional<std::uint64_t> ms_of(std::uint64_t tick) const noexcept {
    if (tick > newest_ || newest_ - tick >= at_ms_.size())
      return std::nullopt;
    return at_ms_[tick % at_ms_.size()];
  }

private:
  /// A basis that is older than so many ticks is no lease in any sensible configuration.
  static constexpr std::size_t remembered = 256;

  std::uint64_t newest_ = 0;
  std::array<std::uint64_t, remembered> at_ms_{};
};

} // namespace quorate::driver
