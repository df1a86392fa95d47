#include "apps/quorate/command/command.hpp"

#include "apps/quorate/command/manual.hpp"

#include <algorithm>
#include <ostream>

namespace quorate::app {

namespace {

/// A verb that isn't understood can't say how it answers, so the words themselves do.
bool asks_for_json(const std::vector<std::string>& words) {
  const auto end = std::find(words.begin(), words.end(), "--");
  return std::find(words.begin(), end, "--json") != end;
}

int run_own(const invocation& given, const std::vector<std::string>& words,
            const surroundings& around) {
  if (given.which->reads_itself == nullptr)
    return report_error(around, given.which->path, false,
                        make_error(errc::invalid_argument, "this build can't do that."));
  std::vector<const char*> argv;
  for (auto at = given.own_words; at < words.size(); ++at)
    argv.push_back(words[at].c_str());
  argv.push_back(nullptr);
  return given.which->reads_itself(static_cast<int>(argv.size()) - 1, argv.data());
}

} // namespace

int run_command(const std::vector<std::string>& words, const surroundings& around) {
  if (words.size() == 1 && words[0] == "--version") {
    around.out << "quorate " QUORATE_VERSION "\n";
    return exit_ok;
  }
  const auto given = parse(around.table, words);
  if (!given) {
    const int code = report_error(around, "", asks_for_json(words), given.error());
    if (words.empty())
      around.err << '\n' << help_text(around.table);
    return code;
  }
  if (given->help) {
    around.out << (given->which != nullptr ? help_text(*given->which)
                                           : help_text(around.table, given->group));
    return exit_ok;
  }
  if (given->which->run == nullptr)
    return run_own(*given, words, around);
  call in{*given, around};
  return given->which->run(in);
}

} // namespace quorate::app
