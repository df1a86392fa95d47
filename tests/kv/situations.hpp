// Short words for the writes and answers of the tests in this room.
#pragma once

#include "messages/kv.hpp"
#include "runtime/base/random.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace quorate::kv {

inline const precondition if_absent{condition::absent, {}};

inline precondition if_at(std::uint64_t at) {
  return {condition::matches, revision{at}};
}

inline write put_of(std::string key, std::string value, precondition pre = {}) {
  return put{std::move(key), std::move(value), pre};
}

inline write erase_of(std::string key, precondition pre = {}) {
  return erase{std::move(key), pre};
}

inline session_write numbered(std::uint64_t session, std::uint64_t sequence, write what,
                              std::uint64_t ack_below = 0) {
  return {session_id{session}, sequence, ack_below, std::move(what)};
}

/// Few keys and low revisions, so that preconditions hold about as often as not.
inline write random_write(base::random& draw) {
  std::string key(1, static_cast<char>('a' + draw.below(6)));
  precondition pre{static_cast<condition>(draw.between(1, 3)), revision{draw.below(12)}};
  if (draw.chance(30))
    return erase{key, pre};
  return put{key, std::string(draw.below(5), 'v'), pre};
}

inline bool same(const write_result& a, const write_result& b) {
  return a.outcome == b.outcome && a.at == b.at && a.current == b.current;
}

} // namespace quorate::kv
