// The part of JSON Schema that docs/schemas uses, so that what the command answers can be held
// against it.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace quorate::app {

/// What is wrong with the value, each with its place; nothing if it is valid. A keyword that isn't
/// understood is a violation, too: it would hold nothing back. `folder`: where `$ref` finds others.
std::vector<std::string> violations(const nlohmann::json& schema, const nlohmann::json& value,
                                    const std::string& folder);

/// Against the file that the value's own member `schema` names.
std::vector<std::string> violations(const nlohmann::json& value, const std::string& folder);

} // namespace quorate::app
