// Organisations, people, delegations, training, tokens (W17-05, W17-09 ... W17-13).
#include "desk/desk_fixture.h"
#include "desk/permissions.h"

namespace tocsin::desk {
namespace {

using RegistryTest = DeskTest;

TEST_F(RegistryTest, TheFirstAdministratorIsTheOnlyOneWithoutAnother) {
  const auto again = registry_->bootstrap("second");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Code::kConflict);
}

TEST_F(RegistryTest, OnlyAdministratorsRegister_W17_10) {
  OrganizationRequest o;
  o.code = "new";
  o.title = {"新", "New"};
  expect_refused(registry_->add_organization(as("ministry-a"), o), Code::kForbidden, "W17-10");
  UserRequest u;
  u.login = "new";
  u.organization = "miit";
  expect_refused(registry_->add_user(as("ministry-a"), u), Code::kForbidden, "W17-10");
  expect_refused(registry_->disable_user(as("ministry-a"), "finder"), Code::kForbidden, "W17-10");
}

TEST_F(RegistryTest, CodesAreShortUniqueAndPlain) {
  OrganizationRequest o;
  o.title = {"新", "New"};
  for (const char* code :
       {"", "Upper", "-dash", "a b", "../x", "a234567890123456789012345678901234567890x"}) {
    o.code = code;
    const auto r = registry_->add_organization(as("operations"), o);
    ASSERT_FALSE(r) << code;
    EXPECT_EQ(r.error().field, "code");
  }
  o.code = "miit";
  EXPECT_EQ(registry_->add_organization(as("operations"), o).error().code, Code::kConflict);
}

TEST_F(RegistryTest, AProvincialAdministrationHasAProvince_W17_03) {
  OrganizationRequest o;
  o.code = "tca";
  o.title = {"局", "TCA"};
  o.type = model::OrganizationType::kTca;
  expect_refused(registry_->add_organization(as("operations"), o), Code::kInvalid, "W17-03");
}

TEST_F(RegistryTest, ContactsAreCompleteAndNeverNone_W17_05) {
  ContactsRequest r;
  expect_refused(registry_->set_contacts(as("abuse-a"), "op-a", r), Code::kRefused, "W17-05");
  model::Contact c;
  c.duty = "contact";
  c.name = "Li";
  r.contacts = {c};
  expect_refused(registry_->set_contacts(as("abuse-a"), "op-a", r), Code::kInvalid, "W17-05");
  r.contacts[0].phone = "+862812345678";
  const auto o = must(registry_->set_contacts(as("abuse-a"), "op-a", r));
  EXPECT_EQ(o.contacts[0].since, clock_.now());
  expect_refused(registry_->set_contacts(as("abuse-b"), "op-a", r), Code::kForbidden, "W17-05");
}

TEST_F(RegistryTest, DelegationAndTrainingAreTheAuthoritysDuty_W17_11_W17_13) {
  expect_refused(registry_->delegate_body(as("operations"), {"institute", {}, {}, "x"}),
                 Code::kForbidden, "W17-03");
  expect_refused(registry_->delegate_body(as("ministry-c"), {"institute", {}, {}, "x"}),
                 Code::kForbidden, "W17-11");
  expect_refused(registry_->delegate_body(as("ministry-a"), {"op-a", {}, {}, "x"}), Code::kRefused,
                 "W17-11");
  expect_refused(registry_->add_training(as("operations"), {"novice", "x", {}, {}, ""}),
                 Code::kForbidden, "W17-03");
  expect_refused(registry_->add_training(as("ministry-a"), {"novice", "", {}, {}, ""}),
                 Code::kInvalid, "W17-13");
  const auto u =
      must(registry_->add_training(as("ministry-a"), {"novice", "all of it", {}, {}, ""}));
  EXPECT_EQ(u.training.at(0).on, clock_.now());
  EXPECT_EQ(must(desk_->determine(as("novice"), delegated().id, verdict())).state,
            ThreatState::kIdentified);
}

TEST_F(RegistryTest, ATokenSpeaksForItsPersonUntilItEnds_W17_09) {
  TokenRequest r;
  r.expires = clock_.now().plus(std::chrono::hours(1));
  const auto token = must(registry_->issue_token(as("finder"), r));
  EXPECT_EQ(must(registry_->authenticate(token.secret)).actor.user.login, "finder");
  EXPECT_NE(load<model::Token>(token.id).digest.find_first_not_of('0'), std::string::npos);
  EXPECT_EQ(model::to_json(load<model::Token>(token.id)).dump().find(token.secret),
            std::string::npos)
      << "the secret is kept nowhere";
  clock_.advance(std::chrono::hours(1));
  EXPECT_EQ(registry_->authenticate(token.secret).error().code, Code::kUnauthenticated);
  EXPECT_EQ(registry_->authenticate("nonsense").error().code, Code::kUnauthenticated);
}

TEST_F(RegistryTest, NobodyIssuesTheTokenOfAnotherPerson_W17_10) {
  TokenRequest r;
  r.user = "ministry-a";
  expect_refused(registry_->issue_token(as("other-finder"), r), Code::kForbidden, "W17-09");
  expect_refused(registry_->issue_token(as("operations"), r), Code::kForbidden, "W17-10");
  r.scopes = {"read"};
  expect_refused(registry_->issue_token(as("operations"), r), Code::kForbidden, "W17-10");
  r.scopes = {"invitation"};
  EXPECT_EQ(registry_->issue_token(as("ministry-a"), r).error().field, "scopes")
      << "it would set a password without the old one";
  PointRequest p;
  p.code = "op-a-resolver";
  p.organization = "op-a";
  p.kind = model::PointKind::kDecisions;
  must(registry_->add_point(as("operations"), p));
  r.user = "abuse-a";
  r.point = p.code;
  r.scopes = {"list", "decide"};
  expect_refused(registry_->issue_token(as("operations"), r), Code::kForbidden, "W17-10");
  r.scopes = {"list"};
  must(registry_->issue_token(as("operations"), r));
}

TEST_F(RegistryTest, RevokedTokensAndDisabledPeopleAreUnknown_W17_09) {
  const auto one = must(registry_->issue_token(as("finder"), {}));
  const auto two = must(registry_->issue_token(as("finder"), {}));
  expect_refused(registry_->revoke_token(as("other-finder"), one.id), Code::kForbidden, "W17-09");
  must(registry_->revoke_token(as("finder"), one.id));
  EXPECT_EQ(registry_->authenticate(one.secret).error().code, Code::kUnauthenticated);
  must(registry_->authenticate(two.secret));
  must(registry_->disable_user(as("operations"), "finder"));
  EXPECT_EQ(registry_->authenticate(two.secret).error().code, Code::kUnauthenticated);
}

TEST_F(RegistryTest, TheLastAdministratorStays_W17_10) {
  expect_refused(registry_->disable_user(as("operations"), "operations"), Code::kConflict,
                 "W17-10");
  add_user("second-admin", "miit", {Role::kAdmin});
  must(registry_->disable_user(as("operations"), "operations"));
  expect_refused(registry_->disable_user(as("second-admin"), "second-admin"), Code::kConflict,
                 "W17-10");
}

TEST_F(RegistryTest, ScopesAreKnownWords) {
  TokenRequest r;
  r.scopes = {"everything"};
  const auto bad = registry_->issue_token(as("finder"), r);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().field, "scopes");
  EXPECT_TRUE(scope_allows({"*"}, "decide"));
  EXPECT_TRUE(scope_allows({"read", "submit"}, "submit"));
  EXPECT_FALSE(scope_allows({"read"}, "submit"));
  EXPECT_FALSE(scope_allows({}, "read"));
}

