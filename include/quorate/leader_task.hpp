// Work that is done by the leader, and by nobody else who would get away with it.
#pragma once

#include <quorate/export.hpp>
#include <quorate/types.hpp>

#include <functional>
#include <memory>
#include <optional>

namespace quorate {

/// Rises strictly with each leadership of the cluster: it is the leader's term. No two leaderships
/// have the same one, and a later one has a higher one.
using fencing_token = strong<struct fencing_token_tag, std::uint64_t>;

/// What is to be done when a node leads, and when it no longer does. Calls alternate, beginning
/// with `on_elected`, and never overlap. Both are made on a thread that the cluster's actors share,
/// so they should return soon: begin long work on a thread of its own, and end it in `on_deposed`.
/// They must not throw.
struct leader_callbacks {
  /// The node leads, and has applied everything that earlier leaders have committed, and an entry
  /// of its own term behind it. Not called for a leadership that was over before its turn came.
  std::function<void(fencing_token)> on_elected;
  /// It leads no longer, is about to hand over because it stops, or has ended.
  std::function<void()> on_deposed;
};

/// Runs work on a node while that node leads. One on each node of a cluster is work that runs where
/// the leader is.
///
/// **What it guarantees, and what not.** Every leadership has its own token, and a later one a
/// higher one. It does *not* guarantee that only one node works at a time, and nothing built on
/// clocks and messages can: a leader that stands still, or that is cut off, learns up to an
/// election timeout after its successor was elected that it leads no longer, and what it does in
/// that time it does beside its successor. (If it hands over because it stops, it is told first.)
///
/// **So whatever the work changes has to look at the token.** A store outside keeps the highest
/// token that it has seen, and refuses a lower one. In quorate's own store the precondition does
/// it. Keep the token with the value, e.g. as `"17 payload"`, and
///
/// 1. in `on_elected`, read the key (linearizably). If its token is higher than yours, you are
/// late:
///    do nothing. Else write it back under your token, with `matches(revision)` of what you read
///    (`absent` if there is none). If that fails, read again.
/// 2. Make each further write with `matches` of the revision that your last write returned.
/// 3. A `precondition_failed` means that a later leader has taken over: stop.
///
/// By the first step of a new leader each write of an old one fails that hasn't been applied by
/// then, because it expects a revision that is gone. So there is an order of leaders in the key's
/// history, and each begins with all that was before it. A key that isn't claimed isn't protected:
/// either claim all keys that the work writes, or keep them in one value.
///
/// The task goes on through restarts of its node. It ends with this object, or with the cluster.
///
/// Thread safety: all methods may be called from any thread, also from within the callbacks, except
/// moves.
class QUORATE_EXPORT leader_task {
public:
  class QUORATE_LOCAL state;
  explicit leader_task(std::shared_ptr<state> from);

  leader_task(leader_task&&) noexcept;
  leader_task& operator=(leader_task&&) noexcept;
  /// `stop`.
  ~leader_task();

  /// The token of the work that is meant to be running: between the begin of `on_elected` and that
  /// of `on_deposed`. A hint that comes early, not a proof: see above.
  std::optional<fencing_token> token() const;

  /// Ends the task: `on_deposed` is called if that is due, and no call begins after it returns.
  /// Blocks until calls that are under way have returned, unless it's called from one of them. Not
  /// to be called from other callbacks of the cluster, as those hold the threads that it waits for.
  /// Idempotent.
  void stop();

private:
  std::shared_ptr<state> state_;
};

} // namespace quorate
