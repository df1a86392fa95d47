// What a checker throws: which promise was broken, and how.
#pragma once

#include "runtime/base/check.hpp"

#include <stdexcept>
#include <string>

namespace quorate::sim {

class violation : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// Throws unless `holds`. The parts say what was expected of whom.
template <class... Ts>
void require(bool holds, const char* promise, const Ts&... parts) {
  if (!holds)
    throw violation(std::string{promise} + ": " + base::check_state(parts...));
}

} // namespace quorate::sim
