#include "bench/kv_load/options.hpp"

#include <boost/program_options.hpp>

#include <limits>
#include <sstream>

namespace quorate::bench {

namespace {

namespace po = boost::program_options;

constexpr std::int64_t nodes_max = 9; ///< The library's own limit of members.
constexpr std::int64_t key_bytes_max = 1'024;
constexpr std::int64_t value_bytes_max = 1'048'576;
constexpr double seconds_max = 3'600;

struct range {
  const char* option;
  std::int64_t value;
  std::int64_t least;
  std::int64_t most;
};

std::optional<std::string> outside(const range& x) {
  if (x.value >= x.least && x.value <= x.most)
    return std::nullopt;
  return "--" + std::string{x.option} + " is " + std::to_string(x.least) + " to "
         + std::to_string(x.most) + ", not " + std::to_string(x.value) + '.';
}

std::optional<std::string> wrong_duration(const load_options& options) {
  // Written so that NaN is refused, too.
  if (!(options.seconds >= 0.1 && options.seconds <= seconds_max))
    return std::string{"--seconds is 0.1 to 3600."};
  if (!(options.warmup_seconds >= 0 && options.warmup_seconds <= seconds_max))
    return std::string{"--warmup-seconds is 0 to 3600."};
  return std::nullopt;
}

po::options_description options_into(load_options& options) {
  po::options_description all{"Options"};
  auto add = all.add_options();
  const auto number = [](auto& into) {
    return po::value(&into)->default_value(into)->value_name("N");
  };
  add("nodes", number(options.nodes), "members of the cluster: 1, 3, 5, 7 or 9");
  add("clients", number(options.clients),
      "clients with a session of their own and one operation under way each");
  add("value-bytes", number(options.value_bytes), "size of every value");
  add("key-bytes", number(options.key_bytes), "size of every key");
  add("keys", po::value(&options.keys)->value_name("N"),
      "how many keys are used, each as often; 10000 unless told, 64 with --history");
  add("read-share", number(options.read_share), "percentage of linearizable reads");
  add("rate", number(options.rate),
      "operations a second that are due, whatever the cluster does; latencies count from then. 0: "
      "each client goes on when it is answered");
  add("zipf", po::value(&options.zipf)->default_value(options.zipf)->value_name("X"),
      "keys are drawn by Zipf's law with this exponent, below 1; 0: each as often");
  add("seconds", number(options.seconds), "how long is measured");
  add("warmup-seconds", number(options.warmup_seconds),
      "how long the load runs before that, uncounted");
  add("deadline-ms", number(options.deadline_ms), "how long an operation may take");
  add("lease-ms", number(options.lease_ms),
      "leaders answer reads by a lease of so many milliseconds; 0: by asking a quorum");
  add("threads", number(options.threads), "threads of the cluster; 0: one for each processor");
  add("storage", po::value(&options.storage)->default_value(options.storage)->value_name("KIND"),
      "where nodes keep their log: memory, or rocksdb, which syncs before it acknowledges");
  add(
    "data-dir", po::value(&options.data_dir)->value_name("DIR"),
    "the directory for --storage rocksdb, empty or not there; its own fdatasync is measured, too");
  const auto text = [](auto& into, const char* kind) { return po::value(&into)->value_name(kind); };
  add(
    "remote", text(options.remote, "ADDRESSES"),
    "load the cluster at these addresses, with commas between them, instead of one in this process");
  add("cluster-name", text(options.cluster_name, "NAME"),
      "with --remote: that the cluster has to have");
  add("tls-ca", text(options.tls_ca, "PATH"), "with --remote, and the next two: certificates");
  add("tls-cert", text(options.tls_certificate, "PATH"), "");
  add("tls-key", text(options.tls_key, "PATH"), "");
  add("seed", number(options.seed), "of all random choices; 0: drawn from the system");
  add("chaos", po::bool_switch(&options.chaos),
      "kill and restart nodes, park and activate members meanwhile; two spares are added");
  add("history", po::value(&options.history)->value_name("FILE"),
      "write every operation as a line of JSON; mixes in erases and conditional writes");
  add("json", po::bool_switch(&options.json), "the last line is one JSON object");
  add("help,h", "this text");
  return all;
}

std::string help_of(const po::options_description& options) {
  std::ostringstream out;
  out << "usage: kv_load [OPTIONS]\n\n"
         "Loads the key-value store of a cluster in this process: each client starts its next\n"
         "operation when the one before is answered. Prints throughput and latencies.\n\n"
      << options
      << "\nExit codes: 0 done; 1 operations failed, which they may with --chaos, or the cluster\n"
         "didn't start, or didn't recover from --chaos; 2 wrong options.\n";
  return out.str();
}

} // namespace

std::optional<std::string> objection(const load_options& options) {
  if (!options.remote.empty() && (options.chaos || options.durable()))
    return std::string{
      "--remote loads a cluster as it is: neither --chaos nor --storage go with it."};
  // Written so that NaN is refused, too.
  if (!(options.zipf >= 0 && options.zipf < 1))
    return std::string{"--zipf is 0 to less than 1."};
  if (options.nodes < 1 || options.nodes > nodes_max || options.nodes % 2 == 0)
    return "--nodes is 1, 3, 5, 7 or 9, not " + std::to_string(options.nodes) + '.';
  if (options.chaos && options.nodes < 3)
    return std::string{"--chaos needs 3 nodes or more: the others have to be a majority."};
  if (options.storage != "memory" && options.storage != "rocksdb")
    return "--storage is memory or rocksdb, not " + options.storage + '.';
  if (options.durable() && options.data_dir.empty())
    return std::string{"--storage rocksdb needs a --data-dir."};
  if (!options.durable() && !options.data_dir.empty())
    return std::string{"--data-dir is for --storage rocksdb."};
  const auto least_value = options.keeps_history() ? unique_value_bytes : 0;
  const range ranges[] = {
    {"clients", options.clients, 1, clients_max},
    {"keys", options.keys, 1, keys_max},
    {"value-bytes", options.value_bytes, least_value, value_bytes_max},
    {"read-share", options.read_share, 0, 100},
    {"rate", options.rate, 0, 10'000'000},
    {"deadline-ms", options.deadline_ms, 1, 3'600'000},
    {"lease-ms", options.lease_ms, 0, 60'000},
    {"threads", options.threads, 0, 1'024},
    {"seed", options.seed, 0, std::numeric_limits<std::int64_t>::max()},
  };
  for (const auto& x : ranges)
    if (auto no = outside(x))
      return no;
  // A letter, and as many digits as the highest number has.
  const auto least_key = 1 + static_cast<std::int64_t>(std::to_string(options.keys - 1).size());
  if (auto no = outside({"key-bytes", options.key_bytes, least_key, key_bytes_max}))
    return no;
  return wrong_duration(options);
}

load_options completed(load_options options) {
  if (options.keys == 0)
    options.keys = options.keeps_history() ? 64 : 10'000;
  return options;
}

std::variant<load_options, help_text, refusal> parse(int argc, const char* const* argv) {
  load_options options;
  const auto known = options_into(options);
  try {
    namespace style = po::command_line_style;
    po::variables_map given;
    // No guessing: an abbreviation that works today would be ambiguous with tomorrow's option.
    const int strict = style::unix_style & ~style::allow_guessing;
    po::store(po::command_line_parser(argc, argv)
                .options(known)
                .positional(po::positional_options_description{})
                .style(strict)
                .run(),
              given);
    if (given.count("help") != 0)
      return help_text{help_of(known)};
    po::notify(given);
    if (given.count("history") != 0 && options.history.empty())
      return refusal{"--history needs the name of a file."};
    if (given.count("keys") != 0 && options.keys == 0)
      return refusal{"--keys is 1 to " + std::to_string(keys_max) + ", not 0."};
  } catch (const po::error& wrong) {
    return refusal{std::string{wrong.what()} + '.'};
  }
  options = completed(options);
  if (auto no = objection(options))
    return refusal{*no};
  return options;
}

} // namespace quorate::bench
