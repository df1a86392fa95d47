#include "apps/quorate/command/nodes.hpp"

#include "apps/quorate/command/words.hpp"

#include <algorithm>

namespace quorate::app {

namespace {

/// The rows whose name it is: a lost one keeps the name that its successor has taken over.
node_id id_of_name(std::string_view name, const nodes_view& view) {
  node_id found;
  for (const auto& row : view.rows)
    if (row.record.name == name && (!found || !row.record.lost))
      found = row.record.id;
  return found;
}

quorate::error nobody(std::string_view typed) {
  return make_error(errc::unknown_node, "There is no node '" + printable(typed) + "'.");
}

} // namespace

result<node_id> node_named(std::string_view typed, const nodes_view& view) {
  if (typed.substr(0, 3) == "id:") {
    const auto id = node_id_in(typed.substr(3));
    return id ? result<node_id>{id} : nobody(typed);
  }
  if (typed.substr(0, 5) == "name:") {
    const auto id = id_of_name(typed.substr(5), view);
    return id ? result<node_id>{id} : nobody(typed);
  }
  const auto by_id = node_id_in(typed);
  const auto by_name = id_of_name(typed, view);
  if (by_id && by_name && by_id != by_name)
    return make_error(errc::invalid_argument,
                      "'" + printable(typed) + "' is the name of " + to_string(by_name)
                        + " and the id of another node: say 'name:" + printable(typed)
                        + "' or 'id:" + std::to_string(by_id.value) + "'.");
  if (by_id || by_name)
    return by_id ? by_id : by_name;
  return nobody(typed);
}

const node_row* find_row(const nodes_view& view, node_id id) {
  const auto found = std::find_if(view.rows.begin(), view.rows.end(),
                                  [id](const node_row& x) { return x.record.id == id; });
  return found == view.rows.end() ? nullptr : &*found;
}

std::string label_of(const nodes_view& view, node_id id) {
  const auto* row = find_row(view, id);
  return row == nullptr ? to_string(id) : to_string(id) + ' ' + printable(row->record.name);
}

} // namespace quorate::app
