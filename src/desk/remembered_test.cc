// Registry requests repeated under one key are done once, and no secret is remembered (W17-09).
#include "desk/remembered.h"

#include "desk/desk_fixture.h"

namespace tocsin::desk {
namespace {

class Remembered : public DeskTest {
 protected:
  Actor keyed(const std::string& login, const std::string& key, const std::string& digest = "d") {
    Actor actor = as(login);
    actor.idempotency_key = key;
    actor.request_digest = digest;
    return actor;
  }
  std::string kept(const Actor& actor) {
    return must(store_->read([&](store::ReadTx& tx) { return tx.remembered(memory_key(actor)); }))
        .value_or("");
  }
  /// The same call again gives the same answer and no new entry; another request is refused.
  template <typename F>
  void once_only(Actor actor, F&& call) {
    const auto first = must(call(actor));
    const auto before = length();
    clock_.advance(std::chrono::minutes(5));
    EXPECT_EQ(must(call(actor)).id, first.id);
    EXPECT_EQ(length(), before) << "done twice";
    actor.request_digest = "another";
    const auto other = call(actor);
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, Code::kConflict);
    EXPECT_EQ(other.error().field, "Idempotency-Key");
    EXPECT_EQ(length(), before);
  }
};

TEST_F(Remembered, EveryRegistryActIsDoneOnce_W17_09) {
  OrganizationRequest o;
  o.code = "new";
  o.title = {"新", "New"};
  once_only(keyed("operations", "1"),
            [&](const Actor& a) { return registry_->add_organization(a, o); });
  ContactsRequest c;
  c.contacts = {{"contact", "Li", "+862812345678", "", {}}};
  once_only(keyed("abuse-a", "2"),
            [&](const Actor& a) { return registry_->set_contacts(a, "op-a", c); });
  once_only(keyed("operations", "3"),
            [&](const Actor& a) { return registry_->disable_user(a, "other-finder"); });
  once_only(keyed("ministry-a", "4"), [&](const Actor& a) {
    return registry_->delegate_body(a, {"institute", {}, {}, "order 2"});
  });
  EXPECT_EQ(load<model::Organization>(org("institute")).delegations.size(), 1U);
  once_only(keyed("ministry-a", "5"), [&](const Actor& a) {
    return registry_->add_training(a, {"novice", "identification", {}, {}, ""});
  });
  const auto token = must(registry_->issue_token(as("finder"), {}));
  once_only(keyed("finder", "6"),
            [&](const Actor& a) { return registry_->revoke_token(a, token.id); });
}

TEST_F(Remembered, ATokensSecretIsShownOnce_W17_09) {
  const Actor actor = keyed("finder", "token");
  const auto first = must(registry_->issue_token(actor, {}));
  EXPECT_FALSE(first.secret.empty());
  EXPECT_FALSE(first.note);
  EXPECT_EQ(kept(actor).find(first.secret), std::string::npos);
  const auto again = must(registry_->issue_token(actor, {}));
  EXPECT_EQ(again.id, first.id);
  EXPECT_TRUE(again.secret.empty());
  ASSERT_TRUE(again.note);
  EXPECT_NE(again.note->en.find("shown once"), std::string::npos);
  EXPECT_FALSE(again.note->zh.empty());
  must(registry_->authenticate(first.secret));
}

TEST_F(Remembered, APointsKeyIsNotRemembered_W17_09) {
  PointRequest p;
  p.code = "op-a-resolver";
  p.organization = "op-a";
  p.address = "127.0.0.1";
  p.port = 5300;
  p.tsig = true;
  const Actor actor = keyed("abuse-a", "point");
  const auto first = must(registry_->add_point(actor, p));
  EXPECT_GE(first.tsig_secret.size(), 32U);
  EXPECT_EQ(kept(actor).find(first.tsig_secret), std::string::npos);
  EXPECT_EQ(must(registry_->add_point(actor, p)).id, first.id);
  EXPECT_EQ(load<model::EnforcementPoint>(first.id).tsig_secret, first.tsig_secret);
}

TEST_F(Remembered, AKeyOfTheHubIsKeptForGood) {
  Actor lasting = keyed("finder", "import:1");
  lasting.key_lasts = true;
  const Threat first = must(desk_->submit(lasting, finding()));
  const Actor passing = keyed("other-finder", "k");
  must(desk_->submit(passing, finding({"o.example"})));
  clock_.advance(std::chrono::hours(1));
  const auto forgotten =
      store_->write([&](store::WriteTx& tx) { return tx.forget(clock_.now(), 100); });
  EXPECT_EQ(forgotten.value(), 1);
  EXPECT_EQ(must(desk_->submit(lasting, finding())).id, first.id);
  EXPECT_TRUE(kept(passing).empty());
}

TEST_F(Remembered, RegistryEntriesNameTheVersionOfTheRuleSet_lifecycle6) {
  const std::string version = embedded_law()->find("miit-202")->version;
  ASSERT_FALSE(version.empty());
  for (const auto& e :
       must(store_->read([](store::ReadTx& tx) { return tx.journal(0, 100000); }))) {
    EXPECT_EQ(e.basis.rule_set, "miit-202") << e.action;
    EXPECT_EQ(e.basis.version, version) << e.action;
    EXPECT_FALSE(e.basis.article.empty()) << e.action;
  }
}

}  // namespace
}  // namespace tocsin::desk
