#include "runtime/membership/guards.hpp"

#include "runtime/base/check.hpp"
#include "runtime/base/limits.hpp"
#include "runtime/base/mutants.hpp"
#include "runtime/membership/plan.hpp"

#include <algorithm>

namespace quorate::membership {

namespace {

const node_record* new_row(const guard_context& context, node_id id) {
  if (context.new_rows != nullptr)
    for (const auto& row : *context.new_rows)
      if (row.id == id)
        return &row;
  return nullptr;
}

/// Names and storages must be free in the config and among the rows that register together.
template <class Same>
bool free_among(const guard_context& context, const node_record& row, Same same) {
  for (const auto& other : *context.new_rows)
    if (other.id != row.id && same(other))
      return false;
  return true;
}

bool live_majority(const std::set<node_id>& voters, const guard_context& context) {
  return live_among(voters, *context.config, *context.seen) > voters.size() / 2;
}

bool contains(const std::vector<node_id>& ids, node_id id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

/// As the change writes it, or as it stands.
const node_record* row_after(const guard_context& context, node_id id) {
  const auto* row = new_row(context, id);
  return row != nullptr ? row : context.config->find(id);
}

/// A node must understand each of those who are fed the log; what is lost says nothing any more.
bool speaks_with_all(const guard_context& context, const node_record& row) {
  const auto understands = [&](node_id id) {
    const auto* other = row_after(context, id);
    return other == nullptr || other->id == row.id || other->lost
           || (row.versions.protocol_min <= other->versions.protocol_max
               && row.versions.protocol_max >= other->versions.protocol_min);
  };
  const auto& members = context.config->members();
  const auto& learners = context.config->learners();
  return std::all_of(members.begin(), members.end(), understands)
         && std::all_of(learners.begin(), learners.end(), understands);
}

/// Whether this change takes the name away from whoever has it.
bool hands_over_name(const guard_context& context, node_id holder) {
  const auto& moves = *context.moves;
  const auto* row = new_row(context, holder);
  return context.op->event == lifecycle_event::re_register
         && ((row != nullptr && row->lost)
             || std::any_of(moves.begin(), moves.end(), [holder](const move& m) {
                  return m.id == holder && m.to == position::removed;
                }));
}

bool name_is_free(const guard_context& context, const node_record& row) {
  const auto* holder = context.config->find_name(row.name);
  if (holder != nullptr && !hands_over_name(context, holder->id))
    return false;
  return free_among(context, row,
                    [&](const node_record& x) { return x.name == row.name && !x.lost; });
}

std::uint16_t feature_level_after(const guard_context& context) {
  static const std::vector<node_record> none;
  return context.config->feature_level_with(context.members_after, context.learners_after,
                                            context.new_rows != nullptr ? *context.new_rows : none);
}

bool pause_in_range(const automation_pause& pause) {
  const auto for_ms = pause.until_ms - pause.since_ms; // Wraps where it is absurd.
  return for_ms >= 1 && for_ms <= limits::pause_ms_max && pause.until_ms > pause.since_ms
         && pause.by.size() <= limits::name_bytes_max;
}

const membership_policy& policy_of(const guard_context& context) {
  return context.new_policy != nullptr ? *context.new_policy : context.config->policy();
}

bool register_guard(guard g, const move& subject, const guard_context& context) {
  const auto* row = new_row(context, subject.id);
  switch (g) {
  case guard::protocol_overlaps:
    return row == nullptr || speaks_with_all(context, *row);
  case guard::name_free:
    return row == nullptr || name_is_free(context, *row);
  case guard::storage_id_free:
    return row == nullptr
           || (context.config->find_storage(row->storage) == nullptr
               && free_among(context, *row,
                             [&](const node_record& x) { return x.storage == row->storage; }));
  case guard::cluster_name_same:
    return context.request == nullptr
           || context.request->cluster_name == context.config->identity().name;
  case guard::fingerprint_same:
    return context.request == nullptr || !context.request->cluster
           || context.request->cluster == context.config->identity().cluster;
  default:
    return true;
  }
}

bool structural_guard(guard g, const move& subject, const guard_context& context) {
  const auto& config = *context.config;
  const auto& policy = policy_of(context);
  const auto after = context.members_after.size();
  switch (g) {
  case guard::named_by_operator:
    return context.op->by == initiator::operator_ && contains(context.op->named, subject.id);
  case guard::one_for_one:
    return after == config.members().size();
  case guard::room:
    return after + context.learners_after.size() <= policy.target_members + policy.warm_spares
           || base::mutated(base::mutant::room_unchecked);
  case guard::feature_level: {
    const auto* row = row_after(context, subject.id);
    return row != nullptr
           && (row->versions.feature_level >= config.feature_level()
               || base::mutated(base::mutant::feature_level_unchecked));
  }
  case guard::within_target:
    return after <= policy.target_members || base::mutated(base::mutant::target_exceeded);
  case guard::beyond_target:
    return after >= policy.target_members;
  case guard::member_remains:
    return after >= 1 || base::mutated(base::mutant::last_member_unguarded);
  case guard::min_members:
    return context.op->forced || after >= config.members().size()
           || base::mutated(base::mutant::min_members_unchecked)
           || after >= policy.effective_min_members();
  case guard::target_in_range:
    return policy.target_members >= 1 && policy.target_members <= limits::members_max;
  case guard::target_odd:
    return policy.allow_even || policy.target_members % 2 == 1;
  case guard::disk_lost: {
    const auto* row = row_after(context, subject.id);
    return row != nullptr && row->lost;
  }
  case guard::policy_in_range:
    return static_cast<bool>(validate_knobs(policy));
  case guard::lease_same:
    return policy.lease_ms == config.policy().lease_ms
           || base::mutated(base::mutant::policy_applied_unvalidated);
  case guard::pause_in_range:
    return context.new_pause != nullptr && pause_in_range(*context.new_pause);
  default:
    return register_guard(g, subject, context);
  }
}

bool observed_guard(guard g, const move& subject, const guard_context& context) {
  const auto& config = *context.config;
  const auto& policy = config.policy();
  const auto& seen = *context.seen;
  const auto* row = config.find(subject.id);
  switch (g) {
  case guard::stable:
    return seen.live(subject.id) && seen.healthy_ms(subject.id) >= policy.stabilization_ms;
  case guard::record_current: {
    const auto* node = seen.find(subject.id);
    return row != nullptr && node != nullptr && node->known >= row->since;
  }
  case guard::caught_up:
    return seen.caught_up(subject.id) || base::mutated(base::mutant::catch_up_unchecked);
  case guard::live_quorum:
    return base::mutated(base::mutant::live_quorum_unchecked)
           || (base::mutated(base::mutant::last_member_unguarded)
               && context.members_after.empty()) // Nobody is no quorum: this would hide that bug.
           || live_majority(context.members_after, context);
  case guard::live_quorum_before:
    return live_majority(config.members(), context);
  case guard::stuck:
    return (seen.silent(subject.id) && seen.silent_ms(subject.id) >= policy.transition_timeout_ms)
           || seen.stuck_ms(subject.id) >= policy.transition_timeout_ms;
  case guard::dead:
    return (row != nullptr && row->lost)
           || (seen.silent(subject.id)
               && (seen.silent_ms(subject.id) >= policy.replace_after_ms
                   || base::mutated(base::mutant::silence_not_waited_for)));
  case guard::replacement_on:
    return policy.replace_after_ms != 0;
  case guard::leader_settled:
    return seen.settled_ms() >= policy.leader_settle_ms
           || base::mutated(base::mutant::unsettled_leader_replaces);
  case guard::budget_left:
    return budget_left(config, seen) > 0;
  case guard::not_the_leader:
    return subject.id != seen.leader() || base::mutated(base::mutant::leader_released);
  case guard::identity_silent:
    return seen.gone(subject.id) || base::mutated(base::mutant::live_name_taken_over);
  case guard::not_paused:
    return paused_ms(config, seen) == 0;
  default:
    return true;
  }
}

std::string name_of(const guard_context& context, node_id id) {
  if (!id)
    return "the cluster";
  const auto* row = context.config->find(id);
  if (row == nullptr)
    row = new_row(context, id);
  return row != nullptr ? to_string(id) + " (" + row->name + ')' : to_string(id);
}

error refusal(errc code, const move& subject, const guard_context& context, table_view table) {
  std::string text = name_of(context, subject.id) + " is " + std::string{to_string(subject.from)}
                     + "; " + std::string{to_string(context.op->event)} + " to "
                     + std::string{to_string(subject.to)}
                     + " was asked: " + std::string{sentence(code)};
  const auto legal = legal_events(subject.from, context.op->by, table);
  text += " Legal there: " + (legal.empty() ? "nothing" : legal) + '.';
  if (context.op->event == lifecycle_event::re_register && code == errc::no_live_quorum)
    text += " The disk that it lost is missing in the quorum: bring the other members back, or see "
            "`quorate recover` if their disks are gone for good.";
  return make_error(code, std::move(text));
}

/// Planted bugs that would otherwise end here: the seed's own (nobody asks whether a parked node
/// was named), and a leader that believes a parked node which says that it wants to join.
bool let_pass_by_mutant(const move& subject, const guard_context& context) {
  if (base::mutated(base::mutant::park_the_unnamed))
    return context.op->event == lifecycle_event::reconfigure
           && subject.to == position::standby_outsider;
  return base::mutated(base::mutant::trust_the_joiner)
         && context.op->event == lifecycle_event::admit;
}

result<void> check_move(const move& subject, const guard_context& context, table_view table) {
  if (let_pass_by_mutant(subject, context))
    return {};
  const auto row = row_for(subject, context, table);
  if (row.refusal != errc::none)
    return refusal(row.refusal, subject, context, table);
  for (auto g : row.rule->guards)
    if (g != guard::none && !holds(g, subject, context))
      return refusal(refusal_of(g), subject, context, table);
  return {};
}

} // namespace

guard_context context_of(const nodes_config& config, const std::vector<move>& moves,
                         const operation& op) {
  guard_context context;
  context.config = &config;
  context.moves = &moves;
  context.op = &op;
  resulting_sets(config, moves, context.members_after, context.learners_after);
  return context;
}

table_row row_for(const move& subject, const guard_context& context, table_view table) {
  const transition_rule* rule = nullptr;
  bool others_may = false;
  for (const auto& row : table) {
    if (row.event != context.op->event || row.from != subject.from || row.to != subject.to)
      continue;
    if (row.by.has(context.op->by))
      rule = &row;
    else
      others_may = true;
  }
  if (rule == nullptr)
    return {nullptr, others_may ? errc::not_named : errc::illegal_transition};
  // A change may use what it opens itself: when the last one tells of its new build, `update` does.
  if (rule->feature_level > context.config->feature_level()
      && rule->feature_level > feature_level_after(context))
    return {rule, errc::feature_level_too_low};
  return {rule, errc::none};
}

bool holds(guard g, const move& subject, const guard_context& context) {
  if (structural(g))
    return structural_guard(g, subject, context);
  if (g == guard::cluster_name_same || g == guard::fingerprint_same)
    return register_guard(g, subject, context);
  // Where it is applied, nobody observes: the leader did when it proposed.
  return context.seen == nullptr || observed_guard(g, subject, context);
}

result<void> check_moves(const guard_context& context, table_view table) {
  QUORATE_CHECK(context.config != nullptr && context.moves != nullptr && context.op != nullptr);
  if (context.config->joint() && context.op->event != lifecycle_event::leave)
    return make_error(errc::transition_in_flight,
                      "a joint change is in progress at version "
                        + std::to_string(context.config->version().value)
                        + "; it is left before anything else changes.");
  for (const auto& subject : *context.moves)
    if (auto legal = check_move(subject, context, table); !legal)
      return legal;
  return {};
}

std::size_t live_among(const std::set<node_id>& voters, const nodes_config& config,
                       const observations& seen) {
  return static_cast<std::size_t>(std::count_if(voters.begin(), voters.end(), [&](node_id id) {
    const auto* row = config.find(id);
    return row != nullptr && row->lost ? base::mutated(base::mutant::lost_voter_counts_live)
                                       : seen.live(id);
  }));
}

void resulting_sets(const nodes_config& config, const std::vector<move>& moves,
                    std::set<node_id>& members, std::set<node_id>& learners) {
  members = config.members();
  learners = config.learners();
  for (const auto& m : moves) {
    members.erase(m.id);
    learners.erase(m.id);
    if (m.to == position::member_voter)
      members.insert(m.id);
    if (m.to == position::auto_join_learner)
      learners.insert(m.id);
  }
}

std::uint32_t budget_left(const nodes_config& config, const observations& seen) {
  const auto& policy = config.policy();
  if (base::mutated(base::mutant::eviction_budget_unchecked))
    return policy.eviction_budget;
  const auto now_ms = log_time_ms(config, seen);
  std::uint32_t spent = 0;
  for (auto at_ms : config.evictions())
    spent += at_ms + policy.eviction_window_ms >= now_ms ? 1U : 0U;
  return spent < policy.eviction_budget ? policy.eviction_budget - spent : 0;
}

std::uint64_t log_time_ms(const nodes_config& config, const observations& seen) {
  return std::max(config.log_time_ms(), seen.log_time_ms());
}

std::uint64_t paused_ms(const nodes_config& config, const observations& seen) {
  const auto& pause = config.pause();
  if (base::mutated(base::mutant::pause_forgotten_by_new_leader)
      && pause.since_ms <= seen.log_time_began_ms())
    return 0;
  const auto now_ms = log_time_ms(config, seen);
  return pause.until_ms > now_ms ? pause.until_ms - now_ms : 0;
}

std::vector<node_id> unheard(const nodes_config& config, const observations& seen) {
  std::vector<node_id> out;
  if (seen.settled_ms() >= seen.live_window_ms())
    return out;
  for (const auto* ids : {&config.members(), &config.learners()})
    for (auto id : *ids)
      if (id != seen.leader() && seen.find(id) == nullptr)
        out.push_back(id);
  return out;
}

bool may_be_ignorance(errc refusal) {
  return refusal == errc::no_live_quorum || refusal == errc::not_caught_up
         || refusal == errc::below_min_members; // There may be a learner that takes the place.
}

std::string legal_events(position from, initiator by, table_view table) {
  std::string text;
  lifecycle_event last{};
  for (const auto& row : table) {
    if (row.from != from || !row.by.has(by) || row.event == last)
      continue;
    last = row.event;
    text += (text.empty() ? "" : ", ") + std::string{to_string(row.event)};
  }
  return text;
}

} // namespace quorate::membership
