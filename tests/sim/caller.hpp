// What clients and operators have in common: they guess who leads, follow hints, and wait only so
// long.
//
// Thread safety: none.
#pragma once

#include "quorate/result.hpp"
#include "runtime/base/random.hpp"
#include "tests/sim/world.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>

namespace quorate::sim {

/// Whether nothing was done, for certain, when a caller is told this.
bool is_definite(errc code) noexcept;

class caller {
public:
  caller(world& in, base::random draw) : world_(in), draw_(draw) {
    // nop
  }

protected:
  ~caller() = default;

  /// Asks the node that is believed to lead. Exactly one of the two is called, unless another
  /// attempt begins first.
  void attempt(world::question what, micros patience, world::answer_handler answered,
               std::function<void()> silence);
  /// Goes on after about so long.
  void after(micros about, std::function<void()> what);
  /// Where to ask next time.
  void follow(const error& refusal);
  void ask_another() {
    target_ = draw_.below(world_.size());
  }

  world& world_;
  base::random draw_;
  bool stopped_ = false;

private:
  bool lost();

  std::size_t target_ = 0;
  std::uint64_t attempt_ = 0;
};

} // namespace quorate::sim
