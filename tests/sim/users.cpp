#include "tests/sim/users.hpp"

#include "tests/sim/violation.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace quorate::sim {

namespace {

client_side::caller_options options_for(const world& in, base::random& draw) {
  client_side::caller_options out;
  for (std::size_t i = 0; i < in.size(); ++i)
    out.nodes.push_back(in.at(i).options.address);
  out.deadline_ms = draw.between(1'000, 5'000);
  out.attempt_ms_max = draw.between(100, 800);
  out.writes_in_flight_max = draw.between(1, 8);
  return out;
}

} // namespace

user::user(world& in, base::random draw, workload& shared, std::string name)
  : world_(in),
    draw_(draw),
    shared_(shared),
    name_(std::move(name)),
    options_(options_for(in, draw_)),
    caller_(options_, draw_.fork(1)) {
  // nop
}

void user::begin() {
  world_.time().after(draw_.between(shared_.pause / 2, shared_.pause * 3 / 2), [this] {
    if (stopped_)
      return;
    next();
    begin();
  });
}

void user::next() {
  const client_side::call_id id{next_call_++};
  asked what;
  what.key = "u" + std::to_string(draw_.below(shared_.keys));
  what.at_least = shared_.newest_acknowledged;
  what.deadline_ms = now_ms() + options_.deadline_ms;
  if (draw_.chance(70)) {
    what.value = name_ + '/' + std::to_string(id.value);
    caller_.submit(id, kv::put{what.key, what.value, {}}, now_ms());
  } else {
    caller_.submit(id, kv::read_request{what.key, kv::consistency::linearizable}, now_ms());
  }
  calls_.emplace(id, std::move(what));
  work();
}

/// Sends what is to be sent, hears what is answered, and comes back when something is due.
void user::work() {
  auto todo = caller_.take_effects();
  for (const auto& request : todo.requests)
    send(request);
  for (const auto& call : todo.finished)
    finished(call);
  const auto due = caller_.next_due_ms();
  if (!due || *due >= wake_at_ms_)
    return;
  wake_at_ms_ = *due;
  world_.time().at(std::max(world_.now(), *due * 1'000), [this] { wake(); });
}

void user::wake() {
  if (now_ms() < wake_at_ms_)
    return; // Something earlier was due in between.
  wake_at_ms_ = ~std::uint64_t{0};
  caller_.tick(now_ms());
  work();
}

void user::send(const client_side::outgoing_request& request) {
  const auto* content = std::get_if<kv::request>(&request.content);
  const auto percent = world_.net().conditions.drop_percent;
  if (content == nullptr || draw_.chance(percent))
    return;
  auto hears = [this, attempt = request.attempt](const driver::reply_body& said) {
    if (draw_.chance(world_.net().conditions.drop_percent))
      return;
    world_.time().after(world_.net().latency(draw_), [this, attempt, said] {
      caller_.received(attempt, std::get<kv::reply>(said), now_ms());
      work();
    });
  };
  world_.time().after(world_.net().latency(draw_),
                      [this, to = world_.index_of(request.to), what = *content, hears] {
                        world_.ask(to, what, hears);
                      });
}

// -- what it is told ------------------------------------------------------------------------------------------------

void user::finished(const client_side::finished_call& call) {
  auto found = calls_.find(call.id);
  require(found != calls_.end(), "a call is answered once", name_, call.id.value);
  const auto what = std::move(found->second);
  calls_.erase(found);
  if (!world_.watched())
    return; // The log of what is committed ends there.
  if (what.value.empty())
    read_finished(what, call.content);
  else
    put_finished(what, call.content);
}

void user::put_finished(const asked& what, const client_side::answer& answer) {
  const auto times = world_.log().times_put(what.key, what.value);
  require(times <= 1, "a put takes effect once, however often it is repeated", what.value, times);
  if (const auto* done = std::get_if<kv::write_result>(&answer)) {
    require(done->outcome == errc::none && times == 1, "a put that is answered has taken effect",
            what.value, to_string(done->outcome));
    require(done->at > what.at_least, "a put comes after all that was acknowledged before it began",
            what.value);
    shared_.newest_acknowledged = std::max(shared_.newest_acknowledged, done->at);
    return;
  }
  const auto* refusal = std::get_if<error>(&answer);
  require(refusal != nullptr, "a put is answered as a put", what.value);
  const bool full = refusal->code == errc::storage_full;
  require(full || refusal->code == errc::outcome_unknown
            || refusal->code == errc::deadline_exceeded,
          "a put fails for lack of time or room only", what.value, to_string(*refusal));
  require(full || now_ms() >= what.deadline_ms, "the client tries until the deadline", what.value);
  if (refusal->code != errc::outcome_unknown)
    world_.log().forbid_value(what.key, what.value);
}

void user::read_finished(const asked& what, const client_side::answer& answer) {
  const auto* found = std::get_if<kv::read_result>(&answer);
  if (found == nullptr)
    return;
  world_.log().require_read(what.key, *found);
  require(found->store >= what.at_least, "a read sees all that was acknowledged before it began",
          "store", found->store.value, "acknowledged", what.at_least.value);
  shared_.newest_acknowledged = std::max(shared_.newest_acknowledged, found->store);
}

} // namespace quorate::sim
