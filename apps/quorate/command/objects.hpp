// What the library tells, as JSON objects of the schemas in docs/schemas/. Pure.
#pragma once

#include "quorate/explain.hpp"
#include "quorate/history.hpp"
#include "quorate/membership.hpp"
#include "quorate/status.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace quorate::app {

nlohmann::ordered_json object_of(const membership_policy& x);
nlohmann::ordered_json object_of(const transition& x);
nlohmann::ordered_json object_of(const node_row& x);
nlohmann::ordered_json object_of(const node_status& x);
nlohmann::ordered_json object_of(const explanation& x);
nlohmann::ordered_json object_of(const transition_report& x);
nlohmann::ordered_json object_of(const change_preview& x);
nlohmann::ordered_json object_of(const intent_preview& x);
nlohmann::ordered_json object_of(const membership_plan& x);
nlohmann::ordered_json object_of(const op_report& x);
nlohmann::ordered_json object_of(const refusal_record& x);

/// Null for none.
nlohmann::ordered_json id_or_null(node_id x);
nlohmann::ordered_json op_or_null(op_id x);
nlohmann::ordered_json ids_of(const std::vector<node_id>& x);

} // namespace quorate::app
