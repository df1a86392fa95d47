#include "tests/fuzz/mutator.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace quorate::fuzz {

namespace {

/// Lengths, numbers and tags at which a decoder turns.
constexpr std::uint8_t corners[] = {0x00, 0x01, 0x7F, 0x80, 0x81, 0xFE, 0xFF};

const std::string& any_of(const std::vector<std::string>& corpus, base::random& draw) {
  return corpus[draw.below(corpus.size())];
}

void change_once(std::string& x, const std::vector<std::string>& corpus, base::random& draw) {
  const auto at = static_cast<std::size_t>(draw.below(x.size() + 1));
  const auto count = static_cast<std::size_t>(draw.between(1, draw.chance(80) ? 8 : 300));
  switch (draw.below(6)) {
  case 0:
    if (at < x.size())
      x[at] = static_cast<char>(x[at] ^ (1 << draw.below(8)));
    return;
  case 1:
    if (at < x.size())
      x[at] = static_cast<char>(corners[draw.below(std::size(corners))]);
    return;
  case 2:
    x.resize(at);
    return;
  case 3:
    x.erase(at, count);
    return;
  case 4:
    x.insert(at, count, static_cast<char>(corners[draw.below(std::size(corners))]));
    return;
  default: {
    const auto& other = any_of(corpus, draw);
    const auto from = static_cast<std::size_t>(draw.below(other.size() + 1));
    x.replace(at, draw.chance(50) ? count : 0, other.substr(from, count));
    return;
  }
  }
}

} // namespace

std::string mutate(const std::vector<std::string>& corpus, base::random& draw) {
  auto out = any_of(corpus, draw);
  for (auto changes = draw.between(1, 4); changes > 0; --changes)
    change_once(out, corpus, draw);
  return out;
}

} // namespace quorate::fuzz
