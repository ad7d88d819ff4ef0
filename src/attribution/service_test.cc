// Imports that survive a restart, refused imports that change nothing, and entries with the hands
// that may make them (W17-10, W17-23).
#include "attribution/service.h"

#include <unistd.h>

#include "attribution/attribution_fixture.h"
#include "base/file.h"
#include "store/collections.h"
#include "store/sqlite/sqlite_store.h"

namespace tocsin::attribution {
namespace {

using model::OrganizationType;
using model::ResponsibilityEffect;
using model::ResponsibilityKey;
using model::Role;

class ServiceTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("tocsin-attribution-" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    store_ = store::open_sqlite(folder_ / "hub.db", clock_).value();
    organization(platform_, "platform", OrganizationType::kNetworkUnit);
    organization(ministry_, "miit", OrganizationType::kMiit);
    organization(cloud_, "cloud", OrganizationType::kInternetCompany);
    admin_.id = "usr_admin";
    admin_.roles = {Role::kAdmin};
    reviewer_.id = "usr_reviewer";
    reviewer_.roles = {Role::kReviewer};
    start();
  }
  void TearDown() override {
    service_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  void start() { service_ = Service::open(*store_, clock_, ids_, folder_ / "reference").value(); }
  void organization(model::Organization& o, const std::string& code, OrganizationType type) {
    o.id = "org_" + code;
    o.code = code;
    o.title = {code, code};
    o.type = type;
    ASSERT_TRUE(store_->write([&](store::WriteTx& tx) -> Status {
      TRY_STATUS(store::put(tx, o));
      TRY_STATUS(tx.append({"t", "", "organization.added", o.id, "", {}, {}, {}}));
      return {};
    }));
  }
  Asker admin() { return {admin_, platform_}; }
  Asker reviewer() { return {reviewer_, ministry_}; }
  Result<model::ReferenceSet> import(std::string_view text, const std::string& date = "2026-01-02",
                                     ReferenceKind kind = ReferenceKind::kIpAsn) {
    return service_->import(admin(), {kind, "", "list/asn.csv", date}, text);
  }
  std::string asn_of(std::string_view address) {
    return value_of(service_->data()->enrich(indicator(address)), FactKind::kAsn);
  }
  std::vector<std::string> actions() {
    const auto all = store_->read([](store::ReadTx& tx) { return tx.journal(0, 1000); });
    std::vector<std::string> out;
    for (const auto& e : *all) out.push_back(e.action);
    return out;
  }
  std::size_t files() {
    std::size_t n = 0;
    for (const auto& f : std::filesystem::directory_iterator(folder_ / "reference")) {
      n += f.is_regular_file() ? 1 : 0;
    }
    return n;
  }

  std::filesystem::path folder_;
  FakeClock clock_{parse_instant("2026-03-05T09:00:00+08:00").value()};
  IdSource ids_{clock_};
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Service> service_;
  model::Organization platform_;
  model::Organization ministry_;
  model::Organization cloud_;
  model::User admin_;
  model::User reviewer_;
};

TEST_F(ServiceTest, AnImportIsOneJournalEntryAndSurvivesARestart) {
  const auto before = actions().size();
  const auto info = import("192.0.2.0,192.0.2.255,64500,Example\nbad\n");
  ASSERT_TRUE(info) << info.error().message;
  EXPECT_EQ(info->name, "asn") << "the name of the file";
  EXPECT_EQ(actions().size(), before + 1);
  EXPECT_EQ(actions().back(), "reference.imported");
  EXPECT_EQ(asn_of("192.0.2.1"), "64500");
  start();
  EXPECT_TRUE(service_->unreadable().empty());
  EXPECT_EQ(asn_of("192.0.2.1"), "64500");
  const auto& kept = service_->data()->sets().at(0)->info;
  EXPECT_EQ(model::to_json(kept).dump(), model::to_json(*info).dump());
  EXPECT_EQ(kept.refusals.at(0).line, 2);
}

TEST_F(ServiceTest, AnImportTakesThePlaceOfTheOneBefore) {
  ASSERT_TRUE(import("192.0.2.0,192.0.2.255,64500,Example\n"));
  const auto held = service_->data();
  ASSERT_TRUE(import("192.0.2.0,192.0.2.255,64501,Example\n", "2026-02-02"));
  EXPECT_EQ(asn_of("192.0.2.1"), "64501");
  EXPECT_EQ(value_of(held->enrich(indicator("192.0.2.1")), FactKind::kAsn), "64500")
      << "who was reading goes on with what it had";
  EXPECT_EQ(files(), 1U) << "the old snapshot is gone";
  EXPECT_EQ(service_->data()->sets().size(), 1U);
  start();
  EXPECT_EQ(asn_of("192.0.2.1"), "64501");
}

TEST_F(ServiceTest, ARefusedImportChangesNothing) {
  ASSERT_TRUE(import("192.0.2.0,192.0.2.255,64500,Example\n"));
  const auto before = actions().size();
  EXPECT_EQ(import("").error().rule, "empty");
  EXPECT_EQ(import("192.0.2.0,192.0.2.255,1,x\n", "").error().field, "date");
  EXPECT_EQ(import("192.0.2.0,192.0.2.255,1,x\n", "2026-03-06").error().field, "date");
  const Asker other{reviewer_, ministry_};
  EXPECT_EQ(
      service_->import(other, {ReferenceKind::kIpAsn, "x", "", "2026-01-01"}, "1").error().code,
      Code::kForbidden);
  EXPECT_EQ(service_
                ->import(admin(), {ReferenceKind::kIpAsn, "a:b", "", "2026-01-01"},
                         "192.0.2.0,192.0.2.255,1,x\n")
                .error()
                .field,
            "name");
  EXPECT_EQ(actions().size(), before);
  EXPECT_EQ(files(), 1U);
  EXPECT_EQ(asn_of("192.0.2.1"), "64500");
}

TEST_F(ServiceTest, AChangedFileIsReportedAndTheHubWorksWithoutIt) {
  const auto info = import("192.0.2.0,192.0.2.255,64500,Example\n");
  ASSERT_TRUE(info);
  const auto file = folder_ / "reference" / (info->digest + ".ref");
  auto bytes = read_file(file).value();
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  ASSERT_TRUE(write_file(file, bytes));
  start();
  ASSERT_EQ(service_->unreadable().size(), 1U);
  EXPECT_NE(service_->unreadable()[0].find("ip-asn:asn"), std::string::npos);
  EXPECT_EQ(asn_of("192.0.2.1"), "");
  ASSERT_TRUE(import("192.0.2.0,192.0.2.255,64500,Example\n"));
  EXPECT_TRUE(service_->unreadable().empty());
  EXPECT_EQ(asn_of("192.0.2.1"), "64500");
}

TEST_F(ServiceTest, WhatAnImportThatNeverHappenedLeftIsRemoved) {
  ASSERT_TRUE(import("192.0.2.0,192.0.2.255,64500,Example\n"));
  ASSERT_TRUE(write_file(folder_ / "reference" / "0123.ref", "half"));
  start();
  EXPECT_EQ(files(), 1U);
  EXPECT_EQ(asn_of("192.0.2.1"), "64500");
}

TEST_F(ServiceTest, EntriesNeedTheRightHands) {
  EntryRequest request;
  request.key = "192.0.2.0/24";
  request.organization = "cloud";
  request.reason = "their allocation";
  model::User finder;
  finder.roles = {Role::kFinder, Role::kExecutor};
  EXPECT_EQ(service_->add_entry({finder, cloud_}, request).error().code, Code::kForbidden);
  ASSERT_TRUE(service_->add_entry(admin(), request));
  EXPECT_EQ(actions().back(), "responsibility.entered");
  EXPECT_EQ(service_->responsible(indicator("192.0.2.1"))->suggested, "cloud");

  request.effect = ResponsibilityEffect::kDoNotNotify;
  EXPECT_EQ(service_->add_entry(admin(), request).error().rule, "W17-10");
  const auto quiet = service_->add_entry(reviewer(), request);
  ASSERT_TRUE(quiet) << quiet.error().message;
  EXPECT_EQ(service_->responsible(indicator("192.0.2.1"))->suggested, "");

  EXPECT_EQ(service_->suppress(admin(), quiet->id, {"no", {}}).error().code, Code::kForbidden);
  EXPECT_EQ(service_->suppress(reviewer(), quiet->id, {"", {}}).error().field, "reason");
  const Instant until = clock_.now().plus(std::chrono::hours(1));
  ASSERT_TRUE(service_->suppress(reviewer(), quiet->id, {"exercise", until}));
  EXPECT_EQ(service_->responsible(indicator("192.0.2.1"))->suggested, "cloud");
  clock_.advance(std::chrono::hours(1));
  EXPECT_EQ(service_->responsible(indicator("192.0.2.1"))->suggested, "");
}

TEST_F(ServiceTest, AnEntryThatSaysNothingIsRefused) {
  const auto refused_field = [&](const EntryRequest& r) {
    const auto made = service_->add_entry(reviewer(), r);
    return made ? "accepted" : made.error().field;
  };
  EntryRequest r;
  r.key = "192.0.2.0/24";
  r.organization = "cloud";
  EXPECT_EQ(refused_field(r), "reason");
  r.reason = "x";
  r.organization = "nobody";
  EXPECT_EQ(refused_field(r), "organization");
  r.organization = "";
  EXPECT_EQ(refused_field(r), "organization");
  r.outside = "A company";
  EXPECT_EQ(refused_field(r), "accepted");
  r.organization = "cloud";
  EXPECT_EQ(refused_field(r), "organization");
  r.outside = "";
  r.key = "x";
  EXPECT_EQ(refused_field(r), "key");
  r.key_kind = ResponsibilityKey::kAny;
  r.key = "";
  EXPECT_EQ(refused_field(r), "key_kind");
  r.effect = ResponsibilityEffect::kDoNotNotify;
  r.organization = "";
  EXPECT_EQ(refused_field(r), "organization");
}

TEST_F(ServiceTest, AQueryWithItsPurposeIsJournaled) {  // W17-23
  ASSERT_TRUE(service_->record_query(reviewer(), "responsible", "case T-1", {"192.0.2.1"}));
  EXPECT_EQ(actions().back(), "attribution.queried");
}

}  // namespace
}  // namespace tocsin::attribution
