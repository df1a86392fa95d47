// join_storm: nodes join a cluster in this process, all at once. Says how long that takes and what
// one node costs; without `--nodes`, also how that cost grows from 100 to 10,000.
//
//   join_storm [--nodes 10000] [--idle 10] [--heartbeat-ms 100] [--seed 1] [--json]
#include "bench/join_storm/storm.hpp"
#include "bench/own_process.hpp"

#include <boost/program_options.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace quorate;
using nlohmann::ordered_json;

namespace po = boost::program_options;

constexpr std::uint32_t nodes_max = 100'000;

struct settings {
  join_storm::conditions conditions;
  std::vector<std::uint32_t> sizes{100, 1'000, 10'000};
  bool json = false;
};

/// None: it was asked for help.
std::optional<settings> settings_of(int argc, char** argv) {
  settings out;
  std::uint32_t nodes = 0;
  std::uint32_t idle_s = 0;
  std::uint32_t heartbeat_ms = 100;
  std::uint32_t at_most_s = 120;
  po::options_description known{"join_storm: nodes join a cluster in this process, all at once."};
  auto add = known.add_options();
  add("help", "this text");
  add("nodes", po::value(&nodes), "5 to 100,000; without it, 100, then 1,000, then 10,000");
  add("idle", po::value(&idle_s),
      "seconds to watch what the joined nodes use while nothing happens");
  add("heartbeat-ms", po::value(&heartbeat_ms),
      "of a node outside of consensus, where few of them are");
  add("at-most", po::value(&at_most_s), "seconds after which it gives up; 120 if not set");
  add("seed", po::value(&out.conditions.seed), "of all random choices; drawn if not set");
  add("json", po::bool_switch(&out.json), "the last line is one JSON object");
  po::variables_map given;
  po::store(po::parse_command_line(argc, argv, known), given);
  po::notify(given);
  if (given.count("help") != 0) {
    std::cout << known;
    return std::nullopt;
  }
  if (given.count("nodes") != 0) {
    if (nodes <= join_storm::founders || nodes > nodes_max)
      throw po::error{"--nodes is 5 to 100,000."};
    out.sizes = {nodes};
  }
  out.conditions.idle = std::chrono::seconds{idle_s};
  out.conditions.heartbeat = std::chrono::milliseconds{heartbeat_ms};
  out.conditions.at_most = std::chrono::seconds{at_most_s};
  return out;
}

ordered_json to_json(const join_storm::figures& x) {
  const double joined = x.joined;
  return {
    {"nodes", x.nodes},
    {"members", x.members},
    {"seconds", x.seconds},
    {"nodes_per_second", joined / x.seconds},
    {"us_per_node", x.seconds * 1e6 / joined},
    {"cpu_us_per_node", x.cpu_seconds * 1e6 / joined},
    {"bytes_per_node", static_cast<double>(x.bytes) / joined},
    {"resident_bytes_per_node", static_cast<double>(x.resident_bytes) / joined},
    {"views_per_node", static_cast<double>(x.views) / joined},
    {"registrations_per_node", static_cast<double>(x.registrations) / joined},
    {"entries", x.entries},
    {"idle_cpu_percent", x.idle_cpu_percent},
  };
}

ordered_json run(const join_storm::conditions& with) {
  const auto measured = join_storm::measure(with);
  if (!measured)
    return {{"error", to_string(measured.error())}};
  return to_json(*measured);
}

void print(const ordered_json& x) {
  if (x.contains("error")) {
    std::printf("failed: %s\n", x["error"].get<std::string>().c_str());
    return;
  }
  const auto number = [&x](const char* name) { return x[name].get<double>(); };
  std::printf("%6.0f nodes in %6.2f s: %7.0f/s, %6.1f us (%6.1f us of processor), %5.0f bytes and "
              "%6.0f bytes of memory a node",
              number("nodes"), number("seconds"), number("nodes_per_second"), number("us_per_node"),
              number("cpu_us_per_node"), number("bytes_per_node"),
              number("resident_bytes_per_node"));
  if (number("idle_cpu_percent") > 0)
    std::printf("; then idle at %.1f %% of a processor", number("idle_cpu_percent"));
  std::printf("\n");
  std::fflush(stdout);
}

/// How the cost of one node grows from the first size but one to the last.
ordered_json growth(const std::vector<ordered_json>& runs) {
  ordered_json out = ordered_json::object();
  if (runs.size() < 2)
    return out;
  const auto& few = runs[runs.size() - 2];
  const auto& many = runs.back();
  for (const char* name : {"us_per_node", "cpu_us_per_node", "bytes_per_node"})
    if (few.contains(name) && many.contains(name))
      out[name] = many[name].get<double>() / few[name].get<double>();
  return out;
}

} // namespace

int main(int argc, char** argv) {
  try {
    const auto wanted = settings_of(argc, argv);
    if (!wanted)
      return EXIT_SUCCESS;
    std::vector<ordered_json> runs;
    bool failed = false;
    for (auto size : wanted->sizes) {
      auto with = wanted->conditions;
      with.nodes = size;
      runs.push_back(bench::in_own_process([&] { return run(with); }));
      failed = failed || runs.back().contains("error");
      print(runs.back());
    }
    const auto grown = growth(runs);
    for (const auto& [name, ratio] : grown.items())
      std::printf("%s from %u to %u nodes: x %.2f\n", name.c_str(),
                  wanted->sizes[wanted->sizes.size() - 2], wanted->sizes.back(),
                  ratio.get<double>());
    if (wanted->json) {
      auto last = runs.back();
      if (runs.size() > 1) {
        last["runs"] = runs;
        last["growth"] = grown;
      }
      std::printf("%s\n", last.dump().c_str());
    }
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
  } catch (const std::exception& x) {
    std::cerr << "join_storm: " << x.what() << '\n';
    return 2;
  }
}
