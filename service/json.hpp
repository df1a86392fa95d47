// How this room writes JSON: fields in the order in which they are named. For its own files: what
// embedders include doesn't show the library.
#pragma once

#include <nlohmann/json.hpp>
#include <quorate/membership.hpp>
#include <quorate/result.hpp>

#include <string>
#include <string_view>

namespace quorate::service {

using json = nlohmann::ordered_json;

/// Never throws: what isn't UTF-8 is replaced.
inline std::string written(const json& x) {
  return x.dump(-1, ' ', false, json::error_handler_t::replace);
}

inline std::string text_of(std::string_view x) {
  return std::string{x};
}

/// `http-<what>/1`, as it stands in `schema`.
inline std::string schema_name(std::string_view what) {
  return "http-" + std::string{what} + "/1";
}

/// `null` for none.
json id_json(node_id id);
json error_object(const error& x);
json transition_object(const transition& x);

} // namespace quorate::service
