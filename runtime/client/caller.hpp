// A client's side of the protocol, pure: finds the leader, opens a session, retries, and answers
// each call once.
//
// Calls in, requests and answers out. A write keeps its session and sequence number through all
// retries, so it takes effect at most once; a call whose deadline passes is answered
// `deadline_exceeded` if nothing was sent for it, and `outcome_unknown` if it is a write that may
// have been proposed.
//
// Thread safety: none; one owner. Complexity: O(log calls) an event, and for each call that is due.
#pragma once

#include "messages/controller.hpp"
#include "messages/kv.hpp"
#include "messages/membership.hpp"
#include "messages/ops.hpp"
#include "runtime/base/random.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace quorate::client_side {

/// Tells the calls of one caller apart.
using call_id = strong<struct call_id_tag, std::uint64_t>;

/// A call as the user made it.
using call = std::variant<kv::put, kv::erase, kv::read_request, membership::reconfigure_request,
                          ops::question, ops::nodes_request, ops::transfer_request>;

/// Its final answer.
using answer = std::variant<error, kv::write_result, kv::read_result, membership::reconfigure_reply,
                            ops::question_reply, ops::nodes_reply, ops::transfer_reply>;

using request_content = std::variant<kv::request, membership::reconfigure_request, ops::question,
                                     ops::nodes_request, ops::transfer_request>;

/// One request to one node. The attempt comes back with the reply.
struct outgoing_request {
  std::string to;
  std::uint64_t attempt = 0;
  request_content content;
};

using reply_content = std::variant<error, kv::reply, membership::reconfigure_reply,
                                   ops::question_reply, ops::nodes_reply, ops::transfer_reply>;

struct finished_call {
  call_id id{};
  answer content;
};

struct caller_effects {
  std::vector<outgoing_request> requests;
  std::vector<finished_call> finished;
};

struct caller_options {
  std::vector<std::string> nodes;       ///< Addresses where the cluster may be found.
  std::uint64_t deadline_ms = 10'000;   ///< For each call, from its submission.
  std::uint64_t attempt_ms_max = 1'000; ///< A request without an answer for so long is repeated.
  /// The first time, after so long, doubled up to that. Not before the maximum: 0.
  std::uint64_t attempt_ms_min = 0;
  std::uint64_t backoff_ms_min = 5; ///< Between attempts, doubled up to the maximum, jittered.
  std::uint64_t backoff_ms_max = 250;
  std::size_t writes_in_flight_max = 128; ///< Below what a session remembers.
  std::size_t calls_waiting_max = 65'536; ///< More are refused as `overloaded`.
};

class caller {
public:
  caller(caller_options from, base::random rng);

  // -- events -------------------------------------------------------------------------------------

  void submit(call_id id, call what, std::uint64_t now_ms);
  void received(std::uint64_t attempt, reply_content reply, std::uint64_t now_ms);
  /// The node there is gone: what was asked of it is asked elsewhere.
  void node_gone(const std::string& address, std::uint64_t now_ms);
  /// Nodes may come and go; the newest list counts.
  void nodes_changed(std::vector<std::string> addresses);
  void tick(std::uint64_t now_ms);
  /// Answers everything with `why`.
  void stop(errc why);

  caller_effects take_effects();

  /// When `tick` has something to do next; none: nothing is under way.
  std::optional<std::uint64_t> next_due_ms() const;

private:
  struct pending_call {
    call what;
    std::uint64_t deadline_ms = 0;
    std::uint64_t sequence = 0; ///< Of a write that was given one.
    std::uint64_t attempt = 0;  ///< Under way; 0: none.
    std::uint64_t attempt_until_ms = 0;
    std::uint64_t retry_ms = 0; ///< Not before.
    std::uint64_t backoff_ms = 0;
    std::uint64_t due_ms = 0;   ///< When `tick` has something to do for it.
    std::uint32_t attempts = 0; ///< Requests that may have been proposed.
    std::uint32_t silences = 0; ///< Requests that weren't answered in time.
    std::string asked;
    std::string last_why; ///< Why the last attempt was refused, if one was.
  };

  bool is_write(const pending_call& x) const;
  void start(call_id id, pending_call& x, std::uint64_t now_ms);
  kv::write_request write_request_of(const pending_call& x) const;
  void start_writes(std::uint64_t now_ms);
  void open_session(std::uint64_t now_ms);
  void retry(call_id id, pending_call& x, std::uint64_t now_ms);
  void schedule(call_id id, pending_call& x);
  void wake(call_id id, pending_call& x, std::uint64_t now_ms);
  void on_expired_session(call_id id, pending_call& x, std::uint64_t now_ms);
  void take_hint(const error& why, const std::string& asked, std::uint64_t now_ms);
  std::uint64_t attempt_ms(const pending_call& x) const;
  bool is_silent(const std::string& address, std::uint64_t now_ms) const;
  void finish(call_id id, answer content);
  void expire(call_id id, const pending_call& x);
  void on_session_reply(const reply_content& reply, std::uint64_t now_ms);
  void refuse_waiting(const error& why);
  bool is_retryable(errc code, const pending_call& x) const;
  std::string target(std::uint64_t now_ms);
  std::uint64_t lowest_unanswered() const;

  caller_options options_;
  base::random rng_;
  std::string leader_;
  std::size_t next_node_ = 0;
  std::string silent_; ///< Whoever didn't answer in time last.
  std::uint64_t silent_until_ms_ = 0;
  kv::session_id session_{};
  pending_call opening_; ///< The session request; `attempt` is 0 while none is under way.
  std::uint64_t next_sequence_ = 1;
  std::uint64_t next_attempt_ = 1;
  std::map<call_id, pending_call> calls_;
  std::map<std::uint64_t, call_id> attempts_;
  std::map<std::uint64_t, call_id> sequences_; ///< Writes with a number, lowest first.
  std::deque<call_id> waiting_writes_; ///< For a session, or for room among those in flight.
  std::set<std::pair<std::uint64_t, call_id>> due_; ///< Of all calls and the session request.
  caller_effects effects_;
};

} // namespace quorate::client_side
