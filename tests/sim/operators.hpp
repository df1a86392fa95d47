// Operators: random intents, retried with one op id until somebody answers.
//
// Thread safety: none.
#pragma once

#include "messages/membership.hpp"
#include "messages/ops.hpp"
#include "tests/sim/caller.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace quorate::sim {

class operator_ final : public caller {
public:
  operator_(world& in, base::random draw, micros pause)
    : caller(in, draw),
      pause_(pause),
      knobs_(draw.fork(1)),
      handovers_(draw.fork(2)) {
    // nop
  }

  void begin();
  void stop() {
    stopped_ = true;
  }

private:
  void next();
  void want(membership::intent what, base::random& draw);
  void attempt_intent();
  void ask_question();
  void ask(ops::question what);
  void told(const ops::question_reply& reply);
  void told_of_the_past(const ops::question_reply& reply);
  void move_leadership();
  void attempt_handover();
  void moved(const ops::transfer_reply& reply);
  void answered(const membership::reconfigure_reply& reply);
  void done();

  std::optional<membership::intent> draw_intent();
  node_id draw_node(bool members_only);
  bool may_lose_one() const;
  void allow(const membership::intent& want);

  micros pause_;
  base::random knobs_; ///< A stream of its own: the other draws of each seed stay what they were.
  base::random handovers_;   ///< Likewise.
  std::vector<op_id> asked_; ///< The newest op ids, oldest first.
  membership::reconfigure_request request_;
  std::uint64_t attempts_ = 0;
  bool maybe_done_ = false;
  ops::question question_;
  ops::transfer_request transfer_;
};

/// Makes the first node found a cluster, and asks until it has.
class founder final : public caller {
public:
  founder(world& in, base::random draw, membership_policy policy)
    : caller(in, draw),
      policy_(policy) {
    // nop
  }

  void begin(std::size_t node);

private:
  void answered(const ops::provision_reply& reply, bool again);

  membership_policy policy_;
  bool founded_ = false;
  fingerprint cluster_;
};

} // namespace quorate::sim
