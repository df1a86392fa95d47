#include "apps/quorate/acts.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

namespace quorate::app {

namespace {

using clock = std::chrono::steady_clock;

const node_row* find(const nodes_view& view, node_id id) {
  for (const auto& row : view.rows)
    if (row.record.id == id)
      return &row;
  return nullptr;
}

const node_row* find(const nodes_view& view, const std::string& name) {
  for (const auto& row : view.rows)
    if (row.record.name == name)
      return &row;
  return nullptr;
}

bool is_member(const node_row& row) {
  return row.record.state == node_state::member;
}

std::vector<node_id> ids_with(const nodes_view& view, node_role role) {
  std::vector<node_id> ids;
  for (const auto& row : view.rows)
    if (row.role == role)
      ids.push_back(row.record.id);
  return ids;
}

/// And a spare that gets the log already: until it is promoted, there is no room for another.
bool complete_with_spare(const nodes_view& view, const demo_settings& settings) {
  return complete(view, settings) && !ids_with(view, node_role::learner).empty();
}

std::string name_of(const nodes_view& view, node_id id) {
  const auto* row = find(view, id);
  return row != nullptr ? row->record.name : to_string(id);
}

/// The member that isn't the leader and has been there longest. With a target of 3 or more there is
/// one.
node_id first_follower(const nodes_view& view) {
  for (auto id : ids_with(view, node_role::voter))
    if (id != view.leader)
      return id;
  return {};
}

/// The last transition of that kind that named the node; null: there was none.
const transition* last_of(const std::vector<transition>& seen, lifecycle_event kind, node_id id) {
  for (auto x = seen.rbegin(); x != seen.rend(); ++x)
    if (x->event == kind && std::count(x->nodes.begin(), x->nodes.end(), id) != 0)
      return &*x;
  return nullptr;
}

error did_not_hold(const std::string& sentence) {
  return make_error(errc::invalid_argument, sentence);
}

} // namespace

bool complete(const nodes_view& view, const demo_settings& settings) {
  return !view.joint
         && ids_with(view, node_role::voter).size() == static_cast<std::size_t>(settings.target);
}

result<node_id> start_and_register(stage& on) {
  auto name = on.cluster().start_node();
  if (!name)
    return name.error();
  on.out().node("node_started", *name, *name + " starts, unprovisioned");
  auto view = on.until(*name + " has registered",
                       [&](const nodes_view& now) { return find(now, *name) != nullptr; });
  if (!view)
    return view.error();
  return find(*view, *name)->record.id;
}

result<void> grow(stage& on, const demo_settings& settings, const entries& all) {
  auto first = on.cluster().start_node();
  if (!first)
    return first.error();
  on.out().node("node_started", *first, *first + " starts, unprovisioned");
  if (auto founded = on.cluster().provision(*first); !founded)
    return founded.error();
  on.out().node("provisioned", *first, *first + " is provisioned: the cluster is founded on it");
  on.load(all);
  // One after the other, so that a node's id says when it came; nobody waits for anybody to join.
  for (std::int64_t i = 1; i < settings.nodes; ++i)
    if (auto registered = start_and_register(on); !registered)
      return registered.error();
  auto grown = on.until("there are as many members as wanted, and a spare",
                        [&](const nodes_view& now) { return complete_with_spare(now, settings); });
  if (!grown)
    return grown.error();
  on.show(*grown);
  return {};
}

result<void> park_a_member(stage& on, const demo_settings& settings, cast& who) {
  auto before = on.until("a spare is ready",
                         [&](const nodes_view& now) { return complete_with_spare(now, settings); });
  if (!before)
    return before.error();
  who.parked = first_follower(*before);
  on.out().note("an operator parks " + name_of(*before, who.parked));
  // The demo's `min_members` is the target: this is refused until the spare can take the place.
  if (auto parked = on.insist([&] { return on.operators().park(who.parked); }); !parked)
    return parked.error();
  auto after = on.until("another spare stands ready",
                        [&](const nodes_view& now) { return complete_with_spare(now, settings); });
  if (!after)
    return after.error();
  on.show(*after);
  const auto* change = last_of(on.seen(), lifecycle_event::park, who.parked);
  const auto* row = find(*after, who.parked);
  if (change == nullptr || row == nullptr || row->record.state != node_state::standby)
    return did_not_hold("the parked node isn't in standby.");
  if (change->nodes.size() != 2)
    return did_not_hold("no spare took the parked member's place in the same change.");
  return {};
}

namespace {

/// Swaps the first follower for the spare, in one change; returns who was dropped. Members are
/// swapped rather than only added, because that is when the seed's code went through those not
/// named.
result<node_id> swap_a_member(stage& on, const demo_settings& settings) {
  auto before = on.until("a spare is ready",
                         [&](const nodes_view& now) { return complete_with_spare(now, settings); });
  if (!before)
    return before.error();
  const auto dropped = first_follower(*before);
  const auto taken = ids_with(*before, node_role::learner).front();
  auto members = ids_with(*before, node_role::voter);
  std::replace(members.begin(), members.end(), dropped, taken);
  on.out().note("an operator reconfigures the members: " + name_of(*before, taken) + " for "
                + name_of(*before, dropped));
  if (auto done = on.insist([&] { return on.operators().reconfigure(members); }); !done)
    return done.error();
  return dropped;
}

/// What the seed got wrong: a node that isn't named, and wasn't a member, stays as it is.
result<void> check_fresh(const stage& on, const nodes_view& after, node_id fresh, node_id dropped) {
  const auto* registered = last_of(on.seen(), lifecycle_event::register_node, fresh);
  const auto* reconfigured = last_of(on.seen(), lifecycle_event::reconfigure, dropped);
  if (registered == nullptr || reconfigured == nullptr
      || !(registered->version < reconfigured->version))
    return did_not_hold("the fresh node hadn't registered when the members were reconfigured.");
  for (const auto& x : on.seen())
    if (x.version > registered->version && x.version <= reconfigured->version
        && std::count(x.nodes.begin(), x.nodes.end(), fresh) != 0)
      return did_not_hold("the fresh node had joined when the members were reconfigured, or the "
                          "reconfiguration moved it.");
  const auto* row = find(after, fresh);
  if (row == nullptr || row->record.state != node_state::auto_join)
    return did_not_hold("the fresh node isn't auto_join after the reconfiguration.");
  return {};
}

} // namespace

result<void> reconfigure_the_others(stage& on, const demo_settings& settings, cast& who) {
  // Members and spare fill all the room there is, so nobody is admitted before the reconfiguration.
  auto before = on.until("a spare is ready",
                         [&](const nodes_view& now) { return complete_with_spare(now, settings); });
  if (!before)
    return before.error();
  auto fresh = start_and_register(on);
  if (!fresh)
    return fresh.error();
  auto dropped = swap_a_member(on, settings);
  if (!dropped)
    return dropped.error();
  auto after = on.until("the change is complete",
                        [&](const nodes_view& now) { return complete(now, settings); });
  if (!after)
    return after.error();
  who.fresh = *fresh;
  who.fresh_name = name_of(*after, *fresh);
  on.show(*after);
  if (auto right = check_fresh(on, *after, *fresh, *dropped); !right)
    return right;
  // The operator's reason for the change: that machine goes out of service. (And one spare fewer
  // stands before the fresh node, see the top of acts.hpp.)
  const auto gone = name_of(*after, *dropped);
  on.out().note("the operator takes " + gone + " out of service: it is removed");
  if (auto removed = on.insist([&] { return on.operators().remove(*dropped); }); !removed)
    return removed.error();
  auto settled = on.until("the next spare stands ready", [&](const nodes_view& now) {
    return complete_with_spare(now, settings) && find(now, *dropped) == nullptr;
  });
  if (!settled)
    return settled.error();
  on.show(*settled);
  return {};
}

namespace {

result<void> replace_one_leader(stage& on, const demo_settings& settings, node_id fresh) {
  // The fresh node is to take a place, not to leave one. It has no vote yet, so it leads only if a
  // busy machine made the cluster replace somebody else before.
  auto before = on.until("a spare is ready and another node than the fresh one leads",
                         [&](const nodes_view& now) {
                           return complete_with_spare(now, settings) && now.leader != fresh;
                         });
  if (!before)
    return before.error();
  const auto leader = before->leader;
  const auto name = name_of(*before, leader);
  const auto killed_at = clock::now();
  if (auto killed = on.kill(name); !killed)
    return killed.error();
  on.out().node("killed", name, "the process of " + name + ", which leads, is killed");
  auto after = on.until("a spare has replaced " + name, [&](const nodes_view& now) {
    const auto* row = find(now, leader);
    return now.leader != leader && complete(now, settings) && (row == nullptr || !is_member(*row));
  });
  if (!after)
    return after.error();
  if (last_of(on.seen(), lifecycle_event::replace, leader) == nullptr)
    return did_not_hold(name + " is no member any more, but nobody replaced it.");
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(clock::now() - killed_at);
  on.out().note(name_of(*after, after->leader) + " leads, and " + name + " was replaced, after "
                + std::to_string(took.count()) + " ms");
  return {};
}

} // namespace

result<void> kill_the_leader(stage& on, const demo_settings& settings, cast& who) {
  for (std::int64_t i = 0; i < kills(settings); ++i)
    if (auto replaced = replace_one_leader(on, settings, who.fresh); !replaced)
      return replaced;
  auto after = on.until("the fresh node is a member", [&](const nodes_view& now) {
    const auto* row = find(now, who.fresh);
    return complete(now, settings) && row != nullptr && is_member(*row);
  });
  if (!after)
    return after.error();
  on.show(*after);
  return {};
}

result<void> activate_the_parked(stage& on, const demo_settings& settings, cast& who) {
  auto before = on.until("the parked node is still parked", [&](const nodes_view& now) {
    const auto* row = find(now, who.parked);
    return row != nullptr && row->record.state == node_state::standby;
  });
  if (!before)
    return before.error();
  on.out().note("an operator activates " + name_of(*before, who.parked));
  if (auto done = on.insist([&] { return on.operators().activate(who.parked); }); !done)
    return done.error();
  // It is the only live node left that isn't a member: the next spare.
  auto after = on.until("the activated node is a spare", [&](const nodes_view& now) {
    const auto* row = find(now, who.parked);
    return complete(now, settings) && row != nullptr && row->role == node_role::learner;
  });
  if (!after)
    return after.error();
  on.show(*after);
  return {};
}

} // namespace quorate::app
