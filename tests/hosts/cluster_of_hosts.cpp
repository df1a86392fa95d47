#include "tests/hosts/cluster_of_hosts.hpp"

#include "tests/base/seeds.hpp"
#include "tests/history/checker.hpp"
#include "tests/history/reader.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <thread>
#include <utility>

namespace quorate::hosts {

namespace {

using namespace std::chrono_literals;

/// Far more than anything takes on a busy machine.
constexpr auto patience = 90s;

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const auto* text = std::getenv(variable);
  return text != nullptr && *text != '\0' ? std::strtoull(text, nullptr, 10) : otherwise;
}

std::string name_of(std::size_t host) {
  return "n" + std::to_string(host + 1);
}

} // namespace

std::chrono::seconds fault_seconds() {
  const auto whole = number_from("QUORATE_HOSTS_SECONDS", 20);
  return std::chrono::seconds{std::max<std::uint64_t>(base::scaled(whole), 4)};
}

cluster_of_hosts::cluster_of_hosts(std::size_t hosts, std::size_t started, membership_policy policy)
  : ground_(hosts),
    nodes_(hosts),
    seed_(number_from("QUORATE_HOSTS_SEED", std::random_device{}())) {
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed_));
  auto pattern = (std::filesystem::temp_directory_path() / "quorate-hosts-XXXXXX").string();
  EXPECT_NE(mkdtemp(pattern.data()), nullptr);
  where_ = pattern;
  files_.make(certificate_role::client, "load");
  remote_options options;
  options.tls = files_.make(certificate_role::operator_, "test");
  for (std::size_t i = 0; i < hosts; ++i) {
    files_.make(certificate_role::node, name_of(i));
    options.addresses.push_back(address(i));
  }
  options.link_heartbeat = 200ms;
  options.link_timeout = 1'500ms;
  auto connected = remote_cluster::connect(options);
  EXPECT_TRUE(connected) << (connected ? "" : to_string(connected.error()));
  remote_.emplace(std::move(connected).value());
  for (std::size_t i = 0; i < started; ++i)
    start(i);
  result<membership_change> founded = make_error(errc::unreachable);
  EXPECT_TRUE(eventually([&] {
    founded = remote_->provision(address(0), policy);
    return static_cast<bool>(founded);
  }))
    << to_string(founded.error());
}

cluster_of_hosts::~cluster_of_hosts() {
  load_.reset();
  nodes_.clear();
  if (testing::Test::HasFailure())
    std::printf("kept for a look: %s\n", where_.c_str());
  else
    std::filesystem::remove_all(where_);
}

// -- processes ------------------------------------------------------------------------------------

void cluster_of_hosts::start(std::size_t host) {
  const auto name = name_of(host);
  nodes_[host] = std::make_unique<processes::child_process>(
    ground_.on(host, {QUORATE_HOST_CHILD, name, address(host), addresses(), where_ / name,
                      files_.directory()}));
}

void cluster_of_hosts::signal(std::size_t host, int number) {
  nodes_[host]->signal(number);
}

void cluster_of_hosts::kill(std::size_t host) {
  nodes_[host]->signal(SIGKILL);
  EXPECT_EQ(nodes_[host]->wait(), -SIGKILL) << name_of(host) << " had ended before";
  nodes_[host].reset();
}

void cluster_of_hosts::stop(std::size_t host) {
  nodes_[host]->signal(SIGTERM);
  EXPECT_EQ(nodes_[host]->wait(), 0) << name_of(host) << " didn't end in order";
  nodes_[host].reset();
}

void cluster_of_hosts::wipe_disk(std::size_t host) {
  std::filesystem::remove_all(where_ / name_of(host));
}

// -- the cluster ----------------------------------------------------------------------------------

std::string cluster_of_hosts::address(std::size_t host) {
  return ground::address(host) + ":7400";
}

std::string cluster_of_hosts::addresses() const {
  std::string out;
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    out += (i == 0 ? "" : ",") + address(i);
  return out;
}

std::optional<nodes_view> cluster_of_hosts::table() {
  auto found = membership().nodes();
  return found ? std::optional{std::move(found).value()} : std::nullopt;
}

std::optional<node_row> cluster_of_hosts::row(std::size_t host) {
  const auto now = table();
  if (!now)
    return {};
  for (const auto& each : now->rows)
    if (each.record.name == name_of(host) && !each.record.lost)
      return each;
  return {};
}

std::optional<std::size_t> cluster_of_hosts::leader() {
  const auto now = table();
  if (!now)
    return {};
  for (const auto& each : now->rows)
    if (each.record.id == now->leader)
      return std::stoul(each.record.name.substr(1)) - 1;
  return {};
}

