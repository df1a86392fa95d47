// A planted bug that is out again at the end of its scope, also where a test fails.
#pragma once

#include "runtime/base/mutants.hpp"

namespace quorate::membership::situations {

/// In while it lives.
class planted {
public:
  explicit planted(base::mutant bug) {
    base::set_mutant(bug);
  }
  ~planted() {
    base::set_mutant(base::mutant::none);
  }
  planted(const planted&) = delete;
  planted& operator=(const planted&) = delete;
};

} // namespace quorate::membership::situations
