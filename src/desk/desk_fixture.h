// The cast and the stage of the workflow's tests: a fresh database, a clock that stands still, the
// embedded law, a guard with one small list, a signer that records, and every kind of hand.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/crypto/hash.h"
#include "base/ids.h"
#include "base/time.h"
#include "desk/desk.h"
#include "desk/people.h"
#include "desk/registry.h"
#include "match/guard.h"
#include "store/collections.h"
#include "store/sqlite/sqlite_store.h"

namespace tocsin::desk {

using model::Appeal;
using model::AppealState;
using model::Measure;
using model::Notice;
using model::NoticeKind;
using model::Role;
using model::Task;
using model::TaskState;
using model::Threat;
using model::ThreatState;

inline Instant at(std::string_view text) { return parse_instant(text).value(); }

/// Not a signature: a digest with the issuer's name. It records what it was asked to sign. Real
/// signatures are tested where they are made, in base/crypto.
class FakeSigner final : public Signer {
 public:
  Result<Signature> sign(const std::string& organization, std::string_view document,
                         Instant) override {
    documents.emplace_back(document);
    return Signature{"fake:" + organization + ":" + crypto::sha256_hex(document),
                     "fake-" + organization};
  }
  std::vector<std::string> documents;
};

/// The law inside the program; loaded once, it never changes.
inline const law::CurrentLibrary& embedded_law() {
  static const law::CurrentLibrary library(law::Library::load_embedded().value());
  return library;
}

/// Stops `popular.example` and what is below it, and whatever else is named.
inline std::shared_ptr<const match::Guard> small_guard(const std::vector<std::string>& more = {}) {
  std::string entries = R"("popular.example")";
  for (const auto& m : more) entries += ",\"" + m + "\"";
  auto list = match::WarningList::parse(
      R"({"name":"Popular names","type":"hostname","list":[)" + entries + "]}", "popular");
  static const auto suffixes = match::PublicSuffixes::system().value();
  return std::make_shared<const match::Guard>(
      match::Guard::build({std::move(*list)}, suffixes).value());
}

inline EvidenceInput evidence(std::string content = "pcap of the beacon") {
  EvidenceInput e;
  e.title = "what was seen";
  e.content = std::move(content);
  return e;
}

/// Expects a Result to be a refusal with this code and this rule, said in both languages.
template <typename T>
void expect_refused(const Result<T>& result, Code code, std::string_view rule) {
  ASSERT_FALSE(result) << "was not refused";
  EXPECT_EQ(name(result.error().code), name(code)) << result.error().message;
  EXPECT_EQ(result.error().rule, rule) << result.error().message;
  EXPECT_FALSE(result.error().message_zh.empty()) << result.error().message;
}

/// Unwraps what must succeed; a refusal fails the test with its message.
template <typename T>
T must(Result<T> result) {
  if (!result) {
    ADD_FAILURE() << result.error().field << ": " << result.error().message << " ["
                  << result.error().rule << "]";
    return T{};
  }
  return std::move(*result);
}

class DeskTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::temp_directory_path() /
              ("tocsin-desk-" + std::string(info->name()) + "-" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    auto opened = store::open_sqlite(folder_ / "hub.db", clock_);
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
    ids_ = std::make_unique<IdSource>(clock_);
    desk_ = std::make_unique<Desk>(
        Services{*store_, embedded_law(), [this] { return guard_; }, signer_, clock_, *ids_});
    registry_ = std::make_unique<Registry>(*store_, clock_, *ids_, embedded_law());
    cast();
  }

