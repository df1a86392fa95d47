// Each rule finds what it forbids, and leaves alone what it allows.
#include "tests/repository/rules.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace quorate::repository {

namespace {

struct include_case {
  const char* path;
  const char* include; ///< With its quotes or brackets.
};

findings included(const include_case& x) {
  return check_includes(x.path, std::string{"#pragma once\n#include "} + x.include + "\n");
}

void expect_found(const std::vector<include_case>& cases) {
  for (const auto& x : cases) {
    SCOPED_TRACE(std::string{x.path} + " includes " + x.include);
    auto found = included(x);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].path, x.path);
    EXPECT_EQ(found[0].line, 2);
  }
}

TEST(wrong_includes, of_public_headers_are_found) {
  expect_found({{"include/quorate/node.hpp", "\"messages/raft.hpp\""},
                {"include/quorate/node.hpp", "\"runtime/raft/core.hpp\""},
                {"include/quorate/node.hpp", "<runtime/raft/core.hpp>"},
                {"include/quorate/node.hpp", "<caf/all.hpp>"},
                {"include/quorate/caf.hpp", "\"actors/node_actor.hpp\""},
                {"runtime/kv/store.hpp", "<xxhash.h>"},
                {"bench/kv_load/run.cpp", "<caf/all.hpp>"},
                {"include/quorate/node.hpp", "<nlohmann/json.hpp>"},
                {"include/quorate/node.hpp", "<boost/program_options.hpp>"},
                {"include/quorate/option_list.hpp", "<boost/program_options.hpp>"},
                {"include/quorate/node_options_description.hpp", "<boost/asio.hpp>"},
                {"include/quorate/node.hpp", "\"types.hpp\""}});
}

TEST(wrong_includes, of_messages_are_found) {
  expect_found({{"messages/raft.hpp", "\"runtime/base/bytes.hpp\""},
                {"messages/raft.hpp", "<caf/type_id.hpp>"},
                {"messages/raft.hpp", "\"../runtime/base/bytes.hpp\""},
                {"messages/type_ids.hpp", "\"actors/node_actor.hpp\""}});
}

TEST(wrong_includes, of_the_runtime_are_found) {
  expect_found({{"runtime/raft/core.cpp", "\"actors/node_actor.hpp\""},
                {"runtime/raft/core.cpp", "\"tests/sim/cluster.hpp\""},
                {"runtime/raft/core.cpp", "\"messages/../actors/node_actor.hpp\""},
                {"runtime/raft/core.cpp", "<caf/all.hpp>"},
                {"runtime/raft/core.cpp", "<rocksdb/db.h>"},
                {"runtime/raft/core.cpp", "<unistd.h>"},
                {"runtime/wire/link.cpp", "<openssl/ssl.h>"},
                {"runtime/raft/core.cpp", "<unordered_map>"},
                {"runtime/membership/policy.cpp", "<unordered_set>"},
                {"runtime/driver/driver.hpp", "<unordered_map>"},
                {"runtime/driver/driver.cpp", "<thread>"},
                {"runtime/storage/memory_store.hpp", "<mutex>"},
                {"runtime/base/random.hpp", "<future>"},
                {"runtime/base/random.hpp", "<condition_variable>"}});
}

TEST(wrong_includes, between_rooms_of_the_runtime_are_found) {
  expect_found({{"runtime/base/check.cpp", "\"runtime/raft/log.hpp\""},
                {"runtime/raft/core.cpp", "\"runtime/kv/store.hpp\""},
                {"runtime/raft/core.cpp", "\"runtime/options/table.hpp\""},
                {"runtime/options/table.hpp", "\"runtime/membership/plan.hpp\""},
                {"runtime/options/table.hpp", "<boost/program_options.hpp>"},
                {"runtime/raft/core.cpp", "\"runtime/membership/policy.hpp\""},
                {"runtime/raft/core.cpp", "\"runtime/storage/recovery.hpp\""},
                {"runtime/kv/store.cpp", "\"runtime/raft/core.hpp\""},
                {"runtime/kv/store.cpp", "\"runtime/machine/machine.hpp\""},
                {"runtime/membership/policy.cpp", "\"runtime/kv/store.hpp\""},
                {"runtime/storage/memory_store.cpp", "\"runtime/kv/store.hpp\""},
                {"runtime/machine/machine.cpp", "\"runtime/raft/core.hpp\""},
                {"runtime/machine/machine.cpp", "\"runtime/driver/driver.hpp\""},
                {"runtime/tls/session.cpp", "\"runtime/wire/frame.hpp\""},
                {"runtime/machine/machine.cpp", "\"runtime/recover/survivor.hpp\""},
                {"runtime/recover/forced.cpp", "\"runtime/raft/core.hpp\""},
                {"runtime/recover/forced.cpp", "\"runtime/driver/driver.hpp\""},
                {"runtime/driver/driver.cpp", "\"runtime/recover/survivor.hpp\""},
                {"runtime/novelty/thing.cpp", "\"runtime/base/check.hpp\""}});
}

