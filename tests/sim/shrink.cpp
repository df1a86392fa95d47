#include "tests/sim/shrink.hpp"

#include "tests/sim/child.hpp"
#include "tests/sim/farm.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace quorate::sim {

namespace {

/// The promise without its particulars.
std::string promise_of(const std::string& violation) {
  return violation.substr(0, violation.find(':'));
}

class shrinker {
public:
  shrinker(std::uint64_t seed, base::mutant planted, std::uint64_t runs_max)
    : planted_(planted),
      runs_max_(runs_max) {
    order_.seed = seed;
  }

  std::optional<shrunk> run() {
    const auto whole = run_apart(order_, planted_);
    if (whole.violation.empty())
      return std::nullopt;
    promise_ = promise_of(whole.violation);
    violation_ = whole.violation;
    all_ = whole.faults;
    shrunk out;
    begin(whole);
    out.before = size();
    if (still_fails(order_, numbers_))
      // What is left out may make more superfluous.
      for (auto last = cost() + 1; cost() < last && runs_ < runs_max_;) {
        last = cost();
        cut_time();
        drop_kinds();
        drop_features();
        drop_faults();
        drop_actors();
      }
    out.after = size();
    out.order = order_;
    out.numbers = numbers_;
    out.violation = violation_;
    out.runs = runs_;
    return out;
  }

private:
  using numbers = cuts::numbers;

  static numbers first(std::size_t count) {
    numbers out(count);
    std::iota(out.begin(), out.end(), std::size_t{0});
    return out;
  }

  void begin(const outcome& whole) {
    const auto swarm = draw_swarm(order_.seed);
    auto& left = order_.left;
    left.clients = first(swarm.clients);
    left.operators = first(swarm.operators);
    left.late_nodes = swarm.late_nodes;
    for (std::size_t i = 0; i < static_cast<std::size_t>(network_feature::count); ++i)
      if (has(swarm, static_cast<network_feature>(i)))
        ++features_;
    left.until = whole.healed != 0 ? whole.healed : whole.simulated + 1;
    numbers_ = first(all_.size());
  }

  /// With these faults, and keeps them if so.
  bool still_fails(run_order candidate, const numbers& kept) {
    if (runs_ == runs_max_)
      return false;
    ++runs_;
    candidate.left.script = pick(all_, kept);
    const auto one = run_apart(candidate, planted_);
    if (one.violation.empty() || promise_of(one.violation) != promise_)
      return false;
    order_ = std::move(candidate);
    numbers_ = kept;
    violation_ = one.violation;
    return true;
  }

  /// The earliest end, found by bisection as if a longer run always failed, too.
  void cut_time() {
    micros low = 0;
    for (auto high = *order_.left.until; high - low > ms(10);) {
      auto candidate = order_;
      const auto middle = low + (high - low) / 2;
      candidate.left.until = middle;
      numbers kept;
      std::copy_if(numbers_.begin(), numbers_.end(), std::back_inserter(kept), [&](auto i) {
        return all_[i].at < middle || all_[i].kind == fault_kind::old_mail;
      });
      if (still_fails(std::move(candidate), kept))
        high = middle;
      else
        low = middle;
    }
  }

  void drop_kinds() {
    for (std::size_t kind = 0; kind < fault_kinds; ++kind) {
      numbers kept;
      std::copy_if(numbers_.begin(), numbers_.end(), std::back_inserter(kept),
                   [&](auto i) { return all_[i].kind != static_cast<fault_kind>(kind); });
      if (kept.size() < numbers_.size())
        still_fails(order_, kept);
    }
  }

  void drop_features() {
    const auto swarm = draw_swarm(order_.seed);
    for (std::size_t i = 0; i < static_cast<std::size_t>(network_feature::count); ++i) {
      const auto what = static_cast<network_feature>(i);
      auto& off = order_.left.net_features;
      if (!has(swarm, what) || std::count(off.begin(), off.end(), what) != 0)
        continue;
      auto candidate = order_;
      candidate.left.net_features.push_back(what);
      still_fails(std::move(candidate), numbers_);
    }
  }

