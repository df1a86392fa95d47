#include "apps/quorate/verdict.hpp"

#include <algorithm>

namespace quorate::app {

namespace {

std::string hexadecimal(std::uint64_t value) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text(16, '0');
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, value >>= 4)
    *digit = digits[value & 0xF];
  return text;
}

check members_check(const evidence& found) {
  return {"members", found.members == found.target && found.target != 0,
          std::to_string(found.members) + " members, target " + std::to_string(found.target)};
}

check fresh_check(const evidence& found) {
  const auto name = found.fresh.empty() ? "the fresh node" : found.fresh + ", the fresh node,";
  return {"fresh_node", found.fresh_is_member,
          name + (found.fresh_is_member ? " is a member" : " is no member")};
}

check acts_check(const evidence& found) {
  std::size_t happened = 0;
  std::string trouble;
  for (const auto& act : found.acts) {
    if (act.happened)
      ++happened;
    else if (trouble.empty())
      trouble = "; " + act.title + ": " + act.trouble;
  }
  return {"acts", happened == acts_all && found.acts.size() == acts_all,
          std::to_string(happened) + " of " + std::to_string(acts_all) + " acts happened"
            + trouble};
}

check continuation_check(const continuation& found) {
  return {"continuation", found.trouble.empty(),
          found.trouble.empty() ? "the nodes went on with what is on their disks"
                                : "the nodes didn't go on: " + found.trouble};
}

check found_check(const continuation& found) {
  const auto wrong = found.keys - found.equal;
  return {"found", wrong == 0,
          std::to_string(found.keys) + " keys were there, "
            + (wrong == 0 ? "all equal to the input"
                          : std::to_string(wrong) + " of them not equal to the input")};
}

check keys_check(const evidence& found) {
  const auto all = found.keys_in_input;
  auto text = std::to_string(found.keys_equal) + " of " + std::to_string(all)
              + " keys equal to the input read anew";
  // Every key of the input, and no other.
  if (found.keys_in_store != all)
    text += "; the store has " + std::to_string(found.keys_in_store);
  if (!found.load_trouble.empty())
    text += "; " + found.load_trouble;
  return {"keys",
          all != 0 && found.keys_equal == all && found.keys_in_store == all
            && found.load_trouble.empty(),
          text};
}

check hashes_check(const evidence& found) {
  if (!found.replica_trouble.empty())
    return {"hashes", false, found.replica_trouble};
  // At least all members, or equality would mean nothing.
  if (found.replicas.empty() || found.replicas.size() < found.target)
    return {"hashes", false,
            "only " + std::to_string(found.replicas.size()) + " live replicas have a state"};
  const auto& first = found.replicas.front();
  std::string different;
  for (const auto& one : found.replicas)
    if (one.applied != first.applied || one.store != first.store || one.hash != first.hash)
      different += ' ' + one.name;
  const auto where = " at revision " + std::to_string(first.store.value) + " (log index "
                     + std::to_string(first.applied.value) + ')';
  if (!different.empty())
    return {"hashes", false, "replicas differ from " + first.name + where + ':' + different};
  return {"hashes", true,
          std::to_string(found.replicas.size()) + " live replicas have the state hash "
            + hexadecimal(first.hash) + where};
}

std::vector<check> checks_of(const evidence& found) {
  if (!found.continued)
    return {members_check(found), fresh_check(found), acts_check(found), keys_check(found),
            hashes_check(found)};
  std::vector<check> out{continuation_check(*found.continued)};
  if (found.continued->counted)
    out.push_back(found_check(*found.continued));
  if (!out.front().ok)
    return out; // There is nothing else to look at.
  out.insert(out.begin(), members_check(found));
  out.push_back(keys_check(found));
  out.push_back(hashes_check(found));
  return out;
}

} // namespace

verdict judge(const evidence& found) {
  verdict result;
  result.members = found.members;
  result.target = found.target;
  result.keys = found.keys_equal;
  result.transitions = found.transitions;
  result.checks = checks_of(found);
  result.hashes_equal = result.checks.back().name == "hashes" && result.checks.back().ok;
  result.ok = std::all_of(result.checks.begin(), result.checks.end(),
                          [](const check& one) { return one.ok; });
  return result;
}

} // namespace quorate::app
