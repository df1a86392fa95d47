// What happened, as lines. Off in ordinary runs, because a seed can be run again with it on: the
// same seed gives the same lines, byte by byte.
//
// Thread safety: none.
#pragma once

#include "runtime/base/hash.hpp"
#include "tests/sim/events.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <sstream>
#include <string>

namespace quorate::sim {

class trace {
public:
  enum class mode : std::uint8_t {
    off,   ///< Nothing is built or kept.
    keep,  ///< The last lines are kept, all are hashed.
    print, ///< And all are printed.
  };

  explicit trace(mode how) : mode_(how) {
    // nop
  }

  bool on() const noexcept {
    return mode_ != mode::off;
  }

  /// The parts are streamed behind the time.
  template <class... Ts>
  void line(micros now, const Ts&... parts) {
    if (!on())
      return;
    std::ostringstream out;
    out << now / 1'000 << '.' << (now % 1'000) / 100 << ' ';
    ((out << parts), ...);
    add(out.str());
  }

  std::uint64_t hash() const {
    return sum_.value();
  }

  /// The last lines, oldest first.
  std::string tail() const;

private:
  void add(std::string text);

  static constexpr std::size_t lines_max = 200;

  mode mode_;
  base::hasher sum_;
  std::deque<std::string> lines_;
};

} // namespace quorate::sim
