// The public client: calls in, answers of the client's actor out.
#include "quorate/client.hpp"

#include "messages/kv.hpp"
#include "actors/facade.hpp"

#include <string>
#include <utility>
#include <variant>

namespace quorate {

namespace {

kv::precondition to_message(condition pre) {
  switch (pre.what()) {
  case condition::kind::absent:
    return {kv::condition::absent, {}};
  case condition::kind::matches:
    return {kv::condition::matches, pre.expected()};
  case condition::kind::any:
    break;
  }
  return {};
}

kv::consistency to_message(read_level level) {
  return level == read_level::local ? kv::consistency::local : kv::consistency::linearizable;
}

result<revision> to_revision(client_side::answer from) {
  if (auto* unanswered = std::get_if<error>(&from))
    return std::move(*unanswered);
  const auto* written = std::get_if<kv::write_result>(&from);
  if (written == nullptr)
    return unexpected_answer();
  if (written->outcome == errc::none)
    return written->at;
  if (written->outcome != errc::precondition_failed)
    return make_error(written->outcome);
  auto failed = make_error(written->outcome,
                           written->current
                             ? "the key's revision is " + std::to_string(written->at.value)
                             : std::string{"the key has no value."});
  failed.at = written->at;
  return failed;
}

result<std::optional<versioned_value>> to_value(client_side::answer from) {
  if (auto* failed = std::get_if<error>(&from))
    return std::move(*failed);
  auto* found = std::get_if<kv::read_result>(&from);
  if (found == nullptr)
    return unexpected_answer();
  std::optional<versioned_value> out;
  if (found->value)
    out = versioned_value{std::string{found->value->view()}, found->at};
  return out;
}

} // namespace

client::client(std::shared_ptr<state> from) : state_(std::move(from)) {
  // nop
}

// -- put ------------------------------------------------------------------------------------------------------

void client::put(std::string key, std::string value, condition pre, callback<revision> done) {
  state_->line().submit(
    kv::put{std::move(key), std::move(value), to_message(pre)},
    [done = std::move(done)](client_side::answer x) { done(to_revision(std::move(x))); });
}

std::future<result<revision>> client::async_put(std::string key, std::string value, condition pre) {
  actors::answer_promise<revision> promise;
  auto future = promise.future();
  put(std::move(key), std::move(value), pre, std::move(promise));
  return future;
}

result<revision> client::put(std::string key, std::string value, condition pre) {
  return async_put(std::move(key), std::move(value), pre).get();
}

// -- get ------------------------------------------------------------------------------------------------------

void client::get(std::string key, read_level level, callback<std::optional<versioned_value>> done) {
  state_->line().submit(
    kv::read_request{std::move(key), to_message(level)},
    [done = std::move(done)](client_side::answer x) { done(to_value(std::move(x))); });
}

std::future<result<std::optional<versioned_value>>> client::async_get(std::string key,
                                                                      read_level level) {
  actors::answer_promise<std::optional<versioned_value>> promise;
  auto future = promise.future();
  get(std::move(key), level, std::move(promise));
  return future;
}

result<std::optional<versioned_value>> client::get(std::string key, read_level level) {
  return async_get(std::move(key), level).get();
}

// -- erase ----------------------------------------------------------------------------------------------------

void client::erase(std::string key, condition pre, callback<revision> done) {
  state_->line().submit(
    kv::erase{std::move(key), to_message(pre)},
    [done = std::move(done)](client_side::answer x) { done(to_revision(std::move(x))); });
}

std::future<result<revision>> client::async_erase(std::string key, condition pre) {
  actors::answer_promise<revision> promise;
  auto future = promise.future();
  erase(std::move(key), pre, std::move(promise));
  return future;
}

result<revision> client::erase(std::string key, condition pre) {
  return async_erase(std::move(key), pre).get();
}

} // namespace quorate
