// When a node that isn't in consensus speaks, and to whom: asks for an id, then sends its heartbeat
// and gets its view.
//
// Thread safety: none. Complexity: O(1) a tick, O(members) when a view arrives.
#pragma once

#include "messages/membership.hpp"
#include "runtime/base/random.hpp"
#include "runtime/driver/options.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace quorate::driver {

class joining {
public:
  joining(const options& from, base::random rng);

  /// Whether a request is due now; if so, where it goes. The next one is then due after the backoff
  /// (while `registered` is false) or the node's own heartbeat interval, and later if the answer
  /// says so: silence is noticed at a node's own pace, however many nodes there are.
  std::optional<std::string> due(std::uint64_t now_ms, bool registered);

  /// When the next request is due.
  std::uint64_t due_ms() const noexcept {
    return due_ms_;
  }

  /// The next request is due at once.
  void hurry(std::uint64_t now_ms);

  /// Somebody leads there: the next request goes to that address.
  void on_hint(const std::string& leader_address, std::uint64_t now_ms);

  /// An answer that isn't a hint: the backoff starts anew, whoever answered keeps being asked. A
  /// leader of many asks for fewer heartbeats, one in `heartbeat_ms`.
  void on_answer(const std::string& from, std::uint64_t now_ms, std::uint64_t heartbeat_ms);

  /// The one who was asked doesn't know a leader, or doesn't answer: ask the next one.
  void on_silence();

  /// A newer view: the members' addresses are where the cluster is found from now on.
  void on_view(const membership::view& newest);

private:
  std::string next_target();
  std::uint64_t jittered(std::uint64_t ms);

  const options& options_;
  base::random rng_;
  std::uint64_t due_ms_ = 0;
  std::uint64_t backoff_ms_;
  std::string preferred_;            ///< The leader, as far as known.
  std::uint32_t unanswered_ = 0;     ///< Requests to `preferred_` since its last answer.
  std::vector<std::string> members_; ///< Addresses of the newest view.
  std::size_t next_ = 0;             ///< Among seeds and members, in turn.
};

} // namespace quorate::driver
