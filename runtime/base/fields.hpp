// The form that all our inspectors share: `f.object(x).fields(f.field("name", x.name), ...)`.
//
// Thread safety: none; an inspector belongs to one function call.
#pragma once

#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

namespace quorate::base {

/// A field on its way through an inspector.
template <class T>
struct named_field {
  std::string_view name;
  T& value;
};

/// What `object` returns. Visits the fields in the order in which they are written, and stops at
/// the first that fails.
template <class Inspector>
class field_list {
public:
  explicit field_list(Inspector& inspector) : inspector_(&inspector) {
    // nop
  }

  template <class... Ts>
  bool fields(named_field<Ts>... each) {
    inspector_->begin_object();
    bool done = (inspector_->visit_field(each.name, each.value) && ...);
    inspector_->end_object();
    return done;
  }

private:
  Inspector* inspector_;
};

/// Base of the inspectors (the curiously recurring template pattern).
template <class Derived>
class inspector_base {
public:
  template <class T>
  field_list<Derived> object(T&) {
    return field_list<Derived>{static_cast<Derived&>(*this)};
  }

  template <class T>
  named_field<T> field(std::string_view name, T& value) {
    return {name, value};
  }
};

/// Walks a message that is only read. `inspect` takes a mutable reference because the decoder needs
/// one; encoder and describer never write through it.
template <class Inspector, class T>
bool inspect_constant(Inspector& f, const T& x) {
  return inspect(f, const_cast<T&>(x)); // NOLINT: see above
}

/// Classes that keep invariants write and read themselves: `void save(encoder&) const` and
/// `bool load(decoder&)`, which fails on what breaks them. They encode like structs.
template <class T, class Encoder, class = void>
inline constexpr bool saves_itself = false;

template <class T, class Encoder>
inline constexpr bool saves_itself<
  T, Encoder,
  std::void_t<decltype(std::declval<const T&>().save(std::declval<Encoder&>()))>> = true;

template <class T, class Decoder, class = void>
inline constexpr bool loads_itself = false;

template <class T, class Decoder>
inline constexpr bool loads_itself<
  T, Decoder, std::void_t<decltype(std::declval<T&>().load(std::declval<Decoder&>()))>> = true;

/// True for integers that get a varint; `bool` and one-byte integers are one byte each.
template <class T>
inline constexpr bool is_varint = std::is_integral_v<T> && (sizeof(T) > 1);

template <class T>
inline constexpr bool is_one_byte = std::is_integral_v<T> && sizeof(T) == 1;

} // namespace quorate::base
