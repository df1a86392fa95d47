#include "runtime/client/caller.hpp"

#include "runtime/base/check.hpp"
#include "runtime/base/mutants.hpp"
#include "runtime/client/replies.hpp"
#include "runtime/kv/commands.hpp"
#include "runtime/kv/validation.hpp"

#include <algorithm>
#include <utility>

namespace quorate::client_side {

namespace {

/// The id under which the request that opens the session travels; users' calls never have it.
constexpr call_id session_call{0};

result<void> check_call(const call& what) {
  if (const auto* put = std::get_if<kv::put>(&what))
    return kv::check_write(kv::write{*put});
  if (const auto* erase = std::get_if<kv::erase>(&what))
    return kv::check_write(kv::write{*erase});
  if (const auto* read = std::get_if<kv::read_request>(&what))
    return kv::check_request(kv::request{*read});
  return {};
}

} // namespace

caller::caller(caller_options from, base::random rng) : options_(std::move(from)), rng_(rng) {
  QUORATE_CHECK(options_.backoff_ms_min > 0 && options_.writes_in_flight_max > 0);
}

// -- calls ----------------------------------------------------------------------------------------

void caller::submit(call_id id, call what, std::uint64_t now_ms) {
  QUORATE_CHECK(id != session_call && calls_.count(id) == 0, "call", id.value);
  if (auto fits = check_call(what); !fits)
    return finish(id, fits.error());
  if (calls_.size() >= options_.calls_waiting_max)
    return finish(id, make_error(errc::overloaded));
  auto& x = calls_[id];
  x.what = std::move(what);
  x.deadline_ms = now_ms + options_.deadline_ms;
  x.backoff_ms = options_.backoff_ms_min;
  if (is_write(x)) {
    waiting_writes_.push_back(id);
    schedule(id, x);
    start_writes(now_ms);
  } else {
    start(id, x, now_ms);
  }
}

bool caller::is_write(const pending_call& x) const {
  return std::holds_alternative<kv::put>(x.what) || std::holds_alternative<kv::erase>(x.what);
}

/// Gives waiting writes their sequence numbers, in order, as long as the session can remember their
/// answers.
void caller::start_writes(std::uint64_t now_ms) {
  if (waiting_writes_.empty())
    return;
  if (!session_) {
    if (sequences_.empty()) // A new session begins when the old one has nothing under way.
      open_session(now_ms);
    return;
  }
  while (!waiting_writes_.empty()
         && next_sequence_ < lowest_unanswered() + options_.writes_in_flight_max) {
    const auto id = waiting_writes_.front();
    waiting_writes_.pop_front();
    auto found = calls_.find(id);
    if (found == calls_.end())
      continue; // Its deadline passed while it waited.
    found->second.sequence = next_sequence_++;
    sequences_.emplace(found->second.sequence, id);
    start(id, found->second, now_ms);
  }
}

std::uint64_t caller::lowest_unanswered() const {
  return sequences_.empty() ? next_sequence_ : sequences_.begin()->first;
}

void caller::start(call_id id, pending_call& x, std::uint64_t now_ms) {
  auto to = target(now_ms);
  if (to.empty()) {
    x.retry_ms = now_ms + options_.backoff_ms_max;
    return schedule(id, x);
  }
  outgoing_request out;
  out.to = to;
  out.attempt = x.attempt = next_attempt_++;
  x.attempt_until_ms = std::min(x.deadline_ms, now_ms + attempt_ms(x));
  x.asked = std::move(to);
  attempts_.emplace(x.attempt, id);
  schedule(id, x);
  if (id == session_call) {
    out.content = kv::request{kv::open_session_request{}};
  } else if (is_write(x)) {
    ++x.attempts;
    out.content = kv::request{write_request_of(x)};
  } else if (const auto* read = std::get_if<kv::read_request>(&x.what)) {
    out.content = kv::request{*read};
  } else if (const auto* change = std::get_if<membership::reconfigure_request>(&x.what)) {
    ++x.attempts;
    out.content = *change;
  } else if (const auto* transfer = std::get_if<ops::transfer_request>(&x.what)) {
    ++x.attempts;
    out.content = *transfer;
  } else if (const auto* asked = std::get_if<ops::question>(&x.what)) {
    out.content = *asked; // Changes nothing, so it isn't counted.
  } else {
    out.content = std::get<ops::nodes_request>(x.what);
  }
  effects_.requests.push_back(std::move(out));
}

/// Encoded anew for each attempt: what is acknowledged has moved on.
kv::write_request caller::write_request_of(const pending_call& x) const {
  kv::session_write write;
  write.session = session_;
  const bool renumbers = base::mutated(base::mutant::client_renumbers_retries) && x.attempts > 1;
  write.sequence = renumbers ? next_sequence_ + x.attempts : x.sequence;
  write.ack_below = base::mutated(base::mutant::client_acknowledges_unanswered)
                      ? x.sequence
                      : lowest_unanswered();
  if (const auto* put = std::get_if<kv::put>(&x.what))
    write.content = *put;
  else
    write.content = std::get<kv::erase>(x.what);
  return kv::make_write_request(std::move(write));
}

void caller::open_session(std::uint64_t now_ms) {
  if (opening_.attempt != 0)
    return;
  if (opening_.retry_ms > now_ms)
    return schedule(session_call, opening_);
  opening_.deadline_ms = now_ms + options_.deadline_ms;
  opening_.backoff_ms = std::max(opening_.backoff_ms, options_.backoff_ms_min);
  start(session_call, opening_, now_ms);
}

// -- answers --------------------------------------------------------------------------------------

void caller::received(std::uint64_t attempt, reply_content reply, std::uint64_t now_ms) {
  auto found = attempts_.find(attempt);
  if (found == attempts_.end())
    return; // Of an attempt that was given up.
  const auto id = found->second;
  attempts_.erase(found);
  auto& x = id == session_call ? opening_ : calls_.at(id);
  const auto* err = error_in(reply);
  if (err == nullptr)
    leader_ = x.asked;
  if (err != nullptr && did_nothing(err->code) && x.attempts > 0)
    --x.attempts;
  if (err != nullptr && is_retryable(err->code, x)) {
    take_hint(*err, x.asked, now_ms);
    x.last_why = to_string(*err);
    // A node that refused at once has proposed nothing; earlier attempts may have.
    return retry(id, x, now_ms);
  }
  if (id == session_call)
    return on_session_reply(reply, now_ms);
  const auto* written = std::get_if<kv::reply>(&reply);
  const auto* outcome = written != nullptr ? std::get_if<kv::write_result>(written) : nullptr;
  if (outcome != nullptr && outcome->outcome == errc::session_expired)
    on_expired_session(id, x, now_ms);
  else
    finish(id, answer_from(std::move(reply)));
  start_writes(now_ms);
}

/// The session is gone, and this write wasn't executed now. If it was asked once only, it never
/// was: it goes on in a new session. Otherwise the session may have ended after an earlier attempt.
void caller::on_expired_session(call_id id, pending_call& x, std::uint64_t now_ms) {
  session_ = kv::session_id{};
  if (x.attempts > 1)
    return finish(id, make_error(errc::outcome_unknown));
  sequences_.erase(x.sequence);
  x.sequence = 0;
  x.attempt = 0;
  x.attempts = 0;
  x.retry_ms = now_ms;
  waiting_writes_.push_front(id);
  schedule(id, x);
}

void caller::on_session_reply(const reply_content& reply, std::uint64_t now_ms) {
  opening_.attempt = 0;
  opening_.backoff_ms = options_.backoff_ms_min;
  opening_.retry_ms = 0;
  schedule(session_call, opening_);
  const auto* kv = std::get_if<kv::reply>(&reply);
  const auto* opened = kv != nullptr ? std::get_if<kv::session_opened>(kv) : nullptr;
  if (opened == nullptr) {
    opening_.retry_ms = now_ms + options_.backoff_ms_max;
    if (const auto* err = error_in(reply); err != nullptr && did_nothing(err->code))
      return refuse_waiting(*err);
    return schedule(session_call, opening_);
  }
  session_ = opened->session;
  next_sequence_ = 1;
  QUORATE_CHECK(sequences_.empty(), "session", session_.value);
  start_writes(now_ms);
}

/// Writes that wait for a session. None of them was ever sent.
void caller::refuse_waiting(const error& why) {
  for (const auto id : std::exchange(waiting_writes_, {}))
    if (calls_.count(id) != 0)
      finish(id, why);
  schedule(session_call, opening_);
}

bool caller::is_retryable(errc code, const pending_call& x) const {
  switch (code) {
  case errc::not_leader:
  case errc::no_leader:
  case errc::unprovisioned:
  case errc::overloaded:
  case errc::transfer_in_progress:
  case errc::shutting_down:
  case errc::storage_failed:
  case errc::node_halted:
  case errc::unreachable:
    return true;
  case errc::outcome_unknown: // The session and the op id make a repetition safe.
    return !base::mutated(base::mutant::client_gives_up_on_unknown);
  default:
    // What did nothing lasts, as a rule. But an earlier attempt may have been carried out.
    return did_nothing(code) && x.attempts > 0;
  }
}

/// Others go on naming a leader that has fallen silent, until they have elected another one.
void caller::take_hint(const error& why, const std::string& asked, std::uint64_t now_ms) {
  if (!why.leader_address.empty() && why.leader_address != asked
      && !is_silent(why.leader_address, now_ms))
    leader_ = why.leader_address;
  else if (why.code != errc::overloaded && leader_ == asked)
    leader_.clear();
}

void caller::retry(call_id id, pending_call& x, std::uint64_t now_ms) {
  attempts_.erase(x.attempt);
  x.attempt = 0;
  // Jitter keeps callers that failed together from coming back together.
  x.retry_ms = now_ms + x.backoff_ms / 2 + rng_.below(x.backoff_ms / 2 + 1);
  x.backoff_ms = std::min(x.backoff_ms * 2, options_.backoff_ms_max);
  schedule(id, x);
}

/// Keeps the order in which calls are due. A write without a number waits for `start_writes`, not
/// for time; the session request is due only while writes wait for it.
void caller::schedule(call_id id, pending_call& x) {
  if (x.due_ms != 0)
    due_.erase({x.due_ms, id});
  const bool opens = id == session_call;
  const bool starts = opens ? !waiting_writes_.empty() : !is_write(x) || x.sequence != 0;
  x.due_ms = opens ? 0 : x.deadline_ms;
  const auto next_ms = x.attempt != 0 ? x.attempt_until_ms : starts ? x.retry_ms : 0;
  if (next_ms != 0 && (x.due_ms == 0 || next_ms < x.due_ms))
    x.due_ms = next_ms;
  if (x.due_ms != 0)
    due_.emplace(x.due_ms, id);
}

void caller::finish(call_id id, answer content) {
  if (auto found = calls_.find(id); found != calls_.end()) {
    if (found->second.sequence != 0)
      sequences_.erase(found->second.sequence);
    attempts_.erase(found->second.attempt);
    due_.erase({found->second.due_ms, id});
    calls_.erase(found);
  }
  effects_.finished.push_back({id, std::move(content)});
}

// -- time and nodes -------------------------------------------------------------------------------

void caller::expire(call_id id, const pending_call& x) {
  const bool sent = x.attempts > 0 && !base::mutated(base::mutant::client_says_not_sent);
  const auto code = sent ? errc::outcome_unknown : errc::deadline_exceeded;
  const auto& why = !x.last_why.empty() ? x.last_why : opening_.last_why;
  if (why.empty())
    return finish(id, make_error(code));
  finish(id, make_error(code, std::string{sentence(code)} + " The last try: " + why));
}

void caller::tick(std::uint64_t now_ms) {
  while (!due_.empty() && due_.begin()->first <= now_ms) {
    const auto id = due_.begin()->second;
    wake(id, id == session_call ? opening_ : calls_.at(id), now_ms);
  }
  start_writes(now_ms);
}

/// What is due: the deadline, an attempt that got no answer, or the next attempt.
void caller::wake(call_id id, pending_call& x, std::uint64_t now_ms) {
  if (id != session_call && now_ms >= x.deadline_ms)
    return expire(id, x);
  if (x.attempt != 0) {
    if (leader_ == x.asked)
      leader_.clear(); // Perhaps it is dead: ask around.
    if (options_.attempt_ms_min != 0) {
      silent_ = x.asked;
      silent_until_ms_ = now_ms + 2 * attempt_ms(x);
      ++x.silences;
    }
    return retry(id, x, now_ms);
  }
  if (id != session_call)
    return start(id, x, now_ms);
  x.retry_ms = 0;
  schedule(id, x);
  open_session(now_ms);
}

void caller::node_gone(const std::string& address, std::uint64_t now_ms) {
  if (leader_ == address)
    leader_.clear();
  for (auto& [id, x] : calls_)
    if (x.attempt != 0 && x.asked == address)
      retry(id, x, now_ms);
  if (opening_.attempt != 0 && opening_.asked == address)
    retry(session_call, opening_, now_ms);
}

void caller::nodes_changed(std::vector<std::string> addresses) {
  options_.nodes = std::move(addresses);
}

void caller::stop(errc why) {
  while (!calls_.empty()) {
    const auto& [id, x] = *calls_.begin();
    finish(id, make_error(x.attempts > 0 ? errc::outcome_unknown : why));
  }
  waiting_writes_.clear();
}

std::string caller::target(std::uint64_t now_ms) {
  if (!leader_.empty())
    return leader_;
  if (options_.nodes.empty())
    return {};
  if (is_silent(options_.nodes[next_node_ % options_.nodes.size()], now_ms))
    ++next_node_;
  return options_.nodes[next_node_++ % options_.nodes.size()];
}

bool caller::is_silent(const std::string& address, std::uint64_t now_ms) const {
  return now_ms < silent_until_ms_ && address == silent_;
}

/// Repeating soon finds a new leader soon; repeating ever later doesn't load a slow one twice.
std::uint64_t caller::attempt_ms(const pending_call& x) const {
  constexpr std::uint32_t doublings_max = 16;
  if (options_.attempt_ms_min == 0)
    return options_.attempt_ms_max;
  return std::min(options_.attempt_ms_max,
                  options_.attempt_ms_min << std::min(x.silences, doublings_max));
}

caller_effects caller::take_effects() {
  caller_effects out;
  std::swap(out, effects_);
  return out;
}

std::optional<std::uint64_t> caller::next_due_ms() const {
  if (due_.empty())
    return std::nullopt;
  return due_.begin()->first;
}

} // namespace quorate::client_side
