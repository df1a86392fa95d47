#include "tests/history/simulator.hpp"

#include "tests/history/model.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace quorate::history {

namespace {

std::uint64_t below(random_source& draw, std::uint64_t bound) {
  return draw() % bound;
}

bool chance(random_source& draw, std::uint64_t percent) {
  return below(draw, 100) < percent;
}

/// An operation, and when it takes effect.
struct plan {
  operation what;
  std::uint64_t at; ///< In hundredths of a tick, so that the order within a tick is random, too.
  bool effective = true;
};

plan random_plan(random_source& draw, const shape& of) {
  plan result{};
  auto& x = result.what;
  x.client = static_cast<std::uint32_t>(below(draw, 3));
  x.key = static_cast<std::uint32_t>(below(draw, of.keys));
  if (!chance(draw, of.percent_gets)) {
    x.what = chance(draw, 30) ? action::erase : action::put;
    x.pre = chance(draw, 60) ? condition::none : static_cast<condition>(1 + below(draw, 2));
  }
  const auto call = below(draw, of.ticks);
  const auto ret = call + below(draw, 5);
  x.call = static_cast<std::int64_t>(call);
  x.ret = static_cast<std::int64_t>(ret);
  result.at = 100 * call + below(draw, 100 * (ret - call) + 1);
  if (chance(draw, of.percent_unknown)) {
    x.result = outcome::unknown;
    x.ret = never;
    result.at = 100 * call + below(draw, 100 * of.ticks);
    result.effective = chance(draw, of.percent_effective);
  } else if (chance(draw, 5)) {
    x.result = outcome::rejected;
    result.effective = false;
  }
  return result;
}

void execute(random_source& draw, model& store, operation& x) {
  if (x.pre == condition::matches) {
    // Half of them expect what is there.
    const auto found = store.apply({0, 0, 0, 0, 0, x.key}).revision;
    x.expect = chance(draw, 60) ? found : below(draw, 5);
  }
  const auto said = store.apply(x);
  if (x.result == outcome::unknown)
    return;
  x.result = said.result;
  x.revision = said.revision;
  if (x.what == action::get)
    x.value = said.value;
}

/// Executes the plans in the order of their effects.
history execute_all(random_source& draw, std::vector<plan>& plans, std::uint64_t keys) {
  std::vector<std::size_t> order(plans.size());
  history result;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    order[i] = i;
    if (plans[i].what.what == action::put)
      plans[i].what.value = result.values++;
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return plans[a].at < plans[b].at; });
  model store;
  for (auto i : order)
    if (plans[i].effective)
      execute(draw, store, plans[i].what);
  for (auto& one : plans) {
    one.what.line = static_cast<std::uint32_t>(result.operations.size() + 1);
    result.operations.push_back(one.what);
  }
  for (std::uint64_t i = 0; i < keys; ++i)
    result.keys.emplace_back(1, static_cast<char>('a' + i));
  return result;
}

/// Begins at `now`, which it moves to the end.
plan loaded_plan(random_source& draw, const load& of, std::uint64_t& now) {
  plan result{};
  auto& x = result.what;
  x.key = static_cast<std::uint32_t>(below(draw, of.keys));
  if (!chance(draw, of.percent_gets)) {
    x.what = chance(draw, 20) ? action::erase : action::put;
    x.pre = chance(draw, 70) ? condition::none : static_cast<condition>(1 + below(draw, 2));
  }
  const auto call = now;
  const auto ret = call + 200 + below(draw, 1000);
  x.call = static_cast<std::int64_t>(call);
  x.ret = static_cast<std::int64_t>(ret);
  result.at = 100 * call + below(draw, 100 * (ret - call) + 1);
  now = ret + 1 + below(draw, 100);
  if (call / of.crash_every != ret / of.crash_every) {
    x.result = outcome::unknown;
    x.ret = never;
    result.effective = chance(draw, of.percent_effective);
    result.at += below(draw, 100 * 5000);
    now += 2000;
  }
  return result;
}

/// Takes the answer of a get from another one: a value that exists, with its revision.
void exchange_answers(random_source& draw, history& what, operation& x) {
  const auto& other = what.operations[below(draw, what.operations.size())];
  x.revision = other.revision;
  if (x.what == action::get)
    x.value = other.what == action::erase || other.revision == 0 ? nothing : other.value;
}

void shift(random_source& draw, operation& x) {
  const auto by = static_cast<std::int64_t>(below(draw, 9)) - 4;
  x.call += by;
  if (x.ret != never)
    x.ret += by;
}

} // namespace

shape random_shape(random_source& draw, std::uint64_t operations_max) {
  shape result;
  result.operations = 2 + below(draw, operations_max - 1);
  result.keys = 1 + below(draw, 3);
  result.ticks = 2 + below(draw, 20);
  result.percent_unknown = 10 * below(draw, 7);
  result.percent_effective = 10 * below(draw, 11);
  result.percent_gets = 20 + 10 * below(draw, 4);
  return result;
}

history simulate(random_source& draw, const shape& of) {
  std::vector<plan> plans;
  for (std::uint64_t i = 0; i < of.operations; ++i)
    plans.push_back(random_plan(draw, of));
  return execute_all(draw, plans, of.keys);
}

history simulate(random_source& draw, const load& of) {
  std::vector<plan> plans;
  for (std::uint64_t client = 0; client < of.clients; ++client) {
    std::uint64_t now = below(draw, 1000);
    for (std::uint64_t i = 0; i < of.operations_each; ++i) {
      plans.push_back(loaded_plan(draw, of, now));
      plans.back().what.client = static_cast<std::uint32_t>(client);
    }
  }
  return execute_all(draw, plans, of.keys);
}

void mutate(random_source& draw, history& what) {
  auto& x = what.operations[below(draw, what.operations.size())];
  switch (below(draw, 8)) {
  case 0:
    x.revision += chance(draw, 50) || x.revision == 0 ? 1 : std::uint64_t(-1);
    break;
  case 1:
    exchange_answers(draw, what, x);
    break;
  case 2:
    if (x.result != outcome::unknown)
      shift(draw, x);
    else
      x.call += static_cast<std::int64_t>(below(draw, 6));
    break;
  case 3: // Without effect after all.
    if (x.what != action::get)
      x.result = outcome::rejected;
    break;
  case 4: // With one.
    if (x.what != action::get && x.result == outcome::precondition_failed)
      x.result = outcome::ok;
    break;
  case 5:
    x.key = static_cast<std::uint32_t>(below(draw, what.keys.size()));
    break;
  case 6: {
    auto& other = what.operations[below(draw, what.operations.size())];
    std::swap(x.revision, other.revision);
    if (x.what == action::get && other.what == action::get)
      std::swap(x.value, other.value);
    break;
  }
  default: // The client doesn't know.
    if (x.what != action::get) {
      x.result = outcome::unknown;
      x.ret = never;
      x.revision = 0;
    }
    break;
  }
}

} // namespace quorate::history
