// The little of JSON Schema that docs/schemas uses: `type` (one or several), `required`,
// `properties`, `additionalProperties: false`, `items`, `enum`, `const`, `pattern`, and `$ref` to
// `$defs` or to another file of docs/schemas.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace quorate::service {

/// Everything in `text` that isn't as docs/schemas/`schema` says; empty: it is valid.
std::vector<std::string> schema_findings(const std::string& schema, const std::string& text);

/// The same, about values.
std::vector<std::string> findings_of(const nlohmann::json& schema, const nlohmann::json& value);

} // namespace quorate::service
