#include "apps/quorate/command/call.hpp"

#include "apps/quorate/command/words.hpp"

#include <algorithm>
#include <istream>
#include <ostream>
#include <utility>

namespace quorate::app {

namespace {

constexpr const char* default_address = "127.0.0.1:7400";
constexpr std::size_t addresses_max = 64;

/// Bytes that aren't UTF-8 are replaced, not refused: an answer is worth more than its spelling.
std::string line_of_json(const json_object& x) {
  return x.dump(-1, ' ', false, json_object::error_handler_t::replace) + '\n';
}

json_object head(const std::string& schema, const std::string& path, int code) {
  json_object x;
  x["schema"] = schema + "/1";
  x["verb"] = path;
  x["ok"] = code == exit_ok;
  x["exit"] = code;
  return x;
}

json_object error_object(const std::string& path, const quorate::error& why, op_id op,
                         const std::string& ask) {
  auto x = head("cli-error", path, exit_code_of(why.code));
  auto& inner = x["error"];
  inner["code"] = to_string(why.code);
  inner["number"] = static_cast<unsigned>(why.code);
  inner["message"] = why.message;
  inner["advice"] = advice_for(why.code);
  if (why.leader)
    inner["leader"] = to_string(why.leader);
  if (!why.leader_address.empty())
    inner["leader_address"] = why.leader_address;
  if (why.code == errc::precondition_failed)
    inner["revision"] = why.at.value;
  if (op)
    inner["op_id"] = to_string(op);
  if (!ask.empty())
    inner["ask"] = ask;
  return x;
}

void write_error(std::ostream& err, const std::string& path, const quorate::error& why) {
  err << "quorate" << (path.empty() ? "" : " " + path) << ": " << to_string(why.code) << ": "
      << printable(why.message) << '\n';
  if (const auto advice = advice_for(why.code); !advice.empty())
    err << "  next: " << advice << '\n';
}

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> parts;
  for (std::size_t from = 0; from <= list.size();) {
    const auto comma = std::min(list.find(',', from), list.size());
    if (comma > from)
      parts.push_back(list.substr(from, comma - from));
    from = comma + 1;
  }
  return parts;
}

} // namespace

call::call(const invocation& given, const surroundings& around) : given_(given), around_(around) {
  // nop
}

std::optional<std::string> call::setting(const std::string& name) const {
  if (auto typed = given_.value(name))
    return typed;
  for (const auto& each : given_.which->options)
    if (each.name == name && !each.environment.empty())
      if (const auto* found = around_.environment(each.environment.c_str());
          found != nullptr && *found != '\0')
        return std::string{found};
  return std::nullopt;
}

std::vector<std::string> call::addresses() const {
  auto typed = given_.values("address");
  return typed.empty() ? split(setting("address").value_or(default_address)) : typed;
}

result<connection_options> call::connection(const std::string& at) const {
  connection_options to;
  to.addresses = at.empty() ? addresses() : std::vector{at};
  if (to.addresses.empty() || to.addresses.size() > addresses_max)
    return make_error(errc::invalid_argument, "--address is given 1 to 64 times.");
  to.cluster_name = setting("cluster").value_or("");
  to.tls_ca = setting("tls-ca").value_or("");
  to.tls_certificate = setting("tls-cert").value_or("");
  to.tls_key = setting("tls-key").value_or("");
  if (to.tls_ca.empty() != to.tls_certificate.empty() || to.tls_ca.empty() != to.tls_key.empty())
    return make_error(errc::invalid_argument,
                      "--tls-ca, --tls-cert and --tls-key go together: all of them, or none.");
  if (const auto wanted = setting("timeout")) {
    const auto limit = parse_duration(*wanted);
    if (!limit)
      return make_error(errc::invalid_argument, "--timeout: " + limit.error().message);
    if (limit->count() < 1 || *limit > std::chrono::hours{1})
      return make_error(errc::invalid_argument, "--timeout is 1ms to 1h.");
    to.timeout = *limit;
  }
  return to;
}

result<cluster_access*> call::cluster(const std::string& at) {
  if (!cluster_) {
    const auto wanted = connection(at);
    if (!wanted)
      return wanted.error();
    auto made = around_.connect(*wanted);
    if (!made)
      return made.error();
    cluster_ = std::move(*made);
  }
  return cluster_.get();
}

std::string call::connection_words() const {
  std::string all;
  for (const char* name : {"address", "cluster", "tls-ca", "tls-cert", "tls-key"})
    for (const auto& typed : given_.values(name))
      all += std::string{" --"} + name + ' ' + shell_quoted(printable(typed));
  return all;
}

void call::write(const json_object& x) {
  around_.out << line_of_json(x);
}

int call::answer(int code, const std::string& schema, json_object body, const std::string& text) {
  if (!json()) {
    around_.out << text;
    return code;
  }
  auto x = head(schema, given_.which->path, code);
  for (auto& [name, value] : body.items())
    x[name] = std::move(value);
  write(x);
  return code;
}

int call::fail(const quorate::error& why) {
  return fail(why, {}, {});
}

int call::fail(const quorate::error& why, const std::string& ask, const std::string& about,
               op_id op) {
  const auto& path = given_.which->path;
  const bool unknown = why.code == errc::outcome_unknown && !ask.empty();
  const auto question = unknown ? "quorate " + ask + connection_words()
                                    + (about.front() == '-' ? " -- " : " ") + about
                                : "";
  if (json())
    write(error_object(path, why, op, question));
  write_error(around_.err, path, why);
  if (!unknown)
    return exit_code_of(why.code);
  if (op)
    around_.err << "  op id: " << to_string(op) << '\n';
  around_.err << "  ask: " << question << '\n';
  return exit_code_of(why.code);
}

int call::misuse(const std::string& sentence) {
  return fail(make_error(errc::invalid_argument, sentence));
}

int report_error(const surroundings& around, const std::string& path, bool json,
                 const quorate::error& why) {
  if (json)
    around.out << line_of_json(error_object(path, why, {}, ""));
  write_error(around.err, path, why);
  return exit_code_of(why.code);
}

} // namespace quorate::app
