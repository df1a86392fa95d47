/* The lifecycle of nodes, its controller, and what goes wrong meanwhile: crashes, restarts, changes
   of leader, learners that stall, and operators who ask for anything at all, as often as they like.

   What is legal stands in transitions.pml, which is generated from the table in
   runtime/membership/transitions.hpp; guards.pml says what its guards mean in this small world. The
   policy may make any transition that the table allows it, in any order: nothing that is shown here
   rests on the order in which the real policy looks.

   promela.md says what is modelled, what isn't, and what came out. scripts/model runs all of it, and
   the variants: each is a bug, defined by -D, that has to be found. */

#ifndef NODES
#define NODES 4
#endif
#ifndef WARM_SPARES
#define WARM_SPARES 1
#endif
#define FEATURE_LEVEL 1
#define NONE NODES

/* -- sets of nodes ----------------------------------------------------------------------------- */

#define BIT(n) (1 << (n))
#define HAS(set, n) (((set) >> (n)) & 1)
#define COUNT(set) (((set) & 1) + (((set) >> 1) & 1) + (((set) >> 2) & 1) + (((set) >> 3) & 1))
#define MAJORITY(set) (2 * COUNT((set) & live) > COUNT(set))
#define LIVE_QUORUM(in, out) (MAJORITY(in) && ((out) == 0 || MAJORITY(out)))

/* -- the nodes config that is committed: a row's state and role are the sets that it is in ----- */

unsigned known : 3 = 1; /* Ids are given in rising order, and these below it have been given. */
unsigned member : NODES = 1;
unsigned learner : NODES;
unsigned standby : NODES;
unsigned removed : NODES;
unsigned outgoing : NODES; /* The old half of a joint change, until it is left. */
unsigned target : 2 = 3;

/* -- the one change that is proposed and not committed yet ------------------------------------- */

bit pending;
unsigned author : 3; /* The leader that has it in its log. */
unsigned event : 5;
unsigned by : 2;
unsigned named : NODES; /* By an operator. */
unsigned next_known : 3;
unsigned next_member : NODES;
unsigned next_learner : NODES;
unsigned next_standby : NODES;
unsigned next_removed : NODES;
unsigned next_outgoing : NODES;
unsigned next_target : 2;

/* -- what consensus goes by: the voters of the committed entry, and of the one that isn't ------ */

unsigned voters : NODES = 1;
unsigned next_voters : NODES;

/* -- the world --------------------------------------------------------------------------------- */

unsigned leader : 3;
unsigned live : NODES = 1;
unsigned caught_up : NODES;  /* Learners whose log is as good as the leader's. */
unsigned stalled : NODES;    /* Learners that make no progress, though alive. */
unsigned wanted : NODES = 1; /* By what operators said of it by name: neither parked nor removed. */
unsigned in_flight : 2;      /* Transitions begun and not done. */
bit calm; /* Operators are content, and nothing goes wrong any more. */
#ifdef GIVE_UP_WITHOUT_RETRY
unsigned given_up : NODES;
#endif

/* Used within one atomic step only, so no part of a state. */
hidden byte a;
hidden byte b;
hidden byte wish;
hidden byte to;
hidden byte legal;
hidden byte forced;
hidden byte changed;
hidden byte nothing;

/* What must hold. Each has a name, so that a violation says which. */
#define MUST(name, condition) name = (condition); assert(name)
hidden byte a_member_remains;
hidden byte voters_are_the_members;
hidden byte each_row_has_one_state;
hidden byte the_old_half_is_the_old_voters;
hidden byte only_the_named_are_parked_or_removed;
hidden byte standby_waits_for_its_operator;
hidden byte a_removed_id_never_returns;
hidden byte automation_keeps_the_members;
hidden byte one_transition_is_in_flight;
hidden byte new_voters_can_decide;
hidden byte new_voters_are_caught_up;
hidden byte min_members_stay_unless_forced;
hidden byte the_target_is_odd;

#include "guards.pml"
#include "transitions.pml"

/* -- one transition at a time ------------------------------------------------------------------ */

#ifdef JOINT_UNGUARDED
#define FREE (leader != NONE && !pending)
#else
#define FREE (leader != NONE && !pending && outgoing == 0)
#endif

inline draft() {
  next_known = known;
  next_member = member;
  next_learner = learner;
  next_standby = standby;
  next_removed = removed;
  next_target = target;
  next_voters = voters
}

inline drop_draft() {
  pending = 0;
  author = 0;
  event = 0;
  by = 0;
  named = 0;
  next_known = 0;
  next_member = 0;
  next_learner = 0;
  next_standby = 0;
  next_removed = 0;
  next_outgoing = 0;
  next_target = 0;
  next_voters = 0
}

