// Situations with what follows from them, worked out once.
#include "tests/membership/table_situations.hpp"

#include <utility>

namespace quorate::membership::situations {

situation_set::situation_set(std::vector<situation> from) {
  for (auto& what : from) {
    auto config = what.founding ? nodes_config{} : what.cluster.config();
    auto seen = see(config, what.seen);
    all_.push_back({std::move(what), std::move(config), std::move(seen)});
  }
}

guard_context situation_set::context_of(const ready& x) {
  guard_context context;
  context.config = &x.config;
  context.moves = &x.what.moves;
  context.op = &x.what.op;
  context.new_rows = &x.what.rows;
  context.new_policy = x.what.policy ? &*x.what.policy : nullptr;
  context.new_pause = x.what.pause ? &*x.what.pause : nullptr;
  context.seen = &x.seen;
  context.request = x.what.request ? &*x.what.request : nullptr;
  resulting_sets(x.config, x.what.moves, context.members_after, context.learners_after);
  if (x.what.members_after)
    context.members_after = *x.what.members_after;
  return context;
}

void situation_set::for_each(const visitor& visit) const {
  for (const auto& x : all_)
    visit(x.what, context_of(x));
}

errc situation_set::verdict(const ready& x, table_view table) {
  auto legal_now = check_moves(context_of(x), table);
  return legal_now ? errc::none : legal_now.error().code;
}

std::vector<std::string> situation_set::mismatches(table_view table) const {
  std::vector<std::string> out;
  for (const auto& x : all_)
    if (const auto said = verdict(x, table); said != x.what.expected)
      out.push_back(name_of(x.what) + ", and the table says " + std::string{to_string(said)});
  return out;
}

} // namespace quorate::membership::situations
