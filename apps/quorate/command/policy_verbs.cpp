// `policy …` and `provision`: what the cluster wants of its membership, and its founding.
#include "apps/quorate/command/change.hpp"
#include "apps/quorate/command/knobs.hpp"
#include "apps/quorate/command/objects.hpp"
#include "apps/quorate/command/options.hpp"
#include "apps/quorate/command/text.hpp"
#include "apps/quorate/command/verbs.hpp"
#include "apps/quorate/command/words.hpp"

namespace quorate::app {

namespace {

result<policy_change> change_from(const std::vector<std::string>& assignments) {
  policy_change change;
  for (const auto& each : assignments)
    if (auto turned = turn(change, each); !turned)
      return turned.error();
  return change;
}

int show(call& in) {
  auto reached = in.cluster();
  if (!reached)
    return in.fail(reached.error());
  const auto view = (*reached)->membership().nodes();
  if (!view)
    return in.fail(view.error());
  auto rows = knob_rows(view->policy);
  rows.insert(rows.begin(), {"KNOB", "VALUE", "MEANING"});
  return in.answer("cli-policy",
                   {{"version", view->version.value}, {"policy", object_of(view->policy)}},
                   table_text(rows));
}

int set(call& in) {
  const auto change = change_from(in.given().operands);
  if (!change)
    return in.fail(change.error());
  intent what;
  what.done = "the policy is set";
  what.already = "the policy is so already";
  what.ask = [&](auto& to, op_id op) { return to.set_policy(*change, op); };
  what.preview = [&](auto& to) { return to.set_policy(*change); };
  return carry_out(in, what);
}

/// `done` is what a retry finds, too.
int tell_founding(call& in, cluster_access& cluster, const std::string& address,
                  const membership_change& change) {
  json_object body{{"changed", change.changed}, {"version", change.version.value}};
  auto name = std::string{"the cluster"};
  body["cluster"] = nullptr;
  body["fingerprint"] = nullptr;
  // A courtesy: the founding is done whether the node still answers or not.
  if (const auto seen = cluster.status(address); seen && seen->cluster) {
    body["cluster"] = seen->cluster_name;
    body["fingerprint"] = to_string(seen->cluster);
    name += ' ' + printable(seen->cluster_name) + " (" + to_string(seen->cluster) + ')';
  }
  const auto text = change.changed ? name + " is founded (version "
                                       + std::to_string(change.version.value) + ").\n"
                                   : name + " is founded already.\n";
  return in.answer("cli-provision", std::move(body), text);
}

/// What the node says of itself tells what a founding would do.
int preview_founding(call& in, cluster_access& cluster, const std::string& address) {
  const auto seen = cluster.status(address);
  if (!seen)
    return in.fail(seen.error());
  if (seen->halted.code != errc::none)
    return in.fail(seen->halted);
  const bool founded = static_cast<bool>(seen->cluster);
  json_object body{{"changed", !founded}, {"version", seen->version.value}};
  body["cluster"] = founded ? json_object(seen->cluster_name) : json_object{};
  body["fingerprint"] = founded ? json_object(to_string(seen->cluster)) : json_object{};
  body["dry_run"] = true;
  return in.answer("cli-provision", std::move(body),
                   printable(seen->name)
                     + (founded ? " belongs to " + printable(seen->cluster_name) + " already.\n"
                                : " would found a cluster.\n"));
}

int provision(call& in) {
  const auto change = change_from(in.given().values("set"));
  if (!change)
    return in.fail(change.error());
  // It is for one node, so which one is no matter of chance.
  const auto addresses = in.given().operands.empty() ? in.addresses() : in.given().operands;
  if (addresses.size() != 1)
    return in.misuse("a cluster is founded on one node: which of the addresses?");
  const auto& address = addresses.front();
  auto reached = in.cluster(address);
  if (!reached)
    return in.fail(reached.error());
  if (in.given().has("dry-run"))
    return preview_founding(in, **reached, address);
  const auto done = (*reached)->provision(address, change->applied_to({}));
  if (!done)
    return in.fail(done.error());
  return tell_founding(in, **reached, address, *done);
}

std::string knob_list() {
  auto rows = knob_rows({});
  for (auto& row : rows)
    row[0] = "  " + row[0];
  return table_text(rows);
}

} // namespace

void add_policy_verbs(verb_table& to) {
  to.push_back({"policy show",
                "",
                0,
                0,
                "what the cluster wants of its membership",
                "",
                {{"policy show", "all knobs"}},
                with_connection(),
                show});
  to.push_back({"policy set",
                "KNOB=VALUE...",
                1,
                32,
                "turn knobs of the policy",
                "Knobs that aren't named stay as they are. Defaults:\n\n" + knob_list(),
                {{"policy set replace_after=10m", "replace members that are dead for so long"},
                 {"policy set replace_after=off warm_spares=2", "two knobs at once"}},
                with_intent(),
                set});
}

void add_provision(verb_table& to) {
  option knob;
  knob.name = "set";
  knob.value = "KNOB=VALUE";
  knob.help = "a knob of the policy to begin with; 'policy set --help' lists them";
  knob.repeatable = true;
  option dry;
  dry.name = "dry-run";
  dry.help = "say whether it would found one, and do nothing";
  to.push_back(
    {"provision",
     "[ADDRESS]",
     0,
     1,
     "found a cluster on one node",
     "Once, on one node; the others find it through their seeds. Again on the same node: "
     "so already. Two nodes provisioned apart are two clusters, which never mix.",
     {{"provision db1:7400", "found it on db1"},
      {"provision db1:7400 --set target_members=5", "for five members"}},
     with_connection({knob, dry}),
     provision});
}

} // namespace quorate::app
