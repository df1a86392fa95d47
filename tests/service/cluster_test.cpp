// The endpoints over a real cluster in this process.
#include "tests/service/metric_names.hpp"
#include "tests/service/schema.hpp"
#include "tests/service/situations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <quorate/local_cluster.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "service/log.hpp"
#include "service/monitor.hpp"
#include "service/node_sources.hpp" // Compiles, until there is a node to be asked.

namespace quorate::service {

namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

class watched_cluster : public testing::Test {
protected:
  void SetUp() override {
    auto made = local_cluster::start();
    ASSERT_TRUE(made) << to_string(made.error());
    cluster_ = std::make_unique<local_cluster>(std::move(*made));
    ASSERT_TRUE(cluster_->wait_for_members(3, 30s));
  }

  monitor watch(const std::string& name, bool parked = false) {
    service_sources sources;
    sources.status = [this, name] { return cluster_->status(name); };
    sources.nodes = [asker = std::make_shared<membership_client>(cluster_->membership())] {
      return asker->nodes();
    };
    sources.parked = parked;
    monitor_options options;
    options.http = "127.0.0.1:0";
    auto made = monitor::start(options, std::move(sources));
    EXPECT_TRUE(made) << to_string(made.error());
    return std::move(*made);
  }

  static httplib::Response get(const monitor& from, const std::string& path) {
    httplib::Client client{"127.0.0.1", from.port()};
    auto got = client.Get(path);
    EXPECT_TRUE(got) << path;
    return got ? *got : httplib::Response{};
  }

  static bool becomes(const monitor& from, const std::string& path, int status) {
    for (int i = 0; i < 300; ++i) {
      if (get(from, path).status == status)
        return true;
      std::this_thread::sleep_for(50ms);
    }
    return false;
  }

  std::unique_ptr<local_cluster> cluster_;
};

TEST_F(watched_cluster, is_ready_and_shown_as_the_schemas_say) {
  const auto watched = watch("n2");
  EXPECT_TRUE(becomes(watched, "/readyz", 200));
  EXPECT_EQ(get(watched, "/livez").status, 200);
  EXPECT_THAT(schema_findings("status.json", get(watched, "/status").body), IsEmpty());
  EXPECT_THAT(schema_findings("nodes.json", get(watched, "/nodes").body), IsEmpty());
}

TEST_F(watched_cluster, shows_no_metric_that_isnt_documented) {
  const auto documented = documented_metrics();
  const auto watched = watch("n1");
  const auto page = get(watched, "/metrics").body;
  EXPECT_THAT(page, HasSubstr("quorate_members{state=\"member\"} 3\n"));
  EXPECT_THAT(page, HasSubstr("quorate_failure_tolerance 1\n"));
  EXPECT_THAT(page, HasSubstr("quorate_transitions_total{kind=\"promote\"}"));
  const auto shown = shown_metrics(page);
  for (const auto& name : shown)
    EXPECT_EQ(documented.count(name), 1u) << name << " isn't in docs/metrics.md";
  // With a certificate there would be one more, and this node may never have lost anything.
  for (const auto& name : documented) {
    const bool may_be_missing = name == "quorate_certificate_expires_seconds"
                                || name == "quorate_refusals_total";
    EXPECT_TRUE(may_be_missing || shown.count(name) == 1) << name << " is in docs/metrics.md only";
  }
}

TEST_F(watched_cluster, isnt_ready_without_a_quorum) {
  const auto watched = watch("n1");
  EXPECT_TRUE(becomes(watched, "/readyz", 200));
  ASSERT_TRUE(cluster_->kill("n2"));
  ASSERT_TRUE(cluster_->kill("n3"));
  EXPECT_TRUE(becomes(watched, "/readyz", 503));
  EXPECT_EQ(get(watched, "/livez").status, 200);
}

TEST_F(watched_cluster, has_a_parked_node_that_is_ready_only_if_it_was_started_so) {
  ASSERT_TRUE(cluster_->start_node({"spare", true}));
  ASSERT_TRUE(cluster_->wait_until_joined({"spare"}, 30s));
  EXPECT_TRUE(becomes(watch("spare", true), "/readyz", 200));
  EXPECT_TRUE(becomes(watch("spare"), "/readyz", 503));
}

TEST_F(watched_cluster, logs_a_line_for_each_transition) {
  std::vector<std::string> lines;
  {
    log_options options;
    options.to = [&](std::string_view line) { lines.emplace_back(line); };
    auto log = service_log::make(options);
    ASSERT_TRUE(log);
    std::atomic<bool> parked{false};
    auto events = cluster_->subscribe(
      [&](const membership_event& x) {
        log->event(x);
        if (const auto* change = std::get_if<transition>(&x))
          parked = parked || change->event == lifecycle_event::park;
      },
      {true, 16});
    auto operators = cluster_->membership();
    auto table = operators.nodes();
    ASSERT_TRUE(table);
    const auto who = table->leader == node_id{2} ? node_id{3} : node_id{2};
    ASSERT_TRUE(operators.park(who, true));
    for (int i = 0; i < 300 && !parked; ++i)
      std::this_thread::sleep_for(20ms);
    events.end();
  }
  EXPECT_THAT(lines, Contains(HasSubstr("event=transition")));
  EXPECT_THAT(lines, Contains(HasSubstr("kind=park")));
}

} // namespace

} // namespace quorate::service
