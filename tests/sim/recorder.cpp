#include "tests/sim/recorder.hpp"

#include "tests/history/checker.hpp"

#include <variant>

namespace quorate::sim {

namespace {

/// Unknown writes of a few seeds could be tried for minutes.
constexpr std::uint64_t steps_max = 2'000'000;

history::condition condition_of(const kv::precondition& pre) {
  switch (pre.kind) {
  case kv::condition::absent:
    return history::condition::absent;
  case kv::condition::matches:
    return history::condition::matches;
  default:
    return history::condition::none;
  }
}

} // namespace

std::size_t recorder::begin(std::uint32_t client, const std::string& key, micros now) {
  const auto fresh = static_cast<std::uint32_t>(keys_.size());
  const auto [known, added] = keys_.try_emplace(key, fresh);
  if (added)
    seen_.keys.push_back(key);
  history::operation x;
  x.call = static_cast<std::int64_t>(now);
  x.client = client;
  x.key = known->second;
  x.line = static_cast<std::uint32_t>(size() + 1);
  x.result = history::outcome::unknown;
  seen_.operations.push_back(x);
  return size() - 1;
}

std::uint32_t recorder::value_of(const shared_bytes& text) {
  const auto [known, added] = values_.try_emplace(std::string{text.view()}, seen_.values);
  seen_.values += added ? 1 : 0;
  return known->second;
}

std::size_t recorder::read(std::uint32_t client, const std::string& key, micros now) {
  return begin(client, key, now);
}

std::size_t recorder::write(std::uint32_t client, const kv::write& what, micros now) {
  const auto* put = std::get_if<kv::put>(&what);
  const auto& key = put != nullptr ? put->key : std::get<kv::erase>(what).key;
  const auto& pre = put != nullptr ? put->pre : std::get<kv::erase>(what).pre;
  const auto number = begin(client, key, now);
  auto& x = seen_.operations[number];
  x.what = put != nullptr ? history::action::put : history::action::erase;
  x.pre = condition_of(pre);
  x.expect = pre.expected.value;
  if (put != nullptr)
    x.value = value_of(put->value);
  return number;
}

void recorder::found(std::size_t number, const kv::read_result& what, micros now) {
  auto& x = seen_.operations[number];
  x.ret = static_cast<std::int64_t>(now);
  x.result = history::outcome::ok;
  x.revision = what.at.value;
  if (what.value)
    x.value = value_of(*what.value);
}

void recorder::wrote(std::size_t number, const kv::write_result& what, micros now) {
  auto& x = seen_.operations[number];
  x.ret = static_cast<std::int64_t>(now);
  x.result = what.outcome == errc::none ? history::outcome::ok
                                        : history::outcome::precondition_failed;
  x.revision = what.at.value;
}

void recorder::rejected(std::size_t number, micros now) {
  auto& x = seen_.operations[number];
  x.ret = static_cast<std::int64_t>(now);
  x.result = history::outcome::rejected;
}

std::string recorder::refutation() const {
  const auto verdict = history::check(seen_, {steps_max});
  return verdict.result == history::decision::not_linearizable ? verdict.reason : std::string{};
}

} // namespace quorate::sim
