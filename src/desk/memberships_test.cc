// People who act for several organisations: one at a time, on one case for one, and what keeps the
// hands apart holds of the person.
#include "desk/memberships.h"

#include "desk/desk_fixture.h"
#include "desk/invitations.h"
#include "store/case_readers.h"

namespace tocsin::desk {
namespace {

class MembershipsTest : public DeskTest {
 protected:
  void SetUp() override {
    DeskTest::SetUp();
    memberships_ = std::make_unique<Memberships>(*store_, clock_, embedded_law());
  }
  void TearDown() override {
    memberships_.reset();
    DeskTest::TearDown();
  }

  model::User join(const std::string& login, const std::string& organization,
                   std::vector<Role> roles) {
    return must(memberships_->join(as("operations"), login, {organization, std::move(roles)}));
  }
  model::User leave(const std::string& login, const std::string& organization) {
    return must(memberships_->leave(as("operations"), login, {organization}));
  }
  void train(const std::string& login, const std::string& organization) {
    must(
        registry_->add_training(as("ministry-a"), {login, "identification", {}, {}, organization}));
  }
  /// As another version of the program, or another part of it, would have stored the token.
  template <typename Change>
  void rewrite(const IssuedToken& issued, Change change) {
    must(store_->write([&](store::WriteTx& tx) -> Result<int> {
      TRY(auto token, store::get<model::Token>(tx, issued.id));
      change(token);
      TRY_STATUS(store::put(tx, token));
      TRY_STATUS(tx.append({"system:test", "", "token.issued", token.id, "", {}, {}, {}}));
      return 0;
    }));
  }
  journal::Entry last() {
    return must(store_->read([](store::ReadTx& tx) -> Result<journal::Entry> {
      TRY(const auto length, tx.last_sequence());
      TRY(auto entries, tx.journal(length - 1, 1));
      return std::move(entries.at(0));
    }));
  }

