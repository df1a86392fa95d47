// What a leader knows of the nodes, with ages. It belongs to one leadership: a new leader starts
// from ignorance.
#pragma once

#include "messages/controller.hpp"

#include <cstdint>
#include <map>

namespace quorate::membership {

struct observation {
  bool contacted = false; ///< Heard of at all in this leadership.
  bool gone = false;      ///< It said goodbye and isn't back: not live, however recent that is.
  std::uint64_t last_contact_ms = 0;
  std::uint64_t window_ms = 0; ///< Silence until which it counts as live, by what it was told.
  std::uint64_t healthy_since_ms = 0; ///< The begin of contact without a gap longer than the
                                      ///< window.
  bool caught_up = false;
  std::uint64_t caught_up_since_ms = 0;
  log_index match{};
  std::uint64_t snapshot_bytes = 0; ///< The most that it had of an image since `match` rose.
  std::uint64_t progressed_ms = 0;  ///< When either last rose, or it was first heard of.
  config_version known{};           ///< The version of an outsider's view.
  bool wants_join = true;           ///< By its own view. Nothing is decided by it.
};

/// Thread safety: none. Complexity: O(log nodes) each, memory O(nodes heard of).
class observations {
public:
  /// Forgets everything: leadership begins.
  void begin(node_id leader, std::uint64_t now_ms, std::uint64_t live_window_ms,
             std::uint64_t log_time_ms = 0);
  void advance(std::uint64_t now_ms);
  /// It is so late in log time now, at least.
  void stamp(std::uint64_t log_time_ms);
  void add(const nodes_seen& report);
  void forget(node_id id);
  /// It has registered just now: that it hasn't been heard of yet is no silence.
  void appeared(node_id id);
  /// Its role begins anew: progress and catching up are counted from now.
  void restart(node_id id);

  std::uint64_t now_ms() const noexcept {
    return now_ms_;
  }
  node_id leader() const noexcept {
    return leader_;
  }
  /// Log time as this leader would stamp it now.
  std::uint64_t log_time_ms() const noexcept {
    return log_time_began_ms_ + settled_ms() + log_time_ahead_ms_;
  }
  /// Log time at the beginning of this leadership.
  std::uint64_t log_time_began_ms() const noexcept {
    return log_time_began_ms_;
  }
  /// How long this leadership has observed.
  std::uint64_t settled_ms() const noexcept {
    return now_ms_ - began_ms_;
  }
  /// Silence after which a node no longer counts as live.
  std::uint64_t live_window_ms() const noexcept {
    return live_window_ms_;
  }
  const observation* find(node_id id) const;
  /// Heard of within its window; the leader itself always is. The window is the controller's own,
  /// and for outsiders that were told to send their heartbeats more seldom, three of those.
  /// Whoever said goodbye isn't, until it is back.
  bool live(node_id id) const;
  /// Not heard of within its window. A goodbye is a word like any other: whoever restarts is given
  /// as much time as whoever fell silent.
  bool silent(node_id id) const;
  /// Heard of within the controller's own window, however seldom it sends heartbeats.
  bool heard_lately(node_id id) const;
  /// Nobody has spoken under the id for as long as any live node would have: three heartbeats of
  /// those that send them most seldom, in this leadership.
  bool gone(node_id id) const;
  /// How long it has been silent, as far as this leadership knows.
  std::uint64_t silent_ms(node_id id) const;
  /// How long it has been healthy without a gap; 0 if it isn't live.
  std::uint64_t healthy_ms(node_id id) const;
  /// A live learner or voter whose log is as good as the leader's.
  bool caught_up(node_id id) const;
  std::uint64_t caught_up_ms(node_id id) const;
  /// How many entries it lacks, as far as was heard: of all, if nothing was.
  std::uint64_t entries_behind(node_id id) const;
  /// Since when a learner hasn't made progress although it isn't caught up.
  std::uint64_t stuck_ms(node_id id) const;

private:
  observation& touch(node_id id, std::uint64_t contact_ms, std::uint64_t window_ms);

  node_id leader_{};
  std::uint64_t began_ms_ = 0;
  std::uint64_t log_time_began_ms_ = 0;
  std::uint64_t log_time_ahead_ms_ = 0; ///< Of its own time since then: the process stood still.
  std::uint64_t now_ms_ = 0;
  std::uint64_t live_window_ms_ = 0;
  std::uint64_t heartbeat_ms_ = 0; ///< Of outsiders, as this leader wants them.
  log_index last_{};               ///< Of the leader's own log.
  std::map<node_id, observation> nodes_;
  std::map<node_id, std::uint64_t> appeared_ms_; ///< Of those who haven't been heard of since.
};

} // namespace quorate::membership
