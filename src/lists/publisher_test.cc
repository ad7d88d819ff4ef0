// From the desk's decisions to the versioned list: what is added, taken away, and never twice.
#include "lists/publisher.h"

#include <map>
#include <set>

#include "desk/desk_fixture.h"

namespace tocsin::lists {
namespace {

using model::ListChange;
using model::ListEntry;
using model::ListOp;

class Lists : public desk::DeskTest {
 protected:
  void SetUp() override {
    DeskTest::SetUp();
    publisher_ = std::make_unique<Publisher>(*store_, clock_, *ids_);
  }

  /// Runs until there is nothing new.
  void publish() {
    for (int i = 0; i < 1000; ++i) {
      const auto read = publisher_->run_once();
      ASSERT_TRUE(read) << read.error().message;
      if (*read == 0) return;
    }
    FAIL() << "the publisher never comes to rest";
  }

  std::vector<ListChange> changes() {
    return desk::must(
        store_->read([](store::ReadTx& tx) { return store::scan<ListChange>(tx, {}, 10000); }));
  }

  /// What an addressee has to block now.
  std::set<std::string> live(const std::string& code = "op-a") {
    const auto entries = desk::must(store_->read(
        [&](store::ReadTx& tx) { return store::find<ListEntry>(tx, "live", org(code)); }));
    std::set<std::string> out;
    for (const auto& e : entries) out.insert(e.indicator.value);
    return out;
  }

  /// The list that a subscriber has who only ever applied the deltas.
  std::set<std::string> replayed() {
    std::set<std::string> out;
    for (const auto& c : changes()) {
      if (c.op == ListOp::kNew) out.insert(c.entry.id);
      if (c.op == ListOp::kDelist) out.erase(c.entry.id);
    }
    return out;
  }

