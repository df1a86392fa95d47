// The public cluster in one process: `local_nodes` with threads, and calls that wait.
#include "quorate/local_cluster.hpp"

#include "actors/facade.hpp"
#include "actors/local_nodes.hpp"
#include "actors/roll_call_actor.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace quorate {

namespace {

std::size_t members_of(const nodes_view& table) {
  std::size_t count = 0;
  for (const auto& row : table.rows)
    count += row.record.state == node_state::member ? 1 : 0;
  return count;
}

} // namespace

class local_cluster::state {
public:
  explicit state(local_cluster_options options);

  /// The answer of a node to one request, or why there is none.
  template <class Reply, class Request>
  result<Reply> ask(const std::string& name, Request what);

  result<nodes_view> wait_for_members(std::size_t count, std::chrono::milliseconds at_most);

  result<void> wait_until_joined(const std::vector<std::string>& names,
                                 std::chrono::milliseconds at_most);

  result<void> stop(const std::string& name);

  actors::local_nodes& nodes() noexcept {
    return nodes_;
  }

private:
  std::uint64_t transitions();

  std::mutex mutex_;
  std::condition_variable news_; ///< A transition was committed.
  std::uint64_t transitions_ = 0;
  actors::local_nodes nodes_; ///< Ends first: its threads use what is above.
};

local_cluster::state::state(local_cluster_options options)
  : nodes_(std::move(options), actors::system_options::scheduling::threads) {
  nodes_.system().subscribe([this](const transition&) {
    const std::lock_guard guard{mutex_};
    ++transitions_;
    news_.notify_all();
  });
}

template <class Reply, class Request>
result<Reply> local_cluster::state::ask(const std::string& name, Request what) {
  const auto node = nodes_.handle(name);
  if (!node)
    return make_error(errc::unknown_node, "no node " + name + " runs in this process.");
  result<Reply> out = make_error(errc::unknown_node, "node " + name + " has ended.");
  caf::scoped_actor self{nodes_.system().caf()};
  self->request(node, nodes_.options().deadline, std::move(what))
    .receive([&](Reply& reply) { out = std::move(reply); },
             [&](const caf::error& why) {
               if (why == caf::sec::request_timeout)
                 out = make_error(errc::deadline_exceeded);
             });
  return out;
}

std::uint64_t local_cluster::state::transitions() {
  const std::lock_guard guard{mutex_};
  return transitions_;
}

/// Looks again after every transition, and now and then, because a change of leadership is none.
result<nodes_view> local_cluster::state::wait_for_members(std::size_t count,
                                                          std::chrono::milliseconds at_most) {
  constexpr std::chrono::milliseconds look_again{100};
  const auto deadline = std::chrono::steady_clock::now() + at_most;
  membership_client::state leader{nodes_.open_line(), 0};
  for (;;) {
    const auto seen = transitions();
    auto answer = ask_for_nodes(leader.line());
    if (answer.wait_until(deadline) == std::future_status::ready)
      if (auto table = answer.get(); table && !table->joint && members_of(*table) == count)
        return table;
    const auto now = std::chrono::steady_clock::now();
    if (now >= deadline)
      return make_error(errc::deadline_exceeded,
                        "the cluster hasn't got " + std::to_string(count) + " members yet.");
    std::unique_lock lock{mutex_};
    news_.wait_until(lock, std::min(deadline, now + look_again),
                     [&] { return transitions_ != seen; });
  }
}

result<void> local_cluster::state::wait_until_joined(const std::vector<std::string>& names,
                                                     std::chrono::milliseconds at_most) {
  if (names.empty())
    return {};
  actors::roll_call what;
  what.at_most = at_most;
  for (const auto& name : names) {
    auto node = nodes_.handle(name);
    if (!node)
      return make_error(errc::unknown_node, "no node " + name + " runs in this process.");
    what.nodes.emplace_back(name, std::move(node));
  }
  actors::answer_promise<void> promise;
  auto future = promise.future();
  what.done = std::move(promise);
  nodes_.system().call_roll(std::move(what));
  return future.get();
}

