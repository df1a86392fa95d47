// All checkers of a world, asked in the order in which things happen.
//
// Thread safety: none. Errors: a broken promise is a `violation`.
#pragma once

#include "messages/node.hpp"
#include "messages/storage.hpp"
#include "tests/sim/change_checks.hpp"
#include "tests/sim/consensus_checks.hpp"
#include "tests/sim/coverage.hpp"
#include "tests/sim/disks.hpp"
#include "tests/sim/events.hpp"
#include "tests/sim/ledger.hpp"
#include "tests/sim/process.hpp"
#include "tests/sim/rule_checks.hpp"
#include "tests/sim/snapshot_checks.hpp"

#include <cstdint>

namespace quorate::sim {

class checkers {
public:
  /// With `watch` off nothing is looked at, nor does the ledger learn what is committed: for tests
  /// of what callers notice by themselves.
  checkers(bool watch, const process_list& all, ledger& log, coverage& situations,
           std::uint64_t live_window_ms)
    : watch_(watch),
      all_(all),
      consensus_(log, situations),
      rules_(all, log),
      changes_(live_window_ms),
      snapshots_(log) {
    // nop
  }

  /// What follows is about something else.
  void watch_no_more() noexcept {
    watch_ = false;
  }
  /// Before a process' clock ticks; `at_once` with the next one, because it was late.
  void ticked(const process& p, bool at_once) {
    if (!watch_)
      return;
    rules_.ticked(p, at_once);
    if (!at_once)
      changes_.ticked(p); // Silence is counted in time.
  }
  /// After every call of its driver.
  void observe(process& p, micros now) {
    if (!watch_)
      return;
    consensus_.observe(p, all_);
    rules_.observe(p);
    changes_.observe(p, now);
  }
  /// Before it leaves.
  void sent(const process& p, const node_mail& mail) {
    if (!watch_)
      return;
    consensus_.sent(p, mail);
    rules_.sent(p, mail);
  }
  /// A leader answered from its own state.
  void answered_by_lease(const process& p, const driver::reply& said) const {
    if (watch_)
      consensus_.answered_by_lease(p, said);
  }
  /// Before it is heard.
  void received(const process& p, const node_mail& mail) {
    if (!watch_)
      return;
    consensus_.received(p, mail);
    rules_.received(p, mail);
    changes_.received(p, mail);
  }
  /// Before it goes to the disk.
  void written(const process& p, const storage::write_batch& batch) {
    if (watch_ && batch.image)
      snapshots_.written(p.options.name, *batch.image);
  }
  /// Its disk has changed.
  void durable(const process& p) {
    if (watch_)
      consensus_.durable(p);
  }

private:
  bool watch_;
  const process_list& all_;
  consensus_checks consensus_;
  rule_checks rules_;
  change_checks changes_;
  snapshot_checks snapshots_;
};

} // namespace quorate::sim
