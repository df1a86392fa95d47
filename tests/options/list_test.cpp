// Options by name: what there is, how it is set, and which source wins.
#include "quorate/option_list.hpp"
#include "tests/options/cases.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace quorate {
namespace {

using node_list = option_list<node_options>;

environment_lookup variables(std::map<std::string, std::string> from) {
  return [from = std::move(from)](const std::string& name) {
    const auto found = from.find(name);
    return found == from.end() ? std::nullopt : std::optional{found->second};
  };
}

/// The sentence that `read` ends with; empty: it went well.
std::string sentence_of(const result<void>& read) {
  return read ? "" : read.error().message;
}

template <class Options>
void expect_described() {
  std::set<std::string> names;
  std::set<std::string> variables_seen;
  for (const auto& x : option_list<Options>::all()) {
    EXPECT_TRUE(names.insert(x.name).second) << x.name;
    EXPECT_TRUE(x.alias.empty() || names.insert(x.alias).second) << x.alias;
    EXPECT_TRUE(variables_seen.insert(x.environment).second) << x.environment;
    EXPECT_EQ(x.environment.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_"), std::string::npos);
    EXPECT_EQ(x.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-"), std::string::npos);
    for (const auto& text : {x.group, x.range, x.member, x.placeholder})
      EXPECT_FALSE(text.empty()) << x.name;
    EXPECT_EQ(x.help.back(), '.') << x.name;
  }
}

/// Every end of every range is taken and shown as it was written, or the same in another unit.
template <class Options>
void expect_round_trips(const std::vector<range_case>& cases) {
  EXPECT_EQ(cases.size(), option_list<Options>::all().size()) << "an option without a case";
  for (const auto& x : cases)
    for (const auto& text : {x.lowest, x.highest}) {
      option_list<Options> list;
      EXPECT_EQ(sentence_of(list.set(x.option, text)), "");
      EXPECT_EQ(list.source(x.option), option_source::program);
      option_list<Options> again;
      EXPECT_EQ(sentence_of(again.set(x.option, list.text(x.option))), "");
      EXPECT_EQ(again.text(x.option), list.text(x.option));
      EXPECT_EQ(list.text(x.option), text) << x.option;
    }
}

template <class Options>
void expect_ranges(const std::vector<range_case>& cases) {
  for (const auto& x : cases)
    for (const auto& text : {x.below, x.above}) {
      option_list<Options> list;
      const auto before = list.text(x.option);
      if (text.empty())
        continue;
      const auto why = sentence_of(list.set(x.option, text));
      EXPECT_EQ(why.substr(0, x.option.size() + 2), x.option + ": ") << why;
      EXPECT_LT(why.size(), 300U) << why;
      EXPECT_EQ(list.text(x.option), before);
      EXPECT_EQ(list.source(x.option), option_source::preset);
    }
}

TEST(options, have_each_a_name_a_variable_and_a_sentence) {
  expect_described<node_options>();
  expect_described<remote_options>();
  expect_described<membership_policy>();
}

TEST(options, are_shown_as_they_were_set) {
  expect_round_trips<node_options>(node_ranges());
  expect_round_trips<remote_options>(remote_ranges());
  expect_round_trips<membership_policy>(policy_ranges());
}

TEST(options, end_where_their_ranges_do) {
  expect_ranges<node_options>(node_ranges());
  expect_ranges<remote_options>(remote_ranges());
  expect_ranges<membership_policy>(policy_ranges());
}

TEST(options, begin_with_the_structs_own_defaults) {
  node_list list;
  for (const auto& x : node_list::all()) {
    EXPECT_EQ(list.text(x.name), x.preset) << x.name;
    EXPECT_EQ(x.required, x.name == "name");
  }
  EXPECT_EQ(list.text("listen"), "127.0.0.1:7400");
  EXPECT_EQ(list.text("tick"), "100ms");
  EXPECT_EQ(list.text("disk-reserve"), "128MiB");
  EXPECT_EQ(list.text("snapshot-entries"), "10000");
}

TEST(options, are_those_of_who_gives_others_to_begin_with) {
  node_options presets;
  presets.tick = std::chrono::milliseconds{50};
  node_list list{presets};
  EXPECT_EQ(list.text("tick"), "50ms");
  EXPECT_EQ(list.source("tick"), option_source::preset);
}

TEST(options, reach_the_members_that_they_name) {
  node_list list;
  for (const auto& [name, value] : std::map<std::string, std::string>{{"name", "n1"},
                                                                      {"tls-ca", "ca.pem"},
                                                                      {"tls-cert", "n1.pem"},
                                                                      {"tls-key", "n1.key"},
                                                                      {"seed", "n2:1, n3:2"},
                                                                      {"parked", "yes"},
                                                                      {"link-timeout", "4s"},
                                                                      {"disk-reserve", "1GiB"},
                                                                      {"worker-threads", "8"}})
    EXPECT_EQ(sentence_of(list.set(name, value)), "");
  const auto found = list.finish();
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->name, "n1");
  EXPECT_EQ(found->tls.ca_file, "ca.pem");
  EXPECT_EQ(found->tls.certificate_file, "n1.pem");
  EXPECT_EQ(found->tls.key_file, "n1.key");
  EXPECT_EQ(found->seeds, (std::vector<std::string>{"n2:1", "n3:2"}));
  EXPECT_TRUE(found->parked);
  EXPECT_EQ(found->link_timeout, std::chrono::seconds{4});
  EXPECT_EQ(found->disk_reserve_bytes, std::uint64_t{1} << 30);
  EXPECT_EQ(found->worker_threads, 8U);
}

TEST(options, of_a_later_source_win_in_whatever_order_they_are_read) {
  const auto file = [](node_list& list) { return list.read_text("tick = 1ms", "f"); };
  const auto environment = [](node_list& list) {
    return list.read_environment(variables({{"QUORATE_TICK", "2ms"}}));
  };
  const auto line = [](node_list& list) { return list.set_from_command_line("tick", {"3ms"}); };
  const auto program = [](node_list& list) { return list.set("tick", "4ms"); };
  const std::vector<std::pair<std::function<result<void>(node_list&)>, const char*>> sources{
    {file, "1ms"}, {environment, "2ms"}, {line, "3ms"}, {program, "4ms"}};
  for (std::size_t a = 0; a < sources.size(); ++a)
    for (std::size_t b = 0; b < sources.size(); ++b) {
      node_list list;
      EXPECT_EQ(sentence_of(sources[a].first(list)), "");
      EXPECT_EQ(sentence_of(sources[b].first(list)), "");
      const auto winner = std::max(a, b);
      EXPECT_EQ(list.text("tick"), sources[winner].second);
      EXPECT_EQ(list.source("tick"), static_cast<option_source>(winner + 1));
    }
}

TEST(options, of_an_earlier_source_have_to_be_right_all_the_same) {
  node_list list;
  EXPECT_EQ(sentence_of(list.set("tick", "4ms")), "");
  EXPECT_EQ(
    sentence_of(list.read_text("tick = 5", "f")),
    "f:1: tick: '5' has no unit; a duration is written 250ms, 2s, 5m, 1h or 30d; allowed is "
    "1 ms to 1 s.");
}

TEST(options, of_a_later_source_replace_a_list_and_do_not_add_to_it) {
  node_list list;
  EXPECT_EQ(sentence_of(list.read_text("seeds = a:1\nseed = b:1, c:1\n", "f")), "");
  EXPECT_EQ(list.text("seeds"), "a:1,b:1,c:1");
  EXPECT_EQ(sentence_of(list.set_from_command_line("seeds", {"d:1", "e:1,f:1"})), "");
  EXPECT_EQ(list.text("seed"), "d:1,e:1,f:1");
}

TEST(variables, that_are_empty_are_not_set) {
  node_list list;
  EXPECT_EQ(sentence_of(list.read_environment(variables({{"QUORATE_TICK", ""}}))), "");
  EXPECT_EQ(list.source("tick"), option_source::preset);
}

TEST(variables, of_clients_and_policies_have_names_of_their_own) {
  const auto both = variables({{"QUORATE_NAME", "n1"},
                               {"QUORATE_CLIENT_NAME", "c1"},
                               {"QUORATE_CLIENT_ADDRESS", "n1:1"},
                               {"QUORATE_POLICY_TARGET", "5"}});
  option_list<remote_options> remote;
  EXPECT_EQ(sentence_of(remote.read_environment(both)), "");
  EXPECT_EQ(remote.text("name"), "c1");
  EXPECT_EQ(remote.text("addresses"), "n1:1");
  option_list<membership_policy> policy;
  EXPECT_EQ(sentence_of(policy.read_environment(both)), "");
  EXPECT_EQ(policy.text("target"), "5");
}

TEST(variables, of_this_process_are_read) {
  ASSERT_EQ(setenv("QUORATE_ELECTION_TICKS", "17", 1), 0);
  node_list list;
  EXPECT_EQ(sentence_of(list.read_environment()), "");
  EXPECT_EQ(list.text("election-ticks"), "17");
  ASSERT_EQ(unsetenv("QUORATE_ELECTION_TICKS"), 0);
}

TEST(errors, name_where_the_value_is_from) {
  node_list list;
  EXPECT_EQ(sentence_of(list.read_environment(variables({{"QUORATE_TICK", "5 s"}}))),
            "QUORATE_TICK: '5 s' is out of range; allowed is 1 ms to 1 s.");
  EXPECT_EQ(
    sentence_of(list.set_from_command_line("tick", {"x"})),
    "--tick: 'x' isn't a duration; one is written 250ms, 2s, 5m, 1h or 30d; allowed is 1 ms "
    "to 1 s.");
  EXPECT_EQ(sentence_of(list.set("disk-reserve", "2TiB")),
            "disk-reserve: '2TiB' is out of range; allowed is 0 B to 1 TiB.");
  EXPECT_EQ(sentence_of(list.set("deadline", "99999999999999999999d")),
            "deadline: '99999999999999999999d' is out of range; allowed is 1 ms to 1 h.");
  EXPECT_EQ(sentence_of(list.set("seeds", addresses_of(65))),
            "seeds: a list of 65 is out of range; allowed is 0 to 64 addresses, host:port or "
            "[ipv6]:port.");
  EXPECT_EQ(sentence_of(list.set("name", std::string(256, 'n'))),
            "name: a text of 256 bytes is out of range; allowed is 1 to 255 bytes.");
  EXPECT_EQ(sentence_of(list.set("listen", "n1")),
            "listen: 'n1' has no port; an address is written host:port.");
}

TEST(errors, leave_the_list_as_it_was) {
  node_list list;
  EXPECT_FALSE(list.read_text("heartbeat = 2s\ntick = never\n", "f"));
  EXPECT_EQ(list.text("heartbeat"), "1s");
  EXPECT_EQ(list.source("heartbeat"), option_source::preset);
}

TEST(errors, tell_what_is_missing_and_where_it_may_stand) {
  EXPECT_EQ(
    node_list{}.finish().error().message,
    "--name is missing; it may also stand in QUORATE_NAME, or in a file as name. Allowed is "
    "1 to 255 bytes.");
  EXPECT_EQ(
    option_list<remote_options>{}.finish().error().message,
    "--addresses is missing; it may also stand in QUORATE_CLIENT_ADDRESSES, or in a file as "
    "addresses. Allowed is 1 to 64 addresses, host:port or [ipv6]:port.");
}

TEST(errors, about_options_that_do_not_go_together_name_them_as_on_a_command_line) {
  node_list list;
  EXPECT_EQ(sentence_of(list.set("name", "n1")), "");
  EXPECT_EQ(sentence_of(list.set("listen", "10.0.0.1:7400")), "");
  EXPECT_EQ(
    list.finish().error().message,
    "--listen is '10.0.0.1:7400', and without TLS anybody who reaches it may do everything; "
    "give --tls-ca, --tls-cert and --tls-key, or listen on 127.0.0.1, or say --insecure.");
}

TEST(typos, are_told_with_what_was_probably_meant) {
  node_list list;
  const std::map<std::string, std::string> meant{
    {"tik", "tick"},           {"data_dir", "data-dir"},    {"lisetn", "listen"},
    {"tls-certs", "tls-cert"}, {"heart-beat", "heartbeat"}, {"seedz", "seeds"}};
  for (const auto& [typo, name] : meant)
    EXPECT_EQ(sentence_of(list.set(typo, "1")),
              "there is no option '" + typo + "'; did you mean '" + name + "'?");
  EXPECT_EQ(sentence_of(list.set("frobnicate", "1")), "there is no option 'frobnicate'.");
  EXPECT_EQ(sentence_of(list.set("", "1")), "there is no option ''.");
  EXPECT_EQ(sentence_of(list.set_from_command_line("tik", {})),
            "there is no option 'tik'; did you mean 'tick'?");
}

} // namespace
} // namespace quorate
