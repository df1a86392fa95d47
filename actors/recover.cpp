// The shell of runtime/recover: opens directories, draws a fingerprint, makes a copy.
#include "quorate/recover.hpp"

#include "actors/directory_copy.hpp"
#include "actors/seed.hpp"
#include "runtime/recover/comparison.hpp"
#include "runtime/recover/forced.hpp"

#ifdef QUORATE_ROCKSDB
#include "runtime/storage/rocksdb_store.hpp"
#endif

#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

namespace quorate::recover {

#ifdef QUORATE_ROCKSDB

namespace {

/// With a character that no node's directory has in its name (data_directory.hpp), so that a
/// process with many nodes in one place doesn't start one on the copy.
constexpr auto backup_suffix = "~before-recover";

/// A directory that is locked and read.
struct opened {
  std::unique_ptr<storage::rocksdb_store> store;
  found what;
};

/// `dir/` and `dir` are the same directory, and the copy's name is made of it.
std::string plain(std::string directory) {
  while (directory.size() > 1 && directory.back() == '/')
    directory.pop_back();
  return directory;
}

/// Opening would make what isn't there.
result<void> require_data(const std::string& directory) {
  std::error_code ignored;
  const std::filesystem::path at{directory};
  if (std::filesystem::is_directory(at, ignored)
      && std::filesystem::exists(at / "table" / "CURRENT", ignored))
    return {};
  return make_error(errc::storage_unreadable,
                    directory
                      + " isn't the data directory of a node: name the one that has "
                        "`durable_mark` and `table` in it.");
}

result<opened> open(const std::string& directory) {
  if (auto there = require_data(directory); !there)
    return there.error();
  storage::rocksdb_store::options how;
  how.engine.directory = directory;
  how.reserve_bytes = 0; // It is written once; whether that fits is found out before.
  opened out;
  out.store = std::make_unique<storage::rocksdb_store>(std::move(how));
  auto disk = out.store->load();
  if (!disk)
    return disk.error();
  out.what = examine(directory, *disk);
  return result<opened>{std::move(out)};
}

/// Read and released.
survivor look_at(const std::string& directory) {
  auto at = open(directory);
  if (at)
    return std::move(at->what.about);
  survivor out;
  out.directory = directory;
  out.unusable = at.error();
  return out;
}

result<found> require_usable(result<opened> from) {
  if (!from)
    return from.error();
  if (from->what.about.unusable.code != errc::none)
    return from->what.about.unusable;
  return std::move(from->what);
}

result<void> require_lost_majority(const report& what) {
  if (!majority_is_left(what))
    return {};
  const auto& newest = what.survivors[*what.newest];
  return make_error(errc::invalid_argument,
                    newest.voters.size() == 1
                      ? newest.name + " is the only voter already: start it."
                      : "these are a majority of the cluster's voters, and nothing is lost as long "
                        "as they are: start them.");
}

error another_phrase(const std::string& directory) {
  return make_error(errc::invalid_argument,
                    "that isn't the phrase for " + directory
                      + " as it is. Read what `recover plan` says about it, and confirm with the "
                        "phrase that it prints.");
}

fingerprint drawn() {
  return {actors::draw_seed(), actors::draw_seed() | 1};
}

/// A copy that was made before a crash is as good as a new one, if it has the same in it.
result<std::string> keep_copy(const std::string& directory, const std::string& phrase) {
  const auto to = directory + backup_suffix;
  const auto same = [&phrase](const std::string& copy) -> result<void> {
    const auto read = require_usable(open(copy));
    if (!read)
      return read.error();
    return phrase_of(*read) == phrase
             ? result<void>{}
             : make_error(errc::storage_corrupt, "it doesn't hold the same.");
  };
  std::error_code ignored;
  if (std::filesystem::exists(to, ignored)) {
    if (same(to))
      return to;
    return make_error(errc::invalid_argument, to + " is there already, and isn't a copy of "
                                                + directory
                                                + " as it is. Move it away, or go without a copy.");
  }
  if (auto done = actors::copy_directory(directory, to, same); !done)
    return done.error();
  return to;
}

/// The directory is as it was until the last sync is through.
result<outcome> write_forced(const std::string& directory, const std::string& phrase) {
  auto at = open(directory);
  if (!at)
    return at.error();
  const auto& what = at->what;
  if (what.about.unusable.code != errc::none)
    return what.about.unusable;
  if (phrase_of(what) != phrase) // Somebody has started the node meanwhile.
    return another_phrase(directory);
  const auto fresh = drawn();
  auto batch = forced(what, fresh);
  if (!batch)
    return batch.error();
  if (auto done = at->store->write(std::move(batch).value()); !done)
    return done.error();
  if (auto done = at->store->sync(); !done)
    return done.error();
  if (auto done = at->store->close(); !done)
    return done.error();
  return outcome{true, fresh, plan_of(what).version, {}};
}

} // namespace

result<report> inspect(const std::vector<std::string>& directories) {
  if (directories.empty() || directories.size() > directories_max)
    return make_error(errc::invalid_argument,
                      "name 1 to " + std::to_string(directories_max) + " directories.");
  std::vector<survivor> all;
  all.reserve(directories.size());
  for (const auto& each : directories)
    all.push_back(look_at(plain(each)));
  return compare(std::move(all));
}

result<plan> plan_for(const std::vector<std::string>& directories) {
  const auto what = inspect(directories);
  if (!what)
    return what.error();
  if (!what->objections.empty())
    return make_error(errc::invalid_argument, what->objections.front());
  if (!what->newest)
    return what->survivors.front().unusable;
  if (auto lost = require_lost_majority(*what); !lost)
    return lost.error();
  const auto newest = require_usable(open(what->survivors[*what->newest].directory));
  if (!newest)
    return newest.error();
  return plan_of(*newest);
}

result<outcome> apply(const std::string& given, const apply_options& how) {
  const auto directory = plain(given);
  const auto before = require_usable(open(directory));
  if (!before)
    return before.error();
  if (const auto version = done_before(*before, how.confirm))
    return outcome{false, before->identity.cluster, *version, {}};
  if (auto lost = require_lost_majority(compare({before->about})); !lost)
    return lost.error();
  if (phrase_of(*before) != how.confirm)
    return another_phrase(directory);
  std::string copy;
  if (how.backup) {
    auto kept = keep_copy(directory, how.confirm);
    if (!kept)
      return kept.error();
    copy = std::move(kept).value();
  }
  auto out = write_forced(directory, how.confirm);
  if (out)
    out->backup = std::move(copy);
  return out;
}

#else

namespace {

error without_disks() {
  return make_error(errc::invalid_argument, "this quorate was built without storage on disk.");
}

} // namespace

result<report> inspect(const std::vector<std::string>&) {
  return without_disks();
}

result<plan> plan_for(const std::vector<std::string>&) {
  return without_disks();
}

result<outcome> apply(const std::string&, const apply_options&) {
  return without_disks();
}

#endif

} // namespace quorate::recover
