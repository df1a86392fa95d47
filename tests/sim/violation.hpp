// What a checker throws: which promise was broken, how, and by what kind of checker it was found.
#pragma once

#include "runtime/base/check.hpp"

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace quorate::sim {

class violation : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// What should have come to pass in time, and didn't.
class stall : public violation {
public:
  using violation::violation;
};

/// Throws unless `holds`. The parts say what was expected of whom.
template <class... Ts>
void require(bool holds, const char* promise, const Ts&... parts) {
  if (!holds)
    throw violation(std::string{promise} + ": " + base::check_state(parts...));
}

/// The same for what needs time.
template <class... Ts>
void require_in_time(bool holds, const char* promise, const Ts&... parts) {
  if (!holds)
    throw stall(std::string{promise} + ": " + base::check_state(parts...));
}

/// What found a violation.
enum class detector : std::uint8_t {
  none = 0,
  invariant, ///< The code under test: a check of its own failed.
  checker,   ///< The simulator: a rule or promise is broken.
  liveness,  ///< The simulator: something didn't happen in time.
  death,     ///< The process died without a word.
};

inline const char* to_string(detector x) noexcept {
  constexpr const char* names[] = {"nothing", "invariant", "checker", "liveness", "death"};
  return names[static_cast<std::size_t>(x)];
}

} // namespace quorate::sim
