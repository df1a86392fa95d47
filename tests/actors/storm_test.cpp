// Ten thousand nodes join at once, in one process and in virtual time. What one of them costs in
// messages doesn't depend on how many there are.
#include "tests/actors/deterministic_cluster.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace quorate::actors {

namespace {

/// Until each of so many nodes knows its id and its record.
struct storm {
  bool ended = false;
  std::uint64_t virtual_ms = 0;
  std::size_t entries = 0; ///< In the log, for registrations.
  // A node:
  double messages = 0; ///< Taken by actors, of all kinds.
  double registrations = 0;
  double heartbeats = 0;
  double views = 0;
  // Afterwards:
  double idle_heartbeats_per_second = 0;
};

std::uint64_t sum(const deterministic_cluster& in, const std::vector<std::string>& names,
                  const std::string& counter) {
  std::uint64_t out = 0;
  for (const auto& name : names)
    for (const auto& x : in.pure(name)->status().counters)
      if (x.name == counter)
        out += x.value;
  return out;
}

storm join_at_once(std::size_t nodes) {
  constexpr std::uint64_t look_ms = 100;
  constexpr std::uint64_t at_most_ms = 60'000;
  deterministic_cluster cluster{1};
  cluster.grow(4, 3); // As a storm meets a cluster; the storm of its birth is another test's.
  const auto before = cluster.messages();
  for (std::size_t i = 0; i < nodes; ++i)
    EXPECT_TRUE(cluster.nodes().start({}));
  const auto names = cluster.nodes().running();
  auto waiting = names;
  storm out;
  while (!waiting.empty() && out.virtual_ms < at_most_ms) {
    cluster.run_for(look_ms);
    out.virtual_ms += look_ms;
    const auto joined = [&](const std::string& name) {
      const auto* node = cluster.pure(name);
      return node != nullptr && node->joined();
    };
    waiting.erase(std::remove_if(waiting.begin(), waiting.end(), joined), waiting.end());
  }
  out.ended = waiting.empty();
  const auto each = [nodes](std::uint64_t all) {
    return static_cast<double>(all) / static_cast<double>(nodes);
  };
  out.messages = each(cluster.messages() - before);
  out.registrations = each(sum(cluster, names, "registrations_sent_total"));
  out.heartbeats = each(sum(cluster, names, "heartbeats_sent_total"));
  out.views = each(sum(cluster, names, "views_sent_total"));
  if (const auto leader = cluster.leader()) {
    const auto& state = cluster.pure(*leader)->state()->nodes();
    out.entries = state.registrations().size();
    EXPECT_EQ(state.rows().size(), nodes + 4);
    EXPECT_EQ(state.members().size(), 3U) << "a storm shakes no member";
  }
  constexpr std::uint64_t idle_s = 3;
  cluster.run_for(2'000); // Each has been told how often it has to speak.
  const auto spoken = sum(cluster, names, "heartbeats_sent_total");
  cluster.run_for(idle_s * 1'000);
  out.idle_heartbeats_per_second = static_cast<double>(sum(cluster, names, "heartbeats_sent_total")
                                                       - spoken)
                                   / static_cast<double>(idle_s);
  return out;
}

TEST(a_join_storm, costs_a_node_as_many_messages_among_ten_thousand_as_among_a_thousand) {
  const auto few = join_at_once(1'000);
  const auto many = join_at_once(10'000);
  for (const auto* x : {&few, &many}) {
    SCOPED_TRACE(x == &few ? "a thousand" : "ten thousand");
    EXPECT_TRUE(x->ended) << "after " << x->virtual_ms << " ms";
    EXPECT_LT(x->messages, 100.0);
    EXPECT_LT(x->registrations, 2.0) << "hardly one has to ask twice";
    EXPECT_LT(x->heartbeats, 5.0);
    EXPECT_LT(x->views, 2.0);
    EXPECT_LT(x->idle_heartbeats_per_second, 1'100.0) << "of all of them together";
  }
  // Linear: a node costs the same.
  EXPECT_LT(many.messages, few.messages * 1.2);
  EXPECT_LT(many.registrations, few.registrations * 1.2);
  EXPECT_LT(many.heartbeats, few.heartbeats * 1.2);
  EXPECT_LT(many.views, few.views * 1.2);
  EXPECT_LT(many.entries, 100U) << "who waits together shares an entry";
}

} // namespace

} // namespace quorate::actors
