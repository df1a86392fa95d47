// Errors are values: what can fail returns a `result`, and no exception leaves the library.
#pragma once

#include <quorate/errc.hpp>
#include <quorate/export.hpp>
#include <quorate/types.hpp>

#include <cstdlib>
#include <string>
#include <utility>
#include <variant>

namespace quorate {

/// What went wrong: a code for programs and a sentence for people.
struct error {
  errc code = errc::none;
  std::string message; ///< What was asked, of which node in which state, and what would be legal.
  node_id leader{};    ///< With `not_leader`: who leads, if this node knows.
  std::string leader_address; ///< With `not_leader`: where, if this node knows.
  revision at{}; ///< With a client's `precondition_failed`: of the key's value, or 0 if it has
                 ///< none.
};

/// An error with the code's own sentence.
QUORATE_EXPORT error make_error(errc code);

/// An error with a sentence of its own.
QUORATE_EXPORT error make_error(errc code, std::string message);

/// `code_name: message`.
QUORATE_EXPORT std::string to_string(const error& err);

/// A value or an error. Ask before you take: `value()` of an error aborts with the error's text.
template <class T>
class [[nodiscard]] result {
public:
  result(T value) : content_(std::move(value)) { // NOLINT: a value is a result
    // nop
  }
  result(quorate::error err) : content_(std::move(err)) { // NOLINT: an error is a result
    // nop
  }

  explicit operator bool() const noexcept {
    return content_.index() == 0;
  }
  T& operator*() & {
    return value();
  }
  const T& operator*() const& {
    return value();
  }
  T* operator->() {
    return &value();
  }
  const T* operator->() const {
    return &value();
  }
  T& value() & {
    require();
    return *std::get_if<0>(&content_);
  }
  const T& value() const& {
    require();
    return *std::get_if<0>(&content_);
  }
  T&& value() && {
    require();
    return std::move(*std::get_if<0>(&content_));
  }
  const quorate::error& error() const {
    if (content_.index() != 1)
      std::abort(); // There is no error: the caller didn't ask.
    return *std::get_if<1>(&content_);
  }

private:
  void require() const;

  std::variant<T, quorate::error> content_;
};

/// Prints the error and aborts: reached only by a caller that takes the value of an error.
[[noreturn]] QUORATE_EXPORT void abort_with(const error& err);

template <class T>
void result<T>::require() const {
  if (content_.index() != 0)
    abort_with(*std::get_if<1>(&content_));
}

/// Success without a value, or an error.
template <>
class [[nodiscard]] result<void> {
public:
  result() = default;
  result(quorate::error err) : error_(std::move(err)) { // NOLINT: an error is a result
    // nop
  }
  explicit operator bool() const noexcept {
    return error_.code == errc::none;
  }
  const quorate::error& error() const noexcept {
    return error_;
  }

private:
  quorate::error error_;
};

} // namespace quorate
