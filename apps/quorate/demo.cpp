#include "apps/quorate/demo.hpp"

#include "apps/quorate/acts.hpp"
#include "apps/quorate/continuation.hpp"
#include "apps/quorate/proof.hpp"

#include <chrono>
#include <iostream>
#include <utility>
#include <vector>

namespace quorate::app {

namespace {

using clock = std::chrono::steady_clock;
using act = result<void> (*)(stage&, const demo_settings&, cast&);

struct scene {
  const char* title;
  act play;
};

constexpr scene scenes[] = {
  {"a member is parked, a spare takes its place in the same change", park_a_member},
  {"the members are reconfigured while a fresh node has registered but not joined",
   reconfigure_the_others},
  {"the leader is killed, a spare replaces it", kill_the_leader},
  {"the parked node is activated", activate_the_parked},
};
static_assert(std::size(scenes) == acts_all);

local_cluster_options options_for(const demo_settings& settings) {
  local_cluster_options options;
  options.cluster_name = "demo";
  options.nodes = 0;
  options.bootstrap = false;
  options.data_dir = settings.data_dir.value_or("");
  auto& policy = options.policy;
  policy.target_members = static_cast<std::uint32_t>(settings.target);
  // Parking waits for a spare that is caught up, rather than going on with one member fewer.
  policy.min_members = policy.target_members;
  // The next spare waits outside: so there is no room for the fresh node before the
  // reconfiguration.
  policy.warm_spares = 1;
  // Act 3 needs as many replacements as it kills, and they follow each other at once.
  policy.eviction_budget = static_cast<std::uint32_t>(kills(settings)) + 1;
  return options;
}

std::vector<act_outcome> play(stage& on, const demo_settings& settings, cast& who,
                              const entries& all) {
  std::vector<act_outcome> outcomes;
  on.out().act(0, "Growth: nodes join by themselves up to the target, while the keys are loaded");
  if (auto grown = grow(on, settings, all); !grown) {
    outcomes.push_back({"growth", false, to_string(grown.error())});
    return outcomes;
  }
  for (const auto& next : scenes) {
    on.out().act(static_cast<int>(outcomes.size()) + 1, next.title);
    const auto played = next.play(on, settings, who);
    outcomes.push_back(
      {next.title, static_cast<bool>(played), played ? std::string{} : to_string(played.error())});
    if (!played)
      break; // The following acts rest on this one.
  }
  return outcomes;
}

} // namespace

int run_demo(const demo_settings& settings) {
  const auto began = clock::now();
  const auto input = read_input(settings.input);
  if (!input) {
    std::cerr << "quorate demo: " << input.error().message << '\n';
    return exit_usage;
  }
  auto cluster = local_cluster::start(options_for(settings));
  if (!cluster) {
    std::cerr << "quorate demo: " << to_string(cluster.error()) << '\n';
    return cluster.error().code == errc::storage_unreadable ? exit_usage : exit_failed;
  }
  // Those that have data; none was started otherwise.
  const bool goes_on = !cluster->running().empty();
  narrator out{std::cout, kind_of_standard_output(settings.json)};
  out.start(settings, input->size());
  entries missing;
  stage on{std::move(*cluster), out};
  cast who;
  evidence so_far;
  if (goes_on)
    so_far.continued = go_on(on, settings, *input, missing);
  else
    so_far.acts = play(on, settings, who, *input);
  const bool ends_early = so_far.continued && !so_far.continued->trouble.empty();
  const auto found = judge(ends_early ? std::move(so_far)
                                      : gather(on, settings, who, std::move(so_far)));
  out.judged(found, std::chrono::duration_cast<std::chrono::milliseconds>(clock::now() - began));
  return found.ok ? exit_ok : exit_failed;
}

} // namespace quorate::app