TEST_F(RegistryTest, ATokenHandsOnWhatItHas_W17_09) {
  TokenRequest narrow;
  narrow.scopes = {"read"};
  const auto reader = must(registry_->issue_token(as("finder"), narrow));
  const Actor by = must(registry_->authenticate(reader.secret)).actor;
  must(registry_->issue_token(by, narrow));
  TokenRequest wider;
  expect_refused(registry_->issue_token(by, wider), Code::kForbidden, "W17-09");
  wider.scopes = {"read", "submit"};
  expect_refused(registry_->issue_token(by, wider), Code::kForbidden, "W17-09");
  must(registry_->issue_token(as("finder"), wider));
}

TEST_F(RegistryTest, APointsTokenStaysWithItsUnit_W17_09) {
  PointRequest p;
  p.code = "op-a-resolver";
  p.organization = "op-a";
  p.address = "127.0.0.1";
  p.port = 5300;
  p.tsig = true;
  expect_refused(registry_->add_point(as("abuse-b"), p), Code::kForbidden, "W17-09");
  const auto point = must(registry_->add_point(as("abuse-a"), p));
  EXPECT_FALSE(point.tsig_secret.empty());
  TokenRequest r;
  r.point = p.code;
  expect_refused(registry_->issue_token(as("abuse-b"), r), Code::kForbidden, "W17-09");
  EXPECT_EQ(load<model::Token>(must(registry_->issue_token(as("abuse-a"), r)).id).point, point.id);
}

}  // namespace
}  // namespace tocsin::desk
