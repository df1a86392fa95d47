#include "actors/roll_call_actor.hpp"

#include <caf/all.hpp>

namespace quorate::actors {

roll_call_actor::roll_call_actor(caf::actor_config& config, roll_call what)
  : caf::event_based_actor(config),
    what_(std::move(what)),
    missing_(what_.nodes.size()) {
  // nop
}

const char* roll_call_actor::name() const {
  return "roll_call";
}

caf::behavior roll_call_actor::make_behavior() {
  delayed_send(this, what_.at_most, alarm{});
  for (const auto& [name, node] : std::exchange(what_.nodes, {}))
    ask(name, node);
  return {
    [this](alarm) {
      finish(make_error(errc::deadline_exceeded,
                        std::to_string(missing_) + " of the nodes haven't joined yet."));
    },
  };
}

void roll_call_actor::ask(const std::string& name, const caf::actor& node) {
  request(node, caf::infinite, ops::joined_request{})
    .then(
      [this](const ops::joined_reply& x) {
        if (x.refusal.code != errc::none)
          finish(x.refusal);
        else if (--missing_ == 0)
          finish({});
      },
      [this, name](const caf::error&) {
        finish(make_error(errc::unknown_node, "node " + name + " has ended."));
      });
}

void roll_call_actor::finish(const result<void>& how) {
  if (what_.done)
    std::exchange(what_.done, nullptr)(how);
  quit();
}

void roll_call_actor::on_exit() {
  what_.done = nullptr; // Tells whoever waits, if nobody has.
}

} // namespace quorate::actors
