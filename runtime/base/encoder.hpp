// Turns messages into bytes. The format, which the decoder checks in full:
//
// - bool, one-byte integers: one byte. Other unsigned integers: varint, that is LEB128, seven
//   bits a byte, the lowest first, in the shortest form. Signed ones: zigzag, then varint.
// - enumerations and `strong`: as the integer in them. `strong128`: 16 bytes, `high` first,
//   each half with its lowest byte first.
// - strings, bytes: length as varint, then the bytes. Lists: number of elements, then each.
// - optional and shared pointer: one byte, 0 or 1, then the content if 1.
// - variant: the index of the alternative as one byte, then the alternative.
// - structs: their fields in the order of `inspect`, without names, lengths or padding. So
//   fields are added behind a new format number only.
//
// One value has one encoding, so equal encodings and equal hashes mean equal values.
#pragma once

#include "quorate/bytes.hpp"
#include "quorate/types.hpp"
#include "runtime/base/check.hpp"
#include "runtime/base/fields.hpp"
#include "runtime/base/limits.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace quorate::base {

/// Appends encodings to a string. Aborts on what no decoder would take, because that is a bug of
/// the caller: requests are checked long before.
///
/// Thread safety: none. Complexity: linear in the bytes appended.
class encoder : public inspector_base<encoder> {
public:
  /// `out` has to outlive the encoder.
  explicit encoder(std::string& out) : out_(&out) {
    // nop
  }

  /// Appends one value of any supported type.
  template <class T>
  bool value(const T& x) {
    if constexpr (std::is_enum_v<T>)
      return value(static_cast<std::underlying_type_t<T>>(x));
    else if constexpr (is_one_byte<T>)
      return byte(static_cast<std::uint8_t>(x));
    else if constexpr (is_varint<T> && std::is_unsigned_v<T>)
      return varint(x);
    else if constexpr (is_varint<T>)
      return zigzag(x);
    else if constexpr (saves_itself<T, encoder>)
      return x.save(*this), true;
    else
      return inspect_constant(*this, x);
  }

  bool value(const std::string& x) {
    return bytes(x);
  }

  bool value(std::string_view x) {
    return bytes(x);
  }

  bool value(const shared_bytes& x) {
    return bytes(x.view());
  }

  template <class Tag, class Rep>
  bool value(const strong<Tag, Rep>& x) {
    return value(x.value);
  }

  template <class Tag>
  bool value(const strong128<Tag>& x) {
    return fixed64(x.high) && fixed64(x.low);
  }

  template <class T>
  bool value(const std::optional<T>& x) {
    return byte(x ? 1 : 0) && (!x || value(*x));
  }

  template <class T>
  bool value(const std::shared_ptr<const T>& x) {
    return byte(x ? 1 : 0) && (!x || value(*x));
  }

  template <class T>
  bool value(const std::vector<T>& xs) {
    static_assert(!std::is_same_v<T, bool>, "std::vector<bool> has no references to its elements");
    QUORATE_CHECK(xs.size() <= limits::decoded_elements_max, "size", xs.size());
    varint(xs.size());
    for (auto& x : xs)
      value(x);
    return true;
  }

  template <class... Ts>
  bool value(const std::variant<Ts...>& x) {
    static_assert(sizeof...(Ts) <= 255, "the index of an alternative is one byte");
    QUORATE_CHECK(!x.valueless_by_exception(), "index", x.index());
    byte(static_cast<std::uint8_t>(x.index()));
    return std::visit([this](auto& alternative) { return this->value(alternative); }, x);
  }

  // -- for inspector_base -------------------------------------------------------------------------

  void begin_object() {
    // Structs leave no trace.
  }

  void end_object() {
    // nop
  }

  template <class T>
  bool visit_field(std::string_view, const T& x) {
    return value(x);
  }

private:
  bool byte(std::uint8_t x) {
    out_->push_back(static_cast<char>(x));
    return true;
  }

  bool varint(std::uint64_t x) {
    for (; x >= 0x80; x >>= 7)
      byte(static_cast<std::uint8_t>(x | 0x80));
    return byte(static_cast<std::uint8_t>(x));
  }

  // Maps 0, -1, 1, -2 to 0, 1, 2, 3, so that small numbers of either sign are short.
  bool zigzag(std::int64_t x) {
    auto bits = static_cast<std::uint64_t>(x);
    return varint(x < 0 ? ~(bits << 1) : bits << 1);
  }

  bool fixed64(std::uint64_t x) {
    for (int shift = 0; shift < 64; shift += 8)
      byte(static_cast<std::uint8_t>(x >> shift));
    return true;
  }

  bool bytes(std::string_view x) {
    QUORATE_CHECK(x.size() <= limits::decoded_string_bytes_max, "size", x.size());
    varint(x.size());
    out_->append(x);
    return true;
  }

  std::string* out_;
};

} // namespace quorate::base
