#include "runtime/client/replies.hpp"

#include <utility>
#include <variant>

namespace quorate::client_side {

const error* error_in(const reply_content& reply) {
  if (const auto* err = std::get_if<error>(&reply))
    return err;
  if (const auto* kv = std::get_if<kv::reply>(&reply))
    return std::get_if<error>(kv);
  if (const auto* change = std::get_if<membership::reconfigure_reply>(&reply))
    return change->refusal.code != errc::none ? &change->refusal : nullptr;
  if (const auto* told = std::get_if<ops::question_reply>(&reply)) {
    const auto& refusal = std::visit([](const auto& x) -> const error& { return x.refusal; },
                                     *told);
    return refusal.code != errc::none ? &refusal : nullptr;
  }
  if (const auto* nodes = std::get_if<ops::nodes_reply>(&reply))
    return nodes->refusal.code != errc::none ? &nodes->refusal : nullptr;
  if (const auto* moved = std::get_if<ops::transfer_reply>(&reply))
    return moved->refusal.code != errc::none ? &moved->refusal : nullptr;
  return nullptr;
}

answer answer_from(reply_content reply) {
  if (auto* kv = std::get_if<kv::reply>(&reply)) {
    if (auto* written = std::get_if<kv::write_result>(kv))
      return std::move(*written);
    if (auto* found = std::get_if<kv::read_result>(kv))
      return std::move(*found);
    if (auto* err = std::get_if<error>(kv))
      return std::move(*err);
  }
  if (auto* change = std::get_if<membership::reconfigure_reply>(&reply))
    return std::move(*change);
  if (auto* told = std::get_if<ops::question_reply>(&reply))
    return std::move(*told);
  if (auto* nodes = std::get_if<ops::nodes_reply>(&reply))
    return std::move(*nodes);
  if (auto* moved = std::get_if<ops::transfer_reply>(&reply))
    return std::move(*moved);
  if (auto* err = std::get_if<error>(&reply))
    return std::move(*err);
  return make_error(errc::malformed, "the node answered something else than was asked.");
}

bool did_nothing(errc code) {
  switch (code) {
  case errc::storage_full:
  case errc::unreachable:
  case errc::not_authorised:
  case errc::untrusted_peer:
  case errc::foreign_cluster:
  case errc::cluster_name_differs:
  case errc::protocol_unsupported:
    return true;
  default:
    return false;
  }
}

} // namespace quorate::client_side
