/* Operators, who may ask for anything at all: what isn't legal is refused and changes nothing. They
   start the newcomers, too. */

inline pick(n) {
  if
  :: n = 0
  :: n = 1
#if NODES > 2
  :: n = 2
#endif
#if NODES > 3
  :: n = 3
#endif
  fi
}

/* A caught-up learner takes the member's place where there is one. */
#define MAY_SUBSTITUTE(n, m) \
  (HAS(member, n) && COUNT(member) <= target && HAS(learner & caught_up & live, m))

inline draft_substitute(n) {
  b = NODES;
  if
  :: MAY_SUBSTITUTE(n, 0) -> b = 0
  :: MAY_SUBSTITUTE(n, 1) -> b = 1
#if NODES > 2
  :: MAY_SUBSTITUTE(n, 2) -> b = 2
#endif
#if NODES > 3
  :: MAY_SUBSTITUTE(n, 3) -> b = 3
#endif
  :: else -> skip
  fi;
  if
  :: b < NODES -> write(b, MEMBER_VOTER); named = named | BIT(b)
  :: else -> skip
  fi
}

inline intent_park() {
  named = BIT(a);
  write(a, STANDBY_OUTSIDER);
  draft_substitute(a);
  wish = PARK;
  legal = LEGAL_PARK(OPERATOR, POSITION(a), STANDBY_OUTSIDER, a, next_member, next_learner) &&
          (b == NODES ||
           LEGAL_PARK(OPERATOR, POSITION(b), MEMBER_VOTER, b, next_member, next_learner))
}

inline intent_remove() {
  named = BIT(a);
  write(a, REMOVED);
  draft_substitute(a);
  wish = REMOVE;
  legal = LEGAL_REMOVE(OPERATOR, POSITION(a), REMOVED, a, next_member, next_learner) &&
          (b == NODES ||
           LEGAL_REMOVE(OPERATOR, POSITION(b), MEMBER_VOTER, b, next_member, next_learner))
}

inline intent_activate() {
  named = BIT(a);
  write(a, AUTO_JOIN_OUTSIDER);
  wish = ACTIVATE;
  legal = LEGAL_ACTIVATE(OPERATOR, POSITION(a), AUTO_JOIN_OUTSIDER, a, next_member, next_learner)
}

inline intent_replace() {
  if
  :: to = AUTO_JOIN_OUTSIDER
  :: to = STANDBY_OUTSIDER
  :: to = REMOVED
  fi;
  pick(b);
  named = BIT(a) | BIT(b);
  write(a, to);
  write(b, MEMBER_VOTER);
  wish = REPLACE;
  legal = a != b && LEGAL_REPLACE(OPERATOR, POSITION(a), to, a, next_member, next_learner) &&
          LEGAL_REPLACE(OPERATOR, POSITION(b), MEMBER_VOTER, b, next_member, next_learner)
}

#define RECONFIGURED(n) \
  (HAS(named, n) \
     -> HAS(member, n) || LEGAL_RECONFIGURE(OPERATOR, POSITION(n), MEMBER_VOTER, n, next_member, \
                                            next_learner) \
      : !HAS(member, n) || LEGAL_RECONFIGURE(OPERATOR, POSITION(n), AUTO_JOIN_OUTSIDER, n, \
                                             next_member, next_learner))

inline may_name(n) {
  if
  :: named = named | BIT(n)
  :: true
  fi
}

/* The named are the members. Whoever isn't named stays what it is, or was a member. */
inline intent_reconfigure() {
  may_name(0);
  may_name(1);
  may_name(2);
  may_name(3);
  named = named & (BIT(known) - 1);
  next_learner = next_learner & ~named;
  next_standby = next_standby & ~named;
  next_member = named;
  next_voters = named;
  wish = RECONFIGURE;
  legal = RECONFIGURED(0) && RECONFIGURED(1) && RECONFIGURED(2) && RECONFIGURED(3);
#ifdef SEED_BUG
  /* "Marked to join and not in the new set": as if it had been a member, and was dropped. */
  next_standby = next_standby | ((BIT(known) - 1) & ~(member | named | removed));
  next_learner = 0
#endif
}

inline intent_set_target() {
  if
  :: next_target = 0
  :: next_target = 1
  :: next_target = 2
  :: next_target = 3
  fi;
  wish = SET_TARGET;
  legal = LEGAL_SET_TARGET(OPERATOR, CLUSTER, CLUSTER, a, next_member, next_learner)
}

/* What is refused changes nothing, and neither does what is so already. */
inline decide() {
  changed = next_member != member || next_learner != learner || next_standby != standby ||
            next_removed != removed || next_target != target;
  if
  :: legal && changed ->
     MUST(min_members_stay_unless_forced,
          forced || COUNT(next_member) >= COUNT(member) || COUNT(next_member) >= MIN_MEMBERS);
     propose(wish, OPERATOR)
  :: else -> drop_draft()
  fi
}

inline register_as(where) {
  draft();
  write(known, where);
  next_known = known + 1;
  propose(REGISTER_NODE, NODE)
}

#define MAY_REGISTER(where) \
  (FREE && known < NODES \
   && LEGAL_REGISTER_NODE(NODE, POSITION(known), where, known, member, learner))

#ifdef IDS_REUSED
inline register_again(n) {
  draft();
  next_removed = next_removed & ~BIT(n);
  propose(REGISTER_NODE, NODE)
}
#endif

inline ask() {
  draft();
  pick(a);
  if
  :: forced = 0
  :: forced = 1
  fi;
  if
  :: intent_park()
  :: intent_remove()
  :: intent_activate()
  :: intent_replace()
  :: intent_reconfigure()
  :: intent_set_target()
  fi;
  decide()
}
