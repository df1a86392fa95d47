// A small cluster without faults, for scenarios: the simulator's world, and words for what tests do
// with it.
//
// Each promise of the simulator is checked here, too: a broken one is thrown as `sim::violation`.
#pragma once

#include "messages/kv.hpp"
#include "messages/membership.hpp"
#include "messages/ops.hpp"
#include "runtime/base/mutants.hpp"
#include "tests/sim/coverage.hpp"
#include "tests/sim/swarm.hpp"
#include "tests/sim/trace.hpp"
#include "tests/sim/world.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace quorate::driver {

/// Plants a bug for the time of a test.
class planted {
public:
  explicit planted(base::mutant m) {
    base::set_mutant(m);
  }
  planted(const planted&) = delete;
  planted& operator=(const planted&) = delete;
  ~planted() {
    base::set_mutant(base::mutant::none);
  }
};

class cluster {
public:
  explicit cluster(std::uint64_t seed = 1);

  // -- nodes: `n0`, `n1`, …, all with all seeds ---------------------------------------------------------------------

  options defaults = sim::quick_options();
  membership_policy policy = sim::quick_policy(3);

  /// A new node, started. The first is founded by `found`.
  std::size_t add();
  ops::provision_reply provision(std::size_t node);
  /// `count` nodes, the first founded by an operator, and all joined as far as the policy wants.
  void found(std::size_t count);
  void restart(std::size_t node);
  node_id id(std::size_t node) const {
    return world.at(node).node->identity().id;
  }

  // -- waiting ---------------------------------------------------------------------------------------------------------

  /// Until leader, members, learners and logs are as they should be.
  bool settles(sim::micros at_most = sim::seconds(30));
  bool comes_true(const std::function<bool()>& what, sim::micros at_most = sim::seconds(20)) {
    return world.run_until(what, at_most);
  }
  std::size_t leader();
  /// Of the members, not the leader; the lowest.
  std::size_t follower();
  /// Of those that take no part in consensus, the lowest.
  std::size_t outsider();

  // -- asking ----------------------------------------------------------------------------------------------------------

  template <class Reply>
  std::optional<Reply> ask(std::size_t node, sim::world::question what,
                           sim::micros at_most = sim::seconds(5)) {
    std::optional<Reply> got;
    world.ask(node, std::move(what),
              [&got](const reply_body& said) { got = std::get<Reply>(said); });
    world.run_until([&got] { return got.has_value(); }, at_most);
    if (!got)
      world.forget_callers();
    return got;
  }
  /// One attempt, at the present leader.
  std::optional<membership::reconfigure_reply> try_intent(membership::intent want, op_id op);
  /// Repeated with one op id until somebody answers for good.
  membership::reconfigure_reply intend(membership::intent want);
  membership::reconfigure_reply intend(membership::intent want, op_id op);
  /// Through the leader, in a session of its own.
  kv::write_result put(const std::string& key, const std::string& value);
  kv::read_result get(const std::string& key);

  // -- looking ---------------------------------------------------------------------------------------------------------

  const membership::nodes_config& nodes() const {
    return world.log().state().nodes();
  }
  std::string position(node_id node) const {
    return std::string{to_string(nodes().position_of(node))};
  }
  bool has_log(std::size_t node) const {
    return world.at(node).core() != nullptr;
  }
  std::uint64_t times(sim::situation x) const {
    return situations.of(x);
  }

  sim::trace lines;
  sim::coverage situations;
  sim::world world;

private:
  std::uint64_t next_op_ = 1;
};

} // namespace quorate::driver
