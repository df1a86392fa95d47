// Every kind of message: what goes in comes out, and nothing that comes in does harm.
#include "runtime/wire/messages.hpp"

#include "runtime/base/codec.hpp"
#include "tests/wire/examples.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>

namespace quorate::wire {
namespace {

/// The one frame in `bytes`.
frame only(std::string_view bytes) {
  frame_reader reader{limits::frame_payload_bytes_max};
  auto found = reader.feed(bytes);
  EXPECT_TRUE(found && *found && bytes.empty());
  return found && *found ? **found : frame{};
}

std::string refusal(const frame& x) {
  const auto found = read(x);
  return found ? "none" : to_string(found.error());
}

std::string refusal(const hello& x) {
  const auto done = check(x);
  return done ? "none" : to_string(done.error());
}

TEST(messages, of_every_kind_come_out_as_they_went_in) {
  base::random draw{1};
  for (int round = 0; round < 300; ++round)
    for (const auto& x : random_messages(draw)) {
      const auto bytes = frame_of(x);
      const auto again = read(only(bytes));
      ASSERT_TRUE(again) << to_string(again.error());
      EXPECT_EQ(again->index(), x.index());
      EXPECT_EQ(frame_of(*again), bytes);
      EXPECT_EQ(text_of(*again), text_of(x));
    }
}

TEST(messages, come_in_the_order_in_which_they_went) {
  base::random draw{2};
  for (int round = 0; round < 100; ++round) {
    const auto sent = random_messages(draw);
    std::string bytes;
    for (const auto& x : sent)
      bytes += frame_of(x);
    frame_reader reader{limits::frame_payload_bytes_max};
    std::string_view left{bytes};
    std::size_t got = 0;
    while (!left.empty()) {
      auto piece = left.substr(0, draw.between(1, 100));
      left.remove_prefix(piece.size());
      for (auto found = reader.feed(piece); found && *found; found = reader.feed(piece)) {
        const auto x = read(**found);
        ASSERT_TRUE(x && got < sent.size());
        EXPECT_EQ(text_of(*x), text_of(sent[got++]));
      }
    }
    EXPECT_EQ(got, sent.size());
  }
}

TEST(messages, have_a_kind_each) {
  base::random draw{3};
  std::set<kind> seen;
  for (const auto& x : random_messages(draw)) {
    EXPECT_TRUE(seen.insert(kind_of(x)).second);
    EXPECT_EQ(only(frame_of(x)).what, kind_of(x));
  }
  for (int number = 0; number < 256; ++number) {
    const auto what = static_cast<kind>(number);
    EXPECT_EQ(seen.count(what) == 1, !to_string(what).empty()) << number;
  }
}

TEST(messages, that_are_cut_off_are_malformed) {
  for (const auto& [name, x] : examples()) {
    const auto whole = only(frame_of(x));
    for (std::size_t size = 0; size < whole.payload.size(); ++size) {
      frame cut = whole;
      cut.payload = whole.payload.share(whole.payload.view().substr(0, size));
      const auto found = read(cut);
      ASSERT_FALSE(found) << name << " at " << size;
      EXPECT_EQ(found.error().code, errc::malformed);
    }
  }
}

TEST(messages, with_bytes_left_over_are_malformed) {
  for (const auto& [name, x] : examples()) {
    auto longer = only(frame_of(x));
    longer.payload = shared_bytes{std::string{longer.payload.view()} + '\0'};
    EXPECT_NE(refusal(longer), "none") << name;
  }
}

TEST(messages, survive_changed_bytes) {
  base::random draw{4};
  for (int round = 0; round < 200; ++round)
    for (const auto& x : random_messages(draw)) {
      auto changed = only(frame_of(x));
      std::string payload{changed.payload.view()};
      if (payload.empty())
        continue;
      payload[draw.below(payload.size())] = static_cast<char>(draw.next());
      changed.payload = shared_bytes{payload};
      const auto found = read(changed);
      ASSERT_TRUE(!found || only(frame_of(*found)).payload.view() == payload)
        << "one value has two encodings";
    }
}

TEST(messages, of_no_known_kind_are_malformed) {
  EXPECT_EQ(refusal(frame{kind{200}, 1, {}}),
            "malformed: A frame is of kind 200, which doesn't exist.");
}

TEST(messages, that_greet_may_say_more_in_a_later_minor_version) {
  for (const message& x : {message{node_hello()}, message{hello_ack{node_hello()}}}) {
    auto later = only(frame_of(x));
    later.payload = shared_bytes{std::string{later.payload.view()} + "more"};
    EXPECT_NE(refusal(later), "none");
    later.minor = version_minor + 1;
    const auto found = read(later);
    ASSERT_TRUE(found) << to_string(found.error());
    EXPECT_EQ(text_of(*found), text_of(x));
    later.payload = later.payload.share(later.payload.view().substr(0, 10));
    EXPECT_NE(refusal(later), "none") << "but not less";
  }
}

TEST(messages, that_do_not_greet_are_the_same_in_every_minor_version) {
  auto later = only(frame_of(closing{}));
  later.payload = shared_bytes{std::string{later.payload.view()} + "more"};
  later.minor = version_minor + 1;
  EXPECT_NE(refusal(later), "none");
}

TEST(messages, of_callers_share_the_bytes_of_their_frame_and_mail_does_not) {
  const auto within = [](const frame& whole, std::string_view part) {
    const auto all = whole.payload.view();
    return part.data() >= all.data() && part.data() < all.data() + all.size();
  };
  const auto request = only(
    frame_of(call<kv::request>{call_id{1}, kv::write_request{shared_bytes{"command"}}}));
  const auto asked = read(request);
  ASSERT_TRUE(asked);
  EXPECT_TRUE(within(
    request,
    std::get<kv::write_request>(std::get<call<kv::request>>(*asked).content).command.view()));

  raft::envelope around;
  around.content = raft::append{
    {}, {{log_index{1}, term{1}, raft::entry_kind::command, "payload", {}, 0}}, {}, 0};
  const auto mail = only(frame_of(node_mail{"n1", "n2", around}));
  const auto got = read(mail);
  ASSERT_TRUE(got);
  const auto& inner = std::get<raft::envelope>(std::get<node_mail>(*got).message);
  EXPECT_FALSE(within(mail, std::get<raft::append>(inner.content).entries.at(0).payload.view()));
}

TEST(hello, of_a_node_client_or_operator_is_taken) {
  EXPECT_EQ(refusal(node_hello()), "none");
  auto x = node_hello();
  x.role = peer_role::client;
  x.cluster_name = x.address = "";
  x.storage = {};
  x.boot = {};
  EXPECT_EQ(refusal(x), "none");
  x.role = peer_role::operator_;
  EXPECT_EQ(refusal(x), "none");
  x.boot = {1, 2};
  EXPECT_NE(refusal(x), "none") << "only a node's storage has lives";
}

TEST(hello, that_lacks_what_its_role_has_to_say_is_malformed) {
  const auto spoiled = [](auto spoil) {
    auto x = node_hello();
    spoil(x);
    return refusal(x);
  };
  EXPECT_EQ(spoiled([](hello& x) { x.name.clear(); }), "malformed: A hello has a name of 0 bytes.");
  EXPECT_NE(spoiled([](hello& x) { x.name.assign(256, 'n'); }), "none");
  EXPECT_NE(spoiled([](hello& x) { x.cluster_name.clear(); }), "none");
  EXPECT_NE(spoiled([](hello& x) { x.cluster_name.assign(256, 'c'); }), "none");
  EXPECT_NE(spoiled([](hello& x) { x.address.clear(); }), "none");
  EXPECT_NE(spoiled([](hello& x) { x.address.assign(256, 'a'); }), "none");
  EXPECT_NE(spoiled([](hello& x) { x.storage = {}; }), "none");
  EXPECT_NE(spoiled([](hello& x) { x.role = peer_role::client; }), "none");
  EXPECT_NE(spoiled([](hello& x) { x.versions.protocol_min = 0; }), "none");
  EXPECT_NE(spoiled([](hello& x) { x.versions.protocol_min = 2; }), "none");
  EXPECT_NE(spoiled([](hello& x) { x.limits.frame_bytes = 1'000; }), "none");
  EXPECT_NE(spoiled([](hello& x) { x.limits.window_bytes = x.limits.frame_bytes - 1; }), "none");
}

TEST(hello, is_judged_when_it_is_read) {
  auto x = node_hello();
  x.limits.frame_bytes = 0;
  EXPECT_EQ(refusal(only(frame_of(x))), "malformed: A hello takes frames of 0 bytes only.");
  EXPECT_NE(refusal(only(frame_of(hello_ack{x}))), "none");
}

TEST(hello, fits_the_frame_of_somebody_unknown) {
  auto x = node_hello();
  x.name.assign(limits::name_bytes_max, 'n');
  x.cluster_name.assign(limits::name_bytes_max, 'c');
  x.address.assign(limits::name_bytes_max, 'a');
  x.boot = {UINT64_MAX, UINT64_MAX};
  EXPECT_LT(frame_of(hello_ack{x}).size(), limits::hello_payload_bytes_max / 4);
}

} // namespace
} // namespace quorate::wire
