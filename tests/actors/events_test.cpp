// Subscribers of the membership, through real actors: fast, slow, late, and dead ones.
#include "actors/membership_subscription.hpp"
#include "actors/subscription_actor.hpp"
#include "tests/actors/deterministic_cluster.hpp"

#include <caf/all.hpp>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace quorate::actors {

namespace {

constexpr std::uint64_t seeds = 10;

/// A subscriber that takes events only when it is told to.
struct slow_reader_state {
  std::vector<membership_event> heard;
  std::size_t waiting = 0;
};

using slow_reader = caf::stateful_actor<slow_reader_state>;

/// What a subscriber heard: `3` is a transition, `t3` a table.
std::vector<std::string> words(const std::vector<membership_event>& heard) {
  std::vector<std::string> out;
  for (const auto& x : heard)
    out.push_back((std::holds_alternative<nodes_view>(x) ? "t" : "")
                  + std::to_string(version_of(x).value));
  return out;
}

/// Versions rise by one, but for tables in place of what was missed.
void expect_gapless(const std::vector<membership_event>& heard) {
  for (std::size_t i = 1; i < heard.size(); ++i) {
    const auto before = version_of(heard[i - 1]).value;
    const auto now = version_of(heard[i]).value;
    if (std::holds_alternative<nodes_view>(heard[i]))
      EXPECT_GE(now, before);
    else
      EXPECT_EQ(now, before + 1);
  }
}

struct listener {
  explicit listener(deterministic_cluster& cluster, subscription_options how = {})
    : subscription(cluster.nodes().system().subscribe(
      [this](const membership_event& x) { heard.push_back(x); }, how)) {
    cluster.settle();
  }
  listener(const listener&) = delete;
  listener& operator=(const listener&) = delete;

