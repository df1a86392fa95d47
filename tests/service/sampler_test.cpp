#include "service/sampler.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <thread>
#include <vector>

namespace quorate::service {

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

TEST(sampler, asks_once_for_all_who_look_within_the_age) {
  std::atomic<int> asked{0};
  sampler<int> numbers{[&]() -> result<int> { return ++asked; }, {}};
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(**numbers.get(1min), 1);
  EXPECT_EQ(asked, 1);
  std::this_thread::sleep_for(2ms);
  EXPECT_EQ(**numbers.get(1ms), 2);
}

TEST(sampler, asks_one_question_at_a_time) {
  std::atomic<int> under_way{0};
  std::atomic<int> most{0};
  sampler<int> numbers{[&]() -> result<int> {
                         most = std::max<int>(most, ++under_way);
                         std::this_thread::sleep_for(5ms);
                         return --under_way;
                       },
                       {}};
  std::vector<std::thread> lookers;
  for (int i = 0; i < 8; ++i)
    lookers.emplace_back([&] {
      for (int j = 0; j < 10; ++j)
        EXPECT_TRUE(*numbers.get(0ms));
    });
  for (auto& one : lookers)
    one.join();
  EXPECT_EQ(most, 1);
}

TEST(sampler, passes_on_what_went_wrong) {
  sampler<int> numbers{[]() -> result<int> { return make_error(errc::shutting_down); }, {}};
  EXPECT_EQ(numbers.get(0ms)->error().code, errc::shutting_down);
}

TEST(sampler, keeps_nobody_waiting_for_a_question_that_is_overdue) {
  std::promise<void> release;
  auto released = release.get_future().share();
  sampler<int> numbers{[released]() -> result<int> {
                         released.wait();
                         return 1;
                       },
                       {0ms, 50ms}};
  EXPECT_EQ(numbers.get(0ms)->error().code, errc::deadline_exceeded);
  const auto begin = clock::now();
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(numbers.get(0ms)->error().code, errc::deadline_exceeded);
  EXPECT_LT(clock::now() - begin, 1s);
  EXPECT_EQ(numbers.newest(), nullptr);
  release.set_value();
}

TEST(sampler, looks_by_itself_if_it_has_a_period) {
  std::promise<void> twice;
  std::atomic<int> asked{0};
  sampler<int> numbers{[&]() -> result<int> {
                         if (++asked == 2)
                           twice.set_value();
                         return asked.load();
                       },
                       {1ms, 1s}};
  EXPECT_EQ(twice.get_future().wait_for(10s), std::future_status::ready);
}

} // namespace

} // namespace quorate::service
