#include "desk/sign_in.h"

#include "base/crypto/totp.h"
#include "desk/desk_fixture.h"
#include "desk/invitations.h"
#include "desk/memberships.h"
#include "desk/permissions.h"
#include "desk/secret_memory_test.h"

namespace tocsin::desk {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class SignInTest : public DeskTest {
 protected:
  void SetUp() override {
    DeskTest::SetUp();
    sign_in_ = make();
    person("pass", {});
    memberships_ = std::make_unique<Memberships>(*store_, clock_, embedded_law());
  }
  void TearDown() override {
    memberships_.reset();
    sign_in_.reset();
    DeskTest::TearDown();
  }

  /// Of the ministry, who chose the password by an invitation.
  void person(const std::string& login, std::vector<Role> roles) {
    add_user(login, "miit", std::move(roles));
    Invitations invitations(*store_, clock_, *ids_, embedded_law(), *factors_, *sign_in_);
    const auto made = must(invitations.invite(as("operations"), login, {}));
    must(invitations.accept(must(registry_->authenticate(made.secret)), {kPassword, ""}));
  }
  std::unique_ptr<SignIn> make() {
    factors_ = std::make_unique<SecondFactors>(*store_, clock_, embedded_law(), files_, demanding_);
    return std::make_unique<SignIn>(*store_, clock_, *ids_, embedded_law(), *factors_,
                                    SignInSettings{minutes(30), hours(12)});
  }
  SignIn::Opened open(bool browser) {
    return must(sign_in_->open({"pass", kPassword, "", browser}, {"192.0.2.7", "Test/1"}));
  }
  bool good(const SignIn::Opened& opened) {
    return registry_->authenticate(opened.token.secret).has_value();
  }
  void join(const std::string& organization, std::vector<Role> roles) {
    must(memberships_->join(as("operations"), "pass", {organization, std::move(roles)}));
  }
  SignedIn record(const SignIn::Opened& opened) {
    return must(
        store_->read([&](store::ReadTx& tx) { return store::get<SignedIn>(tx, opened.token.id); }));
  }
  /// Action, subject and `why` or `address` of the last entries of the journal.
  journal::Entry last() {
    return must(store_->read([](store::ReadTx& tx) -> Result<journal::Entry> {
      TRY(const auto length, tx.last_sequence());
      TRY(auto entries, tx.journal(length - 1, 1));
      return std::move(entries.at(0));
    }));
  }

  /// Enrols and confirms; the recovery codes. The clock moves on by a step, so that the next code
  /// is another one.
  std::vector<std::string> enrol() {
    must(factors_->enrol(as("pass")));
    const auto codes = must(factors_->confirm(as("pass"), code())).recovery_codes;
    clock_.advance(seconds(30));
    return codes;
  }
  std::string code() {
    return crypto::totp_code(files_.kept.at(as("pass").user.id), crypto::totp_step(clock_.now()));
  }
  Result<SignIn::Opened> open_with(const std::string& given) {
    return sign_in_->open({"pass", kPassword, given}, {"192.0.2.7", "Test/1"});
  }
  static void expect_wrong_code(const Result<SignIn::Opened>& opened) {
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Code::kUnauthenticated);
    EXPECT_EQ(opened.error().field, "code");
  }

  std::vector<model::Role> demanding_;
  SecretMemory files_;
  std::unique_ptr<SecondFactors> factors_;
  std::unique_ptr<Memberships> memberships_;
  static constexpr const char* kPassword = "correct horse battery";
  std::unique_ptr<SignIn> sign_in_;
};

TEST_F(SignInTest, ItDoesNotSayWhichHalfWasWrong) {
  const auto wrong = sign_in_->open({"pass", "wrong horse battery", ""}, {"192.0.2.7", ""});
  EXPECT_EQ(last().action, "session.refused");
  EXPECT_EQ(last().data.str("address"), "192.0.2.7");
  EXPECT_EQ(last().subject, as("pass").user.id);
  const auto nobody = sign_in_->open({"horse battery", kPassword, ""}, {"192.0.2.7", ""});
  EXPECT_EQ(last().subject, "") << "a mistyped name may be a password";
  const auto without = sign_in_->open({"finder", "", ""}, {});
  for (const auto* refused : {&wrong, &nobody, &without}) {
    ASSERT_FALSE(*refused);
    EXPECT_EQ(refused->error().code, Code::kUnauthenticated);
    EXPECT_EQ(refused->error().message, wrong.error().message);
    EXPECT_EQ(refused->error().message_zh, wrong.error().message_zh);
  }
  EXPECT_EQ(must(registry_->authenticate(open(false).token.secret)).actor.user.login, "pass");
}

