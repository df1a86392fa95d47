// `status` and `node ls`: how the cluster is.
#include "apps/quorate/command/call.hpp"
#include "apps/quorate/command/health.hpp"
#include "apps/quorate/command/nodes.hpp"
#include "apps/quorate/command/objects.hpp"
#include "apps/quorate/command/options.hpp"
#include "apps/quorate/command/text.hpp"
#include "apps/quorate/command/verbs.hpp"
#include "apps/quorate/command/words.hpp"

#include <ostream>

namespace quorate::app {

namespace {

struct picture {
  nodes_view view;
  membership_plan plan;
  answers said;
  cluster_health health;
};

result<picture> take(cluster_access& in) {
  auto membership = in.membership();
  auto view = membership.nodes();
  if (!view)
    return view.error();
  auto plan = membership.plan();
  if (!plan)
    return plan.error();
  picture x{std::move(*view), std::move(*plan), {}, {}};
  x.said = ask_nodes(in, x.view);
  x.health = health_of_cluster(x.view, x.plan, x.said);
  return x;
}

std::string text_of_transition(const membership_plan& plan) {
  if (!plan.in_flight)
    return "none";
  std::vector<node_id> moved;
  for (const auto& each : plan.in_flight->moves)
    moved.push_back(each.node);
  return std::string{to_string(plan.in_flight->event)} + (moved.empty() ? "" : " ")
         + (moved.empty() ? "" : list_text(moved)) + (plan.in_flight->joint ? ", joint" : "");
}

std::string text_of_controller(const membership_plan& plan) {
  if (plan.paused_ms == 0)
    return "running";
  return "paused for another " + rough_time(plan.paused_ms)
         + (plan.paused_by.empty() ? "" : ", by " + plan.paused_by);
}

std::string text_of_picture(const picture& x) {
  const auto& of = x.health;
  const auto number = [](auto n) { return std::to_string(n); };
  auto text = table_text(
    {{"CLUSTER", x.view.cluster_name + " (" + to_string(x.view.cluster) + ')'},
     {"LEADER", x.view.leader ? label_of(x.view, x.view.leader) : "none"},
     {"TERM", of.term == 0 ? "-" : number(of.term)},
     {"VOTERS", number(of.members_live) + '/' + number(of.members) + " live, "
                  + number(x.plan.target_members) + " wanted"},
     {"TOLERATES", of.tolerates < 0
                     ? "there is no majority"
                     : number(of.tolerates) + (of.tolerates == 1 ? " failure" : " failures")},
     {"SPARES", number(of.warm_spares) + " warm, " + number(of.waiting) + " waiting, "
                  + number(of.parked) + " parked"},
     {"TRANSITION", text_of_transition(x.plan)},
     {"CONTROLLER", text_of_controller(x.plan)},
     {"VERSION", number(x.view.version.value) + ", feature level " + number(of.feature_level)},
     {"HEALTH", of.reasons.empty() ? "good" : "degraded"}});
  for (const auto& reason : of.reasons)
    text += "  " + printable(reason) + '\n';
  return text;
}

json_object object_of_picture(const picture& x) {
  const auto& of = x.health;
  json_object body;
  body["cluster"] = x.view.cluster_name;
  body["fingerprint"] = to_string(x.view.cluster);
  body["leader"] = id_or_null(x.view.leader);
  body["term"] = of.term == 0 ? json_object{} : json_object(of.term);
  body["version"] = x.view.version.value;
  body["feature_level"] = of.feature_level;
  body["members"] = of.members;
  body["members_live"] = of.members_live;
  body["target_members"] = x.plan.target_members;
  body["tolerates"] = of.tolerates;
  body["warm_spares"] = of.warm_spares;
  body["waiting"] = of.waiting;
  body["parked"] = of.parked;
  body["joint"] = x.view.joint;
  body["in_flight"] = x.plan.in_flight ? object_of(*x.plan.in_flight) : json_object{};
  body["paused_ms"] = x.plan.paused_ms;
  body["paused_by"] = x.plan.paused_by;
  body["healthy"] = of.reasons.empty();
  body["reasons"] = of.reasons;
  return body;
}

/// Where nobody leads, what one node sees still helps.
void say_what_a_node_sees(call& in, cluster_access& cluster) {
  const auto seen = cluster.status("");
  if (!seen)
    return;
  auto& err = in.around().err;
  err << "quorate status: " << printable(seen->name) << " at " << printable(seen->address);
  if (seen->cluster_name.empty())
    err << " belongs to no cluster yet";
  else
    err << " of cluster " << printable(seen->cluster_name) << " is " << printable(seen->position)
        << ", term " << seen->current_term.value << ", leader " << to_string(seen->leader)
        << ", version " << seen->version.value;
  if (seen->halted.code != errc::none)
    err << "; it has halted: " << printable(seen->halted.message);
  err << '\n';
}

int status(call& in) {
  auto reached = in.cluster();
  if (!reached)
    return in.fail(reached.error());
  const auto seen = take(**reached);
  if (!seen) {
    const int code = in.fail(seen.error());
    say_what_a_node_sees(in, **reached);
    return code;
  }
  const bool degraded = in.given().has("check") && !seen->health.reasons.empty();
  return in.answer(degraded ? exit_degraded : exit_ok, "cli-status", object_of_picture(*seen),
                   text_of_picture(*seen));
}

int node_status_verb(call& in) {
  const auto& operands = in.given().operands;
  const auto address = operands.empty() ? std::string{} : operands.front();
  auto reached = in.cluster(address);
  if (!reached)
    return in.fail(reached.error());
  const auto seen = (*reached)->status(address);
  if (!seen)
    return in.fail(seen.error());
  const auto number = [](auto n) { return std::to_string(n); };
  const auto text = table_text(
    {{"NODE", to_string(seen->id) + ' ' + seen->name},
     {"ADDRESS", seen->address},
     {"CLUSTER", seen->cluster_name.empty()
                   ? "none yet"
                   : seen->cluster_name + " (" + to_string(seen->cluster) + ')'},
     {"POSITION", seen->position + (seen->leads ? ", leads" : "")},
     {"LEADER", to_string(seen->leader)},
     {"TERM", number(seen->current_term.value)},
     {"LOG", number(seen->first.value) + " to commit " + number(seen->commit.value) + ", applied "
               + number(seen->applied.value) + ", snapshot " + number(seen->snapshot.value)},
     {"STORE", number(seen->keys) + " keys, revision " + number(seen->store.value)},
     {"DISK", std::string{to_string(seen->room)}},
     {"VERSION", number(seen->version.value)},
     {"HALTED", seen->halted.code == errc::none ? "no" : to_string(seen->halted)}});
  return in.answer("cli-node-status", object_of(*seen), text);
}

bool is_shown(const node_row& row, bool all) {
  return all || row.role != node_role::outsider || row.record.state == node_state::standby;
}

int list(call& in) {
  auto reached = in.cluster();
  if (!reached)
    return in.fail(reached.error());
  const auto view = (*reached)->membership().nodes();
  if (!view)
    return in.fail(view.error());
  const auto said = ask_nodes(**reached, *view);
  const bool all = in.given().has("all");
  std::vector<std::vector<std::string>> rows{
    {"ID", "NAME", "STATE", "ROLE", "HEALTH", "LAG", "LEVEL", "SINCE", "REASON", "ADDRESS"}};
  auto objects = json_object::array();
  std::size_t hidden = 0;
  for (const auto& row : view->rows) {
    if (!is_shown(row, all)) {
      ++hidden;
      continue;
    }
    const auto& record = row.record;
    const bool leads = record.id == view->leader;
    const auto lag = lag_of(record.id, *view, said);
    rows.push_back({to_string(record.id), record.name, std::string{to_string(record.state)},
                    std::string{to_string(row.role)} + (leads ? ", leader" : ""),
                    health_of(row, said), lag ? std::to_string(*lag) : "-",
                    std::to_string(record.versions.feature_level),
                    'v' + std::to_string(record.since.value),
                    std::string{to_string(record.why)} + " by " + std::string{to_string(record.by)},
                    record.address});
    auto x = object_of(row);
    x["leader"] = leads;
    x["health"] = health_of(row, said);
    x["lag"] = lag ? json_object(*lag) : json_object{};
    objects.push_back(std::move(x));
  }
  json_object body{{"version", view->version.value},
                   {"leader", id_or_null(view->leader)},
                   {"joint", view->joint},
                   {"hidden", hidden},
                   {"nodes", std::move(objects)}};
  auto text = table_text(rows);
  if (hidden != 0)
    text += std::to_string(hidden) + " more wait for room; --all lists them.\n";
  return in.answer("cli-nodes", std::move(body), text);
}

} // namespace

void add_status(verb_table& to) {
  option check;
  check.name = "check";
  check.help = "end with 8 if it isn't as it should be";
  to.push_back({"status",
                "",
                0,
                0,
                "how the cluster is, on one page",
                "Asks the leader, and each member and learner. Degraded is a cluster that has more "
                "or fewer members than wanted, or tolerates fewer failures than those would, or a "
                "member or learner that is silent, has halted, lost its disk, or has no room on "
                "it.",
                {{"status --address db1:7400", "the cluster that db1 belongs to"},
                 {"status --check", "for a monitor"}},
                with_connection({check}),
                status});
}

void add_node_list(verb_table& to) {
  option all;
  all.name = "all";
  all.help = "also those that wait as auto_join without a part in consensus";
  to.push_back(
    {"node ls",
     "",
     0,
     0,
     "the nodes, their states and roles",
     "LAG is in log entries behind the leader's commit; LEVEL is the feature level of "
     "the node's build; SINCE is the version of the nodes config that put the node "
     "where it is.",
     {{"node ls", "members, learners and parked nodes"}, {"node ls --all", "all of them"}},
     with_connection({all}),
     list});
  to.push_back(
    {"node status",
     "[ADDRESS]",
     0,
     1,
     "what one node says of itself",
     "It needs no leader, and the node need not belong to a cluster. Without an address, "
     "the first node that answers.",
     {{"node status db2:7400", "what the node at that address sees"}},
     with_connection(),
     node_status_verb});
}

} // namespace quorate::app
