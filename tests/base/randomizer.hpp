// Fills any message with random content: an inspector like the codec's, so that a field that is
// added to a message is in the tests at once.
#pragma once

#include "quorate/bytes.hpp"
#include "runtime/base/enums.hpp"
#include "runtime/base/fields.hpp"
#include "runtime/base/random.hpp"

#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

namespace quorate::base {

class randomizer : public inspector_base<randomizer> {
public:
  explicit randomizer(random& draw) : draw_(&draw) {
    // nop
  }

  template <class T>
  bool value(T& x) {
    if constexpr (std::is_same_v<T, bool>)
      x = draw_->chance(50);
    else if constexpr (std::is_enum_v<T>)
      x = static_cast<T>(draw_->between(static_cast<std::uint64_t>(enum_bounds<T>::first),
                                        static_cast<std::uint64_t>(enum_bounds<T>::last)));
    else if constexpr (std::is_integral_v<T>)
      x = static_cast<T>(number());
    else
      return inspect(*this, x);
    return true;
  }

  bool value(std::string& x) {
    x.clear();
    for (auto left = draw_->below(20); left > 0; --left)
      x += static_cast<char>(draw_->next());
    return true;
  }

  bool value(shared_bytes& x) {
    std::string bytes;
    value(bytes);
    x = shared_bytes{bytes};
    return true;
  }

  template <class Tag, class Rep>
  bool value(strong<Tag, Rep>& x) {
    return value(x.value);
  }

  template <class Tag>
  bool value(strong128<Tag>& x) {
    return value(x.high) && value(x.low);
  }

  template <class T>
  bool value(std::optional<T>& x) {
    x.reset();
    return draw_->chance(50) || value(x.emplace());
  }

  template <class T>
  bool value(std::shared_ptr<const T>& x) {
    auto content = std::make_shared<T>();
    value(*content);
    x = draw_->chance(50) ? content : nullptr;
    return true;
  }

  template <class T>
  bool value(std::vector<T>& xs) {
    xs.resize(draw_->below(4));
    for (auto& x : xs)
      value(x);
    return true;
  }

  template <class... Ts>
  bool value(std::variant<Ts...>& x) {
    std::variant<Ts...> candidates[] = {Ts{}...};
    x = candidates[draw_->below(sizeof...(Ts))];
    return std::visit([this](auto& content) { return this->value(content); }, x);
  }

  void begin_object() {
    // nop
  }

  void end_object() {
    // nop
  }

  template <class T>
  bool visit_field(std::string_view, T& x) {
    return value(x);
  }

private:
  // Of every length, because the encoding's length depends on it.
  std::uint64_t number() {
    auto bits = draw_->below(65);
    return bits == 0 ? 0 : draw_->next() >> (64 - bits);
  }

  random* draw_;
};

template <class T>
T random_value(random& draw) {
  T x{};
  randomizer f{draw};
  f.value(x);
  return x;
}

} // namespace quorate::base