  std::vector<membership_event> heard;
  membership_subscription subscription;
};

subscription_options with_snapshot() {
  subscription_options out;
  out.begin_with_snapshot = true;
  return out;
}

config_version version(deterministic_cluster& cluster) {
  return cluster.pure(*cluster.leader())->status().version;
}

TEST(a_subscriber, hears_each_transition_once_and_in_order_through_changes_of_the_leader) {
  for_seeds(seeds, [](std::uint64_t seed) {
    deterministic_cluster cluster{seed};
    const listener x{cluster};
    cluster.grow(4, 3);
    ASSERT_TRUE(cluster.nodes().kill(*cluster.leader()));
    ASSERT_TRUE(cluster.run_until([&] { return cluster.members() == 3; }));
    ASSERT_TRUE(cluster.nodes().start({}));
    ASSERT_TRUE(cluster.run_until([&] { return cluster.row("n5").has_value(); }));
    cluster.run_for(2'000);
    expect_gapless(x.heard);
    ASSERT_FALSE(x.heard.empty());
    EXPECT_EQ(version_of(x.heard.front()).value, 1U);
    EXPECT_EQ(version_of(x.heard.back()), version(cluster));
    for (const auto& event : x.heard)
      EXPECT_TRUE(std::holds_alternative<transition>(event));
  });
}

TEST(a_subscriber, that_comes_late_begins_with_the_table_if_it_wants_to) {
  for_seeds(seeds, [](std::uint64_t seed) {
    deterministic_cluster cluster{seed};
    cluster.grow(3, 3);
    const auto before = version(cluster);
    const listener from_now{cluster};
    const listener whole{cluster, with_snapshot()};
    ASSERT_EQ(whole.heard.size(), 1U);
    const auto& table = std::get<nodes_view>(whole.heard.front());
    EXPECT_EQ(table.version, before);
    EXPECT_EQ(table.rows.size(), 3U);
    EXPECT_TRUE(from_now.heard.empty());
    ASSERT_TRUE(cluster.nodes().start({}));
    ASSERT_TRUE(cluster.run_until([&] { return cluster.row("n4").has_value(); }));
    cluster.run_for(100);
    expect_gapless(whole.heard);
    EXPECT_EQ(version_of(from_now.heard.front()).value, before.value + 1);
    EXPECT_EQ(version_of(whole.heard.back()), version(cluster));
  });
}

TEST(a_subscriber, that_comes_before_the_cluster_gets_its_first_table) {
  deterministic_cluster cluster{1};
  const listener x{cluster, with_snapshot()};
  cluster.run_for(500);
  EXPECT_TRUE(x.heard.empty());
  cluster.grow(1, 1);
  cluster.run_for(500);
  ASSERT_FALSE(x.heard.empty());
  EXPECT_TRUE(std::holds_alternative<nodes_view>(x.heard.front()));
  expect_gapless(x.heard);
}

TEST(a_subscriber, that_has_had_enough_hears_nothing_more) {
  deterministic_cluster cluster{1};
  listener x{cluster};
  cluster.grow(1, 1);
  const auto count = x.heard.size();
  EXPECT_GT(count, 0U);
  x.subscription.end();
  ASSERT_TRUE(cluster.nodes().start({}));
  cluster.run_for(1'000);
  EXPECT_EQ(x.heard.size(), count);
}

// -- one that is slow -----------------------------------------------------------------------------------------

/// Takes what it has heard when it is told to (`flush`).
caf::behavior read_slowly(slow_reader* self, const caf::actor& from) {
  self->send(from, subscribe_events{{false, 4}});
  return {
    [self](const membership_happened& x) {
      for (const auto& event : x.events)
        self->state.heard.push_back(*event);
      self->state.waiting += x.events.size();
    },
    [self, from](flush) { self->send(from, events_taken{std::exchange(self->state.waiting, 0)}); },
  };
}

struct stand_in_state {
  std::uint64_t newest = 0;
};

/// Stands in for a node: no cluster makes hundreds of transitions in a test's time.
caf::behavior stand_in(caf::stateful_actor<stand_in_state>* self) {
  return {
    [self](table_request) {
      table_told out;
      out.table.version = config_version{self->state.newest};
      return out;
    },
  };
}

/// A subscription with a node that reports to it, and a slow reader.
struct slow_situation {
  slow_situation()
    : system(cluster.nodes().system().caf()),
      subscription(system.spawn<subscription_actor>(system.clock().now())),
      node(system.spawn(stand_in)),
      reader(system.spawn(read_slowly, subscription)) {
    cluster.settle();
  }
  ~slow_situation() {
    for (const auto& x : {reader, node, subscription})
      caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
    cluster.settle();
  }
  slow_situation(const slow_situation&) = delete;
  slow_situation& operator=(const slow_situation&) = delete;

  void report(std::uint64_t from, std::uint64_t to) {
    transitions_applied x;
    for (auto i = from; i <= to; ++i) {
      x.applied.emplace_back();
      x.applied.back().version = config_version{i};
    }
    static_cast<caf::stateful_actor<stand_in_state>*>(caf::actor_cast<caf::abstract_actor*>(node))
      ->state.newest = to;
    caf::send_as(node, subscription, std::move(x));
    cluster.settle();
  }
  void take() {
    caf::anon_send(reader, flush{});
    cluster.settle();
  }
  std::vector<std::string> heard() const {
    return words(
      static_cast<slow_reader*>(caf::actor_cast<caf::abstract_actor*>(reader))->state.heard);
  }

  deterministic_cluster cluster{1};
  caf::actor_system& system;
  caf::actor subscription;
  caf::actor node;
  caf::actor reader;
};

TEST(a_subscriber, that_is_slow_takes_up_where_it_was) {
  slow_situation x;
  x.report(1, 10);
  EXPECT_EQ(x.heard(), (std::vector<std::string>{"1", "2", "3", "4"})) << "no more than agreed";
  x.take();
  EXPECT_EQ(x.heard().size(), 8U);
  x.take();
  EXPECT_EQ(x.heard().back(), "10");
  EXPECT_EQ(x.heard().size(), 10U);
}

TEST(a_subscriber, that_is_too_slow_gets_the_table_in_place_of_what_it_missed) {
  slow_situation x;
  x.report(1, 4);
  x.report(5, 400);
  EXPECT_EQ(x.heard().size(), 4U);
  x.take();
  x.report(401, 401);
  EXPECT_EQ(x.heard(), (std::vector<std::string>{"1", "2", "3", "4", "t400", "401"}));
}

TEST(a_subscriber, whose_node_dies_is_told_the_table_by_another_one) {
  slow_situation x;
  x.report(1, 4);
  x.report(5, 400);
  caf::anon_send_exit(x.node, caf::exit_reason::kill);
  x.cluster.settle();
  x.take();
  EXPECT_EQ(x.heard().size(), 4U) << "there is nobody to ask";
  x.node = x.system.spawn(stand_in);
  x.report(400, 402);
  x.cluster.run_for(2 * subscription_actor::table_wait_ms);
  EXPECT_EQ(x.heard().back(), "t402");
}

TEST(a_subscriber, that_dies_is_forgotten) {
  slow_situation x;
  x.report(1, 2);
  caf::anon_send_exit(x.reader, caf::exit_reason::kill);
  x.cluster.settle();
  x.report(3, 400);
  const auto count = x.cluster.nodes().system().caf().registry().running();
  x.reader = x.system.spawn(read_slowly, x.subscription);
  x.cluster.settle();
  x.report(401, 401);
  EXPECT_EQ(x.heard(), (std::vector<std::string>{"401"}));
  EXPECT_EQ(x.cluster.nodes().system().caf().registry().running(), count + 1);
}

} // namespace

} // namespace quorate::actors
