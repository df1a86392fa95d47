// Every bound of the system in one place, each with its reason. What grows without one is a bug.
#pragma once

#include <cstddef>
#include <cstdint>

namespace quorate::limits {

// -- keys and values: etcd's and ZooKeeper's users live within these ------------------------------
inline constexpr std::size_t key_bytes_max = 1024;
inline constexpr std::size_t value_bytes_max = std::size_t{1} << 20;
inline constexpr std::size_t request_bytes_max = std::size_t{4} << 20;

// -- names and lists in membership ----------------------------------------------------------------
/// Names and addresses travel in every view.
inline constexpr std::size_t name_bytes_max = 255;
/// A target is at most this: more voters cost more than they tolerate.
inline constexpr std::uint32_t members_max = 9;
/// Registrations that share one entry: keeps the entry below a few hundred KiB.
inline constexpr std::size_t registrations_per_entry_max = 256;
/// Registrations that wait for their entry; beyond it, nodes back off and ask again.
inline constexpr std::size_t registrations_waiting_max = 16'384;
/// Intents that wait for their turn; operators are few.
inline constexpr std::size_t intents_waiting_max = 1'024;
/// Callers that wait at one node until it has joined: a service and its tests are few.
inline constexpr std::size_t joined_waiting_max = 1'024;
/// A duration in the policy: a longer one is a mistaken unit, and "never" has a value of its own.
inline constexpr std::uint64_t policy_ms_max = 30ULL * 24 * 3'600 * 1'000;
/// Replacements in a window: each is remembered in the nodes config as long as it counts.
inline constexpr std::uint32_t eviction_budget_max = 1'000;
/// A pause of automation: one that is forgotten must not leave the cluster without replacements for
/// longer than a day. What is meant to last is a policy.
inline constexpr std::uint64_t pause_ms_max = 24ULL * 3'600 * 1'000;
/// Transitions that are remembered with their op ids.
inline constexpr std::size_t history_max = 256;
/// Batches of registrations that are remembered.
inline constexpr std::size_t registration_history_max = 64;
/// Refusals that a leader keeps to be asked for.
inline constexpr std::size_t refusals_kept_max = 256;
/// Refusals that a node tells its service a second: a log is read by people, and a joiner that is
/// refused asks again and again.
inline constexpr std::size_t refusals_told_per_second_max = 10;
/// Removed nodes whose name and reason are remembered; older ones are known by their ids alone.
inline constexpr std::size_t tombstones_max = 1'000;

// -- consensus ------------------------------------------------------------------------------------
/// Appends in flight to one follower before the leader waits for an answer.
inline constexpr std::size_t inflight_messages_max = 64;
/// Bytes of those appends: what a follower's mailbox may hold of one leader.
inline constexpr std::size_t inflight_bytes_max = std::size_t{16} << 20;
/// Writes under way in one storage: enough to keep it busy, few enough to gather.
inline constexpr std::size_t writes_in_flight_max = 4;
/// Bytes in one append: one large value must fit, and the receiver's mailbox stays small.
inline constexpr std::size_t append_bytes_max = std::size_t{1} << 20;
/// Bytes of one part of a snapshot: small beside an append, so that a heartbeat doesn't wait long.
inline constexpr std::size_t snapshot_chunk_bytes = std::size_t{256} << 10;
/// Parts of a snapshot in flight to one peer: a MiB keeps a fast link busy and a mailbox small.
inline constexpr std::size_t snapshot_chunks_in_flight_max = 4;
/// A snapshot that a peer announces; it is gathered in memory.
inline constexpr std::size_t snapshot_bytes_max = std::size_t{4} << 30;
/// Entries in one append: bounds the work of one step.
inline constexpr std::size_t append_entries_max = 1'024;
/// Payload bytes that may be proposed and not yet committed.
inline constexpr std::size_t uncommitted_bytes_max = std::size_t{64} << 20;
/// A lease: longer ones would only make failovers longer.
inline constexpr std::uint64_t lease_ms_max = 60'000;
/// Linearizable reads that wait for their round.
inline constexpr std::size_t reads_waiting_max = 65'536;
/// Messages that wait for a write to become durable; the inflight windows keep it far below.
inline constexpr std::size_t gated_messages_max = 65'536;

// -- sessions -------------------------------------------------------------------------------------
/// Open sessions; the one that was idle longest makes room.
inline constexpr std::size_t sessions_max = 10'000;
/// Answers that a session keeps for retries; a client has at most this many writes under way.
inline constexpr std::size_t session_answers_max = 256;
/// A session that was idle for so long of log time ends.
inline constexpr std::uint64_t session_idle_ms_max = 3'600'000;

// -- the wire: connections between processes ------------------------------------------------------
/// Payload of a frame. The longest is the nodes table of a whole cluster: 10,000 rows with names
/// and addresses of full length are 7 MB.
inline constexpr std::size_t frame_payload_bytes_max = std::size_t{16} << 20;
/// A peer that takes less can't be sent what it has to get: the longest request in an append.
inline constexpr std::size_t frame_payload_bytes_min = request_bytes_max + append_bytes_max;
/// Payload of a frame of somebody who hasn't said hello yet: that one is below 1 KiB, the rest is
/// room for later fields.
inline constexpr std::size_t hello_payload_bytes_max = std::size_t{4} << 10;
/// Bytes under way to one peer: what a leader has in flight to it, beside one longest frame.
inline constexpr std::size_t link_window_bytes = inflight_bytes_max + frame_payload_bytes_max;

// -- TLS and certificates -------------------------------------------------------------------------
/// A file with certificates or a key; ours are below 2 KiB, a long chain is some ten of them.
inline constexpr std::size_t pem_bytes_max = std::size_t{256} << 10;
/// Certificates in such a file.
inline constexpr std::size_t pem_certificates_max = 16;
/// The chain that a peer shows. It comes before anything is known of it.
inline constexpr std::size_t tls_chain_bytes_max = std::size_t{64} << 10;
/// Authorities between a certificate and the cluster's own.
inline constexpr int tls_chain_between_max = 3;
/// All that a peer may say before the handshake is done: a chain, and the little beside it.
inline constexpr std::size_t tls_handshake_bytes_max = std::size_t{128} << 10;
/// How long a certificate may be valid; a longer time is a mistaken unit.
inline constexpr int certificate_days_max = 36'500;

// -- options --------------------------------------------------------------------------------------
/// A file of options: a thousand times what all of them need.
inline constexpr std::size_t options_file_bytes_max = std::size_t{1} << 20;
/// One value as text, and one line of a file: all seeds with names of full length fit.
inline constexpr std::size_t option_bytes_max = std::size_t{32} << 10;
/// A path, as Linux takes it.
inline constexpr std::size_t path_bytes_max = 4'096;
/// Addresses to begin with: each is tried, and any one that answers knows all others.
inline constexpr std::size_t seeds_max = 64;
/// Threads that run actors: more than any machine has processors for.
inline constexpr std::size_t worker_threads_max = 1'024;

// -- decoding -------------------------------------------------------------------------------------
/// Elements in one decoded list, whatever its header announces.
inline constexpr std::size_t decoded_elements_max = std::size_t{1} << 20;
/// Bytes in one decoded string.
inline constexpr std::size_t decoded_string_bytes_max = std::size_t{64} << 20;

} // namespace quorate::limits
