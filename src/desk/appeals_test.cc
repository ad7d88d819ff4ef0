// Appeals, regulation section 3.2 and R202 art. 10: W17-26, W17-27, lifecycle invariant 3.
#include <set>

#include "desk/desk_fixture.h"

namespace tocsin::desk {
namespace {

using Appeals = DeskTest;

TEST_F(Appeals, FilingStartsTheAnswerClockAndSuspendsNothing_W17_26_W17_27) {
  const Task n = notified();
  clock_.advance(std::chrono::hours(48));
  const Appeal a = must(desk_->file_appeal(as("citizen"), appeal_of(n.number)));
  EXPECT_EQ(a.state, AppealState::kFiled);
  EXPECT_EQ(a.number, "A-2026-000001");
  EXPECT_EQ(a.authority, org("miit"));
  EXPECT_EQ(a.knew_at, load<Notice>(n.notices[0]).issued_at) << "left out: of the notice";
  ASSERT_EQ(a.clocks.size(), 2U);
  EXPECT_EQ(a.clocks[0].clock, "appeal_file");
  EXPECT_EQ(a.clocks[0].length, "10 working_day");
  EXPECT_FALSE(a.clocks[0].running());
  EXPECT_EQ(a.clocks[1].clock, "appeal_answer");
  EXPECT_TRUE(a.clocks[1].running());
  const Task t = load<Task>(n.id);
  EXPECT_EQ(t.appeals, std::vector<std::string>{a.id});
  EXPECT_FALSE(t.suspended);
  EXPECT_EQ(t.state, TaskState::kNotified);
}

TEST_F(Appeals, OnlyMeasuresOfItem1CanBeAppealed_W17_26_lifecycle3) {
  for (const Measure m : {Measure::kClean, Measure::kRectify, Measure::kOther}) {
    auto p = proposal(m);
    p.reason = "because";
    const Task n =
        notified(verdict({p}), finding({"m" + std::to_string(static_cast<int>(m)) + ".example"}));
    expect_refused(desk_->file_appeal(as("citizen"), appeal_of(n.id)), Code::kRefused, "W17-26");
  }
}

TEST_F(Appeals, AMeasureThatWasNotOrderedCannotBeAppealed_W17_26) {
  const Task t = approved_task();
  expect_refused(desk_->file_appeal(as("citizen"), appeal_of(t.id)), Code::kRefused, "W17-26");
}

TEST_F(Appeals, AnAppealSaysWhoWhyAndOnWhatGrounds_W17_26) {
  const Task n = notified();
  for (int missing = 0; missing < 4; ++missing) {
    AppealRequest r = appeal_of(n.id);
    if (missing == 0) r.appellant.name.clear();
    if (missing == 1) r.appellant.contact.clear();
    if (missing == 2) r.appellant.interest.clear();
    if (missing == 3) r.grounds.clear();
    expect_refused(desk_->file_appeal(as("citizen"), r), Code::kInvalid, "W17-26");
  }
  AppealRequest r = appeal_of(n.id);
  r.knew_at = clock_.now().plus(std::chrono::seconds(1));
  expect_refused(desk_->file_appeal(as("citizen"), r), Code::kInvalid, "W17-26");
}

/// Served on 10 February 2026. The ten working days are 11, 12, 13, 14 (a Saturday that is worked),
/// 24, 25, 26, 27, 28 (worked again) and 2 March: Spring Festival lasts from the 15th to the 23rd.
class SpringFestival : public Appeals {
 protected:
  Appeal filed(std::string_view when) {
    clock_.set(at("2026-02-10T16:30:00+08:00"));
    const Task n = notified();
    clock_.set(at(when));
    return must(desk_->file_appeal(as("citizen"), appeal_of(n.id)));
  }
};

TEST_F(SpringFestival, TheLastInstantIsInTime_W17_26) {
  const Appeal a = filed("2026-03-02T23:59:59+08:00");
  EXPECT_EQ(a.clocks[0].last_day, "2026-03-02");
  EXPECT_EQ(a.clocks[0].due, at("2026-03-03T00:00:00+08:00"));
  EXPECT_FALSE(a.clocks[0].provisional);
  EXPECT_EQ(must(desk_->admit_appeal(as("ministry-c"), a.id, {true, "", false})).state,
            AppealState::kAccepted);
}

TEST_F(SpringFestival, TheNextInstantIsLate_W17_26) {
  const Appeal a = filed("2026-03-03T00:00:00+08:00");
  expect_refused(desk_->admit_appeal(as("ministry-c"), a.id, {true, "", false}), Code::kRefused,
                 "W17-26");
  expect_refused(desk_->admit_appeal(as("ministry-c"), a.id, {false, "", false}), Code::kInvalid,
                 "W17-26");
  const Appeal no = must(desk_->admit_appeal(as("ministry-c"), a.id, {false, "late", false}));
  EXPECT_EQ(no.state, AppealState::kInadmissible);
  EXPECT_EQ(no.ruling, "inadmissible");
  const Appeal answered = must(desk_->answer_appeal(as("ministry-c"), a.id, {"filed too late"}));
  EXPECT_EQ(answered.state, AppealState::kAnswered);
  EXPECT_EQ(load<Notice>(answered.notice).kind, NoticeKind::kAnswer);
}

TEST_F(SpringFestival, TheAnswerIsDueAfterThirtyWorkingDays_W17_27) {
  // Filed on 11 February: 3 working days before the festival, 5 more to the end of the month, 22
  // in March (2 to 31) make 30.
  const Appeal a = filed("2026-02-11T09:00:00+08:00");
  EXPECT_EQ(a.clocks[1].length, "30 working_day");
  EXPECT_EQ(a.clocks[1].last_day, "2026-03-31");
  EXPECT_EQ(a.clocks[1].basis.requirement, "W17-27");
}

TEST_F(SpringFestival, WhoLearnedOfItLaterHasTheTenDaysFromThen_W17_26) {
  clock_.set(at("2026-02-10T16:30:00+08:00"));
  const Task n = notified();
  clock_.set(at("2026-03-09T10:00:00+08:00"));
  AppealRequest r = appeal_of(n.id);
  r.knew_at = at("2026-03-06T10:00:00+08:00");
  const Appeal a = must(desk_->file_appeal(as("citizen"), r));
  EXPECT_EQ(must(desk_->admit_appeal(as("ministry-c"), a.id, {true, "", false})).state,
            AppealState::kAccepted);
}

TEST_F(SpringFestival, APhoneCallServesToo_W17_22_W17_26) {
  clock_.set(at("2026-02-10T16:30:00+08:00"));
  const Task t = approved_task();
  must(desk_->phone_notify(as("ministry-b"), t.id, {"x", "1", "y", "urgent"}));
  clock_.advance(std::chrono::hours(20));
  must(desk_->notify(as("ministry-b"), t.id, {}));
  const Appeal a = must(desk_->file_appeal(as("citizen"), appeal_of(t.id)));
  EXPECT_EQ(a.knew_at, at("2026-02-10T16:30:00+08:00"));
}

TEST_F(Appeals, OnlyTheDecidingAuthorityHearsIt_W17_26_lifecycle3) {
  const Task n = notified();
  const Appeal a = must(desk_->file_appeal(as("citizen"), appeal_of(n.id)));
  expect_refused(desk_->admit_appeal(as("sichuan-c"), a.id, {true, "", false}), Code::kForbidden,
                 "W17-26");
  must(desk_->admit_appeal(as("ministry-c"), a.id, {true, "", false}));
  expect_refused(desk_->check_appeal(as("sichuan-c"), a.id, {""}), Code::kForbidden, "W17-26");
  must(desk_->check_appeal(as("ministry-c"), a.id, {""}));
  expect_refused(desk_->rule_appeal(as("sichuan-c"), a.id, {"upheld", "x", {}}), Code::kForbidden,
                 "W17-26");
  must(desk_->rule_appeal(as("ministry-c"), a.id, {"upheld", "x", {}}));
  expect_refused(desk_->answer_appeal(as("sichuan-c"), a.id, {""}), Code::kForbidden, "W17-26");
}

TEST_F(Appeals, TheDeciderNeitherChecksNorRulesNorTurnsAway_W17_27) {
  const Task n = notified();  // decided by ministry-a, who is a checker too
  const Appeal a = must(desk_->file_appeal(as("citizen"), appeal_of(n.id)));
  expect_refused(desk_->admit_appeal(as("ministry-a"), a.id, {false, "no", false}), Code::kRefused,
                 "W17-27");
  must(desk_->admit_appeal(as("ministry-a"), a.id, {true, "", false}));
  expect_refused(desk_->check_appeal(as("ministry-a"), a.id, {""}), Code::kRefused, "W17-27");
  must(desk_->check_appeal(as("ministry-c"), a.id, {""}));
  expect_refused(desk_->rule_appeal(as("ministry-a"), a.id, {"dismissed", "x", {}}), Code::kRefused,
                 "W17-27");
  expect_refused(desk_->rule_appeal(as("ministry-b"), a.id, {"dismissed", "x", {}}),
                 Code::kForbidden, "W17-27");
}

TEST_F(Appeals, TheDeciderStaysAwayAfterTheCaseWasReviewedAgain_W17_27) {
  const Task t = verified();
  submitted(finding(), "other-finder");  // relapse: the case gets another review
  must(desk_->delegate(as("ministry-b"), t.threat, {"cert", ""}));
  const Appeal a = must(desk_->file_appeal(as("citizen"), appeal_of(t.id)));
  must(desk_->admit_appeal(as("ministry-c"), a.id, {true, "", false}));
  expect_refused(desk_->check_appeal(as("ministry-a"), a.id, {""}), Code::kRefused, "W17-27");
  must(desk_->determine(as("analyst-a"), t.threat, verdict()));
  must(desk_->review(as("ministry-b"), t.threat, {true, "again", true}));
  expect_refused(desk_->check_appeal(as("ministry-a"), a.id, {""}), Code::kRefused, "W17-27");
}

TEST_F(Appeals, UpheldLiftsCorrectsAndIsVerified_W17_27) {
  const Task v = verified();
  const Appeal a = checking(v);
  expect_refused(desk_->rule_appeal(as("ministry-c"), a.id, {"upheld", "", {}}), Code::kInvalid,
                 "W17-27");
  expect_refused(desk_->rule_appeal(as("ministry-c"), a.id, {"maybe", "x", {}}), Code::kInvalid,
                 "W17-27");
  const Appeal up = must(desk_->rule_appeal(as("ministry-c"), a.id, {"upheld", "repaired", {}}));
  EXPECT_EQ(up.state, AppealState::kUpheld);
  EXPECT_EQ(up.lifted.size(), 1U);
  EXPECT_EQ(load<Task>(v.id).state, TaskState::kLiftOrdered);
  EXPECT_EQ(load<Threat>(v.threat).state, ThreatState::kReopened);
  ASSERT_EQ(notices(v.threat, NoticeKind::kLift).size(), 1U);
  EXPECT_EQ(notices(v.threat, NoticeKind::kLift)[0].addressee, org("op-a"));
  std::set<std::string> told;
  for (const auto& n : notices(v.threat, NoticeKind::kCorrection)) told.insert(n.addressee);
  EXPECT_EQ(told, (std::set<std::string>{org("finder-co"), org("tca51")}))
      << "who had received it; the ministry itself ruled";

  must(desk_->answer_appeal(as("ministry-c"), a.id, {"lifted, we regret"}));
  EXPECT_EQ(load<Threat>(v.threat).state, ThreatState::kReopened) << "not lifted yet";
  const Task lifted = must(desk_->feed_back(as("abuse-a"), v.id, done()));
  EXPECT_EQ(lifted.state, TaskState::kLifted);
  const Task failed = must(desk_->verify(as("analyst-b"), v.id, probe(false)));
  EXPECT_EQ(failed.state, TaskState::kLiftOrdered) << "still blocked: lift it";
  must(desk_->feed_back(as("abuse-a"), v.id, done()));
  const Task ok = must(desk_->verify(as("analyst-b"), v.id, probe()));
  EXPECT_EQ(ok.state, TaskState::kLiftVerified);
  EXPECT_EQ(ok.verifications.back().expectation, "lifted");
  EXPECT_EQ(ok.lift_ladder.effective, clock_.now());
  EXPECT_EQ(load<Threat>(v.threat).state, ThreatState::kClosed);
  EXPECT_EQ(load<Threat>(v.threat).closing_summary, "验证 0 项，解除 1 项 / 0 verified, 1 lifted");
}

TEST_F(Appeals, UpheldBeforeTheDisposalEndsItsClock_lifecycle2) {
  const Task n = notified();
  const Appeal a = checking(n);
  must(desk_->rule_appeal(as("ministry-c"), a.id, {"upheld", "x", {}}));
  auto clocks = load<Task>(n.id).clocks;
  EXPECT_EQ(model::running_clock(clocks, "dispose"), nullptr);
  expect_refused(desk_->acknowledge(as("abuse-a"), n.id), Code::kRefused, "W17-04");
}

TEST_F(Appeals, PartlyUpheldNarrowsTheMeasure_W17_27) {
  const Task n = notified(verdict(), finding({"evil.example", "good.example"}));
  const Appeal a = checking(n, true);
  EXPECT_TRUE(load<Task>(n.id).suspended);
  expect_refused(desk_->rule_appeal(as("ministry-c"), a.id, {"partly-upheld", "x", {}}),
                 Code::kInvalid, "W17-27");
  expect_refused(desk_->rule_appeal(as("ministry-c"), a.id,
                                    {"partly-upheld", "x", {"evil.example", "good.example"}}),
                 Code::kInvalid, "W17-27");
  expect_refused(
      desk_->rule_appeal(as("ministry-c"), a.id, {"partly-upheld", "x", {"stranger.example"}}),
      Code::kInvalid, "W17-27");
  const Appeal p =
      must(desk_->rule_appeal(as("ministry-c"), a.id, {"partly-upheld", "x", {"good.example"}}));
  EXPECT_EQ(p.state, AppealState::kPartlyUpheld);
  const Task t = load<Task>(n.id);
  EXPECT_EQ(t.state, TaskState::kNotified);
  ASSERT_EQ(t.indicators.size(), 1U);
  EXPECT_EQ(t.indicators[0].value, "evil.example");
  EXPECT_FALSE(t.suspended) << "what remains holds again";
  EXPECT_EQ(count(n.threat, "task.narrowed"), 1);
  EXPECT_EQ(count(n.threat, "task.resumed"), 1);
  EXPECT_EQ(notices(n.threat, NoticeKind::kLift).size(), 1U);
  EXPECT_FALSE(notices(n.threat, NoticeKind::kCorrection).empty());
  must(desk_->answer_appeal(as("ministry-c"), a.id, {"in part"}));
}

TEST_F(Appeals, DismissedResumesASuspendedMeasure_W17_27) {
  const Task n = notified();
  const Appeal a = checking(n, true);
  EXPECT_EQ(count(n.threat, "task.suspended"), 1);
  const Appeal d = must(desk_->rule_appeal(as("ministry-c"), a.id, {"dismissed", "hostile", {}}));
  EXPECT_EQ(d.state, AppealState::kDismissed);
  EXPECT_FALSE(load<Task>(n.id).suspended);
  EXPECT_EQ(count(n.threat, "task.resumed"), 1);
  EXPECT_TRUE(notices(n.threat, NoticeKind::kCorrection).empty());
}

TEST_F(Appeals, TwoPeopleMayBeRightAboutTheSameMeasure_W17_27) {
  const Task n = notified();
  const Appeal a = checking(n);
  AppealRequest other = appeal_of(n.id);
  other.appellant = {"Neighbour", "", "neighbour@example", "shares the host"};
  const Appeal b = must(desk_->file_appeal(as("citizen"), other));
  must(desk_->admit_appeal(as("ministry-c"), b.id, {true, "in time", false}));
  must(desk_->check_appeal(as("ministry-c"), b.id, {"looking"}));
  must(desk_->rule_appeal(as("ministry-c"), a.id, {"upheld", "x", {}}));
  EXPECT_EQ(must(desk_->rule_appeal(as("ministry-c"), b.id, {"upheld", "y", {}})).state,
            AppealState::kUpheld);
  EXPECT_EQ(notices(n.threat, NoticeKind::kLift).size(), 1U) << "one order to lift is enough";
  EXPECT_EQ(load<Task>(n.id).state, TaskState::kLiftOrdered);
}

TEST_F(Appeals, TheAnswerGoesToWhoFiledAndSaysWhetherItWasInTime_W17_27) {
  const Task n = notified();
  const Appeal a = checking(n);
  const auto signed_before = signer_.documents.size();
  expect_refused(desk_->answer_appeal(as("ministry-c"), a.id, {"early"}), Code::kRefused, "W17-04");
  EXPECT_EQ(signer_.documents.size(), signed_before) << "signed before it was allowed";
  must(desk_->rule_appeal(as("ministry-c"), a.id, {"dismissed", "hostile", {}}));
  clock_.set(load<Appeal>(a.id).clocks[1].due);
  const Appeal done = must(desk_->answer_appeal(as("ministry-c"), a.id, {"dismissed"}));
  EXPECT_FALSE(done.clocks[1].running());
  const auto answer = load<Notice>(done.notice);
  EXPECT_EQ(answer.addressee, org("public"));
  EXPECT_EQ(Json::parse(answer.document).value().str("reason"), "hostile");
  const auto entries = journal(n.threat);
  const auto it = std::find_if(entries.begin(), entries.end(),
                               [](const auto& e) { return e.action == "appeal.answered"; });
  ASSERT_NE(it, entries.end());
  EXPECT_FALSE(it->data["in_time"].as_bool(true)) << "the due instant is late";
}

TEST_F(Appeals, NobodyKnowsOfAMeasureBeforeItWasOrdered_W17_26) {
  const Task n = notified();  // on 5 March 2026 at 10:00
  clock_.advance(std::chrono::hours(48));
  AppealRequest r = appeal_of(n.id);
  r.knew_at = at("2026-03-04");
  const auto early = desk_->file_appeal(as("citizen"), r);
  expect_refused(early, Code::kInvalid, "W17-26");
  EXPECT_EQ(early.error().field, "knew_at");
  EXPECT_NE(early.error().message.find("2026-03-05 10:00:00"), std::string::npos);
  EXPECT_NE(early.error().message_zh.find("2026-03-05 10:00:00"), std::string::npos);
  r.knew_at = at("2026-03-05");  // the day alone: its hours do not matter
  EXPECT_EQ(must(desk_->file_appeal(as("citizen"), r)).knew_at, at("2026-03-05T10:00:00+08:00"));
}

TEST_F(SpringFestival, AWrongDateIsPutRightBeforeTheAnswer_W17_26) {
  const Appeal a = filed("2026-03-09T10:00:00+08:00");
  const AdmitRequest corrected{true, "she was abroad", false, at("2026-03-06")};
  must(desk_->admit_appeal(as("ministry-c"), a.id, {false, "late", false}));
  expect_refused(desk_->admit_appeal(as("ministry-c"), a.id, {true, "x", false}), Code::kRefused,
                 "W17-26");
  auto bad = corrected;
  bad.reason.clear();
  expect_refused(desk_->admit_appeal(as("ministry-c"), a.id, bad), Code::kInvalid, "W17-26");
  for (const char* wrong : {"2026-02-09", "2026-03-10"}) {  // before the order, after the filing
    bad = corrected;
    bad.knew_at = at(wrong);
    expect_refused(desk_->admit_appeal(as("ministry-c"), a.id, bad), Code::kInvalid, "W17-26");
  }
  bad = corrected;
  bad.knew_at = at("2026-02-11");
  expect_refused(desk_->admit_appeal(as("ministry-c"), a.id, bad), Code::kRefused, "W17-26");
  expect_refused(desk_->admit_appeal(as("ministry-a"), a.id, corrected), Code::kRefused, "W17-27");
  const Appeal again = must(desk_->admit_appeal(as("ministry-c"), a.id, corrected));
  EXPECT_EQ(again.state, AppealState::kAccepted);
  EXPECT_EQ(again.knew_at, at("2026-03-06"));
  EXPECT_EQ(again.clocks[0].last_day, "2026-03-20");
  EXPECT_TRUE(again.ruling.empty());
  const auto entries = journal(a.threat);
  EXPECT_EQ(entries.back().action, "appeal.readmitted");
  EXPECT_EQ(entries.back().data.str("reason"), "she was abroad");
}

TEST_F(Appeals, WhatWasTurnedAwayForAnotherReasonStaysSo_W17_26) {
  const Task n = notified();
  const Appeal a = must(desk_->file_appeal(as("citizen"), appeal_of(n.id)));
  must(desk_->admit_appeal(as("ministry-c"), a.id, {false, "no interest", false}));
  expect_refused(desk_->admit_appeal(as("ministry-c"), a.id, {true, "x", false, at("2026-03-05")}),
                 Code::kRefused, "W17-26");
}

TEST_F(Appeals, OneOpenAppealForEachAppellantAndMeasure_W17_26) {
  const Task n = notified(verdict({proposal(), proposal(Measure::kBlock, "op-b")}));
  const Task second = load<Task>(load<Threat>(n.threat).tasks.at(1));
  const Appeal a = must(desk_->file_appeal(as("citizen"), appeal_of(n.id)));
  const auto before = length();
  AppealRequest again = appeal_of(n.id);
  again.appellant.name = "The Shop Ltd";  // the same registration number
  again.appellant.contact = "elsewhere@example";
  again.new_facts = "much";
  const auto refused = desk_->file_appeal(as("citizen"), again);
  expect_refused(refused, Code::kRefused, "W17-26");
  EXPECT_NE(refused.error().message.find(a.number), std::string::npos);
  EXPECT_NE(refused.error().message.find("article 10"), std::string::npos);
  EXPECT_NE(refused.error().message_zh.find("第十条"), std::string::npos);
  AppealRequest nameless = appeal_of(n.id);
  nameless.appellant.identity.clear();  // name and contact are those of the open appeal
  expect_refused(desk_->file_appeal(as("citizen"), nameless), Code::kRefused, "W17-26");
  nameless.appellant.name = " SHOP\xE3\x80\x80";  // the same person, typed otherwise
  nameless.appellant.contact = "shop @Example";
  expect_refused(desk_->file_appeal(as("citizen"), nameless), Code::kRefused, "W17-26");
  EXPECT_EQ(length(), before);
  nameless.appellant.contact = "a namesake";
  must(desk_->file_appeal(as("citizen"), nameless));
  must(desk_->file_appeal(as("citizen"), appeal_of(second.id)));  // another measure
}

TEST_F(Appeals, AFurtherAppealNeedsNewFactsWithinTheSameTenDays_W17_26) {
  const Task n = notified();
  const Appeal a = checking(n);
  must(desk_->rule_appeal(as("ministry-c"), a.id, {"dismissed", "hostile", {}}));
  expect_refused(desk_->file_appeal(as("citizen"), appeal_of(n.id)), Code::kRefused, "W17-26");
  must(desk_->answer_appeal(as("ministry-c"), a.id, {"dismissed"}));
  const auto bare = desk_->file_appeal(as("citizen"), appeal_of(n.id));
  expect_refused(bare, Code::kRefused, "W17-26");
  EXPECT_EQ(bare.error().field, "new_facts");
  AppealRequest further = appeal_of(n.id);
  further.new_facts = "the server was replaced on the 6th";
  further.knew_at = clock_.now();  // saying so does not start the ten days anew
  clock_.set(a.clocks[0].due);
  expect_refused(desk_->file_appeal(as("citizen"), further), Code::kRefused, "W17-26");
  clock_.set(Instant{a.clocks[0].due.micros - 1});
  const Appeal b = must(desk_->file_appeal(as("citizen"), further));
  EXPECT_EQ(b.previous, a.number);
  EXPECT_EQ(b.new_facts, further.new_facts);
  EXPECT_EQ(b.knew_at, a.knew_at);
  EXPECT_EQ(b.clocks[0].due, a.clocks[0].due);
}

}  // namespace
}  // namespace tocsin::desk
