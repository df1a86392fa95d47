// failover: how long a single writer waits when the leader dies. Three processes of `quorate serve`
// with TLS, data on disk and default timers; one client writes without a pause; the leader is
// killed (SIGKILL), or stands still (SIGSTOP), again and again. A gap is the longest time between
// two writes that succeed one after the other.
#include "bench/failover/processes.hpp"

#include <boost/program_options.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

namespace quorate::bench {

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;
using ms = std::chrono::duration<double, std::milli>;

/// Writes all the time, and knows the longest wait.
class writer {
public:
  explicit writer(client to) : to_(std::move(to)), thread_([this] { run(); }) {
    // nop
  }
  ~writer() {
    ends_ = true;
    thread_.join();
  }

  /// Since the last call.
  double take_longest_ms() {
    return longest_ms_.exchange(0);
  }
  std::uint64_t written() const {
    return written_;
  }
  std::uint64_t failed() const {
    return failed_;
  }

private:
  void run() {
    auto last = clock::now();
    while (!ends_) {
      if (!to_.put("key", "value")) {
        ++failed_;
        continue;
      }
      const auto now = clock::now();
      longest_ms_ = std::max<double>(longest_ms_, ms{now - last}.count());
      last = now;
      ++written_;
    }
  }

  client to_;
  std::atomic<bool> ends_{false};
  std::atomic<double> longest_ms_{0};
  std::atomic<std::uint64_t> written_{0};
  std::atomic<std::uint64_t> failed_{0};
  std::thread thread_;
};

void wait_for_more(const writer& x, std::uint64_t more) {
  const auto enough = x.written() + more;
  while (x.written() < enough)
    std::this_thread::sleep_for(10ms);
}

double one_gap(three_processes& on, writer& by, bool stops) {
  const auto leader = on.wait_until_whole();
  wait_for_more(by, 200);
  static_cast<void>(by.take_longest_ms());
  if (stops)
    on.signal(leader, SIGSTOP);
  else
    on.kill(leader);
  wait_for_more(by, 50);
  const auto gap = by.take_longest_ms();
  if (stops)
    on.signal(leader, SIGCONT);
  else
    on.start(leader);
  return gap;
}

nlohmann::ordered_json measure(const std::string& quorate, bool stops, int repetitions) {
  three_processes on{quorate};
  on.wait_until_whole();
  writer by{on.remote().client()};
  std::vector<double> gaps;
  for (int i = 0; i < repetitions; ++i)
    gaps.push_back(one_gap(on, by, stops));
  std::sort(gaps.begin(), gaps.end());
  return {{"how", stops ? "SIGSTOP" : "SIGKILL"},
          {"repetitions", repetitions},
          {"median_ms", (gaps[(gaps.size() - 1) / 2] + gaps[gaps.size() / 2]) / 2},
          {"min_ms", gaps.front()},
          {"max_ms", gaps.back()},
          {"gaps_ms", gaps},
          {"writes", by.written()},
          {"failed_writes", by.failed()}};
}

} // namespace

} // namespace quorate::bench

int main(int argc, char** argv) {
  namespace po = boost::program_options;
  po::options_description known{"failover [OPTIONS]"};
  known.add_options()("quorate",
                      po::value<std::string>()->default_value("build/release/apps/quorate/quorate"),
                      "the command")("repetitions", po::value<int>()->default_value(20),
                                     "1 to 1,000")("json", "for programs")("help", "this text");
  po::variables_map given;
  try {
    po::store(po::parse_command_line(argc, argv, known), given);
  } catch (const po::error& wrong) {
    std::cerr << "failover: " << wrong.what() << '\n';
    return 2;
  }
  const auto repetitions = given["repetitions"].as<int>();
  if (given.count("help") != 0 || repetitions < 1 || repetitions > 1'000) {
    std::cout << known;
    return given.count("help") != 0 ? 0 : 2;
  }
  std::signal(SIGPIPE, SIG_IGN);
  auto all = nlohmann::ordered_json::array();
  for (const bool stops : {false, true}) {
    auto one = quorate::bench::measure(given["quorate"].as<std::string>(), stops, repetitions);
    if (given.count("json") == 0)
      std::cout << "leader hit by " << one["how"].get<std::string>() << ", " << repetitions
                << " times: the longest gap of a single writer is "
                << one["median_ms"].get<double>() << " ms in the median, "
                << one["min_ms"].get<double>() << " to " << one["max_ms"].get<double>() << " ms; "
                << one["failed_writes"].get<std::uint64_t>() << " of "
                << one["writes"].get<std::uint64_t>() << " writes failed" << std::endl;
    all.push_back(std::move(one));
  }
  if (given.count("json") != 0)
    std::cout << all.dump(2) << '\n';
  return 0;
}
