// A whole cluster in one thread: nodes, network, disks and clocks, driven by one seed. Tests put
// faults, clients and operators on top.
//
// The nodes are the production driver and controller, joined as their actors join them: a queue in
// each direction, each message after a small delay of its own.
//
// Thread safety: none. Errors: a broken promise is a `violation`, thrown from whichever event broke
// it.
#pragma once

#include "messages/kv.hpp"
#include "messages/membership.hpp"
#include "runtime/base/random.hpp"
#include "runtime/driver/effects.hpp"
#include "runtime/membership/controller.hpp"
#include "tests/sim/checkers.hpp"
#include "tests/sim/coverage.hpp"
#include "tests/sim/events.hpp"
#include "tests/sim/ledger.hpp"
#include "tests/sim/network.hpp"
#include "tests/sim/process.hpp"
#include "tests/sim/trace.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace quorate::sim {

struct world_conditions {
  micros disk_min = 100;
  micros disk_max = 1'000;
  micros sync_word_max = 200; ///< Until a node hears that a sync is done.
  micros controller_delay_max = 500;
  membership::controller_settings control;
  std::uint64_t clock_skew_percent = 0; ///< Clocks run so much too fast or slow, at most.
  std::uint64_t peer_down_percent = 0;  ///< How often a peer notices at once that a process died.
  bool watched = true; ///< Else no promise is checked: for tests of what callers notice.
};

class world {
public:
  using question = std::variant<kv::request, membership::reconfigure_request, ops::question,
                                membership::provision_request, ops::joined_request,
                                ops::transfer_request>;
  using answer_handler = std::function<void(const driver::reply_body&)>;

  world(std::uint64_t seed, world_conditions with, trace& lines, coverage& situations);
  world(const world&) = delete;
  world& operator=(const world&) = delete;
  ~world();

  // -- nodes ------------------------------------------------------------------------------------------------------

  /// A node with empty storage, not running. Its address is its name unless it has one.
  std::size_t add(driver::options with);
  void start(std::size_t i);
  /// The process dies; a part of what wasn't synced may survive, or with `forget` nothing of it.
  void crash(std::size_t i, bool forget);
  /// Its disk has more or less room from now on, through all lives.
  void set_room(std::size_t i, disk_room now);
  /// From its next start it is reached at another address, and at the old one no longer.
  void move(std::size_t i, const std::string& address);
  /// The process is asked to end in order, and does so a little later, unless it crashes first.
  void stop(std::size_t i);
  /// Its disk is gone; an empty one stands in its place. It isn't running.
  void wipe(std::size_t i);
  /// An entry that was durable there becomes unreadable. It isn't running.
  void rot(std::size_t i, std::uint64_t salt);
  void pause(std::size_t i, micros duration);
  /// Its clock doesn't go on for so long.
  void stop_clock(std::size_t i, micros duration);
  void advance_clock(std::size_t i, std::uint64_t by_ms);
  /// From here on anything may be broken.
  void watch_no_more() noexcept {
    checks_.watch_no_more();
    conditions_.watched = false;
  }
  bool watched() const noexcept {
    return conditions_.watched;
  }
  std::size_t size() const noexcept {
    return processes_.size();
  }
  process& at(std::size_t i) {
    return *processes_.at(i);
  }
  const process& at(std::size_t i) const {
    return *processes_.at(i);
  }
  std::size_t index_of(const std::string& address) const;

  // -- callers ------------------------------------------------------------------------------------------------------

  /// Asks the node now. Without an answer if it isn't running or dies first.
  void ask(std::size_t i, question what, answer_handler then);
  /// Whoever still waits doesn't care any more.
  void forget_callers();
  /// Fails if a caller of a running node has waited for longer than that.
  void require_answered(micros patience) const;

  // -- time -----------------------------------------------------------------------------------------------------------

  void run_for(micros duration);
  /// Whether it came true in time.
  bool run_until(const std::function<bool()>& condition, micros at_most);
  /// One event.
  bool step();
  events& time() noexcept {
    return time_;
  }
  const events& time() const noexcept {
    return time_;
  }
  micros now() const noexcept {
    return time_.now();
  }

  // -- what it is made of -----------------------------------------------------------------------------------------

  network& net() noexcept {
    return network_;
  }
  world_conditions& conditions() noexcept {
    return conditions_;
  }
  const ledger& log() const noexcept {
    return ledger_;
  }
  ledger& log() noexcept {
    return ledger_;
  }
  coverage& situations() noexcept {
    return situations_;
  }
  trace& lines() noexcept {
    return lines_;
  }
  const trace& lines() const noexcept {
    return lines_;
  }
  base::random stream(std::uint64_t label) const {
    return base::random{seed_}.fork(label);
  }
  /// The running node that leads in the newest term, and whose controller knows it.
  std::optional<std::size_t> leader() const;

private:
  struct waiting {
    std::size_t node = 0;
    std::uint64_t life = 0;
    micros since = 0;
    answer_handler then;
  };
  using on_process = std::function<void(process&)>;

  void later(process& p, micros delay, on_process what);
  void run_on(std::size_t i, std::uint64_t life, const on_process& what);
  void touch(process& p);
  void end_in_order(process& p);
  base::random end(process& p);
  void show(const process& p);
  bool spend(process& p);
  bool is_foreign(const process& p) const;
  bool has_successor(const process& p) const;
  void perform(process& p, driver::effects& e);
  void write(process& p, storage::write_batch batch);
  void sync(process& p);
  void receive(std::size_t to, const std::shared_ptr<const node_mail>& mail);
  void answer(process& p, driver::reply said);
  void to_controller(process& p, membership::controller_input input);
  void run_controller(process& p);
  void from_controller(process& p);
  void tick(process& p);
  void hear_ticks(process& p);
  std::uint64_t local_ms(process& p) const;
  void storage_fails(process& p, const char* how);
  void tell_room(process& p);
  void tell_peers_down(const process& dead, base::random draw);

  std::uint64_t seed_;
  world_conditions conditions_;
  trace& lines_;
  coverage& situations_;
  events time_;
  // Never drawn from: the streams of processes, lives and crashes are forks of them.
  base::random process_draw_;
  base::random node_draw_;
  base::random fault_draw_;
  network network_;
  ledger ledger_;
  checkers checks_;
  std::vector<std::unique_ptr<process>> processes_;
  std::map<std::string, std::size_t> addresses_;
  std::uint64_t next_token_ = 1;
  std::map<driver::request_token, waiting> callers_;
};

} // namespace quorate::sim
