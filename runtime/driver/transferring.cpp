// An operator who wants somebody else to lead.
#include "runtime/driver/driver.hpp"
#include "runtime/raft/configurations.hpp"

#include <string>
#include <utility>

namespace quorate::driver {

void driver::request(request_token token, ops::transfer_request what) {
  const auto refuse = [&](error why) { answer(token, ops::transfer_reply{std::move(why), {}}); };
  if (halted_.code != errc::none)
    return refuse(make_error(errc::node_halted));
  if (!leading_ || departed())
    return refuse(not_leader());
  if (what.to ? what.to == marker_.id : what.from != marker_.id)
    return answer(token, ops::transfer_reply{{}, marker_.id}); // It is so already.
  const auto to = successor(what.to);
  if (!to)
    return refuse(to.error());
  if (what.dry_run)
    return answer(token, ops::transfer_reply{{}, *to});
  if (replica_->transfer || stopping_)
    return refuse(make_error(errc::transfer_in_progress));
  if (auto begun = replica_->core.transfer(*to); !begun)
    return refuse(begun.error().code == errc::unknown_node
                    ? make_error(errc::transition_in_flight) // It isn't a voter in both halves.
                    : begun.error());
  replica_->transfer = pending_transfer{token, *to};
}

/// Who is asked to lead. Errors: `unknown_node`, `no_successor`.
result<node_id> driver::successor(node_id wanted) const {
  const auto& nodes = replica_->state.nodes();
  const auto votes = [&](node_id id) { return nodes.members().count(id) != 0; };
  const auto* row = nodes.find(wanted);
  if (wanted && row == nullptr)
    return make_error(errc::unknown_node);
  if (wanted && !votes(wanted))
    return make_error(errc::no_successor, row->name + " isn't a member: only a member can lead.");
  for (auto id : successors(false))
    if (votes(id) && (!wanted || id == wanted))
      return id;
  return make_error(errc::no_successor,
                    (wanted ? row->name + " hasn't" : std::string{"No other member has"})
                      + " answered for an election timeout.");
}

/// With every turn of the node. One that succeeded ended with the leadership (`fail_callers`).
void driver::settle_transfer() {
  if (replica_ == nullptr || !replica_->transfer || replica_->core.current().transferring)
    return;
  const auto ended = *std::exchange(replica_->transfer, {});
  const auto* row = replica_->state.nodes().find(ended.to);
  answer(ended.token,
         ops::transfer_reply{
           make_error(errc::no_successor, (row != nullptr ? row->name : to_string(ended.to))
                                            + " didn't take over within an election timeout."),
           {}});
}

} // namespace quorate::driver