  void TearDown() override {
    desk_.reset();
    registry_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  /// Everybody who appears; `ministry-a` and `ministry-b` decide, `ministry-c` checks appeals.
  void cast() {
    must(registry_->bootstrap("operations"));
    using O = model::OrganizationType;
    add_organization("miit", O::kMiit);
    add_organization("tca51", O::kTca, {"51"});
    add_organization("tca44", O::kTca, {"44"});
    add_organization("cert", O::kExpertBody);
    add_organization("institute", O::kExpertBody);  // never delegated
    add_organization("op-a", O::kOperator);
    add_organization("op-b", O::kOperator);
    add_organization("registrar", O::kRegistrar);
    add_organization("finder-co", O::kSecurityCompany);
    add_organization("other-co", O::kSecurityCompany);
    add_organization("cyberspace", O::kCyberspaceAuthority);
    add_organization("energy", O::kNetworkUnit);
    add_organization("grid", O::kNetworkUnit, {"51"}, "energy", true);
    add_organization("public", O::kPublic);
    add_user("ministry-a", "miit", {Role::kReviewer, Role::kChecker});
    add_user("ministry-b", "miit", {Role::kReviewer});
    add_user("ministry-c", "miit", {Role::kChecker});
    add_user("sichuan-a", "tca51", {Role::kReviewer});
    add_user("sichuan-c", "tca51", {Role::kChecker});
    add_user("guangdong-a", "tca44", {Role::kReviewer, Role::kChecker});
    add_user("analyst-a", "cert", {Role::kIdentifier, Role::kVerifier, Role::kFinder});
    add_user("analyst-b", "cert", {Role::kIdentifier, Role::kVerifier});
    add_user("novice", "cert", {Role::kIdentifier, Role::kVerifier});
    add_user("scholar", "institute", {Role::kIdentifier, Role::kVerifier});
    add_user("abuse-a", "op-a", {Role::kExecutor, Role::kFinder});
    add_user("abuse-b", "op-b", {Role::kExecutor, Role::kFinder});
    add_user("domains", "registrar", {Role::kExecutor});
    add_user("finder", "finder-co", {Role::kFinder});
    add_user("other-finder", "other-co", {Role::kFinder});
    add_user("grid-it", "grid", {Role::kExecutor, Role::kFinder});
    add_user("citizen", "public", {});
    const Actor authority = as("ministry-a");
    must(registry_->delegate_body(
        authority, {"cert", at("2026-01-01"), at("2027-01-01"), "work order 1 of 2026"}));
    for (const char* who : {"analyst-a", "analyst-b"}) {
      must(registry_->add_training(
          authority, {who, "identification", at("2026-01-05"), at("2026-12-31"), ""}));
    }
  }

  void add_organization(const std::string& code, model::OrganizationType type,
                        std::vector<std::string> provinces = {}, const std::string& superior = {},
                        bool cii = false) {
    OrganizationRequest r;
    r.code = code;
    r.title = {code, code};
    r.type = type;
    r.provinces = std::move(provinces);
    r.superior = superior;
    r.is_cii = cii;
    must(registry_->add_organization(as("operations"), r));
  }

  void add_user(const std::string& login, const std::string& organization,
                std::vector<Role> roles) {
    UserRequest r;
    r.login = login;
    r.organization = organization;
    r.roles = std::move(roles);
    must(registry_->add_user(as("operations"), r));
  }

  /// Acting for the organisation with that code; empty: the first one.
  Actor as(const std::string& login, const std::string& organization = {}) {
    return must(store_->read([&](store::ReadTx& tx) -> Result<Actor> {
      Actor actor;
      TRY(auto user, store::find_one<model::User>(tx, "login", login));
      if (!user) return fail(Code::kNotFound, "no person " + login);
      TRY(actor.user, acting_for(tx, *user, organization, "organization"));
      TRY(actor.organization, store::get<model::Organization>(tx, actor.user.organization));
      return actor;
    }));
  }

  std::string org(const std::string& code) {
    return must(store_->read([&](store::ReadTx& tx) -> Result<std::string> {
      TRY(const auto found, store::find_one<model::Organization>(tx, "code", code));
      if (!found) return fail(Code::kNotFound, "no organisation " + code);
      return found->id;
    }));
  }

  template <typename T>
  T load(const std::string& id) {
    return must(store_->read([&](store::ReadTx& tx) { return store::get<T>(tx, id); }));
  }

  std::uint64_t length() {
    return must(store_->read([](store::ReadTx& tx) { return tx.last_sequence(); }));
  }

  std::vector<journal::Entry> journal(const std::string& threat) {
    return must(store_->read([&](store::ReadTx& tx) { return tx.journal_of_threat(threat); }));
  }

  int count(const std::string& threat, std::string_view action) {
    int n = 0;
    for (const auto& e : journal(threat)) n += e.action == action ? 1 : 0;
    return n;
  }

  std::vector<Notice> notices(const std::string& threat, NoticeKind kind) {
    auto all = must(
        store_->read([&](store::ReadTx& tx) { return store::find<Notice>(tx, "threat", threat); }));
    std::erase_if(all, [&](const Notice& n) { return n.kind != kind; });
    return all;
  }

  /// A command server in Sichuan, found by a security company.
  static SubmitRequest finding(std::vector<std::string> indicators = {"evil.example"}) {
    SubmitRequest r;
    r.subtype = "c2-server";
    r.title = "Command server of a botnet";
    r.indicators = std::move(indicators);
    r.provinces = {"51"};
    r.evidence = {evidence()};
    return r;
  }

  static ProposalInput proposal(Measure measure = Measure::kBlock,
                                const std::string& addressee = "op-a",
                                const std::string& limit = "24h") {
    ProposalInput p;
    p.measure = measure;
    p.addressee = addressee;
    p.limit = limit;
    return p;
  }

  static DetermineRequest verdict(std::vector<ProposalInput> proposals = {proposal()}) {
    DetermineRequest r;
    r.threat_name = "Botnet/Test.a";
    r.reason = "it answers the bots";
    r.evidence = {evidence("sandbox transcript")};
    r.proposals = std::move(proposals);
    return r;
  }

  static FeedbackRequest done() {
    FeedbackRequest r;
    r.detail = "blocked on all resolvers";
    r.evidence = {evidence("resolver log")};
    return r;
  }

  static VerifyRequest probe(bool passed = true) {
    VerifyRequest r;
    r.passed = passed;
    r.method = "dns-probe";
    r.evidence = {evidence("NXDOMAIN")};
    return r;
  }

  AppealRequest appeal_of(const std::string& task) {
    AppealRequest r;
    r.task = task;
    r.appellant = {"Shop", "91510000TEST", "shop@example", "the domain is my shop"};
    r.grounds = "it was repaired";
    return r;
  }

  // The happy path, one function a station; each returns the case as it then stands.
  Threat submitted(const SubmitRequest& r = finding(), const std::string& who = "finder") {
    return must(desk_->submit(as(who), r));
  }
  Threat delegated(const SubmitRequest& r = finding()) {
    return must(desk_->delegate(as("ministry-a"), submitted(r).id, {"cert", "please"}));
  }
  Threat identified(const DetermineRequest& v = verdict(), const SubmitRequest& r = finding()) {
    return must(desk_->determine(as("analyst-a"), delegated(r).id, v));
  }
  Threat approved(const DetermineRequest& v = verdict(), const SubmitRequest& r = finding(),
                  bool notify = false) {
    return must(
        desk_->review(as("ministry-a"), identified(v, r).id, {true, "well founded", notify}));
  }
  Task approved_task(const DetermineRequest& v = verdict(), const SubmitRequest& r = finding()) {
    return first_task(approved(v, r));
  }
  Task notified(const DetermineRequest& v = verdict(), const SubmitRequest& r = finding()) {
    return first_task(approved(v, r, true));
  }
  Task fed_back(const DetermineRequest& v = verdict()) {
    const Task t = notified(v);
    return must(desk_->feed_back(as("abuse-a"), t.id, done()));
  }
  Task verified(const DetermineRequest& v = verdict()) {
    const Task t = fed_back(v);
    return must(desk_->verify(as("analyst-b"), t.id, probe()));
  }
  Task first_task(const Threat& t) { return load<Task>(t.tasks.at(0)); }

  /// An appeal against the task, admitted and under check by `ministry-c`.
  Appeal checking(const Task& task, bool suspend = false) {
    const Appeal a = must(desk_->file_appeal(as("citizen"), appeal_of(task.id)));
    must(desk_->admit_appeal(as("ministry-c"), a.id, {true, "in time", suspend}));
    return must(desk_->check_appeal(as("ministry-c"), a.id, {"looking"}));
  }

  std::filesystem::path folder_;
  FakeClock clock_{at("2026-03-05T10:00:00+08:00")};
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<IdSource> ids_;
  FakeSigner signer_;
  std::shared_ptr<const match::Guard> guard_ = small_guard();
  std::unique_ptr<Desk> desk_;
  std::unique_ptr<Registry> registry_;
};

}  // namespace tocsin::desk
