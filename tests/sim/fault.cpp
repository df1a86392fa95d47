#include "tests/sim/fault.hpp"

#include <iterator>

namespace quorate::sim {

namespace {

constexpr std::string_view names[] = {
  "crash",        "leader_crash", "joint_crash",     "crash_of_all",    "pause",
  "frozen_clock", "late_timers",  "frozen_leader",   "split",           "isolation",
  "one_way_cut",  "bridge",       "flapping",        "lost_type",       "clogged_link",
  "old_mail",     "restart_loop", "rolling_restart", "clock_jump",      "slow_disk",
  "stuck_disk",   "failed_sync",  "full_disk",       "torn_effects",    "sync_crash",
  "wiped_disk",   "rotten_disk",  "taken_name",      "second_founding", "graceful_stop",
  "crowded_disk",
};

static_assert(std::size(names) == fault_kinds);

std::string list(node_bits set) {
  std::string out;
  for (std::size_t i = 0; i < 64; ++i)
    if (has(set, i))
      out += (out.empty() ? "n" : ",n") + std::to_string(i);
  return out.empty() ? "-" : out;
}

} // namespace

std::string_view to_string(fault_kind x) noexcept {
  const auto at = static_cast<std::size_t>(x);
  return at < fault_kinds ? names[at] : "?";
}

std::string describe(const fault& x) {
  std::string out{to_string(x.kind)};
  out += " of " + list(x.nodes);
  if (x.others != 0)
    out += " and " + list(x.others);
  if (x.lasts != 0)
    out += " for " + std::to_string(x.lasts / 1'000) + " ms";
  if (x.every != 0)
    out += " every " + std::to_string(x.every / 1'000) + " ms";
  if (x.amount != 0)
    out += " x " + std::to_string(x.amount);
  return out + (x.flag ? " forgetting" : "");
}

} // namespace quorate::sim