/* Writes a row. Voters follow from the roles, which is all that consensus knows of. */
inline write(n, where) {
  next_member = next_member & ~BIT(n);
  next_learner = next_learner & ~BIT(n);
  next_standby = next_standby & ~BIT(n);
  next_voters = next_voters & ~BIT(n);
  if
  :: where == MEMBER_VOTER ->
     next_member = next_member | BIT(n);
     next_voters = next_voters | BIT(n)
  :: where == AUTO_JOIN_LEARNER -> next_learner = next_learner | BIT(n)
  :: where == STANDBY_OUTSIDER -> next_standby = next_standby | BIT(n)
  :: where == REMOVED -> next_removed = next_removed | BIT(n)
  :: else -> skip
  fi
}

/* The draft is in the leader's log, and its configuration in effect. */
inline propose(what, who) {
  pending = 1;
  author = leader;
  event = what;
  by = who;
  next_outgoing = (COUNT(voters ^ next_voters) > 1 -> voters : 0);
  in_flight++;
  /* A configuration acts from here on. */
  MUST(a_member_remains, next_member != 0);
  MUST(new_voters_can_decide, next_voters == voters || MAJORITY(next_voters));
  MUST(new_voters_are_caught_up, (next_voters & ~voters & ~(caught_up & live)) == 0);
  MUST(one_transition_is_in_flight, in_flight <= 1)
}

inline propose_leave() {
  draft();
  pending = 1;
  author = leader;
  event = LEAVE;
  by = POLICY;
  next_outgoing = 0
}

/* -- what must hold of each committed change --------------------------------------------------- */

#define PARKED_NOW (next_standby & ~standby)
#define REMOVED_NOW (next_removed & ~removed)
#define PARKED_AT_ITS_START (event == REGISTER_NODE && PARKED_NOW == BIT(known))

inline check_commit() {
  MUST(voters_are_the_members, next_voters == next_member);
  MUST(each_row_has_one_state, (next_member & (next_learner | next_standby | next_removed)) == 0 &&
       (next_learner & (next_standby | next_removed)) == 0 && (next_standby & next_removed) == 0);
  MUST(the_old_half_is_the_old_voters, next_outgoing == 0 || next_outgoing == voters);
#ifndef UNNAMED_MAY_BE_PARKED
  MUST(only_the_named_are_parked_or_removed, PARKED_AT_ITS_START ||
       ((PARKED_NOW | REMOVED_NOW) & ~named) == 0);
#endif
  MUST(standby_waits_for_its_operator, (standby & ~next_standby & ~named) == 0);
  MUST(the_target_is_odd, (next_target & 1) == 1);
  MUST(a_removed_id_never_returns, (removed & ~next_removed) == 0);
  MUST(automation_keeps_the_members, by == OPERATOR || COUNT(next_member) >= COUNT(member) ||
       (event == RELEASE && COUNT(next_member) >= target))
}

inline commit() {
  printf("event %d by %d, named %d: ", event, by, named); /* In a trail, sets as numbers. */
  printf("member %d, learner %d, standby %d, removed %d, outgoing %d; live %d, target %d\n",
         next_member, next_learner, next_standby, next_removed, next_outgoing, live, next_target);
  check_commit();
  if
  :: event == REGISTER_NODE ->
     wanted = wanted | (~next_standby & BIT(known));
     live = live | BIT(known)
  :: by == OPERATOR ->
     wanted = (wanted & ~(named & (next_standby | next_removed))) |
              (named & ~(next_standby | next_removed))
  :: else -> skip
  fi;
#ifdef GIVE_UP_WITHOUT_RETRY
  given_up = given_up | (event == GIVE_UP -> learner & ~next_learner : 0);
#endif
  if
  :: next_outgoing == 0 -> in_flight--
  :: else -> skip
  fi;
  known = next_known;
  member = next_member;
  learner = next_learner;
  standby = next_standby;
  removed = next_removed;
  outgoing = next_outgoing;
  target = next_target;
  voters = next_voters;
  caught_up = caught_up & learner;
  stalled = stalled & learner;
  live = live & ~(removed & ~outgoing); /* It is told, and halts. */
  if
  :: !HAS(voters | outgoing, leader) -> leader = NONE
  :: else -> skip
  fi;
  drop_draft()
}

/* -- consensus: elects, commits, feeds --------------------------------------------------------- */

/* With the change in its log, or where there is none. */
#define MAY_LEAD_WITH_IT(n) \
  (leader == NONE && pending && HAS((next_voters | next_outgoing) & live, n) \
   && LIVE_QUORUM(next_voters, next_outgoing))
