// A disk that is almost full: what it couldn't keep isn't taken, and whoever leads there looks for
// a successor (docs/adr/0015).
#include "runtime/base/mutants.hpp"
#include "runtime/driver/driver.hpp"

#include <algorithm>
#include <utility>

namespace quorate::driver {

namespace {

/// Attempts to hand over are two election timeouts apart, then twice as many, and so on up to this
/// many doublings: each of them holds up changes of members for an election timeout.
constexpr std::uint32_t doublings_max = 5;

} // namespace

void driver::room_changed(disk_room now) {
  if (now == disk_room::enough && base::mutated(base::mutant::room_never_returns))
    return;
  rooms_.set_own(now);
  tell_core_of_room();
  makes_way_ms_ = awake_ms_;
  made_way_ = 0;
}

void driver::tell_core_of_room() {
  if (replica_ != nullptr)
    replica_->core.take_entries(rooms_.own() != disk_room::none
                                || base::mutated(base::mutant::full_follower_stores));
}

/// Why what a client asks for isn't proposed; none: it may be.
error driver::lack_of_room() const {
  if (rooms_.all_have_enough() || base::mutated(base::mutant::full_leader_proposes))
    return {};
  const auto& active = replica_->core.active_config();
  const bool committable = rooms_.quorum_has_enough(active, marker_.id);
  if (committable && rooms_.own() == disk_room::enough)
    return {};
  if (committable && !successors(true).empty())
    return make_error(errc::transfer_in_progress); // It is asked, or will be soon.
  std::string who;
  for (auto id : rooms_.crowded_voters(active, marker_.id)) {
    const auto* row = replica_->state.nodes().find(id);
    who += (who.empty() ? "" : ", ") + (row != nullptr ? row->name : to_string(id));
  }
  return make_error(errc::storage_full,
                    "almost full are the disks of " + who
                      + ": what clients write is taken again as soon as there is room.");
}

/// Again and again, because whoever could take over may be away, or full as well.
void driver::make_way() {
  if (rooms_.own() == disk_room::enough || stopping_ || awake_ms_ < makes_way_ms_)
    return;
  const auto timeout_ms = options_.consensus.election_ticks * options_.tick_ms;
  const auto doublings = hand_over_to(successors(true)) ? std::min(made_way_++, doublings_max) : 0;
  makes_way_ms_ = awake_ms_ + (2 * timeout_ms << doublings);
}

} // namespace quorate::driver
