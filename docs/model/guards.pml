/* Where a node stands, and what the table's guards mean in this small world. A guard is told which
   node it is about, and the members and learners as they would be. One that is new in the table is
   a syntax error until it is defined here. */

#define POSITION(n) \
  ((n) >= known -> UNKNOWN : \
  (HAS(member, n) -> MEMBER_VOTER : \
  (HAS(learner, n) -> AUTO_JOIN_LEARNER : \
  (HAS(removed, n) -> (HAS(outgoing, n) -> REMOVED_LEAVING : REMOVED) : \
  (HAS(standby, n) -> (HAS(outgoing, n) -> STANDBY_LEAVING : STANDBY_OUTSIDER) : \
  (HAS(outgoing, n) -> AUTO_JOIN_LEAVING : AUTO_JOIN_OUTSIDER))))))

/* Where a node of the outgoing half stands once that is left. */
#define POSITION_AFTER_LEAVE(n) \
  (HAS(removed, n) -> REMOVED : (HAS(standby, n) -> STANDBY_OUTSIDER : AUTO_JOIN_OUTSIDER))

#define GUARD_NAMED_BY_OPERATOR(n, members, learners) HAS(named, n)
#define GUARD_ONE_FOR_ONE(n, members, learners) (COUNT(members) == COUNT(member))
#define GUARD_ROOM(n, members, learners) \
  (COUNT(members) + COUNT(learners) <= target + WARM_SPARES)
#define GUARD_WITHIN_TARGET(n, members, learners) (COUNT(members) <= target)
#define GUARD_BEYOND_TARGET(n, members, learners) (COUNT(members) >= target)
#ifdef LAST_MEMBER_UNGUARDED
/* Nobody is no quorum: that guard would hide the bug. */
#define GUARD_MEMBER_REMAINS(n, members, learners) true
#define GUARD_LIVE_QUORUM(n, members, learners) ((members) == 0 || MAJORITY(members))
#else
#define GUARD_MEMBER_REMAINS(n, members, learners) ((members) != 0)
#define GUARD_LIVE_QUORUM(n, members, learners) MAJORITY(members)
#endif
#define MIN_MEMBERS (target < 3 -> target : 3)
#define GUARD_MIN_MEMBERS(n, members, learners) \
  (forced || COUNT(members) >= COUNT(member) || COUNT(members) >= MIN_MEMBERS)
#define GUARD_TARGET_IN_RANGE(n, members, learners) (next_target >= 1 && next_target <= 9)
#define GUARD_TARGET_ODD(n, members, learners) ((next_target & 1) == 1)
#ifdef GIVE_UP_WITHOUT_RETRY
#define GUARD_STABLE(n, members, learners) (HAS(live, n) && !HAS(given_up, n))
#else
#define GUARD_STABLE(n, members, learners) HAS(live, n)
#endif
#define GUARD_CAUGHT_UP(n, members, learners) HAS(caught_up & live, n)
#define GUARD_LIVE_QUORUM_BEFORE(n, members, learners) MAJORITY(member)
#define GUARD_STUCK(n, members, learners) (!HAS(live, n) || HAS(stalled, n))
#define GUARD_DEAD(n, members, learners) (!HAS(live, n))
#define GUARD_NOT_THE_LEADER(n, members, learners) ((n) != leader)
#define GUARD_DISK_LOST(n, members, learners) false /* No disk is lost here. */

/* Time passes as far as it has to, and each node is who it says it is. */
#define GUARD_LEADER_SETTLED(n, members, learners) true
#define GUARD_BUDGET_LEFT(n, members, learners) true
#define GUARD_REPLACEMENT_ON(n, members, learners) true
#define GUARD_RECORD_CURRENT(n, members, learners) true
#define GUARD_IDENTITY_SILENT(n, members, learners) true
#define GUARD_FEATURE_LEVEL(n, members, learners) true
#define GUARD_PROTOCOL_OVERLAPS(n, members, learners) true
#define GUARD_NAME_FREE(n, members, learners) true
#define GUARD_STORAGE_ID_FREE(n, members, learners) true
#define GUARD_STORAGE_EMPTY(n, members, learners) true
#define GUARD_NO_CLUSTER_KNOWN(n, members, learners) true
#define GUARD_CLUSTER_NAME_SAME(n, members, learners) true
#define GUARD_FINGERPRINT_SAME(n, members, learners) true
#define GUARD_POLICY_IN_RANGE(n, members, learners) true
#define GUARD_LEASE_SAME(n, members, learners) true
#define GUARD_PAUSE_IN_RANGE(n, members, learners) true
#define GUARD_NOT_PAUSED(n, members, learners) true /* A pause ends by itself. */
