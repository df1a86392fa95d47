#include "tests/hosts/ground.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace quorate::hosts {

namespace {

/// False: it failed; what it says goes to this process's own output.
bool run(const std::string& command) {
  return std::system((command + " >&2").c_str()) == 0;
}

std::string enter(int pid) {
  return "nsenter --target " + std::to_string(pid) + " --net ";
}

/// Once for the whole process.
std::string become_the_switch() {
  if (::unshare(CLONE_NEWNET) != 0)
    return std::string{"no network namespace of one's own: "} + std::strerror(errno);
  if (!run("ip link set lo up && ip link add br0 type bridge && ip link set br0 up "
           "&& ip address add 10.99.0.254/24 dev br0"))
    return "no bridge";
  return {};
}

} // namespace

const std::string& ground::obstacle() {
  static const std::string why = become_the_switch();
  return why;
}

ground::ground(std::size_t hosts) {
  for (std::size_t i = 0; i < hosts; ++i) {
    // Says its number when it is in its namespace, and sleeps for as long as this process lives.
    holders_.push_back(std::make_unique<processes::child_process>(std::vector<std::string>{
      "/usr/bin/unshare", "--net", "/bin/sh", "-c", "echo $$; exec sleep infinity"}));
    int pid = 0;
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    while (
      pid == 0
      && holders_.back()->hear(std::chrono::steady_clock::now() + std::chrono::milliseconds{1},
                               [&](const std::string& line) { pid = std::atoi(line.c_str()); }))
      if (std::chrono::steady_clock::now() > until)
        break;
    EXPECT_GT(pid, 0);
    pids_.push_back(pid);
    const auto link = "host" + std::to_string(i);
    EXPECT_TRUE(run("ip link add " + link + " type veth peer name eth0 netns " + std::to_string(pid)
                    + " && ip link set " + link + " master br0 && ip link set " + link + " up"));
    run_on(i, "ip link set lo up");
    run_on(i, "ip address add " + address(i) + "/24 dev eth0");
    run_on(i, "ip link set eth0 up");
  }
}

/// The namespaces go with their holders, but only some time later.
ground::~ground() {
  for (std::size_t i = 0; i < pids_.size(); ++i)
    run("ip link delete host" + std::to_string(i));
}

std::string ground::address(std::size_t host) {
  return "10.99.0." + std::to_string(host + 1);
}

std::vector<std::string> ground::on(std::size_t host, std::vector<std::string> words) const {
  std::vector<std::string> out{"/usr/bin/nsenter", "--target", std::to_string(pids_[host]),
                               "--net"};
  out.insert(out.end(), std::make_move_iterator(words.begin()),
             std::make_move_iterator(words.end()));
  return out;
}

void ground::run_on(std::size_t host, const std::string& command) const {
  EXPECT_TRUE(run(enter(pids_[host]) + command)) << command;
}

void ground::cut_one_way(std::size_t from, std::size_t to) {
  if (std::find(cuts_.begin(), cuts_.end(), std::pair{from, to}) != cuts_.end())
    return;
  run_on(from, "ip route add blackhole " + address(to) + "/32");
  cuts_.emplace_back(from, to);
}

void ground::cut(std::size_t a, std::size_t b) {
  cut_one_way(a, b);
  cut_one_way(b, a);
}

void ground::isolate(std::size_t host) {
  EXPECT_TRUE(run("ip link set host" + std::to_string(host) + " down"));
  isolated_.push_back(host);
}

void ground::heal() {
  for (const auto& [from, to] : std::exchange(cuts_, {}))
    run_on(from, "ip route del blackhole " + address(to) + "/32");
  for (const auto host : std::exchange(isolated_, {}))
    EXPECT_TRUE(run("ip link set host" + std::to_string(host) + " up"));
}

} // namespace quorate::hosts
