// A node of its own cluster, with health, metrics and a log beside it, until it is told to end:
//
//   watched DATA_DIR [HTTP_ADDRESS]
#include <quorate/quorate.hpp>

#include <csignal>
#include <iostream>
#include <string>

#include "service/node_service.hpp"

namespace {

int fail(const quorate::error& why) {
  std::cerr << to_string(why) << '\n';
  return 1;
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 2)
    return std::cerr << "usage: watched DATA_DIR [HTTP_ADDRESS]\n", 2;
  // Before any thread is started: each takes over which signals are held back.
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);

  quorate::node_options options;
  options.name = "n1";
  options.listen = "127.0.0.1:0";
  options.data_dir = argv[1];
  auto node = quorate::node::start(options);
  if (!node)
    return fail(node.error());
  quorate::service::service_options beside;
  beside.facts.cluster_name = options.cluster_name;
  beside.facts.data_dir = options.data_dir;
  if (argc > 2)
    beside.monitor.http = argv[2];
  auto watched = quorate::service::node_service::start(*node, beside);
  if (!watched)
    return fail(watched.error());
  auto founded = node->provision(); // Again at the next start: so already.
  if (!founded)
    watched->log().failed("provision", founded.error());

  int signal = 0;
  sigwait(&ending, &signal);
  watched->log().stopping(signal == SIGTERM ? "SIGTERM" : "SIGINT");
  const auto stopped = node->stop();
  watched->log().stopped(stopped);
  return stopped ? 0 : 1;
}
