// How every change of membership is asked for, dry or in earnest, and waited for.
#pragma once

#include "apps/quorate/command/call.hpp"

#include <functional>
#include <string>

namespace quorate::app {

/// What is to be seen before the command ends.
struct sight {
  bool seen = false;
  std::string instead; ///< Why not, or what is there instead; a sentence.
};

struct intent {
  std::string done;    ///< `n3 gamma is parked`
  std::string already; ///< `n3 gamma is parked already`
  node_id node{};      ///< The first that it names, if it names one.
  std::function<result<membership_change>(membership_client&, op_id)> ask;
  std::function<result<intent_preview>(membership_dry_run&)> preview;
  /// Looked at until it is seen or `--wait` has passed. Empty: there is nothing to wait for.
  std::function<result<sight>(membership_client&, const membership_change&)> look;
  bool waits_by_default = true;
};

/// What is wrong with the options that all intents share, before anybody is asked. Errors:
/// `invalid_argument`.
result<void> check_intent_options(const call& in);

/// Returns the exit code.
int carry_out(call& in, const intent& what);

} // namespace quorate::app