std::string cluster_of_hosts::picture() {
  std::string out;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const auto status = remote_->status(address(i));
    out += name_of(i) + ": "
           + (status ? to_string(status->id) + ' ' + status->position + " applied "
                         + std::to_string(status->applied.value) + " halted "
                         + to_string(status->halted) + '\n'
                     : to_string(status.error()) + '\n');
  }
  const auto now = membership().nodes();
  if (!now)
    return out + "no table: " + to_string(now.error()) + '\n';
  for (const auto& x : now->rows)
    out += to_string(x.record.id) + ' ' + x.record.name + ' ' + x.record.address + ' '
           + std::string{to_string(x.record.state)} + '/' + std::string{to_string(x.role)}
           + (x.record.lost ? " lost" : "") + '\n';
  const auto plan = membership().plan();
  if (!plan)
    return out + "no plan: " + to_string(plan.error()) + '\n';
  out += plan->summary + '\n';
  if (plan->nearest)
    for (const auto& each : plan->nearest->guards)
      out += (each.holds ? "+ " : "- ") + each.guard + ' ' + to_string(each.node) + ": "
             + each.value + '\n';
  return out;
}

bool cluster_of_hosts::has_members(std::size_t count) {
  return eventually([&] {
    const auto now = table();
    return now && !now->joint
           && std::count_if(now->rows.begin(), now->rows.end(), [](const node_row& x) {
                return x.role == node_role::voter;
              }) == static_cast<std::ptrdiff_t>(count);
  });
}

bool cluster_of_hosts::is_gone(node_id id) {
  return eventually([&] {
    const auto now = table();
    return now && std::all_of(now->rows.begin(), now->rows.end(), [&](const node_row& x) {
             return x.record.id != id || x.role == node_role::outsider;
           });
  });
}

bool cluster_of_hosts::eventually(const std::function<bool()>& holds) {
  const auto until = clock::now() + patience;
  while (!holds()) {
    if (clock::now() > until)
      return false;
    if (load_ != nullptr)
      hear_for(20ms);
    else
      std::this_thread::sleep_for(20ms);
  }
  return true;
}

// -- load -----------------------------------------------------------------------------------------

void cluster_of_hosts::begin_load() {
  history_.open(where_ / "history.jsonl");
  heard_.emplace(history_);
  heard_->begin_life();
  load_ = load(1, 8);
}

std::unique_ptr<processes::child_process> cluster_of_hosts::load(int life, int clients) const {
  return std::make_unique<processes::child_process>(
    std::vector<std::string>{QUORATE_LOAD_CHILD, addresses(), std::to_string(life),
                             std::to_string(seed_), std::to_string(clients), files_.directory()});
}

/// What it says until it has ended.
void cluster_of_hosts::hear_to_its_end(processes::child_process& child) {
  const auto until = clock::now() + patience;
  while (child.hear(until, [&](const std::string& line) { heard_->hear(line); }))
    if (clock::now() > until)
      break;
  EXPECT_EQ(child.wait(), 0);
}

void cluster_of_hosts::hear_for(std::chrono::milliseconds duration) {
  EXPECT_TRUE(
    load_->hear(clock::now() + duration, [&](const std::string& line) { heard_->hear(line); }))
    << "the load has ended by itself";
}

void cluster_of_hosts::restore() {
  ground_.heal();
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    if (nodes_[i] != nullptr)
      nodes_[i]->signal(SIGCONT);
  auto client = remote_->client();
  EXPECT_TRUE(eventually([&] { return static_cast<bool>(client.get("a")); }));
}

void cluster_of_hosts::end_load_and_check() {
  const auto before = operations();
  EXPECT_TRUE(eventually([&] { return operations() > before + 100; }))
    << "nothing succeeds any more";
  load_->signal(SIGTERM);
  hear_to_its_end(*load_);
  load_.reset();
  hear_to_its_end(*load(2, 0));
  look_at_replicas();
  heard_->end_life();
  heard_->judge_counters();
  for (const auto& each : heard_->wrong())
    ADD_FAILURE() << each;
  history_.close();
  std::ifstream in{where_ / "history.jsonl"};
  const auto found = history::check(history::read(in));
  EXPECT_TRUE(found) << found.reason;
  std::printf("%llu operations, %llu of unknown outcome\n",
              static_cast<unsigned long long>(heard_->operations()),
              static_cast<unsigned long long>(heard_->unknown()));
}

/// All that have a log, when they have applied as much.
void cluster_of_hosts::look_at_replicas() {
  std::vector<node_status> all;
  EXPECT_TRUE(eventually([&] {
    all.clear();
    const auto now = table();
    if (!now)
      return false;
    for (const auto& each : now->rows) {
      if (each.role != node_role::voter)
        continue;
      auto status = remote_->status(each.record.address);
      if (!status || status->halted.code != errc::none)
        return false;
      all.push_back(std::move(*status));
    }
    const auto commit = std::max_element(all.begin(), all.end(), [](const auto& a, const auto& b) {
                          return a.commit < b.commit;
                        })->commit;
    return std::all_of(all.begin(), all.end(), [&](const auto& x) { return x.applied == commit; });
  }))
    << "the replicas don't come to one index";
  for (const auto& x : all)
    heard_->hear("F " + x.name + ' ' + std::to_string(x.applied.value) + ' '
                 + std::to_string(x.state_hash) + ' ' + std::to_string(x.store.value) + ' '
                 + std::to_string(x.keys));
}

} // namespace quorate::hosts
