#include "tests/actors/deterministic_cluster.hpp"

#include "tests/base/seeds.hpp"

#include <caf/all.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>
#include <variant>

namespace quorate::actors {

namespace {

local_cluster_options seeded(local_cluster_options options, std::uint64_t seed) {
  options.seed = seed;
  return options;
}

} // namespace

deterministic_cluster::deterministic_cluster(std::uint64_t seed, local_cluster_options options)
  : rng_(seed),
    nodes_(seeded(options, seed), system_options::scheduling::by_hand),
    scheduler_(dynamic_cast<caf::scheduler::test_coordinator&>(nodes_.system().caf().scheduler())) {
  // nop
}

deterministic_cluster::~deterministic_cluster() {
  nodes_.system().stop();
  settle();
}

// -- situations -----------------------------------------------------------------------------------------------

void deterministic_cluster::found(std::size_t nodes) {
  for (std::size_t i = 0; i < nodes; ++i) {
    auto name = nodes_.start({});
    ASSERT_TRUE(name);
    if (i == 0)
      caf::anon_send(nodes_.handle(*name), nodes_.founding());
  }
}

void deterministic_cluster::grow(std::size_t nodes, std::size_t count) {
  found(nodes);
  const auto spares = std::min<std::size_t>(nodes - count, nodes_.options().policy.warm_spares);
  ASSERT_TRUE(run_until([&] { return members() == count && learners() == spares; }));
}

// -- time -----------------------------------------------------------------------------------------------------

void deterministic_cluster::step() {
  auto& jobs = scheduler_.jobs;
  std::swap(jobs.front(), jobs[rng_.below(jobs.size())]);
  scheduler_.run_once();
  ++messages_;
}

void deterministic_cluster::settle() {
  while (scheduler_.has_job())
    step();
}

void deterministic_cluster::run_steps(std::size_t count) {
  for (; count > 0 && scheduler_.has_job(); --count)
    step();
}

void deterministic_cluster::run_for(std::uint64_t ms) {
  settle();
  for (; ms > 0; --ms) {
    scheduler_.advance_time(std::chrono::milliseconds{1});
    settle();
  }
}

bool deterministic_cluster::run_until(const std::function<bool()>& so, std::uint64_t ms_max) {
  for (settle(); !so(); --ms_max) {
    if (ms_max == 0)
      return false;
    run_for(1);
  }
  return true;
}

bool deterministic_cluster::run_to(const std::function<bool()>& so, std::uint64_t ms_max) {
  while (!so()) {
    if (scheduler_.has_job()) {
      step();
      continue;
    }
    if (ms_max-- == 0)
      return false;
    scheduler_.advance_time(std::chrono::milliseconds{1});
  }
  return true;
}

void deterministic_cluster::submit(membership::intent what, op_id op, handler done) {
  if (!operator_)
    operator_ = nodes_.open_line();
  membership::reconfigure_request request;
  request.op = op;
  request.want = std::move(what);
  operator_->submit(std::move(request), std::move(done));
}

void deterministic_cluster::begin(membership::intent what, op_id op) {
  submit(std::move(what), op, [](const client_side::answer&) {});
}

membership::reconfigure_reply deterministic_cluster::ask(membership::intent what) {
  return ask(std::move(what), op_id{1, next_op_++});
}

membership::reconfigure_reply deterministic_cluster::ask(membership::intent what, op_id op) {
  // Shared: it may come after nobody waits any more.
  auto answer = std::make_shared<std::optional<client_side::answer>>();
  submit(std::move(what), op, [answer](client_side::answer x) { *answer = std::move(x); });
  run_until([&] { return answer->has_value(); });
  if (*answer)
    if (auto* reply = std::get_if<membership::reconfigure_reply>(&**answer))
      return std::move(*reply);
  membership::reconfigure_reply none;
  none.refusal = make_error(errc::deadline_exceeded);
  return none;
}

// -- looks ----------------------------------------------------------------------------------------------------

const driver::driver* deterministic_cluster::pure(const std::string& name) const {
  const auto node = nodes_.handle(name);
  if (!node)
    return nullptr;
  return static_cast<node_actor*>(caf::actor_cast<caf::abstract_actor*>(node))->pure();
}

std::optional<std::string> deterministic_cluster::leader() const {
  std::optional<std::string> found;
  term newest{};
  for (const auto& name : nodes_.running()) {
    const auto* node = pure(name);
    if (node == nullptr || !node->leads() || node->status().current_term < newest)
      continue;
    newest = node->status().current_term;
    found = name;
  }
  return found;
}

std::optional<node_record> deterministic_cluster::row(const std::string& name) const {
  const auto who = leader();
  if (!who)
    return std::nullopt;
  for (const auto& [id, row] : pure(*who)->state()->nodes().rows())
    if (row.name == name)
      return row;
  return std::nullopt;
}

std::size_t deterministic_cluster::members() const {
  const auto who = leader();
  if (!who || pure(*who)->state()->nodes().joint())
    return 0;
  return pure(*who)->state()->nodes().members().size();
}

std::size_t deterministic_cluster::learners() const {
  const auto who = leader();
  return who ? pure(*who)->consensus()->active_config().learners.size() : 0;
}

bool deterministic_cluster::is_member(const std::string& name) const {
  const auto found = row(name);
  return found && found->state == node_state::member;
}

node_id deterministic_cluster::id_of(const std::string& name) const {
  const auto found = row(name);
  return found ? found->id : node_id{};
}

void for_seeds(std::uint64_t count, const std::function<void(std::uint64_t)>& body) {
  for (std::uint64_t seed = 1; seed <= base::scaled(count); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    body(seed);
    if (testing::Test::HasFatalFailure())
      return;
  }
}

} // namespace quorate::actors
