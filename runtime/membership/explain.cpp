// Why a node is where it is.
#include "runtime/membership/explain.hpp"

#include "runtime/membership/policy.hpp"
#include "runtime/membership/words.hpp"

#include <algorithm>
#include <utility>

namespace quorate::membership {

namespace {

proposal wish(lifecycle_event event, std::vector<node_id> subjects,
              std::vector<node_id> incoming = {}) {
  proposal want;
  want.event = event;
  want.by = initiator::policy;
  want.subjects = std::move(subjects);
  want.incoming = std::move(incoming);
  want.fate = replaced_fate::auto_join;
  return want;
}

bool ails(const nodes_config& config, const observations& seen, node_id member) {
  return config.find(member)->lost || seen.silent(member);
}

/// The learner that would take a member's place, caught up or not.
std::vector<node_id> substitute(const nodes_config& config, const observations& seen) {
  const auto ready = candidates(config, seen);
  if (!ready.empty())
    return {ready.front()};
  return config.learners().empty() ? std::vector<node_id>{}
                                   : std::vector<node_id>{*config.learners().begin()};
}

/// The member whose place a learner could take: the one that the policy would take first.
std::vector<node_id> whose_place(const nodes_config& config, const observations& seen) {
  std::vector<node_id> out;
  for (auto id : config.members())
    if (ails(config, seen, id))
      out.push_back(id);
  std::stable_sort(out.begin(), out.end(), [&](node_id a, node_id b) {
    const auto rank = [&](node_id id) {
      return config.find(id)->lost || seen.silent_ms(id) >= config.policy().replace_after_ms;
    };
    return rank(a) && !rank(b);
  });
  if (!out.empty())
    out.resize(1);
  return out;
}

std::vector<proposal> prospects_of_a_learner(const nodes_config& config, const observations& seen,
                                             node_id id) {
  std::vector<proposal> all;
  if (auto place = whose_place(config, seen); !place.empty())
    all.push_back(wish(lifecycle_event::replace, std::move(place), {id}));
  // Where there is no place, what matters is whether one becomes free.
  const bool grows = config.members().size() < config.policy().target_members;
  all.insert(grows ? all.begin() : all.end(), wish(lifecycle_event::promote, {id}));
  if (!seen.caught_up(id))
    all.push_back(wish(lifecycle_event::give_up, {id}));
  return all;
}

std::vector<proposal> prospects_of_a_member(const nodes_config& config, const observations& seen,
                                            node_id id) {
  std::vector<proposal> all;
  if (config.members().size() > config.policy().target_members)
    all.push_back(wish(lifecycle_event::release, {id}));
  if (ails(config, seen, id))
    all.push_back(wish(lifecycle_event::replace, {id}, substitute(config, seen)));
  return all;
}

bool names(const proposal& x, node_id id) {
  return std::count(x.subjects.begin(), x.subjects.end(), id) != 0
         || std::count(x.incoming.begin(), x.incoming.end(), id) != 0;
}

std::string summary_of(const explanation& x) {
  if (x.settled)
    return "member, nothing to do.";
  const auto where = x.position + ": ";
  if (x.next.empty())
    return where + "nothing moves it but the joint change that is being left.";
  const auto& first = x.next.front();
  const std::string event{to_string(first.event)};
  if (first.possible)
    return where + event + " is what the controller does next.";
  if (first.by == initiator::operator_)
    return where + first.guards.front().value + '.';
  return where + "waits for " + event + ". " + failing_text(first) + '.';
}

explanation removed(const nodes_config& config, node_id id) {
  explanation out;
  out.node = id;
  out.version = config.version();
  out.position = to_string(position::removed);
  out.settled = true;
  out.summary = "removed: its id is never used again; start it on empty storage to join anew.";
  for (const auto& stone : config.tombstones())
    if (stone.id == id) {
      out.name = stone.name;
      out.summary += " Why: " + stone.why + '.';
    }
  return out;
}

} // namespace

std::optional<proposal> first_choice(const nodes_config& config, const observations& seen) {
  return config.joint() ? std::nullopt : next_transition(config, seen);
}

std::vector<proposal> prospects(const nodes_config& config, const observations& seen,
                                node_id node) {
  std::vector<proposal> all;
  switch (config.position_of(node)) {
  case position::auto_join_outsider:
    all.push_back(wish(lifecycle_event::admit, {node}));
    break;
  case position::auto_join_learner:
    all = prospects_of_a_learner(config, seen, node);
    break;
  case position::member_voter:
    all = prospects_of_a_member(config, seen, node);
    break;
  case position::standby_outsider:
    all.push_back(wish(lifecycle_event::activate, {node}));
    all.back().by = initiator::operator_;
    break;
  default:
    break;
  }
  // What the policy has chosen may move more than this node: that is what will be judged.
  if (const auto first = first_choice(config, seen); first && names(*first, node))
    for (auto& want : all)
      if (want.event == first->event)
        want = *first;
  return all;
}

result<explanation> explain(const nodes_config& config, const observations& seen, node_id node,
                            const std::string& busy) {
  const auto at = config.position_of(node);
  if (at == position::removed)
    return removed(config, node);
  const auto* row = config.find(node);
  if (row == nullptr && !leaving(at))
    return make_error(errc::unknown_node, to_string(node) + " isn't in the nodes config.");
  explanation out;
  out.node = node;
  out.name = row != nullptr ? row->name : "";
  out.position = to_string(at);
  out.version = config.version();
  const auto first = first_choice(config, seen);
  for (const auto& want : prospects(config, seen, node)) {
    out.next.push_back(report_proposal(config, seen, want, first));
    auto& last = out.next.back();
    if (!busy.empty() && !config.joint()) {
      last.guards.insert(last.guards.begin(),
                         {"nothing_in_flight", false, errc::transition_in_flight, {}, busy});
      last.possible = false;
      last.refusal = errc::transition_in_flight;
    }
  }
  out.settled = at == position::member_voter && out.next.empty();
  out.summary = summary_of(out);
  return out;
}

} // namespace quorate::membership
