// `kv …`: the key-value store.
#include "apps/quorate/command/call.hpp"
#include "apps/quorate/command/options.hpp"
#include "apps/quorate/command/verbs.hpp"
#include "apps/quorate/command/words.hpp"

#include <istream>
#include <ostream>

namespace quorate::app {

namespace {

/// The store's own limit (see `client`): what is longer isn't read to its end.
constexpr std::size_t value_bytes_max = std::size_t{1} << 20;

result<condition> condition_from(const invocation& given) {
  const auto typed = given.value("cas");
  if (!typed)
    return any;
  if (*typed == "absent")
    return absent;
  const auto number = parse_number(*typed, 1, UINT64_MAX);
  if (!number)
    return make_error(errc::invalid_argument,
                      "--cas is 'absent' or a revision: " + number.error().message);
  return matches(quorate::revision{*number});
}

result<std::string> value_from(std::istream& in) {
  std::string bytes(value_bytes_max + 1, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (in.bad())
    return make_error(errc::invalid_argument, "standard input can't be read.");
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  if (bytes.size() > value_bytes_max)
    return make_error(errc::value_too_large, "A value has 1 MiB at most; there is more on standard "
                                             "input.");
  return bytes;
}

/// JSON is UTF-8, keys and values are bytes: others stand in base64, and say so.
void put_bytes(json_object& into, const std::string& name, const std::string& bytes) {
  const bool plain = is_utf8(bytes);
  into[name] = plain ? bytes : base64(bytes);
  into[name + "_encoding"] = plain ? "utf-8" : "base64";
}

int put(call& in) {
  const auto& key = in.given().operands[0];
  const auto pre = condition_from(in.given());
  if (!pre)
    return in.fail(pre.error());
  auto bytes = result<std::string>{in.given().operands[1]};
  if (*bytes == "-")
    bytes = value_from(in.around().in);
  if (!bytes)
    return in.fail(bytes.error());
  auto reached = in.cluster();
  if (!reached)
    return in.fail(reached.error());
  const auto written = (*reached)->client().put(key, *bytes, *pre);
  if (!written)
    return in.fail(written.error(), "kv get", shell_quoted(key));
  json_object body;
  put_bytes(body, "key", key);
  body["revision"] = written->value;
  return in.answer("cli-kv-write", std::move(body),
                   "written at revision " + std::to_string(written->value) + ".\n");
}

int get(call& in) {
  const auto& key = in.given().operands[0];
  const auto level = in.given().has("local") ? read_level::local : read_level::linearizable;
  auto reached = in.cluster();
  if (!reached)
    return in.fail(reached.error());
  const auto found = (*reached)->client().get(key, level);
  if (!found)
    return in.fail(found.error());
  json_object body;
  put_bytes(body, "key", key);
  body["found"] = found->has_value();
  if (!*found) {
    in.around().err << "quorate kv get: '" << printable(key) << "' has no value.\n";
    return in.answer(exit_failed, "cli-kv-value", std::move(body), "");
  }
  put_bytes(body, "value", (*found)->value);
  body["revision"] = (*found)->revision.value;
  // As it is, without a newline of ours: it may be a file's content.
  return in.answer("cli-kv-value", std::move(body), (*found)->value);
}

int erase(call& in) {
  const auto& key = in.given().operands[0];
  const auto pre = condition_from(in.given());
  if (!pre)
    return in.fail(pre.error());
  auto reached = in.cluster();
  if (!reached)
    return in.fail(reached.error());
  const auto erased = (*reached)->client().erase(key, *pre);
  if (!erased)
    return in.fail(erased.error(), "kv get", shell_quoted(key));
  json_object body;
  put_bytes(body, "key", key);
  body["revision"] = erased->value;
  return in.answer("cli-kv-write", std::move(body),
                   "it has no value at revision " + std::to_string(erased->value) + ".\n");
}

option compare_option(std::string help) {
  option x;
  x.name = "cas";
  x.value = "REVISION";
  x.help = std::move(help);
  return x;
}

} // namespace

void add_kv_verbs(verb_table& to) {
  option local;
  local.name = "local";
  local.help = "what the asked node has applied, which may be stale";
  to.push_back(
    {"kv get",
     "KEY",
     1,
     1,
     "print a key's value",
     "The value's bytes as they are, without a newline behind them. A key without a value "
     "ends with 1.",
     {{"kv get greeting", "the value"},
      {"kv get greeting --json", "and its revision; base64 if it isn't UTF-8"}},
     with_connection({local}),
     get});
  to.push_back(
    {"kv put",
     "KEY VALUE|-",
     2,
     2,
     "write a key's value",
     "With - the value is read from standard input, 1 MiB at most. A value that begins "
     "with '-' stands behind '--'.",
     {{"kv put greeting hello", "write in any case"},
      {"kv put greeting hello --cas absent", "only if it has no value"},
      {"kv put greeting bye --cas 17", "only if it was last written at revision 17"},
      {"kv put image - <image.png", "from a file"}},
     with_connection({compare_option(
       "write only if the value is of this revision, or with 'absent' if there is none")}),
     put});
  to.push_back({"kv erase",
                "KEY",
                1,
                1,
                "take a key's value away",
                "A key without a value stays as it is.",
                {{"kv erase greeting", "in any case"}},
                with_connection({compare_option("only if the value is of this revision")}),
                erase});
}

} // namespace quorate::app
