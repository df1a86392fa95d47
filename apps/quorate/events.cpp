#include "apps/quorate/events.hpp"

#include <algorithm>

namespace quorate::app {

namespace {

std::string text_of(std::string_view text) {
  return std::string{text};
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

/// A transition that moves no node, such as a leave after which all are where they were, comes from
/// nowhere.
std::string or_dash(const std::string& position) {
  return position.empty() ? "-" : position;
}

/// The nodes that moved along with the first one, such as the spare that took a member's place.
std::string others_of(const transition& x) {
  std::string text;
  for (auto id : x.nodes)
    if (id != x.node)
      text += (text.empty() ? "" : ",") + to_string(id);
  return text;
}

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\')
      result += '\\';
    result += c == '\n' ? ' ' : c;
  }
  return result + '"';
}

} // namespace

event_object start_event(const demo_settings& settings, std::size_t keys) {
  event_object out{{"event", "start"},
                   {"nodes", settings.nodes},
                   {"target", settings.target},
                   {"input", settings.input},
                   {"keys", keys}};
  if (settings.data_dir)
    out["data_dir"] = *settings.data_dir;
  return out;
}

event_object node_event(const std::string& what, const std::string& name) {
  return {{"event", what}, {"name", name}};
}

event_object load_event(std::size_t done, std::size_t total) {
  return {{"event", "load"}, {"done", done}, {"total", total}};
}

event_object found_event(std::size_t keys, std::size_t equal) {
  return {{"event", "found"}, {"keys", keys}, {"equal", equal}};
}

event_object act_event(int number, const std::string& title) {
  return {{"event", "act"}, {"number", number}, {"title", title}};
}

event_object transition_event(const transition& x) {
  auto nodes = event_object::array();
  for (auto id : x.nodes)
    nodes.push_back(to_string(id));
  return {{"event", "transition"},
          {"version", x.version.value},
          {"kind", text_of(to_string(x.event))},
          {"node", to_string(x.node)},
          {"from", x.from},
          {"to", x.to},
          {"why", x.why},
          {"by", text_of(to_string(x.by))},
          {"nodes", nodes},
          {"log_time_ms", x.log_time_ms}};
}

event_object nodes_event(const nodes_view& view, const std::set<std::string>& ended) {
  auto rows = event_object::array();
  for (const auto& row : view.rows)
    rows.push_back({{"id", to_string(row.record.id)},
                    {"name", row.record.name},
                    {"state", text_of(to_string(row.record.state))},
                    {"role", text_of(to_string(row.role))},
                    {"leader", row.record.id == view.leader},
                    {"ended", ended.count(row.record.name) != 0},
                    {"since", row.record.since.value},
                    {"why", text_of(to_string(row.record.why))},
                    {"by", text_of(to_string(row.record.by))}});
  return {{"event", "nodes"},
          {"version", view.version.value},
          {"joint", view.joint},
          {"target", view.policy.target_members},
          {"rows", rows}};
}

event_object note_event(const std::string& text) {
  return {{"event", "note"}, {"text", text}};
}

event_object check_event(const check& x) {
  return {{"event", "check"}, {"name", x.name}, {"ok", x.ok}, {"text", x.text}};
}

event_object verdict_event(const verdict& x) {
  auto kinds = event_object::object();
  for (const auto& [kind, count] : x.transitions)
    kinds[kind] = count;
  return {{"event", "verdict"},  {"ok", x.ok},     {"members", x.members},
          {"target", x.target},  {"keys", x.keys}, {"hashes_equal", x.hashes_equal},
          {"transitions", kinds}};
}

std::string line_of(const event_object& event) {
  return event.dump(-1, ' ', false, event_object::error_handler_t::replace);
}

std::string log_line(const transition& x) {
  // As wide as the longest of the words that occur.
  auto line = padded("version=" + std::to_string(x.version.value), 11)
              + padded("kind=" + text_of(to_string(x.event)), 17)
              + padded("node=" + to_string(x.node), 9) + padded("from=" + or_dash(x.from), 24)
              + padded("to=" + or_dash(x.to), 22) + padded("by=" + text_of(to_string(x.by)), 12);
  if (const auto others = others_of(x); !others.empty())
    line += "with=" + others + ' ';
  return line + "why=" + quoted(x.why);
}

} // namespace quorate::app
