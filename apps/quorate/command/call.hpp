// One run of a verb: what was typed, what it reaches, and how it ends.
#pragma once

#include "quorate/result.hpp"
#include "apps/quorate/command/access.hpp"
#include "apps/quorate/command/exit_codes.hpp"
#include "apps/quorate/command/parser.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace quorate::app {

/// Members keep their order: people read these objects, too.
using json_object = nlohmann::ordered_json;

/// Everything that the command has from outside.
struct surroundings {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  /// The value of an environment variable, or null.
  std::function<const char*(const char*)> environment;
  connector connect;
  const verb_table& table;
};

class call {
public:
  call(const invocation& given, const surroundings& around);

  const invocation& given() const noexcept {
    return given_;
  }
  const surroundings& around() const noexcept {
    return around_;
  }
  bool json() const {
    return given_.has("json");
  }
  /// An option, or the environment variable that stands for it.
  std::optional<std::string> setting(const std::string& name) const;

  /// Where the cluster is reached: `--address`, the environment, or the default.
  std::vector<std::string> addresses() const;

  /// The cluster; connects when it is asked for the first time, at `at` if it names somebody.
  /// Errors: those of the options and of connecting.
  result<cluster_access*> cluster(const std::string& at = {});

  /// The options that reach the same cluster, for a command that is shown: ` --address a`.
  std::string connection_words() const;

  /// Ends with an object of that schema if `--json` is given, or else with the text, which ends
  /// each of its lines. `schema` is the name of a file in docs/schemas/, `cli-change`.
  int answer(int code, const std::string& schema, json_object body, const std::string& text);
  int answer(const std::string& schema, json_object body, const std::string& text) {
    return answer(exit_ok, schema, std::move(body), text);
  }

  /// Ends with the error: its sentence and what to do next on standard error, and with `--json` an
  /// object of the schema `cli-error` on standard output.
  int fail(const quorate::error& why);
  /// The same for an intent or a write. If its outcome is unknown, the verb `ask` of `about` is the
  /// command that tells it. `op`: the intent's, or none.
  int fail(const quorate::error& why, const std::string& ask, const std::string& about,
           op_id op = {});
  int misuse(const std::string& sentence);

private:
  result<connection_options> connection(const std::string& at) const;
  void write(const json_object& x);

  const invocation& given_;
  const surroundings& around_;
  std::unique_ptr<cluster_access> cluster_;
};

/// What `call::fail` writes, for an error that was made before there was a verb.
int report_error(const surroundings& around, const std::string& path, bool json,
                 const quorate::error& why);

} // namespace quorate::app
