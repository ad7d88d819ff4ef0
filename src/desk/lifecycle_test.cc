// Rows T1-T22 of the regulation's table, along the happy path.
#include <set>

#include "desk/clocks.h"
#include "desk/desk_fixture.h"

namespace tocsin::desk {
namespace {

using Lifecycle = DeskTest;

// T1, T4: W17-01, W17-05, W17-07
TEST_F(Lifecycle, T01_T04_SubmissionReachesTheMinistryAndTheProvince_W17_07) {
  const Threat t = submitted();
  EXPECT_EQ(t.state, ThreatState::kSubmitted);
  EXPECT_EQ(t.number, "T-2026-000001");
  EXPECT_EQ(t.rule_set, "miit-202");
  EXPECT_EQ(t.discovered_at, clock_.now());
  EXPECT_EQ(t.submitted_at, clock_.now());
  const std::set<std::string> to(t.recipients.begin(), t.recipients.end());
  EXPECT_EQ(to, (std::set<std::string>{org("miit"), org("tca51")}));
  EXPECT_EQ(t.sources, std::vector<std::string>{org("finder-co")});
  ASSERT_EQ(t.evidence.size(), 1U);
  EXPECT_EQ(load<model::Evidence>(t.evidence[0]).digest, crypto::sha256_hex("pcap of the beacon"));
  ASSERT_EQ(t.clocks.size(), 1U);
  EXPECT_EQ(t.clocks[0].clock, "submit_threat");
  EXPECT_EQ(t.clocks[0].due, t.discovered_at.plus(std::chrono::hours(24)));
  EXPECT_EQ(t.clocks[0].met_at, clock_.now());
  EXPECT_EQ(count(t.id, "threat.detected"), 1);
  EXPECT_EQ(count(t.id, "threat.submitted"), 1);
}

// T2, T3: W17-06, W17-28
TEST_F(Lifecycle, T02_T03_OwnProblemsAreDisposedOfWithoutSubmission_W17_06) {
  SubmitRequest r = finding();
  r.owner = "grid";
  const Threat t = must(desk_->self_dispose(as("grid-it"), r));
  EXPECT_EQ(t.state, ThreatState::kSelfDisposing);
  EXPECT_TRUE(t.recipients.empty());
  EXPECT_TRUE(t.target_is_cii) << "known of the owner";
  auto clocks = t.clocks;
  ASSERT_NE(model::running_clock(clocks, "self_disposal"), nullptr);
  EXPECT_EQ(model::running_clock(clocks, "self_disposal")->due,
            clock_.now().plus(std::chrono::minutes(60)));
  FeedbackRequest nothing;
  expect_refused(desk_->complete_self(as("grid-it"), t.id, nothing), Code::kInvalid, "W17-28");
  expect_refused(desk_->complete_self(as("finder"), t.id, done()), Code::kForbidden, "W17-06");
  const Threat closed = must(desk_->complete_self(as("grid-it"), t.id, done()));
  EXPECT_EQ(closed.state, ThreatState::kClosedSelf);
  for (const auto& c : closed.clocks) EXPECT_FALSE(c.running()) << c.clock;
}

TEST_F(Lifecycle, T02_OthersProblemsAreNotSelfDisposedOf_W17_06) {
  expect_refused(desk_->self_dispose(as("finder"), finding()), Code::kRefused, "W17-06");
  SubmitRequest r = finding();
  r.owner = "grid";
  expect_refused(desk_->self_dispose(as("finder"), r), Code::kRefused, "W17-06");
  expect_refused(desk_->submit(as("grid-it"), r), Code::kRefused, "W17-06");
}

// T5
TEST_F(Lifecycle, T05_AReturnedSubmissionIsCorrectedByItsFinder_W17_07) {
  const Threat t = submitted();
  expect_refused(desk_->return_for_correction(as("sichuan-a"), t.id, {}), Code::kInvalid, "W17-07");
  const Threat back = must(desk_->return_for_correction(as("sichuan-a"), t.id, {{"no port"}}));
  EXPECT_EQ(back.state, ThreatState::kReturned);
  EXPECT_EQ(back.defects, std::vector<std::string>{"no port"});
  expect_refused(desk_->resubmit(as("other-finder"), t.id, finding()), Code::kForbidden, "W17-07");
  clock_.advance(std::chrono::hours(3));
  const Threat again =
      must(desk_->resubmit(as("finder"), t.id, finding({"evil.example", "203.0.113.9:443"})));
  EXPECT_EQ(again.state, ThreatState::kSubmitted);
  EXPECT_TRUE(again.defects.empty());
  EXPECT_EQ(again.indicators.size(), 2U);
  EXPECT_EQ(again.evidence.size(), 2U) << "the first evidence stays";
  EXPECT_EQ(again.discovered_at, t.discovered_at) << "a correction does not move the discovery";
  expect_refused(desk_->resubmit(as("finder"), t.id, finding()), Code::kRefused, "W17-07");
}

// T7, T8
TEST_F(Lifecycle, T07_T08_NotConfirmedEndsTheCaseWithItsReason_W17_11) {
  const Threat d = delegated();
  EXPECT_EQ(d.state, ThreatState::kIdentifying);
  EXPECT_EQ(d.identification->body, org("cert"));
  EXPECT_EQ(d.identification->delegated.person, as("ministry-a").user.id);
  DetermineRequest no;
  no.confirmed = false;
  expect_refused(desk_->determine(as("analyst-a"), d.id, no), Code::kInvalid, "W17-11");
  no.reason = "a parked domain";
  const Threat t = must(desk_->determine(as("analyst-a"), d.id, no));
  EXPECT_EQ(t.state, ThreatState::kNotConfirmed);
  EXPECT_TRUE(model::is_finished(t.state));
  EXPECT_EQ(t.identification->by.reason, "a parked domain");
}

// T9
TEST_F(Lifecycle, T09_AFindingHasEvidenceReasonAndProposals_W17_11) {
  const Threat d = delegated();
  DetermineRequest r = verdict();
  r.proposals.clear();
  expect_refused(desk_->determine(as("analyst-a"), d.id, r), Code::kInvalid, "W17-11");
  r = verdict();
  r.reason.clear();
  expect_refused(desk_->determine(as("analyst-a"), d.id, r), Code::kInvalid, "W17-11");
  r = verdict();
  r.proposals[0].indicators = {"stranger.example"};
  expect_refused(desk_->determine(as("analyst-a"), d.id, r), Code::kInvalid, "W17-11");
  r = verdict();
  r.proposals[0].limit = "soon";
  const auto bad_limit = desk_->determine(as("analyst-a"), d.id, r);
  ASSERT_FALSE(bad_limit);
  EXPECT_EQ(bad_limit.error().field, "proposals[0].limit");
  const Threat t = must(desk_->determine(as("analyst-a"), d.id, verdict()));
  EXPECT_EQ(t.state, ThreatState::kIdentified);
  EXPECT_EQ(t.identification->threat_name, "Botnet/Test.a");
  EXPECT_EQ(t.identification->proposals[0].addressee, org("op-a"));
  EXPECT_EQ(t.identification->proposals[0].indicators.size(), 1U);
  EXPECT_TRUE(t.tasks.empty()) << "a proposal is no measure";
}

TEST_F(Lifecycle, T09_AFindingWithoutAnyEvidenceIsRefused_W17_11) {
  SubmitRequest bare = finding();
  bare.evidence.clear();
  bare.reason = "seen by an analyst";  // enough to submit, not to find
  const Threat d = delegated(bare);
  DetermineRequest r = verdict();
  r.evidence.clear();
  expect_refused(desk_->determine(as("analyst-a"), d.id, r), Code::kInvalid, "W17-11");
}

// T10: W17-14, W17-20
TEST_F(Lifecycle, T10_ApprovalOpensOneTaskAMeasure_W17_14_W17_20) {
  const Threat t = approved(verdict({proposal(), proposal(Measure::kStopService, "registrar"),
                                     proposal(Measure::kClean, "op-b", "3wd")}));
  EXPECT_EQ(t.state, ThreatState::kApproved);
  EXPECT_EQ(t.review_decision, "approved");
  ASSERT_EQ(t.tasks.size(), 3U);
  const Task a = load<Task>(t.tasks[0]);
  const Task b = load<Task>(t.tasks[1]);
  const Task c = load<Task>(t.tasks[2]);
  EXPECT_EQ(a.number, t.number + "-1");
  EXPECT_EQ(c.number, t.number + "-3");
  EXPECT_EQ(b.addressee, org("registrar"));
  EXPECT_TRUE(a.appealable);
  EXPECT_TRUE(b.appealable);
  EXPECT_FALSE(c.appealable);
  EXPECT_EQ(a.authority, org("miit"));
  EXPECT_EQ(a.state, TaskState::kApproved);
  EXPECT_TRUE(a.notices.empty());
  EXPECT_TRUE(signer_.documents.empty());
  EXPECT_EQ(count(t.id, "threat.reviewing"), 1);
  EXPECT_EQ(count(t.id, "task.approved"), 3);
}

TEST_F(Lifecycle, T10_RejectionEndsTheCaseWithoutATask_W17_14) {
  const Threat t = identified();
  expect_refused(desk_->review(as("ministry-b"), t.id, {false, "", false}), Code::kInvalid,
                 "W17-14");
  const Threat r = must(desk_->review(as("ministry-b"), t.id, {false, "not proportionate", false}));
  EXPECT_EQ(r.state, ThreatState::kRejected);
  EXPECT_TRUE(r.tasks.empty());
  expect_refused(desk_->review(as("ministry-b"), t.id, {true, "after all", false}), Code::kRefused,
                 "W17-04");
}

// T12: W17-21
TEST_F(Lifecycle, T12_TheNoticeIsSignedAndStartsTheDisposeClock_W17_21) {
  const Task approved = approved_task();
  const Task t = must(desk_->notify(as("ministry-b"), approved.id, {}));
  EXPECT_EQ(t.state, TaskState::kNotified);
  ASSERT_EQ(t.notices.size(), 1U);
  const auto n = load<Notice>(t.notices[0]);
  EXPECT_EQ(n.kind, NoticeKind::kDisposal);
  EXPECT_EQ(n.number, "N-2026-000001");
  EXPECT_EQ(n.addressee, org("op-a"));
  EXPECT_EQ(n.digest, crypto::sha256_hex(n.document));
  EXPECT_EQ(n.signature, "fake:" + org("miit") + ":" + n.digest);
  const Json document = Json::parse(n.document).value();
  EXPECT_EQ(document.canonical(), n.document) << "what is signed is canonical";
  EXPECT_EQ(document.str("task_no"), t.number);
  EXPECT_EQ(document.str("measure_article"), "8(1)");
  EXPECT_EQ(document["basis"].str("rule_set"), "miit-202");
  EXPECT_EQ(document["targets"].items().at(0).str("value"), "evil.example");
  ASSERT_EQ(t.clocks.size(), 1U);
  EXPECT_EQ(t.clocks[0].clock, "dispose");
  EXPECT_EQ(t.clocks[0].due, clock_.now().plus(std::chrono::hours(24)));
  EXPECT_EQ(document.str("due_at"), to_string(t.clocks[0].due));
  EXPECT_EQ(t.clocks[0].basis.requirement, "W17-24");
  EXPECT_EQ(count(t.threat, "notice.issued"), 1);
}

TEST_F(Lifecycle, T12_TheReceiptIsTheAddresseesAndIsGivenOnce_W17_21) {
  const Task t = notified();
  expect_refused(desk_->receive_notice(as("abuse-b"), t.notices[0]), Code::kForbidden, "W17-21");
  const Notice first = must(desk_->receive_notice(as("abuse-a"), t.notices[0]));
  EXPECT_EQ(first.receipt.at, clock_.now());
  const auto before = length();
  clock_.advance(std::chrono::hours(1));
  const Notice second = must(desk_->receive_notice(as("abuse-a"), t.notices[0]));
  EXPECT_EQ(second.receipt.at, first.receipt.at);
  EXPECT_EQ(length(), before);
}

TEST_F(Lifecycle, T14_WhoAcknowledgesTheTaskSignsForItsNotice_W17_21) {
  const Task n = notified();
  const auto receipt = [&] { return load<Notice>(n.notices[0]).receipt; };
  must(desk_->acknowledge(as("abuse-a"), n.id));
  EXPECT_EQ(receipt().person, as("abuse-a").user.id);
  EXPECT_EQ(receipt().at, clock_.now());
  EXPECT_EQ(count(n.threat, "notice.received"), 1);
  const Instant first = clock_.now();
  clock_.advance(std::chrono::hours(1));
  must(desk_->feed_back(as("abuse-a"), n.id, done()));
  EXPECT_EQ(receipt().at, first);
  EXPECT_EQ(count(n.threat, "notice.received"), 1);
}

TEST_F(Lifecycle, T15_WhoFeedsBackSignsForTheNotice_W17_21) {
  const Task n = notified();
  must(desk_->feed_back(as("abuse-a"), n.id, done()));
  EXPECT_EQ(load<Notice>(n.notices[0]).receipt.organization, org("op-a"));
  EXPECT_EQ(count(n.threat, "notice.received"), 1);
}

TEST_F(Lifecycle, T14_TheReceiptThatWasGivenBeforeStays_W17_21) {
  const Task n = notified();
  must(desk_->receive_notice(as("abuse-a"), n.notices[0]));
  const Instant first = clock_.now();
  clock_.advance(std::chrono::hours(1));
  must(desk_->acknowledge(as("abuse-a"), n.id));
  EXPECT_EQ(load<Notice>(n.notices[0]).receipt.at, first);
  EXPECT_EQ(count(n.threat, "notice.received"), 1);
}

// T11: W17-22
TEST_F(Lifecycle, T11_PhoneFirstRunsBothClocksAndEndsWithAWrittenNotice_W17_22_lifecycle4) {
  const Task a = approved_task();
  PhoneRequest call{"duty officer", "028-1234", "block it now", "the botnet is attacking"};
  const Task phoned = must(desk_->phone_notify(as("ministry-b"), a.id, call));
  EXPECT_EQ(phoned.state, TaskState::kPhoneNotified);
  EXPECT_TRUE(phoned.notices.empty());
  auto clocks = phoned.clocks;
  ASSERT_NE(model::running_clock(clocks, "dispose"), nullptr);
  ASSERT_NE(model::running_clock(clocks, "written_followup"), nullptr);
  const Instant called = clock_.now();
  EXPECT_EQ(model::running_clock(clocks, "written_followup")->due,
            called.plus(std::chrono::hours(24)));
  clock_.advance(std::chrono::hours(5));
  const Task written = must(desk_->notify(as("ministry-b"), a.id, {}));
  EXPECT_EQ(written.state, TaskState::kNotified);
  auto after = written.clocks;
  const auto* dispose = model::running_clock(after, "dispose");
  ASSERT_NE(dispose, nullptr);
  EXPECT_EQ(dispose->start, called) << "the earlier effective notice counts";
  EXPECT_EQ(dispose->due, called.plus(std::chrono::hours(24)));
  EXPECT_EQ(model::running_clock(after, "written_followup"), nullptr);
  const auto n = load<Notice>(written.notices.at(0));
  EXPECT_EQ(n.kind, NoticeKind::kWrittenFollowUp);
  EXPECT_EQ(Json::parse(n.document).value()["phone_call"].str("callee"), "duty officer");
}

TEST_F(Lifecycle, T11_TheWrittenNoticeCannotSetAnotherLimitThanTheCall_lifecycle4) {
  const Task a = approved_task();
  must(desk_->phone_notify(as("ministry-b"), a.id, {"x", "1", "y", "urgent"}));
  expect_refused(desk_->notify(as("ministry-b"), a.id, {"72h"}), Code::kRefused, "W17-22");
  EXPECT_EQ(must(desk_->notify(as("ministry-b"), a.id, {"24h"})).limit, "24h")
      << "saying the same limit again is no change";
}

TEST_F(Lifecycle, T11_ACallIsRecordedInFull_W17_22) {
  const Task a = approved_task();
  for (const PhoneRequest& call :
       {PhoneRequest{"", "1", "c", "r"}, PhoneRequest{"x", "", "c", "r"},
        PhoneRequest{"x", "1", "", "r"}, PhoneRequest{"x", "1", "c", ""}}) {
    expect_refused(desk_->phone_notify(as("ministry-b"), a.id, call), Code::kInvalid, "W17-22");
  }
}

// T13: W17-18
TEST_F(Lifecycle, T13_SideNoticesForCriticalInfrastructure_W17_18) {
  SubmitRequest r;
  r.threat_class = model::ThreatClass::kHiddenDanger;
  r.subtype = "code-flaw";
  r.title = "Flaw in the grid's portal";
  r.owner = "grid";
  r.evidence = {evidence()};
  const Task t = notified(verdict({proposal(Measure::kRectify, "grid", "10wd")}), r);
  EXPECT_EQ(t.side_notices.size(), 2U);
  const auto up = notices(t.threat, NoticeKind::kSuperior);
  const auto side = notices(t.threat, NoticeKind::kCyberspace);
  ASSERT_EQ(up.size(), 1U);
  ASSERT_EQ(side.size(), 1U);
  EXPECT_EQ(up[0].addressee, org("energy"));
  EXPECT_EQ(side[0].addressee, org("cyberspace"));
  EXPECT_FALSE(side[0].signature.empty());
  must(desk_->acknowledge(as("grid-it"), t.id));
  EXPECT_EQ(count(t.threat, "notice.received"), 1) << "the receipts of others stay theirs (W17-21)";
  EXPECT_FALSE(load<Notice>(up[0].id).receipt.at);
}

TEST_F(Lifecycle, T13_WithoutASuperiorUnitTheNoticeWaits_W17_18) {
  SubmitRequest r;
  r.threat_class = model::ThreatClass::kHiddenDanger;
  r.subtype = "weak-password";
  r.title = "Weak password";
  r.owner = "energy";  // nobody above it is registered
  r.provinces = {"51"};
  r.target_is_party_gov = true;
  r.evidence = {evidence()};
  const Task t = approved_task(verdict({proposal(Measure::kRectify, "energy")}), r);
  const auto before = length();
  expect_refused(desk_->notify(as("ministry-a"), t.id, {}), Code::kRefused, "W17-18");
  EXPECT_EQ(length(), before);
}

// T14, T15: W17-24
TEST_F(Lifecycle, T14_T15_AcknowledgeAndFeedBackInTime_W17_24) {
  const Task n = notified();
  const Task ack = must(desk_->acknowledge(as("abuse-a"), n.id));
  EXPECT_EQ(ack.state, TaskState::kDisposing);
  EXPECT_EQ(ack.acknowledged->person, as("abuse-a").user.id);
  clock_.advance(std::chrono::hours(24) - std::chrono::microseconds(1));
  const Task t = must(desk_->feed_back(as("abuse-a"), n.id, done()));
  EXPECT_EQ(t.state, TaskState::kFedBack);
  ASSERT_EQ(t.feedback.size(), 1U);
  EXPECT_TRUE(t.feedback[0].on_time);
  EXPECT_EQ(t.feedback[0].evidence.size(), 1U);
  EXPECT_EQ(t.clocks[0].met_at, clock_.now());
}

TEST_F(Lifecycle, T15_TheDueInstantIsLate_W17_24) {
  const Task n = notified();
  clock_.advance(std::chrono::hours(24));
  const Task t = must(desk_->feed_back(as("abuse-a"), n.id, done()));
  EXPECT_FALSE(t.feedback[0].on_time);
  EXPECT_EQ(count(t.threat, "task.disposing"), 1) << "feedback is an acknowledgement too";
}

TEST_F(Lifecycle, T15_FeedbackHasEvidenceOrTheReasonWhyNot_W17_24) {
  const Task n = notified();
  FeedbackRequest r;
  r.detail = "done";
  expect_refused(desk_->feed_back(as("abuse-a"), n.id, r), Code::kInvalid, "W17-24");
  r.outcome = model::Outcome::kImpossible;
  r.detail.clear();
  expect_refused(desk_->feed_back(as("abuse-a"), n.id, r), Code::kInvalid, "W17-24");
  r.detail = "not our customer";
  EXPECT_EQ(must(desk_->feed_back(as("abuse-a"), n.id, r)).state, TaskState::kFedBack);
}

// T16, T19: W17-25
TEST_F(Lifecycle, T16_T19_VerifiedClosesTheCase_W17_25) {
  const Task f = fed_back();
  const Task t = must(desk_->verify(as("analyst-b"), f.id, probe()));
  EXPECT_EQ(t.state, TaskState::kVerified);
  ASSERT_EQ(t.verifications.size(), 1U);
  EXPECT_EQ(t.verifications[0].expectation, "blocked");
  EXPECT_EQ(t.verifications[0].verdict, "verified");
  EXPECT_EQ(t.verifications[0].evidence.size(), 1U);
  EXPECT_EQ(t.ladder.effective, clock_.now());
  const Threat closed = load<Threat>(t.threat);
  EXPECT_EQ(closed.state, ThreatState::kClosed);
  EXPECT_EQ(closed.closing_summary, "验证 1 项，解除 0 项 / 1 verified, 0 lifted");
  EXPECT_EQ(count(t.threat, "task.verifying"), 1);
  EXPECT_EQ(count(t.threat, "threat.closed"), 1);
}

TEST_F(Lifecycle, T16_VerificationNeedsItsTranscript_W17_25) {
  const Task f = fed_back();
  VerifyRequest r = probe();
  r.evidence.clear();
  expect_refused(desk_->verify(as("analyst-b"), f.id, r), Code::kInvalid, "W17-25");
}

TEST_F(Lifecycle, T16_WhatIsExpectedFollowsTheMeasure_W17_16_W17_17) {
  for (const auto& [measure, expected] :
       std::vector<std::pair<Measure, std::string>>{{Measure::kClean, "cleaned"},
                                                    {Measure::kRectify, "rectified"},
                                                    {Measure::kStopService, "blocked"}}) {
    const auto name = "m" + std::to_string(static_cast<int>(measure)) + ".example";
    const Task n = notified(verdict({proposal(measure)}), finding({name}));
    must(desk_->feed_back(as("abuse-a"), n.id, done()));
    const Task t = must(desk_->verify(as("analyst-b"), n.id, probe()));
    EXPECT_EQ(t.verifications.at(0).expectation, expected);
  }
}

TEST_F(Lifecycle, T19_TheCaseClosesWithItsLastTask) {
  const Threat t =
      approved(verdict({proposal(), proposal(Measure::kBlock, "op-b")}), finding(), true);
  must(desk_->feed_back(as("abuse-a"), t.tasks[0], done()));
  must(desk_->verify(as("analyst-b"), t.tasks[0], probe()));
  EXPECT_EQ(load<Threat>(t.id).state, ThreatState::kApproved);
  must(desk_->feed_back(as("abuse-b"), t.tasks[1], done()));
  must(desk_->verify(as("analyst-b"), t.tasks[1], probe()));
  EXPECT_EQ(load<Threat>(t.id).state, ThreatState::kClosed);
}

TEST_F(Lifecycle, T19_AnOpenAppealKeepsTheCaseOpen) {
  const Task f = fed_back();
  const Appeal a = must(desk_->file_appeal(as("citizen"), appeal_of(f.id)));
  must(desk_->verify(as("analyst-b"), f.id, probe()));
  EXPECT_EQ(load<Threat>(f.threat).state, ThreatState::kApproved);
  must(desk_->admit_appeal(as("ministry-c"), a.id, {false, "no interest shown", false}));
  EXPECT_EQ(load<Threat>(f.threat).state, ThreatState::kApproved) << "not answered yet";
  must(desk_->answer_appeal(as("ministry-c"), a.id, {"no interest shown"}));
  EXPECT_EQ(load<Threat>(f.threat).state, ThreatState::kClosed);
}

TEST_F(Lifecycle, T19_AMeasureThatWasNeverOrderedMayBeWithdrawn) {
  const Threat t = approved(verdict({proposal(), proposal(Measure::kBlock, "op-b")}));
  must(desk_->notify(as("ministry-b"), t.tasks[0], {}));
  expect_refused(desk_->withdraw(as("ministry-b"), t.tasks[1], {""}), Code::kInvalid, "W17-14");
  expect_refused(desk_->withdraw(as("guangdong-a"), t.tasks[1], {"x"}), Code::kForbidden, "W17-03");
  const Task gone = must(desk_->withdraw(as("ministry-b"), t.tasks[1], {"not needed any more"}));
  EXPECT_EQ(gone.state, TaskState::kWithdrawn);
  expect_refused(desk_->withdraw(as("ministry-b"), t.tasks[0], {"too late"}), Code::kRefused,
                 "W17-04");
  must(desk_->feed_back(as("abuse-a"), t.tasks[0], done()));
  must(desk_->verify(as("analyst-b"), t.tasks[0], probe()));
  EXPECT_EQ(load<Threat>(t.id).state, ThreatState::kClosed);
}

// T17
TEST_F(Lifecycle, T17_FailedVerificationLeadsToARenewedNoticeWithANewLimit_W17_24) {
  const Task f = fed_back();
  const Task failed = must(desk_->verify(as("analyst-b"), f.id, probe(false)));
  EXPECT_EQ(failed.state, TaskState::kVerifyFailed);
  EXPECT_EQ(load<Threat>(f.threat).state, ThreatState::kApproved);
  clock_.advance(std::chrono::hours(2));
  const Task renewed = must(desk_->notify(as("ministry-b"), f.id, {"6h"}));
  EXPECT_EQ(renewed.state, TaskState::kNotified);
  EXPECT_EQ(renewed.limit, "6h");
  ASSERT_EQ(renewed.clocks.size(), 2U) << "the first clock stays as a fact";
  EXPECT_FALSE(renewed.clocks[0].running());
  EXPECT_EQ(renewed.clocks[1].due, clock_.now().plus(std::chrono::hours(6)));
  EXPECT_EQ(load<Notice>(renewed.notices.at(1)).kind, NoticeKind::kRenewed);
  must(desk_->feed_back(as("abuse-a"), f.id, done()));
  EXPECT_EQ(must(desk_->verify(as("analyst-b"), f.id, probe())).state, TaskState::kVerified);
  EXPECT_EQ(load<Threat>(f.threat).state, ThreatState::kClosed);
}

// T21: W17-30
TEST_F(Lifecycle, T21_EmergencyIsAFlagBesideTheCase_W17_30) {
  const Threat t = submitted();
  expect_refused(desk_->declare_emergency(as("ministry-a"), t.id, {""}), Code::kInvalid, "W17-30");
  expect_refused(desk_->declare_emergency(as("finder"), t.id, {"x"}), Code::kForbidden, "W17-03");
  const Threat e = must(desk_->declare_emergency(as("sichuan-a"), t.id, {"hospitals are down"}));
  EXPECT_TRUE(e.emergency);
  EXPECT_EQ(e.state, ThreatState::kSubmitted);
  EXPECT_EQ(e.emergency_by.reason, "hospitals are down");
  const auto entries = journal(t.id);
  EXPECT_EQ(entries.back().action, "threat.emergency");
  EXPECT_EQ(entries.back().basis.article, "13");
  EXPECT_EQ(entries.back().data.str("plan"), "miit-281");
  must(desk_->delegate(as("ministry-a"), t.id, {"cert", ""}));
}

TEST_F(Lifecycle, EveryEntryOfACaseHasActorTimeAndBasis_lifecycle6_T05_22) {
  const Task t = verified();
  for (const auto& e : journal(t.threat)) {
    EXPECT_FALSE(e.actor.empty()) << e.action;
    EXPECT_FALSE(e.org.empty()) << e.action;
    EXPECT_EQ(e.basis.rule_set, "miit-202") << e.action;
    EXPECT_EQ(e.basis.version, "2017") << e.action;
    EXPECT_FALSE(e.basis.article.empty()) << e.action;
    EXPECT_FALSE(e.basis.requirement.empty()) << e.action;
  }
  const auto all = must(store_->read([](store::ReadTx& tx) { return tx.journal(0, 10000); }));
  journal::Tip tip;
  for (const auto& e : all) ASSERT_TRUE(journal::follow(tip, e)) << e.seq;
}

TEST_F(Lifecycle, CaseNumbersHaveNoGapsAndStartAgainEachYear) {
  EXPECT_EQ(submitted(finding({"a.example"})).number, "T-2026-000001");
  SubmitRequest bad = finding({"b.example"});
  bad.evidence[0].content.clear();
  EXPECT_FALSE(desk_->submit(as("finder"), bad));
  EXPECT_EQ(submitted(finding({"b.example"})).number, "T-2026-000002") << "a refusal takes none";
  clock_.set(at("2026-12-31T23:59:59+08:00"));
  EXPECT_EQ(submitted(finding({"c.example"})).number, "T-2026-000003");
  clock_.set(at("2027-01-01T00:00:00+08:00"));
  EXPECT_EQ(submitted(finding({"d.example"})).number, "T-2027-000001") << "the year of Shanghai";
}

TEST_F(Lifecycle, CasesAreFoundByNumberAndById) {
  const Threat t = submitted();
  EXPECT_EQ(must(desk_->delegate(as("ministry-a"), t.number, {"cert", ""})).id, t.id);
  const auto missing = desk_->delegate(as("ministry-a"), "T-2026-999999", {"cert", ""});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Code::kNotFound);
}

}  // namespace
}  // namespace tocsin::desk
