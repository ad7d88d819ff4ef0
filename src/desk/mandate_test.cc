// How far an authority's word reaches: delegations count for the cases it handles, side notices go
// to those whose business it is (R202 arts. 3, 7, 8; W17-03, W17-11, W17-18).
#include "desk/desk_fixture.h"

namespace tocsin::desk {
namespace {

class Mandate : public DeskTest {
 protected:
  void SetUp() override {
    DeskTest::SetUp();
    add_user("scholar-2", "institute", {Role::kIdentifier, Role::kVerifier});
    must(registry_->add_training(as("ministry-a"), {"scholar", "identification", {}, {}, ""}));
  }

  /// A delegation of the institute by the authority of `who`.
  void mandate(const std::string& who) {
    must(registry_->delegate_body(as(who), {"institute", {}, {}, "by " + who}));
  }
};

TEST_F(Mandate, AProvincesDelegationCountsForItsOwnCasesOnly_W17_11) {
  mandate("sichuan-a");
  const Threat t = submitted();  // Sichuan
  const auto others = desk_->delegate(as("ministry-a"), t.id, {"institute", ""});
  expect_refused(others, Code::kRefused, "W17-11");
  SubmitRequest south = finding({"south.example"});
  south.provinces = {"44"};
  const Threat g = submitted(south);
  expect_refused(desk_->delegate(as("guangdong-a"), g.id, {"institute", ""}), Code::kRefused,
                 "W17-11");
  must(desk_->delegate(as("sichuan-a"), t.id, {"institute", ""}));
  EXPECT_EQ(must(desk_->determine(as("scholar"), t.id, verdict())).state, ThreatState::kIdentified);
}

TEST_F(Mandate, TheMinistrysDelegationCountsForItsCasesInEveryProvince_W17_11) {
  for (const char* province : {"51", "44", "11"}) {
    SubmitRequest r = finding({std::string("p") + province + ".example"});
    r.provinces = {province};
    must(desk_->delegate(as("ministry-a"), submitted(r).id, {"cert", ""}));
  }
  const Threat t = submitted();
  expect_refused(desk_->delegate(as("sichuan-a"), t.id, {"cert", ""}), Code::kRefused, "W17-11");
}

TEST_F(Mandate, ADelegationThatEndsTakesTheCasesOfItsAuthorityAlong_W17_11) {
  must(registry_->delegate_body(as("sichuan-a"), {"cert", {}, at("2026-03-06"), "until tomorrow"}));
  const Threat t = submitted();
  must(desk_->delegate(as("sichuan-a"), t.id, {"cert", ""}));
  clock_.set(at("2026-03-06"));  // the ministry's goes on, and does not help
  expect_refused(desk_->determine(as("analyst-a"), t.id, verdict()), Code::kRefused, "W17-11");
}

TEST_F(Mandate, VerificationIsForBodiesOfTheAuthoritiesOfTheCase_W17_11_W17_25) {
  mandate("guangdong-a");
  const Task n = fed_back();  // Sichuan, handled by the ministry
  expect_refused(desk_->verify(as("scholar-2"), n.id, probe()), Code::kRefused, "W17-11");
  mandate("ministry-a");
  EXPECT_EQ(must(desk_->verify(as("scholar-2"), n.id, probe())).state, TaskState::kVerified);
}

TEST_F(Mandate, WhoIdentifiedForTheProvinceVerifiesWhatTheMinistryDecided_W17_25) {
  mandate("sichuan-a");
  const Threat t = submitted();
  must(desk_->delegate(as("sichuan-a"), t.id, {"institute", ""}));
  must(desk_->determine(as("scholar"), t.id, verdict()));
  const Threat decided = must(desk_->review(as("ministry-a"), t.id, {true, "x", true}));
  must(desk_->feed_back(as("abuse-a"), decided.tasks[0], done()));
  must(desk_->verify(as("scholar-2"), decided.tasks[0], probe()));
}

TEST_F(Mandate, AVerificationNamesEveryTranscript_W17_25) {
  const Task n = fed_back();
  VerifyRequest r = probe();
  r.evidence = {evidence("first resolver"), evidence("second resolver"), evidence("a photograph")};
  const Task t = must(desk_->verify(as("analyst-b"), n.id, r));
  const auto& named = t.verifications.at(0).evidence;
  ASSERT_EQ(named.size(), 3U);
  const auto entries = journal(n.threat);
  const auto e = std::find_if(entries.begin(), entries.end(),
                              [](const auto& x) { return x.action == "task.verified"; });
  ASSERT_NE(e, entries.end());
  ASSERT_EQ(e->data["digests"].items().size(), 3U);
  for (std::size_t i = 0; i < named.size(); ++i) {
    const auto kept = load<model::Evidence>(named[i]);
    EXPECT_EQ(kept.content, r.evidence[i].content);
    EXPECT_EQ(e->data["evidence"].items()[i].as_string(), kept.id);
    EXPECT_EQ(e->data["digests"].items()[i].as_string(), kept.digest);
  }
}

TEST_F(Mandate, SideNoticesGoToTheProvinceAndTheNationNotToOthers_W17_18) {
  using O = model::OrganizationType;
  add_organization("cac51", O::kCyberspaceAuthority, {"51"});
  add_organization("cac44", O::kCyberspaceAuthority, {"44"});
  add_organization("south-grid", O::kNetworkUnit, {"44"}, "energy", true);
  add_organization("rail", O::kNetworkUnit, {}, "energy", true);  // the whole country
  const auto told = [&](const std::string& owner, std::vector<std::string> target) {
    SubmitRequest r = finding({owner + ".example"});
    r.threat_class = model::ThreatClass::kHiddenDanger;
    r.subtype = "code-flaw";
    r.owner = owner;
    r.provinces = std::move(target);
    const Task t = notified(verdict({proposal(Measure::kRectify, owner, "10wd")}), r);
    std::vector<std::string> out;
    for (const auto& n : notices(t.threat, NoticeKind::kCyberspace)) {
      out.push_back(load<model::Organization>(n.addressee).code);
    }
    std::sort(out.begin(), out.end());
    EXPECT_EQ(notices(t.threat, NoticeKind::kSuperior).size(), 1U);
    EXPECT_EQ(t.side_notices.size(), out.size() + 1);
    return out;
  };
  using Offices = std::vector<std::string>;
  EXPECT_EQ(told("grid", {}), (Offices{"cac51", "cyberspace"}));
  EXPECT_EQ(told("south-grid", {}), (Offices{"cac44", "cyberspace"}));
  EXPECT_EQ(told("rail", {"44"}), (Offices{"cac44", "cyberspace"})) << "where the target is";
}

}  // namespace
}  // namespace tocsin::desk
