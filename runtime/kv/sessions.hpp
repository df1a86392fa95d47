// Exactly once: a client that repeats a write because it got no answer gets the first answer again.
// (Ongaro's thesis, section 6.3.)
#pragma once

#include "quorate/types.hpp"
#include "messages/kv.hpp"
#include "runtime/base/decoder.hpp"
#include "runtime/base/encoder.hpp"
#include "runtime/kv/store.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace quorate::kv {

/// The clients' sessions with the answers that they may still ask for. Replicated like the store:
/// part of the log, of snapshots, and of the state hash.
///
/// Everything here is decided by the content of the log alone. Time is the leader's stamp in the
/// entries; a stamp that is lower than an earlier one counts as the earlier one.
///
/// Bounds: `limits::sessions_max` sessions, of which the one that was idle longest makes room;
/// `limits::session_idle_ms_max` without a write ends a session; each session keeps
/// `limits::session_answers_max` answers, and `answer_bytes_max` of values in them.
///
/// Thread safety: none. Complexity, with n sessions: as stated.
class sessions {
public:
  /// Answers to failed preconditions carry a value of up to 1 MiB: a session keeps four such.
  static constexpr std::size_t answer_bytes_max = std::size_t{4} << 20;

  /// Opens a session named by the index of its entry, which no other entry has. O(log n), and the
  /// same for each session that ends by it.
  void open(session_id id, std::uint64_t log_time_ms);

  /// Executes `what.content` on `target`, unless
  ///
  /// - the session is unknown or has ended: `session_expired`;
  /// - it executed this sequence number before: the first answer again;
  /// - the client has acknowledged this sequence number or a higher one, or has so many answers
  ///   outstanding that this one was forgotten: `outcome_unknown`. Nobody waits for it any more,
  ///   unless the client breaks the bounds above.
  ///
  /// O(log n + size of the write), and O(log n) for each session that ends by it.
  write_result execute(session_write what, std::uint64_t log_time_ms, store& target);

  /// O(log n).
  bool is_open(session_id id) const {
    return open_.count(id) != 0;
  }

  /// The number of sessions. O(1).
  std::size_t size() const noexcept {
    return open_.size();
  }

  /// The highest stamp seen. O(1).
  std::uint64_t log_time_ms() const noexcept {
    return now_;
  }

  /// As that of the store. O(1).
  std::uint64_t state_hash() const;

  // -- snapshots: `base::encode(sessions)` and `base::decode<sessions>(bytes)` --------------------

  /// O(bytes).
  void save(base::encoder& out) const;

  /// Replaces all sessions. False: `in` says why, and nothing is changed. O(bytes).
  bool load(base::decoder& in);

  /// The sessions from all of `in`, or `malformed`.
  static result<sessions> load(std::string_view in);

private:
  /// `current` is the store's own copy as long as the store has it.
  struct answer {
    errc outcome = errc::none;
    revision at{};
    bool has_current = false;
    shared_bytes current;
    std::uint64_t hash = 0; ///< What it adds to `session::answers_sum`.
  };

  struct session {
    std::uint64_t last_active = 0;
    std::uint64_t low_water = 1;             ///< Lower sequence numbers are done with.
    std::map<std::uint64_t, answer> answers; ///< By sequence number.
    std::size_t answer_bytes = 0;            ///< Of all `answer::current`.
    std::uint64_t answers_sum = 0;           ///< Of all `answer::hash`, modulo 2^64.
  };
  using map = std::map<session_id, session>;

  static write_result repeat(const answer& x);
  static std::uint64_t hash_of(std::uint64_t sequence, const answer& x);
  static std::uint64_t hash_of(session_id id, const session& x);
  static void remember(session& where, std::uint64_t sequence, answer what);
  static void forget_first(session& where);
  static void acknowledge(session& where, std::uint64_t ack_below);
  static void keep_bounds(session& where);

  write_result execute_in(session& where, session_write&& what, store& target);
  void advance(std::uint64_t log_time_ms);
  void end(map::iterator which);
  void add(session_id id, session&& content);

  static bool load_session(base::decoder& in, session& x);
  static bool load_answer(base::decoder& in, session& x);

  map open_;
  std::set<std::pair<std::uint64_t, session_id>> by_activity_; ///< Longest idle first.
  std::uint64_t now_ = 0;
  std::uint64_t sum_ = 0; ///< Of the hashes of all sessions, modulo 2^64.
};

} // namespace quorate::kv
