// What a core hears: time, requests, evidence.

#include "tests/scenarios/commands.hpp"
#include "tests/scenarios/printer.hpp"

#include <utility>

namespace quorate::raft::scenarios {

namespace {

std::string name_of(const node& x) {
  return to_string(x.self.id);
}

template <class T>
void say_refusal(world& all, const node& x, const result<T>& answer) {
  all.say(name_of(x) + " refuses: " + error_text(answer.error()));
}

void say_position(world& all, const node& x, const result<log_position>& answer) {
  if (answer)
    all.say(name_of(x) + " appends at " + position_text(*answer));
  else
    say_refusal(all, x, answer);
}

/// `tick 1,2 3`: three ticks each, one after the other.
void tick(world& all, arguments& args) {
  auto nodes = take_nodes(all, args);
  auto times = args.has_word() ? args.number("times") : 1;
  for (std::uint64_t i = 0; i < times; ++i)
    for (auto* x : nodes)
      x->core->tick();
}

void campaign(world& all, arguments& args) {
  auto& x = take_node(all, args);
  if (!all.campaign(x))
    all.say(name_of(x) + " doesn't campaign");
}

void propose(world& all, arguments& args) {
  auto& x = take_node(all, args);
  std::vector<shared_bytes> commands;
  if (auto bytes = args.value("bytes"))
    commands.emplace_back(std::string(*bytes, 'x'));
  while (args.has_word())
    commands.emplace_back(args.word("command"));
  if (commands.empty())
    args.fail("which command?");
  say_position(all, x, x.core->propose(std::move(commands)));
}

/// What isn't named stays as it is in the active configuration; `joint` keeps its voters as the
/// outgoing half, and without it the outgoing half goes.
void propose_membership(world& all, arguments& args) {
  auto& x = take_node(all, args);
  auto next = x.core->active_config();
  auto joint = args.flag("joint");
  next.outgoing.clear();
  if (joint)
    next.outgoing = next.voters;
  auto replace = [&](const std::string& key, std::vector<replica>& list) {
    if (args.has(key))
      list = to_replicas(all, args, args.list(key));
  };
  replace("voters", next.voters);
  replace("outgoing", next.outgoing);
  replace("learners", next.learners);
  next.lease_ms = args.value("lease", next.lease_ms);
  next.version.value = args.value("version", next.version.value + 1);
  say_position(all, x, x.core->propose_membership(std::move(next), shared_bytes{"change"}));
}

void transfer(world& all, arguments& args) {
  auto& x = take_node(all, args);
  auto to = args.value("to");
  if (!to)
    args.fail("to whom?");
  auto answer = x.core->transfer(node_id{static_cast<std::uint32_t>(*to)});
  if (!answer)
    say_refusal(all, x, answer);
}

void read(world& all, arguments& args) {
  auto& x = take_node(all, args);
  auto answer = x.core->read_index(read_token{args.number("token")});
  if (!answer)
    say_refusal(all, x, answer);
}

void peer_down(world& all, arguments& args) {
  auto& x = take_node(all, args);
  x.core->peer_down(node_id{args.id("peer")});
}

void compact(world& all, arguments& args) {
  auto& x = take_node(all, args);
  log_index at{args.value("at", x.machine.value)};
  if (at > x.machine)
    args.fail("the machine has applied " + std::to_string(x.machine.value) + " only");
  x.core->compact(at, image_at(at));
}

} // namespace

void add_event_commands(command_table& table) {
  table["tick"] = tick;
  table["campaign"] = campaign;
  table["propose"] = propose;
  table["propose-membership"] = propose_membership;
  table["transfer"] = transfer;
  table["read"] = read;
  table["peer-down"] = peer_down;
  table["compact"] = compact;
}

} // namespace quorate::raft::scenarios
