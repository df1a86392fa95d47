#include "service/readiness.hpp"

#include <quorate/errc.hpp>

#include <algorithm>
#include <string_view>

#include "service/json.hpp"
#include "service/render.hpp"

namespace quorate::service {

namespace {

health health_of(std::vector<check> checks) {
  health out;
  out.ok = std::all_of(checks.begin(), checks.end(), [](const check& x) { return x.ok; });
  out.checks = std::move(checks);
  return out;
}

check not_halted(const node_status& x) {
  const bool ok = x.halted.code == errc::none;
  return {"not_halted", ok, ok ? "it takes part" : to_string(x.halted)};
}

check joined(const node_status& x) {
  // A node has an id before it has seen its own row, and may have lost its place meanwhile.
  const bool ok = x.id && x.position != "unprovisioned" && x.position != "unknown"
                  && x.position != "removed";
  return {"joined", ok, x.position};
}

check knows_leader(const node_status& x) {
  return {"knows_leader", static_cast<bool>(x.leader), x.leader ? to_string(x.leader) : "none"};
}

check applied_is_current(const node_status& x, std::uint64_t lag_max) {
  if (!x.has_log)
    return {"applied_is_current", true, "it has no log"};
  const auto lag = x.commit > x.applied ? x.commit.value - x.applied.value : 0;
  return {"applied_is_current", lag <= lag_max,
          std::to_string(lag) + " entries behind, at most " + std::to_string(lag_max)};
}

check not_parked(const node_status& x, bool wanted) {
  constexpr std::string_view standby = "standby/";
  if (x.position.compare(0, standby.size(), standby) != 0)
    return {"not_parked", true, "it isn't parked"};
  return {"not_parked", wanted, wanted ? "parked, as started" : "parked by an operator"};
}

} // namespace

health liveness_of(const result<node_status>& status) {
  if (!status)
    return health_of(
      {{"process", true, "the node doesn't say how it is: " + to_string(status.error())}});
  return health_of({{"process", true, "it answers"}, not_halted(*status)});
}

health readiness_of(const result<node_status>& status, const readiness_options& options) {
  if (!status) {
    std::vector<check> checks{{"answers", false, to_string(status.error())}};
    for (auto name : {"not_halted", "joined", "knows_leader", "applied_is_current", "not_parked"})
      checks.push_back({name, false, "unknown"});
    return health_of(std::move(checks));
  }
  return health_of({{"answers", true, "it answers"},
                    not_halted(*status),
                    joined(*status),
                    knows_leader(*status),
                    applied_is_current(*status, options.applied_lag_max),
                    not_parked(*status, options.parked)});
}

std::string health_json(const health& x) {
  auto checks = json::array();
  auto failed = json::array();
  for (const auto& one : x.checks) {
    checks.push_back({{"name", one.name}, {"ok", one.ok}, {"detail", one.detail}});
    if (!one.ok)
      failed.push_back(one.name);
  }
  return written(
    json{{"schema", schema_name("health")}, {"ok", x.ok}, {"failed", failed}, {"checks", checks}});
}

} // namespace quorate::service
