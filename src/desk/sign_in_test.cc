#include "desk/sign_in.h"

#include "desk/desk_fixture.h"

namespace tocsin::desk {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class SignInTest : public DeskTest {
 protected:
  void SetUp() override {
    DeskTest::SetUp();
    sign_in_ = make();
    UserRequest u;
    u.login = "pass";
    u.organization = "miit";
    u.password = kPassword;
    must(registry_->add_user(as("operations"), u));
  }
  void TearDown() override {
    sign_in_.reset();
    DeskTest::TearDown();
  }

  std::unique_ptr<SignIn> make() {
    return std::make_unique<SignIn>(*store_, clock_, *ids_, embedded_law(),
                                    SignInSettings{minutes(30), hours(12)});
  }
  SignIn::Opened open(bool browser) {
    return must(sign_in_->open({"pass", kPassword, browser}, {"192.0.2.7", "Test/1"}));
  }
  bool good(const SignIn::Opened& opened) {
    return registry_->authenticate(opened.token.secret).has_value();
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

  static constexpr const char* kPassword = "correct horse battery";
  std::unique_ptr<SignIn> sign_in_;
};

TEST_F(SignInTest, ItDoesNotSayWhichHalfWasWrong) {
  const auto wrong = sign_in_->open({"pass", "wrong horse battery"}, {"192.0.2.7", ""});
  EXPECT_EQ(last().action, "session.refused");
  EXPECT_EQ(last().data.str("address"), "192.0.2.7");
  EXPECT_EQ(last().subject, as("pass").user.id);
  const auto nobody = sign_in_->open({"horse battery", kPassword}, {"192.0.2.7", ""});
  EXPECT_EQ(last().subject, "") << "a mistyped name may be a password";
  const auto without = sign_in_->open({"finder", ""}, {});
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
  EXPECT_FALSE(sign_in_->open({"pass", kPassword}, {}));
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

}  // namespace
}  // namespace tocsin::desk