  std::unique_ptr<Memberships> memberships_;
};

TEST_F(MembershipsTest, EachOrganisationHasItsOwnRoles) {
  join("other-finder", "op-b", {Role::kExecutor});
  EXPECT_EQ(last().action, "user.joined");
  EXPECT_EQ(last().basis.requirement, "W17-05");
  EXPECT_EQ(last().data.str("organization"), org("op-b"));
  EXPECT_TRUE(as("other-finder").user.has(Role::kFinder));
  EXPECT_FALSE(as("other-finder").user.has(Role::kExecutor));
  const auto there = as("other-finder", "op-b");
  EXPECT_EQ(there.user.organization, org("op-b"));
  EXPECT_FALSE(there.user.has(Role::kFinder));
  EXPECT_TRUE(there.user.has(Role::kExecutor));
  expect_refused(desk_->submit(there, finding()), Code::kForbidden, "W17-05");
  const auto sides = must(memberships_->sides(there));
  ASSERT_EQ(sides.size(), 2U);
  EXPECT_EQ(sides[0].code, "other-co");
  EXPECT_FALSE(sides[0].current);
  EXPECT_EQ(sides[1].code, "op-b");
  EXPECT_TRUE(sides[1].current);
  const Task task = notified(verdict({proposal(Measure::kBlock, "op-b")}));
  expect_refused(desk_->acknowledge(as("other-finder"), task.id), Code::kForbidden, "W17-24");
  EXPECT_EQ(must(desk_->acknowledge(there, task.id)).acknowledged->organization, org("op-b"));
}

TEST_F(MembershipsTest, OnlyAdministratorsGiveAndTake_W17_10) {
  expect_refused(memberships_->join(as("ministry-a"), "finder", {"op-b", {Role::kExecutor}}),
                 Code::kForbidden, "W17-10");
  join("finder", "op-b", {Role::kExecutor});
  expect_refused(memberships_->leave(as("ministry-a"), "finder", {"op-b"}), Code::kForbidden,
                 "W17-10");
}

TEST_F(MembershipsTest, WhatCannotBeJoined_W17_05) {
  const auto refused = [&](const std::string& login, const std::string& organization,
                           std::vector<Role> roles) {
    return memberships_->join(as("operations"), login, {organization, std::move(roles)});
  };
  expect_refused(refused("finder", "finder-co", {Role::kFinder}), Code::kConflict, "W17-05");
  expect_refused(refused("finder", "nowhere", {Role::kFinder}), Code::kNotFound, "");
  expect_refused(refused("nobody", "op-b", {Role::kFinder}), Code::kNotFound, "");
  expect_refused(refused("finder", "op-b", {}), Code::kInvalid, "W17-05");
  join("finder", "op-b", {Role::kExecutor});
  expect_refused(refused("finder", "op-b", {Role::kFinder}), Code::kConflict, "W17-05");
  must(registry_->disable_user(as("operations"), "other-finder"));
  expect_refused(refused("other-finder", "op-b", {Role::kExecutor}), Code::kRefused, "W17-05");
}

TEST_F(MembershipsTest, ThereAreNotEndlesslyMany_W17_05) {
  for (int i = 0; i < 20; ++i) {
    const std::string code = "unit-" + std::to_string(i);
    add_organization(code, model::OrganizationType::kNetworkUnit);
    join("finder", code, {Role::kFinder});
  }
  expect_refused(memberships_->join(as("operations"), "finder", {"op-b", {Role::kFinder}}),
                 Code::kConflict, "W17-05");
  leave("finder", "unit-3");
  join("finder", "unit-3", {Role::kExecutor});
  EXPECT_TRUE(as("finder", "unit-3").user.has(Role::kExecutor)) << "coming back is no further one";
}

TEST_F(MembershipsTest, WhoRunsThePlatformDecidesForNobody_W17_10) {
  expect_refused(memberships_->join(as("operations"), "operations", {"miit", {Role::kReviewer}}),
                 Code::kRefused, "W17-10");
  expect_refused(memberships_->join(as("operations"), "ministry-c", {"platform", {Role::kAdmin}}),
                 Code::kRefused, "W17-10");
}

TEST_F(MembershipsTest, TheLastAdministratorStaysInWhateverOrganisation_W17_10) {
  join("finder", "platform", {Role::kAdmin});
  must(registry_->disable_user(as("finder", "platform"), "operations"));
  expect_refused(memberships_->leave(as("finder", "platform"), "finder", {"platform"}),
                 Code::kConflict, "W17-10");
}

TEST_F(MembershipsTest, TheFirstOrganisationStays_W17_05) {
  expect_refused(memberships_->leave(as("operations"), "finder", {"finder-co"}), Code::kRefused,
                 "W17-05");
  expect_refused(memberships_->leave(as("operations"), "finder", {"op-b"}), Code::kNotFound,
                 "W17-05");
}

TEST_F(MembershipsTest, ATokenIsForOneOrganisationAndEndsWithIt_W17_09) {
  join("finder", "op-b", {Role::kExecutor});
  TokenRequest r;
  const auto first = must(registry_->issue_token(as("finder", "op-b"), r));
  r.organization = "op-b";
  const auto second = must(registry_->issue_token(as("finder"), r));
  r.organization = "op-a";
  expect_refused(registry_->issue_token(as("finder"), r), Code::kForbidden, "W17-09");
  const auto organization_of = [&](const IssuedToken& token) {
    return must(registry_->authenticate(token.secret)).actor.organization.code;
  };
  EXPECT_EQ(organization_of(first), "finder-co");
  EXPECT_EQ(organization_of(second), "op-b");
  leave("finder", "op-b");
  EXPECT_EQ(last().action, "user.left");
  EXPECT_EQ(last().data["tokens"].items().size(), 1U);
  EXPECT_EQ(registry_->authenticate(second.secret).error().code, Code::kUnauthenticated);
  EXPECT_EQ(organization_of(first), "finder-co");
  join("finder", "op-b", {Role::kExecutor});
  EXPECT_EQ(registry_->authenticate(second.secret).error().code, Code::kUnauthenticated)
      << "what has ended does not come back";
}

TEST_F(MembershipsTest, RolesAreCorrectedWhereTheyAreHeld_W17_05) {
  join("finder", "op-b", {Role::kFinder});
  must(memberships_->change_roles(as("operations"), "finder", {"op-b", {Role::kExecutor}}));
  EXPECT_EQ(last().action, "user.roles");
  EXPECT_EQ(last().basis.requirement, "W17-05");
  EXPECT_EQ(last().before["roles"].canonical(), R"(["finder"])");
  EXPECT_EQ(last().data["roles"].canonical(), R"(["executor"])");
  EXPECT_EQ(last().data.str("organization"), org("op-b"));
  EXPECT_TRUE(as("finder", "op-b").user.has(Role::kExecutor));
  EXPECT_FALSE(as("finder", "op-b").user.has(Role::kFinder));
  EXPECT_TRUE(as("finder").user.has(Role::kFinder)) << "the first one has its own";
  must(memberships_->change_roles(as("operations"), "finder", {"", {Role::kAuditor}}));
  EXPECT_TRUE(as("finder").user.has(Role::kAuditor));
  EXPECT_FALSE(as("finder").user.has(Role::kFinder));
}

TEST_F(MembershipsTest, WhatRolesCannotBecome_W17_05_W17_10) {
  const auto to = [&](const std::string& by, const std::string& login,
                      const std::string& organization, std::vector<Role> roles) {
    return memberships_->change_roles(as(by), login, {organization, std::move(roles)});
  };
  const auto before = length();
  expect_refused(to("ministry-a", "finder", "", {Role::kExecutor}), Code::kForbidden, "W17-10");
  expect_refused(to("operations", "nobody", "", {Role::kExecutor}), Code::kNotFound, "");
  expect_refused(to("operations", "finder", "op-b", {Role::kExecutor}), Code::kNotFound, "W17-05");
  expect_refused(to("operations", "finder", "", {}), Code::kInvalid, "W17-05");
  expect_refused(to("operations", "finder", "", {Role::kReviewer}), Code::kRefused, "W17-03");
  expect_refused(to("operations", "finder", "", {Role::kIdentifier}), Code::kRefused, "W17-11");
  expect_refused(to("operations", "ministry-a", "", {Role::kReviewer, Role::kAdmin}),
                 Code::kRefused, "W17-10");
  expect_refused(to("operations", "operations", "", {Role::kAuditor}), Code::kConflict, "W17-10");
  EXPECT_EQ(length(), before);
  must(registry_->disable_user(as("operations"), "other-finder"));
  expect_refused(to("operations", "other-finder", "", {Role::kExecutor}), Code::kRefused, "W17-05");
}

TEST_F(MembershipsTest, TokensEndWithTheRoleThatIsTakenAway_W17_09) {
  join("finder", "op-b", {Role::kFinder});
  const auto here = must(registry_->issue_token(as("finder"), {}));
  TokenRequest elsewhere;
  elsewhere.organization = "op-b";
  const auto there = must(registry_->issue_token(as("finder"), elsewhere));
  const auto works = [&](const IssuedToken& token) {
    return registry_->authenticate(token.secret).has_value();
  };
  must(memberships_->change_roles(as("operations"), "finder",
                                  {"", {Role::kFinder, Role::kAuditor}}));
  EXPECT_TRUE(works(here)) << "nothing was taken away";
  EXPECT_TRUE(last().data["tokens"].items().empty());
  rewrite(here, [](model::Token& t) { t.organization.clear(); });  // as from before memberships
  must(memberships_->change_roles(as("operations"), "finder", {"", {Role::kAuditor}}));
  EXPECT_FALSE(works(here));
  EXPECT_TRUE(works(there));
  EXPECT_EQ(last().data["tokens"].canonical(), "[\"" + here.id + "\"]");
}

TEST_F(MembershipsTest, AnInvitationAndADevicesTokenOutliveACorrection_W17_09) {
  const auto invitation = must(registry_->issue_token(as("abuse-a"), {}));
  rewrite(invitation, [](model::Token& t) { t.scopes = {std::string(kInvitationScope)}; });
  must(registry_->add_point(as("abuse-a"),
                            {"dev-a", "op-a", model::PointKind::kTextList, "", 0, false}));
  TokenRequest r;
  r.point = "dev-a";
  const auto device = must(registry_->issue_token(as("abuse-a"), r));
  must(memberships_->change_roles(as("operations"), "abuse-a", {"", {Role::kFinder}}));
  EXPECT_TRUE(last().data["tokens"].items().empty());
  EXPECT_TRUE(registry_->authenticate(invitation.secret).has_value());
  EXPECT_TRUE(registry_->authenticate(device.secret).has_value());
}

TEST_F(MembershipsTest, ATokenFromBeforeActsForTheFirst) {
  const auto issued = must(registry_->issue_token(as("finder"), {}));
  rewrite(issued, [](model::Token& t) { t.organization.clear(); });
  join("finder", "op-b", {Role::kExecutor});
  EXPECT_EQ(must(registry_->authenticate(issued.secret)).actor.organization.code, "finder-co");
}

TEST_F(MembershipsTest, OnOneCaseAPersonActsForOneOrganisation_W17_12) {
  join("finder", "miit", {Role::kReviewer, Role::kChecker});
  const Threat t = identified();
  const auto before = length();
  expect_refused(desk_->review(as("finder", "miit"), t.id, {true, "mine", true}), Code::kRefused,
                 "W17-12");
  EXPECT_TRUE(signer_.documents.empty()) << "signed before it was allowed";
  EXPECT_EQ(length(), before);
  must(desk_->review(as("ministry-a"), t.id, {true, "theirs", true}));
  const Task task = first_task(load<Threat>(t.id));
  expect_refused(desk_->phone_notify(as("finder", "miit"), task.id, {"a", "1", "b", "c"}),
                 Code::kRefused, "W17-12");
  // Another case is another matter.
  const Threat other = submitted(finding({"other.example"}), "abuse-b");
  must(desk_->delegate(as("finder", "miit"), other.id, {"cert", ""}));
}

TEST_F(MembershipsTest, WhatWasDoneForAFormerOrganisationCounts_W17_12) {
  join("novice", "finder-co", {Role::kFinder});
  const Threat t = must(desk_->submit(as("novice", "finder-co"), finding()));
  must(desk_->delegate(as("ministry-a"), t.id, {"cert", ""}));
  leave("novice", "finder-co");
  train("novice", "cert");
  expect_refused(desk_->determine(as("novice"), t.id, verdict()), Code::kRefused, "W17-12");
}

TEST_F(MembershipsTest, ExecutorIsNeverVerifier_W17_12_W17_25) {
  join("abuse-a", "cert", {Role::kVerifier});
  join("abuse-b", "cert", {Role::kVerifier});
  const Task task = fed_back();  // by abuse-a
  expect_refused(desk_->verify(as("abuse-a", "cert"), task.id, probe()), Code::kRefused, "W17-12");
  must(desk_->verify(as("abuse-b", "cert"), task.id, probe()));
}

TEST_F(MembershipsTest, NobodyOfTheAddresseeVerifiesForAnother_W17_25) {
  add_user("quiet", "op-a", {Role::kFinder});
  join("quiet", "cert", {Role::kVerifier});
  const Task task = fed_back();
  expect_refused(desk_->verify(as("quiet", "cert"), task.id, probe()), Code::kRefused, "W17-25");
  leave("quiet", "cert");
  expect_refused(desk_->verify(as("quiet"), task.id, probe()), Code::kForbidden, "W17-25");
}

TEST_F(MembershipsTest, NobodyOfTheFinderIdentifiesForAnother_W17_12) {
  join("novice", "finder-co", {Role::kAuditor});
  train("novice", "cert");
  expect_refused(desk_->determine(as("novice"), delegated().id, verdict()), Code::kRefused,
                 "W17-12");
}

TEST_F(MembershipsTest, TrainingCountsWhereItWasGiven_W17_13) {
  must(registry_->delegate_body(as("ministry-a"), {"institute", {}, {}, "x"}));
  join("analyst-a", "institute", {Role::kIdentifier});
  const Threat t = must(desk_->delegate(as("ministry-a"), submitted().id, {"institute", ""}));
  expect_refused(desk_->determine(as("analyst-a", "institute"), t.id, verdict()), Code::kRefused,
                 "W17-13");
  expect_refused(registry_->add_training(as("ministry-a"), {"analyst-a", "x", {}, {}, "op-a"}),
                 Code::kForbidden, "W17-09");
  train("analyst-a", "institute");
  must(desk_->determine(as("analyst-a", "institute"), t.id, verdict()));
}

TEST_F(MembershipsTest, TheAppellantDoesNotJudge_W17_12_W17_27) {
  join("grid-it", "miit", {Role::kChecker});
  const Task task = notified();
  const Appeal a = must(desk_->file_appeal(as("grid-it"), appeal_of(task.id)));
  expect_refused(desk_->admit_appeal(as("grid-it", "miit"), a.id, {true, "x", false}),
                 Code::kRefused, "W17-12");
  must(desk_->admit_appeal(as("ministry-c"), a.id, {true, "in time", false}));
  expect_refused(desk_->check_appeal(as("grid-it", "miit"), a.id, {"x"}), Code::kRefused, "W17-12");
}

TEST_F(MembershipsTest, TheRightToAppealStays_W17_26) {
  join("abuse-a", "grid", {Role::kFinder});
  const Task task = fed_back();  // by abuse-a for op-a
  EXPECT_EQ(must(desk_->file_appeal(as("abuse-a", "grid"), appeal_of(task.id))).filed.organization,
            org("grid"));
}

TEST_F(MembershipsTest, WhatOneFiledForOneIsNotSeenForAnother) {
  join("grid-it", "other-co", {Role::kFinder});
  const Appeal a = must(desk_->file_appeal(as("grid-it"), appeal_of(notified().id)));
  const auto sees = [&](const Actor& by) {
    return must(store_->read([&](store::ReadTx& tx) {
      return store::may_read(tx, store::Person{by.user, by.organization}, a);
    }));
  };
  EXPECT_TRUE(sees(as("grid-it")));
  EXPECT_FALSE(sees(as("grid-it", "other-co")));
}

}  // namespace
}  // namespace tocsin::desk
