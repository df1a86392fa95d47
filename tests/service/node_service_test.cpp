// Everything together, about real nodes.
#include "service/node_service.hpp"

#include "quorate/local_cluster.hpp"
#include "tests/apps/json_schema.hpp"
#include "tests/network/network.hpp"
#include "tests/service/situations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <mutex>
#include <sstream>
#include <vector>

namespace quorate::service {

namespace {

using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class collected_lines {
public:
  void add(std::string_view line) {
    const std::lock_guard guard{mutex_};
    lines_.emplace_back(line);
  }
  std::vector<std::string> all() const {
    const std::lock_guard guard{mutex_};
    return lines_;
  }
  bool has(const std::string& text) const {
    const auto now = all();
    return std::any_of(now.begin(), now.end(),
                       [&](const auto& line) { return line.find(text) != std::string::npos; });
  }

private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

struct a_node_with_a_service : testing::Test {
  collected_lines lines;
  result<node> of = node::start(network::options_of("n1"));
  result<node_service> beside = start();

  result<node_service> start() {
    service_options options;
    options.monitor.http = "127.0.0.1:0";
    options.log.to = [this](std::string_view line) { lines.add(line); };
    options.facts.version = "0.1.0";
    return node_service::start(*of, std::move(options));
  }
  httplib::Result get(const std::string& path) {
    const auto address = beside->http_address();
    httplib::Client client{"127.0.0.1", std::stoi(address.substr(address.rfind(':') + 1))};
    return client.Get(path);
  }
  bool is_ready() {
    const auto answer = get("/readyz");
    return answer && answer->status == 200;
  }
  void found() {
    const auto founded = of->provision(network::quick_policy());
    ASSERT_TRUE(founded) << to_string(founded.error());
    ASSERT_TRUE(soon([&] { return is_ready(); })) << get("/readyz")->body;
  }
};

TEST_F(a_node_with_a_service, is_ready_once_it_belongs_to_a_cluster) {
  const auto before = get("/readyz");
  ASSERT_TRUE(before);
  EXPECT_EQ(before->status, 503);
  EXPECT_THAT(before->body, HasSubstr("joined"));
  EXPECT_EQ(get("/livez")->status, 200);
  found();
}

TEST_F(a_node_with_a_service, shows_itself_and_its_table) {
  found();
  const auto status = json::parse(get("/status")->body);
  EXPECT_THAT(app::violations(status, "docs/schemas"), IsEmpty());
  EXPECT_EQ(status["position"], "member/voter");
  const auto nodes = json::parse(get("/nodes")->body);
  EXPECT_THAT(app::violations(nodes, "docs/schemas"), IsEmpty());
  ASSERT_EQ(nodes["nodes"].size(), 1u);
  EXPECT_EQ(nodes["nodes"][0]["name"], "n1");
  EXPECT_EQ(nodes["history"][0]["event"], "provision");
}

TEST_F(a_node_with_a_service, has_no_metric_that_is_not_documented) {
  found();
  std::ifstream in{"docs/metrics.md"};
  const std::string documented{std::istreambuf_iterator<char>{in}, {}};
  ASSERT_TRUE(
    soon([&] { return get("/metrics")->body.find("quorate_voters 1\n") != std::string::npos; }));
  std::istringstream page{get("/metrics")->body};
  int count = 0;
  for (std::string line; std::getline(page, line);)
    if (line.rfind("# TYPE ", 0) == 0) {
      const auto name = line.substr(7, line.find(' ', 7) - 7);
      EXPECT_NE(documented.find("| `" + name + "` |"), std::string::npos) << name;
      ++count;
    }
  EXPECT_GT(count, 30);
}

TEST_F(a_node_with_a_service, writes_its_life_down) {
  EXPECT_TRUE(soon([&] { return lines.has("event=start version=0.1.0 name=n1 "); }));
  EXPECT_TRUE(soon([&] { return lines.has("event=http address=" + beside->http_address()); }));
  found();
  EXPECT_TRUE(soon([&] { return lines.has("event=table version=1 nodes=1"); }));
  EXPECT_TRUE(soon([&] { return lines.has("event=leader leader=n1 "); }));
  EXPECT_FALSE(of->membership().park({node_id{1}}));
  EXPECT_TRUE(soon([&] { return lines.has("event=refusal what=park node=n1 "); }));
  beside->log().stopping("SIGTERM");
  beside->log().stopped(of->stop());
  EXPECT_TRUE(soon([&] { return lines.has("event=stop"); }));
  EXPECT_TRUE(soon([&] { return !is_ready(); }));
  EXPECT_EQ(get("/livez")->status, 200);
}

TEST_F(a_node_with_a_service, writes_each_transition_down) {
  found();
  ASSERT_TRUE(of->membership().set_target(1));
  EXPECT_TRUE(soon([&] { return lines.has("event=transition version=2 what=set_target"); }));
}

TEST_F(a_node_with_a_service, can_end_its_service_and_go_on) {
  found();
  { const auto ended = std::move(beside).value(); }
  const auto before = lines.all().size();
  EXPECT_FALSE(of->membership().park({node_id{1}}));
  EXPECT_TRUE(of->status());
  EXPECT_EQ(lines.all().size(), before);
}

TEST(a_node_service, does_not_start_where_something_listens_already) {
  auto of = node::start(network::options_of("n1"));
  ASSERT_TRUE(of);
  service_options options;
  options.log.to = [](std::string_view) {};
  options.monitor.http = of->address();
  const auto beside = node_service::start(*of, options);
  ASSERT_FALSE(beside);
  EXPECT_EQ(beside.error().code, errc::address_unusable);
}

TEST(a_monitor_of_a_local_cluster, shows_nodes_that_only_wait_as_ready) {
  local_cluster_options options;
  options.nodes = 5;
  options.policy.warm_spares = 0;
  auto cluster = local_cluster::start(options);
  ASSERT_TRUE(cluster);
  ASSERT_TRUE(cluster->wait_for_members(3, std::chrono::seconds{30}));
  ASSERT_TRUE(cluster->wait_until_joined({"n1", "n2", "n3", "n4", "n5"}, std::chrono::seconds{30}));
  auto asker = cluster->membership();
  for (const auto& name : cluster->running()) {
    service_sources sources;
    sources.status = [&, name] { return cluster->status(name); };
    sources.nodes = [&] { return asker.nodes(); };
    monitor_options of;
    of.http = "127.0.0.1:0";
    const auto watch = monitor::start(of, std::move(sources));
    ASSERT_TRUE(watch);
    httplib::Client client{"127.0.0.1", watch->port()};
    EXPECT_TRUE(soon([&] { return client.Get("/readyz")->status == 200; }))
      << name << client.Get("/readyz")->body;
    EXPECT_EQ(json::parse(client.Get("/nodes")->body)["nodes"].size(), 5u);
  }
}

} // namespace

} // namespace quorate::service
