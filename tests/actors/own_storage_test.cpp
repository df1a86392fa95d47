// A storage that a service brings along, by what is public alone: it passes the conformance suite,
// and nodes run on it.
#include "quorate/quorate.hpp"
#include "quorate/storage.hpp"
#include "quorate/storage_image.hpp"
#include "quorate/testing/storage_conformance.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace quorate::storage {
namespace {

/// Somewhere else, in a service of its own perhaps: keeps what was synced.
class vault final : public store {
public:
  result<recovered> load() override {
    accepted_.clear();
    last_ = {};
    return kept_.content();
  }
  result<void> write(write_batch batch) override {
    last_ = batch.sequence;
    accepted_.push_back(std::move(batch));
    return {};
  }
  result<write_sequence> sync() override {
    for (const auto& x : std::exchange(accepted_, {}))
      kept_.apply(x);
    return last_;
  }
  void abandon() override {
    accepted_.clear();
  }

private:
  image kept_;
  std::vector<write_batch> accepted_;
  write_sequence last_{};
};

struct own_disk {
  store& open() {
    return content;
  }
  void close() {
    ASSERT_TRUE(content.sync());
  }
  void cut_power() {
    content.abandon();
  }

  vault content;
};

INSTANTIATE_TYPED_TEST_SUITE_P(own, storage_conformance, own_disk, );

TEST(nodes_on_a_storage_of_their_service, go_on_where_they_were) {
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<store>> vaults; // They outlive the first cluster.
  local_cluster_options with;
  with.make_storage = [&](const std::string& node) {
    const std::lock_guard guard{mutex};
    auto& one = vaults[node];
    if (one == nullptr)
      one = std::make_shared<vault>();
    return one;
  };
  constexpr std::chrono::seconds patience{30};
  {
    auto cluster = local_cluster::start(with);
    ASSERT_TRUE(cluster) << to_string(cluster.error());
    ASSERT_TRUE(cluster->wait_for_members(3, patience));
    ASSERT_TRUE(cluster->client().put("k", "v"));
    ASSERT_TRUE(cluster->kill("n2"));
    ASSERT_TRUE(cluster->restart("n2"));
    ASSERT_TRUE(cluster->wait_until_joined({"n2"}, patience));
  }
  EXPECT_EQ(vaults.size(), 3u);
  with.bootstrap = false;
  auto again = local_cluster::start(with);
  ASSERT_TRUE(again) << to_string(again.error());
  ASSERT_TRUE(again->wait_for_members(3, patience));
  const auto found = again->client().get("k");
  ASSERT_TRUE(found) << to_string(found.error());
  ASSERT_TRUE(found->has_value());
  EXPECT_EQ((*found)->value, "v");
}

TEST(nodes_on_a_storage_of_their_service, are_refused_without_one) {
  local_cluster_options with;
  with.make_storage = [](const std::string&) { return nullptr; };
  const auto started = local_cluster::start(with);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, errc::invalid_argument);
  with.data_dir = "d";
  EXPECT_EQ(with.validate().error().message, "make_storage: either that or data_dir.");
}

} // namespace
} // namespace quorate::storage
