// `leader …`: who leads.
#include "apps/quorate/command/call.hpp"
#include "apps/quorate/command/nodes.hpp"
#include "apps/quorate/command/objects.hpp"
#include "apps/quorate/command/options.hpp"
#include "apps/quorate/command/verbs.hpp"

namespace quorate::app {

namespace {

int transfer(call& in) {
  auto reached = in.cluster();
  if (!reached)
    return in.fail(reached.error());
  auto membership = (*reached)->membership();
  const auto view = membership.nodes();
  if (!view)
    return in.fail(view.error());
  node_id to;
  if (!in.given().operands.empty()) {
    const auto named = node_named(in.given().operands.front(), *view);
    if (!named)
      return in.fail(named.error());
    to = *named;
  }
  const bool dry = in.given().has("dry-run");
  const auto moved = dry ? membership.dry_run().transfer_leadership(to)
                         : membership.transfer_leadership(to);
  if (!moved)
    return in.fail(moved.error());
  nlohmann::ordered_json body;
  body["changed"] = moved->changed;
  body["leader"] = id_or_null(moved->leader);
  body["dry_run"] = dry;
  const auto who = label_of(*view, moved->leader);
  const auto text = !moved->changed ? who + " leads already"
                    : dry           ? who + " would be asked to lead"
                                    : who + " leads now";
  return in.answer("cli-leader", std::move(body), text + ".\n");
}

} // namespace

void add_leader_verbs(verb_table& to) {
  option dry;
  dry.name = "dry-run";
  dry.help = "say who would be asked to lead, and do nothing";
  to.push_back({"leader transfer",
                "[NODE]",
                0,
                1,
                "let another member lead",
                "NODE, or whoever has most of the leader's log. Writes wait meanwhile, as a rule "
                "for less than an election timeout; if nobody takes over within one, everything "
                "stays as it was.",
                {{"leader transfer", "before the leader's machine is worked on"},
                 {"leader transfer n2", "n2 leads"}},
                with_connection({dry}),
                transfer});
}

} // namespace quorate::app
