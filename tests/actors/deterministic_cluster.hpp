// A cluster of real actors on one thread, in virtual time.
#pragma once

#include "quorate/client.hpp"
#include "quorate/options.hpp"
#include "messages/membership.hpp"
#include "actors/local_nodes.hpp"
#include "runtime/base/random.hpp"
#include "runtime/driver/driver.hpp"

#include <caf/scheduler/test_coordinator.hpp>

#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace quorate::actors {

/// The nodes of `local_cluster` with CAF's test coordinator under them: nothing happens but by
/// `settle`, `run_for` and `run_until`. Which of the actors that have something to do goes next, is
/// drawn from the seed, so that each seed is another interleaving and the same seed the same one.
class deterministic_cluster {
public:
  explicit deterministic_cluster(std::uint64_t seed, local_cluster_options options = {});
  ~deterministic_cluster();

  // -- situations -----------------------------------------------------------------------------------------------

  /// Starts n1 … and founds the cluster on n1; the others join as time passes.
  void found(std::size_t nodes);
  /// The same, and waits until so many are members, and as many as the policy wants are warm
  /// spares.
  void grow(std::size_t nodes, std::size_t members);

  local_nodes& nodes() noexcept {
    return nodes_;
  }

  // -- time -------------------------------------------------------------------------------------------------------

  /// Runs what can run now.
  void settle();
  /// Not more than so many messages: stops in the middle of everything.
  void run_steps(std::size_t count);
  void run_for(std::uint64_t ms);
  /// False if it isn't so after so much virtual time.
  bool run_until(const std::function<bool()>& so, std::uint64_t ms_max = 20'000);
  /// The same, looked at after each single message: stops in the very moment.
  bool run_to(const std::function<bool()>& so, std::uint64_t ms_max = 20'000);
  /// How many messages actors have taken so far, of all kinds, their own and the timer's, too.
  std::uint64_t messages() const noexcept {
    return messages_;
  }

  /// Runs until the answer is there.
  template <class T>
  T get(std::future<T> answer) {
    run_until(
      [&] { return answer.wait_for(std::chrono::seconds{0}) == std::future_status::ready; });
    return answer.get();
  }

  /// Asks the leader's controller and runs until it has answered.
  membership::reconfigure_reply ask(membership::intent what);
  membership::reconfigure_reply ask(membership::intent what, op_id op);
  /// Asks, and doesn't wait; whoever asks does so again for as long as a caller does.
  void begin(membership::intent what, op_id op);

  // -- looks ------------------------------------------------------------------------------------------------------

  /// Null: not running.
  const driver::driver* pure(const std::string& name) const;
  /// The running node that leads in the highest term.
  std::optional<std::string> leader() const;
  /// The leader's row of that node; none if nobody leads or knows it.
  std::optional<node_record> row(const std::string& name) const;
  std::size_t members() const;
  std::size_t learners() const;
  bool is_member(const std::string& name) const;
  node_id id_of(const std::string& name) const;

private:
  using handler = std::function<void(client_side::answer)>;

  void step();
  void submit(membership::intent what, op_id op, handler done);

  base::random rng_;
  local_nodes nodes_;
  caf::scheduler::test_coordinator& scheduler_;
  std::shared_ptr<line> operator_;
  std::uint64_t next_op_ = 1;
  std::uint64_t messages_ = 0;
};

/// Runs a body for the seeds from 1 on, and says which one failed. `QUORATE_SEEDS_PERCENT` makes
/// them fewer or more.
void for_seeds(std::uint64_t count, const std::function<void(std::uint64_t)>& body);

} // namespace quorate::actors
