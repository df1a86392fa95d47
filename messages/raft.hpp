// What the consensus cores of a cluster say to each other: one struct a message, one envelope
// around them.
#pragma once

#include "quorate/storage.hpp"
#include "messages/inspect.hpp"

#include <cstdint>
#include <memory>
#include <variant>
#include <vector>

namespace quorate::raft {

template <class Inspector>
inspected<Inspector, replica> inspect(Inspector& f, replica& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("storage", x.storage));
}

template <class Inspector>
inspected<Inspector, configuration> inspect(Inspector& f, configuration& x) {
  return f.object(x).fields(f.field("version", x.version), f.field("voters", x.voters),
                            f.field("outgoing", x.outgoing), f.field("learners", x.learners),
                            f.field("lease_ms", x.lease_ms));
}

template <class Inspector>
inspected<Inspector, entry> inspect(Inspector& f, entry& x) {
  return f.object(x).fields(f.field("index", x.index), f.field("entry_term", x.entry_term),
                            f.field("kind", x.kind), f.field("config", x.config),
                            f.field("log_time_ms", x.log_time_ms), f.field("payload", x.payload));
}

template <class Inspector>
inspected<Inspector, log_position> inspect(Inspector& f, log_position& x) {
  return f.object(x).fields(f.field("index", x.index), f.field("entry_term", x.entry_term));
}

// -- messages: elections (Ongaro's thesis, sections 3.4, 4.2.3 and 9.6) ---------------------------

/// Would you vote for me in `next_term`? Changes nothing at the receiver.
struct pre_vote {
  term next_term{};
  log_position last;
};

struct pre_vote_reply {
  term next_term{}; ///< Of the question.
  bool granted = false;
};

struct vote {
  log_position last;
  bool transfer = false; ///< The old leader asked for this election: overrides stickiness.
};

struct vote_reply {
  bool granted = false;
};

// -- messages: replication (sections 3.5 and 10.2) ------------------------------------------------

struct append {
  log_position previous; ///< Right before `entries`.
  std::vector<entry> entries;
  log_index commit{};
  std::uint64_t round = 0; ///< For ReadIndex: the leader's newest heartbeat round.
};

/// The receiver's durable log agrees with the leader's up to and including `match`.
struct append_accepted {
  log_index match{};
  std::uint64_t round = 0;
};

/// `previous` isn't in the receiver's log; the two can't agree beyond `hint`.
struct append_rejected {
  log_index previous{}; ///< Of the refused message.
  log_position hint;
  std::uint64_t round = 0;
};

struct heartbeat {
  log_index commit{}; ///< At most what the receiver is known to have.
  std::uint64_t round = 0;
};

struct heartbeat_reply {
  std::uint64_t round = 0;
};

/// The receiver's log begins too late: here is a part of everything up to `last`. What names the
/// image is in each part, so that a part can't be taken for one of another image, and a transfer
/// can be continued by another leader that has the same bytes.
struct install_snapshot {
  log_position last;
  std::shared_ptr<const configuration> config; ///< In effect at `last`.
  std::uint64_t total_bytes = 0;
  std::uint64_t checksum = 0; ///< Of the whole image: XXH3, 64 bits.
  std::uint64_t offset = 0;
  shared_bytes bytes;
  std::uint64_t round = 0;
};

/// The receiver has the image `last` up to `next_offset`, in memory. The last part is answered by
/// `append_accepted`, once the whole image is durable.
struct install_snapshot_reply {
  log_position last;
  std::uint64_t next_offset = 0;
  bool gap = false; ///< A part was missing before the one that came: go on at `next_offset`.
  std::uint64_t round = 0;
};

/// A follower has been asked for linearizable reads, and asks its leader up to where they have to
/// see (section 6.4).
struct read_request {
  std::uint64_t id = 0; ///< A number of the follower's own, used once.
};

struct read_reply {
  std::uint64_t id = 0;
  bool confirmed = false; ///< Else leadership is gone, or too many reads wait.
  log_index index{};
};

/// Asks the receiver to campaign at once (section 3.10).
struct timeout_now {};

/// Answers a stranger that campaigns: by the sender's record it takes no part in consensus. A hint
/// only: it makes the receiver quiet and ask the leader, and deletes nothing.
struct not_member {
  config_version version{};
};

using body = std::variant<pre_vote, pre_vote_reply, vote, vote_reply, append, append_accepted,
                          append_rejected, heartbeat, heartbeat_reply, install_snapshot,
                          install_snapshot_reply, read_request, read_reply, timeout_now,
                          not_member>;

