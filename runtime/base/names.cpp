// The words for states, roles and events: in JSON, metrics, logs and the documentation.
#include "quorate/membership.hpp"
#include "quorate/status.hpp"
#include "quorate/types.hpp"

namespace quorate {

// No switch below has a default, so that the compiler points here when an enumerator is added. What
// comes after it is reached only by a number that a newer node has sent.

std::string_view to_string(node_state x) noexcept {
  switch (x) {
  case node_state::auto_join:
    return "auto_join";
  case node_state::member:
    return "member";
  case node_state::standby:
    return "standby";
  }
  return "unknown";
}

std::string_view to_string(node_role x) noexcept {
  switch (x) {
  case node_role::outsider:
    return "outsider";
  case node_role::learner:
    return "learner";
  case node_role::voter:
    return "voter";
  case node_role::leaving:
    return "leaving";
  }
  return "unknown";
}

std::string_view to_string(disk_room x) noexcept {
  switch (x) {
  case disk_room::enough:
    return "enough";
  case disk_room::low:
    return "low";
  case disk_room::none:
    return "none";
  }
  return "unknown";
}

std::string_view to_string(lifecycle_event x) noexcept {
  switch (x) {
  case lifecycle_event::provision:
    return "provision";
  case lifecycle_event::register_node:
    return "register";
  case lifecycle_event::admit:
    return "admit";
  case lifecycle_event::promote:
    return "promote";
  case lifecycle_event::give_up:
    return "give_up";
  case lifecycle_event::replace:
    return "replace";
  case lifecycle_event::release:
    return "release";
  case lifecycle_event::park:
    return "park";
  case lifecycle_event::activate:
    return "activate";
  case lifecycle_event::remove:
    return "remove";
  case lifecycle_event::reconfigure:
    return "reconfigure";
  case lifecycle_event::re_register:
    return "re_register";
  case lifecycle_event::update:
    return "update";
  case lifecycle_event::set_target:
    return "set_target";
  case lifecycle_event::set_policy:
    return "set_policy";
  case lifecycle_event::leave:
    return "leave";
  case lifecycle_event::pause:
    return "pause";
  case lifecycle_event::resume:
    return "resume";
  }
  return "unknown";
}

std::string_view to_string(initiator x) noexcept {
  switch (x) {
  case initiator::operator_:
    return "operator";
  case initiator::policy:
    return "policy";
  case initiator::node:
    return "node";
  }
  return "unknown";
}

std::string to_string(node_id id) {
  return id ? "n" + std::to_string(id.value) : "-";
}

} // namespace quorate
