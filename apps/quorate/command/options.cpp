#include "apps/quorate/command/options.hpp"

namespace quorate::app {

namespace {

option with_value(std::string name, std::string value, std::string help) {
  option x;
  x.name = std::move(name);
  x.value = std::move(value);
  x.help = std::move(help);
  return x;
}

option plain(std::string name, std::string help) {
  return with_value(std::move(name), "", std::move(help));
}

option from_environment(option x, std::string variable) {
  x.environment = std::move(variable);
  return x;
}

} // namespace

std::vector<option> with_connection(std::vector<option> own) {
  auto address = from_environment(
    with_value("address", "HOST:PORT",
               "a node of the cluster, any will do; 127.0.0.1:7400 if none is named"),
    "QUORATE_ADDRESS");
  address.repeatable = true;
  std::vector<option> all{
    std::move(address),
    from_environment(with_value("cluster", "NAME", "the name that the cluster has to have"),
                     "QUORATE_CLUSTER"),
    from_environment(with_value("tls-ca", "FILE", "certificates of the cluster's authority"),
                     "QUORATE_TLS_CA"),
    from_environment(with_value("tls-cert", "FILE", "the own certificate"), "QUORATE_TLS_CERT"),
    from_environment(with_value("tls-key", "FILE", "the key of that certificate"),
                     "QUORATE_TLS_KEY"),
    from_environment(
      with_value("timeout", "DURATION", "how long each call may take, 1ms to 1h; 10s"),
      "QUORATE_TIMEOUT"),
    plain("json", "one object on standard output, as docs/schemas describes it")};
  for (auto& each : all) {
    each.shared = true;
    own.push_back(std::move(each));
  }
  return own;
}

std::vector<option> with_intent(std::vector<option> own) {
  own.push_back(plain("dry-run", "say what it would do now, and do nothing"));
  own.push_back(with_value("op-id", "ID",
                           "the intent's id, to repeat one whose outcome is unknown; "
                           "drawn anew if none is given"));
  return with_connection(std::move(own));
}

std::vector<option> wait_options(const std::string& what) {
  auto wait = with_value("wait", "DURATION", "how long to wait until " + what + "; 1m");
  wait.value_optional = true;
  return {wait, plain("no-wait", "don't wait for that")};
}

option force_option() {
  return plain("force", "also if fewer than min_members remain");
}

} // namespace quorate::app
