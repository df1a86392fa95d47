#include "runtime/driver/rooms.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quorate::driver {
namespace {

using testing::ElementsAre;

raft::replica node(std::uint32_t id) {
  return {node_id{id}, storage_id{id, id}};
}

class rooms_of_three_voters : public testing::Test {
public:
  rooms_of_three_voters() {
    active.voters = {node(1), node(2), node(3)};
    active.learners = {node(4)};
  }
  bool committable() const {
    return subject.quorum_has_enough(active, node_id{1});
  }

  raft::configuration active;
  rooms subject;
};

TEST_F(rooms_of_three_voters, are_enough_unless_somebody_says_otherwise) {
  EXPECT_TRUE(subject.all_have_enough());
  EXPECT_TRUE(committable());
  subject.heard(active, node(2), disk_room::low);
  EXPECT_FALSE(subject.all_have_enough());
  EXPECT_FALSE(subject.has_enough(node_id{2}));
  subject.heard(active, node(2), disk_room::enough);
  EXPECT_TRUE(subject.all_have_enough());
}

TEST_F(rooms_of_three_voters, count_by_majority) {
  subject.heard(active, node(2), disk_room::low);
  subject.heard(active, node(4), disk_room::none);
  EXPECT_TRUE(committable()) << "one of three voters";
  subject.set_own(disk_room::low);
  EXPECT_FALSE(committable());
  EXPECT_THAT(subject.crowded_voters(active, node_id{1}), ElementsAre(node_id{1}, node_id{2}));
}

TEST_F(rooms_of_three_voters, count_in_both_halves_of_a_joint_change) {
  active.outgoing = active.voters;
  active.voters = {node(1), node(4), node(5)};
  subject.heard(active, node(2), disk_room::low);
  subject.heard(active, node(3), disk_room::low);
  EXPECT_FALSE(committable());
}

TEST_F(rooms_of_three_voters, are_of_the_configuration) {
  subject.heard(active, node(9), disk_room::none);
  EXPECT_TRUE(subject.all_have_enough()) << "a stranger's word";
  subject.heard(active, node(3), disk_room::none);
  active.voters.pop_back();
  subject.keep_only(active);
  EXPECT_TRUE(subject.all_have_enough());
}

} // namespace
} // namespace quorate::driver
