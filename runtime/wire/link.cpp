#include "runtime/wire/link.hpp"

#include "runtime/base/check.hpp"
#include "runtime/wire/greeting.hpp"

#include <algorithm>
#include <limits>
#include <type_traits>
#include <utility>
#include <variant>

namespace quorate::wire {

namespace {

constexpr auto never = std::numeric_limits<std::uint64_t>::max();

/// Decrypted bytes that are looked at together.
constexpr std::size_t plain_bytes = std::size_t{64} << 10;

/// The first byte of whoever begins with TLS; no frame begins with it, because the first is short.
constexpr char tls_handshake_record = 0x16;

template <class T>
struct id_of {
  static std::optional<call_id> in(const T&) {
    return {};
  }
};

template <class Content>
struct id_of<call<Content>> {
  static std::optional<call_id> in(const call<Content>& x) {
    return x.id;
  }
};

/// None: it isn't a call.
std::optional<call_id> call_of(const message& x) {
  return std::visit([](const auto& each) { return id_of<std::decay_t<decltype(each)>>::in(each); },
                    x);
}

} // namespace

link::link(link_options options, std::uint64_t now_ms)
  : options_(std::move(options)),
    began_ms_(now_ms),
    heard_ms_(now_ms),
    said_ms_(now_ms),
    now_ms_(now_ms) {
  QUORATE_CHECK(check(options_.self));
  if (options_.credentials != nullptr) {
    tls_.emplace(options_.credentials, options_.dialed ? tls::side::dialer : tls::side::acceptor);
    tls_->start();
    tls_->take_output(sealed_);
  }
  if (options_.dialed)
    say(options_.self);
}

// -- events ---------------------------------------------------------------------------------------

void link::received(std::string_view bytes, std::uint64_t now_ms) {
  if (phase_ == link_phase::ended || bytes.empty())
    return;
  now_ms_ = heard_ms_ = now_ms;
  if (tls_)
    return take_in_sealed(bytes);
  if (phase_ == link_phase::greeting && !options_.dialed && !reader_.within_frame()
      && bytes.front() == tls_handshake_record)
    return refuse(make_error(errc::malformed, "The other end speaks TLS, and this one doesn't."));
  take_in(bytes);
}

void link::take_in_sealed(std::string_view bytes) {
  auto done = tls_->received(bytes);
  std::string plain;
  while (phase_ != link_phase::ended) {
    plain.clear();
    auto got = tls_->read(plain, plain_bytes);
    if (!got) {
      done = got.error();
      break;
    }
    if (*got == 0)
      break;
    take_in(plain);
  }
  tls_->take_output(sealed_); // Also after an error: the other end is told.
  if (!done && phase_ != link_phase::ended)
    end(link_end::own, done.error());
}

void link::take_in(std::string_view plain) {
  while (phase_ != link_phase::ended) {
    auto next = reader_.feed(plain);
    if (!next)
      return refuse(next.error());
    if (!*next)
      return;
    hear(**next);
  }
}

void link::written(std::size_t bytes) noexcept {
  taken_ -= std::min(bytes, taken_);
}

void link::lost() {
  if (phase_ == link_phase::ended)
    return;
  output_.clear();
  sealed_.clear();
  end(
    link_end::cut_off,
    make_error(errc::unreachable, phase_ == link_phase::greeting
                                    ? "The connection closed before both ends had greeted: is TLS "
                                      "on at one of them only?"
                                    : "The connection closed."));
}

void link::tick(std::uint64_t now_ms) {
  if (phase_ == link_phase::ended)
    return;
  now_ms_ = now_ms;
  if (phase_ == link_phase::greeting) {
    if (now_ms >= began_ms_ + options_.handshake_ms)
      end(link_end::silent, make_error(errc::unreachable, "The other end didn't greet in time."));
    return;
  }
  if (now_ms >= heard_ms_ + options_.timeout_ms)
    return end(link_end::silent,
               make_error(errc::unreachable, "Nothing came from the other end for "
                                               + std::to_string(options_.timeout_ms) + " ms."));
  // Nothing is added to what the other end doesn't take: that tells it nothing, and would pile up.
  if (now_ms >= said_ms_ + options_.heartbeat_ms) {
    said_ms_ = now_ms;
    if (under_way() == 0)
      say(heartbeat{});
  }
}

std::uint64_t link::next_due_ms() const noexcept {
  switch (phase_) {
  case link_phase::greeting:
    return began_ms_ + options_.handshake_ms;
  case link_phase::open:
    return std::min(heard_ms_ + options_.timeout_ms, said_ms_ + options_.heartbeat_ms);
  case link_phase::ended:
    break;
  }
  return never;
}

// -- what it hears --------------------------------------------------------------------------------

void link::hear(const frame& x) {
  if (phase_ == link_phase::open
      && !(options_.dialed ? may_answer(x.what) : may_send(peer_.role, x.what)))
    return hear_unauthorised(x);
  // Before anything else of it is looked at: whoever hasn't greeted has nothing else to say.
  const auto greets = x.what == (options_.dialed ? kind::hello_ack : kind::hello);
  if (phase_ == link_phase::greeting && !greets)
    return refuse(
      make_error(errc::malformed,
                 "The first frame is a " + std::string{to_string(x.what)} + ", not a greeting."));
  auto what = read(x);
  if (!what)
    return refuse(what.error());
  if (phase_ == link_phase::greeting)
    return greeted_by(std::move(*what));
  if (auto* last = std::get_if<closing>(&*what))
    return end(link_end::closed, std::move(last->why));
  if (std::holds_alternative<hello>(*what) || std::holds_alternative<hello_ack>(*what))
    return refuse(make_error(errc::malformed, "The other end greets again."));
  if (const auto* mail = std::get_if<node_mail>(&*what))
    if (auto refusal = refusal_of(*mail, peer_); refusal.code != errc::none)
      return refuse(std::move(refusal));
  if (!std::holds_alternative<heartbeat>(*what))
    messages_.push_back(std::move(*what));
}

/// A request gets its answer, like any other that is refused; whoever sends anything else doesn't
/// keep to the protocol.
void link::hear_unauthorised(const frame& x) {
  const auto why = make_error(errc::not_authorised, std::string{tls::to_string(peer_.role)} + ' '
                                                      + peer_.name + " may not send a "
                                                      + std::string{to_string(x.what)} + " here.");
  ++unauthorised_;
  if (options_.dialed || !is_request(x.what))
    return refuse(why);
  const auto what = read(x);
  if (!what)
    return refuse(what.error());
  if (const auto id = call_of(*what))
    say(call_refused{*id, why});
}

void link::greeted_by(message x) {
  if (auto* ack = std::get_if<hello_ack>(&x)) {
    if (auto* refused = std::get_if<error>(&ack->answer))
      return end(link_end::refused, std::move(*refused));
    auto& theirs = std::get<hello>(ack->answer);
    if (auto refusal = refusal_of_greeting(theirs); refusal.code != errc::none)
      return refuse(std::move(refusal));
    return open_with(std::move(theirs));
  }
  auto& theirs = std::get<hello>(x);
  if (auto refusal = refusal_of_greeting(theirs); refusal.code != errc::none)
    return refuse(std::move(refusal));
  say(hello_ack{options_.self});
  open_with(std::move(theirs));
}

error link::refusal_of_greeting(const hello& theirs) const {
  if (tls_)
    if (auto refusal = refusal_of(theirs, tls_->peer()); refusal.code != errc::none)
      return refusal;
  return refusal_of(theirs, options_.self, !options_.dialed);
}

void link::open_with(hello theirs) {
  peer_ = std::move(theirs);
  phase_ = link_phase::open;
  was_open_ = true;
  reader_.allow(limits::frame_payload_bytes_max);
}

/// What can't be taken from the other end is said to it, so that its log has the reason, too.
void link::refuse(error why) {
  if (phase_ == link_phase::greeting) {
    if (!options_.dialed)
      say(hello_ack{why});
  } else {
    say(closing{why});
  }
  end(link_end::own, std::move(why));
}

void link::end(link_end how, error why) {
  phase_ = link_phase::ended;
  end_ = how;
  why_ = std::move(why);
}

// -- what it says ---------------------------------------------------------------------------------

template <class T>
void link::say(const T& x) {
  said_ms_ = now_ms_;
  frame_writer out{output_};
  const auto done = write(out, x);
  QUORATE_CHECK(done);
}

template <class T>
result<void> link::send(const T& x) {
  if (phase_ != link_phase::open)
    return make_error(errc::unreachable);
  const auto window = std::min<std::uint64_t>(peer_.limits.window_bytes, limits::link_window_bytes);
  const auto before = output_.size();
  frame_writer out{output_, static_cast<std::size_t>(std::min<std::uint64_t>(
                              peer_.limits.frame_bytes, limits::frame_payload_bytes_max))};
  const auto too_much = [this] {
    return make_error(errc::overloaded, "More is under way to " + peer_.name + " than it takes.");
  };
  if (under_way() >= window)
    return too_much();
  if (auto done = write(out, x); !done)
    return done;
  if (under_way() > window) {
    output_.resize(before);
    return too_much();
  }
  said_ms_ = now_ms_;
  return {};
}

template result<void> link::send(const node_mail&);
template result<void> link::send(const call_refused&);
template result<void> link::send(const call<kv::request>&);
template result<void> link::send(const call<kv::reply>&);
template result<void> link::send(const call<membership::reconfigure_request>&);
template result<void> link::send(const call<membership::reconfigure_reply>&);
template result<void> link::send(const call<membership::provision_request>&);
template result<void> link::send(const call<ops::provision_reply>&);
template result<void> link::send(const call<ops::status_request>&);
template result<void> link::send(const call<node_status>&);
template result<void> link::send(const call<ops::joined_request>&);
template result<void> link::send(const call<ops::joined_reply>&);
template result<void> link::send(const call<ops::question>&);
template result<void> link::send(const call<ops::question_reply>&);
template result<void> link::send(const call<ops::nodes_request>&);
template result<void> link::send(const call<ops::nodes_reply>&);
template result<void> link::send(const call<ops::transfer_request>&);
template result<void> link::send(const call<ops::transfer_reply>&);

void link::close(error why) {
  if (phase_ == link_phase::ended)
    return;
  if (phase_ == link_phase::open)
    say(closing{why});
  else if (!options_.dialed)
    say(hello_ack{why.code != errc::none ? why : make_error(errc::shutting_down)});
  end(link_end::own, std::move(why));
}

// -- effects --------------------------------------------------------------------------------------

std::vector<message> link::take_messages() {
  return std::exchange(messages_, {});
}

std::string link::take_output() {
  if (tls_) {
    // A failure here is that of a session that has ended, and with it the link.
    if (tls_->established() && !output_.empty())
      static_cast<void>(tls_->write(std::exchange(output_, {})));
    if (phase_ == link_phase::ended && tls_->established())
      tls_->close();
    tls_->take_output(sealed_);
  }
  auto& from = tls_ ? sealed_ : output_;
  taken_ += from.size();
  return std::exchange(from, {});
}

} // namespace quorate::wire
