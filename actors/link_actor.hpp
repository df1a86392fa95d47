// This process's connection to one node elsewhere.
#pragma once

#include "actors/connection_actor.hpp"
#include "actors/resolver.hpp"
#include "runtime/base/random.hpp"

#include <caf/actor_control_block.hpp>
#include <caf/response_promise.hpp>

#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace quorate::actors {

/// Stands for the node at one address: takes its mail and requests, as the node itself would if it
/// were in this process. Connects when there is something to say, and again, ever more slowly,
/// after a connection has ended. It stays when its connection goes, so whoever has its handle keeps
/// it.
///
/// - `node_mail` that can't be sent now is lost, as in any network; consensus repeats it. What
/// comes
///   while a connection is made waits, within `waiting_max`.
/// - `client_requests` and `node_call` are answered: by the node, or with `unreachable` and the
///   reason, or by what the connection was refused with. What was under way when a connection ends
///   isn't answered; the hub tells those who asked that the node is gone (`link_down`).
///
/// Closes a connection that nobody used for `idle_ms`.
class link_actor final : public connection_actor {
public:
  link_actor(caf::actor_config& config, process shared,
             std::shared_ptr<const network_settings> network, std::string address,
             std::uint64_t seed);

  const char* name() const override;

  /// Things that wait for a connection under way: what a node says at once when it starts, and a
  /// batch of requests.
  static constexpr std::size_t waiting_max = 1'024;
  /// Mail among them: an append has up to 4 MiB.
  static constexpr std::size_t mail_waiting_max = 16;
  /// Requests that aren't answered yet.
  static constexpr std::size_t calls_max = 65'536;
  /// Between attempts to connect, doubled up to the maximum, jittered.
  static constexpr std::uint64_t backoff_ms_min = 50;
  static constexpr std::uint64_t backoff_ms_max = 2'000;
  static constexpr std::uint64_t idle_ms = 60'000;

protected:
  caf::behavior make_behavior() override;
  void on_connected() override;
  void on_open() override;
  void on_message(wire::message& x) override;
  void on_messages_end() override;
  void on_end(wire::link_end how, const error& why) override;
  void on_alarm() override;
  void on_exit() override;

private:
  /// Whom an answer is for: a client, or who waits for a response.
  struct asker {
    caf::strong_actor_ptr client;
    line_id line{};
    std::uint64_t attempt = 0;
    caf::response_promise promise;
  };
  struct waiting_requests {
    caf::strong_actor_ptr client;
    client_requests all;
  };
  struct waiting_call {
    caf::response_promise promise;
    node_call what;
  };
  using waiting = std::variant<node_mail, waiting_requests, waiting_call>;

  void say(const node_mail& mail);
  void ask(client_requests& requests);
  void ask(const caf::strong_actor_ptr& client, client_request& x);
  caf::response_promise ask(node_call& what);
  void ask(const caf::response_promise& promise, const node_call& what);
  bool can_wait();
  void refuse_waiting(const error& why);
  void refuse(const caf::strong_actor_ptr& client, const client_request& x, const error& why);

  void dial();
  void resolved(resolved_address& found);
  void try_next();
  void failed(const error& why);

  void answer(wire::call_id id, client_side::reply_content content);
  void answer(wire::call_id id, node_call_reply content);
  asker* find(wire::call_id id);
  client_replies& outbox_of(const caf::strong_actor_ptr& to);
  void post_replies();

  const std::string address_;
  base::random rng_;
  bool dialing_ = false;                   ///< From the look-up to the greeting.
  std::vector<socket_address> candidates_; ///< Not yet tried; the next is the last.
  std::uint64_t backoff_ms_ = backoff_ms_min;
  std::uint64_t not_before_ms_ = 0;
  error last_failure_;
  std::uint64_t used_ms_ = 0;
  std::deque<waiting> waiting_;
  std::size_t mail_waiting_ = 0;
  std::uint64_t next_call_ = 1;
  std::unordered_map<wire::call_id, asker> calls_;
  std::vector<std::pair<caf::strong_actor_ptr, client_replies>> replies_;
};

} // namespace quorate::actors
