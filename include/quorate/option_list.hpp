// Options by name: what there is, what it means, and values for it as text, from a command line,
// the environment or a file. <quorate/node_options_description.hpp> joins it to
// Boost.Program_options; this header needs the standard library only.
//
//   quorate::option_list<quorate::node_options> list;
//   auto read = list.read_file("/etc/quorate.conf");
//   if (read)
//     read = list.read_environment();
//   if (read)
//     read = list.set("tick", "50ms");
//   auto options = read ? list.finish() : quorate::result<quorate::node_options>{read.error()};
//
// Thread safety: none; one list belongs to one thread. `all()` may be called from any.
#pragma once

#include <quorate/export.hpp>
#include <quorate/membership.hpp>
#include <quorate/node_options.hpp>
#include <quorate/result.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quorate {

/// How a value is written.
enum class option_kind : std::uint8_t {
  text,     ///< As it is. No control characters, 32 KiB at most.
  list,     ///< Texts with commas between them; may be given several times, except to `set`.
  count,    ///< Decimal digits.
  duration, ///< A whole number and its unit: `250ms`, `2s`, `5m`, `1h`, `30d`.
  size,     ///< A whole number and its unit: `512B`, `64KiB`, `128MiB`, `1GiB`, `1TiB`.
  flag,     ///< `true`, `yes` or `on`; `false`, `no` or `off`.
};

/// One option, for help texts and forms.
struct option_info {
  std::string name;        ///< `data-dir`: with `--` on a command line, and the key in a file.
  std::string alias;       ///< Another name for the same; empty: none.
  std::string environment; ///< `QUORATE_DATA_DIR`.
  std::string member;      ///< Of the struct: `data_dir`.
  std::string group;       ///< A heading that several have in common.
  option_kind kind = option_kind::text;
  std::string placeholder; ///< What stands for a value in a help text: `PATH`, `TIME`.
  std::string range;       ///< What is allowed, for people: `1 ms to 1 s`. Never empty.
  std::string preset;      ///< The default as `set` takes it; empty: none.
  bool required = false;   ///< There is no default, and it has to be given.
  std::string help;        ///< One sentence.
};

/// Where a value comes from. A later source wins, whatever order they are read in.
enum class option_source : std::uint8_t { preset, file, environment, command_line, program };

/// The value of a variable; none if it isn't set.
using environment_lookup = std::function<std::optional<std::string>(const std::string& variable)>;

/// Variables of this process. Not to be called while another thread changes them.
QUORATE_EXPORT std::optional<std::string> process_environment(const std::string& variable);

/// The one of `names` that `name` most probably should have been; empty: none is near.
QUORATE_EXPORT std::string nearest_option(std::string_view name,
                                          const std::vector<std::string>& names);

/// Values for all options of `Options`, which is `node_options` (variables begin with `QUORATE_`),
/// `remote_options` (`QUORATE_CLIENT_`) or `membership_policy` (`QUORATE_POLICY_`). What can't be
/// written as text, as `node_options::storage`, stays as it is.
///
/// Errors: `invalid_argument`, with where the value came from, the value and what is allowed:
/// `QUORATE_TICK: '5 s' is out of range; allowed is 1 ms to 1 s.` After one, the list is as it was
/// before the call.
template <class Options>
class option_list {
public:
  /// `presets` stand where nothing else is given.
  explicit option_list(Options presets = {});

  /// All options, in the order in which they are shown to people.
  static const std::vector<option_info>& all();

  /// Gives an option a value, by its name or alias without dashes, and replaces one that `set` has
  /// given it before.
  result<void> set(std::string_view name, std::string_view value);

  /// What stands on a command line: all values of one option. Only lists may have several.
  result<void> set_from_command_line(std::string_view name, const std::vector<std::string>& values);

  /// Takes all variables that are set. An empty one counts as not set, because that is how
  /// a service manager's templates say "nothing".
  result<void> read_environment(const environment_lookup& lookup = process_environment);

  /// Reads lines of `name = value`; what begins with a `#`, alone or after a space, is a comment.
  /// A name that doesn't exist is an error, and so is one that stands there twice, unless it is
  /// a list. At most 1 MiB, and 32 KiB in a line.
  result<void> read_file(const std::string& path);

  /// The same with the content of a file; `name` stands in errors.
  result<void> read_text(std::string_view content, const std::string& name);

  /// The present value of an option as `set` takes it, and where it is from. Empty and `preset` for
  /// an unknown name.
  std::string text(std::string_view name) const;
  option_source source(std::string_view name) const;

  /// The options, once they are complete and go together. Errors: `invalid_argument`, naming
  /// the options as on a command line.
  result<Options> finish() const;

private:
  Options values_;
  std::vector<option_source> sources_; ///< By position in `all()`.
};

extern template class QUORATE_EXPORT option_list<node_options>;
extern template class QUORATE_EXPORT option_list<remote_options>;
extern template class QUORATE_EXPORT option_list<membership_policy>;

} // namespace quorate
