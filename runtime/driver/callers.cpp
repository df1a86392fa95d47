// Clients, operators and the controller: what they ask, and what they get.
#include "runtime/base/check.hpp"
#include "runtime/base/mutants.hpp"
#include "runtime/driver/driver.hpp"
#include "runtime/kv/commands.hpp"
#include "runtime/kv/validation.hpp"
#include "runtime/membership/admission.hpp"
#include "runtime/membership/explain.hpp"
#include "runtime/raft/configurations.hpp"

#include <utility>

namespace quorate::driver {

void driver::answer(request_token token, reply_body body) {
  effects_.replies.push_back({token, std::move(body), 0});
}

// -- clients --------------------------------------------------------------------------------------

void driver::request(request_token token, kv::request what) {
  if (halted_.code != errc::none)
    return answer(token, kv::reply{make_error(errc::node_halted)});
  if (auto fits = kv::check_request(what); !fits)
    return answer(token, kv::reply{fits.error()});
  if (replica_ == nullptr || departed())
    return answer(token, kv::reply{not_leader()});
  if (auto* asked = std::get_if<kv::read_request>(&what))
    return read(token, std::move(*asked));
  if (auto* asked = std::get_if<kv::write_request>(&what))
    return propose(token, std::move(asked->command));
  propose(token, kv::make_open_session());
}

void driver::propose(request_token token, shared_bytes command) {
  if (replica_->core.current().role != raft::role_kind::leader)
    return answer(token, kv::reply{not_leader()});
  if (auto lack = lack_of_room(); lack.code != errc::none) {
    counters_.count(lack.code);
    return answer(token, kv::reply{std::move(lack)});
  }
  auto at = replica_->core.propose({std::move(command)}, log_time_ms());
  if (!at)
    return answer(token, kv::reply{at.error()});
  const bool fresh = replica_->writes.emplace(at->index, pending_write{at->entry_term, token})
                       .second;
  QUORATE_CHECK(fresh, "index", at->index.value);
}

void driver::read(request_token token, kv::read_request what) {
  if (what.level == kv::consistency::local)
    return answer(token, kv::reply{replica_->state.store().get(what.key)});
  if (const auto until_ms = lease_until_ms(); now_ms_ < until_ms) {
    effects_.replies.push_back({token, kv::reply{replica_->state.store().get(what.key)}, until_ms});
    return;
  }
  if (!options_.follower_reads && replica_->core.current().role != raft::role_kind::leader)
    return answer(token, kv::reply{not_leader()});
  const raft::read_token read{replica_->next_read++};
  if (auto taken = replica_->core.read_index(read); !taken)
    return answer(token,
                  kv::reply{taken.error().code == errc::not_leader ? not_leader() : taken.error()});
  replica_->unconfirmed.emplace(read, client_read{token, std::move(what.key)});
}

/// Until when this leader may answer from its own state. Zero: it has no lease, or hasn't applied
/// all that it has committed.
std::uint64_t driver::lease_until_ms() const {
  const auto basis = replica_->core.lease_basis();
  if (!basis || replica_->state.applied().index != replica_->core.current().commit)
    return 0;
  const auto began_ms = replica_->ticks.ms_of(*basis);
  // Three quarters: by clocks that are wrong by less than 14 % each, the promise still holds.
  return began_ms ? *began_ms + replica_->core.active_config().lease_ms * 3 / 4 : 0;
}

void driver::serve(const confirmed_read& what) {
  if (const auto* read = std::get_if<client_read>(&what))
    return answer(read->token, kv::reply{replica_->state.store().get(read->key)});
  const auto& asked = std::get<join_confirmation>(what);
  // An admission that is under way counts on the log already, which this node may have forgotten:
  // it acknowledged the beginning, and crashed before the rest came. It asks again.
  if (raft::names(replica_->core.active_config(), asked.request.from)
      && replica_->state.nodes().role_of(asked.request.from.id) == node_role::outsider
      && !base::mutated(base::mutant::confirms_against_admission))
    return;
  auto reply = membership::judge_join(replica_->state.nodes(), asked.request, marker_.id);
  reply.confirmed = true;
  reply.leader_term = replica_->core.current().current_term;
  reply.applied = replica_->state.applied();
  send(asked.reply_to, std::move(reply));
}

/// A node that asked whether it is still in asks again by itself.
void driver::fail(const confirmed_read& what, error why) {
  if (const auto* read = std::get_if<client_read>(&what))
    answer(read->token, kv::reply{std::move(why)});
}

/// Every caller is answered once. What was proposed may still be committed by the next leader;
/// reads did nothing, and the core names those that it gives up itself (`none`).
void driver::fail_callers(errc writes, errc reads) {
  if (replica_ == nullptr)
    return;
  for (const auto& [index, waiting] : replica_->writes)
    answer(waiting.token, kv::reply{make_error(writes)});
  replica_->writes.clear();
  if (const auto moving = std::exchange(replica_->transfer, {}))
    answer(moving->token, ops::transfer_reply{not_leader(), {}});
  if (reads == errc::none)
    return;
  for (const auto& [token, waiting] : replica_->unconfirmed)
    fail(waiting, make_error(reads));
  for (const auto& [index, waiting] : replica_->confirmed)
    fail(waiting, make_error(reads));
  replica_->unconfirmed.clear();
  replica_->confirmed.clear();
}

void driver::fail_confirmed() {
  for (const auto& [index, waiting] : replica_->confirmed)
    fail(waiting, not_leader());
  replica_->confirmed.clear();
}

// -- operators ------------------------------------------------------------------------------------

void driver::request(request_token token, membership::reconfigure_request what) {
  if (halted_.code != errc::none)
    return answer(token, membership::reconfigure_reply{make_error(errc::node_halted), false, {}});
  if (!leading_)
    return answer(token, membership::reconfigure_reply{not_leader(), false, {}});
  effects_.controller.push_back(membership::intent_received{token, std::move(what)});
}

void driver::request(request_token token, ops::question what) {
  if (halted_.code != errc::none)
    return answer(token, membership::turn_down(what, make_error(errc::node_halted)));
  if (!leading_)
    return answer(token, membership::turn_down(what, not_leader()));
  effects_.controller.push_back(membership::question_received{token, std::move(what)});
}

void driver::request(request_token token, membership::provision_request what) {
  if (halted_.code != errc::none)
    return answer(token, ops::provision_reply{halted_, false, {}});
  if (marker_.id && !(founding_ && founding_->writing))
    return answer(token, ops::provision_reply{{}, false, marker_.cluster});
  if (!founding_)
    found(std::move(what));
  founding_->tokens.push_back(token);
}

// -- the controller -------------------------------------------------------------------------------

void driver::from_controller(const membership::controller_output& said) {
  std::visit([this](const auto& x) { obey(x); }, said);
}

void driver::obey(const membership::propose_change& x) {
  QUORATE_CHECK(x.change != nullptr);
  auto refused = [this](error why) {
    effects_.controller.push_back(membership::change_proposed{std::move(why)});
  };
  if (!leading_ || x.leader_term != leading_term_)
    return; // It hears of the lost leadership right behind this.
  if (x.change->base != replica_->state.nodes().version())
    return refused(make_error(errc::base_differs));
  auto at = propose_change(*x.change);
  refused(at ? error{} : at.error());
}

void driver::obey(const membership::hand_over& x) {
  if (leading_ && x.leader_term == leading_term_ && !replica_->core.transfer(x.to))
    counters_.count(errc::no_successor);
}

void driver::obey(const membership::intent_answered& x) {
  answer(x.token, x.reply);
}

void driver::obey(const membership::question_answered& x) {
  answer(x.token, x.reply);
}

void driver::obey(const membership::registration_answered& x) {
  send(x.reply_to, x.reply);
}

void driver::obey(const membership::refused& x) {
  counters_.count(x.why.code);
  effects_.refusals.push_back(x);
}

} // namespace quorate::driver
