#include "apps/quorate/load.hpp"

#include <chrono>
#include <deque>
#include <future>
#include <optional>
#include <utility>

namespace quorate::app {

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

/// Requests under way at a time: enough to fill the leader's batches, and no burden on its queue.
constexpr std::size_t window_max = 64;
/// How long no request may succeed. Longer than a failover by far.
constexpr auto patience = 30s;
/// Between a refusal and the next try.
constexpr auto pause = 20ms;

/// Sends a request for each entry, at most `window_max` at a time, and those that failed in passing
/// again. `ask` returns a future of a result; `take` is told each success and its entry. Ends early
/// if `stopped` says so.
template <class Ask, class Take, class Stopped>
result<void> for_each_entry(const entries& all, Ask ask, Take take, Stopped stopped) {
  using answer = decltype(ask(*all.begin()));
  struct request {
    const entries::value_type* entry = nullptr;
    answer result;
  };
  std::deque<request> under_way;
  std::deque<const entries::value_type*> again;
  auto next = all.begin();
  auto last_success = clock::now();
  while (!stopped()) {
    while (under_way.size() < window_max && (!again.empty() || next != all.end())) {
      const entries::value_type* entry = nullptr;
      if (again.empty()) {
        entry = &*next++;
      } else {
        entry = again.front();
        again.pop_front();
      }
      under_way.push_back({entry, ask(*entry)});
    }
    if (under_way.empty())
      return {};
    auto first = std::move(under_way.front());
    under_way.pop_front();
    auto got = first.result.get();
    if (got) {
      last_success = clock::now();
      take(*first.entry, *got);
      continue;
    }
    if (!passes(got.error().code) || clock::now() - last_success > patience)
      return got.error();
    again.push_back(first.entry);
    std::this_thread::sleep_for(pause);
  }
  return make_error(errc::shutting_down);
}

} // namespace

bool passes(errc code) noexcept {
  switch (code) {
  case errc::not_leader:
  case errc::no_leader:
  case errc::outcome_unknown:
  case errc::deadline_exceeded:
  case errc::overloaded:
  case errc::transfer_in_progress:
  case errc::session_expired:
    return true;
  default:
    return false;
  }
}

loader::loader(client into, const entries& all, std::size_t already)
  : into_(std::move(into)),
    all_(all),
    already_(already),
    done_(already),
    thread_([this] { run(); }) {
  // nop
}

loader::~loader() {
  stopped_ = true;
  thread_.join();
}

void loader::run() {
  outcome_ = for_each_entry(
    all_, [this](const auto& entry) { return into_.async_put(entry.first, entry.second); },
    [this](const auto&, revision) { ++done_; }, [this] { return stopped_.load(); });
  finished_ = true;
}

result<comparison> compare(client from, const entries& all, const std::function<void()>& between) {
  comparison out;
  auto compared = for_each_entry(
    all, [&from](const auto& entry) { return from.async_get(entry.first); },
    [&](const auto& entry, const std::optional<versioned_value>& got) {
      if (got)
        ++out.keys;
      else
        out.missing.insert(entry);
      out.equal += got && got->value == entry.second ? 1 : 0;
      between();
    },
    [] { return false; });
  if (!compared)
    return compared.error();
  return out;
}

} // namespace quorate::app
