#include "tests/sim/clients.hpp"

#include "runtime/kv/commands.hpp"
#include "tests/sim/violation.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace quorate::sim {

namespace {

/// After so many attempts a client loses interest.
constexpr std::uint64_t attempts_max = 12;

} // namespace

void client::begin() {
  ask_another();
  after(shared_.pause, [this] { next(); });
}

void client::pause() {
  after(shared_.pause, [this] { next(); });
}

void client::next() {
  if (stopped_)
    return;
  ++shared_.operations;
  if (!session_)
    return open();
  if (draw_.chance(40))
    return read();
  write();
}

// -- sessions -------------------------------------------------------------------------------------------------------

void client::open() {
  attempt(
    kv::request{kv::open_session_request{}}, shared_.patience,
    [this](const driver::reply_body& said) {
      const auto& reply = std::get<kv::reply>(said);
      if (const auto* opened = std::get_if<kv::session_opened>(&reply)) {
        require(world_.log().opened(opened->session), "an opened session is committed",
                opened->session.value);
        session_ = opened->session;
        sequence_ = 0;
      } else {
        follow(std::get<error>(reply));
      }
      pause();
    },
    [this] {
      ask_another();
      pause();
    });
}

// -- writes ---------------------------------------------------------------------------------------------------------

std::string client::draw_key() {
  // Few keys get most of the traffic.
  const auto k = std::min(draw_.below(shared_.keys), draw_.below(shared_.keys));
  return "k" + std::to_string(k);
}

kv::write client::draw_write() {
  kv::precondition pre;
  key_ = draw_key();
  if (draw_.chance(15)) {
    pre.kind = kv::condition::absent;
  } else if (draw_.chance(40)) {
    pre.kind = kv::condition::matches;
    pre.expected = shared_.last_seen[key_];
  }
  if (draw_.chance(20))
    return kv::erase{key_, pre};
  return kv::put{key_, "v" + std::to_string(shared_.next_value++), pre};
}

void client::write() {
  content_ = draw_write();
  ++sequence_;
  attempts_ = 0;
  maybe_done_ = false;
  at_least_ = shared_.newest_acknowledged;
  if (shared_.notes != nullptr)
    noted_ = shared_.notes->write(number_, content_, world_.now());
  attempt_write();
}

void client::attempt_write() {
  ++attempts_;
  kv::session_write what;
  what.session = session_;
  what.sequence = sequence_;
  what.ack_below = sequence_;
  what.content = content_;
  attempt(
    kv::request{kv::make_write_request(what)}, shared_.patience,
    [this](const driver::reply_body& said) { write_answered(said); },
    [this] {
      maybe_done_ = true;
      ask_another();
      if (attempts_ >= attempts_max || draw_.chance(10))
        return give_up_write();
      attempt_write();
    });
}

void client::write_answered(const driver::reply_body& said) {
  const auto& reply = std::get<kv::reply>(said);
  if (const auto* result = std::get_if<kv::write_result>(&reply))
    return written(*result);
  write_failed(std::get<error>(reply));
}

void client::written(const kv::write_result& result) {
  require(result.outcome == errc::none || result.outcome == errc::precondition_failed,
          "an open session's write is answered", "outcome", to_string(result.outcome), "session",
          session_.value, "sequence", sequence_);
  const auto* done = world_.log().find(session_, sequence_);
  require(done != nullptr, "an acknowledged write is committed", "session", session_.value,
          "sequence", sequence_);
  require(done->result.outcome == result.outcome && done->result.at == result.at
            && done->result.current == result.current,
          "an answer is what the log says", "session", session_.value, "sequence", sequence_);
  ++shared_.acknowledged;
  if (shared_.notes != nullptr)
    shared_.notes->wrote(noted_, result, world_.now());
  if (result.outcome == errc::precondition_failed) {
    world_.situations().hit(situation::precondition_failed);
  } else {
    const bool puts = std::holds_alternative<kv::put>(content_);
    require(result.at > at_least_ || (!puts && result.at >= at_least_),
            "a write comes after all that was acknowledged before it began", "at", result.at.value,
            "acknowledged", at_least_.value);
    shared_.newest_acknowledged = std::max(shared_.newest_acknowledged, result.at);
  }
  shared_.last_seen[key_] = result.at;
  pause();
}

void client::write_failed(const error& refusal) {
  if (!is_definite(refusal.code)) {
    maybe_done_ = true;
    world_.situations().hit(situation::outcome_unknown);
  }
  follow(refusal);
  if (attempts_ >= attempts_max || draw_.chance(5))
    return give_up_write();
  after(ms(60), [this] { attempt_write(); });
}

void client::give_up_write() {
  if (!maybe_done_) {
    // Every attempt failed for certain: it must not come to pass later.
    world_.situations().hit(situation::definite_failure_abandoned);
    world_.log().forbid(session_, sequence_);
    if (shared_.notes != nullptr)
      shared_.notes->rejected(noted_, world_.now());
  }
  if (draw_.chance(50))
    session_ = {};
  pause();
}

// -- reads ----------------------------------------------------------------------------------------------------------

void client::read() {
  const auto level = draw_.chance(80) ? kv::consistency::linearizable : kv::consistency::local;
  key_ = draw_key();
  const auto at_least = shared_.newest_acknowledged;
  if (level == kv::consistency::local)
    ask_another();
  else if (shared_.notes != nullptr)
    noted_ = shared_.notes->read(number_, key_, world_.now());
  attempt(
    kv::request{kv::read_request{key_, level}}, shared_.patience,
    [this, level, at_least](const driver::reply_body& said) {
      read_answered(said, level, at_least);
    },
    [this] {
      ask_another();
      pause();
    });
}

void client::read_answered(const driver::reply_body& said, kv::consistency level,
                           revision at_least) {
  const auto& reply = std::get<kv::reply>(said);
  if (const auto* refusal = std::get_if<error>(&reply)) {
    follow(*refusal);
    return pause();
  }
  const auto& found = std::get<kv::read_result>(reply);
  if (!shared_.trusting)
    world_.log().require_read(key_, found);
  if (level == kv::consistency::linearizable) {
    world_.situations().hit(situation::linearizable_read);
    if (shared_.notes != nullptr)
      shared_.notes->found(noted_, found, world_.now());
    require(shared_.trusting || found.store >= at_least,
            "a read sees all that was acknowledged before it began", "store", found.store.value,
            "acknowledged", at_least.value);
    shared_.newest_acknowledged = std::max(shared_.newest_acknowledged, found.store);
    shared_.last_seen[key_] = found.at;
  } else {
    world_.situations().hit(situation::local_read);
  }
  pause();
}

} // namespace quorate::sim
