// `node …` and `target`: who takes part.
#include "apps/quorate/command/change.hpp"
#include "apps/quorate/command/nodes.hpp"
#include "apps/quorate/command/objects.hpp"
#include "apps/quorate/command/options.hpp"
#include "apps/quorate/command/text.hpp"
#include "apps/quorate/command/verbs.hpp"
#include "apps/quorate/command/words.hpp"

#include <algorithm>

namespace quorate::app {

namespace {

struct named_node {
  node_id id;
  std::string label;
};

/// The nodes that the operands name, by the leader's table.
result<std::vector<named_node>> named_nodes(call& in) {
  if (auto right = check_intent_options(in); !right)
    return right.error();
  auto reached = in.cluster();
  if (!reached)
    return reached.error();
  const auto view = (*reached)->membership().nodes();
  if (!view)
    return view.error();
  std::vector<named_node> found;
  for (const auto& typed : in.given().operands) {
    const auto id = node_named(typed, *view);
    if (!id)
      return id.error();
    found.push_back({*id, label_of(*view, *id)});
  }
  return found;
}

bool is_at(const nodes_view& view, node_id id, node_state state) {
  const auto* row = find_row(view, id);
  return row != nullptr && row->record.state == state;
}

/// Looks at the leader's table, once that is at least as new as the change.
template <class F>
result<sight> look_at_table(membership_client& membership, const membership_change& change, F seen,
                            const std::string& instead) {
  const auto view = membership.nodes();
  if (!view)
    return view.error();
  if (view->joint || view->version < change.version)
    return sight{false, "The change isn't applied at the leader yet."};
  return sight{seen(*view), instead};
}

/// A spare waits because there is no room: that is as far as it goes by itself.
result<sight> look_for_activated(membership_client& membership, node_id id) {
  const auto view = membership.nodes();
  if (!view)
    return view.error();
  const auto* row = find_row(*view, id);
  if (row != nullptr && (row->record.state == node_state::member || row->record.learner))
    return sight{true, {}};
  const auto why = membership.explain(id);
  if (!why)
    return why.error();
  const bool spare = !why->next.empty() && why->next.front().refusal == errc::no_room;
  return sight{spare, why->summary};
}

int park(call& in) {
  const auto nodes = named_nodes(in);
  if (!nodes)
    return in.fail(nodes.error());
  const auto [id, label] = nodes->front();
  const bool force = in.given().has("force");
  intent what;
  what.node = id;
  what.done = label + " is parked";
  what.already = label + " is parked already";
  what.ask = [id = id, force](auto& to, op_id op) { return to.park(id, force, op); };
  what.preview = [id = id, force](auto& to) { return to.park(id, force); };
  what.look = [id = id](auto& membership, const auto& change) {
    return look_at_table(
      membership, change, [id](const auto& view) { return is_at(view, id, node_state::standby); },
      "It isn't parked any more.");
  };
  return carry_out(in, what);
}

int activate(call& in) {
  const auto nodes = named_nodes(in);
  if (!nodes)
    return in.fail(nodes.error());
  const auto [id, label] = nodes->front();
  intent what;
  what.node = id;
  what.done = label + " is activated";
  what.already = label + " isn't parked";
  what.ask = [id = id](auto& to, op_id op) { return to.activate(id, op); };
  what.preview = [id = id](auto& to) { return to.activate(id); };
  what.look = [id = id](auto& membership, const auto&) {
    return look_for_activated(membership, id);
  };
  return carry_out(in, what);
}

int remove(call& in) {
  const auto nodes = named_nodes(in);
  if (!nodes)
    return in.fail(nodes.error());
  const auto [id, label] = nodes->front();
  const bool force = in.given().has("force");
  intent what;
  what.node = id;
  what.done = label + " is removed";
  what.already = label + " is removed already";
  what.ask = [id = id, force](auto& to, op_id op) { return to.remove(id, force, op); };
  what.preview = [id = id, force](auto& to) { return to.remove(id, force); };
  what.look = [id = id](auto& membership, const auto& change) {
    return look_at_table(
      membership, change, [id](const auto& view) { return find_row(view, id) == nullptr; },
      "It still has a row.");
  };
  return carry_out(in, what);
}

result<replaced_becomes> fate_of(const std::string& word) {
  if (word == "standby")
    return replaced_becomes::standby;
  if (word == "auto_join")
    return replaced_becomes::auto_join;
  if (word == "removed")
    return replaced_becomes::removed;
  return make_error(errc::invalid_argument, "--old-becomes is standby, auto_join or removed, not '"
                                              + printable(word) + "'.");
}

int replace(call& in) {
  const auto fate = fate_of(in.given().value("old-becomes").value_or("standby"));
  if (!fate)
    return in.fail(fate.error());
  const auto nodes = named_nodes(in);
  if (!nodes)
    return in.fail(nodes.error());
  const auto [from, from_label] = nodes->front();
  const auto [to, to_label] = nodes->back();
  intent what;
  what.node = from;
  what.done = to_label + " has taken the place of " + from_label;
  what.already = what.done + " already";
  what.ask = [from = from, to = to, fate = *fate](auto& membership, op_id op) {
    return membership.replace(from, to, fate, op);
  };
  what.preview = [from = from, to = to, fate = *fate](auto& dry) {
    return dry.replace(from, to, fate);
  };
  what.look = [from = from, to = to](auto& membership, const auto& change) {
    return look_at_table(
      membership, change,
      [from, to](const auto& view) {
        return is_at(view, to, node_state::member) && !is_at(view, from, node_state::member);
      },
      "The members have changed again since.");
  };
  return carry_out(in, what);
}

int target(call& in) {
  const auto number = parse_number(in.given().operands.front(), 0, UINT32_MAX);
  if (!number)
    return in.misuse("the target: " + number.error().message);
  const auto wanted = static_cast<std::uint32_t>(*number);
  const bool even = in.given().has("allow-even");
  intent what;
  what.done = "the cluster wants " + std::to_string(wanted) + " members";
  what.already = what.done + " already";
  what.ask = [=](auto& to, op_id op) { return to.set_target(wanted, even, op); };
  what.preview = [=](auto& to) { return to.set_target(wanted, even); };
  what.look = [wanted](auto& membership, const auto&) -> result<sight> {
    const auto plan = membership.plan();
    if (!plan)
      return plan.error();
    return sight{plan->members == wanted && !plan->in_flight, plan->summary};
  };
  // It may take nodes that aren't started yet.
  what.waits_by_default = false;
  return carry_out(in, what);
}

int explain(call& in) {
  const auto nodes = named_nodes(in);
  if (!nodes)
    return in.fail(nodes.error());
  auto reached = in.cluster();
  const auto why = (*reached)->membership().explain(nodes->front().id);
  if (!why)
    return in.fail(why.error());
  return in.answer("cli-explanation", object_of(*why), text_of(*why));
}

constexpr const char* naming = "A node is named by its id, n3 or 3, or by its name; where a name "
                               "looks like an id, say id:3 or name:n3.";

std::vector<option> with(std::vector<option> a, const std::vector<option>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

option old_becomes() {
  option x;
  x.name = "old-becomes";
  x.value = "STATE";
  x.help = "what OLD becomes: standby, auto_join or removed; standby";
  return x;
}

option allow_even() {
  option x;
  x.name = "allow-even";
  x.help = "also an even number, which tolerates no more failures than one less";
  return x;
}

void add_parking(verb_table& to) {
  to.push_back(
    {"node park",
     "NODE",
     1,
     1,
     "park a node: only an operator moves it then",
     std::string{"The node becomes standby. A member's place is taken in the same change "
                 "by a caught-up spare, if there is one. "}
       + naming,
     {{"node park n3", "park n3"}, {"node park gamma --dry-run", "say what that would change"}},
     with_intent(with({force_option()}, wait_options("it is seen as standby"))),
     park});
  to.push_back({"node activate",
                "NODE",
                1,
                1,
                "let a parked node join again",
                std::string{"The node becomes auto_join, and the controller takes it in when there "
                            "is room. Ends when it is a learner, a member or a spare; else says "
                            "why not. "}
                  + naming,
                {{"node activate n3", "activate n3, and wait until it takes part"}},
                with_intent(wait_options("it is a learner, a member or a spare")),
                activate});
}

void add_replacing(verb_table& to) {
  to.push_back(
    {"node remove",
     "NODE",
     1,
     1,
     "take a node out for good",
     std::string{"Its id and its storage never come back. "} + naming,
     {{"node remove n3", "remove n3"}, {"node remove n3 --force", "also below min_members"}},
     with_intent(with({force_option()}, wait_options("it is gone"))),
     remove});
  to.push_back({"node replace",
                "OLD NEW",
                2,
                2,
                "put a caught-up learner in a member's place",
                std::string{"One joint change: there is never one voter fewer. "} + naming,
                {{"node replace n1 n4", "n4 becomes a member, n1 standby"},
                 {"node replace n1 n4 --old-becomes removed", "and n1 is gone"}},
                with_intent(with({old_becomes()}, wait_options("both are where they are to be"))),
                replace});
}

} // namespace

void add_node_verbs(verb_table& to) {
  add_node_list(to);
  to.push_back({"node explain",
                "NODE",
                1,
                1,
                "why a node is where it is",
                std::string{"What it waits for, and every guard with its present value. "} + naming,
                {{"node explain n3", "why n3 isn't a member"}},
                with_connection(),
                explain});
  add_parking(to);
  add_replacing(to);
  to.push_back(
    {"target",
     "N",
     1,
     1,
     "how many members the cluster wants, 1 to 9",
     "The controller lets nodes in, or releases them, one change after the other. Waits "
     "for that only if --wait is given.",
     {{"target 5", "want five members"}, {"target 5 --wait=5m", "and wait until there are five"}},
     with_intent(with({allow_even()}, wait_options("there are so many members"))),
     target});
}

} // namespace quorate::app
