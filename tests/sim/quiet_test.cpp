// A planted bug with which nothing works proves nothing: any test would find it. So with each of
// them three quiet nodes form a cluster and serve a client, as long as nobody looks closely.
#include "runtime/base/mutants.hpp"
#include "runtime/kv/commands.hpp"
#include "tests/sim/hunt.hpp"
#include "tests/sim/swarm.hpp"
#include "tests/sim/world.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <ostream>
#include <string>

namespace quorate::sim {
namespace {

world_conditions unwatched() {
  world_conditions out;
  out.control.live_window_ms = 800;
  out.control.hand_over_ms = 600;
  out.watched = false;
  return out;
}

class three_quiet_nodes {
public:
  three_quiet_nodes() : lines_(trace::mode::off), world_(1, unwatched(), lines_, situations_) {
    for (std::size_t i = 0; i < 3; ++i) {
      auto o = quick_options();
      o.name = "n" + std::to_string(i);
      o.seeds = {"n0", "n1", "n2"};
      world_.start(world_.add(std::move(o)));
    }
    world_.run_for(ms(100));
    membership::provision_request what;
    what.cluster_name = "sim";
    what.policy = quick_policy(3);
    world_.ask(0, what, [](const driver::reply_body&) {});
  }

  bool forms() {
    return world_.run_until(
      [this] {
        const auto leader = world_.leader();
        return leader && world_.at(*leader).node->state()->nodes().members().size() == 3
               && !world_.at(*leader).node->state()->nodes().joint();
      },
      seconds(20));
  }

  bool serves() {
    const auto opened = ask(kv::open_session_request{});
    const auto* session = std::get_if<kv::session_opened>(&opened);
    if (session == nullptr)
      return false;
    for (std::uint64_t i = 1; i <= 10; ++i) {
      kv::session_write write;
      write.session = session->session;
      write.sequence = write.ack_below = i;
      write.content = kv::put{"key", std::to_string(i), {}};
      const auto written = ask(kv::make_write_request(write));
      const auto* result = std::get_if<kv::write_result>(&written);
      const auto read = ask(kv::read_request{"key", kv::consistency::linearizable});
      const auto* found = std::get_if<kv::read_result>(&read);
      if (result == nullptr || result->outcome != errc::none || found == nullptr || !found->value
          || found->value->view() != std::to_string(i))
        return false;
    }
    return true;
  }

private:
  kv::reply ask(kv::request what) {
    kv::reply out = make_error(errc::no_leader);
    bool answered = false;
    if (const auto leader = world_.leader())
      world_.ask(*leader, std::move(what), [&](const driver::reply_body& said) {
        out = std::get<kv::reply>(said);
        answered = true;
      });
    world_.run_until([&] { return answered; }, seconds(2));
    world_.forget_callers();
    return out;
  }

  trace lines_;
  coverage situations_;
  world world_;
};

/// In a process of its own: a check may fail, and the switch is the process's.
bool works_with(base::mutant planted) {
  std::fflush(nullptr);
  const auto child = fork();
  if (child == 0) {
    if (std::freopen("/dev/null", "w", stderr) == nullptr)
      _exit(2);
    base::set_mutant(planted);
    three_quiet_nodes cluster;
    _exit(cluster.forms() && cluster.serves() ? 0 : 1);
  }
  int status = 0;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// The core's own invariants don't let these get far.
bool is_stopped_at_once(base::mutant planted) {
  return planted == base::mutant::apply_before_durable
         || planted == base::mutant::second_change_in_flight
         || planted == base::mutant::window_not_freed;
}

TEST(three_quiet_nodes, form_a_cluster_and_serve) {
  EXPECT_TRUE(works_with(base::mutant::none));
}

TEST(three_quiet_nodes, notice_no_planted_bug) {
  for (auto planted : all_mutants())
    EXPECT_TRUE(is_stopped_at_once(planted) || works_with(planted)) << base::row_of(planted).name;
}

} // namespace
} // namespace quorate::sim
