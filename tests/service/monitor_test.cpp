// The endpoints over real HTTP, on sources that tests can break.
#include "service/monitor.hpp"

#include "tests/service/metric_names.hpp"
#include "tests/service/raw_client.hpp"
#include "tests/service/schema.hpp"
#include "tests/service/situations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <quorate/errc.hpp>

#include <atomic>
#include <chrono>
#include <future>
#include <mutex>

namespace quorate::service {

namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using clock = std::chrono::steady_clock;

monitor started(service_sources sources, service_log* log = nullptr) {
  monitor_options options;
  options.http = "127.0.0.1:0";
  options.patience = 200ms;
  auto made = monitor::start(options, std::move(sources), log);
  EXPECT_TRUE(made) << to_string(made.error());
  return std::move(*made);
}

httplib::Response get(const monitor& from, const std::string& path) {
  httplib::Client client{"127.0.0.1", from.port()};
  auto got = client.Get(path);
  EXPECT_TRUE(got) << path;
  return got ? *got : httplib::Response{};
}

TEST(monitor, shows_a_healthy_node_at_every_path) {
  const auto watched = started(busy_sources());
  EXPECT_EQ(get(watched, "/livez").status, 200);
  EXPECT_EQ(get(watched, "/readyz").status, 200);
  EXPECT_THAT(schema_findings("health.json", get(watched, "/readyz").body), IsEmpty());
  EXPECT_THAT(schema_findings("status.json", get(watched, "/status").body), IsEmpty());
  EXPECT_THAT(schema_findings("nodes.json", get(watched, "/nodes").body), IsEmpty());
  const auto metrics = get(watched, "/metrics");
  EXPECT_EQ(metrics.get_header_value("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(metrics.body, HasSubstr("quorate_voters 3\n"));
}

TEST(monitor, isnt_ready_and_lives_without_a_leader) {
  auto sources = busy_sources();
  sources.status = [] {
    auto status = busy_status();
    status.leader = {};
    return status;
  };
  const auto watched = started(sources);
  EXPECT_EQ(get(watched, "/livez").status, 200);
  const auto ready = get(watched, "/readyz");
  EXPECT_EQ(ready.status, 503);
  EXPECT_EQ(nlohmann::json::parse(ready.body)["failed"], nlohmann::json{"knows_leader"});
}

TEST(monitor, says_503_at_livez_once_the_node_halted) {
  auto sources = busy_sources();
  sources.status = [] {
    auto status = busy_status();
    status.halted = make_error(errc::storage_failed, "The disk is gone.");
    return status;
  };
  const auto watched = started(sources);
  const auto live = get(watched, "/livez");
  EXPECT_EQ(live.status, 503);
  EXPECT_THAT(live.body, HasSubstr("The disk is gone."));
  EXPECT_THAT(get(watched, "/metrics").body, HasSubstr("quorate_halted 1\n"));
}

TEST(monitor, passes_on_why_there_is_no_table) {
  auto sources = busy_sources();
  sources.nodes = []() -> result<nodes_view> { return make_error(errc::no_leader); };
  const auto watched = started(sources);
  const auto nodes = get(watched, "/nodes");
  EXPECT_EQ(nodes.status, 503);
  EXPECT_THAT(schema_findings("error.json", nodes.body), IsEmpty());
  EXPECT_EQ(nlohmann::json::parse(nodes.body)["error"]["code"], "no_leader");
  EXPECT_THAT(get(watched, "/metrics").body, HasSubstr("quorate_nodes_table_known 0\n"));
  sources.nodes = {};
  EXPECT_EQ(get(started(sources), "/nodes").status, 404);
}

TEST(monitor, lives_while_the_node_doesnt_answer) {
  std::promise<void> release;
  auto released = release.get_future().share();
  auto sources = busy_sources();
  sources.status = [released]() -> result<node_status> {
    released.wait();
    return busy_status();
  };
  {
    const auto watched = started(sources);
    EXPECT_EQ(get(watched, "/readyz").status, 503);
    const auto begin = clock::now();
    for (int i = 0; i < 20; ++i)
      EXPECT_EQ(get(watched, "/livez").status, 200);
    EXPECT_LT(clock::now() - begin, 2s);
    EXPECT_EQ(get(watched, "/status").status, 503);
    EXPECT_THAT(get(watched, "/metrics").body, HasSubstr("quorate_status_known 0\n"));
    release.set_value();
  }
}

TEST(monitor, asks_the_node_once_for_many_who_look) {
  std::atomic<int> asked{0};
  auto sources = busy_sources();
  sources.status = [&] {
    ++asked;
    return busy_status();
  };
  const auto watched = started(sources);
  const auto begin = clock::now();
  for (int i = 0; i < 50; ++i)
    get(watched, "/status");
  const auto tenths = (clock::now() - begin) / 100ms;
  EXPECT_LE(asked, tenths + 2);
}

TEST(monitor, counts_leaders_that_follow_each_other) {
  std::atomic<std::uint32_t> leader{1};
  auto sources = busy_sources();
  sources.status = [&] {
    auto status = busy_status();
    status.leader = node_id{leader};
    return status;
  };
  const auto watched = started(sources);
  EXPECT_THAT(get(watched, "/metrics").body, HasSubstr("quorate_leader_changes_total 0\n"));
  for (auto next : {0U, 1U, 2U}) {
    leader = next;
    std::this_thread::sleep_for(110ms);
    get(watched, "/status");
  }
  EXPECT_THAT(get(watched, "/metrics").body, HasSubstr("quorate_leader_changes_total 1\n"));
}

TEST(monitor, is_reached_beside_a_hundred_silent_clients) {
  const auto watched = started(busy_sources());
  std::vector<raw_client> silent;
  for (int i = 0; i < 100; ++i)
    silent.emplace_back(watched.port());
  const auto begin = clock::now();
  EXPECT_EQ(get(watched, "/livez").status, 200);
  EXPECT_LT(clock::now() - begin, 1s);
}

TEST(monitor, tells_the_log_where_it_answers_and_warns_if_that_is_open) {
  std::mutex mutex;
  std::string lines;
  {
    log_options options;
    options.to = [&](std::string_view line) {
      std::lock_guard<std::mutex> guard{mutex};
      (lines += line) += '\n';
    };
    auto log = service_log::make(options);
    started(busy_sources(), &*log);
    monitor_options open;
    open.http = "0.0.0.0:0";
    EXPECT_TRUE(monitor::start(open, busy_sources(), &*log));
  }
  EXPECT_THAT(lines, HasSubstr("event=http address=127.0.0.1:"));
  EXPECT_THAT(lines, HasSubstr("level=warning event=http_open address=0.0.0.0:"));
}

TEST(monitor, refuses_what_it_cant_work_with) {
  EXPECT_EQ(monitor::start({}, {}).error().code, errc::invalid_argument);
  monitor_options options;
  options.patience = 0ms;
  EXPECT_EQ(monitor::start(options, busy_sources()).error().code, errc::invalid_argument);
  options = {};
  options.http = "nowhere";
  EXPECT_EQ(monitor::start(options, busy_sources()).error().code, errc::invalid_argument);
}

} // namespace

} // namespace quorate::service
