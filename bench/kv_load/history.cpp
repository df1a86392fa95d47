#include "bench/kv_load/history.hpp"

#include <nlohmann/json.hpp>

#include <charconv>
#include <string_view>
#include <utility>

namespace quorate::bench {

namespace {

void append_number(std::string& out, std::uint64_t x) {
  char digits[20];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, x).ptr);
}

/// Any bytes: a strange value may be anything.
void append_quoted(std::string& out, const std::string& text) {
  using nlohmann::json;
  out += json(text).dump(-1, ' ', true, json::error_handler_t::replace);
}

void append_value(std::string& out, const client_history& of, const record& x) {
  if (x.strange)
    return append_quoted(out, "strange: " + of.strange(x.value.number));
  if (x.value.number == 0) {
    out += "null";
    return;
  }
  out += '"';
  out += to_string(x.value);
  out += '"';
}

} // namespace

void client_history::add(const record& x) {
  if (size_ % chunk_records == 0)
    chunks_.push_back(std::make_unique<chunk>());
  (*chunks_.back())[size_++ % chunk_records] = x;
}

std::uint32_t client_history::keep_strange(std::string value) {
  strange_.push_back(std::move(value));
  return static_cast<std::uint32_t>(strange_.size() - 1);
}

void append_line(std::string& out, std::uint32_t client, const client_history& of, const record& x,
                 std::uint32_t key_bytes) {
  out += R"({"client":)";
  append_number(out, client);
  out += R"(,"op":")";
  out += to_string(x.kind);
  out += R"(","key":")";
  out += key_text(x.key, key_bytes);
  out += R"(","value":)";
  append_value(out, of, x);
  out += R"(,"pre":")";
  out += to_string(x.pre);
  out += R"(","expect":)";
  append_number(out, x.expected.value);
  out += R"(,"call":)";
  append_number(out, static_cast<std::uint64_t>(x.call_ns));
  out += R"(,"return":)";
  if (x.outcome == outcome::unknown)
    out += "null";
  else
    append_number(out, static_cast<std::uint64_t>(x.return_ns));
  out += R"(,"outcome":")";
  out += to_string(x.outcome);
  out += R"(","revision":)";
  append_number(out, x.at.value);
  out += '}';
}

void write_history(std::ostream& out, std::uint32_t client, const client_history& all,
                   std::uint32_t key_bytes) {
  constexpr std::size_t flush_bytes = 64 * 1024;
  std::string lines;
  for (std::size_t i = 0; i < all.size(); ++i) {
    append_line(lines, client, all, all[i], key_bytes);
    lines += '\n';
    if (lines.size() >= flush_bytes) {
      out.write(lines.data(), static_cast<std::streamsize>(lines.size()));
      lines.clear();
    }
  }
  out.write(lines.data(), static_cast<std::streamsize>(lines.size()));
}

} // namespace quorate::bench
