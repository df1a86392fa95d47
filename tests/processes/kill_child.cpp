// kill_child DATA_DIR LIFE SEED work|look: a cluster of three nodes that keep their data on disk,
// and clients that never stop. It is made to be killed at any moment and started again on the same
// directory. `look` only reads every key, waits until the replicas are at one index, and ends.
#include "quorate/local_cluster.hpp"
#include "tests/processes/kill_client.hpp"
#include "tests/processes/lines.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

namespace quorate::processes {

namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t clients = 8;
constexpr auto patience = 60s;

struct arguments {
  std::string data_dir;
  std::uint32_t life = 0;
  std::uint64_t seed = 0;
  bool only_looks = false;
};

[[noreturn]] void give_up(const std::string& sentence) {
  say("E " + sentence);
  std::_Exit(1);
}

local_cluster_options options_for(const arguments& with) {
  local_cluster_options out;
  out.nodes = 3;
  out.data_dir = with.data_dir;
  out.snapshot_entries = 200; // So that a life has several snapshots, and some die within one.
  out.deadline = 5s;
  return out;
}

/// Each of them has read its disk when it answers.
std::vector<node_status> statuses(local_cluster& cluster) {
  std::vector<node_status> all;
  for (const auto& name : cluster.running()) {
    auto one = cluster.status(name);
    if (!one)
      give_up(name + " says nothing: " + to_string(one.error()));
    if (one->halted.code != errc::none)
      give_up(name + " has halted: " + to_string(one->halted));
    all.push_back(std::move(*one));
  }
  return all;
}

/// The life before may have ended before there was a cluster. Its first node would have founded it.
void found_if_nobody_did(local_cluster& cluster) {
  const auto all = statuses(cluster);
  if (std::any_of(all.begin(), all.end(), [](const auto& x) { return !x.cluster_name.empty(); }))
    return;
  if (const auto founded = cluster.provision(all.front().name); !founded)
    give_up("founding: " + to_string(founded.error()));
}

void read_everything(local_cluster& cluster, const arguments& with) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  kill_client reader{with.life * clients_max, cluster.client(), base::random{0}};
  for (const auto& key : all_keys())
    while (!reader.read(key))
      if (std::chrono::steady_clock::now() >= deadline)
        give_up("nobody answers");
  say("R");
}

/// Returns when all replicas have applied all that is committed; nobody writes.
std::vector<node_status> at_one_index(local_cluster& cluster) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    auto all = statuses(cluster);
    const auto commit = std::max_element(all.begin(), all.end(), [](const auto& a, const auto& b) {
                          return a.commit < b.commit;
                        })->commit;
    if (std::all_of(all.begin(), all.end(),
                    [&](const auto& x) { return x.has_log && x.applied == commit; }))
      return all;
    if (std::chrono::steady_clock::now() >= deadline)
      give_up("the replicas don't come to one index");
    std::this_thread::sleep_for(10ms);
  }
}

void look(local_cluster& cluster) {
  if (const auto all = cluster.wait_for_members(3, patience); !all)
    give_up(to_string(all.error()));
  for (const auto& x : at_one_index(cluster))
    say("F " + x.name + ' ' + std::to_string(x.applied.value) + ' ' + std::to_string(x.state_hash)
        + ' ' + std::to_string(x.store.value) + ' ' + std::to_string(x.keys));
}

/// Two and two share a session, so that it has more than one write under way.
void work(local_cluster& cluster, const arguments& with) {
  std::vector<std::thread> threads;
  const base::random rng{with.seed};
  for (std::uint32_t i = 0; i < clients; i += 2) {
    const auto session = cluster.client();
    for (auto number : {i + 1, i + 2})
      threads.emplace_back([&, session, number] {
        const auto own = with.life * clients_max + number;
        kill_client client{own, session, rng.fork(own)};
        for (;;)
          client.next();
      });
  }
  for (auto& x : threads)
    x.join(); // Never: the process is killed.
}

int run(const arguments& with) {
  auto cluster = local_cluster::start(options_for(with));
  if (!cluster)
    give_up(to_string(cluster.error()));
  found_if_nobody_did(*cluster);
  read_everything(*cluster, with);
  if (with.only_looks)
    look(*cluster);
  else
    work(*cluster, with);
  return 0;
}

} // namespace

} // namespace quorate::processes

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: kill_child DATA_DIR LIFE SEED work|look\n");
    return 2;
  }
  return quorate::processes::run(
    {argv[1], static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 10)),
     std::strtoull(argv[3], nullptr, 10), std::string{argv[4]} == "look"});
}
