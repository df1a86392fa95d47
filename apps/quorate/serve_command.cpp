#include "apps/quorate/serve_command.hpp"

#include "quorate/node.hpp"
#include "quorate/node_options_description.hpp"
#include "apps/quorate/command/exit_codes.hpp"

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "service/node_service.hpp"

namespace quorate::app {

namespace {

namespace po = boost::program_options;

constexpr const char* usage =
  "usage: quorate serve --name NAME [OPTIONS]\n"
  "\n"
  "Runs one node in this process. It registers with the nodes that --seeds names and joins by\n"
  "itself; the first of a new cluster is founded by 'quorate provision'. SIGTERM and SIGINT end\n"
  "it in order: a leader hands over first. A second one ends it at once.\n"
  "\n"
  "Examples:\n"
  "  quorate serve --name n1 --data-dir /var/lib/n1\n"
  "  quorate serve --config /etc/quorate/n1.conf\n"
  "\n";

struct serve_options {
  node_options node;
  std::string http; ///< Empty: none.
  service::log_format format = service::log_format::text;
};

po::options_description all_options() {
  auto out = node_options_description();
  out.add_options()(
    "http", po::value<std::string>()->value_name("HOST:PORT"),
    "Where health, status and metrics are shown (docs/operating.md); off: nowhere. Default: "
    "127.0.0.1:7401. [QUORATE_HTTP]")(
    "log-format", po::value<std::string>()->value_name("FORMAT"),
    "text or json: the form of the lines on standard error. Default: text. [QUORATE_LOG_FORMAT]")(
    "help", "Show this.");
  return out;
}

std::string text_of(const po::variables_map& line, const char* name, const char* variable,
                    const char* otherwise) {
  if (line.count(name) > 0)
    return line[name].as<std::string>();
  return process_environment(variable).value_or(otherwise);
}

result<serve_options> options_from(const po::variables_map& line) {
  serve_options out;
  auto node = read_options<node_options>(line);
  if (!node)
    return node.error();
  out.node = std::move(*node);
  out.http = text_of(line, "http", "QUORATE_HTTP", "127.0.0.1:7401");
  if (out.http == "off")
    out.http.clear();
  const auto format = text_of(line, "log-format", "QUORATE_LOG_FORMAT", "text");
  if (format == "json")
    out.format = service::log_format::json_lines;
  else if (format != "text")
    return make_error(errc::invalid_argument, "--log-format: '" + format + "'; text or json.");
  return out;
}

int say(const error& why) {
  std::cerr << "quorate serve: " << why.message << '\n';
  if (const auto next = advice_for(why.code); !next.empty() && why.code != errc::invalid_argument)
    std::cerr << next << '\n';
  return why.code == errc::invalid_argument ? exit_usage : exit_code_of(why.code);
}

/// The signals that end the process are taken by whoever waits for them, on any thread.
sigset_t take_signals() {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return ends;
}

service::service_options options_of_service(const serve_options& with) {
  service::service_options out;
  out.monitor.http = with.http;
  out.log.format = with.format;
  out.facts.version = QUORATE_VERSION;
  out.facts.cluster_name = with.node.cluster_name;
  out.facts.data_dir = with.node.data_dir;
  out.parked = with.node.parked;
  return out;
}

int run(const serve_options& with) {
  const auto ends = take_signals(); // Before there are other threads, which inherit it.
  auto started = node::start(with.node);
  if (!started)
    return say(started.error());
  auto& self = *started;
  auto beside = service::node_service::start(self, options_of_service(with));
  if (!beside)
    return say(beside.error());
  int which = 0;
  sigwait(&ends, &which);
  beside->log().stopping(which == SIGINT ? "SIGINT" : "SIGTERM");
  std::thread{[ends] {
    int again = 0;
    sigwait(&ends, &again);
    std::_Exit(128 + again);
  }}.detach();
  const auto ended = self.stop();
  beside->log().stopped(ended);
  return ended ? exit_ok : exit_code_of(ended.error().code);
}

} // namespace

int serve_command(int argc, const char* const* argv) {
  const auto known = all_options();
  const std::vector<std::string> words(argv + 1, argv + argc);
  const auto line = parse_command_line(words, known);
  if (!line)
    return say(line.error());
  if (line->count("help") > 0) {
    std::cout << usage << known;
    return exit_ok;
  }
  const auto options = options_from(*line);
  return options ? run(*options) : say(options.error());
}

} // namespace quorate::app
