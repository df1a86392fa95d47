#include "tests/options/cases.hpp"

namespace quorate {

namespace {

const std::string longest_name(255, 'n');
const std::string too_long_name(256, 'n');
const std::string longest_path(4096, 'p');
const std::string too_long_path(4097, 'p');

} // namespace

std::string addresses_of(int count) {
  std::string out;
  for (int i = 1; i <= count; ++i)
    out += (i == 1 ? "n" : ",n") + std::to_string(i) + ":7400";
  return out;
}

const std::vector<range_case>& node_ranges() {
  static const std::vector<range_case> cases{
    {"name", "n", longest_name, "", too_long_name}, // None at all is told as missing.
    {"cluster-name", "c", longest_name, "", too_long_name},
    {"listen", "127.0.0.1:0", "127.0.0.1:65535", "127.0.0.1", "127.0.0.1:65536"},
    {"advertise", "n1:0", "n1:65535", ":7400", "0.0.0.0:7400"},
    {"seeds", "", addresses_of(64), "n1:0", addresses_of(65)},
    {"data-dir", "", longest_path, "", too_long_path},
    {"parked", "false", "true", "0", "1"},
    {"tls-ca", "", longest_path, "", too_long_path},
    {"tls-cert", "", longest_path, "", too_long_path},
    {"tls-key", "", longest_path, "", too_long_path},
    {"insecure", "false", "true", "", "TRUE"},
    {"tick", "1ms", "1s", "0ms", "1001ms"},
    {"election-ticks", "3", "1000", "2", "1001"},
    {"heartbeat", "1ms", "1m", "0s", "60001ms"},
    {"snapshot-entries", "1", "18446744073709551615", "0", ""},
    {"snapshot-log-ratio", "0", "1000", "-1", "1001"},
    {"deadline", "1ms", "1h", "0s", "3600001ms"},
    {"disk-reserve", "0B", "1TiB", "-1B", "1099511627777B"},
    {"connections-max", "16", "65536", "15", "65537"},
    {"handshake-timeout", "10ms", "1m", "9ms", "60001ms"},
    {"link-heartbeat", "10ms", "1m", "9ms", "60001ms"},
    {"link-timeout", "21ms", "10m", "20ms", "600001ms"},
    {"worker-threads", "0", "1024", "-1", "1025"},
  };
  return cases;
}

const std::vector<range_case>& remote_ranges() {
  static const std::vector<range_case> cases{
    {"addresses", "n1:7400", addresses_of(64), "", addresses_of(65)},
    {"cluster-name", "", longest_name, "", too_long_name},
    {"name", "", longest_name, "", too_long_name},
    {"tls-ca", "", longest_path, "", too_long_path},
    {"tls-cert", "", longest_path, "", too_long_path},
    {"tls-key", "", longest_path, "", too_long_path},
    {"deadline", "1ms", "1h", "0s", "3600001ms"},
    {"handshake-timeout", "10ms", "1m", "9ms", "60001ms"},
    {"link-heartbeat", "10ms", "1m", "9ms", "60001ms"},
    {"link-timeout", "21ms", "10m", "20ms", "600001ms"},
    {"worker-threads", "1", "1024", "0", "1025"},
  };
  return cases;
}

const std::vector<range_case>& policy_ranges() {
  static const std::vector<range_case> cases{
    {"target", "1", "9", "0", "10"},
    {"allow-even", "false", "true", "", "maybe"},
    {"min-members", "0", "9", "-1", "10"},
    {"warm-spares", "0", "9", "-1", "10"},
    {"stabilization", "0s", "30d", "-1ms", "2592000001ms"},
    {"pairing-wait", "0s", "30d", "-1ms", "2592000001ms"},
    {"replace-after", "0s", "30d", "-1ms", "2592000001ms"},
    {"leader-settle", "0s", "30d", "-1ms", "2592000001ms"},
    {"eviction-budget", "0", "1000", "-1", "1001"},
    {"eviction-window", "0s", "30d", "-1ms", "2592000001ms"},
    {"transition-timeout", "1ms", "30d", "0s", "2592000001ms"},
    {"lease", "0s", "1m", "-1ms", "60001ms"},
  };
  return cases;
}

} // namespace quorate
