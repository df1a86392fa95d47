#include "actors/served_actor.hpp"

#include "runtime/base/one_of.hpp"

#include <caf/all.hpp>
#include <unistd.h>

#include <type_traits>
#include <variant>

namespace quorate::actors {

namespace {

template <class T>
constexpr bool is_client_call = base::is_one_of<
  T, wire::call<kv::request>, wire::call<membership::reconfigure_request>,
  wire::call<ops::question>, wire::call<ops::nodes_request>, wire::call<ops::transfer_request>>;

} // namespace

served_actor::served_actor(caf::actor_config& config, process shared,
                           std::shared_ptr<const network_settings> network, caf::actor node,
                           caf::actor acceptor, int socket)
  : connection_actor(config, std::move(shared), std::move(network)),
    node_(std::move(node)),
    acceptor_(std::move(acceptor)),
    socket_(socket) {
  // nop
}

served_actor::~served_actor() {
  if (socket_ >= 0)
    ::close(socket_);
}

const char* served_actor::name() const {
  return "served";
}

caf::behavior served_actor::make_behavior() {
  own_address_ = network_->self->get().address;
  monitor(node_);
  set_down_handler([this](const caf::down_msg&) {
    node_ = nullptr;
    if (link() != nullptr)
      link()->close(make_error(errc::shutting_down));
    flush_soon();
  });
  hold(std::exchange(socket_, -1), false);
  greet(false);
  return {
    [this](client_replies& replies) { bring(replies); },
    // -- itself
    [this](actors::flush x) { handle(x); },
    [this](alarm x) { handle(x); },
  };
}

void served_actor::on_open() {
  send(acceptor_, visitor_known{});
}

void served_actor::on_end(wire::link_end how, const error& why) {
  if (how == wire::link_end::own && why.code != errc::shutting_down)
    network_->refused->add(why.code);
  quit();
}

// -- from the other end ---------------------------------------------------------------------------

void served_actor::on_message(wire::message& x) {
  if (!node_)
    return;
  std::visit(
    [this](auto& what) {
      using type = std::decay_t<decltype(what)>;
      if constexpr (std::is_same_v<type, node_mail> || is_client_call<type>)
        pass_on(what);
      else if constexpr (std::is_same_v<type, wire::call<ops::status_request>>)
        request_of_node<node_status>(what);
      else if constexpr (std::is_same_v<type, wire::call<membership::provision_request>>)
        request_of_node<ops::provision_reply>(what);
      else if constexpr (std::is_same_v<type, wire::call<ops::joined_request>>)
        request_of_node<ops::joined_reply>(what);
    },
    x);
}

/// The other end may know this node by another address than it knows itself.
void served_actor::pass_on(node_mail& mail) {
  mail.to = own_address_;
  send(node_, std::move(mail));
}

template <class Content>
void served_actor::pass_on(wire::call<Content>& x) {
  if (calls_ >= calls_max) {
    static_cast<void>(link()->send(wire::call_refused{x.id, make_error(errc::overloaded)}));
    return;
  }
  ++calls_;
  requests_.all.push_back({line_id{}, x.id.value, std::move(x.content)});
}

void served_actor::on_messages_end() {
  if (const auto now = link()->unauthorised(); now > unauthorised_)
    network_->refused->add(errc::not_authorised, now - std::exchange(unauthorised_, now));
  if (requests_.all.empty())
    return;
  if (node_)
    send(node_, std::exchange(requests_, {}));
  else
    requests_.all.clear();
}

template <class Reply, class Content>
void served_actor::request_of_node(wire::call<Content>& x) {
  if (calls_ >= calls_max) {
    static_cast<void>(link()->send(wire::call_refused{x.id, make_error(errc::overloaded)}));
    return;
  }
  ++calls_;
  request(node_, caf::infinite, std::move(x.content))
    .then([this, id = x.id](Reply& reply) { bring(id, std::move(reply)); },
          [this, id = x.id](const caf::error&) { bring(id, make_error(errc::shutting_down)); });
}

// -- to the other end -----------------------------------------------------------------------------

void served_actor::bring(client_replies& replies) {
  for (auto& x : replies.all)
    std::visit([&](auto& content) { bring(wire::call_id{x.attempt}, std::move(content)); },
               x.content);
}

/// An answer that can't be sent leaves its asker waiting for ever, so the connection goes with it.
template <class Content>
void served_actor::bring(wire::call_id id, Content content) {
  --calls_;
  if (!is_open())
    return;
  result<void> sent;
  if constexpr (std::is_same_v<Content, error>)
    sent = link()->send(wire::call_refused{id, std::move(content)});
  else
    sent = link()->send(wire::call<Content>{id, std::move(content)});
  if (!sent)
    link()->close(sent.error());
  flush_soon();
}

void served_actor::on_exit() {
  node_ = nullptr;
  acceptor_ = nullptr;
  connection_actor::on_exit();
}

} // namespace quorate::actors
