#include "desk/invitations.h"

#include "desk/desk_fixture.h"
#include "desk/permissions.h"
#include "desk/secret_memory_test.h"

namespace tocsin::desk {
namespace {

class InvitationsTest : public DeskTest {
 protected:
  void SetUp() override {
    DeskTest::SetUp();
    demand({});
  }
  void TearDown() override {
    invitations_.reset();
    sign_in_.reset();
    factors_.reset();
    DeskTest::TearDown();
  }
  /// Of whom a second factor is demanded.
  void demand(std::vector<Role> roles) {
    factors_ =
        std::make_unique<SecondFactors>(*store_, clock_, embedded_law(), files_, std::move(roles));
    sign_in_ = std::make_unique<SignIn>(*store_, clock_, *ids_, embedded_law(), *factors_,
                                        SignInSettings{});
    invitations_ =
        std::make_unique<Invitations>(*store_, clock_, *ids_, embedded_law(), *factors_, *sign_in_);
  }
  Registry::Session invited(const std::string& login) {
    const auto made = must(invitations_->invite(as("operations"), login, {}));
    return must(registry_->authenticate(made.secret));
  }
  Result<SignIn::Opened> open(const std::string& login, const std::string& password) {
    return sign_in_->open({login, password, ""}, {});
  }

  SecretMemory files_;
  std::unique_ptr<SecondFactors> factors_;
  std::unique_ptr<SignIn> sign_in_;
  std::unique_ptr<Invitations> invitations_;
};

constexpr const char* kPassword = "correct horse battery";

TEST_F(InvitationsTest, ThePersonChoosesThePasswordOnce_W17_10) {
  const auto session = invited("ministry-a");
  EXPECT_FALSE(scope_allows(session.token.scopes, "read")) << "it is good for one thing";
  EXPECT_EQ(invitations_->accept(session, {"short", ""}).error().field, "password");
  for (const char* common : {"password1234", "Ministry-A-2026"}) {
    EXPECT_EQ(invitations_->accept(session, {common, ""}).error().rule, "NIST-SP-800-63B");
  }
  EXPECT_EQ(invitations_->accept(session, {}).error().code, Code::kInvalid);
  EXPECT_EQ(must(invitations_->accept(session, {kPassword, ""})).login, "ministry-a");
  EXPECT_EQ(invitations_->accept(session, {kPassword, ""}).error().code, Code::kUnauthenticated);
  const auto opened = must(open("ministry-a", kPassword));
  EXPECT_TRUE(scope_allows(opened.session.token.scopes, "decide"));
}

TEST_F(InvitationsTest, AForgottenPasswordIsReplacedAndTheSessionsEnd_W17_09) {
  must(invitations_->accept(invited("finder"), {kPassword, ""}));
  const auto before = must(open("finder", kPassword));
  const auto again = invited("finder");
  must(registry_->authenticate(before.token.secret));
  must(open("finder", kPassword));  // until it is accepted
  must(invitations_->accept(again, {"another good password", ""}));
  EXPECT_FALSE(registry_->authenticate(before.token.secret));
  EXPECT_FALSE(open("finder", kPassword));
  must(open("finder", "another good password"));
}

TEST_F(InvitationsTest, AProgramsTokenComesOfItToo) {
  const auto accepted = must(invitations_->accept(invited("finder"), {"", "feeds"}));
  const auto session = must(registry_->authenticate(accepted.secret));
  EXPECT_EQ(session.actor.user.login, "finder");
  EXPECT_EQ(session.token.label, "feeds");
  demand({Role::kFinder});
  expect_refused(invitations_->accept(invited("finder"), {"", "feeds"}), Code::kRefused, "W17-09");
  must(invitations_->accept(invited("finder"), {kPassword, ""}));
}

TEST_F(InvitationsTest, OnlyTheLastOneIsGoodAndOnlyForItsTime_W17_09) {
  const auto first = must(invitations_->invite(as("operations"), "finder", {}));
  const auto second = must(invitations_->invite(as("operations"), "finder", {}));
  EXPECT_FALSE(registry_->authenticate(first.secret));
  must(registry_->authenticate(second.secret));
  clock_.advance(std::chrono::hours(7 * 24));
  EXPECT_FALSE(registry_->authenticate(second.secret));
  InvitationRequest past;
  past.expires = clock_.now();
  EXPECT_EQ(invitations_->invite(as("operations"), "finder", past).error().field, "expires");
}

TEST_F(InvitationsTest, AdministratorsInviteAndNothingElseIsOne_W17_10) {
  expect_refused(invitations_->invite(as("finder"), "finder", {}), Code::kForbidden, "W17-10");
  EXPECT_EQ(invitations_->invite(as("operations"), "nobody", {}).error().code, Code::kNotFound);
  must(registry_->disable_user(as("operations"), "other-finder"));
  EXPECT_EQ(invitations_->invite(as("operations"), "other-finder", {}).error().code,
            Code::kConflict);
  const auto token = must(registry_->issue_token(as("finder"), {}));
  expect_refused(invitations_->accept(must(registry_->authenticate(token.secret)), {kPassword, ""}),
                 Code::kForbidden, "W17-09");
}

}  // namespace
}  // namespace tocsin::desk
