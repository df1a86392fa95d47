// How the command ends: one number for each kind of outcome, and what to do next. Pure.
#pragma once

#include "quorate/errc.hpp"

#include <string_view>
#include <vector>

namespace quorate::app {

inline constexpr int exit_ok = 0;           ///< Done, or so already.
inline constexpr int exit_failed = 1;       ///< Something that had to hold didn't.
inline constexpr int exit_usage = 2;        ///< Words, options or input that can't be used.
inline constexpr int exit_refused = 3;      ///< The cluster says no; nothing happened.
inline constexpr int exit_unknown = 4;      ///< It may have happened; asking again tells.
inline constexpr int exit_unreachable = 5;  ///< Nobody who could answer or decide was reached.
inline constexpr int exit_identity = 6;     ///< Another cluster, or a stranger, answers there.
inline constexpr int exit_unauthorised = 7; ///< The certificate doesn't allow it.
inline constexpr int exit_degraded = 8;     ///< Only `status --check`.

/// The exit code of a command that ended with this error. A code of a newer version, which this
/// build doesn't know, counts as a refusal.
int exit_code_of(errc code) noexcept;

/// What an operator does next: one sentence. Empty for `none` only.
std::string_view advice_for(errc code) noexcept;

/// For the help texts and the manual.
struct exit_meaning {
  int code;
  std::string_view meaning;
};
const std::vector<exit_meaning>& exit_meanings();

} // namespace quorate::app