TEST(wrong_includes, of_actors_and_programs_are_found) {
  expect_found({{"actors/node_actor.cpp", "\"apps/quorate/main.hpp\""},
                {"actors/node_actor.cpp", "\"tests/sim/cluster.hpp\""},
                {"examples/hello.cpp", "\"runtime/kv/store.hpp\""},
                {"examples/hello.cpp", "\"actors/node_actor.hpp\""},
                {"apps/quorate/main.cpp", "\"tests/sim/cluster.hpp\""},
                {"apps/quorate/main.cpp", "<caf/all.hpp>"},
                {"bench/kv_load.cpp", "\"apps/quorate/main.hpp\""},
                {"tests/actors/node_test.cpp", "\"apps/quorate/main.hpp\""},
                {"tests/actors/node_test.cpp", "\"bench/kv_load/run.hpp\""}});
}

TEST(wrong_includes, of_the_service_are_found) {
  expect_found({{"service/monitor.cpp", "\"runtime/driver/driver.hpp\""},
                {"service/monitor.cpp", "\"actors/system.hpp\""},
                {"service/monitor.cpp", "\"apps/quorate/table.hpp\""},
                {"service/monitor.cpp", "<caf/all.hpp>"},
                {"service/http_server.hpp", "<httplib.h>"},
                {"service/log.hpp", "<spdlog/spdlog.h>"},
                {"actors/node_actor.cpp", "\"service/monitor.hpp\""},
                {"include/quorate/node.hpp", "\"service/monitor.hpp\""}});
}

TEST(right_includes, are_left_alone) {
  const std::vector<include_case> cases{
    {"include/quorate/node.hpp", "\"quorate/types.hpp\""},
    {"include/quorate/node.hpp", "<chrono>"},
    {"include/quorate/node_options_description.hpp", "<boost/program_options.hpp>"},
    {"runtime/options/table.hpp", "\"runtime/base/endpoint.hpp\""},
    {"include/quorate/caf.hpp", "<caf/all.hpp>"},
    {"messages/raft.hpp", "\"messages/log.hpp\""},
    {"messages/type_ids.hpp", "<caf/type_id.hpp>"},
    {"runtime/raft/core.cpp", "\"runtime/base/check.hpp\""},
    {"runtime/raft/core.cpp", "\"messages/raft.hpp\""},
    {"runtime/kv/store.hpp", "<unordered_map>"},
    {"runtime/machine/machine.cpp", "\"runtime/kv/store.hpp\""},
    {"runtime/driver/driver.cpp", "\"runtime/machine/machine.hpp\""},
    {"runtime/recover/survivor.cpp", "\"runtime/machine/machine.hpp\""},
    {"runtime/storage/rocksdb_engine.cpp", "<rocksdb/db.h>"},
    {"runtime/tls/session.cpp", "<openssl/ssl.h>"},
    {"runtime/tls/identity.hpp", "\"messages/wire.hpp\""},
    {"runtime/wire/link.hpp", "\"runtime/tls/session.hpp\""},
    {"actors/node_actor.cpp", "<caf/all.hpp>"},
    {"actors/node_actor.cpp", "\"runtime/driver/driver.hpp\""},
    {"runtime/base/hash.hpp", "<xxhash.h>"},
    {"bench/hops.cpp", "<caf/all.hpp>"},
    {"service/monitor.cpp", "\"quorate/status.hpp\""},
    {"service/http_answers.cpp", "<httplib.h>"},
    {"service/json.hpp", "<nlohmann/json.hpp>"},
    {"apps/quorate/serve_command.cpp", "\"service/monitor.hpp\""},
    {"tests/service/monitor_test.cpp", "\"service/monitor.hpp\""},
    {"apps/quorate/main.cpp", "<boost/program_options.hpp>"},
    {"bench/kv_load.cpp", "\"actors/system.hpp\""},
    {"examples/hello.cpp", "\"quorate/quorate.hpp\""},
    {"tests/apps/table_test.cpp", "\"apps/quorate/table.hpp\""},
    {"tests/bench/tally_test.cpp", "\"bench/kv_load/tally.hpp\""},
    {"tests/sim/cluster.hpp", "\"runtime/driver/driver.hpp\""}};
  for (const auto& x : cases)
    EXPECT_EQ(included(x).size(), 0u) << x.path << " includes " << x.include;
}

TEST(includes, in_comments_do_not_count) {
  EXPECT_EQ(check_includes("messages/raft.hpp", "// #include <caf/all.hpp>\n"
                                                "/*\n#include <caf/all.hpp>\n*/\n")
              .size(),
            0u);
}

TEST(includes, with_spaces_and_a_trailing_comment_count) {
  EXPECT_EQ(check_includes("messages/raft.hpp", "#  include <caf/all.hpp> // because\n").size(),
            1u);
}

