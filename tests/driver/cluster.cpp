#include "tests/driver/cluster.hpp"

#include "runtime/kv/commands.hpp"
#include "tests/sim/liveness.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace quorate::driver {

namespace {

sim::world_conditions calm() {
  sim::world_conditions out;
  out.control.live_window_ms = 800;
  out.control.hand_over_ms = 600;
  return out;
}

/// What another node, or the same a little later, may answer differently.
bool is_retryable(errc code) {
  return code == errc::not_leader || code == errc::no_leader || code == errc::outcome_unknown
         || code == errc::transfer_in_progress;
}

} // namespace

cluster::cluster(std::uint64_t seed)
  : lines(sim::trace::mode::keep),
    world(seed, calm(), lines, situations) {
  // nop
}

std::size_t cluster::add() {
  auto o = defaults;
  o.name = "n" + std::to_string(world.size());
  for (std::size_t i = 0; i <= world.size(); ++i)
    o.seeds.push_back("n" + std::to_string(i));
  const auto i = world.add(std::move(o));
  world.start(i);
  return i;
}

ops::provision_reply cluster::provision(std::size_t node) {
  membership::provision_request what;
  what.cluster_name = "sim";
  what.policy = policy;
  auto reply = ask<ops::provision_reply>(node, what);
  EXPECT_TRUE(reply) << lines.tail();
  return reply.value_or(ops::provision_reply{});
}

void cluster::found(std::size_t count) {
  while (world.size() < count)
    add();
  world.run_for(sim::ms(100));
  ASSERT_EQ(provision(0).refusal.code, errc::none);
  ASSERT_TRUE(settles()) << sim::unsettled(world) << '\n' << lines.tail();
  world.run_for(sim::ms(500)); // The leader's controller hears that the spare has caught up.
}

void cluster::restart(std::size_t node) {
  world.crash(node, true);
  world.start(node);
}

bool cluster::settles(sim::micros at_most) {
  const auto until = world.now() + at_most;
  while (world.now() < until) {
    if (sim::unsettled(world).empty())
      return true;
    world.run_for(sim::ms(50));
  }
  return sim::unsettled(world).empty();
}

std::size_t cluster::leader() {
  comes_true([this] { return world.leader().has_value(); });
  EXPECT_TRUE(world.leader()) << lines.tail();
  return world.leader().value_or(0);
}

std::size_t cluster::follower() {
  const auto l = leader();
  for (std::size_t i = 0; i < world.size(); ++i)
    if (i != l && world.at(i).running() && nodes().members().count(id(i)) != 0)
      return i;
  ADD_FAILURE() << "no member follows";
  return 0;
}

std::size_t cluster::outsider() {
  for (std::size_t i = 0; i < world.size(); ++i)
    if (!has_log(i))
      return i;
  ADD_FAILURE() << "all have a log";
  return 0;
}

// -- asking -----------------------------------------------------------------------------------------------------------

std::optional<membership::reconfigure_reply> cluster::try_intent(membership::intent want,
                                                                 op_id op) {
  auto& checks = world.log().membership();
  if (const auto* x = std::get_if<membership::park_intent>(&want))
    checks.may_be_parked(x->node);
  if (const auto* x = std::get_if<membership::activate_intent>(&want))
    checks.may_be_activated(x->node);
  if (const auto* x = std::get_if<membership::remove_intent>(&want))
    checks.may_be_removed(x->node);
  if (const auto* x = std::get_if<membership::replace_intent>(&want)) {
    checks.may_be_parked(x->old_member);
    checks.may_be_removed(x->old_member);
  }
  if (!comes_true([this] { return world.leader().has_value(); }))
    return std::nullopt;
  return ask<membership::reconfigure_reply>(
    leader(), membership::reconfigure_request{op, {}, std::move(want)}, sim::seconds(3));
}

membership::reconfigure_reply cluster::intend(membership::intent want) {
  return intend(std::move(want), op_id{7, next_op_++});
}

membership::reconfigure_reply cluster::intend(membership::intent want, op_id op) {
  for (auto attempt = 0; attempt < 20; ++attempt) {
    auto reply = try_intent(want, op);
    if (reply && !is_retryable(reply->refusal.code))
      return *reply;
    world.run_for(sim::ms(100));
  }
  ADD_FAILURE() << "nobody answers\n" << lines.tail();
  return {};
}

kv::write_result cluster::put(const std::string& key, const std::string& value) {
  for (auto attempt = 0; attempt < 20; ++attempt) {
    auto opened = ask<kv::reply>(leader(), kv::request{kv::open_session_request{}});
    if (opened && std::holds_alternative<kv::session_opened>(*opened)) {
      kv::session_write what;
      what.session = std::get<kv::session_opened>(*opened).session;
      what.sequence = 1;
      what.ack_below = 1;
      what.content = kv::put{key, value, {}};
      auto written = ask<kv::reply>(leader(), kv::request{kv::make_write_request(what)});
      if (written && std::holds_alternative<kv::write_result>(*written))
        return std::get<kv::write_result>(*written);
    }
    world.run_for(sim::ms(100));
  }
  ADD_FAILURE() << "nobody takes a write\n" << lines.tail();
  return {};
}

kv::read_result cluster::get(const std::string& key) {
  for (auto attempt = 0; attempt < 20; ++attempt) {
    auto got = ask<kv::reply>(leader(),
                              kv::request{kv::read_request{key, kv::consistency::linearizable}});
    if (got && std::holds_alternative<kv::read_result>(*got))
      return std::get<kv::read_result>(*got);
    world.run_for(sim::ms(100));
  }
  ADD_FAILURE() << "nobody answers a read\n" << lines.tail();
  return {};
}

} // namespace quorate::driver
