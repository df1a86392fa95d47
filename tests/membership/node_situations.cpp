#include "tests/membership/situation_words.hpp"

namespace quorate::membership::situations {

namespace {

node_record row_of(std::uint32_t node, const storage_id& storage) {
  node_record row;
  row.id = node_id{node};
  row.name = "node-" + std::to_string(node);
  row.storage = storage;
  row.versions.feature_level = 2;
  return row;
}

void speaks_only_protocol_2(situation& x) {
  x.rows.front().versions.protocol_min = 2;
  x.rows.front().versions.protocol_max = 2;
}

many identity_refusals(const situation& asks) {
  return {
    but(asks, errc::cluster_name_differs, [](situation& x) { x.request->cluster_name = "away"; }),
    but(asks, errc::foreign_cluster,
        [](situation& x) {
          x.request->cluster = fingerprint{9, 9};
        }),
    but(asks, errc::protocol_unsupported, speaks_only_protocol_2),
    but(asks, errc::storage_id_taken, [](situation& x) { x.rows.front().storage = disk(3); }),
  };
}

many registration(p to) {
  auto asks = legal(e::register_node, initiator::node, usual(), 20, p::unknown, to);
  asks.request = request_of(20);
  asks.rows = {row_of(20, disk(20))};
  auto all = identity_refusals(asks);
  all.insert(all.begin(), asks);
  all.push_back(but(asks, errc::name_taken, [](situation& x) { x.rows.front().name = "node-3"; }));
  return all;
}

node_record lost_row(std::uint32_t node) {
  auto row = usual().row(node);
  row.lost = true;
  return row;
}

/// A node comes back with an empty disk: its old row, and the one under its new id.
many return_of_a_node() {
  auto lost = legal(e::re_register, initiator::node, usual().feature_level(2), 3, p::member_voter,
                    p::member_voter);
  lost.rows = {lost_row(3)};
  lost.seen.dead = {3};
  many all{
    lost,
    but(lost, errc::disk_not_lost, [](situation& x) { x.rows.front().lost = false; }),
    but(lost, errc::name_taken, [](situation& x) { x.seen.dead.clear(); }),
    but(lost, errc::no_live_quorum,
        [](situation& x) {
          x.seen.dead = {2, 3};
        }),
  };
  for (std::uint32_t node : {4U, 6U, 7U}) {
    const auto at = usual().config().position_of(node_id{node});
    auto goes = legal(e::re_register, initiator::node, usual().feature_level(2), node, at,
                      p::removed);
    goes.seen.dead = {node};
    append(all, {goes, but(goes, errc::name_taken, [](situation& x) { x.seen.dead.clear(); })});
  }
  for (auto to : {p::auto_join_outsider, p::standby_outsider}) {
    auto comes = registration(to).front();
    comes.op.event = e::re_register;
    comes.cluster.feature_level(2);
    comes.rows.front().name = "node-6";
    comes.moves.push_back({node_id{6}, p::auto_join_outsider, p::removed});
    comes.seen.dead = {6};
    for (auto& like : identity_refusals(comes))
      all.push_back(std::move(like));
    all.push_back(comes);
    all.push_back(but(comes, errc::name_taken, [](situation& x) { x.moves.pop_back(); }));
  }
  return all;
}

/// A node says where it is now, and which build it runs.
many news_of_a_node() {
  many all;
  for (std::uint32_t node : {3U, 4U, 6U, 7U}) { // One in each place.
    const auto at = usual().config().position_of(node_id{node});
    auto moved = legal(e::update, initiator::node, usual().feature_level(2), node, at, at);
    moved.rows = {row_of(node, disk(node))};
    append(all, {moved, but(moved, errc::protocol_unsupported, speaks_only_protocol_2)});
    if (node < 6) // Who takes part must understand what the others do.
      all.push_back(but(moved, errc::feature_level_too_low,
                        [](situation& x) { x.rows.front().versions.feature_level = 1; }));
  }
  return all;
}

} // namespace

many of_nodes() {
  auto all = registration(p::auto_join_outsider);
  append(all, registration(p::standby_outsider));
  append(all, return_of_a_node());
  append(all, news_of_a_node());
  return all;
}

} // namespace quorate::membership::situations
