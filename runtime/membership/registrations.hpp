// What nodes ask for by themselves: to be registered, to be taken back after their disk was lost,
// and that what their rows say of them be so.
#pragma once

#include "runtime/membership/plan.hpp"

#include <optional>

namespace quorate::membership {

/// Of nodes that nobody knows. Those that register together share one entry.
result<plan> plan_registrations(const nodes_config& config, const proposal& want, table_view table);

/// Of one node whose name is known with another storage. The old row goes, or is lost if it is a
/// member's; the new id takes over the name, and stays parked if the old one was.
result<plan> plan_re_registration(const nodes_config& config, const proposal& want,
                                  const observations& seen, table_view table);

/// Of nodes that have moved or run another build, in one entry.
result<plan> plan_update(const nodes_config& config, const proposal& want, table_view table);

/// Whether a name is asked for that has a row with another storage, in a cluster that lets it be
/// taken over.
bool takes_over(const nodes_config& config, const register_request& request);

/// Whether a node says of itself what its row doesn't.
bool differs(const node_record& row, const node_news& said);

/// The row as the node's word makes it. None: nothing that it says is news, or it says it of an
/// earlier life.
std::optional<node_record> updated_row(const nodes_config& config, const node_news& said);

/// Why such a row isn't written whatever others say: a guard of `update` fails. Whether `update`
/// is open isn't asked.
result<void> check_news(const nodes_config& config, const node_record& row);

} // namespace quorate::membership
