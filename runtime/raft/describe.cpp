// Messages, configurations and cores in a few words: for traces, golden files and crash reports.

#include "runtime/raft/core.hpp"

#include <string>

namespace quorate::raft {

namespace {

template <class Number>
std::string text(Number x) {
  return std::to_string(x.value);
}

std::string text(log_position x) {
  return text(x.index) + '@' + text(x.entry_term);
}

std::string text(bool granted) {
  return granted ? "granted" : "refused";
}

std::string text(const std::vector<replica>& list) {
  std::string out;
  for (const auto& who : list)
    out += (out.empty() ? "" : " ") + to_string(who.id);
  return '{' + out + '}';
}

std::string round_of(std::uint64_t round) {
  return " round " + std::to_string(round);
}

struct describer {
  std::string operator()(const pre_vote& x) const {
    return "pre_vote for term " + text(x.next_term) + " log " + text(x.last);
  }
  std::string operator()(const pre_vote_reply& x) const {
    return "pre_vote_reply for term " + text(x.next_term) + ' ' + text(x.granted);
  }
  std::string operator()(const vote& x) const {
    return "vote log " + text(x.last) + (x.transfer ? " transfer" : "");
  }
  std::string operator()(const vote_reply& x) const {
    return "vote_reply " + text(x.granted);
  }
  std::string operator()(const append& x) const {
    return "append " + text(x.previous) + " +" + std::to_string(x.entries.size()) + " commit "
           + text(x.commit) + round_of(x.round);
  }
  std::string operator()(const append_accepted& x) const {
    return "append_accepted " + text(x.match) + round_of(x.round);
  }
  std::string operator()(const append_rejected& x) const {
    return "append_rejected " + text(x.previous) + " hint " + text(x.hint) + round_of(x.round);
  }
  std::string operator()(const heartbeat& x) const {
    return "heartbeat commit " + text(x.commit) + round_of(x.round);
  }
  std::string operator()(const heartbeat_reply& x) const {
    return "heartbeat_reply" + round_of(x.round);
  }
  std::string operator()(const install_snapshot& x) const {
    return "install_snapshot " + text(x.last) + " bytes " + std::to_string(x.offset) + " +"
           + std::to_string(x.bytes.size()) + " of " + std::to_string(x.total_bytes)
           + round_of(x.round);
  }
  std::string operator()(const install_snapshot_reply& x) const {
    return "install_snapshot_reply " + text(x.last) + " next " + std::to_string(x.next_offset)
           + (x.gap ? " gap" : "") + round_of(x.round);
  }
  std::string operator()(const read_request& x) const {
    return "read_request " + std::to_string(x.id);
  }
  std::string operator()(const read_reply& x) const {
    return "read_reply " + std::to_string(x.id)
           + (x.confirmed ? " index " + text(x.index) : std::string{" refused"});
  }
  std::string operator()(const timeout_now&) const {
    return "timeout_now";
  }
  std::string operator()(const not_member& x) const {
    return "not_member version " + text(x.version);
  }
};

} // namespace

std::string describe(const body& content) {
  return std::visit(describer{}, content);
}

std::string describe(const envelope& message) {
  return to_string(message.from.id) + " -> " + to_string(message.to.id) + " term "
         + text(message.sender_term) + ": " + describe(message.content);
}

std::string describe(const configuration& config) {
  auto out = 'v' + text(config.version) + ' ' + text(config.voters);
  if (config.joint())
    out += " from " + text(config.outgoing);
  if (!config.learners.empty())
    out += " learners " + text(config.learners);
  return out;
}

std::string core::describe() const {
  static constexpr const char* names[] = {"follower", "pre_candidate", "candidate", "leader"};
  auto out = to_string(self_.id) + ' ' + names[role_.index()] + " term " + text(hard_.current_term)
             + " vote " + to_string(hard_.voted_for.id) + " leader " + to_string(leader_.id)
             + (quiet_ ? " quiet" : "") + "\n  log " + text(log_.before()) + " to "
             + text(log_.last()) + " commit " + text(commit_) + " applied " + text(applied_)
             + " durable " + text(persistence_.durable()) + "\n  config "
             + raft::describe(configs_.active()) + " since " + text(configs_.active_since());
  if (floor_)
    out += " floor v" + text(floor_.version);
  if (image_)
    out += " image " + text(image_->last);
  if (receiving_)
    out += " receiving " + text(receiving_->last()) + " at " + std::to_string(receiving_->size());
  if (installing_)
    out += " installing " + text(installing_->last);
  if (const auto* self = std::get_if<leader>(&role_))
    for (const auto& [id, peer] : self->peers)
      out += "\n  " + peer.describe();
  return out;
}

} // namespace quorate::raft
