// HTTP about a node that says whatever the test lets it say.
#include "service/monitor.hpp"

#include "tests/apps/json_schema.hpp"
#include "tests/service/situations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <atomic>
#include <future>
#include <mutex>
#include <vector>

namespace quorate::service {

namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// What the node says, which may change while it is watched.
class fake_node {
public:
  result<node_status> status() {
    ++status_asked;
    const std::lock_guard guard{mutex_};
    return status_;
  }
  result<nodes_view> nodes() {
    ++nodes_asked;
    const std::lock_guard guard{mutex_};
    return nodes_;
  }
  void say(result<node_status> x) {
    const std::lock_guard guard{mutex_};
    status_ = std::move(x);
  }
  void say(result<nodes_view> x) {
    const std::lock_guard guard{mutex_};
    nodes_ = std::move(x);
  }
  service_sources sources() {
    service_sources out;
    out.status = [this] { return status(); };
    out.nodes = [this] { return nodes(); };
    return out;
  }

  std::atomic<int> status_asked{0};
  std::atomic<int> nodes_asked{0};

private:
  std::mutex mutex_;
  result<node_status> status_ = good_status();
  result<nodes_view> nodes_ = good_table();
};

monitor_options options_of_test() {
  monitor_options out;
  out.http = "127.0.0.1:0";
  out.age_max = milliseconds{0};
  return out;
}

struct a_watched_node : testing::Test {
  fake_node node;
  result<monitor> watch = monitor::start(options_of_test(), node.sources());

  httplib::Result get(const std::string& path) {
    httplib::Client client{"127.0.0.1", watch->port()};
    auto out = client.Get(path);
    EXPECT_TRUE(out) << path;
    return out;
  }
  json valid(const httplib::Result& x) {
    auto out = json::parse(x->body);
    EXPECT_THAT(app::violations(out, "docs/schemas"), IsEmpty()) << x->body;
    EXPECT_EQ(x->get_header_value("Content-Type"), "application/json");
    return out;
  }
};

TEST_F(a_watched_node, is_alive_and_ready) {
  for (const auto* path : {"/livez", "/readyz"}) {
    const auto answer = get(path);
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(valid(answer)["ok"], true);
  }
}

TEST_F(a_watched_node, says_which_check_fails) {
  auto status = good_status();
  status.leader = {};
  node.say(status);
  const auto answer = get("/readyz");
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(valid(answer)["failed"], json::array({"knows_leader"}));
  EXPECT_EQ(get("/livez")->status, 200);
}

TEST_F(a_watched_node, is_not_alive_once_it_halted) {
  auto status = good_status();
  status.halted = make_error(errc::storage_failed);
  node.say(status);
  EXPECT_EQ(get("/readyz")->status, 503);
  const auto answer = get("/livez");
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(valid(answer)["failed"], json::array({"not_halted"}));
}

TEST_F(a_watched_node, says_how_it_is) {
  const auto answer = get("/status");
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(valid(answer)["name"], "n1");
}

TEST_F(a_watched_node, says_that_it_does_not_answer) {
  node.say(result<node_status>{make_error(errc::shutting_down)});
  EXPECT_EQ(get("/readyz")->status, 503);
  const auto answer = get("/status");
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(valid(answer)["error"]["code"], "shutting_down");
  EXPECT_EQ(get("/livez")->status, 200) << "a restart wouldn't help it";
  EXPECT_THAT(get("/metrics")->body, HasSubstr("quorate_status_known 0\n"));
}

TEST_F(a_watched_node, shows_the_table_of_the_leader) {
  const auto answer = get("/nodes");
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(valid(answer)["nodes"].size(), 5u);
  node.say(result<nodes_view>{make_error(errc::no_leader)});
  const auto without = get("/nodes");
  EXPECT_EQ(without->status, 503);
  EXPECT_EQ(valid(without)["error"]["code"], "no_leader");
}

TEST_F(a_watched_node, has_metrics) {
  const auto answer = get("/metrics");
  EXPECT_EQ(answer->status, 200);
  EXPECT_THAT(answer->get_header_value("Content-Type"), HasSubstr("text/plain; version=0.0.4"));
  EXPECT_THAT(answer->body, HasSubstr("quorate_voters 3\n"));
}

TEST_F(a_watched_node, asks_for_the_table_while_it_leads_only) {
  auto status = good_status();
  status.leads = false;
  node.say(status);
  EXPECT_THAT(get("/metrics")->body, Not(HasSubstr("quorate_voters")));
  EXPECT_EQ(node.nodes_asked, 0);
}

TEST_F(a_watched_node, has_metrics_also_without_its_table) {
  node.say(result<nodes_view>{make_error(errc::no_leader)});
  const auto answer = get("/metrics");
  EXPECT_EQ(answer->status, 200);
  EXPECT_THAT(answer->body, HasSubstr("quorate_term 4\n"));
  EXPECT_THAT(answer->body, Not(HasSubstr("quorate_voters")));
}

TEST_F(a_watched_node, counts_changes_of_the_leader) {
  EXPECT_THAT(get("/metrics")->body, HasSubstr("quorate_leader_changes_total 0\n"));
  auto status = good_status();
  status.leader = node_id{2};
  node.say(status);
  get("/status");
  EXPECT_THAT(get("/metrics")->body, HasSubstr("quorate_leader_changes_total 1\n"));
}

TEST_F(a_watched_node, has_nothing_else) {
  EXPECT_EQ(get("/")->status, 404);
  EXPECT_EQ(valid(get("/status/"))["error"]["code"], "not_found");
}

TEST(a_monitor, does_not_ask_the_node_for_each_who_looks) {
  fake_node node;
  auto options = options_of_test();
  options.age_max = std::chrono::minutes{1};
  const auto watch = monitor::start(options, node.sources());
  ASSERT_TRUE(watch);
  httplib::Client client{"127.0.0.1", watch->port()};
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 200; ++i)
    ASSERT_TRUE(client.Get(i % 2 == 0 ? "/status" : "/nodes"));
  const auto took = std::chrono::steady_clock::now() - begin;
  EXPECT_LE(node.status_asked, 2 + took / std::chrono::seconds{1}) << "and once a second by itself";
  EXPECT_EQ(node.nodes_asked, 1);
}

