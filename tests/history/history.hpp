// A history: what the clients of one key-value store saw, operation by operation.
#pragma once

#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

namespace quorate::history {

/// Where a number names nothing: no value, no operation.
constexpr std::uint32_t nothing = std::numeric_limits<std::uint32_t>::max();

/// Returned never: the outcome is unknown.
constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

enum class action : std::uint8_t { get, put, erase };

enum class condition : std::uint8_t { none, absent, matches };

enum class outcome : std::uint8_t {
  ok,
  precondition_failed,
  rejected, ///< Certainly without effect.
  unknown,  ///< Took effect at any time after the call, or never.
};

/// Keys and values are numbers, equal for equal strings.
struct operation {
  std::int64_t call = 0; ///< On one monotonic clock, as `ret`.
  std::int64_t ret = never;
  std::uint64_t expect = 0;   ///< The revision that `condition::matches` asks for.
  std::uint64_t revision = 0; ///< Of the value read, of the write, or of what refused the write.
  std::uint32_t client = 0;
  std::uint32_t key = 0;
  std::uint32_t value = nothing;
  std::uint32_t line = 0; ///< In the file, from 1.
  action what = action::get;
  condition pre = condition::none;
  outcome result = outcome::ok;
};

/// Its operations are in the order of the file, whatever their times.
struct history {
  std::vector<operation> operations;
  std::vector<std::string> keys; ///< By number.
  std::uint32_t values = 0;      ///< How many numbers there are.
};

/// The file isn't a history; the text names the line.
struct bad_history : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Whether `a` was over before `b` began. At the same instant they are concurrent.
inline bool precedes(const operation& a, const operation& b) {
  return a.ret < b.call;
}

/// Matching revision zero is another way to ask for absence.
inline bool wants_absence(const operation& x) {
  return x.pre == condition::absent || (x.pre == condition::matches && x.expect == 0);
}

} // namespace quorate::history