TEST_F(SignInTest, ADisabledPersonDoesNotComeIn) {
  must(registry_->disable_user(as("operations"), "pass"));
  EXPECT_FALSE(sign_in_->open({"pass", kPassword, ""}, {}));
}

TEST_F(SignInTest, WhoWhenAndFromWhereIsKept) {
  const auto opened = open(true);
  const auto kept = record(opened);
  EXPECT_EQ(kept.user, as("pass").user.id);
  EXPECT_EQ(kept.address, "192.0.2.7");
  EXPECT_EQ(kept.agent, "Test/1");
  EXPECT_TRUE(kept.browser);
  EXPECT_EQ(kept.expires, clock_.now().plus(hours(12)));
  EXPECT_EQ(last().action, "session.opened");
  EXPECT_EQ(last().basis.requirement, "W17-09");
  ASSERT_TRUE(sign_in_->close(opened.session));
  EXPECT_FALSE(good(opened));
  EXPECT_EQ(record(opened).why, "signed-out");
  EXPECT_EQ(last().action, "session.ended");
  const auto length = last().seq;
  ASSERT_TRUE(sign_in_->close(opened.session)) << "a second time is nothing new";
  EXPECT_EQ(last().seq, length);
}

TEST_F(SignInTest, ABrowsersSessionEndsWhenNobodyUsesIt) {
  const auto opened = open(true);
  clock_.advance(minutes(30));
  EXPECT_TRUE(sign_in_->use(opened.session));
  clock_.advance(minutes(30));
  EXPECT_TRUE(sign_in_->use(opened.session)) << "each use starts the time anew";
  clock_.advance(minutes(31));
  const auto late = sign_in_->use(opened.session);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Code::kUnauthenticated);
  EXPECT_FALSE(late.error().message_zh.empty());
  EXPECT_FALSE(good(opened));
  EXPECT_EQ(record(opened).why, "idle");
}

TEST_F(SignInTest, TheSweepEndsWhatNobodyComesBackTo) {
  const auto idle = open(true);
  const auto token = open(false);
  clock_.advance(minutes(31));
  const auto used = open(true);
  ASSERT_TRUE(sign_in_->sweep());
  EXPECT_EQ(record(idle).why, "idle");
  EXPECT_FALSE(good(idle));
  EXPECT_TRUE(good(used));
  EXPECT_TRUE(good(token)) << "a program's session has no idle time";
  clock_.advance(hours(12));
  ASSERT_TRUE(sign_in_->sweep());
  EXPECT_EQ(record(token).why, "expired");
  EXPECT_EQ(last().actor, "system:sign-in");
  const auto length = last().seq;
  ASSERT_TRUE(sign_in_->sweep());
  EXPECT_EQ(last().seq, length) << "nothing is left to end";
}

TEST_F(SignInTest, ARevokedTokenEndsItsSession) {
  const auto opened = open(true);
  must(registry_->revoke_token(as("operations"), opened.token.id));
  ASSERT_TRUE(sign_in_->sweep());
  EXPECT_EQ(record(opened).why, "ended");
}

TEST_F(SignInTest, AfterARestartTheIdleTimeStartsAnewAndStillEnds) {
  const auto opened = open(true);
  clock_.advance(minutes(20));
  sign_in_ = make();
  ASSERT_TRUE(sign_in_->sweep());
  EXPECT_TRUE(good(opened));
  clock_.advance(minutes(31));
  ASSERT_TRUE(sign_in_->sweep());
  EXPECT_FALSE(good(opened));
}

TEST_F(SignInTest, WithASecondFactorAPasswordAloneIsNotEnough) {
  must(factors_->enrol(as("pass")));
  EXPECT_TRUE(open_with("")) << "nothing is asked for before it is confirmed";
  EXPECT_FALSE(factors_->confirm(as("pass"), "000000x"));
  enrol();
  const auto without = open_with("");
  expect_wrong_code(without);
  EXPECT_EQ(without.error().rule, kSecondFactorRequired);
  const auto length = last().seq;
  expect_wrong_code(open_with("12345"));
  EXPECT_EQ(last().action, "session.refused");
  EXPECT_GT(last().seq, length);
  EXPECT_TRUE(open_with(code()));
}

TEST_F(SignInTest, ACodeIsGoodOnce) {
  enrol();
  const std::string once = code();
  EXPECT_TRUE(open_with(once));
  expect_wrong_code(open_with(once));
  clock_.advance(seconds(30));
  EXPECT_TRUE(open_with(code()));
}

