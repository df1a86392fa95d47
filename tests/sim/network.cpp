#include "tests/sim/network.hpp"

namespace quorate::sim {

namespace {

/// Old messages that may come again.
constexpr std::size_t old_max = 128;

} // namespace

std::size_t type_of(const node_mail& mail) noexcept {
  if (const auto* m = std::get_if<raft::envelope>(&mail.message))
    return m->content.index();
  return std::variant_size_v<raft::body> + mail.message.index();
}

network::network(events& time, base::random draw, coverage& situations, receiver deliver)
  : time_(time),
    draw_(draw),
    old_draw_(draw.fork(1)),
    hoard_draw_(draw.fork(2)),
    situations_(situations),
    deliver_(std::move(deliver)) {
  // nop
}

void network::know(const std::string& address, std::size_t node) {
  addresses_[address] = node;
}

void network::forget(const std::string& address) {
  addresses_.erase(address);
}

network::link& network::between(std::size_t from, std::size_t to) {
  auto found = links_.find({from, to});
  if (found == links_.end())
    found = links_.emplace(std::pair{from, to}, link{draw_.fork(1'000 + from * 64 + to)}).first;
  return found->second;
}

const network::link* network::find(std::size_t from, std::size_t to) const {
  auto found = links_.find({from, to});
  return found != links_.end() ? &found->second : nullptr;
}

// -- messages -------------------------------------------------------------------------------------------------------

void network::send(node_mail mail) {
  auto source = addresses_.find(mail.from);
  auto target = addresses_.find(mail.to);
  if (source == addresses_.end() || target == addresses_.end())
    return;
  ++sent_;
  const auto from = source->second;
  const auto to = target->second;
  auto& way = between(from, to);
  auto shared = std::make_shared<const node_mail>(std::move(mail));
  if (conditions.hoards && hoard_draw_.chance(1))
    hoard_.push_back({from, to, shared});
  if (!lost_.empty() && lost_.count({to, type_of(*shared)}) != 0) {
    situations_.hit(situation::message_type_lost);
    return;
  }
  if (conditions.drop_percent != 0 && way.draw.chance(conditions.drop_percent)) {
    situations_.hit(situation::message_dropped);
    return;
  }
  deliver_later(from, to, shared, latency(way.draw) + way.slower);
  if (way.slower != 0)
    situations_.hit(situation::message_clogged);
  if (conditions.duplicate_percent != 0 && way.draw.chance(conditions.duplicate_percent)) {
    situations_.hit(situation::message_duplicated);
    deliver_later(from, to, shared, latency(way.draw) + way.slower);
  }
  if (conditions.replay_permille != 0)
    remember(from, to, shared);
}

void network::remember(std::size_t from, std::size_t to,
                       const std::shared_ptr<const node_mail>& mail) {
  // A reservoir that forgets slowly: some of what it keeps is very old.
  if (old_.size() < old_max)
    old_.push_back({from, to, mail});
  else if (old_draw_.chance(5))
    old_[old_draw_.below(old_max)] = {from, to, mail};
  if (old_draw_.below(1'000) >= conditions.replay_permille)
    return;
  const auto& again = old_[old_draw_.below(old_.size())];
  situations_.hit(situation::message_replayed);
  deliver_later(again.from, again.to, again.mail, old_draw_.below(conditions.replay_delay_max + 1));
}

void network::release(std::uint64_t count, micros spread, base::random draw) {
  for (; count > 0 && !hoard_.empty(); --count) {
    const auto& again = hoard_[draw.below(hoard_.size())];
    situations_.hit(situation::message_held_for_long);
    deliver_later(again.from, again.to, again.mail, draw.below(spread + 1));
  }
}

void network::deliver_later(std::size_t from, std::size_t to, std::shared_ptr<const node_mail> mail,
                            micros delay) {
  if (is_cut(from, to))
    return;
  time_.after(delay, [this, from, to, mail = std::move(mail)] {
    if (!is_cut(from, to)) // What was under way when the link broke is lost, too.
      deliver_(to, mail);
  });
}

micros network::latency(base::random& draw) const {
  if (conditions.tail_percent != 0 && draw.chance(conditions.tail_percent))
    return draw.between(conditions.latency_min, conditions.tail_max);
  return draw.between(conditions.latency_min, conditions.latency_max);
}

// -- faults ---------------------------------------------------------------------------------------------------------

bool network::is_cut(std::size_t from, std::size_t to) const {
  const auto* way = find(from, to);
  return way != nullptr && way->cuts != 0;
}

void network::cut(std::size_t from, std::size_t to) {
  ++between(from, to).cuts;
}

void network::join(std::size_t from, std::size_t to) {
  auto& cuts = between(from, to).cuts;
  if (cuts != 0) // All may have been mended in the meantime.
    --cuts;
}

void network::split(const std::set<std::size_t>& inside, std::size_t nodes) {
  for (auto a : inside)
    for (std::size_t b = 0; b < nodes; ++b)
      if (inside.count(b) == 0) {
        cut(a, b);
        cut(b, a);
      }
}

void network::slow(std::size_t from, std::size_t to, micros by) {
  between(from, to).slower = by;
}

void network::lose(std::size_t to, std::size_t type, bool on) {
  if (on)
    lost_.insert({to, type});
  else
    lost_.erase({to, type});
}

void network::mend() {
  for (auto& [ends, way] : links_) {
    way.cuts = 0;
    way.slower = 0;
  }
  lost_.clear();
}

} // namespace quorate::sim
