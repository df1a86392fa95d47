#include "tests/sim/world.hpp"

#include "tests/sim/describe.hpp"
#include "tests/sim/violation.hpp"

#include <algorithm>
#include <utility>

namespace quorate::sim {

namespace {

enum stream : std::uint64_t { net = 1, actor = 3, node = 4, fault = 5 };

} // namespace

world::world(std::uint64_t seed, world_conditions with, trace& lines, coverage& situations)
  : seed_(seed),
    conditions_(with),
    lines_(lines),
    situations_(situations),
    process_draw_(stream(sim::actor)),
    node_draw_(stream(sim::node)),
    fault_draw_(stream(sim::fault)),
    network_(
      time_, stream(sim::net), situations,
      [this](std::size_t to, const std::shared_ptr<const node_mail>& mail) { receive(to, mail); }),
    ledger_(situations),
    checks_(with.watched, processes_, ledger_, situations, with.control.live_window_ms) {
  // nop
}

world::~world() = default;

// -- nodes ------------------------------------------------------------------------------------------------------

std::size_t world::add(driver::options with) {
  const auto i = processes_.size();
  if (with.address.empty())
    with.address = with.name;
  processes_.push_back(std::make_unique<process>(i, process_draw_.fork(i)));
  auto& p = *processes_.back();
  p.options = std::move(with);
  const auto skew = conditions_.clock_skew_percent * 10'000;
  auto draw = node_draw_.fork(i);
  p.rate_ppm = draw.between(1'000'000 - skew, 1'000'000 + skew);
  // Late enough for a clock that stands still for a while.
  p.base_ms = 1'000'000 + draw.below(1'000'000'000);
  addresses_[p.options.address] = i;
  network_.know(p.options.address, i);
  return i;
}

std::size_t world::index_of(const std::string& address) const {
  auto found = addresses_.find(address);
  return found != addresses_.end() ? found->second : processes_.size();
}

void world::start(std::size_t i) {
  auto& p = at(i);
  if (p.running())
    return;
  ++p.life;
  p.heard.clear();
  p.paused_until = 0;
  p.missed_ticks = 0;
  p.syncing = false;
  p.disk_failed = false;
  p.effects_left.reset();
  p.seen = {};
  p.seen_halted = false;
  auto disk = p.disk.load();
  require(static_cast<bool>(disk), "a disk can be read after a crash", i);
  auto node = driver::driver::start(p.options, *disk, node_draw_.fork(p.life * 64 + i),
                                    local_ms(p));
  require(static_cast<bool>(node), "a node starts with its own disk", i);
  lines_.line(now(), i, "starts", "life ", p.life);
  p.node = std::move(node).value();
  require(!p.was_wiped() || p.storage() != p.lost_disk.identity()->storage,
          "a storage id dies with its disk", i);
  require(!p.rotten || p.node->halted().code == errc::storage_corrupt,
          "a node that can't read what was durable takes no part", i);
  p.control = std::make_unique<membership::controller>(conditions_.control);
  touch(p);
  if (p.running())
    tick(p);
  tell_room(p);
}

void world::crash(std::size_t i, bool forget) {
  auto& p = at(i);
  if (!p.running())
    return;
  situations_.hit(situation::crash);
  if (p.node->leads())
    situations_.hit(situation::leader_killed);
  const auto unsynced = p.disk.unsynced();
  if (unsynced != 0)
    situations_.hit(situation::crash_lost_unsynced_writes);
  lines_.line(now(), i, "crashes", "unsynced ", p.disk.unsynced());
  auto draw = end(p);
  if (forget)
    p.disk.forget_unsynced();
  else
    p.disk.crash(draw);
  checks_.durable(p);
  tell_peers_down(p, draw);
}

void world::move(std::size_t i, const std::string& address) {
  auto& p = at(i);
  QUORATE_CHECK(!p.running());
  network_.forget(p.options.address);
  addresses_.erase(p.options.address);
  p.options.address = address;
  addresses_[address] = i;
  network_.know(address, i);
}

/// Returns what is drawn from for this end.
base::random world::end(process& p) {
  p.node.reset();
  p.control.reset();
  p.to_controller.clear();
  p.from_controller.clear();
  p.effects_left.reset();
  p.stop_asked_ms.reset();
  p.said_goodbye = false;
  p.departed = false;
  ++p.life;
  show(p);
  for (auto it = callers_.begin(); it != callers_.end();)
    it = it->second.node == p.index ? callers_.erase(it) : std::next(it);
  return fault_draw_.fork(p.life * 64 + p.index);
}

void world::wipe(std::size_t i) {
  auto& p = at(i);
  QUORATE_CHECK(!p.running());
  situations_.hit(situation::disk_wiped);
  lines_.line(now(), i, "disk", "is wiped");
  if (p.disk.durable().identity())
    p.lost_disk = p.disk.durable();
  p.disk.exchange({});
}

void world::rot(std::size_t i, std::uint64_t salt) {
  auto& p = at(i);
  QUORATE_CHECK(!p.running());
  const auto& entries = p.disk.durable().entries();
  if (entries.empty())
    return;
  // Mostly the last one, which looks like a torn end.
  const auto which = salt % 3 == 0 ? salt / 3 % entries.size() : entries.size() - 1;
  const auto index = entries[which].index;
  const auto& image = p.disk.durable().snapshot();
  if (index > p.disk.durable_mark() || (image && image->last.index >= index))
    return; // It survived a crash by luck, or a snapshot has it.
  p.rotten = p.disk.spoil(index);
  situations_.hit(situation::disk_rotten);
  lines_.line(now(), i, "disk", "rots at ", index.value);
}

void world::tell_peers_down(const process& dead, base::random draw) {
  const auto address = dead.options.address;
  for (auto& other : processes_)
    if (other->running() && draw.chance(conditions_.peer_down_percent)
        && !network_.is_cut(dead.index, other->index))
      later(*other, network_.latency(draw), [this, address](process& p) {
        p.node->peer_down(address);
        touch(p);
      });
}

void world::pause(std::size_t i, micros duration) {
  situations_.hit(situation::pause);
  lines_.line(now(), i, "pauses");
  at(i).paused_until = now() + duration;
}

void world::stop_clock(std::size_t i, micros duration) {
  auto& p = at(i);
  local_ms(p);
  // It can't stand still twice at a time.
  const auto until = std::max(p.frozen_until, now() + duration);
  const auto longer = until - std::max(p.frozen_until, now());
  p.frozen_until = until;
  p.base_ms -= longer / 1'000 * p.rate_ppm / 1'000'000;
}

void world::advance_clock(std::size_t i, std::uint64_t by_ms) {
  at(i).base_ms += by_ms;
}

std::uint64_t world::local_ms(process& p) const {
  p.newest_ms = std::max(p.newest_ms, p.base_ms + now() / 1'000 * p.rate_ppm / 1'000'000);
  return p.newest_ms;
}

/// What the node is, in its lane of the trace.
void world::show(const process& p) {
  const auto& node = p.node;
  lines_.lane(p.index, node == nullptr                     ? '.'
                       : node->halted().code != errc::none ? 'h'
                       : node->leads()                     ? 'L'
                       : node->consensus() != nullptr      ? 'f'
                                                           : 'o');
}

std::optional<std::size_t> world::leader() const {
  std::optional<std::size_t> best;
  for (const auto& p : processes_)
    if (p->running() && p->node->leads() && !is_foreign(*p)
        && (!best || p->core()->current().current_term > at(*best).core()->current().current_term))
      best = p->index;
  return best;
}

// -- callers ------------------------------------------------------------------------------------------------------

void world::ask(std::size_t i, question what, answer_handler then) {
  if (i >= size())
    return; // Nobody is at that address any more.
  auto& p = at(i);
  if (!p.running())
    return;
  const driver::request_token token{next_token_++};
  callers_[token] = {i, p.life, now(), std::move(then)};
  lines_.line(now(), i, "is asked", '#', token.value, ' ', [&] { return describe(what); });
  run_on(i, p.life, [this, token, what = std::move(what)](process& asked) {
    std::visit([&](const auto& x) { asked.node->request(token, x); }, what);
    touch(asked);
  });
}

void world::answer(process& p, driver::reply said) {
  if (is_foreign(p) && std::holds_alternative<kv::reply>(said.body)) {
    callers_.erase(said.token); // Clients look at the fingerprint of the cluster that they reach.
    return;
  }
  if (said.not_after_ms != 0) {
    driver::expire(said, local_ms(p));
    situations_.hit(said.not_after_ms != 0 ? situation::lease_read : situation::lease_expired);
    checks_.answered_by_lease(p, said);
  }
  lines_.line(now(), p.index, "answers", '#', said.token.value, ' ',
              [&] { return describe(said.body); });
  auto found = callers_.find(said.token);
  require(found != callers_.end(), "each caller is answered once", p.options.name, "token",
          said.token.value);
  if (const auto* refusal = std::get_if<kv::reply>(&said.body); refusal != nullptr)
    if (const auto* why = std::get_if<error>(refusal);
        why != nullptr && why->code == errc::storage_full)
      situations_.hit(situation::write_refused_for_room);
  auto then = std::move(found->second.then);
  callers_.erase(found);
  if (then)
    then(said.body);
}

void world::forget_callers() {
  for (auto& [token, caller] : callers_)
    caller.then = nullptr;
}

void world::require_answered(micros patience) const {
  for (const auto& [token, caller] : callers_)
    require_in_time(now() - caller.since <= patience, "each caller is answered", "token",
                    token.value, "of", caller.node, "asked at", caller.since);
}

// -- time -----------------------------------------------------------------------------------------------------------

bool world::step() {
  return time_.step(~micros{0});
}

void world::run_for(micros duration) {
  const auto until = now() + duration;
  while (time_.step(until)) {
    // nop
  }
}

bool world::run_until(const std::function<bool()>& condition, micros at_most) {
  const auto until = now() + at_most;
  while (!condition())
    if (!time_.step(until))
      return condition();
  return true;
}

void world::later(process& p, micros delay, on_process what) {
  time_.after(
    delay, [this, i = p.index, life = p.life, what = std::move(what)] { run_on(i, life, what); });
}

/// A paused process does everything late.
void world::run_on(std::size_t i, std::uint64_t life, const on_process& what) {
  auto& p = at(i);
  if (!p.running() || p.life != life)
    return;
  if (now() < p.paused_until)
    return time_.at(p.paused_until, [this, i, life, what] { run_on(i, life, what); });
  what(p);
}

void world::tick(process& p) {
  const auto every = ms(p.options.tick_ms) * 1'000'000 / p.rate_ppm;
  later(p, every, [this](process& x) {
    hear_ticks(x);
    if (x.running())
      tick(x);
  });
}

/// One, or after a pause all that it missed.
void world::hear_ticks(process& p) {
  for (auto left = std::exchange(p.missed_ticks, 0) + 1; left > 0 && p.running(); --left) {
    if (!p.node->departed())
      checks_.ticked(p, left > 1);
    p.node->tick(local_ms(p));
    touch(p);
  }
}

} // namespace quorate::sim
