// Every guard refuses with its own rule: roles, jurisdiction, delegation, training, separate hands,
// capability of the addressee, the stops that protect the innocent.
#include <array>

#include "desk/desk_fixture.h"

namespace tocsin::desk {
namespace {

using Guards = DeskTest;

TEST_F(Guards, EachStepNeedsItsRole) {
  expect_refused(desk_->submit(as("citizen"), finding()), Code::kForbidden, "W17-05");
  const Threat t = submitted();
  expect_refused(desk_->delegate(as("ministry-c"), t.id, {"cert", ""}), Code::kForbidden, "W17-11");
  expect_refused(desk_->return_for_correction(as("sichuan-c"), t.id, {{"x"}}), Code::kForbidden,
                 "W17-07");
  expect_refused(desk_->merge(as("sichuan-c"), t.id, t.id, {"x"}), Code::kForbidden, "W17-08");
  expect_refused(desk_->declare_emergency(as("ministry-c"), t.id, {"x"}), Code::kForbidden,
                 "W17-30");
}

TEST_F(Guards, OnlyReviewersDecideAndNotify_W17_14_W17_21) {
  const Threat t = identified();
  expect_refused(desk_->review(as("ministry-c"), t.id, {true, "x", false}), Code::kForbidden,
                 "W17-14");
  must(desk_->review(as("ministry-a"), t.id, {true, "x", false}));
  const Task task = first_task(load<Threat>(t.id));
  const auto before = length();
  expect_refused(desk_->notify(as("ministry-c"), task.id, {}), Code::kForbidden, "W17-21");
  expect_refused(desk_->phone_notify(as("ministry-c"), task.id, {"a", "1", "b", "c"}),
                 Code::kForbidden, "W17-22");
  expect_refused(desk_->withdraw(as("ministry-c"), task.id, {"x"}), Code::kForbidden, "W17-14");
  EXPECT_TRUE(signer_.documents.empty()) << "signed before it was allowed";
  EXPECT_EQ(length(), before);
}

TEST_F(Guards, ThePlatformsOperatorDecidesNothing_W17_10) {
  const Threat t = identified();
  expect_refused(desk_->review(as("operations"), t.id, {true, "x", false}), Code::kForbidden,
                 "W17-03");
  UserRequest both;
  both.login = "both";
  both.organization = "miit";
  both.roles = {Role::kAdmin, Role::kReviewer};
  expect_refused(registry_->add_user(as("operations"), both), Code::kRefused, "W17-10");
}

TEST_F(Guards, ADisabledPersonDoesNothing) {
  must(registry_->disable_user(as("operations"), "finder"));
  const auto r = desk_->submit(as("finder"), finding());
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().code, Code::kForbidden);
}

TEST_F(Guards, AProvinceActsOnItsOwnTargetsOnly_W17_03) {
  const Threat t = submitted();  // the target is in Sichuan
  expect_refused(desk_->delegate(as("guangdong-a"), t.id, {"cert", ""}), Code::kForbidden,
                 "W17-03");
  expect_refused(desk_->return_for_correction(as("guangdong-a"), t.id, {{"x"}}), Code::kForbidden,
                 "W17-03");
  expect_refused(desk_->declare_emergency(as("guangdong-a"), t.id, {"x"}), Code::kForbidden,
                 "W17-03");
  must(registry_->delegate_body(as("sichuan-a"), {"cert", {}, {}, "Sichuan's own"}));
  must(desk_->delegate(as("sichuan-a"), t.id, {"cert", ""}));
  must(desk_->determine(as("analyst-a"), t.id, verdict()));
  expect_refused(desk_->review(as("guangdong-a"), t.id, {true, "x", false}), Code::kForbidden,
                 "W17-03");
  must(desk_->review(as("sichuan-a"), t.id, {true, "x", false}));
  const Task task = first_task(load<Threat>(t.id));
  expect_refused(desk_->notify(as("guangdong-a"), task.id, {}), Code::kForbidden, "W17-03");
  expect_refused(desk_->phone_notify(as("guangdong-a"), task.id, {"a", "1", "b", "c"}),
                 Code::kForbidden, "W17-03");
  expect_refused(desk_->report_breach(as("guangdong-a"), task.id, {"x"}), Code::kForbidden,
                 "W17-03");
  expect_refused(desk_->sanction(as("guangdong-a"), task.id, {"talk", 0, "56", "x"}),
                 Code::kForbidden, "W17-03");
  expect_refused(desk_->override_stop(as("guangdong-a"), t.id, {"a", "b", "c"}), Code::kForbidden,
                 "W17-03");
}

TEST_F(Guards, ATargetInNoKnownProvinceIsTheMinistrys_W17_03) {
  SubmitRequest r = finding();
  r.provinces.clear();
  const Threat t = submitted(r);
  EXPECT_EQ(t.recipients, std::vector<std::string>{org("miit")});
  expect_refused(desk_->delegate(as("sichuan-a"), t.id, {"cert", ""}), Code::kForbidden, "W17-03");
  must(desk_->delegate(as("ministry-a"), t.id, {"cert", ""}));
}

TEST_F(Guards, OnlyDelegatedBodiesIdentify_W17_11) {
  const Threat t = submitted();
  expect_refused(desk_->delegate(as("ministry-a"), t.id, {"institute", ""}), Code::kRefused,
                 "W17-11");
  expect_refused(desk_->delegate(as("ministry-a"), t.id, {"finder-co", ""}), Code::kRefused,
                 "W17-11");
  must(desk_->delegate(as("ministry-a"), t.id, {"cert", ""}));
  expect_refused(desk_->determine(as("scholar"), t.id, verdict()), Code::kForbidden, "W17-11");
}

TEST_F(Guards, ADelegationThatEndedIsNone_W17_11) {
  const Threat t = delegated();
  clock_.set(at("2027-01-01T00:00:00+08:00"));
  expect_refused(desk_->determine(as("analyst-a"), t.id, verdict()), Code::kRefused, "W17-11");
  clock_.set(at("2026-12-30T23:59:59+08:00"));
  must(desk_->determine(as("analyst-a"), t.id, verdict()));
}

TEST_F(Guards, OnlyTrainedPeopleIdentify_W17_13) {
  const Threat t = delegated();
  expect_refused(desk_->determine(as("novice"), t.id, verdict()), Code::kRefused, "W17-13");
  clock_.set(at("2026-12-31T00:00:00+08:00"));  // the delegation holds, the training is over
  expect_refused(desk_->determine(as("analyst-a"), t.id, verdict()), Code::kRefused, "W17-13");
}

TEST_F(Guards, ABodyDoesNotIdentifyWhatItSubmitted_W17_12_lifecycle1) {
  const Threat t = submitted(finding(), "analyst-a");
  expect_refused(desk_->delegate(as("ministry-a"), t.id, {"cert", ""}), Code::kRefused, "W17-12");
}

TEST_F(Guards, TheSamePersonNeverHasTwoOfTheFourHands_lifecycle1) {
  // Roles that no organisation would give one person: the hands are kept apart all the same.
  add_user("everyman", "miit", {Role::kFinder, Role::kReviewer});
  add_user("jack", "op-a", {Role::kFinder, Role::kExecutor});
  Threat t = submitted(finding({"a.example"}), "everyman");
  must(desk_->delegate(as("ministry-a"), t.id, {"cert", ""}));
  must(desk_->determine(as("analyst-a"), t.id, verdict()));
  expect_refused(desk_->review(as("everyman"), t.id, {true, "x", false}), Code::kRefused, "W17-14");

  t = submitted(finding({"b.example"}), "jack");
  must(desk_->delegate(as("ministry-a"), t.id, {"cert", ""}));
  must(desk_->determine(as("analyst-a"), t.id, verdict()));
  t = must(desk_->review(as("ministry-a"), t.id, {true, "x", true}));
  expect_refused(desk_->acknowledge(as("jack"), t.tasks[0]), Code::kRefused, "W17-24");
  expect_refused(desk_->feed_back(as("jack"), t.tasks[0], done()), Code::kRefused, "W17-24");
  must(desk_->acknowledge(as("abuse-a"), t.tasks[0]));
}

TEST_F(Guards, TheAddresseeDoesNotVerifyItself_W17_25) {
  const Task f = fed_back();
  expect_refused(desk_->verify(as("abuse-a"), f.id, probe()), Code::kForbidden, "W17-25");
  expect_refused(desk_->verify(as("scholar"), f.id, probe()), Code::kRefused, "W17-11");
  expect_refused(desk_->may_verify(as("finder"), f.id), Code::kForbidden, "W17-25");
  EXPECT_EQ(must(desk_->may_verify(as("analyst-b"), f.id)).id, f.id);
}

TEST_F(Guards, AnExpertBodyThatIsTheAddresseeDoesNotVerifyItself_W17_25) {
  add_user("cert-it", "cert", {Role::kExecutor});
  SubmitRequest r = finding();
  const Task n = notified(verdict({proposal(Measure::kClean, "cert")}), r);
  must(desk_->feed_back(as("cert-it"), n.id, done()));
  expect_refused(desk_->verify(as("analyst-b"), n.id, probe()), Code::kRefused, "W17-25");
}

TEST_F(Guards, OnlyTheAddresseeDisposes_W17_24) {
  const Task n = notified();
  expect_refused(desk_->acknowledge(as("abuse-b"), n.id), Code::kForbidden, "W17-24");
  expect_refused(desk_->feed_back(as("abuse-b"), n.id, done()), Code::kForbidden, "W17-24");
}

TEST_F(Guards, TheAddresseeCanActOnThatTarget_W17_15) {
  const auto refused = [&](const std::string& addressee, const std::string& indicator) {
    const Threat d = delegated(finding({indicator}));
    const auto before = length();
    const auto r =
        desk_->determine(as("analyst-a"), d.id, verdict({proposal(Measure::kBlock, addressee)}));
    ASSERT_FALSE(r) << addressee << " " << indicator;
    EXPECT_EQ(r.error().rule, "W17-15") << r.error().message;
    EXPECT_TRUE(r.error().field.starts_with("proposals[0]")) << r.error().field;
    EXPECT_EQ(length(), before);
  };
  refused("registrar", "203.0.113.77");
  refused("registrar", "http://a.example/x");
  refused("finder-co", "b.example");
  refused("miit", "c.example");
  add_organization("resale", model::OrganizationType::kResaleOperator);
  refused("resale", "d.example");
  must(desk_->determine(as("analyst-a"), delegated(finding({"phone:+8613800138000"})).id,
                        verdict({proposal(Measure::kStopService, "resale")})));
  must(desk_->determine(as("analyst-a"), delegated(finding({"e.example", "*.e.example"})).id,
                        verdict({proposal(Measure::kStopService, "registrar")})));
}

TEST_F(Guards, AnotherTechnicalMeasureNeedsItsReason_W17_19) {
  const Threat d = delegated();
  auto p = proposal(Measure::kOther);
  expect_refused(desk_->determine(as("analyst-a"), d.id, verdict({p})), Code::kInvalid, "W17-19");
  p.reason = "sinkhole for the bots' own good";
  const Threat t = must(desk_->determine(as("analyst-a"), d.id, verdict({p})));
  EXPECT_EQ(t.identification->proposals[0].reason, p.reason);
}

TEST_F(Guards, NoNoticeWithoutApproval_W17_14_lifecycle1) {
  const Threat t = identified();
  EXPECT_TRUE(t.tasks.empty()) << "there is nothing that a notice could be given for";
  const auto r = desk_->notify(as("ministry-a"), t.number + "-1", {});
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().code, Code::kNotFound);
  expect_refused(desk_->review(as("ministry-a"), submitted(finding({"n.example"})).id,
                               {true, "skip the experts", true}),
                 Code::kRefused, "W17-04");
}

