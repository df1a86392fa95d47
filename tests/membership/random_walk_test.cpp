// Random sequences of whatever anybody may ask for, in random conditions: after each transition the
// invariants of the design's chapter 2 hold, judged from the configs before and after it alone.
#include "runtime/base/codec.hpp"
#include "runtime/base/random.hpp"
#include "runtime/membership/policy.hpp"
#include "tests/membership/situations.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace quorate::membership {

namespace {

using namespace situations;
using e = lifecycle_event;

class walk {
public:
  explicit walk(std::uint64_t seed) : dice_(seed) {
    auto founding = make_provision({home, home_name}, {"node-1", "host-1", disk(1), {}, {}},
                                   membership_policy{});
    EXPECT_TRUE(config_.apply(founding.value()));
  }

  void step() {
    if (config_.joint()) {
      nothing_else_is_legal();
      change(make_leave(config_));
      return;
    }
    const auto seen = see(config_, random_sight());
    const auto want = random_proposal(seen);
    if (!want)
      return;
    auto planned = make_plan(config_, *want, seen);
    if (planned && !planned->already)
      change(planned->change);
  }

  const nodes_config& config() const {
    return config_;
  }
  const std::map<e, int>& counts() const {
    return counts_;
  }

private:
  node_id random_node() {
    return node_id{static_cast<std::uint32_t>(dice_.between(1, config_.next_id().value))};
  }

  sight random_sight() {
    sight what;
    const auto& members = config_.members();
    what.leader = std::next(members.begin(),
                            static_cast<std::ptrdiff_t>(dice_.below(members.size())))
                    ->value;
    what.for_ms = dice_.chance(80) ? 400'000 : 4'000;
    for (const auto& [id, row] : config_.rows()) {
      if (dice_.chance(15))
        what.dead.insert(id.value);
      if (dice_.chance(15))
        what.behind.insert(id.value);
      if (dice_.chance(10))
        what.outdated.insert(id.value);
    }
    return what;
  }

  proposal random_registration() {
    auto want = wanted(e::register_node, initiator::node, {});
    for (auto i = dice_.between(1, 3); i > 0; --i)
      want.registrations.push_back(request_of(++registered_, dice_.chance(20)));
    if (dice_.chance(10)) // A node that was removed, or is still there under another name.
      want.registrations.back().storage = disk(random_node().value);
    want.registrations.back().cluster = dice_.chance(10) ? home : fingerprint{};
    return want;
  }

