#include "tests/sim/network.hpp"

namespace quorate::sim {

namespace {

/// Old messages that may come again.
constexpr std::size_t old_max = 128;

} // namespace

network::network(events& time, base::random draw, coverage& situations, receiver deliver)
  : time_(time),
    draw_(draw),
    situations_(situations),
    deliver_(std::move(deliver)) {
  // nop
}

void network::know(const std::string& address, std::size_t node) {
  addresses_[address] = node;
}

void network::send(node_mail mail) {
  auto from = addresses_.find(mail.from);
  auto to = addresses_.find(mail.to);
  if (from == addresses_.end() || to == addresses_.end())
    return;
  auto shared = std::make_shared<const node_mail>(std::move(mail));
  if (conditions.drop_percent != 0 && draw_.chance(conditions.drop_percent)) {
    situations_.hit(situation::message_dropped);
    return;
  }
  deliver_later(from->second, to->second, shared, latency());
  if (conditions.duplicate_percent != 0 && draw_.chance(conditions.duplicate_percent)) {
    situations_.hit(situation::message_duplicated);
    deliver_later(from->second, to->second, shared, latency());
  }
  if (conditions.replay_permille != 0)
    remember(from->second, to->second, shared);
}

void network::remember(std::size_t from, std::size_t to,
                       const std::shared_ptr<const node_mail>& mail) {
  // A reservoir that forgets slowly: some of what it keeps is very old.
  if (old_.size() < old_max)
    old_.push_back({from, to, mail});
  else if (draw_.chance(5))
    old_[draw_.below(old_max)] = {from, to, mail};
  if (draw_.below(1'000) >= conditions.replay_permille)
    return;
  const auto& again = old_[draw_.below(old_.size())];
  situations_.hit(situation::message_replayed);
  deliver_later(again.from, again.to, again.mail, draw_.below(conditions.replay_delay_max + 1));
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

micros network::latency() {
  if (conditions.tail_percent != 0 && draw_.chance(conditions.tail_percent))
    return draw_.between(conditions.latency_min, conditions.tail_max);
  return draw_.between(conditions.latency_min, conditions.latency_max);
}

void network::cut(std::size_t from, std::size_t to) {
  cut_.insert({from, to});
}

void network::split(const std::set<std::size_t>& inside, std::size_t nodes) {
  for (auto a : inside)
    for (std::size_t b = 0; b < nodes; ++b)
      if (inside.count(b) == 0) {
        cut(a, b);
        cut(b, a);
      }
}

void network::mend() {
  cut_.clear();
}

} // namespace quorate::sim
