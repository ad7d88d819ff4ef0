// The list as zones: hot and base, shared records, merges, restarts (W17-15; RPZ pitfalls 2, 3, 8).
#include "enforce/policy_zones.h"

#include <set>
#include <unistd.h>

#include <gtest/gtest.h>

#include "base/ids.h"
#include "enforce/decisions.h"
#include "store/collections.h"
#include "store/sqlite/sqlite_store.h"

namespace tocsin::enforce {
namespace {

using Names = std::set<std::string>;

class Zones : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("tocsin-zones-" + std::to_string(::getpid()) + "-" +
               ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
    store_ = store::open_sqlite(folder_ / "t.db", clock_).value();
    add_unit("a");
    load();
  }
  void TearDown() override {
    zones_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  /// An operator `op-NAME` with one resolver.
  void add_unit(const std::string& name) {
    ASSERT_TRUE(store_->write([&](store::WriteTx& tx) -> Status {
      model::Organization o;
      o.id = "org_" + name;
      o.code = "op-" + name;
      TRY_STATUS(store::put(tx, o));
      model::EnforcementPoint p;
      p.id = "pnt_" + name;
      p.code = "resolver-" + name;
      p.organization = o.id;
      TRY_STATUS(store::put(tx, p));
      TRY_STATUS(tx.append({"t", "", "test.unit", "", "", {}, {}, {}}));
      return {};
    }));
  }

  void load(std::size_t hot_limit = 5000) {
    PolicyZoneOptions options;
    options.hot_limit = hot_limit;
    zones_ = std::make_unique<PolicyZones>(options, journal::Basis{"miit-202", "1", "9", "W17-24"});
    ASSERT_TRUE(zones_->load(*store_));
  }

  /// Lists or delists, as the publisher does; returns the entry.
  model::ListEntry change(model::ListEntry e, bool live) {
    EXPECT_TRUE(store_->write([&](store::WriteTx& tx) -> Status {
      TRY(const auto version,
          tx.append({"t", "", live ? "list.new" : "list.delist", e.id, "", {}, {}, {}}));
      e.live = live;
      if (live) e.listed = version;
      e.version = version;
      TRY_STATUS(store::put(tx, e));
      return store::put(tx, model::ListChange{model::list_version_key(version), version,
                                              live ? model::ListOp::kNew : model::ListOp::kDelist,
                                              e, clock_.now()});
    }));
    return e;
  }
  model::ListEntry list(const std::string& value, const std::string& task = "tsk_1",
                        model::IndicatorKind kind = model::IndicatorKind::kDomain) {
    model::ListEntry e;
    e.id = ids_.make("lst");
    e.indicator = {kind, value, {}};
    e.addressee = "org_a";
    e.task = task;
    e.case_number = "T-2026-000001";
    return change(e, true);
  }
  void delist(const model::ListEntry& e) { change(e, false); }
  void follow() { ASSERT_TRUE(zones_->catch_up(*store_)); }
  void merge_only() {
    const auto done = zones_->merge(*store_, "org_a");
    ASSERT_TRUE(done) << done.error().message;
    ASSERT_EQ(*done, "base.op-a.tocsin");
  }
  void trim() {
    const auto done = zones_->trim(*store_, "org_a");
    ASSERT_TRUE(done) << done.error().message;
    ASSERT_EQ(*done, "hot.op-a.tocsin");
  }
  void merge() {
    merge_only();
    trim();
  }

  /// `owner>action` of every record of a zone; owners as text, the canary left out.
  Names content(const std::string& zone) {
    Names out;
    zones_->zones().view(zone)->for_each([&](const dns::RecordView& r) {
      std::string name;
      for (std::size_t i = 0; i < r.owner.size();) {
        const auto n = static_cast<unsigned char>(r.owner[i]);
        name += (name.empty() ? "" : ".") + std::string(r.owner.substr(i + 1, n));
        i += n + 1U;
      }
      const bool pass = r.rdata.find("rpz-passthru") != std::string_view::npos;
      if (name != "canary.tocsin.example") out.insert(name + (pass ? ">pass" : ">block"));
      return true;
    });
    return out;
  }
  Names hot() { return content("hot.op-a.tocsin"); }
  Names base() { return content("base.op-a.tocsin"); }
  std::uint32_t serial(const std::string& zone) { return zones_->zones().view(zone)->serial(); }

  std::filesystem::path folder_;
  FakeClock clock_{*parse_instant("2026-11-22T10:00:00+08:00")};
  IdSource ids_{clock_};
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<PolicyZones> zones_;
};

TEST_F(Zones, ADomainIsExactAndWildcardAndLeavesAgain) {
  const auto e = list("evil.example");
  follow();
  EXPECT_EQ(hot(), (Names{"evil.example>block", "*.evil.example>block"}));
  delist(e);
  follow();
  EXPECT_EQ(hot(), Names{});
}

TEST_F(Zones, WhatADnsChannelCannotCarryIsNeverWidened) {
  list("http://evil.example/a", "tsk_1", model::IndicatorKind::kUrl);
  list("evil.example/a", "tsk_1", model::IndicatorKind::kHostPath);
  follow();
  EXPECT_EQ(hot(), Names{});
}

TEST_F(Zones, AddressesBecomeResponseTriggers) {
  list("203.0.113.9", "tsk_1", model::IndicatorKind::kIpv4);
  list("2001:db8::/32", "tsk_1", model::IndicatorKind::kIpv6Prefix);
  follow();
  EXPECT_EQ(hot(), (Names{"32.9.113.0.203.rpz-ip>block", "32.zz.db8.2001.rpz-ip>block"}));
}

TEST_F(Zones, TwoTasksOnOneNameNeedTwoLifts) {
  const auto first = list("evil.example", "tsk_1");
  const auto second = list("evil.example", "tsk_2");
  follow();
  delist(first);
  follow();
  EXPECT_EQ(hot().size(), 2U);
  delist(second);
  follow();
  EXPECT_EQ(hot(), Names{});
}

TEST_F(Zones, AWildcardKeepsItsShareOfADomain) {
  const auto name = list("evil.example");
  list("*.evil.example", "tsk_2", model::IndicatorKind::kWildcardDomain);
  follow();
  delist(name);
  follow();
  EXPECT_EQ(hot(), Names{"*.evil.example>block"});
}

TEST_F(Zones, AMergeMovesAndALiftAfterItIsAnException) {
  const auto e = list("evil.example");
  list("other.example");
  follow();
  merge();
  EXPECT_EQ(hot(), Names{});
  EXPECT_EQ(base().size(), 4U);
  delist(e);
  follow();
  EXPECT_EQ(hot(), (Names{"evil.example>pass", "*.evil.example>pass"}));
  EXPECT_EQ(base().size(), 4U);  // the large zone is left alone until the next merge
  list("evil.example", "tsk_9");
  follow();
  EXPECT_EQ(hot(), Names{});  // blocked by the base zone again
  merge();
  EXPECT_EQ(base().size(), 4U);
}

TEST_F(Zones, BetweenMergeAndTrimEitherBaseZoneGivesTheSameAnswers) {
  const auto lifted = list("lifted.example");
  const auto moved = list("moved.example");
  follow();
  merge();
  delist(lifted);
  const auto fresh = list("fresh.example");
  follow();
  const auto old_base = base();
  merge_only();
  EXPECT_EQ(zones_->untrimmed().size(), 1U);
  EXPECT_TRUE(zones_->due_for_merge(1).empty());
  // What a resolver answers with the hot zone first and then a base zone.
  const auto blocked = [&](const Names& with_base, const std::string& name) {
    if (hot().contains(name + ">pass")) return false;
    return hot().contains(name + ">block") || with_base.contains(name + ">block");
  };
  const auto agree = [&](const std::string& name, bool expected) {
    for (const auto& owner : {name, "*." + name}) {
      EXPECT_EQ(blocked(old_base, owner), expected) << owner << " with the base zone of before";
      EXPECT_EQ(blocked(base(), owner), expected) << owner << " with the merged base zone";
    }
  };
  agree("lifted.example", false);
  agree("moved.example", true);
  agree("fresh.example", true);
  // Changes meanwhile, of names on either side of the merge.
  delist(fresh);
  delist(moved);
  list("lifted.example", "tsk_5");
  follow();
  agree("lifted.example", true);
  agree("moved.example", false);
  agree("fresh.example", false);
  load();  // a restart in between knows as much
  agree("lifted.example", true);
  agree("moved.example", false);
  agree("fresh.example", false);
  trim();
  EXPECT_TRUE(zones_->untrimmed().empty());
  EXPECT_FALSE(blocked(base(), "fresh.example"));
  EXPECT_FALSE(blocked(base(), "moved.example"));
  EXPECT_TRUE(blocked(base(), "lifted.example"));
}

TEST_F(Zones, ATrimWaitsForWhatWasNotTakenYet) {
  list("first.example");
  follow();
  merge_only();
  list("late.example");
  const auto refused = zones_->trim(*store_, "org_a");
  ASSERT_TRUE(refused);
  EXPECT_FALSE(*refused);  // its serial would be beyond that of the change
  follow();
  trim();
  EXPECT_EQ(hot(), (Names{"late.example>block", "*.late.example>block"}));
  const auto before = serial("hot.op-a.tocsin");
  load();
  EXPECT_EQ(serial("hot.op-a.tocsin"), before);
}

TEST_F(Zones, AMergeOfOneUnitLosesNothingOfAnother) {
  add_unit("b");
  load();
  list("first.example");
  follow();
  // Between the last look and the merge, the other unit is told to block something.
  model::ListEntry other;
  other.id = ids_.make("lst");
  other.indicator = {model::IndicatorKind::kDomain, "other.example", {}};
  other.addressee = "org_b";
  other.task = "tsk_2";
  change(other, true);
  merge();
  follow();
  EXPECT_FALSE(content("hot.op-b.tocsin").empty());
  EXPECT_FALSE(content("base.op-a.tocsin").empty());
}

TEST_F(Zones, AMergeDropsWhatWasLifted) {
  const auto e = list("evil.example");
  list("other.example");
  follow();
  merge();
  delist(e);
  follow();
  merge();
  EXPECT_EQ(hot(), Names{});
  EXPECT_EQ(base(), (Names{"other.example>block", "*.other.example>block"}));
}

TEST_F(Zones, ARestartGivesTheSameZonesAndSerialsNeverGoBack) {
  const auto e = list("evil.example");
  list("other.example");
  follow();
  merge();
  delist(e);
  list("late.example");
  follow();
  const auto hot_before = hot();
  const auto base_before = base();
  const auto hot_serial = serial("hot.op-a.tocsin");
  const auto base_serial = serial("base.op-a.tocsin");
  load();
  EXPECT_EQ(hot(), hot_before);
  EXPECT_EQ(base(), base_before);
  EXPECT_EQ(serial("hot.op-a.tocsin"), hot_serial);
  EXPECT_EQ(serial("base.op-a.tocsin"), base_serial);
  list("later.example");
  follow();
  EXPECT_GT(serial("hot.op-a.tocsin"), hot_serial);
}

TEST_F(Zones, ALargeBacklogIsMergedAtTheStart) {
  for (int i = 0; i < 20; ++i) list("n" + std::to_string(i) + ".example");
  load(10);
  EXPECT_EQ(hot(), Names{});
  EXPECT_EQ(base().size(), 40U);
}

TEST_F(Zones, DecisionsTellWhatIsNewAndOnlyWhatNobodyElseBlocks) {
  const auto first = list("evil.example", "tsk_1");
  list("evil.example", "tsk_2");
  list("198.51.100.7", "tsk_3", model::IndicatorKind::kIpv4);
  const auto start =
      store_->read([&](store::ReadTx& tx) { return decision_stream(tx, "org_a", true, 0, {}); });
  ASSERT_TRUE(start);
  EXPECT_EQ(start->body["new"].items().size(), 3U);
  EXPECT_TRUE(start->body["deleted"].is_null());
  delist(first);
  const auto covered = store_->read(
      [&](store::ReadTx& tx) { return decision_stream(tx, "org_a", false, start->version, {}); });
  EXPECT_TRUE(covered->body["deleted"].is_null());
  const auto addresses = store_->read(
      [&](store::ReadTx& tx) { return decision_stream(tx, "org_a", true, 0, {{"ip"}, {}}); });
  ASSERT_EQ(addresses->body["new"].items().size(), 1U);
  const Json& d = addresses->body["new"].items().front();
  EXPECT_EQ(d.str("scope"), "Ip");
  EXPECT_EQ(d.str("type"), "ban");
  EXPECT_EQ(d.str("value"), "198.51.100.7");
  EXPECT_EQ(d.str("origin"), "tocsin");
  const auto about = store_->read(
      [&](store::ReadTx& tx) { return decisions_about(tx, "org_a", "Ip", "198.51.100.7"); });
  EXPECT_EQ(about->items().size(), 1U);
  const auto none = store_->read(
      [&](store::ReadTx& tx) { return decisions_about(tx, "org_b", "Ip", "198.51.100.7"); });
  EXPECT_TRUE(none->is_null());
}

}  // namespace
}  // namespace tocsin::enforce
