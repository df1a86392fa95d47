#include "runtime/wire/messages.hpp"

#include "runtime/base/codec.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace quorate::wire {

namespace {

static_assert(membership::this_build.protocol_max == version_major,
              "the protocol's version is the wire's major version");

// -- kinds ----------------------------------------------------------------------------------------

template <class T>
constexpr kind number_of = T::has_no_kind;

template <>
constexpr kind number_of<hello> = kind::hello;
template <>
constexpr kind number_of<hello_ack> = kind::hello_ack;
template <>
constexpr kind number_of<heartbeat> = kind::heartbeat;
template <>
constexpr kind number_of<closing> = kind::closing;
template <>
constexpr kind number_of<node_mail> = kind::node_mail;
template <>
constexpr kind number_of<call_refused> = kind::call_refused;
template <>
constexpr kind number_of<call<kv::request>> = kind::kv_request;
template <>
constexpr kind number_of<call<kv::reply>> = kind::kv_reply;
template <>
constexpr kind number_of<call<membership::reconfigure_request>> = kind::reconfigure_request;
template <>
constexpr kind number_of<call<membership::reconfigure_reply>> = kind::reconfigure_reply;
template <>
constexpr kind number_of<call<membership::provision_request>> = kind::provision_request;
template <>
constexpr kind number_of<call<ops::provision_reply>> = kind::provision_reply;
template <>
constexpr kind number_of<call<ops::status_request>> = kind::status_request;
template <>
constexpr kind number_of<call<node_status>> = kind::status_reply;
template <>
constexpr kind number_of<call<ops::joined_request>> = kind::joined_request;
template <>
constexpr kind number_of<call<ops::joined_reply>> = kind::joined_reply;
template <>
constexpr kind number_of<call<ops::question>> = kind::question;
template <>
constexpr kind number_of<call<ops::question_reply>> = kind::question_reply;
template <>
constexpr kind number_of<call<ops::nodes_request>> = kind::nodes_request;
template <>
constexpr kind number_of<call<ops::nodes_reply>> = kind::nodes_reply;
template <>
constexpr kind number_of<call<ops::transfer_request>> = kind::transfer_request;
template <>
constexpr kind number_of<call<ops::transfer_reply>> = kind::transfer_reply;

// -- decoding -------------------------------------------------------------------------------------

template <class T>
constexpr bool is_greeting = std::is_same_v<T, hello> || std::is_same_v<T, hello_ack>;

/// A later minor version may say more behind what this one knows, in a greeting only: it is said
/// before the two know each other's version.
template <class T>
result<message> decoded_greeting(const frame& from) {
  T x{};
  base::decoder f{from.payload};
  const auto whole = f.value(x);
  if (!whole || from.minor <= version_minor) {
    auto done = f.finish();
    if (!done)
      return done.error();
  }
  return message{std::move(x)};
}

template <class T>
result<message> decoded(const frame& from) {
  if constexpr (is_greeting<T>) {
    return decoded_greeting<T>(from);
  } else {
    auto x = std::is_same_v<T, node_mail> ? base::decode<T>(from.payload.view())
                                          : base::decode_sharing<T>(from.payload);
    if (!x)
      return x.error();
    return message{std::move(x).value()};
  }
}

template <std::size_t... Is>
std::optional<result<message>> decoded_as(const frame& from, std::index_sequence<Is...>) {
  std::optional<result<message>> out;
  ((number_of<std::variant_alternative_t<Is, message>> == from.what
      ? void(out.emplace(decoded<std::variant_alternative_t<Is, message>>(from)))
      : void()),
   ...);
  return out;
}

// -- greetings ------------------------------------------------------------------------------------

error wrong(const std::string& what) {
  return make_error(errc::malformed, "A hello " + what + '.');
}

const hello* hello_in(const message& x) noexcept {
  if (const auto* ack = std::get_if<hello_ack>(&x))
    return std::get_if<hello>(&ack->answer);
  return std::get_if<hello>(&x);
}

} // namespace

kind kind_of(const message& x) noexcept {
  return std::visit([](const auto& each) { return number_of<std::decay_t<decltype(each)>>; }, x);
}

template <class T>
result<void> write(frame_writer& to, const T& x) {
  base::encoder f{to.begin(number_of<T>)};
  f.value(x);
  return to.finish();
}

template result<void> write(frame_writer&, const hello&);
template result<void> write(frame_writer&, const hello_ack&);
template result<void> write(frame_writer&, const heartbeat&);
template result<void> write(frame_writer&, const closing&);
template result<void> write(frame_writer&, const node_mail&);
template result<void> write(frame_writer&, const call_refused&);
template result<void> write(frame_writer&, const call<kv::request>&);
template result<void> write(frame_writer&, const call<kv::reply>&);
template result<void> write(frame_writer&, const call<membership::reconfigure_request>&);
template result<void> write(frame_writer&, const call<membership::reconfigure_reply>&);
template result<void> write(frame_writer&, const call<membership::provision_request>&);
template result<void> write(frame_writer&, const call<ops::provision_reply>&);
template result<void> write(frame_writer&, const call<ops::status_request>&);
template result<void> write(frame_writer&, const call<node_status>&);
template result<void> write(frame_writer&, const call<ops::joined_request>&);
template result<void> write(frame_writer&, const call<ops::joined_reply>&);
template result<void> write(frame_writer&, const call<ops::question>&);
template result<void> write(frame_writer&, const call<ops::question_reply>&);
template result<void> write(frame_writer&, const call<ops::nodes_request>&);
template result<void> write(frame_writer&, const call<ops::nodes_reply>&);
template result<void> write(frame_writer&, const call<ops::transfer_request>&);
template result<void> write(frame_writer&, const call<ops::transfer_reply>&);

result<void> write(frame_writer& to, const message& x) {
  return std::visit([&](const auto& each) { return write(to, each); }, x);
}

result<message> read(const frame& x) {
  auto found = decoded_as(x, std::make_index_sequence<std::variant_size_v<message>>{});
  if (!found)
    return make_error(errc::malformed, "A frame is of kind "
                                         + std::to_string(static_cast<unsigned>(x.what))
                                         + ", which doesn't exist.");
  if (*found)
    if (const auto* greeting = hello_in(**found)) {
      auto done = check(*greeting);
      if (!done)
        return done.error();
    }
  return std::move(*found);
}

result<void> check(const hello& x) {
  const auto is_node = x.role == peer_role::node;
  if (x.versions.protocol_min == 0 || x.versions.protocol_min > x.versions.protocol_max)
    return wrong("names no range of protocols");
  if (x.name.empty() || x.name.size() > limits::name_bytes_max)
    return wrong("has a name of " + std::to_string(x.name.size()) + " bytes");
  if (x.cluster_name.size() > limits::name_bytes_max || (is_node && x.cluster_name.empty()))
    return wrong("has a cluster name of " + std::to_string(x.cluster_name.size()) + " bytes");
  if (x.address.size() > limits::name_bytes_max || is_node == x.address.empty())
    return wrong("has an address of " + std::to_string(x.address.size()) + " bytes");
  if (is_node != static_cast<bool>(x.storage) || (!is_node && !(x.boot == boot_number{})))
    return wrong("names a storage exactly if a node says it");
  if (x.limits.frame_bytes < limits::frame_payload_bytes_min)
    return wrong("takes frames of " + std::to_string(x.limits.frame_bytes) + " bytes only");
  if (x.limits.window_bytes < x.limits.frame_bytes)
    return wrong("has a window that is smaller than its frames");
  return {};
}

} // namespace quorate::wire
