#include "tests/wire/examples.hpp"

#include "runtime/base/check.hpp"
#include "runtime/base/codec.hpp"
#include "tests/base/randomizer.hpp"
#include "tests/wire/numbered.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace quorate::wire {

namespace {

/// Makes a hello with any content one that may be said.
void settle(hello& x) {
  auto& versions = x.versions;
  versions.protocol_min = std::max<std::uint16_t>(versions.protocol_min, 1);
  versions.protocol_max = std::max(versions.protocol_min, versions.protocol_max);
  x.limits.frame_bytes = limits::frame_payload_bytes_min + x.limits.frame_bytes % 1'000;
  x.limits.window_bytes = x.limits.frame_bytes + x.limits.window_bytes % 1'000;
  x.name += 'n';
  if (x.role == peer_role::node) {
    x.cluster_name += 'c';
    x.address += 'a';
    x.storage.low |= 1;
  } else {
    x.address.clear();
    x.storage = {};
    x.boot = {};
  }
}

template <class T>
void settle(T& x) {
  if constexpr (std::is_same_v<T, hello_ack>)
    if (auto* greeting = std::get_if<hello>(&x.answer))
      settle(*greeting);
}

template <class T>
void add_examples(std::vector<example>& to) {
  numberer f;
  do {
    T x{};
    f.value(x);
    if constexpr (std::is_same_v<T, hello>)
      x.role = peer_role::node; // It says the most.
    settle(x);
    auto name = std::string{to_string(kind_of(x))};
    if (!f.path().empty())
      name += '.' + f.path();
    to.push_back({std::move(name), std::move(x)});
  } while (f.next());
}

template <class T>
message random_message(base::random& draw) {
  auto x = base::random_value<T>(draw);
  settle(x);
  return x;
}

template <std::size_t... Is>
std::vector<example> all_examples(std::index_sequence<Is...>) {
  std::vector<example> out;
  (add_examples<std::variant_alternative_t<Is, message>>(out), ...);
  return out;
}

template <std::size_t... Is>
std::vector<message> one_each(base::random& draw, std::index_sequence<Is...>) {
  return {random_message<std::variant_alternative_t<Is, message>>(draw)...};
}

using every_kind = std::make_index_sequence<std::variant_size_v<message>>;

} // namespace

std::vector<example> examples() {
  return all_examples(every_kind{});
}

std::vector<message> random_messages(base::random& draw) {
  return one_each(draw, every_kind{});
}

hello node_hello() {
  hello x;
  x.versions = membership::this_build;
  x.cluster_name = "cluster";
  x.cluster = {1, 2};
  x.role = peer_role::node;
  x.name = "n1";
  x.address = "127.0.0.1:4100";
  x.storage = {3, 4};
  x.boot = {5, 6};
  x.limits = {limits::frame_payload_bytes_max, limits::link_window_bytes};
  return x;
}

std::string frame_of(const message& x) {
  std::string out;
  frame_writer writer{out};
  QUORATE_CHECK(write(writer, x));
  return out;
}

std::string text_of(const message& x) {
  return std::visit([](const auto& each) { return base::describe_fields(each); }, x);
}

} // namespace quorate::wire
