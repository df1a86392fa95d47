// What a transition of the nodes table costs.
#include "runtime/base/check.hpp"
#include "runtime/base/codec.hpp"
#include "runtime/membership/nodes_config.hpp"
#include "runtime/membership/plan.hpp"
#include "bench/micro/micro.hpp"

#include <string>

namespace quorate::micro {

namespace {

/// A config of so many rows, of which the first is the founder's.
membership::nodes_config config_of(std::int64_t rows, const membership::observations& seen) {
  membership::nodes_config config;
  QUORATE_CHECK(config.apply(*membership::make_provision({fingerprint{1, 2}, "bench"},
                                                         {"n1", "a1", {0, 1}, {1, 1}, {}}, {})),
                "rows", rows);
  for (std::int64_t row = 2; row <= rows; ++row) {
    membership::proposal want;
    want.event = lifecycle_event::register_node;
    want.by = initiator::node;
    membership::register_request request;
    request.cluster_name = "bench";
    request.name = "n" + std::to_string(row);
    request.address = request.name;
    request.storage = {0, static_cast<std::uint64_t>(row)};
    want.registrations = {request};
    QUORATE_CHECK(config.apply(membership::make_plan(config, want, seen)->change), "row", row);
  }
  return config;
}

/// One transition: planned, encoded, decoded, applied. Flat, because an entry is a delta.
void membership_transition(benchmark::State& state) {
  membership::observations seen;
  seen.begin(node_id{1}, 0, 1'000);
  auto config = config_of(state.range(0), seen);
  bool parked = false;
  for (auto _ : state) {
    membership::proposal want;
    want.event = parked ? lifecycle_event::activate : lifecycle_event::park;
    want.by = initiator::operator_;
    want.subjects = {node_id{2}};
    auto planned = membership::make_plan(config, want, seen);
    const auto bytes = base::encode(planned->change);
    QUORATE_CHECK(config.apply(*base::decode<membership::delta>(bytes)), "bytes", bytes.size());
    parked = !parked;
  }
  state.SetItemsProcessed(state.iterations());
}

} // namespace

void add_membership(registry& to) {
  to.add("membership_transition", membership_transition, 200, {10, 1'000, 10'000});
}

} // namespace quorate::micro
