// What the structs themselves refuse, for whoever fills them without a list.
#include "quorate/node_options.hpp"
#include "quorate/option_list.hpp"
#include "quorate/storage.hpp"
#include "runtime/options/table.hpp"
#include "runtime/storage/memory_store.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace quorate {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

template <class Options>
std::string sentence_of(const Options& x) {
  const auto valid = x.validate();
  EXPECT_EQ(valid.error().code, valid ? errc::none : errc::invalid_argument);
  return valid ? "" : valid.error().message;
}

node_options some_node() {
  node_options out;
  out.name = "n1";
  return out;
}

remote_options some_client() {
  remote_options out;
  out.addresses = {"n1:7400"};
  return out;
}

template <class Options>
struct change_case {
  const char* member;
  std::function<void(Options&)> change;
};

template <class Options>
void expect_refused(const Options& right, const std::vector<change_case<Options>>& cases) {
  EXPECT_EQ(sentence_of(right), "");
  for (const auto& [member, change] : cases) {
    auto wrong = right;
    change(wrong);
    const auto why = sentence_of(wrong);
    EXPECT_EQ(why.substr(0, std::string{member}.size() + 1), std::string{member} + ':') << why;
  }
}

/// The ends of what a table says are taken, and what is beyond them isn't.
template <class Options>
void expect_ends(const Options& right, const std::vector<std::string>& left_out) {
  for (const auto& r : options::table<Options>()) {
    const auto is_number = r.allowed.kind == option_kind::count
                           || r.allowed.kind == option_kind::duration
                           || r.allowed.kind == option_kind::size;
    if (!is_number || std::find(left_out.begin(), left_out.end(), r.words.name) != left_out.end())
      continue;
    const auto with = [&](std::uint64_t number) {
      auto out = right;
      if (r.allowed.kind == option_kind::duration)
        r.write(out, milliseconds{static_cast<std::int64_t>(number)});
      else
        r.write(out, number);
      return sentence_of(out);
    };
    EXPECT_EQ(with(r.allowed.min), "") << r.words.name;
    EXPECT_EQ(with(r.allowed.max), "") << r.words.name;
    if (r.allowed.min > 0) {
      EXPECT_NE(with(r.allowed.min - 1), "") << r.words.name;
    }
    if (r.allowed.max < UINT64_MAX) {
      EXPECT_NE(with(r.allowed.max + 1), "") << r.words.name;
    }
  }
}

