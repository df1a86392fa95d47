#include "runtime/wire/frame.hpp"

#include "runtime/base/check.hpp"

#include <algorithm>
#include <utility>

namespace quorate::wire {

namespace {

// The offsets in a header.
constexpr std::size_t length_bytes = 4;
constexpr std::size_t major_at = 4;
constexpr std::size_t minor_at = 5;
constexpr std::size_t kind_at = 6;
constexpr std::size_t flags_at = 7;

static_assert(limits::frame_payload_bytes_max <= UINT32_MAX, "a length has 32 bits");

std::string number(std::uint64_t x) {
  return std::to_string(x);
}

} // namespace

std::string_view to_string(kind x) noexcept {
  switch (x) {
  case kind::hello:
    return "hello";
  case kind::hello_ack:
    return "hello_ack";
  case kind::heartbeat:
    return "heartbeat";
  case kind::closing:
    return "closing";
  case kind::node_mail:
    return "node_mail";
  case kind::call_refused:
    return "call_refused";
  case kind::kv_request:
    return "kv_request";
  case kind::kv_reply:
    return "kv_reply";
  case kind::reconfigure_request:
    return "reconfigure_request";
  case kind::reconfigure_reply:
    return "reconfigure_reply";
  case kind::provision_request:
    return "provision_request";
  case kind::provision_reply:
    return "provision_reply";
  case kind::status_request:
    return "status_request";
  case kind::status_reply:
    return "status_reply";
  case kind::joined_request:
    return "joined_request";
  case kind::joined_reply:
    return "joined_reply";
  case kind::question:
    return "question";
  case kind::question_reply:
    return "question_reply";
  case kind::nodes_request:
    return "nodes_request";
  case kind::nodes_reply:
    return "nodes_reply";
  case kind::transfer_request:
    return "transfer_request";
  case kind::transfer_reply:
    return "transfer_reply";
  }
  return {};
}

// -- writing --------------------------------------------------------------------------------------

std::string& frame_writer::begin(kind what) {
  QUORATE_CHECK(!begun_at_, "begun_at", *begun_at_);
  begun_at_ = out_->size();
  out_->append(length_bytes, '\0'); // Known at the end.
  for (auto x : {version_major, version_minor, static_cast<std::uint8_t>(what), std::uint8_t{0}})
    out_->push_back(static_cast<char>(x));
  return *out_;
}

result<void> frame_writer::finish() {
  QUORATE_CHECK(begun_at_ && out_->size() >= *begun_at_ + frame_header_bytes, "size", out_->size());
  const auto start = *std::exchange(begun_at_, std::nullopt);
  const auto length = out_->size() - start - frame_header_bytes;
  if (length > payload_max_) {
    const auto what = static_cast<kind>((*out_)[start + kind_at]);
    out_->resize(start);
    return make_error(errc::invalid_argument, std::string{to_string(what)} + " has "
                                                + number(length) + " bytes; the peer takes "
                                                + number(payload_max_) + " at most.");
  }
  for (std::size_t i = 0; i < length_bytes; ++i)
    (*out_)[start + i] = static_cast<char>(length >> (8 * i));
  return {};
}

// -- reading --------------------------------------------------------------------------------------

result<std::optional<frame>> frame_reader::feed(std::string_view& bytes) {
  if (failure_.code != errc::none)
    return failure_;
  for (;;) {
    if (header_size_ < frame_header_bytes) {
      const auto taken = std::min(frame_header_bytes - header_size_, bytes.size());
      std::copy_n(bytes.begin(), taken, header_.begin() + header_size_);
      header_size_ += taken;
      bytes.remove_prefix(taken);
      if (header_size_ < frame_header_bytes)
        return std::optional<frame>{};
      failure_ = open();
      if (failure_.code != errc::none)
        return failure_;
    }
    const auto taken = std::min(payload_left_, bytes.size());
    if (!skipping_)
      payload_.append(bytes.substr(0, taken));
    payload_left_ -= taken;
    bytes.remove_prefix(taken);
    if (payload_left_ > 0)
      return std::optional<frame>{};
    header_size_ = 0;
    if (!skipping_)
      return std::optional{close()};
    ++skipped_;
  }
}

error frame_reader::open() {
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < length_bytes; ++i)
    length |= std::uint64_t{header_[i]} << (8 * i);
  auto refusal = refusal_of_header(length);
  if (refusal.code != errc::none)
    return refusal;
  payload_left_ = length;
  skipping_ = to_string(static_cast<kind>(header_[kind_at])).empty();
  if (!skipping_)
    payload_.reserve(length);
  return {};
}

/// The length comes first, because it tells what isn't a frame at all: text and TLS records have a
/// length there that nobody allows.
error frame_reader::refusal_of_header(std::uint64_t length) const {
  if (length > payload_max_)
    return make_error(errc::malformed, "A frame announces " + number(length) + " bytes; "
                                         + number(payload_max_) + " are allowed.");
  if (header_[major_at] != version_major)
    return make_error(errc::protocol_unsupported,
                      "A frame has version " + number(header_[major_at]) + '.'
                        + number(header_[minor_at]) + " of the wire; this build speaks "
                        + number(version_major) + '.' + number(version_minor) + '.');
  if (header_[flags_at] != 0)
    return make_error(errc::malformed,
                      "A frame has the flags " + number(header_[flags_at]) + "; none is defined.");
  const auto what = header_[kind_at];
  const auto known = !to_string(static_cast<kind>(what)).empty();
  if (!known && (what == 0 || header_[minor_at] <= version_minor))
    return make_error(errc::malformed, "A frame of version " + number(header_[major_at]) + '.'
                                         + number(header_[minor_at]) + " is of kind " + number(what)
                                         + ", which doesn't exist.");
  return {};
}

frame frame_reader::close() {
  frame out{static_cast<kind>(header_[kind_at]), header_[minor_at],
            shared_bytes{std::move(payload_)}};
  payload_ = {};
  return out;
}

} // namespace quorate::wire