TEST_F(Guards, AGradeHasItsScheme_lifecycle5) {
  const Threat d = delegated();
  DetermineRequest r = verdict();
  for (const auto& [scheme, version, level] :
       {std::array{"", "2017", "I"}, std::array{"miit-281", "", "I"},
        std::array{"miit-281", "2017", ""}}) {
    r.grade = model::Grade{scheme, version, level};
    expect_refused(desk_->determine(as("analyst-a"), d.id, r), Code::kInvalid, "lifecycle-5");
  }
  r.grade = model::Grade{"miit-281", "2017", "I"};
  EXPECT_EQ(must(desk_->determine(as("analyst-a"), d.id, r)).identification->grade->version,
            "2017");
}

TEST_F(Guards, FactsBeforeTheMeasuresAreRefused_W17_32_lifecycle7) {
  SubmitRequest r = finding();
  r.discovered_at = at("2017-12-31T23:59:59+08:00");
  expect_refused(desk_->submit(as("finder"), r), Code::kRefused, "W17-32");
  r.discovered_at = at("2018-01-01T00:00:00+08:00");
  EXPECT_EQ(submitted(r).rule_set, "miit-202");
}

TEST_F(Guards, AStopNeedsTwoPeople) {
  const Threat t = identified(verdict(), finding({"www.popular.example"}));
  ASSERT_EQ(t.stops.size(), 1U) << "the analyst sees it at once";
  EXPECT_EQ(t.stops[0].list, "popular");
  expect_refused(desk_->review(as("ministry-a"), t.id, {true, "x", true}), Code::kRefused, "guard");
  const OverrideRequest o{"www.popular.example", "popular", "the host itself is hostile"};
  expect_refused(desk_->override_stop(as("ministry-a"), t.id, {o.indicator, o.list, ""}),
                 Code::kInvalid, "guard");
  expect_refused(desk_->override_stop(as("ministry-a"), t.id, {"x.example", o.list, "x"}),
                 Code::kNotFound, "guard");
  must(desk_->override_stop(as("ministry-a"), t.id, o));
  expect_refused(desk_->review(as("ministry-a"), t.id, {true, "x", true}), Code::kRefused, "guard");
  expect_refused(desk_->override_stop(as("ministry-a"), t.id, o), Code::kRefused, "guard");
  const Threat clear = must(desk_->override_stop(as("ministry-b"), t.id, o));
  EXPECT_TRUE(clear.stops[0].overridden());
  EXPECT_EQ(count(t.id, "threat.override"), 2);
  EXPECT_EQ(must(desk_->review(as("ministry-a"), t.id, {true, "x", true})).state,
            ThreatState::kApproved);
}

