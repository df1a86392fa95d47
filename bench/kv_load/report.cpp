#include "bench/kv_load/report.hpp"

#include <cmath>
#include <cstdio>
#include <iterator>

namespace quorate::bench {

namespace {

struct percentile_name {
  double percent;
  const char* text;
  const char* member;
};

constexpr percentile_name percentiles[] = {
  {50, "p50", "p50_us"}, {90, "p90", "p90_us"}, {99, "p99", "p99_us"}, {99.9, "p99.9", "p999_us"}};

double us(std::uint64_t ns) {
  return static_cast<double>(ns) / 1'000;
}

/// Three decimals are more than the clock tells, and keep the numbers short.
double rounded(double x) {
  return std::round(x * 1'000) / 1'000;
}

std::string fixed(double x, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, x);
  return text;
}

std::string share_text(double share) {
  return fixed(share * 100, 3) + " %";
}

std::string head(const load_options& options) {
  const auto where = options.remote.empty() ? "nodes " + std::to_string(options.nodes)
                                            : options.remote;
  const auto rate = options.rate == 0 ? ""
                                      : ", " + std::to_string(options.rate) + " a second are due";
  return where + ", clients " + std::to_string(options.clients) + rate + ", keys "
         + std::to_string(options.keys) + ", value bytes " + std::to_string(options.value_bytes)
         + ", reads " + std::to_string(options.read_share) + " %; " + fixed(options.seconds, 1)
         + " s after " + fixed(options.warmup_seconds, 1) + " s of warm-up\n";
}

/// How often each kind of change was seen: `park 3, admit 4`.
std::string list(const std::map<lifecycle_event, std::uint64_t>& transitions) {
  std::string text;
  for (const auto& [kind, count] : transitions)
    text += (text.empty() ? "" : ", ") + std::string{to_string(kind)} + ' ' + std::to_string(count);
  return text.empty() ? "none" : text;
}

/// What is counted stands beside the numbers: they are compared with what somebody asked for.
std::string chaos_text(const run_report& report) {
  const auto& chaos = report.chaos;
  auto text = "chaos        " + std::to_string(chaos.kills) + " kills, "
              + std::to_string(chaos.leader_kills) + " of them of the leader; "
              + std::to_string(chaos.restarts) + " restarts\n";
  text += "             " + std::to_string(chaos.membership_changes())
          + " membership changes: committed transitions that gave or took a node a place (neither\n"
            "             registrations nor leave, which ends a joint change that was counted)\n";
  text += "             transitions by kind: " + list(chaos.transitions) + '\n';
  text += "             intents of an operator: " + std::to_string(chaos.parks) + " parks and "
          + std::to_string(chaos.activates) + " activates done, "
          + std::to_string(chaos.intent_errors) + " refused or not answered in time\n";
  text += std::string{"             afterwards the cluster "}
          + (report.recovered ? "had" : "did NOT have") + " all its members again\n";
  return text;
}

nlohmann::ordered_json chaos_json(const chaos_counts& chaos) {
  nlohmann::ordered_json out;
  out["leader_kills"] = chaos.leader_kills;
  out["restarts"] = chaos.restarts;
  out["parks"] = chaos.parks;
  out["activates"] = chaos.activates;
  out["intent_errors"] = chaos.intent_errors;
  auto& kinds = out["transitions"] = nlohmann::ordered_json::object();
  for (const auto& [kind, count] : chaos.transitions)
    kinds[std::string{to_string(kind)}] = count;
  return out;
}

} // namespace

double run_report::ops_per_second() const noexcept {
  return static_cast<double>(counted.ok_in_time()) / options.seconds;
}

double run_report::cpu_us_per_op() const noexcept {
  const auto count = counted.ok_in_time();
  return count == 0 ? 0 : used.cpu_seconds * 1e6 / static_cast<double>(count);
}

double run_report::puts_per_sync() const noexcept {
  const auto syncs = durable.leader_syncs;
  return syncs == 0 ? 0 : static_cast<double>(counted.ok_in_time()) / static_cast<double>(syncs);
}

double run_report::ok_share() const noexcept {
  const auto count = counted.operations();
  return count == 0 ? 0 : static_cast<double>(counted.ok()) / static_cast<double>(count);
}

std::string as_text(const run_report& report) {
  const auto& counted = report.counted;
  auto text = head(report.options);
  text += "throughput   " + fixed(report.ops_per_second(), 0) + " operations a second\n";
  text += "latency      ";
  for (const auto& x : percentiles)
    text += std::string{x.text} + ' ' + fixed(us(counted.latencies().percentile(x.percent)), 1)
            + " us, ";
  text += "max " + fixed(us(counted.latencies().max()), 1) + " us\n";
  text += "operations   " + std::to_string(counted.operations()) + ", "
          + share_text(report.ok_share()) + " ok; "
          + std::to_string(counted.of(outcome::precondition_failed))
          + " of those found their condition not to hold\n";
  text += "errors       " + std::to_string(counted.of(outcome::rejected)) + " without effect, "
          + std::to_string(counted.of(outcome::unknown)) + " of unknown outcome\n";
  for (const auto& [why, count] : counted.reasons())
    text += "             " + std::to_string(count) + ' ' + std::string{to_string(why)} + '\n';
  text += "longest gap  " + std::to_string(counted.longest_gap_ms())
          + " ms without an operation answered\n";
  text += "cost         " + fixed(report.used.cpu_seconds, 2) + " s of processor, "
          + fixed(report.cpu_us_per_op(), 2) + " us an operation, load included; at most "
          + fixed(static_cast<double>(report.used.peak_rss_bytes) / 1e6, 1) + " MB of memory\n";
  if (report.options.durable())
    text += "disk         " + fixed(report.puts_per_sync(), 1)
            + " operations for each sync of the leader; the disk's own fdatasync p50 "
            + fixed(report.durable.disk.alone.p50_us, 1) + " us, and "
            + fixed(report.durable.disk.together.p50_us, 1)
            + " us with one for each node at once\n";
  if (report.options.chaos)
    text += chaos_text(report);
  return text;
}

nlohmann::ordered_json as_json(const run_report& report) {
  const auto& options = report.options;
  const auto& counted = report.counted;
  nlohmann::ordered_json out;
  out["ops_per_second"] = rounded(report.ops_per_second());
  for (const auto& x : percentiles)
    out[x.member] = us(counted.latencies().percentile(x.percent));
  out["max_us"] = us(counted.latencies().max());
  out["errors"] = counted.errors();
  out["operations"] = counted.operations();
  out["ok"] = counted.ok();
  out["ok_share"] = report.ok_share();
  out["precondition_failed"] = counted.of(outcome::precondition_failed);
  out["rejected"] = counted.of(outcome::rejected);
  out["unknown"] = counted.of(outcome::unknown);
  out["kills"] = report.chaos.kills;
  out["membership_changes"] = report.chaos.membership_changes();
  out["longest_gap_ms"] = counted.longest_gap_ms();
  out["cpu_seconds"] = rounded(report.used.cpu_seconds);
  out["cpu_us_per_op"] = rounded(report.cpu_us_per_op());
  out["peak_rss_bytes"] = report.used.peak_rss_bytes;
  out["nodes"] = options.nodes;
  out["clients"] = options.clients;
  out["keys"] = options.keys;
  out["key_bytes"] = options.key_bytes;
  out["value_bytes"] = options.value_bytes;
  out["read_share"] = options.read_share;
  out["seconds"] = options.seconds;
  out["warmup_seconds"] = options.warmup_seconds;
  out["rate"] = options.rate;
  out["zipf"] = options.zipf;
  out["remote"] = options.remote;
  out["seed"] = options.seed;
  out["storage"] = options.storage;
  if (options.durable()) {
    out["fdatasync_p50_us"] = rounded(report.durable.disk.alone.p50_us);
    out["fdatasync_p99_us"] = rounded(report.durable.disk.alone.p99_us);
    out["fdatasync_together_p50_us"] = rounded(report.durable.disk.together.p50_us);
    out["fdatasync_together_p99_us"] = rounded(report.durable.disk.together.p99_us);
    out["leader_syncs"] = report.durable.leader_syncs;
    out["puts_per_sync"] = rounded(report.puts_per_sync());
  }
  auto& reasons = out["error_reasons"] = nlohmann::ordered_json::object();
  for (const auto& [why, count] : counted.reasons())
    reasons[std::string{to_string(why)}] = count;
  if (options.chaos) {
    out["recovered"] = report.recovered;
    out["chaos"] = chaos_json(report.chaos);
  }
  return out;
}

} // namespace quorate::bench
