// What somebody most probably meant by a name that doesn't exist.
#include "quorate/option_list.hpp"

#include <algorithm>
#include <cstddef>

namespace quorate {

namespace {

/// Longer than any name, and the work is the product of two.
constexpr std::size_t compared_bytes_max = 64;

/// Letters to insert, drop, replace or swap with their neighbour, to make one of the other.
std::size_t distance(std::string_view a, std::string_view b) {
  const auto width = b.size() + 1;
  std::vector<std::size_t> cells((a.size() + 1) * width);
  const auto at = [&](std::size_t i, std::size_t j) -> std::size_t& {
    return cells[i * width + j];
  };
  for (std::size_t i = 0; i <= a.size(); ++i)
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        at(i, j) = i + j;
        continue;
      }
      const std::size_t replaced = a[i - 1] == b[j - 1] ? 0 : 1;
      at(i, j) = std::min({at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        at(i, j) = std::min(at(i, j), at(i - 2, j - 2) + 1);
    }
  return at(a.size(), b.size());
}

} // namespace

std::string nearest_option(std::string_view name, const std::vector<std::string>& names) {
  if (name.empty() || name.size() > compared_bytes_max)
    return {};
  std::string best;
  // A third of the letters: beyond that, anything resembles everything.
  auto least = std::max<std::size_t>(1, name.size() / 3) + 1;
  for (const auto& candidate : names) {
    if (candidate.empty() || candidate.size() > compared_bytes_max)
      continue;
    const auto d = distance(name, candidate);
    if (d < least) {
      least = d;
      best = candidate;
    }
  }
  return best;
}

} // namespace quorate
