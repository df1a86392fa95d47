// A service of several processes that shares a queue of jobs: each embeds a node of quorate, works
// on the shards that it is given, and answers HTTP.
//
//   work_queue --name n1 --listen 127.0.0.1:7401 --seeds 127.0.0.1:7401,127.0.0.1:7402 --data-dir d
//
// and every option of a node (docs/options.md); `--http HOST:PORT` and `--found` are its own.
//
//   POST /jobs   a job, one line; answered when it is stored
//   GET /state   what waits, what is done, and who works on what
//
// run.sh starts three of them, kills the leader, and shows that the work goes on.
#include "examples/work_queue/workers.hpp"

#include <httplib.h>
#include <nlohmann/json.hpp>
#include <quorate/node_options_description.hpp>
#include <quorate/quorate.hpp>

#include <csignal>
#include <iostream>
#include <string>
#include <thread>

namespace work_queue {

namespace {

namespace po = boost::program_options;

int fail(const quorate::error& why) {
  std::cerr << "work_queue: " << to_string(why) << '\n';
  return 1;
}

void answer(httplib::Response& to, int status, const nlohmann::ordered_json& body) {
  to.status = status;
  to.set_content(body.dump() + '\n', "application/json");
}

void answer(httplib::Response& to, const quorate::error& why) {
  answer(to, why.code == quorate::errc::invalid_argument ? 400 : 503,
         {{"error", to_string(why.code)}, {"message", why.message}});
}

void show_state(queue& jobs, httplib::Response& to) {
  nlohmann::ordered_json out{{"waiting", 0}, {"done", 0}, {"shards", nlohmann::json::object()}};
  const auto given = jobs.who_works();
  if (!given)
    return answer(to, given.error());
  std::uint64_t waiting = 0;
  std::uint64_t done = 0;
  for (std::size_t i = 0; i < queue::shards; ++i) {
    const auto now = jobs.look(i);
    if (!now)
      return answer(to, now.error());
    waiting += now->waiting.size();
    done += now->done;
    const auto works = given->nodes.find(i);
    out["shards"][std::to_string(i)] = works != given->nodes.end() ? works->second : "";
  }
  out["waiting"] = waiting;
  out["done"] = done;
  answer(to, 200, out);
}

int run(const quorate::node_options& options, const std::string& http, bool founds,
        const sigset_t& ends) {
  auto node = quorate::node::start(options);
  if (!node)
    return fail(node.error());
  if (founds) {
    quorate::membership_policy policy;
    policy.stabilization_ms = 1'000;
    policy.warm_spares = 0;
    if (const auto founded = node->provision(policy); !founded)
      return fail(founded.error());
  }
  queue jobs{node->client()};
  const worker works{*node};
  const scheduler schedules{*node};

  httplib::Server server;
  server.set_payload_max_length(4'096);
  server.Post("/jobs", [&](const httplib::Request& from, httplib::Response& to) {
    const auto added = jobs.add(from.body);
    if (added)
      answer(to, 202, {{"shard", *added}});
    else
      answer(to, added.error());
  });
  server.Get("/state",
             [&](const httplib::Request&, httplib::Response& to) { show_state(jobs, to); });
  const auto colon = http.rfind(':');
  if (colon == std::string::npos
      || !server.bind_to_port(http.substr(0, colon).c_str(), std::atoi(&http[colon + 1])))
    return fail(make_error(quorate::errc::address_unusable, http + " can't be listened on."));
  std::thread answers{[&server] { server.listen_after_bind(); }};

  int which = 0;
  sigwait(&ends, &which);
  server.stop();
  answers.join();
  const auto stopped = node->stop();
  return stopped ? 0 : fail(stopped.error());
}

} // namespace

} // namespace work_queue

int main(int argc, char** argv) {
  // Before there are threads, which inherit it.
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);

  auto known = quorate::node_options_description();
  known.add_options()("http", work_queue::po::value<std::string>()->default_value("127.0.0.1:8080"),
                      "Where jobs are taken.")("found", "Found the cluster; one process, once.")(
    "help", "Show this.");
  const auto line = quorate::parse_command_line({argv + 1, argv + argc}, known);
  if (!line)
    return work_queue::fail(line.error());
  if (line->count("help") > 0)
    return std::cout << known, 0;
  const auto options = quorate::read_options<quorate::node_options>(*line);
  if (!options)
    return work_queue::fail(options.error());
  return work_queue::run(*options, (*line)["http"].as<std::string>(), line->count("found") > 0,
                         ends);
}
