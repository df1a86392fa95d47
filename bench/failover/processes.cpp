#include "bench/failover/processes.hpp"

#include "quorate/certificates.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <thread>
#include <utility>
#include <vector>

namespace quorate::bench {

namespace {

using namespace std::chrono_literals;

constexpr const char* cluster_name = "failover";

[[noreturn]] void give_up(const std::string& sentence) {
  std::fprintf(stderr, "failover: %s\n", sentence.c_str());
  std::_Exit(1);
}

template <class T>
T must(result<T> x) {
  if (!x)
    give_up(to_string(x.error()));
  return std::move(x).value();
}

/// A port that was free a moment ago.
std::uint16_t free_port() {
  const auto socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  if (::bind(socket, reinterpret_cast<sockaddr*>(&at), size) != 0
      || ::getsockname(socket, reinterpret_cast<sockaddr*>(&at), &size) != 0)
    give_up("no free port");
  ::close(socket);
  return ntohs(at.sin_port);
}

void write_secret(const std::string& path, const std::string& content) {
  const auto file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0 || ::write(file, content.data(), content.size()) < 0 || ::close(file) != 0)
    give_up(path + " can't be written");
}

std::string name_of(std::size_t which) {
  return "n" + std::to_string(which + 1);
}

} // namespace

three_processes::three_processes(std::string quorate) : quorate_(std::move(quorate)) {
  auto pattern = (std::filesystem::temp_directory_path() / "quorate-failover-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr)
    give_up("no temporary directory");
  directory_ = pattern;
  make_certificates();
  remote_options options;
  for (auto& address : addresses_) {
    address = "127.0.0.1:" + std::to_string(free_port());
    options.addresses.push_back(address);
  }
  options.tls = {file("ca.pem"), file("operator.pem"), file("operator.key")};
  remote_ = std::make_unique<remote_cluster>(must(remote_cluster::connect(options)));
  for (std::size_t i = 0; i < 3; ++i)
    start(i);
  membership_policy policy;
  policy.stabilization_ms = 500;
  policy.warm_spares = 0;
  for (int i = 0; i < 100; ++i) {
    if (remote_->provision(addresses_[0], policy))
      return;
    std::this_thread::sleep_for(100ms);
  }
  give_up("the cluster can't be founded");
}

three_processes::~three_processes() {
  for (std::size_t i = 0; i < 3; ++i)
    if (processes_[i] > 0)
      kill(i);
  std::filesystem::remove_all(directory_);
}

std::string three_processes::file(const std::string& name) const {
  return directory_ + '/' + name;
}

void three_processes::make_certificates() {
  const certificate_validity valid{static_cast<std::int64_t>(std::time(nullptr)), 2};
  const auto authority = must(make_authority(cluster_name, valid));
  write_secret(file("ca.pem"), authority.certificate);
  const auto issue = [&](certificate_role role, const std::string& name) {
    const auto made = must(issue_certificate(authority, {cluster_name, role, name}, valid));
    write_secret(file(name + ".pem"), made.certificate);
    write_secret(file(name + ".key"), made.key);
  };
  for (std::size_t i = 0; i < 3; ++i)
    issue(certificate_role::node, name_of(i));
  issue(certificate_role::operator_, "operator");
}

void three_processes::start(std::size_t which) {
  const auto name = name_of(which);
  std::string seeds;
  for (const auto& each : addresses_)
    seeds += (seeds.empty() ? "" : ",") + each;
  std::vector<std::string> words{quorate_,         "serve",
                                 "--name",         name,
                                 "--listen",       addresses_[which],
                                 "--seeds",        seeds,
                                 "--data-dir",     file(name),
                                 "--tls-ca",       file("ca.pem"),
                                 "--tls-cert",     file(name + ".pem"),
                                 "--tls-key",      file(name + ".key"),
                                 "--http",         "off",
                                 "--cluster-name", cluster_name};
  std::vector<char*> arguments;
  for (auto& each : words)
    arguments.push_back(each.data());
  arguments.push_back(nullptr);
  const auto log = file(name + ".log");
  processes_[which] = ::fork();
  if (processes_[which] < 0)
    give_up("no more processes");
  if (processes_[which] == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const auto to = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(to, STDERR_FILENO);
    ::execv(arguments.front(), arguments.data());
    ::_exit(127);
  }
}

void three_processes::signal(std::size_t which, int number) {
  ::kill(processes_[which], number);
}

void three_processes::kill(std::size_t which) {
  signal(which, SIGKILL);
  ::waitpid(std::exchange(processes_[which], 0), nullptr, 0);
}

std::size_t three_processes::wait_until_whole() {
  const auto until = std::chrono::steady_clock::now() + 60s;
  while (std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(50ms);
    const auto table = remote_->membership().nodes();
    if (!table || table->joint)
      continue;
    std::vector<node_status> all;
    for (const auto& row : table->rows)
      if (row.role == node_role::voter)
        if (auto status = remote_->status(row.record.address))
          all.push_back(std::move(*status));
    if (all.size() != 3)
      continue;
    const auto leader = std::find_if(all.begin(), all.end(), [](const auto& x) { return x.leads; });
    if (leader == all.end() || std::any_of(all.begin(), all.end(), [&](const auto& x) {
          return x.applied.value + 100 < leader->commit.value;
        }))
      continue;
    return static_cast<std::size_t>(std::find(addresses_.begin(), addresses_.end(), leader->address)
                                    - addresses_.begin());
  }
  give_up("the cluster doesn't become whole");
}

} // namespace quorate::bench
