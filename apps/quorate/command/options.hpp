// The options that several verbs share.
#pragma once

#include "apps/quorate/command/verb.hpp"

#include <vector>

namespace quorate::app {

/// Of what talks to a cluster: `own`, and behind them how it is reached and how it answers.
std::vector<option> with_connection(std::vector<option> own = {});

/// Of what changes membership: those, `--dry-run` and `--op-id`.
std::vector<option> with_intent(std::vector<option> own = {});

/// `--wait[=DURATION]` and `--no-wait`; `what` completes "wait until ".
std::vector<option> wait_options(const std::string& what);

option force_option();

} // namespace quorate::app
