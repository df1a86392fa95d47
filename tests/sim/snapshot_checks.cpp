#include "tests/sim/snapshot_checks.hpp"

#include "runtime/base/hash.hpp"
#include "runtime/machine/machine.hpp"
#include "runtime/raft/configurations.hpp"
#include "tests/sim/violation.hpp"

namespace quorate::sim {

void snapshot_checks::written(const std::string& node, const raft::snapshot& image) {
  const auto index = image.last.index;
  require(index.value > 0 && index <= log_.last(), "a snapshot is of committed entries", node,
          "index", index.value);
  const auto& record = log_.at(index);
  require(image.last.entry_term == record.entry.entry_term, "a snapshot ends with its last entry",
          node, "index", index.value);
  require(image.config == log_.config_at(index), "a snapshot names the config in effect there",
          node, "index", index.value, "names", image.config.version.value, "in effect",
          log_.config_at(index).version.value);
  base::hasher sum;
  sum.add(image.image.view());
  auto [known, fresh] = bytes_.try_emplace(index, sum.value());
  if (!fresh) {
    require(known->second == sum.value(), "equal states make equal snapshots", node, "index",
            index.value);
    return;
  }
  const auto state = machine::machine::load(image.image.view(), image.last);
  require(static_cast<bool>(state), "a snapshot can be read", node, "index", index.value);
  require(state->state_hash() == record.state_hash, "a snapshot is what the log makes", node,
          "index", index.value);
}

} // namespace quorate::sim