  using Names = std::set<std::string>;
  std::unique_ptr<Publisher> publisher_;
};

TEST_F(Lists, NothingIsListedBeforeTheNotice_lifecycle8) {
  const auto task = approved_task();
  publish();
  EXPECT_TRUE(live().empty());
  EXPECT_TRUE(changes().empty());
}

TEST_F(Lists, ANotifiedTaskIsListed_W17_15) {
  const auto task = notified(desk::DeskTest::verdict(), finding({"evil.example", "bad.example"}));
  publish();
  EXPECT_EQ(live(), (Names{"bad.example", "evil.example"}));
  EXPECT_TRUE(live("op-b").empty());
  ASSERT_EQ(changes().size(), 2U);
  const ListEntry e = changes()[0].entry;
  EXPECT_EQ(e.task, task.id);
  EXPECT_EQ(e.threat, task.threat);
  EXPECT_EQ(e.case_number, load<model::Threat>(task.threat).number);
  EXPECT_EQ(e.since, clock_.now());
  EXPECT_EQ(load<model::Task>(task.id).ladder.dispatched, clock_.now());
}

TEST_F(Lists, AChangeStandsOnTheProvisionThatTheDeskActedOn_lifecycle6) {
  const auto task = notified();
  publish();
  desk::must(desk_->rule_appeal(as("ministry-c"), checking(task).id, {"upheld", "x", {}}));
  publish();
  const auto entries = journal(task.threat);
  const auto basis_of = [&](std::string_view action) {
    const auto e = std::find_if(entries.begin(), entries.end(),
                                [&](const auto& x) { return x.action == action; });
    EXPECT_NE(e, entries.end()) << action;
    return e == entries.end() ? journal::Basis{} : e->basis;
  };
  EXPECT_EQ(basis_of("list.new"), basis_of("task.notified"));
  EXPECT_EQ(basis_of("task.dispatched"), basis_of("task.notified"));
  EXPECT_EQ(basis_of("list.delist"), basis_of("task.lift-ordered"));
  EXPECT_EQ(basis_of("task.lift-dispatched").article, "10");
  EXPECT_FALSE(basis_of("list.new").version.empty());
}

TEST_F(Lists, APhoneCallListsAtOnceAndTheWrittenNoticeNothingMore_W17_22) {
  const auto task = approved_task();
  desk::must(desk_->phone_notify(as("ministry-b"), task.id, {"x", "1", "y", "urgent"}));
  publish();
  EXPECT_EQ(live(), Names{"evil.example"});
  desk::must(desk_->notify(as("ministry-b"), task.id, {}));
  publish();
  EXPECT_EQ(changes().size(), 1U);
}

TEST_F(Lists, OnlyMeasuresOfItem1AreListed) {
  notified(verdict({proposal(model::Measure::kClean)}));
  publish();
  EXPECT_TRUE(changes().empty());
}

TEST_F(Lists, ARenewedNoticeListsNothingTwice) {
  const auto task = notified();
  publish();
  desk::must(desk_->feed_back(as("abuse-a"), task.id, done()));
  desk::must(desk_->verify(as("analyst-b"), task.id, probe(false)));
  desk::must(desk_->notify(as("ministry-b"), task.id, {"6h"}));
  publish();
  EXPECT_EQ(changes().size(), 1U);
  EXPECT_EQ(live(), Names{"evil.example"});
}

TEST_F(Lists, AnUpheldAppealTakesTheEntryAway_W17_27_lifecycle8) {
  const auto task = notified();
  publish();
  const auto a = checking(task);
  desk::must(desk_->rule_appeal(as("ministry-c"), a.id, {"upheld", "x", {}}));
  publish();
  EXPECT_TRUE(live().empty());
  ASSERT_EQ(changes().size(), 2U);
  EXPECT_EQ(changes()[1].op, ListOp::kDelist);
  EXPECT_EQ(load<model::Task>(task.id).lift_ladder.dispatched, clock_.now());
}

TEST_F(Lists, SuspendTakesAwayDismissBringsBack_W17_27) {
  const auto task = notified();
  publish();
  const auto a = checking(task, true);
  publish();
  EXPECT_TRUE(live().empty());
  desk::must(desk_->rule_appeal(as("ministry-c"), a.id, {"dismissed", "x", {}}));
  publish();
  EXPECT_EQ(live(), Names{"evil.example"});
  ASSERT_EQ(changes().size(), 3U);
  // What was delisted stays as it was; listing again makes a new entry with its own version.
  EXPECT_NE(changes()[2].entry.id, changes()[0].entry.id);
}

TEST_F(Lists, UpheldAfterASuspensionDoesNotStopThePublisher_W17_27) {
  const auto task = notified();
  const auto a = checking(task, true);
  publish();
  EXPECT_TRUE(live().empty());
  desk::must(desk_->rule_appeal(as("ministry-c"), a.id, {"upheld", "x", {}}));
  publish();  // there is nothing left to take away
  EXPECT_TRUE(load<model::Task>(task.id).lift_ladder.dispatched);
  notified(verdict(), finding({"next.example"}));
  publish();
  EXPECT_EQ(live(), Names{"next.example"});
}

TEST_F(Lists, WhatWasLiftedWhileThePublisherSleptIsNeverListed) {
  const auto task = notified();
  const auto a = checking(task);
  desk::must(desk_->rule_appeal(as("ministry-c"), a.id, {"upheld", "x", {}}));
  publish();
  EXPECT_TRUE(live().empty());
  EXPECT_TRUE(changes().empty());
}

TEST_F(Lists, PartlyUpheldTakesAwayOnlyWhatWasLifted_W17_27) {
  for (const bool suspend : {false, true}) {
    const std::string n = suspend ? "s" : "p";
    const auto task = notified(verdict(), finding({n + "evil.example", n + "good.example"}));
    publish();
    const auto a = checking(task, suspend);
    publish();
    desk::must(
        desk_->rule_appeal(as("ministry-c"), a.id, {"partly-upheld", "x", {n + "good.example"}}));
    publish();
    EXPECT_TRUE(live().contains(n + "evil.example")) << n;
    EXPECT_FALSE(live().contains(n + "good.example")) << n;
  }
}

TEST_F(Lists, AWithdrawnMeasureIsNotListed) {
  const auto task = approved_task();
  desk::must(desk_->withdraw(as("ministry-b"), task.id, {"x"}));
  publish();
  EXPECT_TRUE(changes().empty());
  EXPECT_FALSE(load<model::Task>(task.id).ladder.dispatched);
}

TEST_F(Lists, EachAddresseeHasItsOwnEntries) {
  const auto t =
      approved(verdict({proposal(), proposal(model::Measure::kBlock, "op-b")}), finding(), true);
  publish();
  EXPECT_EQ(live("op-a"), Names{"evil.example"});
  EXPECT_EQ(live("op-b"), Names{"evil.example"});
  const auto a = checking(load<model::Task>(t.tasks[0]));
  desk::must(desk_->rule_appeal(as("ministry-c"), a.id, {"upheld", "x", {}}));
  publish();
  EXPECT_TRUE(live("op-a").empty());
  EXPECT_EQ(live("op-b"), Names{"evil.example"});
}

TEST_F(Lists, ANewPublisherContinuesWhereTheOldOneStopped) {
  notified(verdict(), finding({"one.example"}));
  publish();
  notified(verdict(), finding({"two.example"}));
  publisher_ = std::make_unique<Publisher>(*store_, clock_, *ids_);
  publish();
  EXPECT_EQ(live(), (Names{"one.example", "two.example"}));
  EXPECT_EQ(changes().size(), 2U);
  publisher_ = std::make_unique<Publisher>(*store_, clock_, *ids_);
  EXPECT_EQ(publisher_->run_once().value(), 0);
}

TEST_F(Lists, ARestartBetweenBatchesListsNothingTwiceAndLosesNothing) {
  // More journal entries than a batch has; a new publisher takes every single batch.
  Names expected;
  for (int i = 0; i < 60; ++i) {
    const std::string name = "n" + std::to_string(i) + ".example";
    notified(verdict(), finding({name}));
    expected.insert(name);
  }
  ASSERT_GT(length(), 2U * 256U);
  int rounds = 0;
  for (; rounds < 100; ++rounds) {
    Publisher fresh(*store_, clock_, *ids_);
    if (desk::must(fresh.run_once()) == 0) break;
  }
  EXPECT_GT(rounds, 2);
  EXPECT_EQ(live(), expected);
  EXPECT_EQ(changes().size(), expected.size());
}

TEST_F(Lists, VersionsStrictlyGrowAndAreJournalNumbers) {
  for (int i = 0; i < 5; ++i) {
    const auto task = notified(verdict(), finding({"v" + std::to_string(i) + ".example"}));
    publish();
    if (i % 2 == 0) continue;
    const auto a = checking(task);
    desk::must(desk_->rule_appeal(as("ministry-c"), a.id, {"upheld", "x", {}}));
    publish();
  }
  const auto all = changes();
  ASSERT_EQ(all.size(), 7U);
  const auto entries =
      desk::must(store_->read([](store::ReadTx& tx) { return tx.journal(0, 100000); }));
  std::uint64_t last = 0;
  for (const auto& c : all) {
    EXPECT_GT(c.version, last);
    last = c.version;
    EXPECT_EQ(c.id, model::list_version_key(c.version));
    EXPECT_EQ(c.entry.version, c.version);
    const auto& e = entries.at(c.version - 1);
    EXPECT_EQ(e.action, "list." + std::string(name(c.op)));
    EXPECT_EQ(e.subject, c.entry.id);
  }
  const auto current = desk::must(store_->read(
      [&](store::ReadTx& tx) { return store::find<ListEntry>(tx, "live", org("op-a")); }));
  Names ids;
  for (const auto& e : current) ids.insert(e.id);
  EXPECT_EQ(replayed(), ids) << "the deltas alone give the same list";
}

TEST_F(Lists, VersionKeysSortAsNumbersDo) {
  EXPECT_EQ(model::list_version_key(7), "00000000000000000007");
  EXPECT_LT(model::list_version_key(99), model::list_version_key(100));
  EXPECT_EQ(model::list_version_key(~std::uint64_t{0}).size(), 20U);
}

}  // namespace
}  // namespace tocsin::lists
