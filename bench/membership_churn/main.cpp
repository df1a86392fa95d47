// membership_churn: what growing, shrinking and replaced members cost those who write meanwhile.
//
//   membership_churn [--keys 10000] [--clients 4] [--replacements 4] [--data-dir DIR] [--json]
#include "bench/membership_churn/churn.hpp"

#include <boost/program_options.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <optional>

namespace {

using namespace quorate;
using nlohmann::ordered_json;

namespace po = boost::program_options;

struct settings {
  membership_churn::conditions conditions;
  bool json = false;
};

void check(const membership_churn::conditions& x) {
  if (x.keys == 0 || x.keys > 100'000'000)
    throw po::error{"--keys is 1 to 100,000,000."};
  if (x.value_bytes > 1'048'576)
    throw po::error{"--value-bytes is 0 to 1,048,576."};
  if (x.clients > 1'024 || x.clients > x.keys)
    throw po::error{"--clients is 0 to 1,024, and there are as many keys as clients."};
  if (x.replacements > 1'000)
    throw po::error{"--replacements is 0 to 1,000."};
  if (x.threads > 1'024)
    throw po::error{"--threads is 0 to 1,024."};
}

/// None: it was asked for help.
std::optional<settings> settings_of(int argc, char** argv) {
  settings out;
  auto& with = out.conditions;
  std::uint32_t quiet_ms = 1'000;
  std::uint32_t at_most_s = 60;
  po::options_description known{
    "membership_churn: 1, 3, 5, 3 and 1 members, and replaced ones, while clients write."};
  auto add = known.add_options();
  const auto value = [](auto& into) { return po::value(&into)->default_value(into); };
  add("help", "this text");
  add("keys", value(with.keys), "that the store has before");
  add("value-bytes", value(with.value_bytes), "of each");
  add("clients", value(with.clients), "that write beside the one that is watched");
  add("replacements", value(with.replacements),
      "of a follower, the leader, a follower that dies and the leader that dies, in turn");
  add("quiet-ms", value(quiet_ms), "before each step, for comparison");
  add("at-most", value(at_most_s), "seconds after which a step is given up");
  add("threads", value(with.threads), "that run actors; 0: as many as there are processors");
  add("data-dir", po::value(&with.data_dir),
      "an empty directory; without it, nodes live in memory");
  add("seed", po::value(&with.seed), "of all random choices; drawn if not set");
  add("json", po::bool_switch(&out.json), "the last line is one JSON object");
  po::variables_map given;
  po::store(po::parse_command_line(argc, argv, known), given);
  po::notify(given);
  if (given.count("help") != 0) {
    std::cout << known;
    return std::nullopt;
  }
  check(with);
  with.quiet = std::chrono::milliseconds{quiet_ms};
  with.at_most = std::chrono::seconds{at_most_s};
  return out;
}

void print(const membership_churn::step& x) {
  std::printf("%-20s %9.1f ms; gap %7.1f ms, %8.0f puts/s; before: gap %7.1f ms, %8.0f puts/s\n",
              x.what.c_str(), x.applied_ms, x.during.longest_gap_ms, x.during.puts_per_second,
              x.before.longest_gap_ms, x.before.puts_per_second);
  for (const auto& node : x.arrivals)
    std::printf("  %s: registered after %.1f ms, learner after %.1f ms, voter after %.1f ms\n",
                node.node.c_str(), node.registered_ms, node.learner_ms, node.voter_ms);
  if (x.during.failed > 0)
    std::printf("  %lu puts failed\n", static_cast<unsigned long>(x.during.failed));
}

ordered_json to_json(const membership_churn::step& x) {
  ordered_json arrivals = ordered_json::array();
  for (const auto& node : x.arrivals)
    arrivals.push_back({{"node", node.node},
                        {"registered_ms", node.registered_ms},
                        {"learner_ms", node.learner_ms},
                        {"voter_ms", node.voter_ms}});
  return {{"step", x.what},
          {"applied_ms", x.applied_ms},
          {"longest_gap_ms", x.during.longest_gap_ms},
          {"puts_per_second", x.during.puts_per_second},
          {"failed", x.during.failed},
          {"before_longest_gap_ms", x.before.longest_gap_ms},
          {"before_puts_per_second", x.before.puts_per_second},
          {"arrivals", arrivals}};
}

ordered_json to_json(const membership_churn::conditions& with, const membership_churn::figures& x) {
  ordered_json steps = ordered_json::array();
  double longest = 0;
  for (const auto& each : x.steps) {
    steps.push_back(to_json(each));
    longest = std::max(longest, each.during.longest_gap_ms);
  }
  return {{"keys", with.keys},
          {"value_bytes", with.value_bytes},
          {"clients", with.clients},
          {"durable", !with.data_dir.empty()},
          {"fill_seconds", x.fill_seconds},
          {"puts", x.puts},
          {"failed", x.failed},
          {"longest_gap_ms", longest},
          {"steps", steps}};
}

} // namespace

int main(int argc, char** argv) {
  std::optional<settings> asked;
  try {
    asked = settings_of(argc, argv);
  } catch (const po::error& wrong) {
    std::cerr << "membership_churn: " << wrong.what() << '\n';
    return 2;
  }
  if (!asked)
    return 0;
  const auto measured = membership_churn::measure(asked->conditions);
  if (!measured) {
    std::cerr << "membership_churn: " << to_string(measured.error()) << '\n';
    return 1;
  }
  for (const auto& each : measured->steps)
    print(each);
  if (asked->json)
    std::cout << to_json(asked->conditions, *measured).dump() << '\n';
  if (measured->failed == 0)
    return 0;
  std::cerr << "membership_churn: " << measured->failed << " of " << measured->puts
            << " puts failed.\n";
  return 1;
}
