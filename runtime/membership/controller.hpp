// The controller's logic: a queue of intents and registrations, a policy, and one transition at a
// time.
//
// Every learner and voter has one; the leader's is active, from the moment it has applied an entry
// of its own term until it steps down. It proposes a change, waits until that is applied, answers,
// and goes on with the next. It keeps no state that a new leader would need: what was committed
// stands in the config, what wasn't is asked again.
//
// Order: intents before registrations before news of nodes before the policy's own transitions.
// Registrations that wait
// together share one entry, each row checked alone. An intent that a new leader could only refuse
// because it hasn't heard of the others yet is held in front of the queue for a live window at
// most; the rest of the controller's work goes on meanwhile.
//
// Thread safety: none. Complexity: O(1) an input, O(members + learners) a tick, O(rows) where there
// is room to admit.
#pragma once

#include "messages/controller.hpp"
#include "runtime/membership/nodes_config.hpp"
#include "runtime/membership/observations.hpp"
#include "runtime/membership/plan.hpp"
#include "runtime/membership/records.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace quorate::membership {

struct controller_settings {
  /// A node that was heard of within it is live. A few heartbeats.
  std::uint64_t live_window_ms = 3'000;
  /// How long a leader waits for its successor before it goes on without: an election timeout.
  std::uint64_t hand_over_ms = 2'000;
};

class controller {
public:
  explicit controller(controller_settings options);

  /// One input; the outputs that it causes are appended to `out`.
  void handle(const controller_input& input, std::vector<controller_output>& out);

  bool active() const noexcept {
    return active_;
  }
  bool in_flight() const noexcept {
    return in_flight_.has_value();
  }
  const nodes_config& config() const noexcept {
    return config_;
  }
  const observations& seen() const noexcept {
    return seen_;
  }

private:
  using outputs = std::vector<controller_output>;

  struct waiting_intent {
    request_token token{};
    reconfigure_request request;
  };
  struct waiting_registration {
    std::string reply_to;
    register_request request;
  };
  /// Who gets an answer when the change in flight is applied.
  struct pending {
    delta change;
    std::optional<request_token> intent;
    reconfigure_request request; ///< With `intent`: asked again if the change isn't taken.
    std::vector<waiting_registration> registrations;
  };

  void on(const leadership_gained& x, outputs& out);
  void on(const leadership_lost& x, outputs& out);
  void on(const delta_applied& x, outputs& out);
  void on(const change_proposed& x, outputs& out);
  void on(const nodes_seen& x, outputs& out);
  void on(const intent_received& x, outputs& out);
  void on(const registration_received& x, outputs& out);
  void on(const node_news& x, outputs& out);
  void on(const question_received& x, outputs& out);
  void on(const controller_tick& x, outputs& out);

  void advance(outputs& out);
  bool try_intent(outputs& out);
  bool try_registrations(outputs& out);
  bool try_return(outputs& out);
  bool try_news(outputs& out);
  bool try_policy(outputs& out);
  bool hand_over_first(const delta& change, outputs& out);
  void propose(pending what, outputs& out);
  void answer_pending(outputs& out);
  void welcome(const std::string& reply_to, const node_record& row, outputs& out);
  void turn_away(const std::string& reply_to, error why, outputs& out);
  std::string under_way() const;
  ops::question_reply answer_to(const ops::explain_request& what) const;
  ops::question_reply answer_to(const ops::plan_request& what) const;
  ops::question_reply answer_to(const ops::dry_run_request& what) const;
  ops::question_reply answer_to(const ops::op_request& what) const;
  ops::question_reply answer_to(const ops::history_request& what) const;
  ops::question_reply answer_to(const ops::refusals_request& what) const;
  std::string waits_for(std::size_t place) const;
  void answer(request_token token, reconfigure_reply reply, outputs& out);
  void refuse(refused what, outputs& out);
  void refuse(const reconfigure_request& what, const error& why, outputs& out);

  controller_settings options_;
  bool active_ = false;
  quorate::term term_{}; ///< Of the present leadership.
  nodes_config config_;
  observations seen_;
  std::deque<waiting_intent> intents_;
  std::deque<waiting_registration> registrations_;
  std::map<node_id, node_news> news_; ///< Of nodes whose rows say something else.
  bool news_fresh_ = false;           ///< Some of it hasn't been considered yet.
  std::optional<pending> in_flight_;
  std::optional<std::uint64_t> hand_over_until_ms_; ///< Set while a successor is awaited.
  std::uint64_t policy_due_ms_ = 0;                 ///< When the policy looks again.
  refusal_ring refusals_;                           ///< Of the present leadership.
  bool hand_over_failed_ = false; ///< Nobody took over: the intent at the front goes on without.
};

} // namespace quorate::membership
