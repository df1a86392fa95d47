#include "apps/quorate/settings.hpp"

namespace quorate::app {

std::optional<std::string> objection(const demo_settings& settings) {
  if (settings.data_dir && settings.data_dir->empty())
    return "--data-dir is a directory, or the name of one that is to be made, not nothing.";
  const auto target = std::to_string(settings.target);
  if (settings.target < 1 || settings.target > target_max)
    return "--target is 3, 5, 7 or 9, not " + target + ": a cluster has 1 to 9 members.";
  if (settings.target % 2 == 0)
    return "--target is 3, 5, 7 or 9, not " + target
           + ": an even number of members tolerates no more failures than one member fewer.";
  if (settings.target < target_min)
    return "--target is 3, 5, 7 or 9, not " + target
           + ": act 3 kills the leader, and the other members have to be a majority.";
  // One spare takes the parked member's place, another is what act 2 reconfigures to.
  const auto least = settings.target + 2;
  if (settings.nodes < least || settings.nodes > nodes_max)
    return "--nodes is " + std::to_string(least) + " to " + std::to_string(nodes_max)
           + " with --target " + target + ", not " + std::to_string(settings.nodes)
           + ": the acts need two spares beside the members, and each further one costs a leader.";
  return std::nullopt;
}

} // namespace quorate::app