TEST(a_monitor, says_in_time_that_a_node_does_not_answer) {
  std::promise<void> go_on;
  auto waiting = go_on.get_future().share();
  service_sources sources;
  sources.status = [waiting] {
    waiting.wait();
    return result<node_status>{good_status()};
  };
  auto options = options_of_test();
  options.patience = milliseconds{50};
  const auto watch = monitor::start(options, std::move(sources));
  ASSERT_TRUE(watch);
  httplib::Client client{"127.0.0.1", watch->port()};
  const auto answer = client.Get("/readyz");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
  EXPECT_THAT(answer->body, HasSubstr("deadline_exceeded"));
  const auto alive = client.Get("/livez");
  ASSERT_TRUE(alive);
  EXPECT_EQ(alive->status, 200);
  go_on.set_value();
}

TEST(a_monitor, shows_no_table_without_a_source_of_it) {
  fake_node node;
  auto sources = node.sources();
  sources.nodes = nullptr;
  const auto watch = monitor::start(options_of_test(), std::move(sources));
  ASSERT_TRUE(watch);
  httplib::Client client{"127.0.0.1", watch->port()};
  EXPECT_EQ(client.Get("/nodes")->status, 404);
  EXPECT_EQ(client.Get("/metrics")->status, 200);
}

TEST(a_monitor, tells_the_log_what_it_sees) {
  fake_node node;
  std::vector<std::string> lines;
  log_options to;
  to.to = [&](std::string_view line) { lines.emplace_back(line.substr(line.find(' ') + 1)); };
  {
    auto log = service_log::make(to);
    ASSERT_TRUE(log);
    auto sources = node.sources();
    sources.certificate_failure = [] { return make_error(errc::tls_unusable, "n1.pem"); };
    auto watch = monitor::start(options_of_test(), std::move(sources), &*log);
    ASSERT_TRUE(watch);
    httplib::Client client{"127.0.0.1", watch->port()};
    ASSERT_TRUE(client.Get("/status"));
    ASSERT_TRUE(client.Get("/status"));
  }
  EXPECT_THAT(lines, testing::UnorderedElementsAre(HasSubstr("event=http address=127.0.0.1:"),
                                                   HasSubstr("event=certificate_unusable"),
                                                   HasSubstr("event=leader leader=n1")));
}

TEST(a_monitor, says_when_a_certificate_expires) {
  fake_node node;
  auto sources = node.sources();
  sources.certificate_expires_s = [] { return std::optional<std::int64_t>{1'000'000'000}; };
  const auto watch = monitor::start(options_of_test(), std::move(sources));
  ASSERT_TRUE(watch);
  const auto answer = httplib::Client{"127.0.0.1", watch->port()}.Get("/metrics");
  ASSERT_TRUE(answer);
  EXPECT_THAT(answer->body, HasSubstr("quorate_certificate_expires_seconds -"));
  EXPECT_THAT(answer->body, HasSubstr("quorate_certificate_renewal_fails 0\n"));
}

TEST(a_monitor, does_not_start_with_what_it_cannot_use) {
  fake_node node;
  const auto refused = [&](auto change) {
    auto options = options_of_test();
    auto sources = node.sources();
    change(options, sources);
    const auto watch = monitor::start(options, std::move(sources));
    return watch ? "" : to_string(watch.error());
  };
  EXPECT_THAT(refused([](auto&, auto& x) { x.status = nullptr; }), HasSubstr("status"));
  EXPECT_THAT(refused([](auto& x, auto&) { x.age_max = milliseconds{-1}; }), HasSubstr("age_max"));
  EXPECT_THAT(refused([](auto& x, auto&) { x.patience = {}; }), HasSubstr("patience"));
  EXPECT_THAT(refused([](auto& x, auto&) { x.table_age_max = std::chrono::hours{1}; }),
              HasSubstr("table_age_max"));
  EXPECT_THAT(refused([](auto& x, auto&) { x.http = "nowhere"; }), HasSubstr("invalid_argument"));
  EXPECT_THAT(refused([](auto& x, auto&) { x.http = "192.0.2.1:0"; }),
              HasSubstr("address_unusable"));
}

} // namespace

} // namespace quorate::service
