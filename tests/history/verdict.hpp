// The checker's answer, and how its parts say no.
#pragma once

#include "tests/history/history.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace quorate::history {

enum class decision : std::uint8_t {
  linearizable,
  not_linearizable,
  undecided, ///< The search was given up; it is bounded, and only it can be.
};

struct verdict {
  decision result = decision::linearizable;
  std::string reason;               ///< Empty if linearizable.
  std::vector<std::uint32_t> lines; ///< Of the operations concerned, in no order.
  std::uint64_t revisions = 0;      ///< The highest that anybody saw.
  std::uint64_t gaps = 0;           ///< Revisions of which no writer was told.

  explicit operator bool() const {
    return result == decision::linearizable;
  }
};

/// Thrown inside the checker where it is proven that there is no order.
struct refutation {
  std::string reason;
  std::vector<std::uint32_t> lines;
};

/// Collects a reason piece by piece; an operation in it is spelled out, and its line remembered.
class reason {
public:
  explicit reason(const history& about) : about_(&about) {
    // nop
  }

  reason& operator<<(const char* text) {
    content_.reason += text;
    return *this;
  }

  reason& operator<<(std::uint64_t number) {
    content_.reason += std::to_string(number);
    return *this;
  }

  reason& operator<<(const operation& x);

  /// Nothing if the operation is `nothing`.
  reason& also(const char* text, std::uint32_t number) {
    return number == nothing ? *this : *this << text << about_->operations[number];
  }

  [[noreturn]] void refute() {
    throw std::move(content_);
  }

  refutation take() {
    return std::move(content_);
  }

private:
  const history* about_;
  refutation content_;
};

} // namespace quorate::history
