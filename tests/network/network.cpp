#include "tests/network/network.hpp"

#include "quorate/options.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace quorate::network {

node_options options_of(const std::string& name) {
  node_options x;
  x.name = name;
  x.cluster_name = "test";
  x.listen = "127.0.0.1:0";
  x.tick = std::chrono::milliseconds{20};
  x.election_ticks = 15;
  x.heartbeat = std::chrono::milliseconds{100};
  x.deadline = std::chrono::milliseconds{20'000};
  x.link_heartbeat = std::chrono::milliseconds{100};
  x.link_timeout = std::chrono::milliseconds{2'000};
  x.worker_threads = 2;
  return x;
}

remote_options remote_to(std::vector<std::string> addresses) {
  remote_options x;
  x.addresses = std::move(addresses);
  x.deadline = std::chrono::milliseconds{20'000};
  x.link_heartbeat = std::chrono::milliseconds{100};
  x.link_timeout = std::chrono::milliseconds{2'000};
  return x;
}

membership_policy quick_policy() {
  return local_cluster_options::local_policy();
}

std::vector<node> joined_nodes(std::size_t count) {
  std::vector<node> out;
  std::vector<std::string> seeds;
  for (std::size_t i = 0; i < count; ++i) {
    auto options = options_of("n" + std::to_string(i + 1));
    options.seeds = seeds;
    auto started = node::start(options);
    EXPECT_TRUE(started) << (started ? "" : to_string(started.error()));
    out.push_back(std::move(started).value());
    if (i == 0) {
      auto founded = out[0].provision(quick_policy());
      EXPECT_TRUE(founded) << (founded ? "" : to_string(founded.error()));
      seeds = {out[0].address()};
    }
  }
  for (auto& x : out) {
    auto joined = x.wait_until_joined(std::chrono::seconds{30});
    EXPECT_TRUE(joined) << x.name() << ": " << (joined ? "" : to_string(joined.error()));
  }
  return out;
}

} // namespace quorate::network