result<void> local_cluster::state::stop(const std::string& name) {
  actors::answer_promise<void> promise;
  auto future = promise.future();
  nodes_.stop(name, std::exchange(promise, {}));
  if (future.wait_for(nodes_.options().deadline) == std::future_status::ready) {
    auto how = future.get();
    if (!how && how.error().code == errc::shutting_down) // It had ended before it heard of it.
      return make_error(errc::unknown_node, "node " + name + " has ended.");
    return how;
  }
  static_cast<void>(nodes_.kill(name));
  return make_error(errc::deadline_exceeded,
                    "node " + name + " was killed: it didn't end in time.");
}

// -- the public class -----------------------------------------------------------------------------------------

result<local_cluster> local_cluster::start(local_cluster_options options) {
  if (auto valid = options.validate(); !valid)
    return valid.error();
  local_cluster cluster{std::make_unique<state>(options)};
  const auto known = cluster.state_->nodes().on_disk();
  if (!known)
    return known.error();
  for (const auto& name : *known)
    if (auto started = cluster.start_node({name, false}); !started)
      return started.error();
  for (auto i = known->size(); i < options.nodes; ++i) {
    auto started = cluster.start_node();
    if (!started)
      return started.error();
    if (i > 0 || !options.bootstrap)
      continue;
    if (auto founded = cluster.provision(*started); !founded)
      return founded.error();
  }
  return cluster;
}

local_cluster::local_cluster(std::unique_ptr<state> from) : state_(std::move(from)) {
  // nop
}

local_cluster::local_cluster(local_cluster&&) noexcept = default;
local_cluster& local_cluster::operator=(local_cluster&&) noexcept = default;
local_cluster::~local_cluster() = default;

result<std::string> local_cluster::start_node(local_node_options options) {
  return state_->nodes().start(std::move(options));
}

result<membership_change> local_cluster::provision(const std::string& name) {
  auto reply = state_->ask<ops::provision_reply>(name, state_->nodes().founding());
  if (!reply)
    return reply.error();
  if (reply->refusal.code != errc::none)
    return reply->refusal;
  return membership_change{reply->changed, config_version{1}};
}

result<void> local_cluster::kill(const std::string& name) {
  return state_->nodes().kill(name);
}

result<void> local_cluster::stop(const std::string& name) {
  return state_->stop(name);
}

result<void> local_cluster::restart(const std::string& name) {
  return state_->nodes().restart(name);
}

result<void> local_cluster::wait_until_joined(const std::vector<std::string>& names,
                                              std::chrono::milliseconds at_most) {
  return state_->wait_until_joined(names, at_most);
}

result<node_status> local_cluster::status(const std::string& name) {
  return state_->ask<ops::node_status>(name, ops::status_request{});
}

std::vector<std::string> local_cluster::running() const {
  return state_->nodes().running();
}

client local_cluster::client() {
  return state_->nodes().client();
}

membership_client local_cluster::membership() {
  return state_->nodes().membership();
}

void local_cluster::subscribe(std::function<void(const transition&)> on_transition) {
  state_->nodes().system().subscribe(std::move(on_transition));
}

membership_subscription local_cluster::subscribe(
  std::function<void(const membership_event&)> on_event, subscription_options options) {
  return membership_subscription{state_->nodes().system().subscribe(std::move(on_event), options)};
}

result<leader_task> local_cluster::run_on_leader(const std::string& name, leader_callbacks work) {
  auto task = state_->nodes().run_on_leader(name, std::move(work));
  if (!task)
    return task.error();
  return leader_task{std::move(task).value()};
}

void local_cluster::subscribe_refusals(
  std::function<void(const refusal_record&, std::uint64_t)> on_refusal) {
  state_->nodes().system().subscribe_refusals(std::move(on_refusal));
}

result<nodes_view> local_cluster::wait_for_members(std::size_t count,
                                                   std::chrono::milliseconds at_most) {
  return state_->wait_for_members(count, at_most);
}

} // namespace quorate
