// Frames in any pieces, and everything that isn't one.
#include "runtime/wire/frame.hpp"

#include "runtime/base/random.hpp"
#include "tests/wire/examples.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace quorate::wire {
namespace {

std::string header(std::uint32_t length, int major, int minor, int what, int flags = 0) {
  std::string out;
  for (int shift = 0; shift < 32; shift += 8)
    out += static_cast<char>(length >> shift);
  for (auto x : {major, minor, what, flags})
    out += static_cast<char>(x);
  return out;
}

std::string framed(kind what, std::string_view payload) {
  std::string out;
  frame_writer writer{out};
  writer.begin(what).append(payload);
  EXPECT_TRUE(writer.finish());
  return out;
}

/// What the reader says to all of `bytes` at once.
error refusal(std::string_view bytes, std::size_t payload_max = 100) {
  frame_reader reader{payload_max};
  const auto found = reader.feed(bytes);
  return found ? error{} : found.error();
}

/// All frames in `bytes`, which come in pieces of random sizes.
std::vector<frame> read_in_pieces(frame_reader& reader, std::string_view bytes,
                                  base::random& draw) {
  std::vector<frame> out;
  while (!bytes.empty()) {
    auto piece = bytes.substr(0, draw.between(1, draw.chance(50) ? 3 : 200));
    bytes.remove_prefix(piece.size());
    for (;;) {
      auto found = reader.feed(piece);
      EXPECT_TRUE(found) << to_string(found.error());
      if (!found || !*found)
        break;
      out.push_back(**found);
    }
    EXPECT_TRUE(piece.empty());
  }
  return out;
}

TEST(frames, have_a_header_of_8_bytes) {
  const auto bytes = framed(kind::node_mail, "ab");
  EXPECT_EQ(bytes, header(2, 1, 0, 16) + "ab");
  EXPECT_EQ(bytes.size(), frame_header_bytes + 2);
}

TEST(frames, arrive_whole_from_any_pieces) {
  base::random draw{1};
  for (int round = 0; round < 500; ++round) {
    std::string bytes;
    std::vector<std::pair<kind, std::string>> sent;
    for (auto count = draw.between(1, 8); count > 0; --count) {
      const auto what = draw.chance(50) ? kind::kv_reply : kind::heartbeat;
      const std::string payload(draw.below(draw.chance(20) ? 2'000 : 20), 'p');
      bytes += framed(what, payload);
      sent.emplace_back(what, payload);
    }
    frame_reader reader{2'000};
    const auto got = read_in_pieces(reader, bytes, draw);
    ASSERT_EQ(got.size(), sent.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
      EXPECT_EQ(got[i].what, sent[i].first);
      EXPECT_EQ(got[i].payload.view(), sent[i].second);
      EXPECT_EQ(got[i].minor, version_minor);
    }
    EXPECT_FALSE(reader.within_frame());
  }
}

TEST(frames, leave_what_follows_them_for_the_next_call) {
  const auto bytes = framed(kind::heartbeat, "") + framed(kind::closing, "x") + "\1";
  std::string_view left{bytes};
  frame_reader reader;
  EXPECT_EQ((*reader.feed(left))->what, kind::heartbeat);
  EXPECT_EQ(left.size(), frame_header_bytes + 2);
  EXPECT_EQ((*reader.feed(left))->what, kind::closing);
  EXPECT_EQ(left.size(), 1U);
  EXPECT_FALSE(*reader.feed(left));
  EXPECT_TRUE(reader.within_frame());
}

TEST(frames, are_never_whole_before_their_last_byte) {
  const auto bytes = framed(kind::kv_request, "payload");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    frame_reader reader;
    auto some = std::string_view{bytes}.substr(0, size);
    const auto found = reader.feed(some);
    ASSERT_TRUE(found);
    EXPECT_FALSE(*found) << size;
    EXPECT_TRUE(some.empty());
    EXPECT_EQ(reader.within_frame(), size > 0);
  }
}

TEST(frames, that_announce_4_gib_are_refused_before_anything_is_allocated) {
  for (auto length : {101U, 0x7FFFFFFFU, 0xFFFFFFFFU}) {
    frame_reader reader{100};
    const auto nothing_yet = reader.reserved();
    const auto bytes = header(length, 1, 0, 3);
    std::string_view left{bytes};
    const auto found = reader.feed(left);
    ASSERT_FALSE(found);
    EXPECT_EQ(to_string(found.error()), "malformed: A frame announces " + std::to_string(length)
                                          + " bytes; 100 are allowed.");
    EXPECT_EQ(reader.reserved(), nothing_yet);
  }
}

TEST(frames, may_be_as_long_as_is_allowed) {
  const auto bytes = header(100, 1, 0, 3) + std::string(100, 'x');
  frame_reader reader{100};
  std::string_view left{bytes};
  const auto found = reader.feed(left);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->payload.size(), 100U);
  EXPECT_EQ(reader.reserved(), frame_reader{}.reserved()) << "the payload has left";
}

TEST(frames, may_be_longer_once_the_peer_is_known) {
  const auto bytes = header(limits::hello_payload_bytes_max + 1, 1, 0, 16);
  std::string_view left{bytes};
  EXPECT_FALSE(frame_reader{}.feed(left));
  frame_reader known;
  known.allow(limits::frame_payload_bytes_max);
  left = bytes;
  EXPECT_TRUE(known.feed(left));
}

TEST(frames, of_another_major_version_are_refused) {
  EXPECT_EQ(to_string(refusal(header(0, 2, 7, 3))),
            "protocol_unsupported: A frame has version 2.7 of the wire; this build speaks 1.0.");
  EXPECT_EQ(refusal(header(0, 0, 0, 3)).code, errc::protocol_unsupported);
}

TEST(frames, with_flags_are_refused) {
  for (int bit = 0; bit < 8; ++bit)
    EXPECT_EQ(refusal(header(0, 1, 1, 3, 1 << bit)).code, errc::malformed);
  EXPECT_EQ(to_string(refusal(header(0, 1, 0, 3, 5))),
            "malformed: A frame has the flags 5; none is defined.");
}

TEST(frames, of_an_unknown_kind_are_refused_in_a_known_version) {
  EXPECT_EQ(to_string(refusal(header(0, 1, 0, 49))),
            "malformed: A frame of version 1.0 is of kind 49, which doesn't exist.");
  EXPECT_EQ(refusal(header(0, 1, 9, 0)).code, errc::malformed) << "0 is no kind in any version";
}

TEST(frames, of_an_unknown_kind_are_skipped_and_counted_in_a_later_minor_version) {
  base::random draw{2};
  const auto unknown = header(5, 1, 1, 200) + "12345";
  const auto bytes = unknown + framed(kind::heartbeat, "") + unknown + unknown
                     + framed(kind::closing, "why");
  for (int round = 0; round < 100; ++round) {
    frame_reader reader;
    const auto got = read_in_pieces(reader, bytes, draw);
    ASSERT_EQ(got.size(), 2U);
    EXPECT_EQ(got[0].what, kind::heartbeat);
    EXPECT_EQ(got[1].payload.view(), "why");
    EXPECT_EQ(reader.skipped(), 3U);
  }
}

TEST(frames, of_an_unknown_kind_take_no_memory) {
  frame_reader reader{limits::frame_payload_bytes_max};
  const auto before = reader.reserved();
  const auto bytes = header(1'000'000, 1, 1, 200) + std::string(500'000, 'x');
  std::string_view left{bytes};
  EXPECT_FALSE(*reader.feed(left));
  EXPECT_EQ(reader.reserved(), before);
}

TEST(frames, of_other_protocols_are_refused_at_once) {
  const std::string tls_record{"\x16\x03\x01\x02\x00\x01\x00\x01", 8};
  for (const auto& foreign : {std::string{"GET / HTTP/1.1"}, std::string{"SSH-2.0-x"}, tls_record})
    EXPECT_EQ(refusal(foreign, limits::hello_payload_bytes_max).code, errc::malformed);
}

TEST(frames, end_with_the_first_error) {
  frame_reader reader;
  const auto wrong = header(0, 9, 0, 3);
  std::string_view left{wrong};
  EXPECT_FALSE(reader.feed(left));
  const auto right = framed(kind::heartbeat, "");
  left = right;
  EXPECT_FALSE(reader.feed(left));
  EXPECT_EQ(left.size(), right.size()) << "it took some";
}

TEST(frames, that_are_too_long_for_the_peer_leave_the_buffer_as_it_was) {
  std::string out{"before"};
  frame_writer writer{out, 4};
  writer.begin(kind::nodes_reply).append("12345");
  const auto done = writer.finish();
  ASSERT_FALSE(done);
  EXPECT_EQ(to_string(done.error()),
            "invalid_argument: nodes_reply has 5 bytes; the peer takes 4 at most.");
  EXPECT_EQ(out, "before");
  writer.begin(kind::nodes_reply).append("1234");
  EXPECT_TRUE(writer.finish());
  EXPECT_EQ(out, "before" + header(4, 1, 0, 46) + "1234");
}

TEST(frames, survive_garbage) {
  base::random draw{3};
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes;
    for (auto left = draw.below(60); left > 0; --left)
      bytes += static_cast<char>(draw.chance(70) ? draw.below(4) : draw.next());
    frame_reader reader{64};
    std::string_view left{bytes};
    for (;;) {
      const auto found = reader.feed(left);
      EXPECT_LE(reader.reserved(), 128U);
      if (!found || !*found)
        break;
    }
  }
}

} // namespace
} // namespace quorate::wire
