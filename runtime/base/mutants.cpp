#include "runtime/base/mutants.hpp"

#ifdef QUORATE_CHECKED

namespace quorate::base {

namespace {

mutant active = mutant::none;

} // namespace

bool mutated(mutant m) noexcept {
  return active == m;
}

void set_mutant(mutant m) noexcept {
  active = m;
}

} // namespace quorate::base

#endif