TEST(node_options, are_refused_with_the_members_name) {
  expect_refused<node_options>(
    some_node(), {{"name", [](auto& x) { x.name.clear(); }},
                  {"name", [](auto& x) { x.name.assign(256, 'n'); }},
                  {"cluster_name", [](auto& x) { x.cluster_name.clear(); }},
                  {"cluster_name", [](auto& x) { x.cluster_name.assign(256, 'n'); }},
                  {"listen", [](auto& x) { x.listen.clear(); }},
                  {"listen", [](auto& x) { x.listen = "localhost"; }},
                  {"advertise", [](auto& x) { x.advertise = ":7400"; }},
                  {"advertise", [](auto& x) { x.advertise = "[::]:7400"; }},
                  {"seeds",
                   [](auto& x) {
                     x.seeds = {"n1:7400", "n2"};
                   }},
                  {"seeds", [](auto& x) { x.seeds = {"n1:0"}; }},
                  {"seeds", [](auto& x) { x.seeds.assign(65, "n1:7400"); }},
                  {"tick", [](auto& x) { x.tick = milliseconds{0}; }},
                  {"tick", [](auto& x) { x.tick = milliseconds{-5}; }},
                  {"tick", [](auto& x) { x.tick = milliseconds::max(); }},
                  {"tick", [](auto& x) { x.tick = milliseconds::min(); }},
                  {"election_ticks", [](auto& x) { x.election_ticks = 2; }},
                  {"heartbeat", [](auto& x) { x.heartbeat = hours{1}; }},
                  {"snapshot_entries", [](auto& x) { x.snapshot_entries = 0; }},
                  {"snapshot_log_ratio", [](auto& x) { x.snapshot_log_ratio = 1'001; }},
                  {"deadline", [](auto& x) { x.deadline = hours{2}; }},
                  {"disk_reserve_bytes", [](auto& x) { x.disk_reserve_bytes = UINT64_MAX; }},
                  {"connections_max", [](auto& x) { x.connections_max = 15; }},
                  {"handshake_timeout", [](auto& x) { x.handshake_timeout = milliseconds{9}; }},
                  {"link_heartbeat", [](auto& x) { x.link_heartbeat = milliseconds{9}; }},
                  {"link_timeout", [](auto& x) { x.link_timeout = minutes{11}; }},
                  {"worker_threads", [](auto& x) { x.worker_threads = 1'025; }},
                  {"storage", [](auto& x) {
                     x.storage = std::make_shared<storage::memory_store>();
                     x.data_dir = "d";
                   }}});
}

TEST(node_options, are_taken_at_the_ends_of_their_ranges) {
  auto right = some_node();
  right.link_heartbeat = milliseconds{10}; // So that the shortest link_timeout goes with it.
  expect_ends(right, {"link-heartbeat"});
  right.link_timeout = minutes{10};
  right.link_heartbeat = minutes{1};
  EXPECT_EQ(sentence_of(right), "");
}

TEST(node_options, say_the_value_and_the_range) {
  auto x = some_node();
  x.tick = milliseconds{5'000};
  EXPECT_EQ(sentence_of(x), "tick: '5s' is out of range; allowed is 1 ms to 1 s.");
  x = some_node();
  x.connections_max = 70'000;
  EXPECT_EQ(sentence_of(x), "connections_max: '70000' is out of range; allowed is 16 to 65,536.");
  x = some_node();
  x.seeds = {":7400"};
  EXPECT_EQ(sentence_of(x), "seeds: ':7400' names no host, so nobody can connect to it.");
}

TEST(node_options, that_others_reach_without_tls_are_refused_unless_that_is_said) {
  auto x = some_node();
  for (const char* listen : {"10.0.0.1:7400", "n1:7400", "[2001:db8::1]:7400"}) {
    x = some_node();
    x.listen = listen;
    EXPECT_EQ(sentence_of(x), "listen is '" + std::string{listen}
                                + "', and without TLS anybody who reaches it may do everything; "
                                  "give tls.ca_file, tls.certificate_file and tls.key_file, or "
                                  "listen on 127.0.0.1, or say insecure.");
    x.insecure = true;
    EXPECT_EQ(sentence_of(x), "");
    x.insecure = false;
    x.tls = {"ca.pem", "n1.pem", "n1.key"};
    EXPECT_EQ(sentence_of(x), "");
  }
  for (const char* listen : {"127.0.0.1:0", "127.9.9.9:1", "[::1]:7400", "localhost:7400"}) {
    x = some_node();
    x.listen = listen;
    EXPECT_EQ(sentence_of(x), "") << listen;
  }
}

TEST(node_options, that_listen_everywhere_say_where_they_are_reached) {
  for (const char* listen : {":7400", "0.0.0.0:7400", "[::]:7400"}) {
    auto x = some_node();
    x.listen = listen;
    x.insecure = true;
    EXPECT_EQ(sentence_of(x), "listen is '" + std::string{listen}
                                + "', which names no host that others could connect to; say where "
                                  "they reach this node by advertise.");
    x.advertise = "n1:0";
    EXPECT_EQ(sentence_of(x), "");
    x.insecure = false;
    EXPECT_NE(sentence_of(x), "") << "it is open to everybody";
  }
}

TEST(node_options, have_all_files_of_tls_or_none) {
  const char* files[] = {"tls.ca_file", "tls.certificate_file", "tls.key_file"};
  for (int given = 1; given < 7; ++given) {
    auto x = some_node();
    x.tls.ca_file = (given & 1) != 0 ? "a" : "";
    x.tls.certificate_file = (given & 2) != 0 ? "b" : "";
    x.tls.key_file = (given & 4) != 0 ? "c" : "";
    const auto missing = (given & 1) == 0 ? 0 : (given & 2) == 0 ? 1 : 2;
    const auto expected = std::string{files[missing]}
                          + " is missing: TLS takes all of tls.ca_file, tls.certificate_file and "
                            "tls.key_file, or none of them.";
    EXPECT_EQ(sentence_of(x), expected);
    auto client = some_client();
    client.tls = x.tls;
    EXPECT_EQ(sentence_of(client), expected);
  }
}

TEST(node_options, wait_longer_for_silence_than_two_heartbeats) {
  auto x = some_node();
  x.link_heartbeat = milliseconds{1'500};
  EXPECT_EQ(sentence_of(x),
            "link_timeout is 3 s: it has to be more than twice link_heartbeat, which is 1500 ms, "
            "because a connection that says so seldom that it lives would be taken for ended.");
  x.link_timeout = milliseconds{3'001};
  EXPECT_EQ(sentence_of(x), "");
}

TEST(node_options, keep_data_in_one_place) {
  auto x = some_node();
  x.storage = std::make_shared<storage::memory_store>();
  EXPECT_EQ(sentence_of(x), "");
  x.data_dir = "d";
  EXPECT_EQ(sentence_of(x), "storage: either that or data_dir.");
}

TEST(remote_options, are_refused_with_the_members_name) {
  expect_refused<remote_options>(
    some_client(), {{"addresses", [](auto& x) { x.addresses.clear(); }},
                    {"addresses", [](auto& x) { x.addresses = {"n1"}; }},
                    {"addresses", [](auto& x) { x.addresses.assign(65, "n1:7400"); }},
                    {"cluster_name", [](auto& x) { x.cluster_name.assign(256, 'c'); }},
                    {"name", [](auto& x) { x.name.assign(256, 'c'); }},
                    {"deadline", [](auto& x) { x.deadline = milliseconds{0}; }},
                    {"handshake_timeout", [](auto& x) { x.handshake_timeout = minutes{2}; }},
                    {"link_heartbeat", [](auto& x) { x.link_heartbeat = milliseconds{0}; }},
                    {"link_timeout", [](auto& x) { x.link_timeout = milliseconds{20}; }},
                    {"worker_threads", [](auto& x) { x.worker_threads = 0; }}});
}

TEST(remote_options, are_taken_at_the_ends_of_their_ranges) {
  auto right = some_client();
  right.link_heartbeat = milliseconds{10};
  expect_ends(right, {"link-heartbeat"});
}

} // namespace
} // namespace quorate
