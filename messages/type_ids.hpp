// Lets CAF carry the messages of this room between the actors of one process, as they are.
//
// "Unsafe" is CAF's word for a type that it can't serialize, and that is on purpose: CAF's own
// transport is never used (docs/adr/0004), so CAF could not send a message to
// another host if somebody asked it to.
#pragma once

#include "messages/kv.hpp"
#include "messages/membership.hpp"
#include "messages/node.hpp"
#include "messages/ops.hpp"
#include "messages/storage.hpp"

#include <caf/allowed_unsafe_message_type.hpp>

// -- between nodes
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::node_mail)

// -- between a node and its storage
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::storage::persisted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::storage::room_changed)

// -- between a caller and a node
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::kv::request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::kv::reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::membership::reconfigure_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::membership::reconfigure_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::membership::provision_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::ops::provision_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::ops::status_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::ops::node_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::ops::joined_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::ops::joined_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::ops::question)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::ops::question_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::ops::nodes_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(quorate::ops::nodes_reply)
