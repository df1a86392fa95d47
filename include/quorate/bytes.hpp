// Bytes that are written once and then shared: a payload passes from request to log to replicas to
// storage, and its value on to the store, without being copied.
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

  // Not explicit: text becomes bytes wherever bytes are wanted.
  shared_bytes(std::string bytes) : size_(bytes.size()) {
    if (bytes.empty())
      return;
    auto owner = std::make_shared<const std::string>(std::move(bytes));
    const auto* first = owner->data();
    first_ = {owner, first};
  }
  shared_bytes(const char* text) : shared_bytes(std::string{text}) {
    // nop
  }

  std::string_view view() const noexcept {
    return {first_.get(), size_};
  }
  std::size_t size() const noexcept {
    return size_;
  }
  bool empty() const noexcept {
    return size_ == 0;
  }

  /// The same bytes that `part` shows, which lies within this one's: keeps all of them.
  shared_bytes share(std::string_view part) const {
    shared_bytes out;
    if (part.empty())
      return out;
    out.first_ = {first_, part.data()};
    out.size_ = part.size();
    return out;
  }

  friend bool operator==(const shared_bytes& a, const shared_bytes& b) {
    return a.view() == b.view();
  }
  friend bool operator!=(const shared_bytes& a, const shared_bytes& b) {
    return !(a == b);
  }

private:
  std::shared_ptr<const char> first_; ///< Owns more than it points at.
  std::size_t size_ = 0;
};

} // namespace quorate