TEST(includes, of_a_file_outside_of_the_rooms_are_a_finding) {
  EXPECT_EQ(check_includes("util/strings.cpp", "").size(), 1u);
}

TEST(comments, end_where_they_end) {
  EXPECT_EQ(without_comments("a /* b\n c */ d // e\nf"), "a     \n      d     \nf");
}

TEST(comments, do_not_begin_in_strings_or_separated_digits) {
  std::string text = R"(auto a = "// no"; auto b = 10'000; char c = '"'; auto d = "\"//";)";
  EXPECT_EQ(without_comments(text), text);
  EXPECT_EQ(without_comments("10'000 // x"), "10'000     ");
}

TEST(purity, finds_clocks_and_randomness_in_the_runtime) {
  for (const char* word : {"std::chrono::system_clock::now()", "std::chrono::steady_clock::now()",
                           "std::random_device{}()", "std::this_thread::yield()"})
    EXPECT_EQ(check_purity("runtime/raft/core.cpp", word).size(), 1u) << word;
}

TEST(purity, is_asked_of_the_runtime_only_and_not_of_comments) {
  EXPECT_EQ(check_purity("actors/ticker.cpp", "std::chrono::steady_clock::now()").size(), 0u);
  EXPECT_EQ(check_purity("runtime/raft/core.cpp", "// No steady_clock here.").size(), 0u);
}

TEST(one_layout, finds_a_header_that_differs_in_checked_builds) {
  EXPECT_EQ(check_one_layout("runtime/raft/core.hpp", "#ifdef QUORATE_CHECKED\n").size(), 1u);
  EXPECT_EQ(check_one_layout("runtime/raft/core.cpp", "#ifdef QUORATE_CHECKED\n").size(), 0u);
}

TEST(header, needs_pragma_once_outside_of_comments) {
  EXPECT_EQ(check_header("messages/raft.hpp", "#include <string>\n").size(), 1u);
  EXPECT_EQ(check_header("messages/raft.hpp", "// #pragma once\n").size(), 1u);
  EXPECT_EQ(check_header("messages/raft.hpp", "// Words.\n#pragma once\n").size(), 0u);
  EXPECT_EQ(check_header("runtime/raft/core.cpp", "").size(), 0u);
}

TEST(local_paths, are_found) {
  // Put together here, so that this file passes the rule.
  for (std::string folder : {"home/me", "root/x", "work/main", "Users/me"}) {
    EXPECT_EQ(check_local_paths("README.md", "see /" + folder + "/file").size(), 1u) << folder;
    EXPECT_EQ(check_local_paths("README.md", "/" + folder + "/file").size(), 1u) << folder;
  }
}

TEST(local_paths, are_not_seen_in_relative_ones) {
  EXPECT_EQ(check_local_paths("README.md", "examples/work/queue and ${x}/root/y").size(), 0u);
}

TEST(changelog, needs_a_place_for_the_next_change) {
  EXPECT_EQ(check_changelog("CHANGELOG.md", "# Changelog\n\n## [0.1.0]\n").size(), 1u);
  EXPECT_EQ(check_changelog("CHANGELOG.md", "# Changelog\n\n## [Unreleased]\n").size(), 0u);
}

TEST(links, that_lead_nowhere_are_found) {
  auto exists = [](const std::string& path) { return path == "docs/raft.md"; };
  EXPECT_EQ(check_links("README.md", "[a](docs/raft.md) [b](docs/kv.md)", exists).size(), 1u);
  EXPECT_EQ(check_links("docs/kv.md", "[a](raft.md#reads) [b](docs/raft.md)", exists).size(), 1u);
  EXPECT_EQ(check_links("docs/adr/0001.md", "[a](../raft.md)", exists).size(), 0u);
}

TEST(links, elsewhere_and_in_code_do_not_count) {
  auto nothing = [](const std::string&) { return false; };
  EXPECT_EQ(check_links("README.md", "[a](https://example.org) [b](#here)", nothing).size(), 0u);
  EXPECT_EQ(check_links("README.md", "`[a](b)`\n```\nf[i](x)\n```\n", nothing).size(), 0u);
}

TEST(snippets, that_no_example_has_are_found) {
  const std::string code = "int main() {\n  go();\n}\n";
  EXPECT_EQ(check_snippets("a.md", "```cpp\ngo();\n```\n", code).size(), 0u);
  EXPECT_EQ(check_snippets("a.md", "```cpp\ngo(1);\n\n  go();\n```\n", code).size(), 1u);
  EXPECT_EQ(check_snippets("a.md", "```cmake\nproject(x)\n```\n", code).size(), 1u);
}

TEST(snippets, of_other_languages_and_prose_do_not_count) {
  EXPECT_EQ(check_snippets("a.md", "go on\n```sh\nls\n```\nand on\n", "").size(), 0u);
}

} // namespace

} // namespace quorate::repository
