// What has become of intents and nodes: committed transitions, refusals, and the fate of one op id.
//
// Transitions are replicated: every leader knows the last 256, and the last 64 batches of
// registrations. Refusals are the leader's own: it counts them, keeps the last 256, and a new
// leader begins without any.
//
// Thread safety: plain values.
#pragma once

#include <quorate/errc.hpp>
#include <quorate/export.hpp>
#include <quorate/membership.hpp>
#include <quorate/types.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quorate {

/// Which transitions are wanted. What isn't set, any may have.
struct history_filter {
  node_id node{}; ///< Named by it.
  std::optional<lifecycle_event> event;
  std::optional<initiator> by;
  op_id op{};
  config_version after{};      ///< Of a later version than this.
  bool registrations = false;  ///< Batches of registrations, too; with the event `register` alone
                               ///< they come anyway.
  std::size_t count_max = 256; ///< The newest so many.
};

/// Something that the leader's controller refused. The same again and again is one record.
struct refusal_record {
  std::uint64_t log_time_ms = 0; ///< When it was refused, for the last time.
  lifecycle_event event = lifecycle_event::park;
  initiator by = initiator::operator_;
  op_id op{};      ///< The operator's, if it was one.
  node_id node{};  ///< The first that was named, or none.
  std::string who; ///< The name of a node that isn't registered.
  errc code = errc::none;
  std::string sentence;
  std::uint64_t times = 1; ///< How often in a row.
};

/// The refusals of one leadership.
struct refusal_log {
  std::uint64_t total = 0;             ///< All of them.
  std::vector<refusal_record> records; ///< The last 256, oldest first.
};

/// What has become of an op id, as far as the leader knows.
enum class op_state : std::uint8_t {
  unknown = 1, ///< Never heard of by this leader, or more than 256 transitions ago. It may still be
               ///< on its way.
  pending = 2, ///< It waits for its turn, or is proposed and not applied yet.
  done = 3,    ///< It took effect, once.
  refused = 4, ///< By this leader, and it has not been done. Asked again it may be.
};

QUORATE_EXPORT std::string_view to_string(op_state x) noexcept;

struct op_report {
  op_id op{};
  op_state state = op_state::unknown;
  lifecycle_event event = lifecycle_event::park; ///< Unless it is unknown.
  config_version version{};      ///< Done: the config that it made; a joint change made one more.
  std::uint64_t log_time_ms = 0; ///< Done or refused: when.
  errc code = errc::none;        ///< Refused: why.
  std::string sentence;          ///< Refused: why; pending: what it waits for; done: a few words.
};

} // namespace quorate
