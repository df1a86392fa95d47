#include "tests/sim/trace.hpp"

#include <cstdio>
#include <utility>

namespace quorate::sim {

void trace::add(std::string text) {
  sum_.add(text);
  if (mode_ == mode::print)
    std::printf("%s\n", text.c_str());
  lines_.push_back(std::move(text));
  if (lines_.size() > lines_max)
    lines_.pop_front();
}

std::string trace::tail() const {
  std::string out;
  for (const auto& one : lines_)
    out += one + '\n';
  return out;
}

} // namespace quorate::sim
