#include "tests/sim/describe.hpp"

#include "runtime/kv/commands.hpp"

#include <type_traits>
#include <variant>

namespace quorate::sim {

namespace {

std::string ids(const std::vector<node_id>& list) {
  std::string out;
  for (auto id : list)
    out += (out.empty() ? "" : ",") + to_string(id);
  return '[' + out + ']';
}

std::string text(const error& x) {
  return x.code == errc::none ? "ok" : std::string{to_string(x.code)};
}

std::string text(const kv::write& w) {
  return std::visit(
    [](const auto& x) {
      const bool puts = std::is_same_v<std::decay_t<decltype(x)>, kv::put>;
      return (puts ? "put " : "erase ") + x.key + " if "
             + std::to_string(static_cast<int>(x.pre.kind)) + '@'
             + std::to_string(x.pre.expected.value);
    },
    w);
}

struct message_text {
  std::string operator()(const raft::envelope& m) const {
    return raft::describe(m);
  }
  std::string operator()(const membership::register_request& m) const {
    return "register " + m.name;
  }
  std::string operator()(const membership::register_reply& m) const {
    return "registered " + to_string(m.id) + ' ' + text(m.refusal);
  }
  std::string operator()(const membership::join_request& m) const {
    return "join " + to_string(m.from.id) + " known v" + std::to_string(m.known.value)
           + (m.wants_join ? " wants" : "") + (m.has_log ? " has log" : "");
  }
  std::string operator()(const membership::join_reply& m) const {
    return "view v" + std::to_string(m.current.version.value) + ' ' + text(m.refusal) + " as "
           + std::string{to_string(m.role)} + (m.confirmed ? " confirmed" : "");
  }
  std::string operator()(const discover_request&) const {
    return "discover";
  }
  std::string operator()(const discover_reply& m) const {
    return m.cluster ? "has cluster" : "has no cluster";
  }
  std::string operator()(const storage_in_use& m) const {
    return "boot " + std::to_string(m.to.counter) + " doesn't count, boot "
           + std::to_string(m.other.counter) + " at " + m.other_address + " does";
  }
  std::string operator()(const goodbye& m) const {
    return "goodbye " + to_string(m.from.id) + " of boot " + std::to_string(m.boot.counter);
  }
};

struct intent_text {
  std::string operator()(const membership::park_intent& x) const {
    return "park " + to_string(x.node) + (x.force ? " force" : "");
  }
  std::string operator()(const membership::activate_intent& x) const {
    return "activate " + to_string(x.node);
  }
  std::string operator()(const membership::remove_intent& x) const {
    return "remove " + to_string(x.node) + (x.force ? " force" : "");
  }
  std::string operator()(const membership::replace_intent& x) const {
    return "replace " + to_string(x.old_member) + " by " + to_string(x.new_member) + " fate "
           + std::to_string(static_cast<int>(x.fate));
  }
  std::string operator()(const membership::reconfigure_intent& x) const {
    return "reconfigure " + ids(x.members) + (x.force ? " force" : "");
  }
  std::string operator()(const membership::set_target_intent& x) const {
    return "target " + std::to_string(x.target_members);
  }
  std::string operator()(const membership::set_policy_intent&) const {
    return "policy";
  }
  std::string operator()(const membership::pause_intent& x) const {
    return "pause for " + std::to_string(x.for_ms) + " ms";
  }
  std::string operator()(const membership::resume_intent&) const {
    return "resume";
  }
};

struct question_text {
  std::string operator()(const kv::request& x) const {
    if (const auto* asked = std::get_if<kv::write_request>(&x))
      if (const auto w = kv::read_write_request(*asked))
        return "session " + std::to_string(w->session.value) + '/' + std::to_string(w->sequence)
               + ' ' + text(w->content);
    if (const auto* r = std::get_if<kv::read_request>(&x))
      return "read " + r->key;
    return "open session";
  }
  std::string operator()(const membership::reconfigure_request& x) const {
    return std::visit(intent_text{}, x.want);
  }
  std::string operator()(const ops::question& x) const {
    if (const auto* asked = std::get_if<ops::explain_request>(&x))
      return "explain " + to_string(asked->node);
    if (const auto* asked = std::get_if<ops::dry_run_request>(&x))
      return "dry run: " + std::visit(intent_text{}, asked->what.want);
    if (std::holds_alternative<ops::plan_request>(x))
      return "plan?";
    if (std::holds_alternative<ops::op_request>(x))
      return "what became of that?";
    return std::holds_alternative<ops::history_request>(x) ? "history?" : "refusals?";
  }
  std::string operator()(const membership::provision_request&) const {
    return "provision";
  }
  std::string operator()(const ops::joined_request&) const {
    return "have you joined?";
  }
  std::string operator()(const ops::transfer_request& x) const {
    return (x.dry_run ? "who could lead instead of " : "lead no longer, ") + to_string(x.from)
           + (x.to ? ", but " + to_string(x.to) : "");
  }
};

struct kv_reply_text {
  std::string operator()(const error& x) const {
    return text(x);
  }
  std::string operator()(const kv::session_opened& x) const {
    return "session " + std::to_string(x.session.value);
  }
  std::string operator()(const kv::write_result& x) const {
    return "wrote " + std::string{to_string(x.outcome)} + " @" + std::to_string(x.at.value);
  }
  std::string operator()(const kv::read_result& x) const {
    return "read " + std::string{x.value ? x.value->view() : "-"} + " @"
           + std::to_string(x.at.value) + " of " + std::to_string(x.store.value);
  }
};

struct question_reply_text {
  std::string operator()(const ops::explain_reply& x) const {
    return text(x.refusal) + ' ' + x.about.summary;
  }
  std::string operator()(const ops::plan_reply& x) const {
    return text(x.refusal) + ' ' + x.plan.summary;
  }
  std::string operator()(const ops::dry_run_reply& x) const {
    return text(x.refusal) + (x.preview.changes ? " would change v" : " of v")
           + std::to_string(x.preview.version.value) + ' ' + x.preview.waits_for;
  }
  std::string operator()(const ops::op_reply& x) const {
    return text(x.refusal) + ' ' + std::string{to_string(x.report.state)} + " v"
           + std::to_string(x.report.version.value) + ' ' + x.report.sentence;
  }
  std::string operator()(const ops::history_reply& x) const {
    return text(x.refusal) + ' ' + std::to_string(x.transitions.size()) + " transitions";
  }
  std::string operator()(const ops::refusals_reply& x) const {
    return text(x.refusal) + ' ' + std::to_string(x.refusals.total) + " refusals";
  }
};

struct reply_text {
  std::string operator()(const kv::reply& x) const {
    return std::visit(kv_reply_text{}, x);
  }
  std::string operator()(const membership::reconfigure_reply& x) const {
    return text(x.refusal) + (x.changed ? " changed v" : " v") + std::to_string(x.version.value);
  }
  std::string operator()(const ops::question_reply& x) const {
    return std::visit(question_reply_text{}, x);
  }
  std::string operator()(const ops::provision_reply& x) const {
    return text(x.refusal) + (x.changed ? " founded" : " already");
  }
  std::string operator()(const ops::joined_reply& x) const {
    return text(x.refusal) + " joined as " + to_string(x.id);
  }
  std::string operator()(const ops::transfer_reply& x) const {
    return text(x.refusal) + " leader " + to_string(x.leader);
  }
};

struct output_text {
  std::string operator()(const membership::propose_change& x) const {
    return "propose " + describe(*x.change);
  }
  std::string operator()(const membership::hand_over& x) const {
    return "hand over to " + to_string(x.to);
  }
  std::string operator()(const membership::intent_answered& x) const {
    return "intent #" + std::to_string(x.token.value) + ' ' + text(x.reply.refusal);
  }
  std::string operator()(const membership::question_answered& x) const {
    return "question #" + std::to_string(x.token.value) + ' '
           + std::visit(question_reply_text{}, x.reply);
  }
  std::string operator()(const membership::registration_answered& x) const {
    return "registered " + to_string(x.reply.id) + ' ' + text(x.reply.refusal);
  }
  std::string operator()(const membership::refused& x) const {
    return "refused " + std::string{to_string(x.event)} + ": " + to_string(x.why);
  }
};

} // namespace

std::string describe(const node_mail& mail) {
  return std::visit(message_text{}, mail.message) + " from " + mail.from;
}

std::string describe(const storage::write_batch& batch) {
  std::string out = '#' + std::to_string(batch.sequence.value);
  if (batch.identity)
    out += " identity";
  if (batch.drop_log)
    out += " drops log at v" + std::to_string(batch.drop_log->version.value);
  if (batch.state)
    out += " term " + std::to_string(batch.state->current_term.value) + " vote "
           + to_string(batch.state->voted_for.id);
  if (batch.image)
    out += " image " + std::to_string(batch.image->last.index.value);
  if (batch.truncate_from)
    out += " truncate " + std::to_string(batch.truncate_from.value);
  if (!batch.entries.empty())
    out += " entries " + std::to_string(batch.entries.front().index.value) + '+'
           + std::to_string(batch.entries.size());
  if (batch.compact_to)
    out += " compact " + std::to_string(batch.compact_to.value);
  return out;
}

std::string describe(const world::question& what) {
  return std::visit(question_text{}, what);
}

std::string describe(const driver::reply_body& what) {
  return std::visit(reply_text{}, what);
}

std::string describe(const membership::controller_output& what) {
  return std::visit(output_text{}, what);
}

std::string describe(const membership::delta& change) {
  return 'v' + std::to_string(change.version().value) + ' '
         + std::string{to_string(change.op.event)} + ' ' + ids(change.op.named) + " -> "
         + raft::describe(change.config);
}

} // namespace quorate::sim
