#include "bench/kv_load/chaos_counts.hpp"

namespace quorate::bench {

bool changes_membership(lifecycle_event x) noexcept {
  switch (x) {
  case lifecycle_event::admit:
  case lifecycle_event::promote:
  case lifecycle_event::give_up:
  case lifecycle_event::replace:
  case lifecycle_event::release:
  case lifecycle_event::park:
  case lifecycle_event::activate:
  case lifecycle_event::remove:
  case lifecycle_event::reconfigure:
    return true;
  case lifecycle_event::provision:
  case lifecycle_event::register_node:
  case lifecycle_event::re_register:
  case lifecycle_event::update:
  case lifecycle_event::set_target:
  case lifecycle_event::set_policy:
  case lifecycle_event::leave:
  case lifecycle_event::pause:
  case lifecycle_event::resume:
    break;
  }
  return false;
}

std::uint64_t chaos_counts::membership_changes() const noexcept {
  std::uint64_t sum = 0;
  for (const auto& [kind, count] : transitions)
    sum += changes_membership(kind) ? count : 0;
  return sum;
}

} // namespace quorate::bench
