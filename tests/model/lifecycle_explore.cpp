// The search: every world within the bounds, breadth first, and the way to the first loss.
#include "tests/model/lifecycle_model.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace quorate::model {

namespace {

std::string set_text(unsigned set) {
  std::string text = "{";
  for (unsigned id = 0; id < node_count; ++id) {
    if ((set & bit(id)) != 0) {
      text += text.size() > 1 ? "," : "";
      text += static_cast<char>('A' + id);
    }
  }
  return text + "}";
}

std::string config_text(const config& value) {
  std::string text = "voters " + set_text(value.voters);
  if (value.outgoing != 0) {
    text += " outgoing " + set_text(value.outgoing);
  }
  if (value.learners != 0) {
    text += " learners " + set_text(value.learners);
  }
  return text;
}

std::string node_text(unsigned id) {
  return {static_cast<char>('A' + id)};
}

std::uint64_t hash_of(const packed_world& words) {
  std::uint64_t hash = 0x9e3779b97f4a7c15U;
  for (const std::uint64_t word : words) {
    hash = (hash ^ word) * 0xff51afd7ed558ccdU;
    hash ^= hash >> 32U;
  }
  return hash;
}

// An open-addressing set of worlds that keeps their order: the queue of the search as well.
class world_set {
public:
  world_set() : slots_(std::size_t{1} << 16U, 0) {}

  bool insert(const packed_world& value, std::uint32_t parent) {
    if (2 * worlds_.size() >= slots_.size()) {
      grow();
    }
    const std::size_t slot = slot_of(value);
    if (slots_[slot] != 0) {
      return false;
    }
    worlds_.push_back(value);
    parents_.push_back(parent);
    slots_[slot] = static_cast<std::uint32_t>(worlds_.size());
    return true;
  }

  std::size_t size() const {
    return worlds_.size();
  }
  const packed_world& at(std::size_t position) const {
    return worlds_[position];
  }
  std::uint32_t parent(std::size_t position) const {
    return parents_[position];
  }

private:
  std::size_t slot_of(const packed_world& value) const {
    std::size_t slot = hash_of(value) & (slots_.size() - 1);
    while (slots_[slot] != 0 && worlds_[slots_[slot] - 1] != value) {
      slot = (slot + 1) & (slots_.size() - 1);
    }
    return slot;
  }

  void grow() {
    slots_.assign(2 * slots_.size(), 0);
    for (std::size_t position = 0; position < worlds_.size(); ++position) {
      slots_[slot_of(worlds_[position])] = static_cast<std::uint32_t>(position + 1);
    }
  }

  std::vector<packed_world> worlds_;
  std::vector<std::uint32_t> parents_;
  std::vector<std::uint32_t> slots_; // position + 1, or 0
};

// The worlds kept are representatives, so the way is walked again from the start, in one naming.
std::vector<std::string> retrace(lifecycle& model, const world_set& seen, std::uint32_t last) {
  std::vector<std::uint32_t> path;
  for (std::uint32_t at = last; at != 0; at = seen.parent(at)) {
    path.push_back(at);
  }
  std::vector<std::string> lines;
  world now = model.initial();
  std::vector<step> steps;
  for (auto next = path.rbegin(); next != path.rend(); ++next) {
    model.steps_from(now, steps);
    const auto taken = std::find_if(steps.begin(), steps.end(), [&](const step& one) {
      return model.canonical(one.after) == seen.at(*next);
    });
    lines.push_back(model.describe(now, *taken));
    now = taken->after;
  }
  model.steps_from(now, steps);
  const auto lost = std::find_if(steps.begin(), steps.end(),
                                 [](const step& one) { return !one.loss.empty(); });
  lines.push_back(model.describe(now, *lost));
  return lines;
}

} // namespace

// Without loss of generality A is the first leader, elected by itself and the fewest others.
world lifecycle::initial() {
  world start;
  config first;
  first.voters = bit(options_.voters) - 1;
  const auto log = logs_.append(log_table::empty, make_entry(0, first));
  for (unsigned id = 0; id < options_.voters; ++id) {
    start.nodes[id].log = log;
    start.nodes[id].commit = 1;
    if (id <= options_.voters / 2) {
      start.nodes[id].term = 1;
      start.nodes[id].voted = true;
    }
  }
  start.nodes[0].part = role::leader;
  start.nodes[0].log = logs_.append(log, make_entry(1, {}));
  start.committed = record_.append(log_table::empty, make_entry(0, first));
  start.elected = bit(1);
  return start;
}