TEST_F(SignInTest, ARecoveryCodeReplacesTheAuthenticatorOnce) {
  const auto codes = enrol();
  ASSERT_EQ(codes.size(), 10U);
  EXPECT_EQ(codes[0].size(), 19U);
  EXPECT_TRUE(open_with(to_lower(codes[3])));
  expect_wrong_code(open_with(codes[3]));
  const auto state =
      must(store_->read([&](store::ReadTx& tx) { return factors_->state(tx, as("pass").user); }));
  EXPECT_EQ(state.recovery_left, 9);
  const auto body = must(store_->read([&](store::ReadTx& tx) {
    return tx.get_document(store::Collection<SecondFactor>::table, as("pass").user.id);
  }));
  EXPECT_EQ(body->find(codes[0]), std::string::npos) << "only their digests are kept";
}

TEST_F(SignInTest, ASecondFactorIsReplacedOnlyAfterAnAdministratorsReset) {
  enrol();
  EXPECT_EQ(factors_->enrol(as("pass")).error().code, Code::kConflict);
  EXPECT_EQ(factors_->reset(as("ministry-a"), "pass").error().code, Code::kForbidden);
  EXPECT_EQ(factors_->reset(as("operations"), "nobody").error().code, Code::kNotFound);
  EXPECT_FALSE(must(factors_->reset(as("operations"), "pass")).confirmed);
  EXPECT_EQ(last().action, "second-factor.reset");
  EXPECT_EQ(last().actor, as("operations").user.id);
  EXPECT_TRUE(files_.kept.empty()) << "the secret is gone";
  EXPECT_TRUE(open_with(""));
}

TEST_F(SignInTest, WhereARoleDemandsItASessionCanOnlySetItUp) {
  demanding_ = {Role::kReviewer};
  sign_in_ = make();
  person("boss", {Role::kReviewer});
  const auto limited = must(sign_in_->open({"boss", kPassword, ""}, {}));
  EXPECT_EQ(limited.session.token.scopes, std::vector<std::string>{std::string(kEnrolScope)});
  const auto secret = must(factors_->enrol(as("boss"))).secret;
  EXPECT_EQ(secret.size(), 32U);
  must(factors_->confirm(as("boss"), crypto::totp_code(files_.kept.at(as("boss").user.id),
                                                       crypto::totp_step(clock_.now()))));
  clock_.advance(seconds(30));
  const auto whole = must(sign_in_->open(
      {"boss", kPassword,
       crypto::totp_code(files_.kept.at(as("boss").user.id), crypto::totp_step(clock_.now()))},
      {}));
  EXPECT_TRUE(scope_allows(whole.session.token.scopes, "decide"));
  EXPECT_TRUE(scope_allows(open(false).session.token.scopes, "decide")) << "others are not asked";
}

TEST_F(SignInTest, ANewPasswordNeedsTheOldOneAndEndsTheOtherSessions) {
  const auto mine = open(true);
  const auto other = open(false);
  const auto wrong = sign_in_->change_password(mine.session, "not the old one", "another good one");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, Code::kRefused);
  EXPECT_EQ(sign_in_->change_password(mine.session, kPassword, "short").error().code,
            Code::kInvalid);
  EXPECT_TRUE(good(other));
  ASSERT_TRUE(sign_in_->change_password(mine.session, kPassword, "another good one"));
  EXPECT_TRUE(good(mine));
  EXPECT_FALSE(good(other));
  EXPECT_FALSE(sign_in_->open({"pass", kPassword, ""}, {}));
  EXPECT_TRUE(sign_in_->open({"pass", "another good one", ""}, {}));
}

TEST_F(SignInTest, OnesOwnSessionsAreSeenAndEnded) {
  const auto mine = open(true);
  const auto other = open(false);
  clock_.advance(minutes(2));
  ASSERT_TRUE(sign_in_->use(mine.session));
  auto seen = must(sign_in_->sessions(mine.session));
  ASSERT_EQ(seen.size(), 2U);
  for (const auto& one : seen) {
    EXPECT_EQ(one.address, "192.0.2.7");
    EXPECT_EQ(one.current, one.id == mine.token.id);
    EXPECT_EQ(one.last_used, one.browser ? clock_.now() : Instant());
  }
  const auto stranger = must(registry_->issue_token(as("ministry-b"), {}));
  const auto asking = must(registry_->authenticate(stranger.secret));
  EXPECT_EQ(sign_in_->end_session(asking, other.token.id).error().code, Code::kNotFound);
  EXPECT_EQ(sign_in_->end_session(mine.session, stranger.id).error().code, Code::kNotFound)
      << "a token that is no session is revoked, not ended";
  ASSERT_TRUE(sign_in_->end_session(mine.session, other.token.id));
  EXPECT_FALSE(good(other));
  seen = must(sign_in_->sessions(mine.session));
  EXPECT_EQ(seen.size(), 1U);
}

