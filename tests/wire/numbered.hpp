// Fills any message so that no two fields look alike: numbers and strings count upwards, whatever
// may be absent is there, lists have one element. Where there is a choice of alternatives it goes
// through all of them, one message after the other.
//
// Depends on nothing but the order of the fields, so that what it makes is the same in every build
// that has the same messages.
#pragma once

#include "quorate/bytes.hpp"
#include "runtime/base/describer.hpp"
#include "runtime/base/enums.hpp"
#include "runtime/base/fields.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

namespace quorate::wire {

class numberer : public base::inspector_base<numberer> {
public:
  template <class T>
  bool value(T& x) {
    if constexpr (std::is_same_v<T, bool>)
      x = ++number_ % 2 == 0;
    else if constexpr (std::is_same_v<T, errc>)
      x = errc::not_leader;
    else if constexpr (std::is_enum_v<T>)
      x = base::enum_bounds<T>::last;
    else if constexpr (std::is_integral_v<T>)
      x = static_cast<T>(++number_);
    else
      return inspect(*this, x);
    return true;
  }

  bool value(std::string& x) {
    x = "text" + std::to_string(++number_);
    return true;
  }

  bool value(shared_bytes& x) {
    x = shared_bytes{"bytes" + std::to_string(++number_)};
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
    return value(x.emplace());
  }

  template <class T>
  bool value(std::shared_ptr<const T>& x) {
    auto content = std::make_shared<T>();
    value(*content);
    x = std::move(content);
    return true;
  }

  template <class T>
  bool value(std::vector<T>& xs) {
    return value(xs.emplace_back());
  }

  template <class... Ts>
  bool value(std::variant<Ts...>& x) {
    if (depth_ == choices_.size())
      choices_.push_back({0, sizeof...(Ts)});
    const std::variant<Ts...> candidates[] = {Ts{}...};
    x = candidates[choices_[depth_++].taken];
    return std::visit(
      [this](auto& content) {
        path_ += path_.empty() ? "" : ".";
        path_ += base::type_name<std::decay_t<decltype(content)>>();
        return this->value(content);
      },
      x);
  }

  /// Gets ready for the message with the next alternative. False: there was none that is new.
  bool next() {
    number_ = first_number;
    depth_ = 0;
    path_.clear();
    while (!choices_.empty() && choices_.back().taken + 1 == choices_.back().count)
      choices_.pop_back();
    if (choices_.empty())
      return false;
    ++choices_.back().taken;
    return true;
  }

  /// The alternatives in the last message: `envelope.append`.
  const std::string& path() const noexcept {
    return path_;
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
  struct choice {
    std::size_t taken = 0;
    std::size_t count = 0;
  };

  /// So that numbers of one byte and of two are encoded.
  static constexpr std::uint64_t first_number = 100;

  std::uint64_t number_ = first_number;
  std::vector<choice> choices_; ///< Of the alternatives, the outermost first.
  std::size_t depth_ = 0;       ///< How many of them the message under way has met.
  std::string path_;
};

} // namespace quorate::wire
