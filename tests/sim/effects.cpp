// How the world does what a driver wants done: the disk, the network, the callers, the controller.
#include "tests/sim/describe.hpp"
#include "tests/sim/question_checks.hpp"
#include "tests/sim/violation.hpp"
#include "tests/sim/world.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace quorate::sim {

/// After every call of a driver: look at it, then do what it says.
void world::touch(process& p) {
  auto e = p.node->take_effects();
  if (lines_.on())
    show(p);
  if (p.node->halted().code != errc::none && !std::exchange(p.seen_halted, true))
    lines_.line(now(), p.index, "halts", to_string(p.node->halted()));
  perform(p, e);
  if (p.running() && p.node->stopped())
    end_in_order(p);
}

/// Whether the process lives on to do one more effect.
bool world::spend(process& p) {
  if (!p.effects_left)
    return true;
  if (*p.effects_left > 0) {
    --*p.effects_left;
    return true;
  }
  situations_.hit(situation::crash_between_effects);
  crash(p.index, false);
  return false;
}

/// Whether it has founded a cluster of its own beside the one that is watched.
bool world::is_foreign(const process& p) const {
  const auto& ours = ledger_.state().nodes().identity().cluster;
  const auto& its = p.node->identity().cluster;
  return ours && its && its != ours;
}

void world::perform(process& p, driver::effects& e) {
  // What it did until its departure counts, and so does the step that ends with it.
  if (!is_foreign(p) && !p.departed)
    checks_.observe(p, now());
  if (!p.departed && p.node->departed())
    p.had_successor = p.core() != nullptr && has_successor(p);
  p.departed = p.node->departed();
  require(p.node->halted().code == errc::none || e.mail.empty(), "a halted node is silent",
          p.options.name);
  for (auto& batch : e.writes) {
    if (!spend(p))
      return;
    write(p, std::move(batch));
  }
  for (auto& mail : e.mail) {
    if (!spend(p))
      return;
    const bool parting = std::holds_alternative<goodbye>(mail.message);
    require(parting || !p.said_goodbye, "a goodbye is a node's last word", p.options.name);
    p.said_goodbye = p.said_goodbye || parting;
    if (!is_foreign(p))
      checks_.sent(p, mail);
    network_.send(std::move(mail));
  }
  for (auto& said : e.replies) {
    if (!spend(p))
      return;
    answer(p, std::move(said));
  }
  for (auto& input : e.controller) {
    if (!spend(p))
      return;
    to_controller(p, std::move(input));
  }
}

// -- disk -----------------------------------------------------------------------------------------------------------

void world::write(process& p, storage::write_batch batch) {
  lines_.line(now(), p.index, "writes", [&] { return describe(batch); });
  if (!is_foreign(p))
    checks_.written(p, batch);
  if (batch.drop_log)
    situations_.hit(situation::log_retired);
  if (p.disk_failed)
    return; // Its node will hear of it, or has.
  if (p.disk_full) {
    situations_.hit(situation::disk_full);
    return storage_fails(p, "is full");
  }
  require(static_cast<bool>(p.disk.write(std::move(batch))), "a write is accepted", p.index);
  if (p.syncing)
    return; // It is gathered for the next sync.
  p.syncing = true;
  auto takes = p.disk_draw.between(conditions_.disk_min, conditions_.disk_max);
  if (now() < p.slow_until) {
    situations_.hit(situation::slow_sync);
    takes += p.slower;
  }
  later(p, takes, [this](process& x) { sync(x); });
}

void world::sync(process& p) {
  if (now() < p.stuck_until) {
    situations_.hit(situation::stuck_sync);
    return later(p, p.stuck_until - now(), [this](process& x) { sync(x); });
  }
  p.syncing = false;
  if (p.disk_failed)
    return;
  if (std::exchange(p.sync_fails, false))
    p.disk.fail_next_sync();
  auto done = p.disk.sync();
  if (!done)
    return storage_fails(p, "can't sync");
  checks_.durable(p);
  // The word of it takes a little: a crash between leaves the disk ahead of what its node knows.
  later(p, p.disk_draw.below(conditions_.sync_word_max), [this, sequence = *done](process& x) {
    x.node->persisted({sequence, {}});
    touch(x);
  });
}

