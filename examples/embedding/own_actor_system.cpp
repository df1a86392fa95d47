// A service that has an actor system of its own: the node's actors live in it beside the service's.
#include <caf/all.hpp>
#include <quorate/caf.hpp>

#include <chrono>
#include <iostream>

namespace {

int failed(const char* what, const quorate::error& why) {
  std::cerr << what << ": " << to_string(why) << '\n';
  return 1;
}

/// An actor of the service: keeps a sum.
caf::behavior adder(caf::stateful_actor<int>* self) {
  self->state = 0;
  return {[self](int x) { return self->state += x; }};
}

int sum_after(caf::actor_system& host, const caf::actor& to, int x) {
  int sum = 0;
  caf::scoped_actor self{host};
  self->request(to, caf::infinite, x)
    .receive([&](int answer) { sum = answer; }, [](const caf::error&) {});
  return sum;
}

/// The node begins and ends in here, while the host lives on.
int run_node(caf::actor_system& host) {
  quorate::node_options options;
  options.name = "n1";
  options.cluster_name = "embedding";
  options.listen = "127.0.0.1:0";
  options.tick = std::chrono::milliseconds{10};
  auto node = quorate::node::start(options, host);
  if (!node)
    return failed("start", node.error());
  if (auto founded = node->provision(); !founded)
    return failed("provision", founded.error());
  auto put = node->client().put("greeting", "hello");
  if (!put)
    return failed("put", put.error());
  std::cout << node->address() << ": written at revision " << put->value << '\n';
  if (auto stopped = node->stop(); !stopped)
    return failed("stop", stopped.error());
  return 0;
} // ~node waits for its own actors, and for no others.

} // namespace

int main() {
  caf::actor_system_config config;
  quorate::prepare(config); // Before the actor system is made.
  caf::actor_system host{config};
  auto sums = host.spawn(adder);
  if (sum_after(host, sums, 1) != 1)
    return 1;
  if (auto status = run_node(host); status != 0)
    return status;
  if (sum_after(host, sums, 2) != 3) // The service's own actors know nothing of it.
    return 1;
  caf::anon_send_exit(sums, caf::exit_reason::user_shutdown);
} // ~actor_system, last of all.
