#include "runtime/membership/records.hpp"

#include "runtime/base/limits.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

namespace quorate {

std::string_view to_string(op_state x) noexcept {
  switch (x) {
  case op_state::unknown:
    return "unknown";
  case op_state::pending:
    return "pending";
  case op_state::done:
    return "done";
  case op_state::refused:
    return "refused";
  }
  return "?";
}

namespace membership {

namespace {

bool repeats(const refusal_record& a, const refusal_record& b) {
  return a.event == b.event && a.by == b.by && a.op == b.op && a.node == b.node && a.who == b.who
         && a.code == b.code;
}

bool wants(const history_filter& filter, const transition& x) {
  const bool names = !filter.node || std::count(x.nodes.begin(), x.nodes.end(), filter.node) != 0;
  return names && (!filter.event || x.event == *filter.event) && (!filter.by || x.by == *filter.by)
         && (!filter.op || x.op == filter.op) && x.version > filter.after;
}

} // namespace

void refusal_ring::add(refusal_record x) {
  ++log_.total;
  auto& kept = log_.records;
  if (!kept.empty() && repeats(kept.back(), x)) {
    x.times = kept.back().times + 1;
    kept.back() = std::move(x);
    return;
  }
  if (kept.size() == limits::refusals_kept_max)
    kept.erase(kept.begin());
  kept.push_back(std::move(x));
}

const refusal_record* refusal_ring::find(const op_id& op) const {
  if (!op)
    return nullptr;
  const auto& kept = log_.records;
  const auto found = std::find_if(kept.rbegin(), kept.rend(),
                                  [&op](const refusal_record& x) { return x.op == op; });
  return found != kept.rend() ? &*found : nullptr;
}

refusal_record record_of(const refused& x) {
  refusal_record out;
  out.log_time_ms = x.log_time_ms;
  out.event = x.event;
  out.by = x.by;
  out.op = x.op;
  out.node = x.node;
  out.who = x.who;
  out.code = x.why.code;
  out.sentence = x.why.message.empty() ? std::string{sentence(x.why.code)} : x.why.message;
  return out;
}

std::vector<transition> select(const nodes_config& config, const history_filter& wanted) {
  std::vector<transition> out;
  const auto add = [&](const auto& ring) {
    std::copy_if(ring.begin(), ring.end(), std::back_inserter(out),
                 [&wanted](const transition& x) { return wants(wanted, x); });
  };
  add(config.history());
  if (wanted.registrations || wanted.event == lifecycle_event::register_node) {
    add(config.registrations());
    std::sort(out.begin(), out.end(),
              [](const transition& a, const transition& b) { return a.version < b.version; });
  }
  if (out.size() > wanted.count_max)
    out.erase(out.begin(), out.end() - static_cast<std::ptrdiff_t>(wanted.count_max));
  return out;
}

} // namespace membership

} // namespace quorate
