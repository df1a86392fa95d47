#include "service/log_fields.hpp"

#include <algorithm>
#include <array>

namespace quorate::service {

namespace {

constexpr std::string_view cut_mark = "...";

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
         || std::string_view{"_-./:,@+[]"}.find(c) != std::string_view::npos;
}

void append_hex(std::string& out, unsigned char c) {
  static constexpr char digits[] = "0123456789abcdef";
  out += "\\x";
  out += digits[c >> 4];
  out += digits[c & 0xF];
}

/// UTF-8 that shows something: neither broken, nor a control character (C1 has those of two bytes),
/// nor one that separates lines or turns the direction of writing (U+2028 to U+202E, U+2066 to
/// U+2069). Its length, or 0.
std::size_t visible_length(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto goes_on = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const auto first = byte(0);
  if (first >= 0xC2 && first <= 0xDF && goes_on(1))
    return first == 0xC2 && byte(1) < 0xA0 ? 0 : 2;
  if (first >= 0xE0 && first <= 0xEF && goes_on(1) && goes_on(2)) {
    const auto point = ((first & 0xFU) << 12) | ((byte(1) & 0x3FU) << 6) | (byte(2) & 0x3FU);
    const bool hidden = point < 0x800 || (point >= 0xD800 && point <= 0xDFFF)
                        || (point >= 0x200B && point <= 0x200F)
                        || (point >= 0x2028 && point <= 0x202E)
                        || (point >= 0x2060 && point <= 0x206F) || point == 0xFEFF;
    return hidden ? 0 : 3;
  }
  if (first >= 0xF0 && first <= 0xF3 && goes_on(1) && goes_on(2) && goes_on(3))
    return first == 0xF0 && byte(1) < 0x90 ? 0 : 4;
  return 0;
}

void append_escaped(std::string& out, std::string_view& text) {
  const char c = text.front();
  std::size_t taken = 1;
  if (c == '"' || c == '\\')
    (out += '\\') += c;
  else if (c == '\n')
    out += "\\n";
  else if (c == '\r')
    out += "\\r";
  else if (c == '\t')
    out += "\\t";
  else if (c >= ' ' && c <= '~')
    out += c;
  else if (const auto length = visible_length(text); length > 0)
    out += text.substr(0, taken = length);
  else
    append_hex(out, static_cast<unsigned char>(c));
  text.remove_prefix(taken);
}

std::string_view cut(std::string_view text) {
  return text.substr(0, log_value_bytes_max);
}

/// Escapes what isn't ASCII, too: some readers end a line at U+0085 or U+2028.
std::string ascii(const json& x) {
  return x.dump(-1, ' ', true, json::error_handler_t::replace);
}

} // namespace

std::string log_value(std::string_view text) {
  const bool whole = text.size() <= log_value_bytes_max;
  auto left = cut(text);
  if (whole && !left.empty() && std::all_of(left.begin(), left.end(), is_plain))
    return std::string{left};
  std::string out = "\"";
  while (!left.empty())
    append_escaped(out, left);
  if (!whole)
    out += cut_mark;
  return out + '"';
}

std::string log_text(const json& fields, log_format format) {
  std::string out;
  for (const auto& [key, value] : fields.items()) {
    const auto* text = value.get_ptr<const std::string*>();
    if (format == log_format::text) {
      out += (out.empty() ? "" : " ") + key + '=';
      out += text != nullptr ? log_value(*text) : value.dump();
      continue;
    }
    out += (out.empty() ? "\"" : ",\"") + key + "\":";
    const bool too_long = text != nullptr && text->size() > log_value_bytes_max;
    out += ascii(too_long ? json(std::string{cut(*text)} + std::string{cut_mark}) : value);
  }
  return out;
}

} // namespace quorate::service
