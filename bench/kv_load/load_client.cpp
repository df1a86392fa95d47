#include "bench/kv_load/load_client.hpp"

#include <utility>

namespace quorate::bench {

namespace {

condition condition_of(const operation& x) {
  switch (x.pre) {
  case pre_kind::absent:
    return absent;
  case pre_kind::matches:
    return matches(x.expected);
  case pre_kind::none:
    break;
  }
  return any;
}

outcome outcome_of(errc why) {
  switch (why) {
  case errc::precondition_failed:
    return outcome::precondition_failed;
  case errc::outcome_unknown:
    return outcome::unknown;
  default:
    return outcome::rejected; // All others promise that nothing happened.
  }
}

} // namespace

// -- the finish line ------------------------------------------------------------------------------

void finish_line::cross() {
  const std::lock_guard guard{mutex_};
  if (--missing_ == 0)
    crossed_.notify_all();
}

bool finish_line::wait_until(std::chrono::steady_clock::time_point at_most) {
  std::unique_lock lock{mutex_};
  return crossed_.wait_until(lock, at_most, [this] { return missing_ == 0; });
}

// -- the client -----------------------------------------------------------------------------------

load_client::load_client(std::uint32_t number, client cluster, const run_setup& setup,
                         base::random rng, finish_line& finish)
  : number_(number),
    cluster_(std::move(cluster)),
    setup_(setup),
    finish_(finish),
    choices_(setup.shape, rng),
    counted_(setup.window) {
  // nop
}

void load_client::start() {
  // Spread over the first interval, so that the clients don't all ask at once.
  if (setup_.pace != nullptr)
    due_ns_ = setup_.interval_ns * number_ / setup_.clients;
  start_next();
}

std::int64_t load_client::now_ns() const {
  return std::chrono::nanoseconds{std::chrono::steady_clock::now() - setup_.epoch}.count();
}

void load_client::start_next() {
  if (setup_.pace == nullptr)
    return begin(now_ns());
  const auto due_ns = std::exchange(due_ns_, due_ns_ + setup_.interval_ns);
  if (due_ns >= setup_.window.until_ns)
    return finish_.cross();
  if (due_ns <= now_ns())
    return begin(due_ns);
  setup_.pace->at(setup_.epoch + std::chrono::nanoseconds{due_ns},
                  [this, due_ns] { begin(due_ns); });
}

void load_client::begin(std::int64_t due_ns) {
  current_ = choices_.next();
  const auto condition = condition_of(current_);
  record_ = record{};
  record_.value = {number_, current_.value};
  auto key = key_text(current_.key, setup_.shape.key_bytes);
  std::string value;
  if (current_.kind == op_kind::put)
    value = value_text(record_.value, setup_.shape.value_bytes);
  record_.call_ns = due_ns;
  // From here on the callback may run beside this thread, before the call below has returned.
  switch (current_.kind) {
  case op_kind::get:
    return cluster_.get(std::move(key), read_level::linearizable,
                        [this](const auto& answer) { on_read(answer); });
  case op_kind::put:
    return cluster_.put(std::move(key), std::move(value), condition,
                        [this](const auto& answer) { on_written(answer); });
  case op_kind::erase:
    return cluster_.erase(std::move(key), condition,
                          [this](const auto& answer) { on_written(answer); });
  }
}

void load_client::on_read(const result<std::optional<versioned_value>>& answer) {
  record_.return_ns = now_ns();
  if (!answer)
    return close(outcome::rejected, answer.error().code);
  const auto& found = *answer;
  record_.at = found ? found->revision : revision{};
  choices_.saw(current_.key, record_.at);
  if (found && setup_.keeps_history) {
    if (const auto name = parse_value(found->value, setup_.shape.value_bytes)) {
      record_.value = *name;
    } else {
      record_.strange = true;
      record_.value.number = history_.keep_strange(found->value);
    }
  }
  close(outcome::ok, errc::none);
}

void load_client::on_written(const result<revision>& answer) {
  record_.return_ns = now_ns();
  if (answer) {
    record_.at = *answer;
    choices_.saw(current_.key, current_.kind == op_kind::put ? *answer : revision{});
    return close(outcome::ok, errc::none);
  }
  const auto& why = answer.error();
  const auto became = outcome_of(why.code);
  if (became == outcome::precondition_failed) {
    record_.at = why.at;
    choices_.saw(current_.key, why.at);
  }
  close(became, why.code);
}

/// Ends the current operation and starts the next one, unless this was the last. A call on a client
/// that is being shut down is answered at once, so going on would never end.
void load_client::close(outcome became, errc why) {
  counted_.count(record_.call_ns, record_.return_ns, became, why);
  if (setup_.keeps_history) {
    record_.outcome = became;
    record_.expected = current_.expected;
    record_.key = current_.key;
    record_.kind = current_.kind;
    record_.pre = current_.pre;
    history_.add(record_);
  }
  if (why == errc::shutting_down || record_.return_ns >= setup_.window.until_ns)
    return finish_.cross();
  start_next();
}

} // namespace quorate::bench
