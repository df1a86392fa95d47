// The answers that docs/membership.md shows to operators, given by the code that answers them.
//
// Thread safety: plain functions.
#pragma once

#include <string>

namespace quorate::model {

/// A small cluster with a silent member, and what `explain`, `plan` and `dry_run` say about it, as
/// a block of text.
std::string question_examples();

} // namespace quorate::model