  /// Delta debugging (Zeller, Hildebrandt 2002): leaves out ever smaller parts of the list.
  template <class Fails>
  static void minimize(numbers list, Fails still_fails_with) {
    for (auto part = list.size(); part > 0; part = part == 1 ? 0 : (part + 1) / 2)
      for (std::size_t at = 0; at < list.size();) {
        auto kept = list;
        const auto from = kept.begin() + static_cast<std::ptrdiff_t>(at);
        kept.erase(from, from + static_cast<std::ptrdiff_t>(std::min(part, kept.size() - at)));
        if (still_fails_with(kept))
          list = kept;
        else
          at += part;
      }
  }

  void drop_faults() {
    minimize(numbers_, [this](const numbers& kept) { return still_fails(order_, kept); });
  }

  void drop_actors() {
    for (auto who : {&cuts::operators, &cuts::clients})
      minimize(*(order_.left.*who), [this, who](const numbers& kept) {
        auto candidate = order_;
        candidate.left.*who = kept;
        return still_fails(std::move(candidate), numbers_);
      });
    for (std::size_t count = 0; count < order_.left.late_nodes; ++count) {
      auto candidate = order_;
      candidate.left.late_nodes = count;
      if (still_fails(std::move(candidate), numbers_))
        break;
    }
  }

  run_size size() const {
    const auto& left = order_.left;
    return {numbers_.size(),
            left.clients->size(),
            left.operators->size(),
            left.late_nodes,
            features_ - left.net_features.size(),
            *left.until};
  }

  std::uint64_t cost() const {
    const auto x = size();
    return x.faults + x.clients + x.operators + x.late_nodes + x.net_features + x.until / ms(100);
  }

  base::mutant planted_;
  std::uint64_t runs_max_;
  std::uint64_t runs_ = 0;
  std::string promise_;
  std::string violation_;
  std::vector<fault> all_;
  std::size_t features_ = 0;
  run_order order_;
  numbers numbers_;
};

std::string joined(const cuts::numbers& list) {
  std::string out;
  for (auto one : list)
    out += (out.empty() ? "" : ",") + std::to_string(one);
  return out.empty() ? "none" : out;
}

std::string joined(const std::vector<network_feature>& list) {
  std::string out;
  for (auto one : list)
    out += (out.empty() ? "" : ",") + std::string{to_string(one)};
  return out;
}

std::string command(const shrunk& x, base::mutant planted) {
  const auto& left = x.order.left;
  std::string out = "quorate_sim --seed " + std::to_string(x.order.seed);
  if (planted != base::mutant::none)
    out += " --mutant " + name_of(planted);
  out += " --until " + std::to_string(*left.until) + " --only-clients " + joined(*left.clients)
         + " --only-operators " + joined(*left.operators) + " --late-nodes "
         + std::to_string(left.late_nodes);
  if (!left.net_features.empty())
    out += " --without " + joined(left.net_features);
  return left.script ? out + " --only-faults " + joined(x.numbers) : out;
}

std::string change(const char* name, std::uint64_t before, std::uint64_t after) {
  return std::string{name} + ' ' + std::to_string(before) + " -> " + std::to_string(after) + '\n';
}

} // namespace

std::optional<shrunk> shrink(std::uint64_t seed, base::mutant planted, std::uint64_t runs_max) {
  return shrinker{seed, planted, runs_max}.run();
}

std::vector<fault> pick(const std::vector<fault>& log, const std::vector<std::size_t>& numbers) {
  std::vector<fault> out;
  for (auto i : numbers)
    if (i < log.size())
      out.push_back(log[i]);
  return out;
}

std::string report(const shrunk& x, base::mutant planted) {
  const auto& left = x.order.left;
  std::string out = "shrunk in " + std::to_string(x.runs) + " runs:\n"
                    + change("  faults", x.before.faults, x.after.faults)
                    + change("  milliseconds until all heals", x.before.until / 1'000,
                             x.after.until / 1'000)
                    + change("  clients", x.before.clients, x.after.clients)
                    + change("  operators", x.before.operators, x.after.operators)
                    + change("  late nodes", x.before.late_nodes, x.after.late_nodes)
                    + change("  network features", x.before.net_features, x.after.net_features);
  if (left.script)
    for (std::size_t i = 0; i < x.numbers.size(); ++i) {
      const auto& one = (*left.script)[i];
      out += "  fault " + std::to_string(x.numbers[i]) + " at " + std::to_string(one.at / 1'000)
             + " ms: " + describe(one) + '\n';
    }
  return out + command(x, planted) + '\n' + x.violation + '\n';
}

} // namespace quorate::sim
