// host_child NAME LISTEN SEEDS DATA_DIR [TLS_DIR]: one node in a process of its own, as a service
// embeds it, with timers that suit tests. SEEDS are separated by commas; `-`: none. Says `UP` when
// it runs, ends in order at SIGTERM, and is made to be killed.
#include "quorate/node.hpp"
#include "quorate/options.hpp"

#include <csignal>
#include <cstdio>
#include <sstream>
#include <string>

namespace quorate::hosts {

namespace {

node_options options_from(char** argv, const char* tls_dir) {
  node_options out;
  out.name = argv[1];
  out.cluster_name = "test";
  out.listen = argv[2];
  std::istringstream seeds{argv[3]};
  for (std::string each; std::getline(seeds, each, ',');)
    if (each != "-")
      out.seeds.push_back(each);
  out.data_dir = argv[4];
  out.disk_reserve_bytes = 0;
  out.tick = std::chrono::milliseconds{50};
  out.heartbeat = std::chrono::milliseconds{200};
  out.snapshot_entries = 500;
  out.link_heartbeat = std::chrono::milliseconds{200};
  out.link_timeout = std::chrono::milliseconds{1'500};
  out.worker_threads = 2;
  if (tls_dir == nullptr) {
    out.insecure = true;
  } else {
    const auto file = std::string{tls_dir} + '/';
    out.tls = {file + "ca.pem", file + out.name + ".pem", file + out.name + ".key"};
  }
  return out;
}

int run(const node_options& with) {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  auto started = node::start(with);
  if (!started) {
    std::fprintf(stderr, "%s: %s\n", with.name.c_str(), to_string(started.error()).c_str());
    return 3;
  }
  std::printf("UP %s\n", started->address().c_str());
  std::fflush(stdout);
  int which = 0;
  sigwait(&ends, &which);
  if (const auto ended = started->stop(); !ended) {
    std::fprintf(stderr, "%s: %s\n", with.name.c_str(), to_string(ended.error()).c_str());
    return 4;
  }
  return 0;
}

} // namespace

} // namespace quorate::hosts

int main(int argc, char** argv) {
  if (argc != 5 && argc != 6) {
    std::fprintf(stderr, "usage: host_child NAME LISTEN SEEDS DATA_DIR [TLS_DIR]\n");
    return 2;
  }
  return quorate::hosts::run(quorate::hosts::options_from(argv, argc == 6 ? argv[5] : nullptr));
}
