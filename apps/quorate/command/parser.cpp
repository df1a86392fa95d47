#include "apps/quorate/command/parser.hpp"

#include "apps/quorate/command/words.hpp"

#include <algorithm>

namespace quorate::app {

namespace {

using words_list = std::vector<std::string>;

quorate::error misuse(const std::string& sentence) {
  return make_error(errc::invalid_argument, sentence);
}

std::string did_you_mean(const std::string& typed, const words_list& candidates) {
  const auto close = nearest(typed, candidates);
  return close.empty() ? "" : " Did you mean '" + close + "'?";
}

bool asks_for_help(const std::string& word) {
  return word == "--help" || word == "-h";
}

/// Finds the verb at the front of the words; `used` are those that name it.
result<invocation> find_verb(const verb_table& table, const words_list& words, std::size_t& used) {
  invocation found;
  if (words.empty())
    return misuse("which verb?");
  if (asks_for_help(words[0]) || words[0] == "help") {
    found.help = true;
    return found;
  }
  if (words[0].compare(0, 1, "-") == 0)
    return misuse("'" + printable(words[0]) + "' is no verb, and the verb comes first.");
  for (const auto& each : table)
    if (each.path == words[0]) {
      found.which = &each;
      used = 1;
      return found;
    }
  // An empty word isn't the group of all.
  const auto members = words[0].empty() ? std::vector<const verb*>{} : verbs_of(table, words[0]);
  if (members.empty())
    return misuse("unknown verb '" + printable(words[0]) + "'."
                  + did_you_mean(words[0], first_words(table)));
  found.group = words[0];
  words_list names;
  for (const auto* each : members)
    names.push_back(each->path.substr(words[0].size() + 1));
  if (words.size() < 2)
    return misuse("'" + words[0] + "' what? One of: " + [&] {
      std::string all;
      for (const auto& name : names)
        all += (all.empty() ? "" : ", ") + name;
      return all;
    }() + '.');
  if (asks_for_help(words[1])) {
    found.help = true;
    return found;
  }
  for (const auto* each : members)
    if (each->path == words[0] + ' ' + words[1]) {
      found.which = each;
      used = 2;
      return found;
    }
  return misuse("unknown verb '" + words[0] + ' ' + printable(words[1]) + "'."
                + did_you_mean(words[1], names));
}

/// Reads one option at `words[at]`; moves `at` to the last word that it took.
result<void> read_option(invocation& into, const words_list& words, std::size_t& at) {
  const auto& typed = words[at];
  if (typed.compare(0, 2, "--") != 0)
    return misuse("unknown option '" + printable(typed)
                  + "'. An operand that begins with '-' stands behind '--'.");
  const auto equals = typed.find('=');
  const auto name = typed.substr(2, equals == std::string::npos ? equals : equals - 2);
  const auto& known = into.which->options;
  const auto found = std::find_if(known.begin(), known.end(),
                                  [&](const option& x) { return x.name == name; });
  if (found == known.end()) {
    words_list names{"--help"};
    for (const auto& each : known)
      names.push_back("--" + each.name);
    return misuse("unknown option '--" + printable(name) + "'." + did_you_mean("--" + name, names));
  }
  if (!found->repeatable && into.has(name))
    return misuse("--" + name + " is given twice.");
  std::string given;
  if (equals != std::string::npos) {
    if (found->value.empty())
      return misuse("--" + name + " takes no value.");
    given = typed.substr(equals + 1);
    if (given.empty())
      return misuse("--" + name + " wants " + found->value + " behind '='.");
  } else if (!found->value.empty() && !found->value_optional) {
    if (at + 1 == words.size())
      return misuse("--" + name + " wants a value: " + found->value + ".");
    given = words[++at];
  }
  into.options.emplace_back(name, std::move(given));
  return {};
}

result<void> count_operands(const invocation& given) {
  const auto& which = *given.which;
  const auto usage = "usage: quorate " + which.path
                     + (which.operands.empty() ? "" : " " + which.operands) + " [OPTIONS]";
  if (given.operands.size() < which.operands_min)
    return misuse("something is missing; " + usage);
  if (given.operands.size() > which.operands_max)
    return misuse("'" + printable(given.operands[which.operands_max]) + "' is too much; " + usage);
  return {};
}

} // namespace

bool invocation::has(const std::string& name) const {
  return std::any_of(options.begin(), options.end(),
                     [&](const auto& x) { return x.first == name; });
}

std::optional<std::string> invocation::value(const std::string& name) const {
  for (const auto& [each, given] : options)
    if (each == name)
      return given;
  return std::nullopt;
}

std::vector<std::string> invocation::values(const std::string& name) const {
  std::vector<std::string> all;
  for (const auto& [each, given] : options)
    if (each == name)
      all.push_back(given);
  return all;
}

result<invocation> parse(const verb_table& table, const std::vector<std::string>& words) {
  std::size_t used = 0;
  auto found = find_verb(table, words, used);
  if (!found || found->which == nullptr)
    return found;
  if (found->which->run == nullptr) {
    found->own_words = used - 1;
    return found;
  }
  bool operands_only = false;
  for (auto at = used; at < words.size(); ++at) {
    const auto& typed = words[at];
    if (operands_only || typed.size() < 2 || typed[0] != '-') {
      found->operands.push_back(typed);
    } else if (typed == "--") {
      operands_only = true;
    } else if (asks_for_help(typed)) {
      found->help = true;
      return found;
    } else if (auto read = read_option(*found, words, at); !read) {
      return read.error();
    }
  }
  if (auto right = count_operands(*found); !right)
    return right.error();
  return found;
}

} // namespace quorate::app
