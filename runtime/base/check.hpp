// Broken invariants crash loudly, in release builds too, and say with which state.
#pragma once

#include <sstream>
#include <string>

namespace quorate::base {

/// Prints the failed condition with its place and state, and aborts.
[[noreturn]] void check_failed(const char* condition, const char* file, int line,
                               const std::string& state) noexcept;

/// Calls a hook instead of aborting, if one is set: the simulator reports the seed first.
using check_hook = void (*)(const std::string& text);
void set_check_hook(check_hook hook) noexcept;

/// `name=value name=value`: the state that a failed check prints.
template <class... Ts>
std::string check_state(const Ts&... parts) {
  std::ostringstream out;
  ((out << parts << ' '), ...);
  return out.str();
}

} // namespace quorate::base

/// Asserts what can't be false. Further arguments are streamed behind the failed condition.
#define QUORATE_CHECK(condition, ...)                                                              \
  ((condition) ? static_cast<void>(0)                                                              \
               : ::quorate::base::check_failed(#condition, __FILE__, __LINE__,                     \
                                               ::quorate::base::check_state(__VA_ARGS__)))
