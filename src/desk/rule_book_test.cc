// Rule files taken in while the hub runs (design 4.2; W17-27 counts over a year not announced yet).
#include "desk/rule_book.h"

#include "desk/desk_fixture.h"

namespace tocsin::desk {
namespace {

/// A notice such as there could be for 2027: not the real one.
constexpr const char* kYear = R"({
  "kind": "calendar-year", "year": 2027,
  "source": {"zh": "示例", "en": "example"}, "papers": [],
  "holidays": [
    {"name": {"zh": "元旦", "en": "New Year"}, "off": ["2027-01-01/2027-01-03"],
     "work": ["2027-01-09"]},
    {"name": {"zh": "春节", "en": "Spring Festival"}, "off": ["2027-02-05/2027-02-11"],
     "work": ["2027-01-31"]}]})";

class Rules : public DeskTest {
 protected:
  void SetUp() override {
    DeskTest::SetUp();
    book_ = must(RuleBook::open(*store_, clock_, {}));
    desk_ = std::make_unique<Desk>(
        Services{*store_, book_->law(), [this] { return guard_; }, signer_, clock_, *ids_});
  }
  void TearDown() override {
    desk_.reset();
    book_.reset();
    DeskTest::TearDown();
  }
  /// Filed on Monday 28 December 2026: the answer is due thirty working days later, in 2027.
  Appeal over_the_year() {
    clock_.set(at("2026-12-21T10:00:00+08:00"));
    const Task n = notified();
    clock_.set(at("2026-12-28T10:00:00+08:00"));
    return must(desk_->file_appeal(as("citizen"), appeal_of(n.id)));
  }
  static const model::ClockFact& answer(const Appeal& a) { return a.clocks.at(1); }

  std::unique_ptr<RuleBook> book_;
};

TEST_F(Rules, ACalendarYearMakesProvisionalDeadlinesFinal_W17_27) {
  const Appeal before = over_the_year();
  ASSERT_EQ(answer(before).clock, "appeal_answer");
  // 3 days of December and 27 of Monday to Friday, New Year's Day alone being off.
  EXPECT_EQ(answer(before).last_day, "2027-02-09");
  EXPECT_TRUE(answer(before).provisional);
  must(book_->import(as("operations"), {kYear}));
  // By the notice the 9th and 31st of January are worked, and the 5th to 11th of February are off.
  const Appeal after = load<Appeal>(before.id);
  EXPECT_EQ(answer(after).last_day, "2027-02-12");
  EXPECT_EQ(answer(after).due, at("2027-02-13T00:00:00+08:00"));
  EXPECT_FALSE(answer(after).provisional);
  EXPECT_EQ(answer(after).start, answer(before).start);
  EXPECT_EQ(after.clocks.at(0).due, before.clocks.at(0).due) << "a met clock stays as it was";
  EXPECT_EQ(count(before.threat, "appeal.deadline-recomputed"), 1);
  EXPECT_EQ(must(book_->recompute()), 0) << "nothing is provisional any more";
}

TEST_F(Rules, APreviewSaysWhatAnImportWouldChangeAndChangesNothing_W17_27) {
  const Appeal appeal = over_the_year();
  const auto entries = length();
  const auto seen = must(book_->preview(as("operations"), {kYear}));
  EXPECT_EQ(seen.id, "calendar-2027");
  EXPECT_EQ(seen.kind, "calendar-year");
  EXPECT_EQ(seen.effect, "new");
  EXPECT_EQ(seen.name.en, "example");
  EXPECT_GE(seen.provisional, seen.recomputed);
  EXPECT_EQ(length(), entries);
  EXPECT_FALSE(book_->law()->calendar().announced(2027));
  EXPECT_EQ(answer(load<Appeal>(appeal.id)).last_day, "2027-02-09");

  must(book_->import(as("operations"), {kYear}));
  const auto changed = count(appeal.threat, "appeal.deadline-recomputed") +
                       count(appeal.threat, "task.deadline-recomputed") +
                       count(appeal.threat, "threat.deadline-recomputed");
  EXPECT_EQ(seen.recomputed, changed) << "the number that was said";
  const auto again = must(book_->preview(as("operations"), {kYear}));
  EXPECT_EQ(again.effect, "same");
  EXPECT_EQ(again.recomputed, 0);
  EXPECT_EQ(must(book_->preview(as("operations"), {std::string(kYear) + "\n"})).effect, "replaces");
}

