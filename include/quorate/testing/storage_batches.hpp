// Short words for what a node writes and finds, for tests of storages.
#pragma once

#include <quorate/storage.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace quorate::storage {

inline raft::entry entry_at(std::uint64_t index, std::uint64_t in_term, std::string payload = "x") {
  raft::entry result;
  result.index = log_index{index};
  result.entry_term = term{in_term};
  result.kind = raft::entry_kind::command;
  result.payload = shared_bytes{std::move(payload)};
  return result;
}

inline hard_state state_in(std::uint64_t current_term, std::uint32_t voted_for = 0) {
  hard_state result;
  result.current_term = term{current_term};
  result.voted_for.id = node_id{voted_for};
  result.voted_for.storage = storage_id{voted_for, 0};
  return result;
}

inline std::shared_ptr<const raft::snapshot> image_at(std::uint64_t index, std::uint64_t in_term) {
  auto result = std::make_shared<raft::snapshot>();
  result->last = {log_index{index}, term{in_term}};
  result->config.version = config_version{1};
  result->config.voters = {{node_id{1}, storage_id{1, 0}}};
  result->image = shared_bytes{"image " + std::to_string(index)};
  return result;
}

/// A batch is built up: `batch(3).entries(1, 5, 2).state(2)`.
class batch {
public:
  explicit batch(std::uint64_t sequence) {
    content_.sequence = write_sequence{sequence};
  }

  batch& identity(std::string name, std::uint64_t boots) {
    content_.identity = marker{1, std::move(name), storage_id{1, 2}, {}, {}, boots};
    return *this;
  }
  batch& drop_log(std::uint64_t version, std::uint64_t index, std::uint64_t in_term) {
    content_.drop_log = storage::floor{config_version{version}, {log_index{index}, term{in_term}}};
    return *this;
  }
  batch& state(std::uint64_t current_term, std::uint32_t voted_for = 0) {
    content_.state = state_in(current_term, voted_for);
    return *this;
  }
  batch& image(std::uint64_t index, std::uint64_t in_term, bool replaces_log) {
    content_.image = image_at(index, in_term);
    content_.image_replaces_log = replaces_log;
    return *this;
  }
  batch& truncate_from(std::uint64_t index) {
    content_.truncate_from = log_index{index};
    return *this;
  }
  batch& entries(std::uint64_t first, std::uint64_t last, std::uint64_t in_term) {
    for (auto i = first; i <= last; ++i)
      content_.entries.push_back(entry_at(i, in_term));
    return *this;
  }
  batch& entry(raft::entry x) {
    content_.entries.push_back(std::move(x));
    return *this;
  }
  batch& compact_to(std::uint64_t index) {
    content_.compact_to = log_index{index};
    return *this;
  }
  operator write_batch() const { // NOLINT: it is one.
    return content_;
  }

private:
  write_batch content_;
};

/// Everything that `load` returns as one string, for comparisons and failure messages.
inline std::string to_text(const recovered& x) {
  std::string text;
  if (x.damage.code != errc::none)
    text += to_string(x.damage) + ' ';
  auto number = [&](std::uint64_t n) { text += std::to_string(n) + ' '; };
  if (x.identity) {
    text += x.identity->name + '/' + to_string(x.identity->storage) + ' ';
    number(x.identity->boots);
  }
  text += "floor ";
  number(x.lowest.version.value);
  number(x.lowest.at.index.value);
  number(x.lowest.at.entry_term.value);
  text += "state ";
  number(x.state.current_term.value);
  number(x.state.voted_for.id.value);
  number(x.state.commit.value);
  if (x.image) {
    text += "image ";
    number(x.image->last.index.value);
    number(x.image->last.entry_term.value);
    number(x.image->config.voters.size());
    text += std::string{x.image->image.view()} + ' ';
  }
  text += "log";
  for (auto& each : x.entries)
    text += ' ' + std::to_string(each.index.value) + '@' + std::to_string(each.entry_term.value)
            + '/' + std::to_string(static_cast<int>(each.kind)) + (each.config ? "c" : "") + '='
            + std::string{each.payload.view()};
  return text;
}

} // namespace quorate::storage
