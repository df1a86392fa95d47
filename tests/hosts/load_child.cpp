// load_child ADDRESSES LIFE SEED CLIENTS [TLS_DIR]: clients that write and read all the time, and
// say so (tests/processes/lines.hpp), until SIGTERM. With 0 clients, every key is read once.
// ADDRESSES are separated by commas.
#include "quorate/remote_cluster.hpp"
#include "tests/processes/kill_client.hpp"
#include "tests/processes/lines.hpp"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace quorate::hosts {

namespace {

using processes::clients_max;
using processes::kill_client;

remote_options options_from(const char* addresses, const char* tls_dir) {
  remote_options out;
  std::istringstream all{addresses};
  for (std::string each; std::getline(all, each, ',');)
    out.addresses.push_back(each);
  out.deadline = std::chrono::milliseconds{10'000};
  out.link_heartbeat = std::chrono::milliseconds{200};
  out.link_timeout = std::chrono::milliseconds{1'500};
  if (tls_dir != nullptr) {
    const auto file = std::string{tls_dir} + '/';
    out.tls = {file + "ca.pem", file + "load.pem", file + "load.key"};
  }
  return out;
}

int run(char** argv, const char* tls_dir) {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  auto cluster = remote_cluster::connect(options_from(argv[1], tls_dir));
  if (!cluster) {
    processes::say("E " + to_string(cluster.error()));
    return 1;
  }
  const auto life = static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 10));
  const base::random rng{std::strtoull(argv[3], nullptr, 10)};
  const auto clients = std::min<std::uint32_t>(
    static_cast<std::uint32_t>(std::strtoul(argv[4], nullptr, 10)), clients_max - 1);
  if (clients == 0) {
    kill_client reader{life * clients_max, cluster->client(), rng};
    for (const auto& key : processes::all_keys())
      if (!reader.read(key))
        processes::say("E nobody answers");
    return 0;
  }
  std::atomic<bool> ending{false};
  std::vector<std::thread> threads;
  for (std::uint32_t i = 1; i <= clients; ++i)
    threads.emplace_back([&, i] {
      const auto own = life * clients_max + i;
      kill_client client{own, cluster->client(), rng.fork(own)};
      while (!ending)
        client.next();
    });
  int which = 0;
  sigwait(&ends, &which);
  ending = true;
  for (auto& x : threads)
    x.join();
  return 0;
}

} // namespace

} // namespace quorate::hosts

int main(int argc, char** argv) {
  if (argc != 5 && argc != 6) {
    std::fprintf(stderr, "usage: load_child ADDRESSES LIFE SEED CLIENTS [TLS_DIR]\n");
    return 2;
  }
  return quorate::hosts::run(argv, argc == 6 ? argv[5] : nullptr);
}