packed_world lifecycle::canonical(const world& value) {
  world mirror = value;
  std::swap(mirror.nodes[1], mirror.nodes[2]);
  for (node& self : mirror.nodes) {
    self.log = logs_.mirrored(self.log);
    self.granted = static_cast<std::uint8_t>(mirrored_set(self.granted));
    std::swap(self.match[1], self.match[2]);
  }
  mirror.committed = record_.mirrored(mirror.committed);
  return std::min(pack(value), pack(mirror));
}

std::string lifecycle::describe(log_table::id log) const {
  const config value = config_of(logs_.last(log));
  std::string text = "entry " + std::to_string(logs_.length(log)) + " of term "
                     + std::to_string(logs_.last_term(log));
  if (value.voters != 0)
    text += " (config v" + std::to_string(logs_.version(log)) + ": " + config_text(value) + ")";
  return text;
}

std::string lifecycle::describe(const step& taken) const {
  const std::string actor = node_text(taken.actor);
  const std::string peer = node_text(taken.other);
  const node& now = taken.after.nodes[taken.actor];
  const node& other = taken.after.nodes[taken.other];
  const std::string in_term = " in term " + std::to_string(now.term);
  switch (taken.what) {
  case action::campaign:
    return actor + " campaigns" + in_term;
  case action::grant:
    return actor + (logs_.length(now.log) == 0 ? ", without a log," : "") + " votes for " + peer
           + in_term;
  case action::append:
    return actor + " appends " + describe(other.log) + " to " + peer;
  case action::learn_commit:
    return peer + " learns from " + actor + " that entry " + std::to_string(other.commit)
           + " is committed";
  case action::apply_dismissal:
    return actor + " applies its dismissal: its floor is v" + std::to_string(now.floor);
  case action::drop_log:
    return actor + (logs_.length(now.log) == 0 ? " drops its log" : " keeps its log after all");
  case action::propose:
  case action::leave:
  case action::command:
    return actor + " proposes " + describe(now.log);
  }
  return {};
}

std::string lifecycle::describe(const world& before, const step& taken) const {
  std::string text = describe(taken);
  for (unsigned id = 0; id < node_count; ++id) {
    const node& was = before.nodes[id];
    const node& is = taken.after.nodes[id];
    if (is.part != role::leader)
      continue;
    const bool led = was.part == role::leader && was.term == is.term;
    if (!led)
      text += "; " + node_text(id) + " leads term " + std::to_string(is.term) + ", "
              + describe(is.log);
    if (is.commit > (led ? was.commit : 0) && taken.after.committed != before.committed)
      text += "; committed up to " + std::to_string(is.commit);
  }
  return taken.loss.empty() ? text : text + " -- LOSS: " + std::string(taken.loss);
}

outcome search(const options& wanted) {
  lifecycle model(wanted);
  world_set seen;
  seen.insert(model.canonical(model.initial()), 0);
  outcome found;
  std::size_t level_end = 1;
  std::vector<step> steps;
  for (std::size_t position = 0; position < seen.size(); ++position) {
    if (position == level_end) {
      ++found.depth;
      level_end = seen.size();
    }
    model.steps_from(unpack(seen.at(position)), steps);
    for (const step& taken : steps) {
      if (!taken.loss.empty()) {
        found.result = verdict::loss_found;
        found.loss = taken.loss;
        found.states = seen.size();
        found.trace = retrace(model, seen, static_cast<std::uint32_t>(position));
        found.depth = found.trace.size();
        return found;
      }
      seen.insert(model.canonical(taken.after), static_cast<std::uint32_t>(position));
    }
    if (seen.size() > wanted.states_max) {
      found.result = verdict::bound_reached;
      break;
    }
  }
  found.states = seen.size();
  return found;
}

} // namespace quorate::model