/* Without it: the change is lost. Whoever has it in its log doesn't lose it. */
#define MAY_LEAD_WITHOUT(n) \
  (leader == NONE && HAS((voters | outgoing) & live, n) && LIVE_QUORUM(voters, outgoing) \
   && !(pending && author == (n)))

inline lead_without(n) {
  if
  :: pending && event != LEAVE -> in_flight--
  :: else -> skip
  fi;
  drop_draft();
  leader = n
}

#define ELECT(n) \
  :: d_step { MAY_LEAD_WITH_IT(n) -> leader = n; author = n } \
  :: d_step { MAY_LEAD_WITHOUT(n) -> lead_without(n) }

#define MAY_CATCH_UP(n) \
  (leader != NONE && HAS(learner & live & ~caught_up & ~stalled, n))

active proctype consensus() {
end:
  do
  :: d_step { leader != NONE && pending && LIVE_QUORUM(next_voters, next_outgoing) -> commit() }
  ELECT(0)
  ELECT(1)
#if NODES > 2
  ELECT(2)
#endif
#if NODES > 3
  ELECT(3)
#endif
  :: d_step { MAY_CATCH_UP(0) -> caught_up = caught_up | BIT(0) }
  :: d_step { MAY_CATCH_UP(1) -> caught_up = caught_up | BIT(1) }
#if NODES > 2
  :: d_step { MAY_CATCH_UP(2) -> caught_up = caught_up | BIT(2) }
#endif
#if NODES > 3
  :: d_step { MAY_CATCH_UP(3) -> caught_up = caught_up | BIT(3) }
#endif
  od
}

/* -- the controller: whatever the table allows the policy -------------------------------------- */

#define ONE(event_, legal_, to_, n) \
  :: d_step { FREE && legal_ -> draft(); write(n, to_); propose(event_, POLICY) }
#define TWO(event_, legal_, to_1, n_1, to_2, n_2) \
  :: d_step { \
       FREE && legal_ -> draft(); write(n_1, to_1); write(n_2, to_2); propose(event_, POLICY) \
     }

#ifdef TRUST_THE_JOINER
/* A parked node with an old view of itself asks for its turn, and is believed. */
#define BELIEVED(n) || (HAS(standby & live, n))
#else
#define BELIEVED(n)
#endif

#define ADMITS(n) \
  ONE(ADMIT, (LEGAL_ADMIT(POLICY, POSITION(n), AUTO_JOIN_LEARNER, n, member, learner | BIT(n)) \
              BELIEVED(n)), AUTO_JOIN_LEARNER, n)
#define GIVES_UP(n) \
  ONE(GIVE_UP, LEGAL_GIVE_UP(POLICY, POSITION(n), AUTO_JOIN_OUTSIDER, n, member, \
                             learner & ~BIT(n)), AUTO_JOIN_OUTSIDER, n)
#define PROMOTES(n) \
  ONE(PROMOTE, LEGAL_PROMOTE(POLICY, POSITION(n), MEMBER_VOTER, n, member | BIT(n), \
                             learner & ~BIT(n)), MEMBER_VOTER, n)
#define PROMOTES_TWO(n, m) \
  TWO(PROMOTE, (LEGAL_PROMOTE(POLICY, POSITION(n), MEMBER_VOTER, n, member | BIT(n) | BIT(m), \
                              learner & ~(BIT(n) | BIT(m))) \
                && LEGAL_PROMOTE(POLICY, POSITION(m), MEMBER_VOTER, m, member | BIT(n) | BIT(m), \
                                 learner & ~(BIT(n) | BIT(m)))), \
      MEMBER_VOTER, n, MEMBER_VOTER, m)
#define RELEASES(n) \
  ONE(RELEASE, LEGAL_RELEASE(POLICY, POSITION(n), AUTO_JOIN_OUTSIDER, n, member & ~BIT(n), \
                             learner), AUTO_JOIN_OUTSIDER, n)
#define RELEASES_TWO(n, m) \
  TWO(RELEASE, (LEGAL_RELEASE(POLICY, POSITION(n), AUTO_JOIN_OUTSIDER, n, \
                              member & ~(BIT(n) | BIT(m)), learner) \
                && LEGAL_RELEASE(POLICY, POSITION(m), AUTO_JOIN_OUTSIDER, m, \
                                 member & ~(BIT(n) | BIT(m)), learner)), \
      AUTO_JOIN_OUTSIDER, n, AUTO_JOIN_OUTSIDER, m)
