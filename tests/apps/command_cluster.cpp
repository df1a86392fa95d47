#include "tests/apps/command_cluster.hpp"

#include "apps/quorate/command/command.hpp"
#include "tests/apps/json_schema.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <sstream>
#include <thread>

namespace quorate::app {

namespace {

constexpr std::chrono::seconds patience{60};
constexpr std::array names{"alpha", "beta", "gamma", "delta", "epsilon"};

/// A node's address in a cluster of one process is its name.
class local_access : public cluster_access {
public:
  explicit local_access(local_cluster& cluster) : cluster_(cluster) {
    // nop
  }

  quorate::client client() override {
    return cluster_.client();
  }
  quorate::membership_client membership() override {
    return cluster_.membership();
  }
  result<node_status> status(const std::string& address) override {
    const auto running = cluster_.running();
    if (running.empty())
      return make_error(errc::unreachable);
    auto said = cluster_.status(address.empty() ? running.front() : address);
    if (!said && said.error().code == errc::unknown_node)
      return make_error(errc::unreachable);
    return said;
  }
  result<membership_change> provision(const std::string& address,
                                      const membership_policy&) override {
    return cluster_.provision(address);
  }

private:
  local_cluster& cluster_;
};

bool asked_for_json(const std::vector<std::string>& words) {
  return std::find(words.begin(), words.end(), "--json") != words.end();
}

} // namespace

nlohmann::json outcome::object() const {
  return nlohmann::json::parse(out, nullptr, false);
}

std::ostream& operator<<(std::ostream& out, const outcome& x) {
  return out << "exit " << x.code << "\n-- out:\n" << x.out << "-- err:\n" << x.err;
}

outcome command_line::run(const std::vector<std::string>& words, const std::string& input) {
  std::istringstream in{input};
  std::ostringstream out;
  std::ostringstream err;
  const auto look_up = [this](const char* name) -> const char* {
    const auto found = environment.find(name);
    return found == environment.end() ? nullptr : found->second.c_str();
  };
  outcome x;
  x.code = run_command(words, {in, out, err, look_up, connect, table});
  x.out = out.str();
  x.err = err.str();
  if (asked_for_json(words)) {
    EXPECT_EQ(std::count(x.out.begin(), x.out.end(), '\n'), 1) << x;
    const auto object = x.object();
    EXPECT_TRUE(object.is_object()) << x;
    for (const auto& wrong : violations(object, "docs/schemas"))
      ADD_FAILURE() << wrong << '\n' << x;
    EXPECT_EQ(object.value("exit", -1), x.code) << x;
  }
  return x;
}

command_cluster::command_cluster(std::size_t count, const cluster_shape& shape) {
  local_cluster_options options;
  options.nodes = 0;
  options.bootstrap = false;
  options.deadline = shape.deadline;
  options.election_ticks = shape.election_ticks;
  auto started = local_cluster::start(options);
  if (!started) {
    ADD_FAILURE() << to_string(started.error());
    return;
  }
  cluster_ = std::make_unique<local_cluster>(std::move(*started));
  connect = [this](const connection_options&) -> result<std::unique_ptr<cluster_access>> {
    return std::unique_ptr<cluster_access>{std::make_unique<local_access>(*cluster_)};
  };
  for (std::size_t i = 0; i < count; ++i) {
    start(names.at(i));
    if (!shape.found)
      continue;
    if (i == 0) {
      const auto founded = run({"provision", "alpha"});
      EXPECT_EQ(founded.code, exit_ok) << founded;
    }
    // One after the other, so that ids are in the order of the names.
    EXPECT_TRUE(cluster_->wait_until_joined({names.at(i)}, patience));
  }
  if (shape.found) {
    EXPECT_TRUE(cluster_->wait_for_members(std::min<std::size_t>(count, 3), patience));
  }
}

std::string command_cluster::start(const std::string& name, bool parked) {
  local_node_options options;
  options.name = name;
  options.parked = parked;
  const auto started = cluster_->start_node(options);
  EXPECT_TRUE(started) << to_string(started.error());
  return name;
}

node_row command_cluster::row(const std::string& name) {
  const auto view = cluster_->membership().nodes();
  if (view)
    for (const auto& each : view->rows)
      if (each.record.name == name)
        return each;
  return {};
}

bool command_cluster::wait_for(const std::string& name, node_state state, node_role role) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < until) {
    const auto found = row(name);
    if (found.record.id && found.record.state == state && found.role == role)
      return true;
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  return false;
}

std::string command_cluster::leader() {
  const auto view = cluster_->membership().nodes();
  if (view)
    for (const auto& each : view->rows)
      if (each.record.id == view->leader)
        return each.record.name;
  return {};
}

} // namespace quorate::app
