// Command lines, as Boost.Program_options parses them, and what they win over.
#include "quorate/node_options_description.hpp"
#include "tests/options/cases.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace quorate {
namespace {

using words = std::vector<std::string>;
using environment = std::map<std::string, std::string>;

result<node_options> read(const words& arguments, const environment& variables = {}) {
  const auto line = parse_command_line(arguments, node_options_description());
  if (!line)
    return line.error();
  return read_options<node_options>(*line, {}, [&](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional{found->second};
  });
}

std::string error_of(const words& arguments, const environment& variables = {}) {
  const auto found = read(arguments, variables);
  return found ? "" : found.error().message;
}

TEST(command_lines, fill_the_options) {
  const auto found = read({"--name", "n1", "--listen=10.0.0.1:7400", "--insecure", "--seed", "n2:1",
                           "--seeds", "n3:1,n4:1", "--seed=n5:1", "--link-timeout", "2m",
                           "--parked=no", "--data-dir", ""});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->name, "n1");
  EXPECT_EQ(found->listen, "10.0.0.1:7400");
  EXPECT_TRUE(found->insecure);
  EXPECT_FALSE(found->parked);
  EXPECT_EQ(found->seeds, (words{"n2:1", "n3:1", "n4:1", "n5:1"}));
  EXPECT_EQ(found->link_timeout, std::chrono::minutes{2});
}

TEST(command_lines, take_every_option_by_its_name) {
  for (const auto& x : node_ranges()) {
    const auto line = parse_command_line({"--" + x.option + '=' + "v"}, node_options_description());
    ASSERT_TRUE(line) << line.error().message;
    EXPECT_EQ(line->count(x.option), 1U);
    const auto refused = error_of({"--name=n1", "--" + x.option, "\n"});
    EXPECT_EQ(refused.substr(0, x.option.size() + 3), "--" + x.option + ":") << refused;
  }
}

TEST(command_lines, win_over_the_environment_and_that_over_a_file) {
  const auto file = testing::TempDir() + "quorate_command_line_test.conf";
  std::ofstream{file} << "name = file\ntick = 1ms\nheartbeat = 1ms\ndeadline = 1ms\n";
  const environment variables{{"QUORATE_TICK", "2ms"}, {"QUORATE_HEARTBEAT", "2ms"}};
  auto found = read({"--config", file, "--tick", "3ms"}, variables);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->tick.count(), 3);
  EXPECT_EQ(found->heartbeat.count(), 2);
  EXPECT_EQ(found->deadline.count(), 1);
  EXPECT_EQ(found->name, "file");
  EXPECT_EQ(found->handshake_timeout, node_options{}.handshake_timeout);
  found = read({}, {{"QUORATE_CONFIG", file}});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->tick.count(), 1);
  EXPECT_EQ(error_of({"--config", "no/such"}, {{"QUORATE_CONFIG", file}}),
            "The file of options 'no/such' can't be read.");
  std::remove(file.c_str());
}

TEST(command_lines, with_mistakes_are_told_what_is_wrong) {
  EXPECT_EQ(error_of({"--tik", "5ms"}), "There is no option '--tik'; did you mean '--tick'?");
  EXPECT_EQ(error_of({"--confg", "f"}), "There is no option '--confg'; did you mean '--config'?");
  EXPECT_EQ(error_of({"--tic", "5ms"}), "There is no option '--tic'; did you mean '--tick'?")
    << "it was guessed";
  EXPECT_EQ(error_of({"--frobnicate"}), "There is no option '--frobnicate'.");
  EXPECT_EQ(error_of({"-x"}), "There is no option '-x'.");
  EXPECT_EQ(error_of({"--insecure", "n1"}),
            "--insecure: 'n1' is neither true nor false; allowed is true or false.");
  EXPECT_EQ(error_of({"--name", "n1", "n2"}),
            "There is a word too many; values of options stand behind their names.");
  EXPECT_EQ(error_of({"--tick", "1ms", "--tick", "2ms"}),
            "--tick: it is given more than once, and only lists may be.");
  EXPECT_EQ(error_of({"--tick", "5"}),
            "--tick: '5' has no unit; a duration is written 250ms, 2s, 5m, 1h or 30d; allowed is "
            "1 ms to 1 s.");
  EXPECT_NE(error_of({"--tick"}), "");
  EXPECT_NE(error_of({"--config"}), "");
  EXPECT_EQ(error_of({"--name=n1"}, {{"QUORATE_TICK", "5 s"}}),
            "QUORATE_TICK: '5 s' is out of range; allowed is 1 ms to 1 s.");
}

TEST(command_lines, keep_what_else_a_program_has) {
  auto known = node_options_description();
  known.add_options()("help", "Show this.");
  const auto line = parse_command_line({"--help"}, known);
  ASSERT_TRUE(line) << line.error().message;
  EXPECT_EQ(line->count("help"), 1U);
}

TEST(command_lines, of_operators_have_the_connection_and_the_policy_side_by_side) {
  auto known = remote_options_description();
  known.add(policy_options_description());
  const auto line = parse_command_line({"--address", "n1:7400", "--target", "5", "--allow-even"},
                                       known);
  ASSERT_TRUE(line) << line.error().message;
  const auto none = [](const std::string&) { return std::optional<std::string>{}; };
  const auto remote = read_options<remote_options>(*line, {}, none);
  ASSERT_TRUE(remote) << remote.error().message;
  EXPECT_EQ(remote->addresses, words{"n1:7400"});
  const auto policy = read_options<membership_policy>(*line, {}, none);
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_EQ(policy->target_members, 5U);
  EXPECT_TRUE(policy->allow_even);
}

TEST(helps, say_what_is_allowed_and_what_holds_otherwise) {
  const auto help_of_option = [](const std::string& name) {
    for (const auto& x : option_list<node_options>::all())
      if (x.name == name)
        return help_of(x);
    return std::string{};
  };
  EXPECT_EQ(help_of_option("tick"), "The unit of all election timing. Allowed: 1 ms to 1 s. "
                                    "Default: 100ms. [QUORATE_TICK]");
  EXPECT_EQ(help_of_option("name"), "The node's name, unique in its cluster; with TLS, the one in "
                                    "its certificate. Required. [QUORATE_NAME]");
  EXPECT_EQ(help_of_option("parked"), "Register as standby: the node waits until an operator "
                                      "activates it. [QUORATE_PARKED]");
}

TEST(helps, name_every_option_and_its_variable) {
  std::ostringstream out;
  out << node_options_description();
  for (const auto& x : option_list<node_options>::all()) {
    EXPECT_NE(out.str().find("--" + x.name), std::string::npos) << x.name;
    EXPECT_NE(out.str().find("[" + x.environment + "]"), std::string::npos) << x.environment;
  }
  EXPECT_NE(out.str().find("--config FILE"), std::string::npos);
}

} // namespace
} // namespace quorate
