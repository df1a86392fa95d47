// Turns bytes from anybody into messages, or says where they are wrong. See encoder.hpp for the
// format.
#pragma once

#include "quorate/bytes.hpp"
#include "quorate/result.hpp"
#include "quorate/types.hpp"
#include "runtime/base/check.hpp"
#include "runtime/base/enums.hpp"
#include "runtime/base/fields.hpp"
#include "runtime/base/limits.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace quorate::base {

/// Reads values one after the other. The input may be anything: every length is checked against
/// what is left of it and against `limits` before memory is allocated, the memory is a small
/// multiple of the input, and nesting is that of the types. After the first error everything fails.
///
/// Thread safety: none. Complexity: linear in the bytes read.
class decoder : public inspector_base<decoder> {
public:
  /// `in` has to outlive the decoder; what is decoded holds copies.
  explicit decoder(std::string_view in) : in_(in) {
    // nop
  }

  /// Byte strings that are decoded share `in`, which has to outlive the decoder itself only.
  explicit decoder(const shared_bytes& in) : in_(in.view()), shared_(&in) {
    // nop
  }

  /// Reads one value. False: see `finish`; `x` is then valid but unspecified.
  template <class T>
  bool value(T& x) {
    if constexpr (std::is_enum_v<T>)
      return enumeration(x);
    else if constexpr (std::is_same_v<T, bool>)
      return boolean(x);
    else if constexpr (is_one_byte<T>)
      return one_byte(x);
    else if constexpr (is_varint<T>)
      return integer(x);
    else if constexpr (loads_itself<T, decoder>)
      return x.load(*this);
    else
      return inspect(*this, x);
  }

  bool value(std::string& x) {
    std::string_view found;
    if (!bytes(found))
      return false;
    x.assign(found);
    return true;
  }

  bool value(shared_bytes& x) {
    std::string_view found;
    if (!bytes(found))
      return false;
    x = shared_ != nullptr ? shared_->share(found) : shared_bytes{std::string{found}};
    return true;
  }

  template <class Tag, class Rep>
  bool value(strong<Tag, Rep>& x) {
    return value(x.value);
  }

  template <class Tag>
  bool value(strong128<Tag>& x) {
    return fixed64(x.high) && fixed64(x.low);
  }

  template <class T>
  bool value(std::optional<T>& x) {
    bool present = false;
    x.reset();
    return boolean(present) && (!present || value(x.emplace()));
  }

  template <class T>
  bool value(std::shared_ptr<const T>& x) {
    bool present = false;
    x.reset();
    if (!boolean(present) || !present)
      return !failed();
    auto content = std::make_shared<T>();
    if (!value(*content))
      return false;
    x = std::move(content);
    return true;
  }

  template <class T>
  bool value(std::vector<T>& xs) {
    static_assert(!std::is_empty_v<T>,
                  "elements without bytes would make a list as long as it says");
    std::uint64_t count = 0;
    xs.clear();
    if (!length(count, limits::decoded_elements_max, "elements"))
      return false;
    // Never more memory than the input has bytes: the rest only as elements turn up.
    xs.reserve(std::min<std::size_t>(count, left() / sizeof(T) + 1));
    for (std::uint64_t i = 0; i < count; ++i)
      if (!value(xs.emplace_back()))
        return within("[" + std::to_string(i) + "]");
    return true;
  }

  template <class... Ts>
  bool value(std::variant<Ts...>& x) {
    std::uint8_t index = 0;
    if (!one_byte(index))
      return false;
    if (index >= sizeof...(Ts))
      return fail("there is no alternative " + std::to_string(index));
    return alternative(x, index, std::index_sequence_for<Ts...>{});
  }

  /// Reads a length-prefixed string without copying it.
  bool view(std::string_view& x) {
    return bytes(x);
  }

  /// How many bytes are left.
  std::size_t left() const noexcept {
    return in_.size() - position_;
  }

  bool failed() const noexcept {
    return !problem_.empty();
  }

  /// The error, or success if all of the input was read without one; the rest is an error, too.
  result<void> finish();

  /// Lets callers add rules of their own: notes the first problem, with its place. Returns false.
  bool fail(std::string problem);

  // -- for inspector_base -------------------------------------------------------------------------

  void begin_object() {
    // Structs leave no trace.
  }

  void end_object() {
    // nop
  }

  template <class T>
  bool visit_field(std::string_view name, T& x) {
    return value(x) || within(name);
  }

private:
  bool byte(std::uint8_t& x);
  bool boolean(bool& x);
  bool varint(std::uint64_t& x);
  bool fixed64(std::uint64_t& x);
  bool bytes(std::string_view& x);

  // A number of elements or bytes, each of which takes at least one byte of what follows.
  bool length(std::uint64_t& x, std::uint64_t max, std::string_view what);

  // Puts the enclosing field in front of the place of a problem. Returns false.
  bool within(std::string_view name);

  template <class T>
  bool one_byte(T& x) {
    std::uint8_t found = 0;
    if (!byte(found))
      return false;
    x = static_cast<T>(found);
    return true;
  }

  template <class T>
  bool integer(T& x) {
    std::uint64_t found = 0;
    if (!varint(found))
      return false;
    if constexpr (std::is_unsigned_v<T>) {
      if (found > std::numeric_limits<T>::max())
        return fail(std::to_string(found) + " is too large for its field");
      x = static_cast<T>(found);
    } else {
      auto number = static_cast<std::int64_t>((found & 1) != 0 ? ~(found >> 1) : found >> 1);
      if (number < std::numeric_limits<T>::min() || number > std::numeric_limits<T>::max())
        return fail(std::to_string(number) + " is out of the range of its field");
      x = static_cast<T>(number);
    }
    return true;
  }

  template <class T>
  bool enumeration(T& x) {
    using rep = std::underlying_type_t<T>;
    using bounds = enum_bounds<T>; // Not defined? Add a row to runtime/base/enums.hpp.
    rep number{};
    if (!value(number))
      return false;
    if (number < static_cast<rep>(bounds::first) || number > static_cast<rep>(bounds::last))
      return fail("there is no enumerator " + std::to_string(number));
    x = static_cast<T>(number);
    return true;
  }

  template <class Variant, std::size_t... Is>
  bool alternative(Variant& x, std::size_t index, std::index_sequence<Is...>) {
    bool done = false;
    ((index == Is ? void(done = value(x.template emplace<Is>())) : void()), ...);
    return done;
  }

  std::string_view in_;
  const shared_bytes* shared_ = nullptr; ///< What `in_` is part of, if that can be shared.
  std::size_t position_ = 0;
  std::string problem_; ///< Empty: none so far.
  std::string place_;   ///< The path of fields to the problem.
};

} // namespace quorate::base
