// Submissions: required contents, merging, relapse, repeated requests (W17-01 ... W17-08).
#include "desk/desk_fixture.h"
#include "store/case_readers.h"

namespace tocsin::desk {
namespace {

using Submission = DeskTest;

TEST_F(Submission, RequiredContents_W17_01_W17_07) {
  const auto refused = [&](const std::function<void(SubmitRequest&)>& spoil, std::string_view rule,
                           std::string_view field) {
    SubmitRequest r = finding();
    spoil(r);
    const auto before = length();
    const auto result = desk_->submit(as("finder"), r);
    expect_refused(result, Code::kInvalid, rule);
    ASSERT_FALSE(result);
    EXPECT_TRUE(result.error().field.starts_with(field)) << result.error().field;
    EXPECT_EQ(length(), before);
  };
  refused([](auto& r) { r.title.clear(); }, "W17-07", "title");
  refused([](auto& r) { r.subtype = "trojan"; }, "W17-01", "subtype");
  refused([](auto& r) { r.indicators.clear(); }, "W17-01", "indicators");
  refused([](auto& r) { r.threat_class = model::ThreatClass::kOther, r.subtype.clear(); }, "W17-01",
          "subtype_text");
  refused([](auto& r) { r.provinces = {"990000"}; }, "W17-07", "provinces");
  refused([](auto& r) { r.provinces = {"5x"}; }, "W17-07", "provinces");
  refused([](auto& r) { r.provinces = {"51", "99"}; }, "W17-07", "provinces");
  refused([](auto& r) { r.evidence.clear(); }, "W17-07", "evidence");
  refused([&](auto& r) { r.discovered_at = clock_.now().plus(std::chrono::seconds(1)); }, "W17-04",
          "discovered_at");
  refused([](auto& r) { r.evidence[0].content.clear(); }, "W17-11", "evidence[0]");
  SubmitRequest r = finding({"not an indicator at all"});
  const auto bad = desk_->submit(as("finder"), r);
  ASSERT_FALSE(bad);
  EXPECT_TRUE(bad.error().field.starts_with("indicators[0]")) << bad.error().field;
}

TEST_F(Submission, AMissingSubtypeIsNotAWrongOne_W17_01) {
  SubmitRequest r = finding();
  r.subtype.clear();
  const auto missing = desk_->submit(as("finder"), r);
  expect_refused(missing, Code::kInvalid, "W17-01");
  r.subtype = "trojan-horse";
  const auto wrong = desk_->submit(as("finder"), r);
  expect_refused(wrong, Code::kInvalid, "W17-01");
  EXPECT_NE(missing.error().message, wrong.error().message);
  EXPECT_NE(wrong.error().message.find("'trojan-horse'"), std::string::npos);
  for (const auto& e : {missing.error(), wrong.error()}) {
    for (const auto s : model::subtypes(r.threat_class)) {
      EXPECT_NE(e.message.find(s), std::string::npos) << s;
      EXPECT_NE(e.message_zh.find(s), std::string::npos) << s;
    }
  }
}

TEST_F(Submission, EvidenceOrAWrittenFinding_W17_07) {
  SubmitRequest r = finding();
  r.evidence.clear();
  r.reason = "three customers reported the same page";
  const Threat t = submitted(r);
  EXPECT_EQ(t.finder.reason, r.reason);
  must(desk_->return_for_correction(as("ministry-a"), t.id, {{"which page"}}));
  r.reason.clear();  // a correction keeps what was said before
  EXPECT_EQ(must(desk_->resubmit(as("finder"), t.id, r)).finder.reason, t.finder.reason);
}

TEST_F(Submission, EveryClassOfArticle2IsAccepted_W17_01_W17_02) {
  int n = 0;
  for (int c = 0; c < 5; ++c) {
    const auto threat_class = static_cast<model::ThreatClass>(c);
    for (const auto subtype : model::subtypes(threat_class)) {
      SubmitRequest r = finding({"n" + std::to_string(n++) + ".example"});
      r.threat_class = threat_class;
      r.subtype = subtype;
      r.subtype_text = "in words";
      r.certainty = n % 2 == 0 ? model::Certainty::kPossible : model::Certainty::kActual;
      EXPECT_EQ(submitted(r).state, ThreatState::kSubmitted) << subtype;
    }
  }
}

TEST_F(Submission, SpellingsAreKeptAndRepeatsAreOne) {
  const Threat t = submitted(finding({"EVIL[.]example", "evil.example", "hxxp://evil.example/x"}));
  ASSERT_EQ(t.indicators.size(), 2U);
  EXPECT_EQ(t.indicators[0].key(), "domain:evil.example");
  EXPECT_EQ(t.indicators[0].original, "EVIL[.]example");
  EXPECT_EQ(t.indicators[1].value, "http://evil.example/x");
}

// T6
TEST_F(Submission, T06_TheSameIndicatorMergesAndKeepsTheSource_W17_08) {
  const Threat first = submitted();
  const Threat second = submitted(finding({"evil.example", "more.example"}), "other-finder");
  EXPECT_EQ(second.state, ThreatState::kMerged);
  EXPECT_EQ(second.merged_into, first.id);
  const Threat t = load<Threat>(first.id);
  EXPECT_EQ(t.sources, (std::vector<std::string>{org("finder-co"), org("other-co")}));
  EXPECT_EQ(t.indicators.size(), 2U) << "nothing is fixed yet: the case takes it in";
  EXPECT_EQ(t.evidence.size(), 2U);
  EXPECT_EQ(t.sightings, 2);
  EXPECT_EQ(count(second.id, "threat.merged"), 1);
  EXPECT_EQ(count(first.id, "threat.sighted-again"), 1);
}

TEST_F(Submission, T06_MergingNeverLosesAnIndicator) {
  const Threat first = approved();
  const Threat same = submitted(finding(), "other-finder");
  EXPECT_EQ(same.state, ThreatState::kMerged) << "everything in it is being handled";
  const Threat more = submitted(finding({"evil.example", "new.example"}), "other-finder");
  EXPECT_EQ(more.state, ThreatState::kSubmitted) << "new.example would end with the merged report";
  EXPECT_EQ(load<Threat>(first.id).indicators.size(), 1U);
  expect_refused(desk_->merge(as("ministry-a"), more.id, first.id, {"same actor"}), Code::kRefused,
                 "W17-08");
}

TEST_F(Submission, T06_AReturnedSubmissionTakesNothingIn) {
  const Threat first = submitted();
  must(desk_->return_for_correction(as("ministry-a"), first.id, {{"no port"}}));
  const Threat second = submitted(finding(), "other-finder");
  EXPECT_EQ(second.state, ThreatState::kSubmitted);
  const Threat corrected = must(desk_->resubmit(as("finder"), first.id, finding()));
  EXPECT_EQ(corrected.state, ThreatState::kMerged);
  EXPECT_EQ(corrected.merged_into, second.id);
}

TEST_F(Submission, T06_MergingByHand_W17_08) {
  const Threat a = submitted(finding({"a.example"}));
  const Threat b = submitted(finding({"b.example"}), "other-finder");
  expect_refused(desk_->merge(as("ministry-a"), a.id, a.id, {"x"}), Code::kInvalid, "W17-08");
  const Threat merged = must(desk_->merge(as("ministry-a"), b.id, a.id, {"one botnet"}));
  EXPECT_EQ(merged.state, ThreatState::kMerged);
  EXPECT_EQ(load<Threat>(a.id).indicators.size(), 2U);
  const Threat c = submitted(finding({"c.example"}));
  expect_refused(desk_->merge(as("ministry-a"), c.id, b.id, {"x"}), Code::kInvalid, "W17-08");
}

TEST_F(Submission, T06_AMergedReportsAuthorityHearsOfTheCorrection_W17_27) {
  const Threat first = submitted();
  SubmitRequest r = finding();
  r.provinces = {"44"};
  must(desk_->submit(as("other-finder"), r));
  must(desk_->delegate(as("ministry-a"), first.id, {"cert", ""}));
  must(desk_->determine(as("analyst-a"), first.id, verdict()));
  const Threat t = must(desk_->review(as("ministry-a"), first.id, {true, "x", true}));
  const Appeal a = checking(first_task(t));
  must(desk_->rule_appeal(as("ministry-c"), a.id, {"upheld", "harmless", {}}));
  std::vector<std::string> told;
  for (const auto& n : notices(first.id, NoticeKind::kCorrection)) told.push_back(n.addressee);
  for (const char* who : {"finder-co", "other-co", "tca51", "tca44"}) {
    EXPECT_NE(std::find(told.begin(), told.end(), org(who)), told.end()) << who;
  }
}

// T22
TEST_F(Submission, T22_ARelapseReopensTheClosedCase_W17_08) {
  const Task t = verified();
  ASSERT_EQ(load<Threat>(t.threat).state, ThreatState::kClosed);
  const Threat again = submitted(finding(), "other-finder");
  EXPECT_EQ(again.state, ThreatState::kMerged);
  const Threat reopened = load<Threat>(t.threat);
  EXPECT_EQ(reopened.state, ThreatState::kReopened);
  EXPECT_EQ(reopened.relapses, 1);
  EXPECT_EQ(count(t.threat, "threat.reopened"), 1);
  must(desk_->delegate(as("ministry-a"), t.threat, {"cert", ""}));
  must(desk_->determine(as("analyst-a"), t.threat, verdict()));
  const Threat second = must(desk_->review(as("ministry-b"), t.threat, {true, "again", true}));
  ASSERT_EQ(second.tasks.size(), 2U);
  EXPECT_EQ(load<Task>(second.tasks[1]).number, second.number + "-2");
  must(desk_->feed_back(as("abuse-a"), second.tasks[1], done()));
  must(desk_->verify(as("analyst-b"), second.tasks[1], probe()));
  EXPECT_EQ(load<Threat>(t.threat).state, ThreatState::kClosed);
}

TEST_F(Submission, T22_AReviewerMayMergeARelapseByHand) {
  const Task t = verified();
  const Threat closed = load<Threat>(t.threat);
  // The same host under a spelling that only a person recognises cannot be merged: it is not
  // covered. What is covered reopens the case although the reviewer is no finder.
  const Threat other = submitted(finding({"alias.example"}));
  expect_refused(desk_->merge(as("ministry-a"), other.id, closed.id, {"same host"}), Code::kRefused,
                 "W17-08");
  SubmitRequest bare;
  bare.threat_class = model::ThreatClass::kIncident;
  bare.subtype = "controlled-host";
  bare.title = "Bots of the same network";
  bare.provinces = {"51"};
  bare.reason = "the bots call the same host again";
  const Threat report = submitted(bare);
  must(desk_->merge(as("ministry-b"), report.id, closed.id, {"the same botnet is back"}));
  EXPECT_EQ(load<Threat>(closed.id).state, ThreatState::kReopened);
}

TEST_F(Submission, T22_AnOldAppealsAnswerDoesNotCloseARelapse) {
  const Task t = verified();
  submitted(finding(), "other-finder");
  ASSERT_EQ(load<Threat>(t.threat).state, ThreatState::kReopened);
  const Appeal a = checking(t);
  must(desk_->rule_appeal(as("ministry-c"), a.id, {"dismissed", "still hostile", {}}));
  must(desk_->answer_appeal(as("ministry-c"), a.id, {"dismissed"}));
  EXPECT_EQ(load<Threat>(t.threat).state, ThreatState::kReopened) << "nobody looked at it yet";
}

TEST_F(Submission, ARejectedCaseDoesNotAnswerForANewSighting) {
  const Threat t = identified();
  must(desk_->review(as("ministry-a"), t.id, {false, "too little", false}));
  EXPECT_EQ(submitted(finding(), "other-finder").state, ThreatState::kSubmitted);
}

TEST_F(Submission, OwnCasesAreNobodyElsesBusiness) {
  SubmitRequest own = finding();
  own.owner = "grid";
  must(desk_->self_dispose(as("grid-it"), own));
  EXPECT_EQ(submitted().state, ThreatState::kSubmitted);
}

TEST_F(Submission, TheSameRequestAgainGivesTheSameAnswer) {
  Actor finder = as("finder");
  finder.idempotency_key = "k1";
  finder.request_digest = "d1";
  const Threat first = must(desk_->submit(finder, finding()));
  const auto before = length();
  clock_.advance(std::chrono::hours(1));
  const Threat again = must(desk_->submit(finder, finding()));
  EXPECT_EQ(model::to_json(again).canonical(), model::to_json(first).canonical());
  EXPECT_EQ(length(), before) << "done twice";
  EXPECT_EQ(load<Threat>(first.id).sightings, 1);

  finder.request_digest = "d2";
  const auto other = desk_->submit(finder, finding({"other.example"}));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, Code::kConflict);
  EXPECT_EQ(other.error().field, "Idempotency-Key");
  EXPECT_EQ(length(), before);
}

TEST_F(Submission, AKeyBelongsToAPersonAndARefusalIsNotRemembered) {
  Actor finder = as("finder");
  finder.idempotency_key = "k1";
  finder.request_digest = "d1";
  SubmitRequest bad = finding();
  bad.title.clear();
  EXPECT_FALSE(desk_->submit(finder, bad));
  must(desk_->submit(finder, finding()));
  Actor other = as("other-finder");
  other.idempotency_key = "k1";
  other.request_digest = "another";
  EXPECT_EQ(must(desk_->submit(other, finding({"o.example"}))).state, ThreatState::kSubmitted);
}

TEST_F(Submission, WhatIdentifiesAPersonStaysWithAuthoritiesAndAuditors) {
  SubmitRequest r = finding();
  r.evidence.push_back(evidence("Gao, 138 0013 8000"));
  r.evidence.back().confidential = true;
  const Task task = notified(verdict(), r);
  const Threat t = load<Threat>(task.threat);
  const auto readable = [&](const std::string& login, const std::string& piece) {
    const Actor by = as(login);
    return must(store_->read([&](store::ReadTx& tx) -> Result<bool> {
      TRY(const auto evidence, store::get<model::Evidence>(tx, piece));
      return store::may_read(tx, {by.user, by.organization}, evidence);
    }));
  };
  ASSERT_GE(t.evidence.size(), 2U);
  for (const char* who : {"ministry-a", "sichuan-a"}) EXPECT_TRUE(readable(who, t.evidence[1]));
  for (const char* who : {"abuse-a", "analyst-a", "finder"}) {
    EXPECT_TRUE(readable(who, t.evidence[0])) << who;
    EXPECT_FALSE(readable(who, t.evidence[1])) << who;
  }
}

TEST_F(Submission, ANoticeIsSignedOnceForARepeatedRequest) {
  const Task a = approved_task();
  Actor reviewer = as("ministry-b");
  reviewer.idempotency_key = "notify-1";
  reviewer.request_digest = "d";
  const Task first = must(desk_->notify(reviewer, a.id, {}));
  const Task again = must(desk_->notify(reviewer, a.id, {}));
  EXPECT_EQ(again.notices, first.notices);
  EXPECT_EQ(signer_.documents.size(), 1U);
  EXPECT_EQ(notices(a.threat, NoticeKind::kDisposal).size(), 1U);
}

}  // namespace
}  // namespace tocsin::desk
