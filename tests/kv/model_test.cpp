// Store and sessions compared with models that are slow and obviously right, on random histories.
#include "runtime/base/codec.hpp"
#include "runtime/base/limits.hpp"
#include "runtime/kv/sessions.hpp"
#include "runtime/kv/store.hpp"
#include "tests/kv/situations.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace quorate::kv {

namespace {

/// Keeps every version of every key for ever.
class slow_store {
public:
  struct version {
    std::string key;
    std::optional<std::string> value;
    std::uint64_t at;
  };

  /// The last version of a key, if that isn't an erasure.
  const version* find(const std::string& key) const {
    auto found = std::find_if(history_.rbegin(), history_.rend(),
                              [&](const version& x) { return x.key == key; });
    return found != history_.rend() && found->value ? &*found : nullptr;
  }

  write_result apply(const write& what) {
    auto& key = std::visit(
      [](auto& x) -> auto& { return x.key; }, what);
    auto& pre = std::visit(
      [](auto& x) -> auto& { return x.pre; }, what);
    auto* found = find(key);
    std::uint64_t at = found != nullptr ? found->at : 0;
    bool refused = (pre.kind == condition::absent && at != 0)
                   || (pre.kind == condition::matches && at != pre.expected.value);
    if (refused)
      return {errc::precondition_failed, revision{at},
              found != nullptr ? std::optional<shared_bytes>{found->value} : std::nullopt};
    if (auto* content = std::get_if<put>(&what))
      history_.push_back({key, std::string{content->value.view()}, ++current});
    else if (found != nullptr)
      history_.push_back({key, std::nullopt, ++current});
    return {errc::none, revision{current}, std::nullopt};
  }

  std::uint64_t current = 0;

private:
  std::vector<version> history_;
};

/// A store made from scratch of what is visible in the model: for its hash.
std::uint64_t hash_from_scratch(const slow_store& model) {
  std::vector<slow_store::version> visible;
  for (char c = 'a'; c < 'g'; ++c)
    if (auto* found = model.find(std::string(1, c)))
      visible.push_back(*found);
  std::string bytes;
  base::encoder out{bytes};
  out.value(std::uint16_t{1});
  out.value(model.current);
  out.value(std::uint64_t{visible.size()});
  for (auto& x : visible) {
    out.value(x.key);
    out.value(*x.value);
    out.value(x.at);
  }
  auto made = store::load(bytes);
  EXPECT_TRUE(made) << to_string(made.error());
  return made->state_hash();
}

TEST(kv_model, agrees_with_the_store) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    base::random draw{seed};
    store fast;
    slow_store slow;
    for (int i = 0; i < 60; ++i) {
      auto what = random_write(draw);
      auto result = fast.apply(what);
      ASSERT_TRUE(same(result, slow.apply(what)))
        << "seed " << seed << ' ' << base::describe_fields(what);
      ASSERT_EQ(fast.current().value, slow.current) << "seed " << seed;
      ASSERT_EQ(fast.state_hash(), hash_from_scratch(slow)) << "seed " << seed;
      if (draw.chance(10))
        fast = *base::decode<store>(base::encode(fast));
    }
  }
}

/// Keeps every answer for ever, and looks for idle sessions one by one.
class slow_sessions {
public:
  struct session {
    std::uint64_t last_active;
    std::uint64_t low_water;
    std::map<std::uint64_t, write_result> answers;
  };

  void open(std::uint64_t id, std::uint64_t now) {
    expire(now);
    open_[id] = {now, 1, {}};
  }

  write_result execute(const session_write& what, std::uint64_t now, slow_store& target) {
    expire(now);
    auto found = open_.find(what.session.value);
    if (found == open_.end())
      return {errc::session_expired, {}, {}};
    auto& [last_active, low_water, answers] = found->second;
    last_active = now;
    low_water = std::max(low_water, what.ack_below);
    if (what.sequence < low_water)
      return {errc::outcome_unknown, {}, {}};
    if (answers.count(what.sequence) == 0)
      answers[what.sequence] = target.apply(what.content);
    return answers[what.sequence];
  }

private:
  void expire(std::uint64_t now) {
    for (auto i = open_.begin(); i != open_.end();)
      i = now - i->second.last_active >= limits::session_idle_ms_max ? open_.erase(i)
                                                                     : std::next(i);
  }

  std::map<std::uint64_t, session> open_;
};

TEST(kv_model, agrees_with_the_sessions) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    base::random draw{seed};
    store target;
    sessions fast;
    slow_store slow_target;
    slow_sessions slow;
    std::uint64_t now = 0;
    for (std::uint64_t index = 1; index <= 100; ++index) {
      now += draw.chance(20) ? limits::session_idle_ms_max / 3 : draw.below(10);
      if (draw.chance(10)) {
        fast.open(session_id{index}, now);
        slow.open(index, now);
        continue;
      }
      auto ack_below = draw.chance(20) ? draw.below(8) : 0;
      auto what = numbered(draw.between(1, index), draw.between(1, 12), random_write(draw),
                           ack_below);
      auto result = fast.execute(what, now, target);
      ASSERT_TRUE(same(result, slow.execute(what, now, slow_target)))
        << "seed " << seed << ' ' << base::describe_fields(what);
      ASSERT_EQ(target.state_hash(), hash_from_scratch(slow_target)) << "seed " << seed;
      auto copy = base::decode<sessions>(base::encode(fast));
      ASSERT_TRUE(copy) << "seed " << seed << ' ' << to_string(copy.error());
      ASSERT_EQ(copy->state_hash(), fast.state_hash()) << "seed " << seed;
      if (draw.chance(10))
        fast = *copy;
    }
  }
}

} // namespace

} // namespace quorate::kv
