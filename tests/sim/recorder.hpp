// What the clients saw, as a history for the independent checker (tests/history): a second opinion
// that knows nothing of logs, sessions or nodes.
//
// Thread safety: none.
#pragma once

#include "messages/kv.hpp"
#include "tests/history/history.hpp"
#include "tests/sim/events.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace quorate::sim {

class recorder {
public:
  /// An operation begins; until it ends, its outcome is unknown. The number names it.
  std::size_t read(std::uint32_t client, const std::string& key, micros now);
  std::size_t write(std::uint32_t client, const kv::write& what, micros now);

  /// It was answered.
  void found(std::size_t number, const kv::read_result& what, micros now);
  void wrote(std::size_t number, const kv::write_result& what, micros now);
  /// It failed for certain.
  void rejected(std::size_t number, micros now);

  std::size_t size() const noexcept {
    return seen_.operations.size();
  }

  /// Why there is no order that explains what was seen; empty if there is one, or if none of a
  /// bounded number of tries found out.
  std::string refutation() const;

private:
  std::size_t begin(std::uint32_t client, const std::string& key, micros now);
  std::uint32_t value_of(const shared_bytes& text);

  history::history seen_;
  std::map<std::string, std::uint32_t> keys_;
  std::map<std::string, std::uint32_t> values_;
};

} // namespace quorate::sim