TEST_F(Rules, APreviewRefusesWhatAnImportRefuses_W17_31) {
  const auto shipped = R"({"kind":"rule-set","id":"miit-202"})";
  expect_refused(book_->preview(as("operations"), {shipped}), Code::kRefused, "W17-31");
  expect_refused(book_->preview(as("operations"), {"{}"}), Code::kInvalid, "W17-31");
  expect_refused(book_->preview(as("ministry-a"), {kYear}), Code::kForbidden, "W17-10");
  const auto broken = book_->preview(as("operations"), {R"({"kind":"calendar-year","year":2027})"});
  ASSERT_FALSE(broken);
  EXPECT_NE(broken.error().field.find("calendar-2027"), std::string::npos) << broken.error().field;
}

TEST_F(Rules, ALateClockThatIsNotLateByTheNoticeIsNoLongerMarked_W17_27) {
  const Appeal a = over_the_year();
  clock_.set(at("2027-02-10T09:00:00+08:00"));
  must(desk_->mark_overdue());
  ASSERT_TRUE(answer(load<Appeal>(a.id)).late_at);
  must(book_->import(as("operations"), {kYear}));
  EXPECT_FALSE(answer(load<Appeal>(a.id)).late_at);
}

TEST_F(Rules, ANoticeLimitInWorkingDaysIsCountedAgainToo_W17_24) {
  clock_.set(at("2026-12-30T10:00:00+08:00"));
  const Task t = notified(verdict({proposal(Measure::kBlock, "op-a", "7wd")}));
  const auto* dispose = model::running_clock(const_cast<Task&>(t).clocks, "dispose");
  ASSERT_NE(dispose, nullptr);
  EXPECT_EQ(dispose->last_day, "2027-01-11");
  must(book_->import(as("operations"), {kYear}));
  Task after = load<Task>(t.id);
  EXPECT_EQ(model::running_clock(after.clocks, "dispose")->last_day, "2027-01-09");
}

TEST_F(Rules, AnImportSurvivesARestartAndIsTakenOnce) {
  must(book_->import(as("operations"), {kYear}));
  const auto entries = length();
  must(book_->import(as("operations"), {kYear}));
  EXPECT_EQ(length(), entries) << "the same file again changes nothing";
  EXPECT_TRUE(book_->law()->calendar().announced(2027));
  const auto again = must(RuleBook::open(*store_, clock_, {}));
  EXPECT_TRUE(again->law()->calendar().announced(2027));
  EXPECT_EQ(must(again->imported()).size(), 1U);
}

TEST_F(Rules, WhatShipsIsNotChangedInPassing_W17_31) {
  const auto shipped = R"({"kind":"rule-set","id":"miit-202"})";
  expect_refused(book_->import(as("operations"), {shipped}), Code::kRefused, "W17-31");
  expect_refused(book_->import(as("ministry-a"), {kYear}), Code::kForbidden, "W17-10");
  const auto broken = book_->import(as("operations"), {R"({"kind":"calendar-year","year":2027})"});
  ASSERT_FALSE(broken);
  EXPECT_NE(broken.error().field.find("calendar-2027"), std::string::npos) << broken.error().field;
  EXPECT_FALSE(book_->law()->calendar().announced(2027));
  EXPECT_EQ(must(book_->imported()).size(), 0U);
}

}  // namespace
}  // namespace tocsin::desk
