#include "apps/quorate/command/verb.hpp"

#include <algorithm>

namespace quorate::app {

namespace {

void add_once(std::vector<std::string>& to, std::string word) {
  if (std::find(to.begin(), to.end(), word) == to.end())
    to.push_back(std::move(word));
}

} // namespace

std::vector<std::string> groups_of(const verb_table& table) {
  std::vector<std::string> groups;
  for (const auto& each : table)
    if (const auto space = each.path.find(' '); space != std::string::npos)
      add_once(groups, each.path.substr(0, space));
  return groups;
}

std::vector<const verb*> verbs_of(const verb_table& table, const std::string& group) {
  std::vector<const verb*> found;
  for (const auto& each : table)
    if (group.empty() || each.path.compare(0, group.size() + 1, group + ' ') == 0)
      found.push_back(&each);
  return found;
}

std::vector<std::string> first_words(const verb_table& table) {
  std::vector<std::string> words;
  for (const auto& each : table)
    add_once(words, each.path.substr(0, each.path.find(' ')));
  return words;
}

} // namespace quorate::app
