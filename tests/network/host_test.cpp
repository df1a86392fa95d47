// Nodes in an actor system of the service's own, beside the service's actors.
#include "quorate/caf.hpp"
#include "tests/network/network.hpp"

#include <caf/all.hpp>
#include <gtest/gtest.h>

#include <cstddef>
#include <future>
#include <string>
#include <utility>
#include <vector>

namespace quorate::network {
namespace {

caf::behavior adder(caf::stateful_actor<int>* self) {
  self->state = 0;
  return {[self](int x) { return self->state += x; }};
}

/// A service's actor system, and one actor that has nothing to do with quorate.
class host_service {
public:
  host_service() : system_(prepared(config_)), adder_(system_.spawn(adder)) {
    // nop
  }
  ~host_service() {
    caf::anon_send_exit(adder_, caf::exit_reason::user_shutdown);
  }

  int add(int x) {
    int sum = -1;
    caf::scoped_actor self{system_};
    self->request(adder_, caf::infinite, x)
      .receive([&](int answer) { sum = answer; }, [](const caf::error&) {});
    return sum;
  }
  caf::actor_system& system() noexcept {
    return system_;
  }
  /// How many actors of anybody's there are, but for those that CAF has for itself.
  std::size_t running() {
    return system_.registry().running();
  }

private:
  static caf::actor_system_config& prepared(caf::actor_system_config& config) {
    prepare(config);
    config.set("scheduler.max-threads", 2);
    return config;
  }

  caf::actor_system_config config_;
  caf::actor_system system_;
  caf::actor adder_;
};

/// Two nodes of one cluster, both joined.
std::vector<node> two_nodes_in(caf::actor_system& host) {
  std::vector<node> out;
  for (const std::string name : {"n1", "n2"}) {
    auto options = options_of(name);
    if (!out.empty())
      options.seeds = {out[0].address()};
    auto started = node::start(options, host);
    EXPECT_TRUE(started) << (started ? "" : to_string(started.error()));
    out.push_back(std::move(started).value());
    if (out.size() == 1) {
      EXPECT_TRUE(out[0].provision(quick_policy()));
    }
  }
  for (auto& x : out) {
    auto joined = x.wait_until_joined(std::chrono::seconds{30});
    EXPECT_TRUE(joined) << x.name() << ": " << (joined ? "" : to_string(joined.error()));
  }
  return out;
}

TEST(host, has_nodes_that_talk_to_each_other) {
  host_service host;
  auto both = two_nodes_in(host.system());
  auto put = both[0].client().put("greeting", "hello", absent);
  ASSERT_TRUE(put) << to_string(put.error());
  auto got = both[1].client().get("greeting");
  ASSERT_TRUE(got) << to_string(got.error());
  ASSERT_TRUE(*got);
  EXPECT_EQ((*got)->value, "hello");
}

TEST(host, goes_on_after_its_nodes_have_ended) {
  host_service host;
  EXPECT_EQ(host.add(1), 1);
  const auto before = host.running();
  {
    auto both = two_nodes_in(host.system());
    EXPECT_EQ(host.add(1), 2);
    EXPECT_GT(host.running(), before);
    EXPECT_TRUE(both[1].stop());
  } // The other one ends as if it had died.
  EXPECT_EQ(host.running(), before) << "an actor of a node's is left";
  EXPECT_EQ(host.add(1), 3);
}

TEST(host, takes_one_node_after_the_other_at_the_same_address) {
  host_service host;
  std::string address = "127.0.0.1:0";
  for (int i = 0; i < 3; ++i) {
    auto options = options_of("n1");
    options.listen = address;
    auto started = node::start(options, host.system());
    ASSERT_TRUE(started) << to_string(started.error());
    address = started->address();
    ASSERT_TRUE(started->provision(quick_policy()));
    auto put = started->client().put("greeting", "hello", absent);
    ASSERT_TRUE(put) << to_string(put.error());
  }
}

TEST(host, ends_tasks_subscriptions_and_clients_with_the_node) {
  host_service host;
  const auto before = host.running();
  auto options = options_of("n1");
  auto started = node::start(options, host.system());
  ASSERT_TRUE(started) << to_string(started.error());
  std::promise<void> elected;
  std::promise<void> deposed;
  auto task = started->run_on_leader(
    {[&](fencing_token) { elected.set_value(); }, [&] { deposed.set_value(); }});
  ASSERT_TRUE(task) << to_string(task.error());
  auto subscription = started->subscribe([](const membership_event&) {});
  auto client = started->client();
  ASSERT_TRUE(started->provision(quick_policy()));
  elected.get_future().wait();
  { auto ends = std::move(*started); }
  deposed.get_future().wait();
  EXPECT_EQ(host.running(), before);
  auto late = client.get("greeting");
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, errc::shutting_down);
}

TEST(host, is_refused_without_the_io_module) {
  caf::actor_system_config config;
  caf::actor_system bare{config};
  auto started = node::start(options_of("n1"), bare);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, errc::invalid_argument);
  EXPECT_NE(started.error().message.find("quorate::prepare"), std::string::npos)
    << started.error().message;
}

TEST(host, is_refused_if_it_is_run_by_hand) {
  caf::actor_system_config config;
  prepare(config);
  config.set("scheduler.policy", caf::atom("testing"));
  config.set("logger.inline-output", true);
  caf::actor_system by_hand{config};
  auto started = node::start(options_of("n1"), by_hand);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, errc::invalid_argument);
}

TEST(host, is_refused_if_its_sockets_are_run_by_hand) {
  caf::actor_system_config config;
  prepare(config);
  config.set("middleman.manual-multiplexing", true);
  caf::actor_system by_hand{config};
  auto started = node::start(options_of("n1"), by_hand);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, errc::invalid_argument);
}

} // namespace
} // namespace quorate::network
