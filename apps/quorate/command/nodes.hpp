// Which node is meant, and what it is called.
#pragma once

#include "quorate/result.hpp"
#include "quorate/status.hpp"

#include <string>
#include <string_view>

namespace quorate::app {

/// A node by its id, `n3` or `3`, or by its name; `id:3` and `name:n3` where a name looks like an
/// id. An id without a row is taken as it is: the cluster knows removed nodes, too. Errors:
/// `unknown_node` for a name that nobody has, `invalid_argument` for what may mean two nodes.
result<node_id> node_named(std::string_view typed, const nodes_view& view);

const node_row* find_row(const nodes_view& view, node_id id);

/// `n3 gamma`; `n3` if it has no row.
std::string label_of(const nodes_view& view, node_id id);

} // namespace quorate::app
