// What a node and a cluster look like as JSON, for scripts. Each object names its schema, e.g.
// `http-status/1` for docs/schemas/http-status.json. Names are stable: they are only added to, and
// the number rises when the meaning of one changes.
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

/// docs/schemas/http-status.json.
std::string status_json(const node_status& x);
/// docs/schemas/http-nodes.json.
std::string nodes_json(const nodes_view& x);
/// docs/schemas/http-transition.json.
std::string transition_json(const transition& x);
/// docs/schemas/http-error.json.
std::string error_json(const error& x);

} // namespace quorate::service
