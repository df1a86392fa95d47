#include "tests/sim/caller.hpp"

#include <utility>

namespace quorate::sim {

bool is_definite(errc code) noexcept {
  return code != errc::outcome_unknown;
}

/// A caller's messages are lost as often as those of nodes.
bool caller::lost() {
  const auto percent = world_.net().conditions.drop_percent;
  return percent != 0 && draw_.chance(percent);
}

void caller::attempt(world::question what, micros patience, world::answer_handler answered,
                     std::function<void()> silence) {
  const auto mine = ++attempt_;
  auto arrives = [this, mine, answered = std::move(answered)](const driver::reply_body& said) {
    if (lost())
      return;
    world_.time().after(world_.net().latency(draw_), [this, mine, answered, said] {
      if (mine != attempt_)
        return; // It came too late, or twice.
      ++attempt_;
      answered(said);
    });
  };
  if (!lost())
    world_.time().after(world_.net().latency(draw_), [this, to = target_, what = std::move(what),
                                                      arrives] { world_.ask(to, what, arrives); });
  world_.time().after(patience, [this, mine, silence = std::move(silence)] {
    if (mine != attempt_)
      return;
    ++attempt_;
    silence();
  });
}

void caller::after(micros about, std::function<void()> what) {
  world_.time().after(draw_.between(about / 2, about * 3 / 2), std::move(what));
}

void caller::follow(const error& refusal) {
  const auto hint = world_.index_of(refusal.leader_address);
  if (hint < world_.size())
    target_ = hint;
  else
    ask_another();
}

} // namespace quorate::sim
