#include "runtime/kv/commands.hpp"

#include "runtime/base/codec.hpp"

#include <string>
#include <utility>
#include <variant>

namespace quorate::kv {

namespace {

/// Room for everything but key and value.
constexpr std::size_t overhead_bytes = 64;

std::size_t size_of(const put& x) {
  return x.key.size() + x.value.size();
}

std::size_t size_of(const erase& x) {
  return x.key.size();
}

} // namespace

write_request make_write_request(session_write what) {
  std::string bytes;
  bytes.reserve(overhead_bytes
                + std::visit([](const auto& content) { return size_of(content); }, what.content));
  base::encoder{bytes}.value(command{command{}.format, std::move(what)});
  return {std::move(bytes)};
}

shared_bytes make_open_session() {
  return base::encode(command{});
}

result<session_write> read_write_request(const write_request& from) {
  auto found = read_command(from.command);
  if (!found)
    return found.error();
  if (auto* content = std::get_if<session_write>(&found->content))
    return std::move(*content);
  return make_error(errc::malformed, "The command isn't a write.");
}

result<command> read_command(const shared_bytes& from) {
  auto found = base::decode_sharing<command>(from);
  if (found && found->format != command{}.format)
    return make_error(errc::malformed, "The command has format " + std::to_string(found->format)
                                         + ", which this build doesn't know.");
  return found;
}

} // namespace quorate::kv