TEST_F(Guards, AListThatGrewAfterTheFindingStopsTheDecisionAndCanBeOverridden) {
  const Threat t = identified();
  EXPECT_TRUE(t.stops.empty());
  guard_ = small_guard({"evil.example"});
  expect_refused(desk_->review(as("ministry-a"), t.id, {true, "x", true}), Code::kRefused, "guard");
  const OverrideRequest o{"evil.example", "popular", "the list is wrong"};
  must(desk_->override_stop(as("ministry-a"), t.id, o));
  must(desk_->override_stop(as("ministry-b"), t.id, o));
  must(desk_->review(as("ministry-a"), t.id, {true, "x", true}));
  expect_refused(desk_->override_stop(as("ministry-a"), t.id, o), Code::kRefused, "guard");
}

TEST_F(Guards, NobodyListsTheNameThatProvesABlock) {
  match::GuardSettings settings;
  settings.reserved_names = {"canary.example"};
  guard_ = std::make_shared<const match::Guard>(
      match::Guard::build({}, match::PublicSuffixes::system().value(), settings).value());
  const Threat t = identified(verdict(), finding({"canary.example"}));
  ASSERT_EQ(t.stops.size(), 1U);
  EXPECT_EQ(t.stops[0].list, match::kReservedList);
  const OverrideRequest o{"canary.example", std::string(match::kReservedList), "both agree"};
  const auto before = length();
  expect_refused(desk_->override_stop(as("ministry-a"), t.id, o), Code::kRefused, "guard");
  expect_refused(desk_->override_stop(as("ministry-b"), t.id, o), Code::kRefused, "guard");
  EXPECT_EQ(length(), before);
  expect_refused(desk_->review(as("ministry-a"), t.id, {true, "x", true}), Code::kRefused, "guard");
}

TEST_F(Guards, OnlyBlocksAreStoppedByLists) {
  const Threat t = identified(verdict({proposal(Measure::kClean)}), finding({"popular.example"}));
  EXPECT_TRUE(t.stops.empty());
  must(desk_->review(as("ministry-a"), t.id, {true, "clean it", true}));
}

}  // namespace
}  // namespace tocsin::desk
