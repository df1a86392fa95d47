// Those who have connected and haven't said who they are: how many there may be, and who goes if
// there are more.
#pragma once

#include "quorate/types.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace quorate::wire {

using visitor_id = strong<struct visitor_id_tag, std::uint64_t>;

/// Whoever comes last is let in: the oldest visitor goes, of the host that has most of them here.
/// So a host that opens connections and says nothing pushes out its own first, and a good peer,
/// which needs a moment only, gets through.
///
/// Thread safety: none. Complexity: O(hosts) for a visitor that comes to a full lobby, else
/// O(log visitors).
class lobby {
public:
  explicit lobby(std::size_t visitors_max) : visitors_max_(visitors_max) {
    // nop
  }

  /// `who` rises from call to call. Returns who has to go.
  std::optional<visitor_id> enter(visitor_id who, const std::string& host);
  /// It has said who it is, or is gone. Unknown ones don't matter.
  void leave(visitor_id who);

  std::size_t size() const noexcept {
    return hosts_of_.size();
  }

private:
  std::size_t visitors_max_;
  std::map<visitor_id, std::string> hosts_of_;
  std::map<std::string, std::size_t> counts_; ///< By host; none is zero.
};

} // namespace quorate::wire
