// What a node and a cluster look like as JSON, for scripts (docs/schemas). Names are stable: they
// are only added to, and `schema` rises when the meaning of one changes.
//
// 64 random bits or more are hexadecimal text, because programs that read JSON keep 53 bits of a
// number. Text that isn't UTF-8 has U+FFFD where it isn't.
//
// Thread safety: pure functions.
#pragma once

#include <quorate/membership.hpp>
#include <quorate/result.hpp>
#include <quorate/status.hpp>

#include <string>

namespace quorate::service {

inline constexpr int schema_version = 1;

/// docs/schemas/status.json.
std::string status_json(const node_status& x);
/// docs/schemas/nodes.json.
std::string nodes_json(const nodes_view& x);
/// docs/schemas/transition.json.
std::string transition_json(const transition& x);
/// docs/schemas/error.json.
std::string error_json(const error& x);

} // namespace quorate::service