/// Around every message between nodes. What doesn't fit the receiver is dropped and counted.
struct envelope {
  fingerprint cluster;
  replica from;
  boot_number from_boot;
  replica to;
  boot_number request_boot; ///< In replies: the boot that asked. Zero otherwise.
  config_version config{};  ///< The version of the sender's active configuration.
  term sender_term{};
  body content;
  /// Of the sender's disk. Its driver says so, and the core doesn't look.
  disk_room room = disk_room::enough;
};

/// `append 7@3 +2 commit 6`: for traces and golden files.
std::string describe(const body& content);
std::string describe(const envelope& message);
std::string describe(const configuration& config);

// -- fields ---------------------------------------------------------------------------------------

template <class Inspector>
inspected<Inspector, pre_vote> inspect(Inspector& f, pre_vote& x) {
  return f.object(x).fields(f.field("next_term", x.next_term), f.field("last", x.last));
}

template <class Inspector>
inspected<Inspector, pre_vote_reply> inspect(Inspector& f, pre_vote_reply& x) {
  return f.object(x).fields(f.field("next_term", x.next_term), f.field("granted", x.granted));
}

template <class Inspector>
inspected<Inspector, vote> inspect(Inspector& f, vote& x) {
  return f.object(x).fields(f.field("last", x.last), f.field("transfer", x.transfer));
}

template <class Inspector>
inspected<Inspector, vote_reply> inspect(Inspector& f, vote_reply& x) {
  return f.object(x).fields(f.field("granted", x.granted));
}

template <class Inspector>
inspected<Inspector, append> inspect(Inspector& f, append& x) {
  return f.object(x).fields(f.field("previous", x.previous), f.field("entries", x.entries),
                            f.field("commit", x.commit), f.field("round", x.round));
}

template <class Inspector>
inspected<Inspector, append_accepted> inspect(Inspector& f, append_accepted& x) {
  return f.object(x).fields(f.field("match", x.match), f.field("round", x.round));
}

template <class Inspector>
inspected<Inspector, append_rejected> inspect(Inspector& f, append_rejected& x) {
  return f.object(x).fields(f.field("previous", x.previous), f.field("hint", x.hint),
                            f.field("round", x.round));
}

template <class Inspector>
inspected<Inspector, heartbeat> inspect(Inspector& f, heartbeat& x) {
  return f.object(x).fields(f.field("commit", x.commit), f.field("round", x.round));
}

template <class Inspector>
inspected<Inspector, heartbeat_reply> inspect(Inspector& f, heartbeat_reply& x) {
  return f.object(x).fields(f.field("round", x.round));
}

template <class Inspector>
inspected<Inspector, install_snapshot> inspect(Inspector& f, install_snapshot& x) {
  return f.object(x).fields(f.field("last", x.last), f.field("config", x.config),
                            f.field("total_bytes", x.total_bytes), f.field("checksum", x.checksum),
                            f.field("offset", x.offset), f.field("bytes", x.bytes),
                            f.field("round", x.round));
}

template <class Inspector>
inspected<Inspector, install_snapshot_reply> inspect(Inspector& f, install_snapshot_reply& x) {
  return f.object(x).fields(f.field("last", x.last), f.field("next_offset", x.next_offset),
                            f.field("gap", x.gap), f.field("round", x.round));
}

template <class Inspector>
inspected<Inspector, read_request> inspect(Inspector& f, read_request& x) {
  return f.object(x).fields(f.field("id", x.id));
}

template <class Inspector>
inspected<Inspector, read_reply> inspect(Inspector& f, read_reply& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("confirmed", x.confirmed),
                            f.field("index", x.index));
}

template <class Inspector>
inspected<Inspector, timeout_now> inspect(Inspector& f, timeout_now& x) {
  return f.object(x).fields();
}

template <class Inspector>
inspected<Inspector, not_member> inspect(Inspector& f, not_member& x) {
  return f.object(x).fields(f.field("version", x.version));
}

template <class Inspector>
inspected<Inspector, envelope> inspect(Inspector& f, envelope& x) {
  return f.object(x).fields(
    f.field("cluster", x.cluster), f.field("from", x.from), f.field("from_boot", x.from_boot),
    f.field("to", x.to), f.field("request_boot", x.request_boot), f.field("config", x.config),
    f.field("sender_term", x.sender_term), f.field("content", x.content), f.field("room", x.room));
}

} // namespace quorate::raft
