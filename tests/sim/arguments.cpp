#include "tests/sim/arguments.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <random>
#include <sstream>
#include <utility>

namespace quorate::sim {

namespace {

error bad(const std::string& sentence) {
  return make_error(errc::invalid_argument, sentence);
}

/// A decimal number, whole: no sign, no rest.
result<std::uint64_t> number(const std::string& text) {
  std::uint64_t out = 0;
  if (text.empty() || text.size() > 20)
    return bad("\"" + text + "\" is no number.");
  for (char c : text) {
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (c < '0' || c > '9' || out > (~std::uint64_t{0} - digit) / 10)
      return bad("\"" + text + "\" is no number.");
    out = out * 10 + digit;
  }
  return out;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in{text};
  for (std::string word; std::getline(in, word, ',');)
    out.push_back(word);
  return out;
}

/// Numbers between commas, or `none`.
result<cuts::numbers> numbers(const std::string& text) {
  cuts::numbers out;
  if (text == "none")
    return out;
  for (const auto& word : split(text)) {
    auto i = number(word);
    if (!i)
      return i.error();
    out.push_back(*i);
  }
  return out;
}

using reader = std::function<result<void>(const std::string&, arguments&)>;

/// An option that is a list of numbers.
template <class Where>
reader list(Where where) {
  return [where](const std::string& text, arguments& out) -> result<void> {
    auto value = numbers(text);
    if (!value)
      return value.error();
    where(out) = std::move(*value);
    return {};
  };
}

result<void> read_features(const std::string& text, arguments& out) {
  for (const auto& word : split(text)) {
    bool known = false;
    for (std::size_t i = 0; i < static_cast<std::size_t>(network_feature::count); ++i)
      if (word == to_string(static_cast<network_feature>(i))) {
        out.left.net_features.push_back(static_cast<network_feature>(i));
        known = true;
      }
    if (!known)
      return bad("the network has no \"" + word + "\".");
  }
  return {};
}

result<void> read_mutant(const std::string& text, arguments& out) {
  auto found = find_mutant(text);
  if (!found)
    return bad("there is no mutant \"" + text + "\".");
  out.farm.planted = *found;
  return {};
}

/// An option that is a number, at least `low`.
template <class Set>
reader count(std::uint64_t low, Set set) {
  return [low, set](const std::string& text, arguments& out) -> result<void> {
    auto value = number(text);
    if (!value)
      return value.error();
    if (*value < low)
      return bad("at least " + std::to_string(low) + ", not " + text + '.');
    set(out, *value);
    return {};
  };
}

result<void> read_seed(const std::string& text, arguments& out) {
  if (text == "fresh") {
    std::random_device entropy;
    out.farm.first = std::uint64_t{entropy()} << 16 | (entropy() & 0xFFFF);
    out.fresh = true;
    return {};
  }
  return count(0, [](arguments& x, std::uint64_t value) { x.farm.first = value; })(text, out);
}

const std::map<std::string, reader>& options() {
  static const std::map<std::string, reader> all{
    {"--seed", read_seed},
    {"--seeds", count(1, [](arguments& x, std::uint64_t n) { x.farm.count = n; })},
    {"--seconds",
     count(1,
           [](arguments& x, std::uint64_t n) { x.farm.cpu_seconds_max = static_cast<double>(n); })},
    {"--jobs", count(1, [](arguments& x, std::uint64_t n) { x.farm.jobs = n; })},
    {"--mutant", read_mutant},
    {"--only-faults", list([](arguments & x) -> auto& { return x.only_faults; })},
    {"--only-clients", list([](arguments & x) -> auto& { return x.left.clients; })},
    {"--only-operators", list([](arguments & x) -> auto& { return x.left.operators; })},
    {"--without", read_features},
    {"--until", count(0, [](arguments& x, std::uint64_t n) { x.left.until = n; })},
    {"--late-nodes", count(0, [](arguments& x, std::uint64_t n) { x.left.late_nodes = n; })},
  };
  return all;
}

bool read_switch(const std::string& word, arguments& out) {
  const std::pair<const char*, bool arguments::*> all[] = {{"--help", &arguments::help},
                                                           {"-h", &arguments::help},
                                                           {"--trace", &arguments::trace},
                                                           {"--trace-json", &arguments::json},
                                                           {"--shrink", &arguments::shrink}};
  for (const auto& [name, member] : all)
    if (word == name) {
      out.*member = true;
      return true;
    }
  return false;
}

result<void> check(arguments& out, bool counted) {
  out.trace |= out.json;
  if (out.farm.cpu_seconds_max > 0 && !counted)
    out.farm.count = ~std::uint64_t{0} - out.farm.first; // As many as fit into the time.
  if ((out.one_seed() || out.shrink) && out.farm.count != 1)
    return bad("one seed can be traced, replayed or shrunk, not many.");
  if (out.shrink && out.one_seed())
    return bad("--shrink finds out by itself what to leave out.");
  return {};
}

} // namespace

result<arguments> parse(const std::vector<std::string>& words) {
  arguments out;
  bool seed = false;
  bool counted = false;
  for (auto it = words.begin(); it != words.end(); ++it) {
    if (read_switch(*it, out))
      continue;
    auto option = options().find(*it);
    if (option == options().end())
      return bad("there is no option \"" + *it + "\".");
    if (std::next(it) == words.end())
      return bad(*it + " wants a value.");
    seed |= *it == "--seed";
    counted |= *it == "--seeds";
    const auto& name = *it;
    if (auto read = option->second(*++it, out); !read)
      return bad(name + ": " + read.error().message);
  }
  if (out.help)
    return out;
  if (!seed)
    return bad("--seed says where to begin.");
  if (auto fits = check(out, counted); !fits)
    return fits.error();
  return out;
}

std::string usage() {
  return R"(quorate_sim plays simulated clusters, and says which seed broke a promise.

  quorate_sim --seed S [--seeds N] [--seconds BUDGET] [--jobs N] [--mutant M]
  quorate_sim --seed S --trace | --trace-json
  quorate_sim --seed S --shrink

  --seed S|fresh     the first seed; fresh draws one and prints it
  --seeds N          so many seeds from there (1)
  --seconds BUDGET   CPU-seconds of each process; without --seeds: as many seeds as fit
  --jobs N           processes that share the seeds (1)
  --mutant M         with a planted bug, by name or number
  --trace            every line of one seed; a lane for each node
  --trace-json       the same as JSON lines
  --shrink           leaves out of a failing seed whatever it fails without, and prints the command
                     that plays the rest

What is left of a seed (--shrink prints it):
  --only-faults I,J  the faults with these numbers, of those that the whole run has; or none
  --only-clients I,J, --only-operators I,J
  --late-nodes N     the first so many
  --until T          everything heals after T microseconds
  --without F,G      of the network's features: drops, duplicates, replays, tails, down_signs

The last line: seeds, simulated seconds, and how many of them in a CPU-second.
Exit code 0: every promise was kept; 1: a seed failed; 2: the command line is wrong.
)";
}

} // namespace quorate::sim
