// What the store promises, as simply as it can be said.
#pragma once

#include "tests/history/history.hpp"

#include <map>

namespace quorate::history {

struct answer {
  outcome result = outcome::ok;
  std::uint64_t revision = 0;
  std::uint32_t value = nothing; ///< Of a get.
};

class model {
public:
  answer apply(const operation& x) {
    const auto found = entries_.find(x.key);
    const entry now = found == entries_.end() ? entry{} : found->second;
    if (x.what == action::get)
      return {outcome::ok, now.revision, now.value};
    const bool refused = wants_absence(x) ? now.revision != 0
                                          : x.pre == condition::matches && now.revision != x.expect;
    if (refused)
      return {outcome::precondition_failed, now.revision, nothing};
    if (x.what == action::put)
      entries_[x.key] = {++revision_, x.value};
    else if (now.revision != 0) {
      ++revision_;
      entries_.erase(x.key);
    }
    return {outcome::ok, revision_, nothing};
  }

  friend bool operator<(const model& a, const model& b) {
    if (a.revision_ != b.revision_)
      return a.revision_ < b.revision_;
    return a.entries_ < b.entries_;
  }

private:
  struct entry {
    std::uint64_t revision = 0;
    std::uint32_t value = nothing;

    friend bool operator<(const entry& a, const entry& b) {
      return a.revision < b.revision || (a.revision == b.revision && a.value < b.value);
    }
  };

  std::uint64_t revision_ = 0;
  std::map<std::uint32_t, entry> entries_;
};

} // namespace quorate::history
