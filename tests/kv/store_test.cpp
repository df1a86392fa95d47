#include "runtime/kv/store.hpp"

#include "runtime/base/codec.hpp"
#include "runtime/base/limits.hpp"
#include "tests/kv/situations.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace quorate::kv {

namespace {

class kv_store : public testing::Test {
public:
  write_result put(std::string key, std::string value, precondition pre = {}) {
    return store_.apply(put_of(std::move(key), std::move(value), pre));
  }

  write_result erase(std::string key, precondition pre = {}) {
    return store_.apply(erase_of(std::move(key), pre));
  }

  void expect_refused(const write_result& result, std::uint64_t at,
                      const std::optional<std::string>& current) {
    EXPECT_EQ(result.outcome, errc::precondition_failed);
    EXPECT_EQ(result.at, revision{at});
    EXPECT_EQ(result.current, current);
  }

  void expect_done(const write_result& result, std::uint64_t at) {
    EXPECT_EQ(result.outcome, errc::none);
    EXPECT_EQ(result.at, revision{at});
    EXPECT_EQ(result.current, std::nullopt);
  }

  store store_;
};

TEST_F(kv_store, starts_empty_at_revision_zero) {
  EXPECT_EQ(store_.current(), revision{});
  EXPECT_EQ(store_.size(), 0u);
  EXPECT_EQ(store_.get("a").value, std::nullopt);
  EXPECT_EQ(store_.get("a").at, revision{});
}

TEST_F(kv_store, raises_the_revision_with_every_put) {
  expect_done(put("a", "1"), 1);
  expect_done(put("b", "2"), 2);
  expect_done(put("a", "1"), 3); // The same value is a write all the same.
  auto found = store_.get("a");
  EXPECT_EQ(found.value, "1");
  EXPECT_EQ(found.at, revision{3});
  EXPECT_EQ(store_.get("b").at, revision{2});
  EXPECT_EQ(store_.get("b").store, revision{3});
}

TEST_F(kv_store, raises_the_revision_with_an_erase_of_a_value) {
  put("a", "1");
  expect_done(erase("a"), 2);
  EXPECT_EQ(store_.current(), revision{2});
  EXPECT_EQ(store_.get("a").value, std::nullopt);
}

TEST_F(kv_store, changes_nothing_when_an_absent_key_is_erased) {
  put("a", "1");
  auto before = store_.state_hash();
  expect_done(erase("b"), 1);
  expect_done(erase("b", if_absent), 1);
  EXPECT_EQ(store_.state_hash(), before);
}

TEST_F(kv_store, puts_an_absent_key_once_if_it_has_to_be_absent) {
  expect_done(put("a", "1", if_absent), 1);
  expect_refused(put("a", "2", if_absent), 1, "1");
  EXPECT_EQ(store_.current(), revision{1});
}

TEST_F(kv_store, compares_the_revision_of_the_key_not_of_the_store) {
  put("a", "1");
  put("b", "2");
  expect_refused(put("a", "3", if_at(2)), 1, "1");
  expect_done(put("a", "3", if_at(1)), 3);
  expect_refused(erase("b", if_at(3)), 2, "2");
  expect_done(erase("b", if_at(2)), 4);
}

TEST_F(kv_store, says_of_an_absent_key_that_it_has_no_value) {
  put("a", "1");
  expect_refused(put("b", "2", if_at(1)), 0, std::nullopt);
  expect_refused(erase("b", if_at(1)), 0, std::nullopt);
}

TEST_F(kv_store, takes_the_revision_of_any_read_as_expected) {
  expect_done(put("a", "1", {condition::matches, store_.get("a").at}), 1);
  expect_done(put("a", "2", {condition::matches, store_.get("a").at}), 2);
  expect_refused(put("a", "3", if_at(0)), 2, "2");
}

TEST_F(kv_store, tells_an_empty_value_from_none) {
  put("a", "");
  EXPECT_EQ(store_.get("a").value, "");
  expect_refused(put("a", "1", if_absent), 1, "");
}

TEST_F(kv_store, shares_values_without_copies) {
  const shared_bytes value{"1"};
  store_.apply(kv::put{"a", value, {}});
  EXPECT_EQ(store_.get("a").value->view().data(), value.view().data());
}

TEST_F(kv_store, visits_keys_in_the_order_of_their_bytes) {
  for (auto key : {"b", "a", "\xFF", "ab", "B"})
    put(key, key);
  std::vector<std::string> keys;
  store_.for_each([&](const std::string& key, const shared_bytes& value, revision) {
    EXPECT_EQ(value.view(), key);
    keys.push_back(key);
  });
  EXPECT_EQ(keys, (std::vector<std::string>{"B", "a", "ab", "b", "\xFF"}));
}

TEST_F(kv_store, has_the_same_hash_for_the_same_content_whatever_came_before) {
  put("a", "1");
  put("b", "2");
  put("a", "3");
  store other;
  other.apply(put_of("a", "never mind"));
  other.apply(put_of("b", "2"));
  EXPECT_NE(other.state_hash(), store_.state_hash());
  other.apply(put_of("a", "3"));
  EXPECT_EQ(other.state_hash(), store_.state_hash());
}

TEST_F(kv_store, has_another_hash_if_key_value_or_revision_differ) {
  put("a", "1");
  auto hash_after = [](const std::vector<write>& writes) {
    store other;
    for (auto& each : writes)
      other.apply(each);
    return other.state_hash();
  };
  EXPECT_EQ(hash_after({put_of("a", "1")}), store_.state_hash());
  EXPECT_NE(hash_after({}), store_.state_hash());
  EXPECT_NE(hash_after({put_of("b", "1")}), store_.state_hash());
  EXPECT_NE(hash_after({put_of("a", "2")}), store_.state_hash());
  EXPECT_NE(hash_after({put_of("a", "1"), put_of("a", "1")}), store_.state_hash());
  EXPECT_NE(hash_after({put_of("a", "1"), erase_of("a")}), hash_after({}));
}

TEST_F(kv_store, takes_keys_and_values_up_to_the_limits) {
  expect_done(
    put(std::string(limits::key_bytes_max, 'k'), std::string(limits::value_bytes_max, 'v')), 1);
  auto loaded = base::decode<store>(base::encode(store_));
  ASSERT_TRUE(loaded) << to_string(loaded.error());
  EXPECT_EQ(loaded->state_hash(), store_.state_hash());
}

TEST(kv_store_death, aborts_on_what_should_never_have_been_proposed) {
  store x;
  EXPECT_DEATH(x.apply(put_of("", "1")), "broken invariant.*key_empty");
  EXPECT_DEATH(x.apply(put_of("a", "1", {condition{9}, {}})), "broken invariant");
}

// -- snapshots ------------------------------------------------------------------------------------

std::string image_of(std::uint64_t current, const std::vector<put>& entries) {
  std::string out;
  base::encoder f{out};
  f.value(std::uint16_t{1});
  f.value(current);
  f.value(std::uint64_t{entries.size()});
  for (auto& each : entries) {
    f.value(each.key);
    f.value(each.value);
    f.value(each.pre.expected);
  }
  return out;
}

TEST(kv_store_snapshot, keeps_content_and_hash) {
  store x;
  x.apply(put_of("a", "1"));
  x.apply(put_of("b", std::string{"\0\xFF", 2}));
  x.apply(erase_of("a"));
  auto loaded = store::load(base::encode(x));
  ASSERT_TRUE(loaded) << to_string(loaded.error());
  EXPECT_EQ(loaded->state_hash(), x.state_hash());
  EXPECT_EQ(loaded->current(), revision{3});
  EXPECT_EQ(loaded->get("b").value, x.get("b").value);
  EXPECT_TRUE(same(loaded->apply(put_of("c", "")), x.apply(put_of("c", ""))));
  EXPECT_EQ(loaded->state_hash(), x.state_hash());
}

TEST(kv_store_snapshot, of_the_expected_form_is_loaded) {
  EXPECT_TRUE(store::load(image_of(7, {{"a", "", if_at(7)}, {"b", "", if_at(2)}})));
}

TEST(kv_store_snapshot, that_no_store_has_written_is_refused) {
  EXPECT_FALSE(store::load(image_of(7, {{"b", "", if_at(7)}, {"a", "", if_at(2)}})));
  EXPECT_FALSE(store::load(image_of(7, {{"a", "", if_at(7)}, {"a", "", if_at(2)}})));
  EXPECT_FALSE(store::load(image_of(7, {{"", "", if_at(7)}})));
  EXPECT_FALSE(store::load(image_of(7, {{"a", "", if_at(8)}})));
  EXPECT_FALSE(store::load(image_of(7, {{"a", "", if_at(0)}})));
  EXPECT_FALSE(store::load(image_of(7, {}) + '\0'));
  auto newer = image_of(7, {});
  newer[0] = 2;
  EXPECT_FALSE(store::load(newer));
}

TEST(kv_store_snapshot, that_is_truncated_is_refused_and_changes_nothing) {
  store x;
  for (auto key : {"a", "b", "c"})
    x.apply(put_of(key, "value"));
  auto bytes = base::encode(x);
  store target;
  target.apply(put_of("z", "1"));
  auto before = target.state_hash();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    base::decoder in{std::string_view{bytes}.substr(0, size)};
    EXPECT_FALSE(target.load(in));
    EXPECT_EQ(target.state_hash(), before);
  }
}

TEST(kv_store_snapshot, of_garbage_does_no_harm) {
  base::random draw{7};
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes{'\1'};
    for (auto left = draw.below(40); left > 0; --left)
      bytes += static_cast<char>(draw.below(5));
    auto loaded = store::load(bytes);
    ASSERT_TRUE(!loaded || base::encode(*loaded) == bytes);
  }
}

} // namespace

} // namespace quorate::kv
