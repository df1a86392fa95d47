// The tables: every option of a struct in one row, with its names, its rule, and how its member is
// read and written. Whatever lists, reads, checks or documents options goes through these rows.
//
// Thread safety: the tables are constants; pure functions.
#pragma once

#include "quorate/option_list.hpp"
#include "runtime/options/rules.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace quorate::options {

struct row_words {
  std::string_view name;   ///< As in `option_info`.
  std::string_view member; ///< With its path: `tls.ca_file`.
  std::string_view help;
  std::string_view alias = {};
};

template <class Options>
struct row {
  row_words words;
  rule allowed;
  option_value (*read)(const Options& from);
  void (*write)(Options& to, option_value value); ///< One that `allowed` allows.
  std::string_view group = {};
};

/// The table of `Options`.
template <class Options>
const std::vector<row<Options>>& table();
template <>
const std::vector<row<node_options>>& table();
template <>
const std::vector<row<remote_options>>& table();
template <>
const std::vector<row<membership_policy>>& table();

/// What its variables begin with.
template <class Options>
inline constexpr std::string_view environment_prefix = "QUORATE_";
template <>
inline constexpr std::string_view environment_prefix<remote_options> = "QUORATE_CLIENT_";
template <>
inline constexpr std::string_view environment_prefix<membership_policy> = "QUORATE_POLICY_";

/// How an option is called in a sentence, from its name: `--tls-ca`, or `tls.ca_file`.
using naming = std::function<std::string(std::string_view name)>;

/// What several options have to do with each other, once each is in its range.
result<void> check_together(const node_options& x, const naming& called);
result<void> check_together(const remote_options& x, const naming& called);
result<void> check_together(const membership_policy& x, const naming& called);

/// The rules that nodes and clients have in common.
result<void> check_tls(const tls_options& x, const naming& called);
result<void> check_silence(std::chrono::milliseconds link_heartbeat,
                           std::chrono::milliseconds link_timeout, const naming& called);

/// A sentence about options that don't go together.
error disagreement(const std::string& sentence);

/// All that can be said against the options, the first in the table's order.
template <class Options>
result<void> check_all(const Options& x, const naming& called) {
  for (const auto& r : table<Options>())
    if (auto why = complaint(r.allowed, r.read(x)))
      return make_error(errc::invalid_argument, called(r.words.name) + ": " + *why);
  return check_together(x, called);
}

/// Options called as the members of their struct.
template <class Options>
std::string as_member(std::string_view name) {
  for (const auto& r : table<Options>())
    if (r.words.name == name)
      return std::string{r.words.member};
  return std::string{name};
}

// -- making rows ----------------------------------------------------------------------------------

namespace detail {

template <class T>
struct owner;
template <class Class, class Member>
struct owner<Member Class::*> {
  using type = Class;
};
template <auto Member>
using owner_of = typename owner<decltype(Member)>::type;

/// The member of a member, if there is a second.
template <auto First, auto... Second, class Object>
auto& member(Object& x) {
  static_assert(sizeof...(Second) <= 1, "no option lies deeper");
  if constexpr (sizeof...(Second) == 0)
    return x.*First;
  else
    return member<Second...>(x.*First);
}

template <class Member>
inline constexpr bool is_number = std::is_integral_v<Member> && !std::is_same_v<Member, bool>;

} // namespace detail

/// A row about a member, or about one of a member.
template <auto First, auto... Second>
row<detail::owner_of<First>> option(const row_words& words, const rule& allowed) {
  using owner = detail::owner_of<First>;
  using content = std::decay_t<decltype(detail::member<First, Second...>(std::declval<owner&>()))>;
  using held = std::conditional_t<detail::is_number<content>, std::uint64_t, content>;
  return {
    words, allowed,
    [](const owner& from) -> option_value { return held{detail::member<First, Second...>(from)}; },
    [](owner& to, option_value value) {
      auto& target = detail::member<First, Second...>(to);
      target = static_cast<content>(std::get<held>(std::move(value)));
    }};
}

/// A row about a duration that is kept as a number of milliseconds.
template <auto Member>
row<detail::owner_of<Member>> option_in_ms(const row_words& words, const rule& allowed) {
  using owner = detail::owner_of<Member>;
  using std::chrono::milliseconds;
  return {words, allowed,
          [](const owner& from) -> option_value {
            const auto most = static_cast<std::uint64_t>(milliseconds::max().count());
            const auto ms = from.*Member;
            return milliseconds{static_cast<std::int64_t>(ms < most ? ms : most)};
          },
          [](owner& to, option_value value) {
            to.*Member = static_cast<std::uint64_t>(std::get<milliseconds>(value).count());
          }};
}

/// Rows under one heading.
template <class Options>
void add_group(std::vector<row<Options>>& to, std::string_view group,
               std::vector<row<Options>> rows) {
  for (auto& r : rows) {
    r.group = group;
    to.push_back(std::move(r));
  }
}

} // namespace quorate::options
