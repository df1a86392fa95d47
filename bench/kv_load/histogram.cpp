#include "bench/kv_load/histogram.hpp"

#include <algorithm>
#include <cmath>

namespace quorate::bench {

histogram::histogram() : buckets_(std::make_unique<std::array<std::uint32_t, buckets_count>>()) {
  // nop
}

void histogram::record(std::uint64_t value) noexcept {
  ++(*buckets_)[bucket_of(std::min(value, value_max))];
  ++count_;
  max_ = std::max(max_, value);
}

void histogram::merge(const histogram& other) noexcept {
  for (std::size_t i = 0; i < buckets_count; ++i)
    (*buckets_)[i] += (*other.buckets_)[i];
  count_ += other.count_;
  max_ = std::max(max_, other.max_);
}

std::uint64_t histogram::percentile(double percent) const noexcept {
  if (count_ == 0)
    return 0;
  const auto rank = std::ceil(static_cast<double>(count_) * percent / 100.0);
  const auto wanted = std::clamp(static_cast<std::uint64_t>(rank), std::uint64_t{1}, count_);
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < buckets_count; ++i) {
    seen += (*buckets_)[i];
    if (seen < wanted)
      continue;
    // The last bucket has no upper end of its own.
    return i + 1 == buckets_count ? max_ : std::min(highest_in(i), max_);
  }
  return max_;
}

/// Values below 2^7 are their own bucket. Above, the seven bits after the leading one choose the
/// bucket within the power of two.
std::size_t histogram::bucket_of(std::uint64_t value) noexcept {
  constexpr std::uint64_t exact = std::uint64_t{1} << fraction_bits;
  if (value < exact)
    return static_cast<std::size_t>(value);
  const auto leading = 63U - static_cast<unsigned>(__builtin_clzll(value));
  const auto shift = leading - fraction_bits;
  // `value >> shift` is exact to 2 * exact - 1: the leading bit moves into the next block.
  return (static_cast<std::size_t>(shift) << fraction_bits)
         + static_cast<std::size_t>(value >> shift);
}

std::uint64_t histogram::highest_in(std::size_t bucket) noexcept {
  constexpr std::size_t exact = std::size_t{1} << fraction_bits;
  if (bucket < 2 * exact)
    return bucket;
  const auto shift = (bucket >> fraction_bits) - 1;
  const auto top = exact + (bucket & (exact - 1));
  return ((std::uint64_t{top} + 1) << shift) - 1;
}

} // namespace quorate::bench
