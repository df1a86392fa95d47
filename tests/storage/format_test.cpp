// Files of format 1 that every later build has to read. A new format gets a file of its own.
#include "quorate/testing/storage_batches.hpp"
#include "runtime/storage/durable_mark.hpp"
#include "runtime/storage/records.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>

namespace quorate::storage {
namespace {

std::string hexadecimal(std::string_view bytes) {
  constexpr auto digits = "0123456789abcdef";
  std::string out;
  for (const auto c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

marker identity() {
  return {1, "node", storage_id{1, 2}, fingerprint{3, 4}, node_id{5}, 6};
}

raft::entry command() {
  auto out = entry_at(300, 7, "payload");
  out.log_time_ms = 1'000;
  return out;
}

raft::entry membership() {
  auto out = entry_at(301, 7, "delta");
  out.kind = raft::entry_kind::membership;
  raft::configuration config;
  config.version = config_version{9};
  config.voters = {{node_id{1}, storage_id{1, 2}}, {node_id{3}, storage_id{5, 8}}};
  config.outgoing = {{node_id{1}, storage_id{1, 2}}};
  config.learners = {{node_id{4}, storage_id{13, 21}}};
  config.lease_ms = 200;
  out.config = std::make_shared<raft::configuration>(config);
  return out;
}

image_record image() {
  return {{log_index{299}, term{6}}, *membership().config, 12, 34'567, 0x0123456789ABCDEF};
}

/// Name and bytes of each kind of record, as this build writes them.
std::map<std::string, std::string> written() {
  std::map<std::string, std::string> out;
  const auto put = [&](const std::string& name, std::string_view key, const auto& content) {
    out[name] = hexadecimal(key) + ' ' + hexadecimal(seal(key, content));
  };
  put("identity", identity_key, identity());
  put("state", state_key, hard_state{term{7}, {node_id{3}, storage_id{5, 8}}, log_index{298}});
  put("floor", floor_key, storage::floor{config_version{9}, {log_index{200}, term{6}}});
  put("begin", begin_key, std::uint64_t{250});
  put("image", image_key, image());
  put("command", entry_key(log_index{300}), command());
  put("membership", entry_key(log_index{301}), membership());
  put("write", write_key, last_write{17, log_index{301}, digest({1, 2, 3, 4, 5})});
  out["mark"] = "- " + hexadecimal(encode(write_mark{17, log_index{301}}));
  return out;
}

std::map<std::string, std::string> golden() {
  std::ifstream from{QUORATE_STORAGE_TESTS "/format_1.txt"};
  EXPECT_TRUE(from) << "format_1.txt isn't there";
  std::map<std::string, std::string> out;
  std::string name;
  std::string rest;
  while (from >> name && std::getline(from >> std::ws, rest))
    out[name] = rest;
  return out;
}

std::string bytes_of(const std::string& digits) {
  std::string out;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    out += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
  return out;
}

template <class T>
T read(const std::string& name) {
  const auto line = golden().at(name);
  const auto space = line.find(' ');
  auto x = unseal<T>(bytes_of(line.substr(0, space)), bytes_of(line.substr(space + 1)));
  EXPECT_TRUE(x) << name << ": " << to_string(x.error());
  return *x;
}

TEST(format_1, is_read_and_written_as_it_was) {
  std::string now;
  for (const auto& [name, bytes] : written())
    now += name + ' ' + bytes + '\n';
  EXPECT_EQ(written(), golden())
    << "If this is meant to be a new format, add a file for it. As it is "
       "written now:\n"
    << now;
}

TEST(format_1, means_what_it_meant) {
  EXPECT_EQ(read<marker>("identity").boots, identity().boots);
  EXPECT_EQ(read<marker>("identity").cluster, identity().cluster);
  EXPECT_EQ(read<hard_state>("state").voted_for, (raft::replica{node_id{3}, storage_id{5, 8}}));
  EXPECT_EQ(read<storage::floor>("floor").at.index, log_index{200});
  EXPECT_EQ(read<std::uint64_t>("begin"), 250U);
  EXPECT_EQ(read<image_record>("image").config, image().config);
  EXPECT_EQ(read<image_record>("image").file, 12U);
  EXPECT_EQ(read<raft::entry>("command").payload, command().payload);
  EXPECT_EQ(read<raft::entry>("command").log_time_ms, 1'000U);
  ASSERT_NE(read<raft::entry>("membership").config, nullptr);
  EXPECT_EQ(*read<raft::entry>("membership").config, *membership().config);
  const auto mark = decode_mark(bytes_of(golden().at("mark").substr(2)));
  ASSERT_TRUE(mark);
  EXPECT_EQ(mark->number, 17U);
  EXPECT_EQ(mark->log_end, log_index{301});
  EXPECT_EQ(read<last_write>("write").number, 17U);
}

} // namespace
} // namespace quorate::storage
