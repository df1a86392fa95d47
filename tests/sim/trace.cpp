#include "tests/sim/trace.hpp"

#include <cstdio>
#include <utility>

namespace quorate::sim {

namespace {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char code[8];
      std::snprintf(code, sizeof code, "\\u%04x", static_cast<unsigned>(c));
      out += code;
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string json(micros now, std::size_t node, const char* event, const std::string& text) {
  auto out = "{\"us\":" + std::to_string(now);
  if (node != trace::nobody)
    out += ",\"node\":" + std::to_string(node);
  return out + ",\"event\":" + quoted(event) + ",\"text\":" + quoted(text) + '}';
}

std::string readable(micros now, std::size_t node, const std::string& lanes, const char* event,
                     const std::string& text) {
  char when[32];
  std::snprintf(when, sizeof when, "%8llu.%03llu ", static_cast<unsigned long long>(now / 1'000),
                static_cast<unsigned long long>(now % 1'000));
  std::string out = when;
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    out += i == node ? '[' : ' ';
    out += lanes[i];
    out += i == node ? ']' : ' ';
  }
  out += node != trace::nobody ? "  n" + std::to_string(node) + ' ' : "  ";
  out += event;
  return out + (text.empty() ? "" : " ") + text;
}

} // namespace

void trace::lane(std::size_t node, char what) {
  if (!on())
    return;
  if (lanes_.size() <= node)
    lanes_.resize(node + 1, '.');
  lanes_[node] = what;
}

void trace::add(micros now, std::size_t node, const char* event, const std::string& text) {
  auto one = readable(now, node, lanes_, event, text);
  sum_.add(one);
  if (mode_ == mode::print)
    std::printf("%s\n", one.c_str());
  else if (mode_ == mode::print_json)
    std::printf("%s\n", json(now, node, event, text).c_str());
  lines_.push_back(std::move(one));
  if (lines_.size() > lines_max)
    lines_.pop_front();
}

std::string trace::tail() const {
  std::string out;
  for (const auto& one : lines_)
    out += one + '\n';
  return out;
}

std::string trace::json_end(const std::string& violation) {
  return "{\"event\":\"violation\",\"text\":" + quoted(violation) + '}';
}

} // namespace quorate::sim
