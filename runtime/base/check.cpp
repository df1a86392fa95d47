#include "runtime/base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace quorate::base {

namespace {

check_hook installed_hook = nullptr;

} // namespace

void set_check_hook(check_hook hook) noexcept {
  installed_hook = hook;
}

void check_failed(const char* condition, const char* file, int line,
                  const std::string& state) noexcept {
  std::string text = std::string{"broken invariant: "} + condition + " at " + file + ':'
                     + std::to_string(line) + (state.empty() ? "" : " with ") + state;
  std::fprintf(stderr, "%s\n", text.c_str());
  if (installed_hook != nullptr)
    installed_hook(text);
  std::abort();
}

} // namespace quorate::base
