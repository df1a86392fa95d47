// scale: how the cost of one operation grows with what a cluster has, one thing at a time.
//
//   scale [--axis keys|members|outsiders|values|watchers] [--max N] [--seconds 2] [--json]
#include "bench/own_process.hpp"
#include "bench/scale/axes.hpp"
#include "bench/scale/point.hpp"

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

struct settings {
  std::vector<const scale::axis*> axes;
  std::optional<std::uint32_t> max;
  scale::conditions conditions;
  bool json = false;
};

/// Those whose growth is shown.
constexpr const char* columns[]{"put_cpu_us", "put_p50_us",    "get_cpu_us",
                                "get_p50_us", "change_cpu_us", "change_p50_us"};

void choose_axes(settings& to, const std::string& wanted) {
  for (const auto& each : scale::axes())
    if (wanted.empty() || each.name == wanted)
      to.axes.push_back(&each);
  if (to.axes.empty())
    throw po::error{"--axis is keys, members, outsiders, values or watchers."};
  for (const auto* each : to.axes)
    if (scale::sizes_of(*each, to.max).empty())
      throw po::error{"--max is less than the smallest size of " + std::string{each->name} + "."};
  if (to.conditions.clients == 0 || to.conditions.clients > 1'024)
    throw po::error{"--clients is 1 to 1,024."};
  if (!(to.conditions.seconds >= 0.05 && to.conditions.seconds <= 600))
    throw po::error{"--seconds is 0.05 to 600."};
}

/// None: it was asked for help.
std::optional<settings> settings_of(int argc, char** argv) {
  settings out;
  std::string wanted;
  std::uint32_t max = 0;
  po::options_description known{"scale: what one operation costs in clusters of several sizes."};
  auto add = known.add_options();
  const auto value = [](auto& into) { return po::value(&into)->default_value(into); };
  add("help", "this text");
  add("axis", po::value(&wanted),
      "what grows: keys, members, outsiders, values or watchers; without it, one after the other");
  add("max", po::value(&max), "the largest size; with keys, 10,000,000 only if it is asked for");
  add("clients", value(out.conditions.clients), "with one operation under way each");
  add("seconds", value(out.conditions.seconds), "of puts, and of reads, at each size");
  add("seed", value(out.conditions.seed), "of all random choices; 0: drawn");
  add("json", po::bool_switch(&out.json), "the last line is one JSON object");
  po::variables_map given;
  po::store(po::parse_command_line(argc, argv, known), given);
  po::notify(given);
  if (given.count("help") != 0) {
    std::cout << known;
    return std::nullopt;
  }
  if (given.count("max") != 0)
    out.max = max;
  choose_axes(out, wanted);
  return out;
}

ordered_json run(const scale::conditions& with) {
  const auto measured = scale::measure(with);
  if (!measured)
    return {{"error", to_string(measured.error())}};
  return {{"put_cpu_us", measured->put.cpu_us},
          {"put_p50_us", measured->put.p50_us},
          {"puts_per_second", measured->put.per_second},
          {"get_cpu_us", measured->get.cpu_us},
          {"get_p50_us", measured->get.p50_us},
          {"gets_per_second", measured->get.per_second},
          {"change_cpu_us", measured->change.cpu_us},
          {"change_p50_us", measured->change.p50_us},
          {"idle_cpu_percent", measured->idle_cpu_percent}};
}

/// Each figure beside that of the smallest size.
void add_ratios(ordered_json& to, const ordered_json& smallest) {
  ordered_json ratios = ordered_json::object();
  for (const char* name : columns)
    if (const auto least = smallest[name].get<double>(); least > 0)
      ratios[name] = to[name].get<double>() / least;
  to["ratios"] = std::move(ratios);
}

void print_head(const scale::axis& which) {
  std::printf("%-10s", std::string{which.name}.c_str());
  for (const char* name : columns)
    std::printf(" %14s       ", name);
  std::printf(" idle cpu %%\n");
}

void print(std::uint32_t size, const ordered_json& x) {
  std::printf("%-10u", size);
  for (const char* name : columns)
    if (x["ratios"].contains(name))
      std::printf(" %14.1f x%-5.2f", x[name].get<double>(), x["ratios"][name].get<double>());
    else
      std::printf(" %14s       ", "-");
  std::printf(" %10.1f\n", x["idle_cpu_percent"].get<double>());
  std::fflush(stdout);
}

/// All sizes of one axis. A size that fails ends it.
ordered_json measure_axis(const scale::axis& which, const settings& with) {
  ordered_json out = ordered_json::array();
  print_head(which);
  for (const auto size : scale::sizes_of(which, with.max)) {
    auto conditions = with.conditions;
    which.set(conditions, size);
    auto measured = bench::in_own_process([&] { return run(conditions); });
    measured["size"] = size;
    out.push_back(measured);
    if (measured.contains("error"))
      return out;
    add_ratios(out.back(), out.front());
    print(size, out.back());
  }
  return out;
}

int measure_all(const settings& with) {
  ordered_json all = ordered_json::object();
  for (const auto* each : with.axes) {
    const auto sizes = measure_axis(*each, with);
    all[std::string{each->name}] = sizes;
    if (!sizes.back().contains("error"))
      continue;
    std::cerr << "scale: " << each->name << " " << sizes.back()["size"] << ": "
              << sizes.back()["error"].get<std::string>() << '\n';
    return EXIT_FAILURE;
  }
  if (with.json)
    std::cout << ordered_json{{"clients", with.conditions.clients},
                              {"seconds", with.conditions.seconds},
                              {"axes", all}}
                   .dump()
              << '\n';
  return EXIT_SUCCESS;
}

} // namespace

int main(int argc, char** argv) {
  std::optional<settings> wanted;
  try {
    wanted = settings_of(argc, argv);
  } catch (const po::error& wrong) {
    std::cerr << "scale: " << wrong.what() << '\n';
    return 2;
  }
  try {
    return wanted ? measure_all(*wanted) : EXIT_SUCCESS;
  } catch (const std::exception& failure) {
    std::cerr << "scale: " << failure.what() << '\n';
    return EXIT_FAILURE;
  }
}