  intent random_intent() {
    switch (dice_.below(8)) {
    case 0:
      return park_intent{random_node(), dice_.chance(30)};
    case 1:
      return activate_intent{random_node()};
    case 2:
      return remove_intent{random_node(), dice_.chance(30)};
    case 3:
      return replace_intent{random_node(), random_node(),
                            static_cast<replaced_fate>(dice_.between(1, 3))};
    case 4: {
      reconfigure_intent set;
      set.force = dice_.chance(30);
      for (auto id : config_.members())
        if (dice_.chance(70))
          set.members.push_back(id);
      for (auto id : config_.learners())
        if (dice_.chance(70))
          set.members.push_back(id);
      if (dice_.chance(10))
        set.members.push_back(random_node());
      return set;
    }
    case 5: {
      policy_change change;
      change.warm_spares = static_cast<std::uint32_t>(dice_.between(0, 10));
      change.min_members = static_cast<std::uint32_t>(dice_.between(0, 4));
      return set_policy_intent{change};
    }
    case 6:
      if (dice_.chance(60))
        return pause_intent{dice_.between(0, 600'000), {}};
      return resume_intent{};
    default:
      return set_target_intent{static_cast<std::uint32_t>(dice_.between(0, 10)), dice_.chance(30)};
    }
  }

  /// Events that nobody sane would ask for there.
  proposal random_nonsense() {
    proposal want;
    want.event = static_cast<e>(dice_.between(3, 10));
    want.by = static_cast<initiator>(dice_.between(1, 3));
    want.fate = static_cast<replaced_fate>(dice_.between(1, 3));
    want.force = dice_.chance(30);
    want.subjects = {random_node()};
    if (dice_.chance(40))
      want.incoming = {random_node()};
    return want;
  }

  std::optional<proposal> random_proposal(const observations& seen) {
    const auto kind = dice_.below(100);
    if (kind < 15)
      return random_registration();
    if (kind < 55)
      return next_transition(config_, seen);
    if (kind < 75)
      return random_nonsense();
    return to_proposal({op_id{1, ++ops_}, {}, random_intent()}, config_, seen);
  }

  void change(delta what) {
    const auto before = config_;
    log_time_ms_ += dice_.below(300'000);
    what.log_time_ms = log_time_ms_;
    auto done = config_.apply(what);
    ASSERT_TRUE(done) << to_string(done.error());
    ++counts_[what.op.event];
    config_.check_all();
    check(before, what);
    stale_change_is_refused(what);
  }

  void check(const nodes_config& before, const delta& what) {
    SCOPED_TRACE(std::string{to_string(what.op.event)} + " at version "
                 + std::to_string(config_.version().value));
    EXPECT_EQ(config_.version().value, before.version().value + 1);
    EXPECT_FALSE(config_.members().empty());
    follows_from_the_rows(what);
    moves_only_who_is_named(before, what);
    parks_and_removes_for_operators_only(before, what);
    keeps_ids_and_storages(before);
    never_has_fewer_members_by_itself(before, what);
    is_joint_where_more_than_one_voter_differs(before, what);
  }

  void follows_from_the_rows(const delta& what) {
    raft::configuration expected;
    expected.version = config_.version();
    expected.outgoing = what.outgoing;
    for (const auto& [id, row] : config_.rows()) {
      if (row.state == node_state::member)
        expected.voters.push_back({id, row.storage});
      if (row.learner)
        expected.learners.push_back({id, row.storage});
      EXPECT_FALSE(row.lost);
    }
    EXPECT_EQ(config_.configuration(), expected);
    EXPECT_EQ(what.config, expected);
    EXPECT_EQ(config_.current_digest(), what.result);
  }

  void moves_only_who_is_named(const nodes_config& before, const delta& what) {
    for (auto id : differing_rows(before, config_)) {
      const auto& named = what.op.named;
      const bool is_named = std::find(named.begin(), named.end(), id) != named.end();
      const bool dropped = what.op.event == e::reconfigure && before.members().count(id) == 1
                           && config_.position_of(id) != position::member_voter;
      const bool is_new = what.op.event == e::register_node && before.find(id) == nullptr;
      EXPECT_TRUE(is_named || dropped || is_new) << to_string(id);
    }
  }

  void parks_and_removes_for_operators_only(const nodes_config& before, const delta& what) {
    for (const auto& [id, row] : before.rows()) {
      const auto* now = config_.find(id);
      const bool parked = now != nullptr && now->state == node_state::standby
                          && row.state != node_state::standby;
      if (now != nullptr && !parked)
        continue;
      const auto& named = what.op.named;
      EXPECT_EQ(what.op.by, initiator::operator_) << to_string(id);
      EXPECT_NE(std::find(named.begin(), named.end(), id), named.end()) << to_string(id);
    }
  }

  void keeps_ids_and_storages(const nodes_config& before) {
    for (const auto& [id, row] : config_.rows()) {
      const auto known = identities_.try_emplace(id, row.name, row.storage).first->second;
      EXPECT_EQ(known.first, row.name);
      EXPECT_EQ(known.second, row.storage);
      if (before.find(id) == nullptr) {
        EXPECT_GE(id, before.next_id());
      }
    }
  }

  void never_has_fewer_members_by_itself(const nodes_config& before, const delta& what) {
    if (what.op.by == initiator::operator_ || config_.members().size() >= before.members().size())
      return;
    EXPECT_EQ(what.op.event, e::release);
    EXPECT_GE(config_.members().size(), before.policy().target_members);
  }

  void is_joint_where_more_than_one_voter_differs(const nodes_config& before, const delta& what) {
    if (what.op.event == e::leave) {
      EXPECT_FALSE(config_.joint());
      EXPECT_EQ(config_.members(), before.members());
      EXPECT_TRUE(differing_rows(before, config_).empty()); // Enter wrote the final rows.
      return;
    }
    std::vector<node_id> differing;
    std::set_symmetric_difference(before.members().begin(), before.members().end(),
                                  config_.members().begin(), config_.members().end(),
                                  std::back_inserter(differing));
    EXPECT_EQ(config_.joint(), differing.size() > 1);
    if (config_.joint()) {
      EXPECT_EQ(config_.outgoing(), before.configuration().voters);
    }
  }

  void nothing_else_is_legal() {
    const auto seen = see(config_);
    for (auto i = 0; i < 5; ++i) {
      auto planned = make_plan(config_, random_nonsense(), seen);
      EXPECT_TRUE(!planned || planned->already);
      planned = make_plan(config_, random_registration(), seen);
      EXPECT_FALSE(planned);
    }
  }

  void stale_change_is_refused(const delta& applied) {
    const auto digest_before = config_.current_digest();
    auto again = config_.apply(applied);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, errc::base_differs);
    EXPECT_EQ(config_.current_digest(), digest_before);
  }

  base::random dice_;
  nodes_config config_;
  std::uint32_t registered_ = 1;
  std::uint64_t ops_ = 0;
  std::uint64_t log_time_ms_ = 0;
  std::map<node_id, std::pair<std::string, storage_id>> identities_;
  std::map<e, int> counts_;
};

} // namespace

TEST(random_walk, keeps_the_invariants_of_the_lifecycle) {
  std::map<e, int> counts;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    walk one{seed};
    for (auto i = 0; i < 60; ++i)
      one.step();
    auto loaded = nodes_config::load(one.config().table());
    ASSERT_TRUE(loaded);
    EXPECT_EQ(loaded->current_digest(), one.config().current_digest());
    EXPECT_EQ(base::encode(loaded->table()), base::encode(one.config().table()));
    for (const auto& [event, count] : one.counts())
      counts[event] += count;
    if (testing::Test::HasFailure())
      return; // The first seed that finds something is enough to read.
  }
  // Sequences that never get anywhere would prove nothing.
  for (auto event : {e::register_node, e::admit, e::promote, e::give_up, e::replace, e::release,
                     e::park, e::activate, e::remove, e::reconfigure, e::set_target, e::set_policy,
                     e::pause, e::resume, e::leave})
    EXPECT_GE(counts[event], 20) << to_string(event);
}

} // namespace quorate::membership
