#include "runtime/base/describer.hpp"

namespace quorate::base {

bool describer::quoted(std::string_view x) {
  static constexpr std::size_t shown_max = 64;
  static constexpr char digits[] = "0123456789ABCDEF";
  text("\"");
  for (char c : x.substr(0, shown_max)) {
    auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      *out_ += '\\';
      *out_ += c;
    } else if (code >= 0x20 && code < 0x7F) {
      *out_ += c;
    } else {
      *out_ += "\\x";
      *out_ += digits[code >> 4];
      *out_ += digits[code & 0xF];
    }
  }
  text("\"");
  return x.size() <= shown_max || text("… of " + std::to_string(x.size()) + " bytes");
}

} // namespace quorate::base
