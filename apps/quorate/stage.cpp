#include "apps/quorate/stage.hpp"

#include <chrono>
#include <thread>
#include <utility>

namespace quorate::app {

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

/// How long one thing may take. A second or less is usual; a busy machine gets more than enough.
constexpr auto patience = 60s;

/// The only pause of the demo: between two looks at something that isn't so yet.
void pause() {
  std::this_thread::sleep_for(15ms);
}

/// Refusals that end without an operator.
bool passes_by_itself(errc code) {
  switch (code) {
  case errc::transition_in_flight:
  case errc::not_caught_up:
  case errc::no_live_quorum:
  case errc::below_min_members: // No spare is caught up yet.
  case errc::base_differs:
    return true;
  default:
    return passes(code);
  }
}

} // namespace

stage::stage(local_cluster cluster, narrator& out)
  : out_(out),
    cluster_(std::move(cluster)),
    operators_(cluster_.membership()) {
  cluster_.subscribe([in = inbox_](const transition& x) {
    std::lock_guard guard{in->access};
    in->waiting.push_back(x);
  });
}

void stage::load(const entries& missing, std::size_t already) {
  loader_ = std::make_unique<loader>(cluster_.client(), missing, already);
}

result<void> stage::await_load() {
  if (!loader_)
    return make_error(errc::invalid_argument, "nothing was loaded.");
  while (!loader_->finished()) {
    pump();
    pause();
  }
  pump();
  return loader_->outcome();
}

void stage::pump() {
  std::vector<transition> arrived;
  {
    std::lock_guard guard{inbox_->access};
    arrived.swap(inbox_->waiting);
  }
  for (auto& x : arrived) {
    if (x.version <= known_)
      continue;
    out_.saw(x);
    seen_.push_back(std::move(x));
  }
  if (loader_)
    out_.loaded(loader_->done(), loader_->total());
}

result<nodes_view> stage::take_up() {
  const auto give_up = clock::now() + patience;
  for (;;) {
    auto view = operators_.nodes();
    if (view)
      known_ = view->version;
    if (view || clock::now() >= give_up)
      return view;
    pause();
  }
}

result<nodes_view> stage::until(const std::string& what,
                                const std::function<bool(const nodes_view&)>& holds) {
  const auto give_up = clock::now() + patience;
  for (;;) {
    auto view = operators_.nodes();
    pump();
    const auto seen = seen_.empty() ? known_ : seen_.back().version;
    if (view && seen >= view->version && holds(*view))
      return view;
    if (clock::now() >= give_up)
      return make_error(errc::deadline_exceeded, "waited in vain until " + what
                                                   + (view ? "." : ": " + to_string(view.error())));
    pause();
  }
}

result<void> stage::insist(const std::function<result<membership_change>()>& ask) {
  const auto give_up = clock::now() + patience;
  for (;;) {
    const auto change = ask();
    pump();
    if (change)
      return {};
    if (!passes_by_itself(change.error().code) || clock::now() >= give_up)
      return change.error();
    pause();
  }
}

result<void> stage::kill(const std::string& name) {
  auto killed = cluster_.kill(name);
  if (killed)
    ended_.insert(name);
  return killed;
}

void stage::show(const nodes_view& view) {
  out_.nodes(view, ended_);
}

} // namespace quorate::app
