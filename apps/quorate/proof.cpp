#include "apps/quorate/proof.hpp"

#include "apps/quorate/input.hpp"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

namespace quorate::app {

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr auto patience = 30s;
constexpr auto pause = 15ms;

void look_at_members(const nodes_view& view, const stage& on, const cast& who, evidence& found) {
  for (const auto& row : view.rows) {
    // A member whose process has ended wasn't replaced, and doesn't count.
    const bool is_live_member = row.record.state == node_state::member
                                && on.ended().count(row.record.name) == 0;
    found.members += is_live_member ? 1 : 0;
    found.fresh_is_member = found.fresh_is_member || (is_live_member && row.record.id == who.fresh);
  }
}

void compare_keys(stage& on, const demo_settings& settings, evidence& found) {
  auto trouble = [&found](const std::string& sentence) {
    found.load_trouble += (found.load_trouble.empty() ? "" : "; ") + sentence;
  };
  if (auto loaded = on.await_load(); !loaded)
    trouble("the load stopped: " + to_string(loaded.error()));
  const auto anew = read_input(settings.input);
  if (!anew)
    return trouble("the input can't be read anew: " + anew.error().message);
  found.keys_in_input = anew->size();
  const auto compared = compare(on.cluster().client(), *anew, [&on] { on.pump(); });
  if (compared)
    found.keys_equal = compared->equal;
  else
    trouble("comparing stopped: " + to_string(compared.error()));
}

/// Names of the nodes that have the log by the table and whose process runs.
std::vector<std::string> live_replicas(const nodes_view& view, const stage& on) {
  std::vector<std::string> names;
  for (const auto& row : view.rows)
    if ((row.role == node_role::voter || row.role == node_role::learner)
        && on.ended().count(row.record.name) == 0)
      names.push_back(row.record.name);
  return names;
}

/// The states of all of them, if all have applied the same: nothing is written any more, so that
/// this comes to pass.
result<std::vector<node_status>> at_one_revision(stage& on, const std::vector<std::string>& names) {
  std::vector<node_status> all;
  for (const auto& name : names) {
    auto one = on.cluster().status(name);
    if (!one)
      return make_error(one.error().code, name + " says nothing: " + one.error().message);
    if (one->halted.code != errc::none)
      return make_error(one->halted.code, name + " has halted: " + one->halted.message);
    if (!one->has_log)
      return make_error(errc::unknown_node, name + " has no log.");
    all.push_back(std::move(*one));
  }
  const auto commit = std::max_element(all.begin(), all.end(), [](const auto& a, const auto& b) {
                        return a.commit < b.commit;
                      })->commit;
  for (const auto& one : all)
    if (one.applied != commit)
      return make_error(errc::not_caught_up, one.name + " hasn't applied what is committed.");
  return all;
}

void compare_replicas(stage& on, evidence& found) {
  const auto give_up = clock::now() + patience;
  for (;;) {
    on.pump();
    // Asked anew each time: the table may have changed since.
    const auto view = on.operators().nodes();
    const auto names = view ? live_replicas(*view, on) : std::vector<std::string>{};
    if (!names.empty()) {
      const auto states = at_one_revision(on, names);
      if (states) {
        for (const auto& one : *states)
          found.replicas.push_back({one.name, one.applied, one.store, one.state_hash});
        found.keys_in_store = states->front().keys;
        found.replica_trouble.clear();
        return;
      }
      found.replica_trouble = "no common revision: " + to_string(states.error());
    } else {
      found.replica_trouble = "nobody says who has a replica";
    }
    if (clock::now() >= give_up)
      return;
    std::this_thread::sleep_for(pause);
  }
}

} // namespace

evidence gather(stage& on, const demo_settings& settings, const cast& who, evidence so_far) {
  auto found = std::move(so_far);
  found.target = static_cast<std::size_t>(settings.target);
  found.fresh = who.fresh_name;
  compare_keys(on, settings, found);
  compare_replicas(on, found);
  // The last look, so that it holds for what was compared; every transition up to it is counted.
  if (const auto view = on.until("the table can be read", [](const nodes_view&) { return true; }))
    look_at_members(*view, on, who, found);
  for (const auto& x : on.seen())
    ++found.transitions[std::string{to_string(x.event)}];
  return found;
}

} // namespace quorate::app
