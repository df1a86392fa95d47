// Reads a history: one JSON object a line, as bench/kv_load writes it.
//
//   client (number), op (get|put|erase), key, value (null: absent, or an erase),
//   pre (none|absent|matches), expect, call, return (ns; null: unknown),
//   outcome (ok|precondition_failed|rejected|unknown), revision
#pragma once

#include "tests/history/history.hpp"

#include <istream>

namespace quorate::history {

/// Throws `bad_history`, naming the first line that is none. Further fields are ignored.
history read(std::istream& in);

} // namespace quorate::history
