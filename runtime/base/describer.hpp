// Turns messages into text for people: traces, golden files, failed checks.
#pragma once

#include "quorate/bytes.hpp"
#include "quorate/types.hpp"
#include "runtime/base/fields.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace quorate::base {

/// Whether `to_string` knows the type.
template <class T, class = void>
inline constexpr bool has_to_string = false;

template <class T>
inline constexpr bool has_to_string<T, std::void_t<decltype(to_string(std::declval<T>()))>> = true;

/// The name of a type as it stands in the source, without its namespaces.
template <class T>
std::string_view type_name() {
  // GCC: `... [with T = quorate::kv::put; ...]`, Clang: `... [T = quorate::kv::put]`.
  std::string_view text = __PRETTY_FUNCTION__;
  text.remove_prefix(text.find("T = ") + 4);
  text = text.substr(0, text.find_first_of(";]"));
  auto colon = text.rfind(':');
  return colon == std::string_view::npos ? text : text.substr(colon + 1);
}

/// Writes `{id: n3, state: member, nodes: [n1, n2], op: -}`: zero ids are `-`, an absent optional
/// is `none`, an alternative has its type in front, long strings are cut.
///
/// Thread safety: none. Complexity: linear in the text.
class describer : public inspector_base<describer> {
public:
  /// `out` has to outlive the describer.
  explicit describer(std::string& out) : out_(&out) {
    // nop
  }

  template <class T>
  bool value(const T& x) {
    if constexpr (std::is_same_v<T, bool>)
      return text(x ? "true" : "false");
    else if constexpr (std::is_enum_v<T> && has_to_string<T>)
      return text(to_string(x));
    else if constexpr (std::is_enum_v<T>)
      return value(static_cast<std::underlying_type_t<T>>(x));
    else if constexpr (std::is_integral_v<T>)
      return text(std::to_string(x));
    else
      return inspect_constant(*this, x);
  }

  bool value(const std::string& x) {
    return quoted(x);
  }

  bool value(const shared_bytes& x) {
    return quoted(x.view());
  }

  bool value(node_id x) {
    return text(to_string(x));
  }

  template <class Tag, class Rep>
  bool value(const strong<Tag, Rep>& x) {
    return value(x.value);
  }

  template <class Tag>
  bool value(const strong128<Tag>& x) {
    return text(x ? to_string(x) : "-");
  }

  template <class T>
  bool value(const std::optional<T>& x) {
    return x ? value(*x) : text("none");
  }

  template <class T>
  bool value(const std::shared_ptr<const T>& x) {
    return x ? value(*x) : text("none");
  }

  template <class T>
  bool value(const std::vector<T>& xs) {
    text("[");
    for (std::size_t i = 0; i < xs.size(); ++i) {
      text(i == 0 ? "" : ", ");
      value(xs[i]);
    }
    return text("]");
  }

  template <class... Ts>
  bool value(const std::variant<Ts...>& x) {
    auto describe = [this](auto& alternative) {
      text(type_name<std::decay_t<decltype(alternative)>>());
      return value(alternative);
    };
    return std::visit(describe, x);
  }

  // -- for inspector_base -------------------------------------------------------------------------

  void begin_object() {
    text("{");
    first_ = true;
  }

  void end_object() {
    text("}");
    first_ = false;
  }

  template <class T>
  bool visit_field(std::string_view name, const T& x) {
    text(first_ ? "" : ", ");
    first_ = false;
    text(name);
    text(": ");
    return value(x);
  }

private:
  bool text(std::string_view x) {
    out_->append(x);
    return true;
  }

  // At most the first 64 bytes, those that aren't printable ASCII as `\x0A`.
  bool quoted(std::string_view x);

  std::string* out_;
  bool first_ = true; ///< The next field is the first of its object.
};

} // namespace quorate::base
