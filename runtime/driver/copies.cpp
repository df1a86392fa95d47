// Two processes that speak for one storage. Consensus can't survive that, so it is detected by
// their boots, and whoever hears it says so.
#include "runtime/base/mutants.hpp"
#include "runtime/driver/driver.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

namespace quorate::driver {

namespace {

/// Heartbeats that a node may miss before another life of its storage is heard at another address.
constexpr std::uint64_t missed_heartbeats_max = 3;

struct speaker {
  storage_id storage;
  boot_number boot;
};

/// In whose name a message speaks; null: in nobody's.
struct speaker_of {
  std::optional<speaker> operator()(const raft::envelope& m) const {
    return speaker{m.from.storage, m.from_boot};
  }
  std::optional<speaker> operator()(const membership::register_request& m) const {
    return speaker{m.storage, m.boot};
  }
  std::optional<speaker> operator()(const membership::join_request& m) const {
    return speaker{m.from.storage, m.boot};
  }
  std::optional<speaker> operator()(const goodbye& m) const {
    return speaker{m.from.storage, m.boot};
  }
  template <class Other>
  std::optional<speaker> operator()(const Other&) const {
    return std::nullopt;
  }
};

std::string told(const storage_in_use& m) {
  return "boot " + std::to_string(m.other.counter) + " of this node's storage speaks at "
         + m.other_address + ", and this is boot " + std::to_string(m.to.counter)
         + ": two processes run on copies of one disk, or this one was rolled back. Start this node "
           "on empty storage.";
}

} // namespace

/// Whether it comes from the one process that speaks for its storage. Any other is told so, and
/// that does no harm to a message which is only late: it was said by a life that is over.
bool driver::of_one_life(const node_mail& mail) {
  const auto who = std::visit(speaker_of{}, mail.message);
  // Heartbeats and registrations count at the leader only; others just show the way.
  const bool counts_everywhere = std::holds_alternative<raft::envelope>(mail.message)
                                 || std::holds_alternative<goodbye>(mail.message);
  if (!who || (!leading_ && !counts_everywhere && who->storage != marker_.storage))
    return true;
  const auto silence_ms = copy_silence_ms();
  const lives::life own{boot_, options_.address, now_ms_};
  const auto* other = &own;
  if (who->storage != marker_.storage)
    other = lives_.other_than(who->storage, who->boot, mail.from, now_ms_, silence_ms);
  else if (who->boot == boot_)
    return true;
  if (other == nullptr) {
    back_again(who->storage, who->boot);
    return true;
  }
  counters_.count(errc::storage_in_use);
  send(mail.from, storage_in_use{who->storage, who->boot, other->boot, other->address});
  return base::mutated(base::mutant::old_boot_accepted);
}

/// How long the earlier life at another address has to be silent, before a later one is heard.
std::uint64_t driver::copy_silence_ms() const {
  const auto election_ms = options_.consensus.election_ticks * options_.tick_ms;
  const auto every_ms = leading_ ? heartbeat_ms() : options_.heartbeat_ms;
  return std::max(election_ms, missed_heartbeats_max * every_ms);
}

/// A disk that has seen this life has never seen the boot of another with the same or a higher
/// number, so that one is proof. An earlier one is none: a message of this node's own previous life
/// may be late, or somebody's clock. So a copy that came later is refused for as long as the other
/// one lives, and counts that.
void driver::on(const std::string&, storage_in_use& m) {
  if (m.storage != marker_.storage || !(m.to == boot_) || m.other == boot_
      || base::mutated(base::mutant::copies_go_on))
    return;
  counters_.count(errc::storage_in_use);
  if (m.other.counter < boot_.counter)
    return;
  halt(make_error(errc::storage_in_use, told(m)));
}

} // namespace quorate::driver
