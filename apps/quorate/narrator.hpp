// Everything that the demo says, for people or, with `--json`, for programs. Used by one thread
// only: what others have to say reaches it through `stage`.
#pragma once

#include "quorate/status.hpp"
#include "apps/quorate/events.hpp"
#include "apps/quorate/settings.hpp"
#include "apps/quorate/verdict.hpp"

#include <chrono>
#include <cstddef>
#include <ostream>
#include <set>
#include <string>

namespace quorate::app {

/// What the output can do.
struct output_kind {
  bool json = false;
  bool terminal = false; ///< Lines can be overwritten.
  bool colour = false;
};

/// Colour only on a terminal, and not if NO_COLOR is set (no-color.org) or the terminal is a dumb
/// one.
output_kind kind_of_standard_output(bool json);

class narrator {
public:
  narrator(std::ostream& out, output_kind kind);

  void start(const demo_settings& settings, std::size_t keys);
  /// Something that was done to a node: `what` for programs, the sentence for people.
  void node(const std::string& what, const std::string& name, const std::string& sentence);
  void act(int number, const std::string& title);
  void note(const std::string& text);
  void saw(const transition& x);
  void nodes(const nodes_view& view, const std::set<std::string>& ended);
  /// Before anything is loaded: how much of it was there.
  void found(std::size_t keys, std::size_t equal, std::size_t total);
  /// May be called as often as one likes: says something a few times a second on a terminal, and at
  /// each quarter elsewhere.
  void loaded(std::size_t done, std::size_t total);
  void judged(const verdict& x, std::chrono::milliseconds took);

private:
  enum class tone { plain, bold, dim, good, bad };

  std::string painted(tone how, const std::string& text) const;
  void heading(const std::string& text);
  void line(const std::string& text);
  void emit(const event_object& event);
  void draw_progress(std::size_t done, std::size_t total);

  std::ostream& out_;
  output_kind kind_;
  bool drawn_ = false; ///< The last line on the terminal is progress, to be overwritten.
  bool below_table_ = false;
  std::size_t quarters_ = 0;
  std::size_t last_done_ = 0;
  std::chrono::steady_clock::time_point last_drawn_{};
};

} // namespace quorate::app
