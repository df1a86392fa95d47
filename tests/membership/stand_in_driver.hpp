// Does for a controller what the driver of its node does: feeds it, commits what it proposes,
// leaves joint changes; and can do that wrong at every moment, as a dying leader does.
#pragma once

#include "messages/controller.hpp"
#include "runtime/membership/controller.hpp"
#include "tests/membership/situations.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace quorate::membership::situations {

class stand_in_driver {
public:
  /// The config as all nodes have applied it; nobody leads yet.
  explicit stand_in_driver(nodes_config applied);

  // -- leadership: each leader is a node of its own, with a controller that knows nothing ---------
  void lead(std::uint32_t self);
  /// The leader hears of another, and answers its callers.
  void lose(std::uint32_t to);

  // -- what comes from outside --------------------------------------------------------------------
  /// That many seconds pass: each with a report of all nodes, without a tick.
  void hear(std::uint64_t seconds, sight what = {});
  void report(nodes_seen seen);
  void tick(std::uint64_t passed_ms = 0);
  request_token ask(intent want, op_id op = {}, config_version if_version = {});
  ops::question_reply ask(ops::question what);
  void ask_to_register(register_request request);
  void tell(node_news news);

  // -- what becomes of a change -------------------------------------------------------------------
  bool proposed() const {
    return proposed_ != nullptr;
  }
  const delta& change() const {
    return *proposed_;
  }
  /// The log took it, and it is committed and applied: the enter only, if it is joint.
  void apply();
  /// What any leader of a joint config does by itself.
  void leave();
  /// Both, and so on until nothing is proposed any more.
  void apply_all();
  /// The log didn't take it.
  void refuse(errc why);
  /// Seconds in which everything that is wanted is done.
  void live_on(std::uint64_t seconds, sight what = {});

  // -- what the controller said -------------------------------------------------------------------
  std::optional<reconfigure_reply> answer_to(request_token token) const;
  const std::vector<registration_answered>& registered() const {
    return registered_;
  }
  /// That they wait for a transition; their answer comes later.
  const std::vector<registration_answered>& told_to_wait() const {
    return told_to_wait_;
  }
  const std::vector<refused>& refusals() const {
    return refusals_;
  }
  const std::vector<node_id>& hand_overs() const {
    return hand_overs_;
  }
  const nodes_config& config() const {
    return applied_;
  }

private:
  void feed(const controller_input& input);

  nodes_config applied_;
  std::unique_ptr<controller> leader_;
  std::uint32_t self_ = 0;
  std::uint64_t now_ms_ = 0;
  std::uint64_t term_ = 0;
  std::uint64_t token_ = 0;
  std::shared_ptr<const delta> proposed_;
  std::vector<intent_answered> answered_;
  std::vector<question_answered> told_;
  std::vector<registration_answered> registered_;
  std::vector<registration_answered> told_to_wait_;
  std::vector<refused> refusals_;
  std::vector<node_id> hand_overs_;
};

} // namespace quorate::membership::situations
