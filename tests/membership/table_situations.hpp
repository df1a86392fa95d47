// Situations that tell the transition table from every table that lacks one of its rows or guards.
#pragma once

#include "runtime/membership/guards.hpp"
#include "tests/membership/situations.hpp"

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace quorate::membership::situations {

/// A change that somebody asks for, what is known at that moment, and what the table has to say.
struct situation {
  written_cluster cluster;
  bool founding = false; ///< There is no cluster yet.
  sight seen;
  operation op;
  std::vector<move> moves;
  /// Where the moves are only a part of the change: the members after all of it.
  std::optional<std::set<node_id>> members_after;
  std::optional<register_request> request;
  std::vector<node_record> rows;
  std::optional<membership_policy> policy;
  std::optional<automation_pause> pause;
  errc expected = errc::none;
};

/// For each row a legal situation, and for each of its guards one in which only that guard fails.
std::vector<situation> all_situations();

/// `park from member/voter to standby/outsider: last_member`.
std::string name_of(const situation& x);

/// Situations with all that is worked out from them once, because many tables are asked.
class situation_set {
public:
  explicit situation_set(std::vector<situation> from);

  /// The names of those on which this table has another word than it should, with that word.
  std::vector<std::string> mismatches(table_view table) const;

  /// With the context that the guards are asked in; it refers to this set.
  using visitor = std::function<void(const situation&, const guard_context&)>;
  void for_each(const visitor& visit) const;

private:
  struct ready {
    situation what;
    nodes_config config;
    observations seen;
  };
  static guard_context context_of(const ready& x);
  static errc verdict(const ready& x, table_view table);

  std::vector<ready> all_;
};

} // namespace quorate::membership::situations
