// Bytes that are written once and then shared: a payload passes from request to log to replicas to
// storage without being copied.
//
// Thread safety: the bytes are immutable; handles may be copied and dropped on any thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace quorate {

class shared_bytes {
public:
  shared_bytes() = default;

  explicit shared_bytes(std::string bytes)
    : bytes_(bytes.empty() ? nullptr : std::make_shared<const std::string>(std::move(bytes))) {
    // nop
  }

  std::string_view view() const noexcept {
    return bytes_ ? std::string_view{*bytes_} : std::string_view{};
  }
  std::size_t size() const noexcept {
    return bytes_ ? bytes_->size() : 0;
  }
  bool empty() const noexcept {
    return size() == 0;
  }

  friend bool operator==(const shared_bytes& a, const shared_bytes& b) {
    return a.bytes_ == b.bytes_ || a.view() == b.view();
  }
  friend bool operator!=(const shared_bytes& a, const shared_bytes& b) {
    return !(a == b);
  }

private:
  std::shared_ptr<const std::string> bytes_;
};

} // namespace quorate
