#include "tests/scenarios/commands.hpp"

#include <algorithm>
#include <utility>

namespace quorate::raft::scenarios {

namespace {

const command_table& all_commands() {
  static const command_table table = [] {
    command_table all;
    add_node_commands(all);
    add_event_commands(all);
    add_effect_commands(all);
    add_network_commands(all);
    add_inject_commands(all);
    add_print_commands(all);
    return all;
  }();
  return table;
}

/// The first word of its description: `append_accepted`.
std::string type_of(const envelope& m) {
  auto text = describe(m.content);
  return text.substr(0, text.find(' '));
}

} // namespace

outcome run(world& all, const std::string& file, const command& what) {
  auto found = all_commands().find(what.name);
  if (found == all_commands().end())
    throw malformed{file, what.line, "there is no command '" + what.name + '\''};
  arguments args{file, what};
  found->second(all, args);
  args.done();
  auto lines = all.take_lines();
  return what.quiet ? outcome{} : lines;
}

node& take_node(world& all, arguments& args) {
  auto id = args.id("node");
  auto found = all.nodes().find(id);
  if (found == all.nodes().end() || !found->second.core)
    args.fail("node " + std::to_string(id) + " isn't up");
  return found->second;
}

std::vector<node*> take_nodes(world& all, arguments& args) {
  std::vector<node*> chosen;
  if (!args.has_word()) {
    for (auto& [id, x] : all.nodes())
      if (x.core)
        chosen.push_back(&x);
    return chosen;
  }
  for (auto id : args.ids("nodes")) {
    auto found = all.nodes().find(id);
    if (found == all.nodes().end() || !found->second.core)
      args.fail("node " + std::to_string(id) + " isn't up");
    chosen.push_back(&found->second);
  }
  return chosen;
}

std::vector<replica> to_replicas(const world& all, arguments& args,
                                 const std::vector<std::string>& list) {
  std::vector<replica> who;
  for (const auto& one : list) {
    auto parts = split(one, '/');
    auto x = all.replica_of(static_cast<unsigned>(args.to_number(parts.front())));
    if (parts.size() > 1)
      x.storage = storage_id{x.id.value, args.to_number(parts[1])};
    who.push_back(x);
  }
  std::sort(who.begin(), who.end());
  return who;
}

std::vector<entry> take_entries(arguments& args) {
  std::vector<entry> all;
  for (const auto& one : args.list("entries")) {
    auto parts = split(one, '=');
    auto at = args.to_position(parts.front());
    entry x;
    x.index = at.index;
    x.entry_term = at.entry_term;
    if (parts.size() > 1) {
      x.kind = entry_kind::command;
      x.payload = parts[1];
    }
    all.push_back(std::move(x));
  }
  return all;
}

shared_bytes image_at(log_index index) {
  return shared_bytes{"state at " + std::to_string(index.value)};
}

selection take_selection(arguments& args) {
  auto from = args.values("from");
  auto to = args.values("to");
  auto types = args.list("type");
  selection which;
  which.skip = args.value("skip", 0);
  which.count = args.value("count", which.count);
  which.fits = [from, to, types](const envelope& m) {
    auto among = [](const auto& list, const auto& x) {
      return std::find(list.begin(), list.end(), x) != list.end();
    };
    return (!from || among(*from, m.from.id.value)) && (!to || among(*to, m.to.id.value))
           && (types.empty() || among(types, type_of(m)));
  };
  return which;
}

} // namespace quorate::raft::scenarios
