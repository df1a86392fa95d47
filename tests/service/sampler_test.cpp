// How often the node is asked, and how long anybody waits for it.
#include "service/sampler.hpp"

#include "tests/service/situations.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <vector>

namespace quorate::service {

namespace {

using std::chrono::milliseconds;
using clock = std::chrono::steady_clock;

constexpr milliseconds soon_enough{10'000};

TEST(sampler, asks_nobody_while_nobody_looks) {
  std::atomic<int> asked{0};
  sampler<int> x{[&] { return result<int>{++asked}; }, {milliseconds{0}, soon_enough}};
  std::this_thread::sleep_for(milliseconds{20});
  EXPECT_EQ(asked, 0);
  EXPECT_EQ(x.newest(), nullptr);
}

TEST(sampler, asks_by_itself_if_told_to) {
  std::atomic<int> asked{0};
  sampler<int> x{[&] { return result<int>{++asked}; }, {milliseconds{5}, soon_enough}};
  EXPECT_TRUE(soon([&] { return asked >= 3; }));
  EXPECT_NE(x.newest(), nullptr);
}

TEST(sampler, asks_once_for_many_who_look_within_an_age) {
  std::atomic<int> asked{0};
  sampler<int> x{[&] { return result<int>{++asked}; }, {milliseconds{0}, soon_enough}};
  for (int i = 0; i < 1'000; ++i)
    EXPECT_EQ(**x.get(std::chrono::minutes{1}), 1);
  EXPECT_EQ(asked, 1);
  std::this_thread::sleep_for(milliseconds{10});
  EXPECT_EQ(**x.get(milliseconds{5}), 2) << "the old answer is too old for this one";
}

TEST(sampler, asks_once_for_all_who_wait) {
  std::atomic<int> asked{0};
  std::promise<void> go_on;
  auto waiting = go_on.get_future().share();
  sampler<int> x{[&, waiting] {
                   const auto out = ++asked;
                   waiting.wait();
                   return result<int>{out};
                 },
                 {milliseconds{0}, soon_enough}};
  std::vector<std::future<int>> lookers;
  for (int i = 0; i < 8; ++i)
    lookers.push_back(std::async(std::launch::async, [&] { return **x.get(milliseconds{0}); }));
  std::this_thread::sleep_for(milliseconds{50});
  go_on.set_value();
  for (auto& one : lookers)
    EXPECT_GE(one.get(), 1);
  EXPECT_LE(asked, 8);
}

TEST(sampler, waits_for_a_slow_node_once_and_not_for_each_who_looks) {
  std::promise<void> go_on;
  auto waiting = go_on.get_future().share();
  sampler<int> x{[waiting] {
                   waiting.wait();
                   return result<int>{7};
                 },
                 {milliseconds{0}, milliseconds{100}}};
  const auto begin = clock::now();
  for (int i = 0; i < 100; ++i) {
    const auto seen = x.get(milliseconds{0});
    ASSERT_FALSE(*seen);
    EXPECT_EQ(seen->error().code, errc::deadline_exceeded);
  }
  EXPECT_LT(clock::now() - begin, std::chrono::seconds{5});
  go_on.set_value();
  EXPECT_TRUE(soon([&] { return *x.get(milliseconds{50}); }));
}

TEST(sampler, passes_on_errors) {
  sampler<int> x{[] { return result<int>{make_error(errc::shutting_down)}; },
                 {milliseconds{0}, soon_enough}};
  EXPECT_EQ(x.get(milliseconds{0})->error().code, errc::shutting_down);
}

TEST(sampler, tells_of_each_answer) {
  std::vector<int> heard;
  {
    int asked = 0;
    sampler<int> x{[&] { return result<int>{++asked}; },
                   {milliseconds{0}, soon_enough},
                   [&](const result<int>& answer) { heard.push_back(*answer); }};
    for (int i = 0; i < 3; ++i) {
      x.get(milliseconds{0});
      std::this_thread::sleep_for(milliseconds{2});
    }
  }
  EXPECT_EQ(heard, (std::vector<int>{1, 2, 3}));
}

} // namespace

} // namespace quorate::service
