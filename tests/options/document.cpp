#include "tests/options/document.hpp"

#include "quorate/option_list.hpp"

#include <cstddef>
#include <string_view>

namespace quorate {

namespace {

std::string code(const std::string& text) {
  return text.empty() ? "" : '`' + text + '`';
}

std::string line_of(const option_info& x) {
  const auto preset = x.required ? "required" : code(x.preset);
  const auto alias = x.alias.empty() ? "" : ", " + code("--" + x.alias);
  return "| " + code("--" + x.name) + alias + " | " + code(x.environment) + " | " + x.range + " | "
         + preset + " | " + x.help + " |\n";
}

template <class Options>
std::string tables_of() {
  std::string out;
  std::string group;
  for (const auto& x : option_list<Options>::all()) {
    if (x.group != group) {
      group = x.group;
      out += "\n### " + group
             + "\n\n| option | variable | allowed | default | what it is |\n"
               "|---|---|---|---|---|\n";
    }
    out += line_of(x);
  }
  return out + '\n';
}

/// Writes `content` between the page's markers of that name.
bool replace_between(std::string& page, const std::string& name, const std::string& content) {
  const auto begin_mark = "<!-- generated: " + name + " -->\n";
  const auto end_mark = "<!-- end: " + name + " -->\n";
  const auto begin = page.find(begin_mark);
  const auto end = page.find(end_mark);
  if (begin == std::string::npos || end == std::string::npos || end < begin)
    return false;
  const auto from = begin + begin_mark.size();
  page.replace(from, end - from, content);
  return true;
}

} // namespace

std::string options_page(const std::string& page) {
  auto out = page;
  const auto complete = replace_between(out, "node options", tables_of<node_options>())
                        && replace_between(out, "remote options", tables_of<remote_options>())
                        && replace_between(out, "policy options", tables_of<membership_policy>());
  return complete ? out : "";
}

} // namespace quorate
