// Overdue, breach and sanction: T18, W17-24, W17-29.
#include "desk/desk_fixture.h"

namespace tocsin::desk {
namespace {

using Breach = DeskTest;

TEST_F(Breach, OverdueIsMarkedOnceWithItsArticle_W17_24) {
  const Task n = notified();
  EXPECT_EQ(must(desk_->mark_overdue()), 0);
  clock_.advance(std::chrono::hours(24) - std::chrono::microseconds(1));
  EXPECT_EQ(must(desk_->mark_overdue()), 0);
  clock_.advance(std::chrono::microseconds(1));
  EXPECT_EQ(must(desk_->mark_overdue()), 1);
  EXPECT_TRUE(load<Task>(n.id).overdue);
  const auto e = journal(n.threat).back();
  EXPECT_EQ(e.action, "task.overdue");
  EXPECT_EQ(e.actor, "system:clock");
  EXPECT_EQ(e.basis.requirement, "W17-24");
  EXPECT_EQ(e.basis.article, "9");
  const auto before = length();
  EXPECT_EQ(must(desk_->mark_overdue()), 0);
  EXPECT_EQ(length(), before);
}

TEST_F(Breach, WhatTheAddresseeSaysIsNotItsOwnIsRemembered_W17_24) {
  const Task n = notified();
  FeedbackRequest r;
  r.outcome = model::Outcome::kDone;
  r.detail = "the address was returned last year";
  r.reason_code = "not-ours";
  r.evidence = {evidence()};
  expect_refused(desk_->feed_back(as("abuse-a"), n.id, r), Code::kInvalid, "W17-24");
  r.outcome = model::Outcome::kImpossible;
  r.reason_code = "no-time";
  expect_refused(desk_->feed_back(as("abuse-a"), n.id, r), Code::kInvalid, "W17-24");
  r.reason_code = "not-ours";
  const Task fed = must(desk_->feed_back(as("abuse-a"), n.id, r));
  EXPECT_EQ(fed.feedback.back().reason_code, "not-ours");
  const auto entries = store_->read(
      [](store::ReadTx& tx) { return store::scan<model::Responsibility>(tx, {}, 100); });
  ASSERT_EQ(entries->size(), n.indicators.size());
  const auto& e = entries->front();
  EXPECT_EQ(e.effect, model::ResponsibilityEffect::kNotOurs);
  EXPECT_EQ(e.key, n.indicators.front().key());
  EXPECT_EQ(e.organization, n.addressee);
  EXPECT_EQ(e.task, n.id);
  EXPECT_EQ(e.by.reason, r.detail);
}

TEST_F(Breach, MoreOverdueTasksThanAPageAreAllMarked) {
  // 520 tasks that were marked long ago and still run, and one behind them that was not.
  const Task n = notified();
  ASSERT_TRUE(store_->write([&](store::WriteTx& tx) -> Status {
    for (int i = 0; i < 520; ++i) {
      Task t = n;
      t.id = ids_->make("tsk");
      t.number += "-copy-" + std::to_string(i);
      t.overdue = true;
      t.clocks[0].due = n.clocks[0].due.plus(-std::chrono::hours(1));
      t.clocks[0].late_at = t.clocks[0].due;
      TRY_STATUS(store::put(tx, t));
    }
    store::Change change;
    change.action = "test.staged";
    TRY_STATUS(tx.append(change));
    return {};
  }));
  clock_.advance(std::chrono::hours(25));
  EXPECT_EQ(must(desk_->mark_overdue()), 1);
  EXPECT_TRUE(load<Task>(n.id).overdue);
}

TEST_F(Breach, WhatWasFedBackDoesNotBecomeOverdue_W17_24) {
  const Task f = fed_back();
  clock_.advance(std::chrono::hours(48));
  EXPECT_EQ(must(desk_->mark_overdue()), 0);
  EXPECT_FALSE(load<Task>(f.id).overdue);
}

TEST_F(Breach, ARenewedNoticeTakesTheMarkAway) {
  const Task n = notified();
  clock_.advance(std::chrono::hours(25));
  must(desk_->mark_overdue());
  must(desk_->feed_back(as("abuse-a"), n.id, done()));
  must(desk_->verify(as("analyst-b"), n.id, probe(false)));
  EXPECT_FALSE(must(desk_->notify(as("ministry-b"), n.id, {"6h"})).overdue);
}

// T18
TEST_F(Breach, T18_NoBreachBeforeTheTimeLimit_W17_29) {
  const Task n = notified();
  expect_refused(desk_->report_breach(as("ministry-b"), n.id, {""}), Code::kInvalid, "W17-29");
  expect_refused(desk_->report_breach(as("ministry-b"), n.id, {"slow"}), Code::kRefused, "W17-29");
  clock_.advance(std::chrono::hours(24) - std::chrono::microseconds(1));
  expect_refused(desk_->report_breach(as("ministry-b"), n.id, {"slow"}), Code::kRefused, "W17-29");
  clock_.advance(std::chrono::microseconds(1));
  const Task b = must(desk_->report_breach(as("ministry-b"), n.id, {"nothing was done"}));
  EXPECT_EQ(b.state, TaskState::kBreach);
  EXPECT_TRUE(b.overdue);
}

TEST_F(Breach, T18_AFailedVerificationCanBeABreach_W17_29) {
  const Task n = notified();
  clock_.advance(std::chrono::hours(25));
  must(desk_->mark_overdue());
  must(desk_->feed_back(as("abuse-a"), n.id, done()));
  must(desk_->verify(as("analyst-b"), n.id, probe(false)));
  const Task b = must(desk_->report_breach(as("ministry-b"), n.id, {"it was not blocked"}));
  EXPECT_EQ(b.state, TaskState::kBreach);
  EXPECT_TRUE(b.overdue) << "it had been late, too";
}

TEST_F(Breach, T18_ABreachIsStillToBeDisposedOf_W17_24) {
  const Task n = notified();
  clock_.advance(std::chrono::hours(30));
  must(desk_->report_breach(as("ministry-b"), n.id, {"nothing was done"}));
  const Task f = must(desk_->feed_back(as("abuse-a"), n.id, done()));
  EXPECT_EQ(f.state, TaskState::kFedBack);
  EXPECT_FALSE(f.feedback.back().on_time);
}

TEST_F(Breach, ASanctionCitesTheLawInForce_W17_29) {
  const Task n = notified();
  expect_refused(desk_->sanction(as("ministry-b"), n.id, {"talk", 0, "56", "x"}), Code::kRefused,
                 "W17-29");
  clock_.advance(std::chrono::hours(30));
  must(desk_->report_breach(as("ministry-b"), n.id, {"nothing was done"}));
  for (const auto& bad :
       {SanctionRequest{"prison", 0, "56", "x"}, SanctionRequest{"fine", 0, "59", "x"},
        SanctionRequest{"fine", -5, "59", "x"}, SanctionRequest{"talk", 100, "56", "x"},
        SanctionRequest{"talk", 0, "21", "x"}, SanctionRequest{"talk", 0, "", "x"},
        SanctionRequest{"fine", 100, "68", "x"}}) {
    const auto before = length();
    expect_refused(desk_->sanction(as("ministry-b"), n.id, bad), Code::kInvalid, "W17-29");
    EXPECT_EQ(length(), before);
  }
  const std::vector<std::pair<std::string, std::string>> moved = {
      {"56", "58"}, {"59", "61"}, {"60", "62"}};
  for (const auto& [old_article, new_article] : moved) {
    const Task s = must(desk_->sanction(as("ministry-b"), n.id,
                                        {"fine", 1'000'000, old_article, "not disposed of"}));
    EXPECT_EQ(s.sanctions.back().basis.rule_set, "csl-2025");
    EXPECT_EQ(s.sanctions.back().basis.article, new_article);
    EXPECT_EQ(s.sanctions.back().fine_fen, 1'000'000);
  }
  EXPECT_EQ(journal(n.threat).back().basis.rule_set, "csl-2025");
  EXPECT_EQ(load<Task>(n.id).state, TaskState::kBreach) << "a sanction does not end the duty";
}

TEST_F(Breach, BeforeTheAmendmentTheOldNumbersStand_W17_29) {
  clock_.set(at("2025-12-30T10:00:00+08:00"));
  must(registry_->delegate_body(as("ministry-a"),
                                {"cert", at("2025-01-01"), at("2026-01-01"), "of 2025"}));
  must(registry_->add_training(
      as("ministry-a"), {"analyst-a", "identification", at("2025-01-05"), at("2025-12-31"), ""}));
  const Task n = notified(verdict({proposal(Measure::kBlock, "op-a", "1h")}));
  clock_.advance(std::chrono::hours(2));
  must(desk_->report_breach(as("ministry-b"), n.id, {"nothing was done"}));
  const Task s =
      must(desk_->sanction(as("ministry-b"), n.id, {"warning", 0, "68", "not disposed of"}));
  EXPECT_EQ(s.sanctions.back().basis.rule_set, "csl-2016");
  EXPECT_EQ(s.sanctions.back().basis.article, "68");
}

}  // namespace
}  // namespace tocsin::desk
