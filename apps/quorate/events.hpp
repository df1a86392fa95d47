// What the demo says with `--json`: one object a line. And the line that stands for a transition.
// Pure.
#pragma once

#include "quorate/membership.hpp"
#include "quorate/status.hpp"
#include "apps/quorate/settings.hpp"
#include "apps/quorate/verdict.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <set>
#include <string>

namespace quorate::app {

/// Members keep their order: people read these lines, too.
using event_object = nlohmann::ordered_json;

event_object start_event(const demo_settings& settings, std::size_t keys);
event_object node_event(const std::string& what, const std::string& name);
event_object load_event(std::size_t done, std::size_t total);
/// How many keys of the input were there before anything was loaded.
event_object found_event(std::size_t keys, std::size_t equal);
event_object act_event(int number, const std::string& title);
event_object transition_event(const transition& x);
/// `ended`: names of the nodes whose process has ended.
event_object nodes_event(const nodes_view& view, const std::set<std::string>& ended);
event_object note_event(const std::string& text);
event_object check_event(const check& x);
event_object verdict_event(const verdict& x);

/// One line of JSON; bytes that aren't UTF-8 are replaced, not refused.
std::string line_of(const event_object& event);

/// `version=9 kind=park node=n2 from=member/voter to=standby/leaving by=operator with=n4 why="…"`:
/// the structured log line of a transition. Its first fields are filled up with spaces, so that
/// lines stand in columns.
std::string log_line(const transition& x);

} // namespace quorate::app
