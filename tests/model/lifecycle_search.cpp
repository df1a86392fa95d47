// Searches the lifecycle model from the command line; docs/model/README.md has its results.
#include "tests/model/lifecycle_model.hpp"

#include <ctime>
#include <iostream>
#include <stdexcept>
#include <type_traits>

namespace {

using namespace quorate::model;

constexpr int exit_usage = 2;

int usage(std::string_view why) {
  std::cerr << "lifecycle_search: " << why << "\n"
            << "usage: lifecycle_search [--terms N] [--changes N] [--commands N] [--voters N]\n"
            << "         [--nodes N] [--single] [--admit-empty] [--without RULE]...\n"
            << "         [--states-max N] [--trace]\n"
            << "  --single       only changes of one voter, none that needs a joint config\n"
            << "  --admit-empty  a leader admits only nodes that hold no log\n"
            << "exit: 0 no loss, 1 loss found, 2 usage, 3 bound reached\n"
            << "rules:";
  for (std::size_t number = 0; number < rule_count; ++number) {
    std::cerr << ' ' << name_of(static_cast<rule>(number));
  }
  std::cerr << '\n';
  return exit_usage;
}

std::optional<std::size_t> number_from(std::string_view text, std::size_t lowest,
                                       std::size_t highest) {
  std::size_t value = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9' || value > highest) {
      return std::nullopt;
    }
    value = 10 * value + static_cast<std::size_t>(digit - '0');
  }
  return text.empty() || value < lowest || value > highest ? std::nullopt
                                                           : std::make_optional(value);
}

bool set_number(options& wanted, std::string_view name, std::string_view text) {
  const auto assign = [text](auto& field, std::size_t lowest, std::size_t highest) {
    const auto value = number_from(text, lowest, highest);
    field = static_cast<std::remove_reference_t<decltype(field)>>(value.value_or(0));
    return value.has_value();
  };
  constexpr std::size_t states_highest = 4'000'000'000;
  return (name == "--terms" && assign(wanted.terms, 1, 7))
         || (name == "--changes" && assign(wanted.changes, 0, 7))
         || (name == "--commands" && assign(wanted.commands, 0, 7))
         || (name == "--nodes" && assign(wanted.nodes, 1, node_count))
         || (name == "--voters" && assign(wanted.voters, 1, node_count))
         || (name == "--states-max" && assign(wanted.states_max, 1, states_highest));
}

int report(const options& wanted, bool with_trace) {
  const outcome found = search(wanted); // All of this program's processor time goes there.
  const double seconds = static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
  const bool lost = found.result == verdict::loss_found;
  std::cout << (lost                               ? "loss found: " + found.loss
                : found.result == verdict::no_loss ? "no loss, search complete"
                                                   : "no loss so far, bound reached")
            << "\nstates " << found.states << ", depth " << found.depth << ", processor seconds "
            << seconds << '\n';
  for (std::size_t line = 0; with_trace && line < found.trace.size(); ++line) {
    std::cout << line + 1 << ". " << found.trace[line] << '\n';
  }
  return lost ? 1 : found.result == verdict::no_loss ? 0 : 3;
}

} // namespace

int main(int argc, char** argv) {
  options wanted;
  bool with_trace = false;
  for (int position = 1; position < argc; ++position) {
    const std::string_view name = argv[position];
    if (name == "--trace") {
      with_trace = true;
    } else if (name == "--single") {
      wanted.joint = false;
    } else if (name == "--admit-empty") {
      wanted.admit_empty = true;
    } else if (++position == argc) {
      return usage("unknown option, or its value is missing: " + std::string(name));
    } else if (name == "--without") {
      const auto which = rule_named(argv[position]);
      if (!which) {
        return usage("no such rule: " + std::string(argv[position]));
      }
      wanted.rules = wanted.rules.without(*which);
    } else if (!set_number(wanted, name, argv[position])) {
      return usage("unknown option, or its value is out of range: " + std::string(name));
    }
  }
  try {
    return report(wanted, with_trace);
  } catch (const std::length_error& error) {
    std::cerr << "lifecycle_search: " << error.what() << '\n';
    return exit_usage;
  }
}
