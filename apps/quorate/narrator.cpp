#include "apps/quorate/narrator.hpp"

#include "apps/quorate/table.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iomanip>
#include <sstream>
#include <string_view>

namespace quorate::app {

namespace {

using namespace std::chrono_literals;

constexpr auto redraw_every = 250ms;
constexpr std::size_t bar_width = 24;

bool is_set(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

std::string seconds(std::chrono::milliseconds took) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(1) << static_cast<double>(took.count()) / 1000.0 << " s";
  return text.str();
}

std::string kinds_of(const verdict& x) {
  std::string text;
  for (const auto& [kind, count] : x.transitions)
    text += (text.empty() ? "" : ", ") + kind + ' ' + std::to_string(count);
  return text;
}

} // namespace

output_kind kind_of_standard_output(bool json) {
  output_kind kind;
  kind.json = json;
  const char* term = std::getenv("TERM");
  const bool dumb = term == nullptr || std::string_view{term} == "dumb";
  kind.terminal = !json && !dumb && isatty(STDOUT_FILENO) == 1;
  kind.colour = kind.terminal && !is_set("NO_COLOR");
  return kind;
}

narrator::narrator(std::ostream& out, output_kind kind) : out_(out), kind_(kind) {
  // nop
}

void narrator::start(const demo_settings& settings, std::size_t keys) {
  if (kind_.json)
    return emit(start_event(settings, keys));
  line(painted(tone::bold, "quorate demo") + "  " + std::to_string(settings.nodes)
       + " nodes in this process, " + std::to_string(settings.target) + " of them members, "
       + std::to_string(keys) + " keys of " + settings.input
       + (settings.data_dir ? ", data in " + *settings.data_dir : ""));
}

void narrator::node(const std::string& what, const std::string& name, const std::string& sentence) {
  if (kind_.json)
    return emit(node_event(what, name));
  note(sentence);
}

void narrator::act(int number, const std::string& title) {
  if (kind_.json)
    return emit(act_event(number, title));
  heading((number == 0 ? "" : "Act " + std::to_string(number) + ": ") + title);
}

void narrator::note(const std::string& text) {
  if (kind_.json)
    return emit(note_event(text));
  line("  " + text);
}

void narrator::saw(const transition& x) {
  if (kind_.json)
    return emit(transition_event(x));
  line("  " + painted(tone::dim, log_line(x)));
}

void narrator::nodes(const nodes_view& view, const std::set<std::string>& ended) {
  if (kind_.json)
    return emit(nodes_event(view, ended));
  line("");
  bool first = true;
  for (const auto& text : table_of(view, ended)) {
    line("  " + painted(first ? tone::bold : tone::plain, text));
    first = false;
  }
  below_table_ = true;
}

void narrator::found(std::size_t keys, std::size_t equal, std::size_t total) {
  // Of these, no progress is told.
  last_done_ = keys;
  quarters_ = total == 0 ? 0 : keys * 4 / total;
  if (kind_.json)
    return emit(found_event(keys, equal));
  line("  found " + std::to_string(keys) + " of " + std::to_string(total) + " keys, "
       + (equal == keys ? "all" : std::to_string(equal)) + " of them equal to the input");
}

void narrator::loaded(std::size_t done, std::size_t total) {
  if (kind_.terminal) {
    const auto now = std::chrono::steady_clock::now();
    if (done == last_done_ || (done < total && now - last_drawn_ < redraw_every))
      return;
    last_done_ = done;
    last_drawn_ = now;
    if (done < total)
      return draw_progress(done, total);
    return line("  loaded " + std::to_string(total) + " keys");
  }
  const auto quarters = total == 0 ? 0 : done * 4 / total;
  if (quarters == quarters_)
    return;
  quarters_ = quarters;
  if (kind_.json)
    return emit(load_event(done, total));
  line("  loaded " + std::to_string(done) + " of " + std::to_string(total) + " keys");
}

void narrator::judged(const verdict& x, std::chrono::milliseconds took) {
  if (kind_.json) {
    for (const auto& one : x.checks)
      emit(check_event(one));
    return emit(verdict_event(x));
  }
  heading("Verdict");
  for (const auto& one : x.checks)
    line("  " + (one.ok ? painted(tone::good, "ok    ") : painted(tone::bad, "FAILED")) + "  "
         + one.text);
  line("  transitions: " + kinds_of(x));
  line("");
  line((x.ok ? painted(tone::good, "All of it held") : painted(tone::bad, "Not all of it held"))
       + ", after " + seconds(took) + '.');
}

std::string narrator::painted(tone how, const std::string& text) const {
  if (!kind_.colour || how == tone::plain || text.empty())
    return text;
  const char* code = how == tone::bold   ? "1"
                     : how == tone::dim  ? "2"
                     : how == tone::good ? "32"
                                         : "1;31";
  return std::string{"\x1b["} + code + 'm' + text + "\x1b[0m";
}

void narrator::heading(const std::string& text) {
  line("");
  line(painted(tone::bold, text));
}

void narrator::line(const std::string& text) {
  if (drawn_)
    out_ << "\r\x1b[K";
  drawn_ = false;
  // A table has air around it, once.
  if (below_table_ && !text.empty())
    out_ << '\n';
  below_table_ = false;
  out_ << text << '\n' << std::flush;
}

void narrator::emit(const event_object& event) {
  out_ << line_of(event) << '\n' << std::flush;
}

void narrator::draw_progress(std::size_t done, std::size_t total) {
  const auto full = std::min(bar_width, done * bar_width / std::max<std::size_t>(total, 1));
  out_ << "\r\x1b[K  loading " << painted(tone::good, std::string(full, '='))
       << painted(tone::dim, std::string(bar_width - full, '-')) << ' ' << done << " of " << total
       << " keys" << std::flush;
  drawn_ = true;
}

} // namespace quorate::app
