// Counts durations so that percentiles can be told: a histogram whose buckets are as fine as the
// values are small.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace quorate::bench {

/// Log-linear: each power of two is divided into 128 buckets, so that a percentile is at most
/// 1/128, less than 0.8 %, above the exact one, and never below. Values up to 127 are exact;
/// values from `value_max` on share the last bucket. Recording costs a few instructions and never
/// allocates.
///
/// Thread safety: none; each owner records into its own, and they are merged afterwards.
class histogram {
public:
  /// About 68 s in nanoseconds, longer than what is measured with it.
  static constexpr std::uint64_t value_max = (std::uint64_t{1} << 36) - 1;

  histogram();

  void record(std::uint64_t value) noexcept;
  void merge(const histogram& other) noexcept;

  std::uint64_t count() const noexcept {
    return count_;
  }
  /// Exact, also beyond `value_max`. 0 if nothing was recorded.
  std::uint64_t max() const noexcept {
    return max_;
  }
  /// The smallest value that isn't exceeded by `percent` of the recorded ones, or slightly more. 0
  /// if nothing was recorded. `percent` is 0 to 100.
  std::uint64_t percentile(double percent) const noexcept;

private:
  static constexpr unsigned fraction_bits = 7;
  static constexpr std::size_t buckets_count = (36 - fraction_bits + 1) << fraction_bits;

  static std::size_t bucket_of(std::uint64_t value) noexcept;
  static std::uint64_t highest_in(std::size_t bucket) noexcept;

  /// Narrow, because every client has them, and each record touches a line of memory that may not
  /// be cached. An hour of a million values a second still fits.
  std::unique_ptr<std::array<std::uint32_t, buckets_count>> buckets_;
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

} // namespace quorate::bench
