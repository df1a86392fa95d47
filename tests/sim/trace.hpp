// What happened, as lines: when, a lane for each node, what. Off in ordinary runs, because a seed
// can be run again with it on: the same seed gives the same lines, byte by byte.
//
//     1234.567  L  f  . [o]     n3 hears heartbeat commit 7 from n0
//
// A lane shows what its node is: `L` a leader, `f` any other with a log, `o` an outsider, `h`
// halted, `.` not running. The node that the line is about stands in brackets.
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
#include <type_traits>

namespace quorate::sim {

class trace {
public:
  enum class mode : std::uint8_t {
    off,        ///< Nothing is built or kept.
    keep,       ///< The last lines are kept, all are hashed.
    print,      ///< And all are printed.
    print_json, ///< All are printed, each as a JSON object.
  };

  /// A line about no node.
  static constexpr std::size_t nobody = ~std::size_t{0};

  explicit trace(mode how) : mode_(how) {
    // nop
  }

  bool on() const noexcept {
    return mode_ != mode::off;
  }

  /// What a node is from now on.
  void lane(std::size_t node, char what);

  /// One word for what happened; the parts are streamed behind it. What costs something to say is a
  /// function, which isn't called when nobody listens.
  template <class... Ts>
  void line(micros now, std::size_t node, const char* event, const Ts&... parts) {
    if (!on())
      return;
    std::ostringstream out;
    (put(out, parts), ...);
    add(now, node, event, out.str());
  }

  std::uint64_t hash() const {
    return sum_.value();
  }

  /// The last lines, oldest first.
  std::string tail() const;

  /// The last line of a JSON trace: which promise was broken.
  static std::string json_end(const std::string& violation);

private:
  template <class T>
  static void put(std::ostringstream& out, const T& part) {
    if constexpr (std::is_invocable_v<T>)
      out << part();
    else
      out << part;
  }

  void add(micros now, std::size_t node, const char* event, const std::string& text);

  static constexpr std::size_t lines_max = 200;

  mode mode_;
  base::hasher sum_;
  std::string lanes_;
  std::deque<std::string> lines_;
};

} // namespace quorate::sim