#ifdef REPLACED_BY_NOBODY
/* The dead one goes first, and somebody is looked for later. */
#define REPLACES(n, m) \
  ONE(REPLACE, (HAS(member & ~live, n) && HAS(learner, m)), AUTO_JOIN_OUTSIDER, n)
#else
#define REPLACES(n, m) \
  TWO(REPLACE, (LEGAL_REPLACE(POLICY, POSITION(n), AUTO_JOIN_OUTSIDER, n, \
                              (member | BIT(m)) & ~BIT(n), learner & ~BIT(m)) \
                && LEGAL_REPLACE(POLICY, POSITION(m), MEMBER_VOTER, m, \
                                 (member | BIT(m)) & ~BIT(n), learner & ~BIT(m))), \
      AUTO_JOIN_OUTSIDER, n, MEMBER_VOTER, m)
#endif

#define MAY_LEAVE(n) \
  (!HAS(outgoing & ~member, n) \
   || LEGAL_LEAVE(POLICY, POSITION(n), POSITION_AFTER_LEAVE(n), n, member, learner))

#define WITH_NODE(n) ADMITS(n) GIVES_UP(n) PROMOTES(n) RELEASES(n)
#define WITH_PAIR(n, m) PROMOTES_TWO(n, m) RELEASES_TWO(n, m) REPLACES(n, m) REPLACES(m, n)

active proctype controller() {
end:
  do
#ifndef LEAVE_OMITTED
  :: d_step {
       leader != NONE && !pending && outgoing != 0 && MAY_LEAVE(0) && MAY_LEAVE(1) &&
         MAY_LEAVE(2) && MAY_LEAVE(3) -> propose_leave()
     }
#endif
  WITH_NODE(0)
  WITH_NODE(1)
  WITH_PAIR(0, 1)
#if NODES > 2
  WITH_NODE(2)
  WITH_PAIR(0, 2)
  WITH_PAIR(1, 2)
#endif
#if NODES > 3
  WITH_NODE(3)
  WITH_PAIR(0, 3)
  WITH_PAIR(1, 3)
  WITH_PAIR(2, 3)
#endif
  od
}

#include "operators.pml"

/* -- what goes wrong --------------------------------------------------------------------------- */

#define CRASH(n) \
  :: d_step { \
       HAS(live, n) -> \
       live = live & ~BIT(n); \
       caught_up = caught_up & ~BIT(n); \
       stalled = stalled & ~BIT(n); \
       leader = (leader == n -> NONE : leader) \
     }
/* A removed node may be started, and halts. */
#define RESTART(n) \
  :: d_step { \
       !HAS(live, n) && n < known && (!HAS(removed, n) || HAS(outgoing, n)) -> \
       live = live | BIT(n) \
     }
#define STALL(n) \
  :: d_step { \
       HAS(learner & live & ~caught_up & ~stalled, n) -> stalled = stalled | BIT(n) \
     }

/* One process, as fairness costs by the process. It is calm in the end or goes on for ever; what is
   down by then stays down. */
active proctype world() {
  do
  :: atomic { FREE -> ask() }
  :: d_step { MAY_REGISTER(AUTO_JOIN_OUTSIDER) -> register_as(AUTO_JOIN_OUTSIDER) }
  :: d_step { MAY_REGISTER(STANDBY_OUTSIDER) -> register_as(STANDBY_OUTSIDER) }
#ifdef IDS_REUSED
  :: d_step { FREE && HAS(removed, 1) -> register_again(1) }
#endif
  CRASH(0) RESTART(0) STALL(0)
  CRASH(1) RESTART(1) STALL(1)
#if NODES > 2
  CRASH(2) RESTART(2) STALL(2)
#endif
#if NODES > 3
  CRASH(3) RESTART(3) STALL(3)
#endif
  :: d_step { leader != NONE -> leader = NONE } /* It steps down. */
  :: calm = 1; break
  od;
  /* Time passes: without it, Spin's weak fairness passes over runs that end. */
  do
  :: nothing = 0
  od
}

/* -- liveness ---------------------------------------------------------------------------------- */

#define QUORUM \
  (pending && LIVE_QUORUM(next_voters, next_outgoing) || !pending && LIVE_QUORUM(voters, outgoing))
#define COULD_JOIN (wanted & live & ~member)
#define SETTLED (!pending && outgoing == 0)
/* Members are as many as wanted, and alive; or nobody is there who could help. */
#define GROWN \
  (COUNT(member) == target && ((member & ~live) == 0 || COULD_JOIN == 0) \
   || COUNT(member) < target && COULD_JOIN == 0)

ltl grows { [] (calm -> <> [] (!QUORUM || (SETTLED && GROWN))) }
