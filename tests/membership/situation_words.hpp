// In short what situations of the table are made of.
#pragma once

#include "tests/membership/table_situations.hpp"

#include <utility>
#include <vector>

namespace quorate::membership::situations {

using e = lifecycle_event;
using p = position;
using many = std::vector<situation>;

/// Three members, two learners that are caught up, an outsider and a parked node.
inline written_cluster usual() {
  return written_cluster{}.members({1, 2, 3}).learners({4, 5}).outsiders({6}).parked({7});
}

inline written_cluster four_members() {
  return written_cluster{}.members({1, 2, 3, 8}).learners({4});
}

inline situation legal(e event, initiator by, written_cluster cluster, std::uint32_t node, p from,
                       p to) {
  situation x;
  x.cluster = std::move(cluster);
  x.op.event = event;
  x.op.by = by;
  x.op.named = {node_id{node}};
  x.moves = {{node_id{node}, from, to}};
  return x;
}

template <class Change>
situation but(situation x, errc expected, Change change) {
  change(x);
  x.expected = expected;
  return x;
}

inline void append(many& to, const many& more) {
  to.insert(to.end(), more.begin(), more.end());
}

/// What nodes ask for by themselves: to be registered, to be taken back, to be known as they are.
many of_nodes();

} // namespace quorate::membership::situations
