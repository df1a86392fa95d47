// `completion` and `manual`: what is made from the table for shells and packages.
#include "apps/quorate/command/call.hpp"
#include "apps/quorate/command/manual.hpp"
#include "apps/quorate/command/verbs.hpp"
#include "apps/quorate/command/words.hpp"

#include <ostream>

namespace quorate::app {

namespace {

int completion(call& in) {
  const auto& shell = in.given().operands.front();
  if (shell != "bash")
    return in.misuse("there is completion for bash only, not for '" + printable(shell) + "'.");
  in.around().out << bash_completion(in.around().table);
  return exit_ok;
}

int manual(call& in) {
  const auto& form = in.given().operands.front();
  if (form == "man")
    in.around().out << manual_page(in.around().table);
  else if (form == "markdown")
    in.around().out << manual_markdown(in.around().table);
  else
    return in.misuse("the manual's form is man or markdown, not '" + printable(form) + "'.");
  return exit_ok;
}

} // namespace

void add_manual_verbs(verb_table& to) {
  to.push_back({"completion",
                "bash",
                1,
                1,
                "a script that completes verbs and options",
                "",
                {{"completion bash >/etc/bash_completion.d/quorate", "for all users"}},
                {},
                completion});
  to.push_back({"manual",
                "man|markdown",
                1,
                1,
                "this manual",
                "",
                {{"manual man | man -l -", "read it"}},
                {},
                manual});
}

} // namespace quorate::app