TEST_F(SignInTest, ACertificateOpensASessionWithinItsOwnBounds) {
  TokenRequest narrow;
  narrow.scopes = {"read"};
  narrow.expires = clock_.now().plus(hours(1));
  const auto bound = must(registry_->issue_token(as("pass"), narrow));
  const auto proved = must(registry_->authenticate(bound.secret));
  const auto opened = must(sign_in_->open_for(proved, true, {"192.0.2.7", ""}));
  EXPECT_EQ(opened.session.token.scopes, narrow.scopes);
  EXPECT_EQ(opened.session.token.expires, narrow.expires);
}

TEST_F(SignInTest, ASessionActsForOneOrganisationAndSwitches_W17_09) {
  const auto opened = open(true);
  join("op-b", {Role::kExecutor});
  const auto there = must(sign_in_->act_for(opened.session, "op-b"));
  EXPECT_EQ(there.actor.organization.code, "op-b");
  EXPECT_TRUE(there.actor.user.has(Role::kExecutor));
  EXPECT_EQ(last().action, "session.organization");
  EXPECT_EQ(last().org, org("op-b"));
  EXPECT_EQ(last().before.str("organization"), org("miit"));
  EXPECT_EQ(must(registry_->authenticate(opened.token.secret)).actor.organization.code, "op-b");
  const auto length = last().seq;
  must(sign_in_->act_for(there, "op-b"));
  EXPECT_EQ(last().seq, length) << "nothing changed";
  ASSERT_TRUE(sign_in_->close(there));
  EXPECT_EQ(last().org, org("op-b"));
  EXPECT_EQ(must(registry_->authenticate(open(false).token.secret)).actor.organization.code, "miit")
      << "a sign-in begins with the first";
}

TEST_F(SignInTest, WhoDoesNotActForItCannotSwitchToIt_W17_09) {
  const auto opened = open(true);
  expect_refused(sign_in_->act_for(opened.session, "op-b"), Code::kForbidden, "W17-09");
  expect_refused(sign_in_->act_for(opened.session, "nowhere"), Code::kForbidden, "W17-09");
  EXPECT_EQ(sign_in_->act_for(opened.session, "").error().code, Code::kInvalid);
  join("op-b", {Role::kExecutor});
  const auto there = must(sign_in_->act_for(opened.session, "op-b"));
  must(memberships_->leave(as("operations"), "pass", {"op-b"}));
  EXPECT_FALSE(good(opened)) << "it acted for what the person has left";
  EXPECT_EQ(sign_in_->act_for(there, "miit").error().code, Code::kUnauthenticated);
  ASSERT_TRUE(sign_in_->sweep());
  EXPECT_EQ(record(opened).why, "ended");
}

TEST_F(SignInTest, ADisabledPersonSwitchesToNothing) {
  const auto opened = open(true);
  join("op-b", {Role::kExecutor});
  must(registry_->disable_user(as("operations"), "pass"));
  EXPECT_EQ(sign_in_->act_for(opened.session, "op-b").error().code, Code::kUnauthenticated);
}

TEST_F(SignInTest, ATokenOfAProgramDoesNotSwitch_W17_09) {
  join("op-b", {Role::kExecutor});
  const auto token = must(registry_->issue_token(as("pass"), {}));
  const auto session = must(registry_->authenticate(token.secret));
  expect_refused(sign_in_->act_for(session, "op-b"), Code::kRefused, "W17-09");
}

TEST_F(SignInTest, ARoleElsewhereDemandsTheSecondFactorToo_W17_09) {
  demanding_ = {Role::kExecutor};
  sign_in_ = make();
  const auto opened = open(true);
  join("op-b", {Role::kExecutor});
  expect_refused(sign_in_->act_for(opened.session, "op-b"), Code::kRefused, "W17-09");
  EXPECT_EQ(open(true).session.token.scopes, std::vector<std::string>{std::string(kEnrolScope)});
  const auto proved = must(sign_in_->open_for(opened.session, true, {}));
  must(sign_in_->act_for(proved.session, "op-b"));
}

}  // namespace
}  // namespace tocsin::desk
