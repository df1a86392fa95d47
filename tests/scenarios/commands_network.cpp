// Messages: delivered, lost, held back, repeated.

#include "tests/scenarios/commands.hpp"

#include <utility>

namespace quorate::raft::scenarios {

namespace {

void none_fits(world& all) {
  all.say("no message fits");
}

void deliver(world& all, arguments& args) {
  auto chosen = all.take(take_selection(args));
  if (chosen.empty())
    return none_fits(all);
  for (auto& m : chosen)
    all.deliver(std::move(m));
}

void drop(world& all, arguments& args) {
  auto chosen = all.take(take_selection(args));
  if (chosen.empty())
    return none_fits(all);
  for (const auto& m : chosen)
    all.say("lost " + describe(m));
}

/// `hold old from=1 to=2`: takes them out of the network, onto the pile `old`.
void hold(world& all, arguments& args) {
  auto& pile = all.held()[args.word("pile")];
  auto chosen = all.take(take_selection(args));
  if (chosen.empty())
    return none_fits(all);
  for (auto& m : chosen) {
    all.say("held " + describe(m));
    pile.push_back(std::move(m));
  }
}

/// As `hold`, and the messages stay in the network, too.
void copy(world& all, arguments& args) {
  auto& pile = all.held()[args.word("pile")];
  auto chosen = all.copy(take_selection(args));
  if (chosen.empty())
    return none_fits(all);
  for (auto& m : chosen) {
    all.say("copied " + describe(m));
    pile.push_back(std::move(m));
  }
}

/// Puts a pile back behind what is in the network.
void release(world& all, arguments& args) {
  auto name = args.word("pile");
  auto found = all.held().find(name);
  if (found == all.held().end())
    args.fail("there is no pile " + name);
  for (auto& m : found->second)
    all.network().push_back(std::move(m));
  all.held().erase(found);
}

/// Once more at the end of the network.
void duplicate(world& all, arguments& args) {
  auto chosen = all.copy(take_selection(args));
  if (chosen.empty())
    return none_fits(all);
  for (auto& m : chosen) {
    all.say("twice " + describe(m));
    all.network().push_back(std::move(m));
  }
}

void cut(world& all, arguments& args) {
  auto a = args.id("node");
  auto b = args.id("other");
  all.cut(a, b);
  if (!args.flag("one-way"))
    all.cut(b, a);
}

void isolate(world& all, arguments& args) {
  auto id = args.id("node");
  for (const auto& [other, x] : all.nodes()) {
    if (other == id)
      continue;
    all.cut(id, other);
    all.cut(other, id);
  }
}

void heal(world& all, arguments&) {
  all.heal();
}

void print_messages(world& all, arguments&) {
  if (all.network().empty())
    all.say("the network is empty");
  for (const auto& m : all.network())
    all.say(describe(m));
  for (const auto& [name, pile] : all.held())
    for (const auto& m : pile)
      all.say(name + ": " + describe(m));
}

} // namespace

void add_network_commands(command_table& table) {
  table["deliver"] = deliver;
  table["drop"] = drop;
  table["hold"] = hold;
  table["copy"] = copy;
  table["release"] = release;
  table["duplicate"] = duplicate;
  table["cut"] = cut;
  table["isolate"] = isolate;
  table["heal"] = heal;
  table["messages"] = print_messages;
}

} // namespace quorate::raft::scenarios
