// Which metrics a page shows, and which the documentation lists.
#pragma once

#include "tests/service/situations.hpp"

#include <regex>
#include <set>
#include <string>

namespace quorate::service {

inline std::set<std::string> all_matches(const std::string& text, const std::regex& pattern) {
  std::set<std::string> out;
  for (std::sregex_iterator i{text.begin(), text.end(), pattern}, end; i != end; ++i)
    out.insert((*i)[1].str());
  return out;
}

inline std::set<std::string> shown_metrics(const std::string& page) {
  return all_matches(page, std::regex{"# TYPE (\\w+) "});
}

/// Those in the first column of a table.
inline std::set<std::string> documented_metrics() {
  return all_matches(text_of_file("docs/metrics.md"), std::regex{"\\| `(quorate_\\w+)"});
}

} // namespace quorate::service
