// What clients ask of the key-value store, and the commands that stand in the log.
#pragma once

#include "quorate/bytes.hpp"
#include "messages/inspect.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace quorate::kv {

/// Names a client's session: the index of the log entry that opened it.
using session_id = strong<struct session_id_tag, std::uint64_t>;

enum class condition : std::uint8_t {
  none = 1,    ///< Always.
  absent = 2,  ///< The key has no value.
  matches = 3, ///< The key's value was last written at `expected`.
};

struct precondition {
  condition kind = condition::none;
  revision expected{};
};

struct put {
  std::string key;
  shared_bytes value;
  precondition pre;
};

struct erase {
  std::string key;
  precondition pre;
};

using write = std::variant<put, erase>;

/// What a write did. Stored with the session, so that a retry gets the same answer.
struct write_result {
  /// `none`, `precondition_failed`, `session_expired`; or `outcome_unknown` for a retry after its
  /// answer was acknowledged.
  errc outcome = errc::none;
  /// Of this write; of the current value if the precondition failed.
  revision at{};
  /// If the precondition failed and there is one.
  std::optional<shared_bytes> current;
};

/// What a read found.
struct read_result {
  std::optional<shared_bytes> value;
  revision at{};    ///< Of the value; zero if absent.
  revision store{}; ///< Of the whole store when it was read.
};

// -- commands: the payload of a log entry ---------------------------------------------------------

/// Opens a session; its id is the index of this entry.
struct open_session {};

/// Executes `content` unless the session has executed `sequence` before.
struct session_write {
  session_id session{};
  std::uint64_t sequence = 0;  ///< Rising by one for each new write of the session, from 1.
  std::uint64_t ack_below = 0; ///< Answers below this one have arrived: forget them.
  write content;
};

struct command {
  std::uint16_t format = 1;
  std::variant<open_session, session_write> content;
};

// -- requests -------------------------------------------------------------------------------------

struct open_session_request {};

/// Encoded by the client, once: these very bytes become the payload of the log entry on every
/// replica.
struct write_request {
  shared_bytes command; ///< A `session_write`.
};

enum class consistency : std::uint8_t {
  linearizable = 1, ///< Sees every write that was acknowledged before the read began.
  local = 2,        ///< What this node has applied; may be stale.
};

struct read_request {
  std::string key;
  consistency level = consistency::linearizable;
};

using request = std::variant<open_session_request, write_request, read_request>;

struct session_opened {
  session_id session{};
};

/// The answer to any request: one of the results, or an error.
using reply = std::variant<error, session_opened, write_result, read_result>;

// -- fields ---------------------------------------------------------------------------------------

template <class Inspector>
inspected<Inspector, precondition> inspect(Inspector& f, precondition& x) {
  return f.object(x).fields(f.field("kind", x.kind), f.field("expected", x.expected));
}

template <class Inspector>
inspected<Inspector, put> inspect(Inspector& f, put& x) {
  return f.object(x).fields(f.field("key", x.key), f.field("value", x.value),
                            f.field("pre", x.pre));
}

template <class Inspector>
inspected<Inspector, erase> inspect(Inspector& f, erase& x) {
  return f.object(x).fields(f.field("key", x.key), f.field("pre", x.pre));
}

template <class Inspector>
inspected<Inspector, write_result> inspect(Inspector& f, write_result& x) {
  return f.object(x).fields(f.field("outcome", x.outcome), f.field("at", x.at),
                            f.field("current", x.current));
}

template <class Inspector>
inspected<Inspector, open_session> inspect(Inspector& f, open_session& x) {
  return f.object(x).fields();
}

template <class Inspector>
inspected<Inspector, session_write> inspect(Inspector& f, session_write& x) {
  return f.object(x).fields(f.field("session", x.session), f.field("sequence", x.sequence),
                            f.field("ack_below", x.ack_below), f.field("content", x.content));
}

template <class Inspector>
inspected<Inspector, command> inspect(Inspector& f, command& x) {
  return f.object(x).fields(f.field("format", x.format), f.field("content", x.content));
}

template <class Inspector>
inspected<Inspector, read_result> inspect(Inspector& f, read_result& x) {
  return f.object(x).fields(f.field("value", x.value), f.field("at", x.at),
                            f.field("store", x.store));
}

template <class Inspector>
inspected<Inspector, open_session_request> inspect(Inspector& f, open_session_request& x) {
  return f.object(x).fields();
}

template <class Inspector>
inspected<Inspector, write_request> inspect(Inspector& f, write_request& x) {
  return f.object(x).fields(f.field("command", x.command));
}

template <class Inspector>
inspected<Inspector, read_request> inspect(Inspector& f, read_request& x) {
  return f.object(x).fields(f.field("key", x.key), f.field("level", x.level));
}

template <class Inspector>
inspected<Inspector, session_opened> inspect(Inspector& f, session_opened& x) {
  return f.object(x).fields(f.field("session", x.session));
}

} // namespace quorate::kv
