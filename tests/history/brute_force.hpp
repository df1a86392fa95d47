// The slow twin of the checker, after Wing and Gong (1993) and Lowe (2017): tries every order of
// the operations on a full model of the store.
#pragma once

#include "tests/history/history.hpp"

namespace quorate::history {

/// For at most 32 operations, and patient only with few of them.
bool is_linearizable(const history& what);

} // namespace quorate::history
