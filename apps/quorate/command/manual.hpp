// The help texts, the manual and the shell's completion, all from the table. Pure.
#pragma once

#include "apps/quorate/command/verb.hpp"

#include <string>

namespace quorate::app {

/// All verbs, a line each; of one group if it is named.
std::string help_text(const verb_table& table, const std::string& group = {});

std::string help_text(const verb& which);

/// docs/command.md.
std::string manual_markdown(const verb_table& table);

/// docs/quorate.1, in the macros of man(7).
std::string manual_page(const verb_table& table);

/// A script that bash sources.
std::string bash_completion(const verb_table& table);

} // namespace quorate::app