void world::set_room(std::size_t i, disk_room now) {
  auto& p = at(i);
  p.disk.set_room(now);
  tell_room(p);
}

/// A little later, too. What it is told is how it is then.
void world::tell_room(process& p) {
  if (!p.running() || p.disk.room().value_or(disk_room::enough) == p.node->room())
    return;
  later(p, p.disk_draw.below(conditions_.sync_word_max), [this](process& x) {
    const auto room = x.disk.room().value_or(disk_room::enough);
    situations_.hit(room == disk_room::enough ? situation::room_again
                    : room == disk_room::low  ? situation::room_low
                                              : situation::room_none);
    lines_.line(this->now(), x.index, "disk", "has room: ", to_string(room));
    x.node->room_changed(room);
    touch(x);
  });
}

/// The node hears of it a little later, like of a success, and is silent from then on.
void world::storage_fails(process& p, const char* how) {
  p.disk_failed = true;
  situations_.hit(situation::storage_failed);
  lines_.line(now(), p.index, "disk", how);
  later(p, p.disk_draw.below(conditions_.sync_word_max), [this](process& x) {
    x.node->persisted({{}, make_error(errc::storage_failed)});
    require(x.node->halted().code != errc::none, "a node whose disk failed halts", x.options.name);
    touch(x);
  });
}

// -- network --------------------------------------------------------------------------------------------------------

void world::receive(std::size_t to, const std::shared_ptr<const node_mail>& mail) {
  run_on(to, at(to).life, [this, mail](process& p) {
    lines_.line(now(), p.index, "hears", [&] { return describe(*mail); });
    if (!is_foreign(p))
      checks_.received(p, *mail);
    if (std::holds_alternative<goodbye>(mail->message))
      situations_.hit(situation::goodbye_heard);
    if (const auto* m = std::get_if<raft::envelope>(&mail->message))
      p.heard[m->from.storage] = std::max(p.heard[m->from.storage], m->from_boot.counter);
    p.node->receive(*mail);
    touch(p);
  });
}

// -- controller -----------------------------------------------------------------------------------------------------

void world::to_controller(process& p, membership::controller_input input) {
  p.to_controller.push_back(std::move(input));
  later(p, p.actor_draw.below(conditions_.controller_delay_max + 1),
        [this](process& x) { run_controller(x); });
}

void world::run_controller(process& p) {
  const auto input = std::move(p.to_controller.front());
  p.to_controller.pop_front();
  std::vector<membership::controller_output> out;
  const auto* asked = std::get_if<membership::question_received>(&input);
  const auto before = asked != nullptr ? std::optional{*p.control} : std::nullopt;
  p.control->handle(input, out);
  if (before) {
    require(p.control->config().current_digest() == before->config().current_digest()
              && p.control->in_flight() == before->in_flight(),
            "a question changes nothing", p.options.name);
    check_answer(*before, asked->what, out);
  }
  for (auto& said : out) {
    lines_.line(now(), p.index, "controls:", [&] { return describe(said); });
    if (std::holds_alternative<membership::hand_over>(said))
      situations_.hit(situation::hand_over);
    // Consensus would refuse it; but whoever decides has to know better.
    if (const auto* x = std::get_if<membership::propose_change>(&said))
      require(!x->change->config.voters.empty(), "a change that is proposed leaves a member",
              p.options.name);
    p.from_controller.push_back(std::move(said));
    later(p, p.actor_draw.below(conditions_.controller_delay_max + 1),
          [this](process& x) { from_controller(x); });
  }
}

void world::from_controller(process& p) {
  const auto said = std::move(p.from_controller.front());
  p.from_controller.pop_front();
  p.node->from_controller(said);
  touch(p);
}

} // namespace quorate::sim
