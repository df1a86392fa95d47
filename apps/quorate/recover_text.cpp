#include "apps/quorate/recover_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <string_view>

namespace quorate::app {

namespace {

using nlohmann::ordered_json;
using recover::named_node;
using recover::survivor;

using lines = std::vector<std::string>;

std::string number(std::uint64_t x) {
  return std::to_string(x);
}

std::string named(const std::vector<named_node>& nodes) {
  std::string out;
  for (const auto& each : nodes)
    out += (out.empty() ? "" : ", ") + each.name + " (" + to_string(each.id) + ')';
  return out.empty() ? "none" : out;
}

std::string log_of(const survivor& x) {
  auto out = x.first ? "entries " + number(x.first.value) + " to " + number(x.last.value)
                     : "nothing behind the snapshot";
  out += ", the last one of term " + number(x.last_term.value);
  return out + "; the node is in term " + number(x.current_term.value);
}

/// Of a survivor that has a log, damaged or not.
void add_log(const survivor& x, lines& to) {
  to.push_back("  log       " + log_of(x));
  to.push_back("  commit    entry " + number(x.commit.value)
               + " is known to be committed; snapshot "
               + (x.snapshot ? "up to entry " + number(x.snapshot.value) : "none"));
}

void add_state(const survivor& x, lines& to) {
  to.push_back("  nodes     version " + number(x.version.value) + "; this one is " + x.position
               + "; voters " + named(x.voters));
  if (!x.outgoing.empty())
    to.push_back("            in a joint change away from " + named(x.outgoing));
  to.push_back("  store     " + number(x.keys) + " keys at revision " + number(x.store.value));
}

void add_survivor(const survivor& x, bool newest, lines& to) {
  auto head = x.directory;
  if (x.cluster)
    head += ": node " + x.name + " (" + to_string(x.id) + ')';
  else if (!x.name.empty())
    head += ": node " + x.name;
  to.push_back(head + (newest ? " - the newest" : ""));
  if (x.unusable.code != errc::none)
    to.push_back("  UNUSABLE  " + to_string(x.unusable));
  if (x.cluster)
    to.push_back("  cluster   " + (x.cluster_name.empty() ? "" : x.cluster_name + ", ")
                 + "fingerprint " + to_string(x.cluster));
  if (x.storage)
    to.push_back("  storage   " + to_string(x.storage) + ", boot " + number(x.boots));
  if (x.last)
    add_log(x, to);
  if (x.version)
    add_state(x, to);
}

void add_list(const std::string& heading, const std::vector<std::string>& sentences, lines& to) {
  to.emplace_back();
  to.push_back(heading);
  for (const auto& each : sentences)
    to.push_back("  - " + each);
}

// -- JSON -----------------------------------------------------------------------------------------

/// What others wrote into their names needn't be UTF-8.
std::string line(const ordered_json& x) {
  return x.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

ordered_json json(const error& why) {
  return {{"code", std::string{to_string(why.code)}}, {"message", why.message}};
}

ordered_json json(const std::vector<named_node>& nodes) {
  auto out = ordered_json::array();
  for (const auto& each : nodes)
    out.push_back({{"id", each.id.value}, {"name", each.name}});
  return out;
}

ordered_json json(const survivor& x) {
  return {{"directory", x.directory},
          {"unusable", x.unusable.code != errc::none ? json(x.unusable) : ordered_json{}},
          {"name", x.name},
          {"id", x.id.value},
          {"storage", to_string(x.storage)},
          {"cluster_name", x.cluster_name},
          {"cluster", to_string(x.cluster)},
          {"boots", x.boots},
          {"term", x.current_term.value},
          {"first", x.first.value},
          {"last", x.last.value},
          {"last_term", x.last_term.value},
          {"commit", x.commit.value},
          {"snapshot", x.snapshot.value},
          {"floor", x.floor.value},
          {"version", x.version.value},
          {"position", x.position},
          {"voters", json(x.voters)},
          {"outgoing", json(x.outgoing)},
          {"keys", x.keys},
          {"revision", x.store.value},
          {"log_time_ms", x.log_time_ms}};
}

} // namespace

std::string shell_word(const std::string& text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0
           || std::string_view{"._-/:@%+=,"}.find(static_cast<char>(c)) != std::string_view::npos;
  });
  if (plain && text.front() != '-')
    return text;
  std::string out{'\''};
  for (const char c : text)
    out += c == '\'' ? std::string{"'\\''"} : std::string(1, c);
  return out + '\'';
}

std::vector<std::string> text_of(const recover::report& what) {
  lines out;
  for (std::size_t i = 0; i < what.survivors.size(); ++i)
    add_survivor(what.survivors[i], what.newest == i, out);
  if (!what.objections.empty())
    add_list("These don't belong together:", what.objections, out);
  return out;
}

std::vector<std::string> text_of(const recover::plan& what) {
  lines out;
  add_survivor(what.from, false, out);
  add_list("What will be done:", what.steps, out);
  add_list("What may be lost:", what.losses, out);
  out.emplace_back();
  out.emplace_back("No other node of the old cluster may be started again with its old directory: "
                   "a majority of");
  out.emplace_back(
    "them would go on as the old cluster, beside this one. Where that is certain, do it "
    "with:");
  out.emplace_back();
  out.push_back("  quorate recover apply " + shell_word(what.from.directory) + " --confirm "
                + shell_word(what.phrase));
  return out;
}

std::vector<std::string> text_of(const recover::outcome& what, const std::string& directory) {
  lines out;
  out.push_back(directory
                + (what.changed ? " is now that of the only voter of cluster "
                                : " was that already: of the voter of cluster ")
                + to_string(what.cluster) + ", from version " + number(what.version.value)
                + " of its nodes config on.");
  if (!what.backup.empty())
    out.push_back("As it was, it is kept in " + what.backup + ": never start a node on it.");
  if (what.changed)
    out.emplace_back("Start this node, and beside it others with empty directories: they join by "
                     "themselves.");
  return out;
}

std::string json_of(const recover::report& what) {
  ordered_json out{{"survivors", ordered_json::array()}};
  for (const auto& each : what.survivors)
    out["survivors"].push_back(json(each));
  out["newest"] = what.newest ? ordered_json(what.survivors[*what.newest].directory)
                              : ordered_json{};
  out["objections"] = what.objections;
  return line(out);
}

std::string json_of(const recover::plan& what) {
  const ordered_json out{{"from", json(what.from)},
                         {"phrase", what.phrase},
                         {"version", what.version.value},
                         {"term", what.current_term.value},
                         {"removed", json(what.removed)},
                         {"parked", json(what.parked)},
                         {"forced_first", what.forced_first.value},
                         {"forced_last", what.forced_last.value},
                         {"losses", what.losses},
                         {"steps", what.steps}};
  return line(out);
}

std::string json_of(const recover::outcome& what, const std::string& directory) {
  const ordered_json out{{"directory", directory},
                         {"changed", what.changed},
                         {"cluster", to_string(what.cluster)},
                         {"version", what.version.value},
                         {"backup", what.backup}};
  return line(out);
}

std::string json_of(const error& why) {
  return line({{"error", json(why)}});
}

} // namespace quorate::app
