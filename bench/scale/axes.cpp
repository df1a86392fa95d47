#include "bench/scale/axes.hpp"

#include <algorithm>

namespace quorate::scale {

namespace {

void set_value_bytes(conditions& to, std::uint32_t size) {
  constexpr std::uint32_t store_bytes = std::uint32_t{64} << 20; // Else it is a question of memory.
  to.value_bytes = size;
  to.keys = std::min(to.keys, store_bytes / size);
}

void set_watchers(conditions& to, std::uint32_t size) {
  to.watchers = size;
  to.outsiders = 1; // So that there is something to be watched.
}

} // namespace

const std::vector<axis>& axes() {
  static const std::vector<axis> all{
    {"keys",
     {1'000, 10'000, 100'000, 1'000'000, 10'000'000},
     1'000'000,
     [](conditions& to, std::uint32_t size) { to.keys = size; }},
    {"members", {1, 3, 5, 7}, 7, [](conditions& to, std::uint32_t size) { to.members = size; }},
    {"outsiders",
     {10, 100, 1'000, 10'000},
     10'000,
     [](conditions& to, std::uint32_t size) { to.outsiders = size; }},
    {"values", {16, 256, 4'096, 65'536, 1'048'576}, 1'048'576, set_value_bytes},
    {"watchers", {0, 1, 10, 100, 1'000}, 1'000, set_watchers},
  };
  return all;
}

const axis* find_axis(std::string_view name) {
  const auto found = std::find_if(axes().begin(), axes().end(),
                                  [&](const axis& x) { return x.name == name; });
  return found == axes().end() ? nullptr : &*found;
}

std::vector<std::uint32_t> sizes_of(const axis& which, std::optional<std::uint32_t> max) {
  std::vector<std::uint32_t> out;
  for (const auto size : which.sizes)
    if (size <= max.value_or(which.usual_max))
      out.push_back(size);
  return out;
}

} // namespace quorate::scale
