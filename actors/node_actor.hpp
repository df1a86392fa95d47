// One node: the shell of a `driver::driver`.
#pragma once

#include "actors/callers.hpp"
#include "actors/network.hpp"
#include "actors/process.hpp"
#include "actors/signals.hpp"
#include "runtime/driver/driver.hpp"
#include "runtime/membership/controller.hpp"

#include <caf/actor_control_block.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/response_promise.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace quorate::actors {

/// What a node is started with.
struct node_setup {
  driver::options options;
  membership::controller_settings controller;
  disk storage;
  std::size_t storage_lane = 0;  ///< Disks of one lane are served one after the other.
  std::uint64_t seed = 0;        ///< Of its random choices, in this life.
  std::vector<caf::actor> tasks; ///< Hear when it leads, from its begin.
  std::shared_ptr<const network_settings> network; ///< Told who the node is. Null: there is none.
};

/// Hears: its storage, the ticker, other nodes, its controller, callers. Says: what the driver
/// wants done.
///
/// An event only feeds the driver. The first one also sends this actor a `flush`, and because a
/// mailbox is first in, first out, that comes after everything that waited: so the effects of all
/// of it are taken once, and a busy node works in batches while an idle one answers at once.
///
/// Clients send `client_requests`; each of them is answered once, together with all others that
/// are ready at that time, unless the node ends first, which clients hear from the hub. The process
/// itself sends `provision_request`, `joined_request` or `status_request` as CAF requests; each
/// gets one response, or an error if the node ends first (whether it took effect is then unknown).
///
/// Ends by an exit message, as a process would be killed: nothing is said or handed over, and its
/// connections close. Or by `stop_node`, in order.
///
/// Whoever sends `attach_task` hears when it leads (`leadership_news`).
class node_actor : public caf::event_based_actor {
public:
  node_actor(caf::actor_config& config, process shared, node_setup setup);

  const char* name() const override;

  /// Null until the storage is open. For tests, between two steps of the scheduler.
  const driver::driver* pure() const noexcept {
    return driver_.get();
  }

protected:
  caf::behavior make_behavior() override;
  void on_exit() override;

private:
  caf::behavior running();
  void start(const store_opened& found);

  void on_tick();
  void later();
  void act();

  void deliver(node_mail mail);
  void follow_role();
  void stop(stop_node& x);
  void attach(caf::actor task);
  void tell_tasks();
  void tell_network();
  node_status status() const;

  // -- callers (node_callers.cpp)
  void ask(client_requests& requests);
  caf::response_promise ask(membership::provision_request what);
  caf::response_promise ask(ops::joined_request what);
  void answer(driver::reply reply);
  client_replies& outbox_of(const caf::strong_actor_ptr& to);
  void post_replies();

  process process_;
  node_setup setup_;
  std::unique_ptr<driver::driver> driver_;
  caf::actor controller_;
  bool acts_later_ = false;
  std::uint64_t wants_tick_ms_; ///< What the ticker knows of; 0: every tick.
  std::uint64_t ticked_ms_ = 0;
  refusal_gate refusals_;
  std::unordered_map<std::string, caf::actor> peers_;
  callers callers_;
  std::vector<caf::actor> tasks_;
  quorate::term told_tasks_{};
  std::optional<fingerprint> told_network_;
  std::vector<stop_node> stops_;
  std::vector<std::pair<caf::strong_actor_ptr, client_replies>> replies_; ///< Few: one for each
                                                                          ///< actor that asks.
};

} // namespace quorate::actors
