// snapshot_pause: what a snapshot of a large store costs those who write meanwhile.
//
//   snapshot_pause --data-dir DIR [--keys 1000000] [--value-bytes 100] [--clients 16] [--rounds 5]
#include "bench/snapshot_pause/pauses.hpp"

#include <boost/program_options.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <iostream>
#include <optional>

namespace {

using namespace quorate;
using nlohmann::ordered_json;

namespace po = boost::program_options;

struct settings {
  snapshot_pause::conditions conditions;
  bool json = false;
};

/// None: it was asked for help.
std::optional<settings> settings_of(int argc, char** argv) {
  settings out;
  auto& with = out.conditions;
  po::options_description known{
    "snapshot_pause: puts while nodes take snapshots, and between two."};
  auto add = known.add_options();
  const auto value = [](auto& into) { return po::value(&into)->default_value(into); };
  add("help", "this text");
  add("keys", value(with.what.keys), "that the store has");
  add("value-bytes", value(with.what.value_bytes), "of each");
  add("clients", value(with.clients), "that write, each one put at a time");
  add("rounds", value(with.rounds), "snapshots that are watched");
  add("quiet-seconds", value(with.quiet_seconds), "between two of them, about");
  add("data-dir", value(with.data_dir), "an empty directory; without it, nodes live in memory");
  add("seed", value(with.seed), "of all random choices");
  add("json", po::bool_switch(&out.json), "the last line is one JSON object");
  po::variables_map given;
  po::store(po::parse_command_line(argc, argv, known), given);
  po::notify(given);
  if (given.count("help") != 0) {
    std::cout << known;
    return std::nullopt;
  }
  if (with.what.keys < with.clients || with.clients == 0 || with.rounds == 0)
    throw po::error{
      "--clients and --rounds are at least 1, and there are as many keys as clients."};
  return out;
}

void print(const char* when, const snapshot_pause::percentiles& x) {
  std::printf("  %-7s p50 %8.1f us, p99.9 %9.1f us, max %9.1f us, %lu puts\n", when, x.p50_us,
              x.p999_us, x.max_us, static_cast<unsigned long>(x.count));
}

ordered_json to_json(const snapshot_pause::conditions& with, const snapshot_pause::figures& x) {
  ordered_json rounds = ordered_json::array();
  for (const auto& each : x.rounds)
    rounds.push_back({{"quiet_p999_us", each.quiet.p999_us},
                      {"during_p999_us", each.during.p999_us},
                      {"during_max_us", each.during.max_us},
                      {"snapshot_seconds", each.seconds}});
  return {{"keys", with.what.keys},
          {"value_bytes", with.what.value_bytes},
          {"clients", with.clients},
          {"durable", !with.data_dir.empty()},
          {"quiet_p999_us", x.median_quiet_p999_us()},
          {"during_p999_us", x.median_during_p999_us()},
          {"ratio", x.median_during_p999_us() / x.median_quiet_p999_us()},
          {"fill_seconds", x.fill_seconds},
          {"restart_seconds", x.restart_seconds},
          {"rounds", rounds}};
}

} // namespace

int main(int argc, char** argv) {
  std::optional<settings> asked;
  try {
    asked = settings_of(argc, argv);
  } catch (const po::error& wrong) {
    std::cerr << "snapshot_pause: " << wrong.what() << '\n';
    return 2;
  }
  if (!asked)
    return 0;
  const auto measured = snapshot_pause::measure(asked->conditions);
  if (!measured) {
    std::cerr << "snapshot_pause: " << to_string(measured.error()) << '\n';
    return 1;
  }
  for (const auto& each : measured->rounds) {
    std::printf("a snapshot of %.2f s\n", each.seconds);
    print("before", each.quiet);
    print("during", each.during);
  }
  std::printf("medians of p99.9: %.1f us without, %.1f us during a snapshot: %.2f times\n",
              measured->median_quiet_p999_us(), measured->median_during_p999_us(),
              measured->median_during_p999_us() / measured->median_quiet_p999_us());
  std::printf("filled in %.1f s, restarted in %.2f s\n", measured->fill_seconds,
              measured->restart_seconds);
  if (asked->json)
    std::cout << to_json(asked->conditions, *measured).dump() << '\n';
  return 0;
}
