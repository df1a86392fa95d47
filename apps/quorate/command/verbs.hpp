// The table of all verbs, and its parts.
#pragma once

#include "apps/quorate/command/verb.hpp"

namespace quorate::app {

/// The verbs that read their words themselves; they run something in this process, so whoever links
/// the table says where they are. One that is null is refused when it is to run.
struct own_verbs {
  own_main cert = nullptr;
  own_main demo = nullptr;
  own_main recover = nullptr;
  own_main serve = nullptr;
};

/// Whoever adds a verb adds a line there, and regenerates docs/command.md and docs/quorate.1.
verb_table all_verbs(const own_verbs& own);

void add_status(verb_table& to);
void add_node_verbs(verb_table& to);
void add_node_list(verb_table& to);
void add_policy_verbs(verb_table& to);
void add_provision(verb_table& to);
void add_leader_verbs(verb_table& to);
void add_op_verbs(verb_table& to);
void add_controller_verbs(verb_table& to);
void add_kv_verbs(verb_table& to);
void add_manual_verbs(verb_table& to);

} // namespace quorate::app
