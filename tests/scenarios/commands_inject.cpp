// Messages that no core of the scenario has sent: `inject vote from=3 to=1 term=6 log=9@5`.

#include "tests/scenarios/commands.hpp"

#include <optional>

namespace quorate::raft::scenarios {

namespace {

log_position take_position(arguments& args, const char* key) {
  return args.position(key).value_or(log_position{});
}

log_index take_index(arguments& args, const char* key) {
  return log_index{args.value(key, 0)};
}

std::optional<body> take_request(arguments& args, const std::string& type) {
  if (type == "pre_vote")
    return pre_vote{term{args.value("next", 0)}, take_position(args, "log")};
  if (type == "vote")
    return vote{take_position(args, "log"), args.flag("transfer")};
  if (type == "append")
    return append{take_position(args, "previous"), take_entries(args), take_index(args, "commit"),
                  args.value("round", 0)};
  if (type == "heartbeat")
    return heartbeat{take_index(args, "commit"), args.value("round", 0)};
  if (type == "timeout_now")
    return timeout_now{};
  return std::nullopt;
}

std::optional<body> take_answer(arguments& args, const std::string& type) {
  if (type == "pre_vote_reply")
    return pre_vote_reply{term{args.value("next", 0)}, args.flag("granted")};
  if (type == "vote_reply")
    return vote_reply{args.flag("granted")};
  if (type == "append_accepted")
    return append_accepted{take_index(args, "match"), args.value("round", 0)};
  if (type == "append_rejected")
    return append_rejected{take_index(args, "previous"), take_position(args, "hint"),
                           args.value("round", 0)};
  if (type == "heartbeat_reply")
    return heartbeat_reply{args.value("round", 0)};
  if (type == "not_member")
    return not_member{config_version{args.value("version", 0)}};
  return std::nullopt;
}

/// The receiver hears it at once. The sender need not exist.
void inject(world& all, arguments& args) {
  auto type = args.word("type");
  auto from = static_cast<unsigned>(args.value("from", 0));
  auto to = static_cast<unsigned>(args.value("to", 0));
  auto receiver = all.nodes().find(to);
  if (receiver == all.nodes().end() || !receiver->second.core)
    args.fail("to whom?");
  envelope m;
  m.from = all.replica_of(from);
  if (auto storage = args.value("storage"))
    m.from.storage.low = *storage;
  auto sender = all.nodes().find(from);
  m.from_boot = sender == all.nodes().end() ? boot_number{1, 1} : sender->second.boot;
  m.from_boot.counter = args.value("boot", m.from_boot.counter);
  m.from_boot.nonce = args.value("nonce", m.from_boot.nonce);
  m.to = receiver->second.self;
  m.cluster = fingerprint{1, args.value("cluster", 2)};
  m.config = config_version{args.value("config", 1)};
  m.sender_term = term{args.value("term", 0)};
  auto content = take_request(args, type);
  if (!content) {
    content = take_answer(args, type);
    m.request_boot = receiver->second.boot;
    m.request_boot.counter = args.value("request-boot", m.request_boot.counter);
  }
  if (!content)
    args.fail("there is no message '" + type + '\'');
  m.content = *content;
  all.deliver(std::move(m));
}

} // namespace

void add_inject_commands(command_table& table) {
  table["inject"] = inject;
}

} // namespace quorate::raft::scenarios
