#include "tests/membership/situation_words.hpp"

#include <algorithm>
#include <utility>

namespace quorate::membership::situations {

namespace {

std::set<node_id> set_of(numbers from) {
  std::set<node_id> out;
  for (auto id : from)
    out.insert(node_id{id});
  return out;
}

situation unnamed(const situation& of) {
  return but(of, errc::not_named, [](situation& x) { x.op.named.clear(); });
}

situation paused(const situation& of) {
  return but(of, errc::controller_paused, [](situation& x) { x.cluster.paused(1'000'000); });
}

membership_policy policy_with(std::uint32_t target, bool allow_even) {
  membership_policy policy;
  policy.target_members = target;
  policy.allow_even = allow_even;
  return policy;
}

/// The target's own guards; the even one out of range is excused from being even.
many targets(const situation& good) {
  return {
    good,
    but(good, errc::target_out_of_range, [](situation& x) { x.policy = policy_with(10, true); }),
    but(good, errc::target_even, [](situation& x) { x.policy = policy_with(4, false); })};
}

many founding() {
  auto found = legal(e::provision, initiator::operator_, {}, 1, p::no_cluster, p::member_voter);
  found.founding = true;
  found.policy = policy_with(3, false);
  return targets(found);
}

many of_the_whole_cluster() {
  many all;
  for (auto event : {e::set_target, e::set_policy}) {
    auto set = legal(event, initiator::operator_, usual().feature_level(2), 0, p::whole_cluster,
                     p::whole_cluster);
    set.policy = policy_with(5, false);
    append(all, targets(set));
    if (event == e::set_policy)
      append(all,
             {but(set, errc::policy_out_of_range, [](situation& x) { x.policy->warm_spares = 10; }),
              but(set, errc::lease_fixed, [](situation& x) { x.policy->lease_ms = 500; })});
  }
  auto pause = legal(e::pause, initiator::operator_, usual(), 0, p::whole_cluster,
                     p::whole_cluster);
  pause.pause = automation_pause{1'000, 2'000, {}};
  auto resume = pause;
  resume.op.event = e::resume;
  append(all, {pause, resume, but(pause, errc::pause_out_of_range, [](situation& x) {
                 x.pause->until_ms = 1'000;
               })});
  return all;
}

many admission() {
  auto admit = legal(e::admit, initiator::policy, written_cluster{}.members({1, 2, 3}), 6,
                     p::auto_join_outsider, p::auto_join_learner);
  admit.cluster.outsiders({6});
  return {
    admit,
    but(admit, errc::no_room, [](situation& x) { x.cluster.target(3, 0); }),
    but(admit, errc::feature_level_too_low,
        [](situation& x) { x.cluster.feature_level(2).row(6).versions.feature_level = 1; }),
    but(admit, errc::not_stable, [](situation& x) { x.seen.for_ms = 9'000; }),
    but(admit, errc::stale_record, [](situation& x) { x.seen.outdated = {6}; }),
    paused(admit),
  };
}

many growth() {
  auto promote = legal(e::promote, initiator::policy, usual().target(5), 4, p::auto_join_learner,
                       p::member_voter);
  auto give_up = legal(e::give_up, initiator::policy, usual(), 4, p::auto_join_learner,
                       p::auto_join_outsider);
  give_up.seen.behind = {4};
  return {
    promote,
    but(promote, errc::above_target, [](situation& x) { x.cluster.target(3); }),
    but(promote, errc::not_caught_up, [](situation& x) { x.seen.behind = {4}; }),
    but(promote, errc::no_live_quorum,
        [](situation& x) {
          x.seen.dead = {2, 3};
        }),
    paused(promote),
    give_up,
    paused(give_up),
    but(give_up, errc::still_progressing, [](situation& x) { x.seen.behind.clear(); }),
  };
}

many replacement_by_policy() {
  auto replace = legal(e::replace, initiator::policy, usual(), 3, p::member_voter,
                       p::auto_join_outsider);
  replace.members_after = set_of({1, 2, 4});
  replace.seen.dead = {3};
  return {
    replace,
    but(replace, errc::not_one_for_one,
        [](situation& x) {
          x.members_after = set_of({1, 2});
        }),
    but(replace, errc::replacement_off,
        [](situation& x) { x.cluster.policy().replace_after_ms = 0; }),
    but(replace, errc::not_dead, [](situation& x) { x.seen.dead.clear(); }),
    paused(replace),
    but(replace, errc::leader_not_settled,
        [](situation& x) {
          x.cluster.policy().replace_after_ms = 1'000;
          x.seen.for_ms = 29'000;
        }),
    but(replace, errc::budget_spent, [](situation& x) { x.cluster.evicted_one(); }),
    but(replace, errc::no_live_quorum,
        [](situation& x) {
          x.seen.dead = {2, 3, 4};
        }),
  };
}

many replacement_by_an_operator(p fate) {
  auto replace = legal(e::replace, initiator::operator_, usual(), 3, p::member_voter, fate);
  replace.members_after = set_of({1, 2, 4});
  return {
    replace,
    unnamed(replace),
    but(replace, errc::not_one_for_one,
        [](situation& x) {
          x.members_after = set_of({1, 2});
        }),
    // Only the leader is live, of the present set the replaced member too.
    but(replace, errc::no_live_quorum,
        [](situation& x) {
          x.seen.dead = {2, 4};
        }),
    // And the other way round.
    but(replace, errc::no_live_quorum,
        [](situation& x) {
          x.seen.dead = {2, 3};
        }),
  };
}

/// The learner that takes the place of a member.
many successor(e event, initiator by) {
  auto comes = legal(event, by, usual(), 4, p::auto_join_learner, p::member_voter);
  comes.members_after = set_of({1, 2, 4});
  return {
    comes,
    but(comes, errc::not_one_for_one,
        [](situation& x) {
          x.members_after = set_of({1, 2, 3, 4});
        }),
    but(comes, errc::not_caught_up, [](situation& x) { x.seen.behind = {4}; }),
  };
}

many releasing() {
  auto release = legal(e::release, initiator::policy,
                       written_cluster{}.members({1, 2, 3, 4, 5}).target(3), 5, p::member_voter,
                       p::auto_join_outsider);
  return {
    release,
    but(release, errc::not_above_target, [](situation& x) { x.cluster.target(5); }),
    paused(release),
    but(release, errc::is_leader, [](situation& x) { x.seen.leader = 5; }),
    but(release, errc::no_live_quorum,
        [](situation& x) {
          x.seen.dead = {2, 3, 4};
        }),
  };
}

/// `park` and `remove` of a member whose place nobody takes.
many dismissal(e event, p to) {
  auto goes = legal(event, initiator::operator_, four_members(), 3, p::member_voter, to);
  return {
    goes,
    unnamed(goes),
    but(goes, errc::last_member,
        [](situation& x) {
          x.cluster = written_cluster{}.members({3});
          x.seen.leader = 3;
          x.op.forced = true;
        }),
    but(goes, errc::below_min_members, [](situation& x) { x.cluster = usual(); }),
    but(goes, errc::no_live_quorum,
        [](situation& x) {
          x.seen.dead = {2, 8};
        }),
  };
}

/// What only needs an operator who names the node.
many by_name(e event, std::uint32_t node, p from, p to) {
  auto named = legal(event, initiator::operator_, usual(), node, from, to);
  return {named, unnamed(named)};
}

many reconfiguration() {
  auto comes = legal(e::reconfigure, initiator::operator_, usual(), 4, p::auto_join_learner,
                     p::member_voter);
  auto goes = legal(e::reconfigure, initiator::operator_, four_members(), 3, p::member_voter,
                    p::auto_join_outsider);
  goes.op.named = ids({1, 2, 8});
  auto forced = goes; // Below `min_members`, which is allowed by force alone.
  forced.cluster = usual();
  forced.op.named = ids({1, 2});
  forced.op.forced = true;
  return {
    comes,
    unnamed(comes),
    but(comes, errc::not_caught_up, [](situation& x) { x.seen.behind = {4}; }),
    // Three of five are live, but two of those are to go.
    but(comes, errc::no_live_quorum,
        [](situation& x) {
          x.cluster = written_cluster{}.members({1, 2, 3, 8, 9}).learners({4});
          x.seen.dead = {8, 9};
          x.members_after = set_of({1, 4, 8, 9});
        }),
    // The new set could commit, the present one can't, so the change would never be.
    but(comes, errc::no_live_quorum,
        [](situation& x) {
          x.seen.dead = {2, 3};
          x.members_after = set_of({1, 4, 5});
        }),
    goes,
    forced,
    but(forced, errc::below_min_members, [](situation& x) { x.op.forced = false; }),
    but(forced, errc::last_member,
        [](situation& x) {
          x.cluster = written_cluster{}.members({3});
          x.seen.leader = 3;
        }),
    but(forced, errc::no_live_quorum, [](situation& x) { x.seen.dead = {2}; }),
    but(forced, errc::no_live_quorum,
        [](situation& x) {
          x.seen.dead = {2, 3};
          x.members_after = set_of({1});
        }),
  };
}

/// A member whose disk is lost goes where another would wait; what else is asked is the same.
many of_a_lost_member() {
  many all;
  const auto add_lost = [&all](const many& like, p to) {
    for (auto x : like) {
      x.moves.front().to = to;
      x.cluster.feature_level(2);
      if (x.expected == errc::not_dead)
        continue;
      const auto node = x.moves.front().id.value;
      if (x.expected == errc::none)
        all.push_back(but(x, errc::disk_not_lost, [](situation&) {}));
      x.cluster.row(node).lost = true;
      all.push_back(std::move(x));
    }
  };
  add_lost(replacement_by_policy(), p::removed);
  auto released = releasing();
  released.erase(std::remove_if(released.begin(), released.end(), // The leader's disk isn't lost.
                                [](const situation& x) { return x.expected == errc::is_leader; }),
                 released.end());
  add_lost(released, p::removed);
  add_lost(dismissal(e::park, p::standby_outsider), p::removed);
  for (const auto& x : reconfiguration())
    if (x.moves.front().from == p::member_voter)
      add_lost({x}, p::removed);
  auto quorum = all.back(); // The present set could commit, the new one can't.
  quorum.cluster = four_members().feature_level(2);
  quorum.cluster.row(3).lost = true;
  quorum.seen.dead = {3, 4};
  quorum.members_after = set_of({1, 4, 5});
  quorum.expected = errc::no_live_quorum;
  all.push_back(quorum);
  // A lost one that stays, though something is still heard of it, is dead.
  auto stays = dismissal(e::park, p::standby_outsider).front();
  stays.cluster.row(2).lost = true;
  stays.seen.dead = {8};
  stays.expected = errc::no_live_quorum;
  all.push_back(stays);
  return all;
}

many leaving_a_joint_change() {
  auto cluster = written_cluster{}.members({1, 2, 3}).outgoing({1, 2, 4});
  return {
    legal(e::leave, initiator::policy, cluster, 4, p::auto_join_leaving, p::auto_join_outsider),
    legal(e::leave, initiator::policy, cluster, 4, p::standby_leaving, p::standby_outsider),
    legal(e::leave, initiator::policy, cluster, 4, p::removed_leaving, p::removed)};
}

many of_operators() {
  many all;
  for (auto fate : {p::auto_join_outsider, p::standby_outsider, p::removed})
    append(all, replacement_by_an_operator(fate));
  append(all, successor(e::replace, initiator::operator_));
  append(all, successor(e::park, initiator::operator_));
  append(all, successor(e::remove, initiator::operator_));
  append(all, dismissal(e::park, p::standby_outsider));
  append(all, dismissal(e::remove, p::removed));
  append(all, by_name(e::park, 6, p::auto_join_outsider, p::standby_outsider));
  append(all, by_name(e::park, 4, p::auto_join_learner, p::standby_outsider));
  append(all, by_name(e::activate, 7, p::standby_outsider, p::auto_join_outsider));
  append(all, by_name(e::remove, 6, p::auto_join_outsider, p::removed));
  append(all, by_name(e::remove, 4, p::auto_join_learner, p::removed));
  append(all, by_name(e::remove, 7, p::standby_outsider, p::removed));
  append(all, reconfiguration());
  return all;
}

} // namespace

many all_situations() {
  auto all = founding();
  for (const auto& more : {of_nodes(), admission(), growth(), replacement_by_policy(),
                           successor(e::replace, initiator::policy), releasing(), of_operators(),
                           of_a_lost_member(), of_the_whole_cluster(), leaving_a_joint_change()})
    append(all, more);
  return all;
}

std::string name_of(const situation& x) {
  const auto& subject = x.moves.front();
  return std::string{to_string(x.op.event)} + " from " + std::string{to_string(subject.from)}
         + " to " + std::string{to_string(subject.to)} + " by the "
         + std::string{to_string(x.op.by)} + ": " + std::string{to_string(x.expected)};
}

} // namespace quorate::membership::situations
