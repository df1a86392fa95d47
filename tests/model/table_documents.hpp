// What is written about the transition table elsewhere, generated from it: the model's include, and
// the tables and the diagram of docs/membership.md. A test fails where a file says something else.
//
// Thread safety: plain functions. All are linear in the table.
#pragma once

#include "runtime/membership/transitions.hpp"

#include <string>
#include <string_view>

namespace quorate::model {

/// `LEGAL_<EVENT>(by, from, to, n, members, learners)` for each event, in Promela. The model says
/// what each `GUARD_<NAME>` means, so a new guard there is an error until it does.
std::string promela_of(membership::table_view table);

/// One line for each row of the table.
std::string markdown_of(membership::table_view table);

/// One line for each guard that the table uses: what it refuses with, and where.
std::string refusals_of(membership::table_view table);

/// The states with their roles, and the events between them.
std::string mermaid_of(membership::table_view table);

/// `text` with what stands between `<!-- generated: NAME -->` and `<!-- end: NAME -->` replaced.
/// Empty if it has no such place.
std::string with_generated(const std::string& text, const std::string& name,
                           const std::string& block);

/// docs/membership.md with all of its generated blocks as they should be.
std::string membership_page(const std::string& text, membership::table_view table);

} // namespace quorate::model
