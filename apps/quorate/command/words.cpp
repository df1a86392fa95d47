#include "apps/quorate/command/words.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <optional>

namespace quorate::app {

namespace {

using std::chrono::milliseconds;

struct unit {
  std::string_view name;
  std::int64_t ms;
};

constexpr std::array<unit, 5> units{
  {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};

constexpr std::int64_t duration_ms_max = 30 * std::int64_t{86'400'000};

std::optional<std::uint64_t> digits(std::string_view text) {
  std::uint64_t number = 0;
  const auto* last = text.data() + text.size();
  const auto [end, why] = std::from_chars(text.data(), last, number);
  // from_chars takes a sign of signed types only, so what is read is digits.
  if (text.empty() || why != std::errc{} || end != last)
    return std::nullopt;
  return number;
}

/// Bytes of the character that begins here, or 0 if that is no UTF-8 (RFC 3629).
std::size_t character_bytes(std::string_view text) {
  const auto at = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto first = at(0);
  if (first < 0x80)
    return 1;
  const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4)
    return 0;
  for (std::size_t i = 1; i < size; ++i)
    if ((at(i) & 0xC0U) != 0x80U)
      return 0;
  const auto second = at(1);
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool surrogate = first == 0xED && second >= 0xA0;
  const bool beyond = first == 0xF4 && second >= 0x90;
  return overlong || surrogate || beyond ? 0 : size;
}

/// Edits that make one word of the other: letters put in, taken out, replaced, or swapped with
/// their neighbour.
std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i)
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        cost[i][j] = i + j;
        continue;
      }
      const std::size_t differs = a[i - 1] == b[j - 1] ? 0 : 1;
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + differs});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  return cost[a.size()][b.size()];
}

} // namespace

result<milliseconds> parse_duration(std::string_view text) {
  const auto refuse = [&] {
    return make_error(errc::invalid_argument,
                      "'" + printable(text)
                        + "' is no duration: write 500ms, 10s, 5m, 1h or 2d, 30d at most.");
  };
  if (text == "0")
    return milliseconds{0};
  const auto end = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = digits(text.substr(0, end));
  const auto found = std::find_if(units.begin(), units.end(),
                                  [&](const unit& x) { return x.name == text.substr(end); });
  if (!number || found == units.end())
    return refuse();
  if (*number > static_cast<std::uint64_t>(duration_ms_max / found->ms))
    return refuse();
  return milliseconds{static_cast<std::int64_t>(*number) * found->ms};
}

std::string duration_text(milliseconds x) {
  if (x.count() == 0)
    return "0s";
  for (const auto& each : units)
    if (x.count() % each.ms == 0)
      return std::to_string(x.count() / each.ms) + std::string{each.name};
  return std::to_string(x.count()) + "ms"; // Not reached: the last unit divides all.
}

result<std::uint64_t> parse_number(std::string_view text, std::uint64_t least, std::uint64_t most) {
  const auto number = digits(text);
  if (!number || *number < least || *number > most)
    return make_error(errc::invalid_argument, "a number from " + std::to_string(least) + " to "
                                                + std::to_string(most) + " is wanted, not '"
                                                + printable(text) + "'.");
  return *number;
}

result<op_id> parse_op_id(std::string_view text) {
  const auto half = [&](std::size_t from) -> std::optional<std::uint64_t> {
    std::uint64_t number = 0;
    const auto* first = text.data() + from;
    const auto [end, why] = std::from_chars(first, first + 16, number, 16);
    return why == std::errc{} && end == first + 16 ? std::optional{number} : std::nullopt;
  };
  op_id op;
  if (text.size() == 32)
    if (const auto high = half(0), low = half(16); high && low) {
      op.high = *high;
      op.low = *low;
    }
  if (!op)
    return make_error(errc::invalid_argument, "an op id has 32 hexadecimal digits, not all of them "
                                              "0; this is none: '"
                                                + printable(text) + "'.");
  return op;
}

node_id node_id_in(std::string_view text) {
  if (!text.empty() && text.front() == 'n')
    text.remove_prefix(1);
  const auto number = digits(text);
  return number && *number <= UINT32_MAX ? node_id{static_cast<std::uint32_t>(*number)} : node_id{};
}

std::string printable(std::string_view text) {
  std::string safe;
  while (!text.empty()) {
    const auto first = static_cast<unsigned char>(text.front());
    const auto size = character_bytes(text);
    // C1 controls, which some terminals obey, are 0xC2 0x80 to 0xC2 0x9F.
    const bool control = first < 0x20 || first == 0x7F
                         || (first == 0xC2 && size == 2
                             && static_cast<unsigned char>(text[1]) < 0xA0);
    if (size == 0 || control)
      safe += '?';
    else
      safe += text.substr(0, size);
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return safe;
}

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto size = character_bytes(bytes);
    if (size == 0)
      return false;
    bytes.remove_prefix(size);
  }
  return true;
}

std::string base64(std::string_view bytes) {
  static constexpr char
    letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t at) {
      return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0U;
    };
    const unsigned bits = (byte(i) << 16U) | (byte(i + 1) << 8U) | byte(i + 2);
    for (unsigned part = 0; part < 4; ++part)
      text += i + part <= bytes.size() ? letters[(bits >> (18U - 6U * part)) & 63U] : '=';
  }
  return text;
}

std::string nearest(std::string_view typed, const std::vector<std::string>& candidates) {
  // Words of a command are short; whatever is longer is no slip of the finger.
  if (typed.empty() || typed.size() > 64)
    return {};
  std::string best;
  auto best_edits = std::max<std::size_t>(typed.size() / 3, 2) + 1;
  for (const auto& each : candidates) {
    const auto distance = edits(typed, each);
    if (distance < best_edits && distance < std::max(typed.size(), each.size())) {
      best = each;
      best_edits = distance;
    }
  }
  return best;
}

std::string shell_quoted(std::string_view word) {
  static constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                            "0123456789_-.,:/=@%+";
  if (!word.empty() && word.find_first_not_of(plain) == std::string_view::npos)
    return std::string{word};
  std::string quoted = "'";
  for (const char c : word)
    quoted += c == '\'' ? std::string{"'\\''"} : std::string{c};
  return quoted + '\'';
}

} // namespace quorate::app
