#include "examples/work_queue/workers.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace work_queue {

namespace {

using namespace std::chrono_literals;

constexpr auto look_again = 100ms;
/// A node without a new sign for so long gets no work.
constexpr auto silence_max = 2s;

} // namespace

// -- a worker -------------------------------------------------------------------------------------

worker::worker(quorate::node& of)
  : name_(of.name()),
    queue_(of.client()),
    thread_([this] { run(); }) {
  // nop
}

worker::~worker() {
  ends_ = true;
  thread_.join();
}

void worker::run() {
  for (std::uint64_t count = 1; !ends_; ++count) {
    // What fails here is tried again a moment later; there is nothing else to be done about it.
    static_cast<void>(queue_.sign_of_life(name_, count));
    if (const auto given = queue_.who_works())
      for (const auto& [which, node] : given->nodes)
        if (node == name_ && !ends_)
          work_on(which);
    std::this_thread::sleep_for(look_again);
  }
}

/// A real service would do something with the job before it counts it.
void worker::work_on(std::size_t which) {
  while (!ends_) {
    const auto now = queue_.look(which);
    if (!now || now->waiting.empty())
      return;
    if (!queue_.finish_oldest(which, *now))
      return;
  }
}

// -- the scheduler --------------------------------------------------------------------------------

scheduler::scheduler(quorate::node& of)
  : queue_(of.client()),
    membership_(of.membership()),
    leadership_(of.run_on_leader({[](quorate::fencing_token) {}, [] {}})),
    thread_([this] { run(); }) {
  // nop
}

scheduler::~scheduler() {
  ends_ = true;
  thread_.join();
}

void scheduler::run() {
  while (!ends_) {
    if (const auto token = leadership_ ? leadership_->token() : std::nullopt)
      schedule(token->value);
    std::this_thread::sleep_for(look_again);
  }
}

void scheduler::schedule(std::uint64_t token) {
  const auto table = membership_.nodes();
  auto given = queue_.who_works();
  if (!table || !given || given->token > token)
    return; // Of a later leader: this one is late.
  std::vector<std::string> nodes;
  for (const auto& row : table->rows)
    if (row.record.state == quorate::node_state::member && lives(row.record.name))
      nodes.push_back(row.record.name);
  if (nodes.empty())
    return;
  auto wanted = *given;
  wanted.token = token;
  for (std::size_t i = 0; i < queue::shards; ++i)
    wanted.nodes[i] = nodes[i % nodes.size()];
  if (wanted.nodes != given->nodes || wanted.token != given->token)
    static_cast<void>(queue_.assign(wanted));
}

bool scheduler::lives(const std::string& node) {
  const auto sign = queue_.last_sign(node);
  const auto now = std::chrono::steady_clock::now();
  auto& known = lives_[node];
  if (sign && *sign != known.sign)
    known = {*sign, now};
  return !known.sign.empty() && now - known.since < silence_max;
}

} // namespace work_queue
