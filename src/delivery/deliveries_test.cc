// From what happened to what leaves: concern, exactly one delivery, digests, retries, signatures.
#include <gmock/gmock.h>

#include "delivery/courier.h"
#include "delivery/dispatcher.h"
#include "delivery/mail.h"
#include "delivery/retention.h"
#include "delivery/subscriptions.h"
#include "delivery/webhook.h"
#include "desk/desk_fixture.h"
#include "lists/publisher.h"
#include "match/special_ranges.h"
#include "search/saved.h"

namespace tocsin::delivery {
namespace {

using desk::must;
using model::Delivery;
using model::DeliveryState;
using model::Rhythm;
using testing::HasSubstr;
using testing::Not;

class DeliveriesTest : public desk::DeskTest {
 protected:
  exchange::Principal principal(const std::string& login) {
    const auto actor = as(login);
    return {actor.user, actor.organization};
  }
  static SubscriptionRequest wish(model::Concern concern = {}) {
    SubscriptionRequest r;
    r.organization = "op-b";
    r.concern = std::move(concern);
    r.ceiling = model::Tlp::kAmber;
    r.address = "https://receiver.example/hook";
    return r;
  }
  model::Subscription subscribe(const SubscriptionRequest& r) {
    return must(add_subscription(*store_, clock_, *ids_, principal("ministry-a"), r));
  }
  /// Everybody who reacts to the journal, until nothing is left to react to.
  void settle() {
    lists::Publisher publisher(*store_, clock_, *ids_);
    Dispatcher dispatcher(*store_, clock_, *ids_, desk::embedded_law(), origin_, nullptr);
    while (must(publisher.run_once()) + must(dispatcher.run_once()) > 0) {
    }
  }
  std::vector<Delivery> deliveries() {
    return must(store_->read([](store::ReadTx& tx) { return store::scan<Delivery>(tx); }));
  }
  int run_courier(const CourierOptions& options = {}) {
    int tried = 0;
    for (std::int64_t lane = 0; lane < kLanes; ++lane) {
      Courier courier(
          *store_, clock_, options,
          [](const auto&, auto, auto) { return Result<std::string>("signature"); }, lane);
      tried += must(courier.run_once());
    }
    return tried;
  }
  OriginOf origin_ = [](const model::Indicator& i) -> std::optional<Origin> {
    if (i.value == "203.0.113.9") return Origin{64500, "ip-asn:test", "2026-03-01"};
    return std::nullopt;
  };
};

/// The same matching code as search: what `tocsin search` would find is what is sent.
TEST_F(DeliveriesTest, ASavedSearchNarrowsASubscription_W17_08) {
  const auto manager = as("ministry-a");
  const store::Person by{manager.user, manager.organization};
  const auto keep = [&](const std::string& query, const std::string& place = "cases") {
    return must(search::save(*store_, clock_, *ids_, by, {"botnets", query, place}));
  };
  auto r = wish();
  r.search = "botnets";
  EXPECT_EQ(add_subscription(*store_, clock_, *ids_, principal("ministry-a"), r).error().code,
            Code::kNotFound);
  keep("mirai", "indicators");
  EXPECT_EQ(add_subscription(*store_, clock_, *ids_, principal("ministry-a"), r).error().code,
            Code::kInvalid);
  keep("label:botnet below:wanted.example");
  const auto made = subscribe(r);
  approved(verdict(), finding({"other.example"}));
  settle();
  EXPECT_TRUE(deliveries().empty()) << "the case does not match";
  approved(verdict(), finding({"www.wanted.example"}));
  settle();
  ASSERT_EQ(deliveries().size(), 1U);
  EXPECT_EQ(deliveries()[0].events.at(0).indicators.at(0).value, "www.wanted.example");
  keep("label:botnet below:third.example");  // the same search, changed
  approved(verdict(), finding({"third.example"}));
  settle();
  EXPECT_EQ(deliveries().size(), 2U);
  EXPECT_EQ(search::forget(*store_, by, "botnets").error().code, Code::kConflict);
  EXPECT_EQ(search::save(*store_, clock_, *ids_, by, {"botnets", "x", "indicators"}).error().code,
            Code::kConflict);
  must(turn_subscription(*store_, principal("ministry-a"), made.id, Turn::kRemove));
  EXPECT_TRUE(search::forget(*store_, by, "botnets"));
}

TEST_F(DeliveriesTest, EachEventBecomesOneDelivery_W17_08) {
  subscribe(wish());
  const auto task = notified();
  settle();
  settle();
  auto all = deliveries();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].events.at(0).event, "determined");
  EXPECT_EQ(all[1].events.at(0).event, "listed");
  EXPECT_EQ(count(task.threat, "delivery.queued"), 2);
  const auto appeal = checking(task);
  must(desk_->rule_appeal(as("ministry-c"), appeal.id, {"upheld", "it was repaired", {}}));
  settle();
  all = deliveries();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[2].events.at(0).event, "lifted");  // W17-27
  EXPECT_EQ(all[2].organization, org("op-b"));
}

TEST_F(DeliveriesTest, WhatHappenedBeforeOrWhilePausedIsNotSent) {
  identified();
  clock_.advance(std::chrono::seconds(1));
  const auto s = subscribe(wish());
  must(turn_subscription(*store_, principal("ministry-a"), s.id, Turn::kPause));
  identified(verdict(), finding({"paused.example"}));
  settle();
  EXPECT_TRUE(deliveries().empty());
  must(turn_subscription(*store_, principal("ministry-a"), s.id, Turn::kResume));
  identified(verdict(), finding({"resumed.example"}));
  settle();
  EXPECT_EQ(deliveries().size(), 1U);
}

TEST_F(DeliveriesTest, SaysWhyItIsTheirs_A13_04) {
  model::Concern concern;
  concern.networks = {"192.0.2.0/24", "2001:db8:7::/48"};
  concern.asns = {64500};
  concern.domains = {"Mine.example"};
  subscribe(wish(concern));
  identified(verdict(), finding({"192.0.2.9", "198.51.100.1", "2001:db8:7::1", "203.0.113.9",
                                 "www.mine.example", "notmine.example", "http://192.0.2.10/x",
                                 "192.0.2.0/25"}));
  settle();
  const auto all = deliveries();
  ASSERT_EQ(all.size(), 1U);
  std::map<std::string, std::string> keys;
  for (const auto& i : all[0].events[0].indicators) {
    keys[i.value] = i.key;
    EXPECT_FALSE(i.why.zh.empty());
  }
  const std::map<std::string, std::string> expected = {
      {"192.0.2.9", "network:192.0.2.0/24"},
      {"2001:db8:7::1", "network:2001:db8:7::/48"},
      {"203.0.113.9", "asn:64500"},
      {"www.mine.example", "domain:mine.example"},
      {"http://192.0.2.10/x", "network:192.0.2.0/24"},
      {"192.0.2.0/25", "network:192.0.2.0/24"}};
  EXPECT_EQ(keys, expected);
}

TEST_F(DeliveriesTest, FiltersByLevelKindClassProvinceAndSector) {
  auto by_province = wish();
  by_province.concern.provinces = {"51"};
  auto elsewhere = wish();
  elsewhere.concern.provinces = {"44"};
  auto green = wish();
  green.ceiling = model::Tlp::kGreen;
  auto graded = wish();
  graded.least_level = "II";
  auto kinds = wish();
  kinds.kinds = {model::IndicatorKind::kIpv4};
  auto malware = wish();
  malware.classes = {model::ThreatClass::kMalware};
  auto sector = wish();
  sector.concern.sectors = {"cii"};
  const auto hit = subscribe(by_province).id;
  for (const auto& r : {elsewhere, green, graded, kinds, malware, sector}) subscribe(r);
  identified();  // amber, ungraded, a domain, in Sichuan, nobody's
  settle();
  const auto all = deliveries();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].subscription, hit);
}

TEST_F(DeliveriesTest, ADigestGathersUntilTheNextWorkingDay) {
  auto r = wish();
  r.rhythm = Rhythm::kWorkingDays;
  r.hour = 8;
  subscribe(r);
  clock_.set(desk::at("2026-04-30T17:00:00+08:00"));  // the day before the holidays of May
  identified();
  identified(verdict(), finding({"second.example"}));
  settle();
  const auto all = deliveries();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].events.size(), 2U);
  EXPECT_EQ(to_string(all[0].next_try), "2026-05-06T08:00:00.000+08:00");
  EXPECT_EQ(run_courier(), 0);
  model::Subscription s;
  s.rhythm = Rhythm::kHourly;
  const auto& calendar = desk::embedded_law()->calendar();
  EXPECT_EQ(digest_due(s, desk::at("2026-03-05T10:00:00+08:00"), calendar),
            desk::at("2026-03-05T11:00:00+08:00"));
  s.rhythm = Rhythm::kDaily;
  s.hour = 10;
  EXPECT_EQ(digest_due(s, desk::at("2026-03-05T10:00:00+08:00"), calendar),
            desk::at("2026-03-06T10:00:00+08:00"));
}

TEST_F(DeliveriesTest, FailuresAreRetriedAndThenGivenUp) {
  auto r = wish();
  r.address = "https://127.0.0.1:1/hook";  // not public: never connected to
  subscribe(r);
  const auto threat = identified();
  settle();
  CourierOptions options;
  options.most_attempts = 2;
  EXPECT_EQ(run_courier(options), 1);
  auto d = deliveries().at(0);
  EXPECT_EQ(d.state, DeliveryState::kFailed);
  EXPECT_EQ(d.next_try - clock_.now(), options.first_retry);
  EXPECT_THAT(d.last_error, Not(HasSubstr("127.0.0.1")));
  EXPECT_EQ(run_courier(options), 0);
  clock_.advance(options.first_retry);
  EXPECT_EQ(run_courier(options), 1);
  d = deliveries().at(0);
  EXPECT_EQ(d.state, DeliveryState::kGivenUp);
  EXPECT_EQ(d.attempts, 2);
  clock_.advance(std::chrono::hours(24));
  EXPECT_EQ(run_courier(options), 0);
  d = must(retry_delivery(*store_, clock_, principal("ministry-a"), d.id));
  EXPECT_EQ(run_courier(options), 1);
  EXPECT_EQ(count(threat.id, "delivery.given-up"), 1);
  EXPECT_EQ(wait_after(options, 1), options.first_retry);
  EXPECT_EQ(wait_after(options, 3), options.first_retry * 4);
  EXPECT_EQ(wait_after(options, 100), options.longest_retry);
}

TEST_F(DeliveriesTest, WhatIsAddedWhileADigestLeavesLeavesAlone) {
  auto r = wish();
  r.channel = model::Channel::kMail;
  r.address = "soc@unit.example";
  r.rhythm = Rhythm::kHourly;
  subscribe(r);
  identified();
  settle();
  clock_.advance(std::chrono::hours(1));
  CourierOptions options;
  options.smtp.url = "smtp://127.0.0.1:1";
  options.smtp.from = "hub@tocsin.example";
  auto d = deliveries().at(0);
  const Sign meanwhile = [&](const auto&, auto, auto) -> Result<std::string> {
    auto event = d.events[0];
    event.event = "late";
    d.events.push_back(event);
    TRY_STATUS(store_->write([&](store::WriteTx& tx) -> Status {
      TRY_STATUS(tx.append({"test", "", "test.added", d.id, "", {}, {}, {}}));
      return store::put(tx, d);
    }));
    return std::string("signature");
  };
  Courier courier(*store_, clock_, options, meanwhile, d.lane);
  EXPECT_EQ(must(courier.run_once()), 1);
  const auto all = deliveries();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].state, DeliveryState::kFailed);
  ASSERT_EQ(all[0].events.size(), 1U);
  EXPECT_EQ(all[0].events[0].event, "determined");
  EXPECT_EQ(all[1].state, DeliveryState::kQueued);
  ASSERT_EQ(all[1].events.size(), 1U);
  EXPECT_EQ(all[1].events[0].event, "late");
  EXPECT_EQ(all[1].attempts, 0);
}

TEST_F(DeliveriesTest, SettledDeliveriesGoAfterTheirTimeAndTheJournalSaysSo_T05_21) {
  const auto put = [&](const char* id, DeliveryState state) {
    Delivery d;
    d.id = id;
    d.subscription = "sub_x";
    d.state = state;
    d.made = d.next_try = clock_.now();
    must(store_->write([&](store::WriteTx& tx) -> Result<bool> {
      TRY_STATUS(tx.append({"test", "", "test.added", d.id, "", {}, {}, {}}));
      TRY_STATUS(store::put(tx, d));
      return true;
    }));
  };
  put("dlv_sent", DeliveryState::kSent);
  put("dlv_lost", DeliveryState::kGivenUp);
  put("dlv_waits", DeliveryState::kFailed);
  clock_.advance(std::chrono::hours(24 * 200));
  put("dlv_young", DeliveryState::kSent);
  const Instant before = clock_.now().plus(-std::chrono::hours(1));
  const journal::Basis basis = {"csl-2025", "2025", "23(3)", "T05-21"};
  EXPECT_EQ(must(count_purgeable(*store_, before)), 2);
  EXPECT_EQ(must(purge_deliveries(*store_, basis, before, "system:purge")), 2);
  EXPECT_EQ(must(purge_deliveries(*store_, basis, before, "system:purge")), 0);
  std::vector<std::string> left;
  for (const auto& d : deliveries()) left.push_back(d.id);
  EXPECT_THAT(left, testing::UnorderedElementsAre("dlv_waits", "dlv_young"));
  const auto entries = must(store_->read([](store::ReadTx& tx) { return tx.journal(0, 10'000); }));
  const auto& said = entries.back();
  EXPECT_EQ(said.action, "deliveries.purged");
  EXPECT_EQ(said.basis.article, "23(3)");
  EXPECT_EQ(said.data["sent"].as_int(), 1);
  EXPECT_EQ(said.data["given_up"].as_int(), 1);
}

TEST_F(DeliveriesTest, WhoMaySubscribeAndWhatIsShown_W17_09) {
  const auto refused = [&](const SubscriptionRequest& r, const std::string& who) {
    const auto made = add_subscription(*store_, clock_, *ids_, principal(who), r);
    EXPECT_FALSE(made);
    return made ? "" : made.error().field;
  };
  EXPECT_EQ(refused(wish(), "abuse-b"), "actor");
  auto r = wish();
  r.address = "file:///etc/passwd";
  EXPECT_EQ(refused(r, "ministry-a"), "address");
  r.address = "http://receiver.example/";  // amber without TLS
  EXPECT_EQ(refused(r, "ministry-a"), "address");
  r = wish();
  r.ceiling = model::Tlp::kRed;
  EXPECT_EQ(refused(r, "ministry-a"), "ceiling");
  r = wish();
  r.concern.networks = {"192.0.2.1/24"};
  EXPECT_EQ(refused(r, "ministry-a"), "concern.networks");
  const auto s = subscribe(wish());
  EXPECT_THAT(s.secret, testing::StartsWith("whs_"));
  const auto see = [&](const std::string& who) {
    return must(
        store_->read([&](store::ReadTx& tx) { return visible_subscriptions(tx, principal(who)); }));
  };
  ASSERT_EQ(see("abuse-b").size(), 1U);
  EXPECT_TRUE(see("abuse-b")[0].secret.empty());
  EXPECT_TRUE(see("abuse-a").empty());
  EXPECT_EQ(see("ministry-a").size(), 1U);
  must(turn_subscription(*store_, principal("ministry-a"), s.id, Turn::kRemove));
  EXPECT_TRUE(see("abuse-b").empty());
}

TEST(Webhook, SignatureHasATestVector) {
  // printf '1700000000.{"id":"dlv_1"}' | openssl dgst -sha256 -hmac whs_test
  EXPECT_EQ(webhook_signature("whs_test", Instant{1'700'000'000'000'000}, R"({"id":"dlv_1"})"),
            "t=1700000000,v1=4d3d5c6f234ee14ec650a5efaadf27044e198185923c19ee3e89b6137581b1ba");
}

TEST(Webhook, AddressesThatAreNotPublic) {
  for (const char* no :
       {"127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "::1", "fe80::1", "fc00::1",
        "::ffff:127.0.0.1", "0.0.0.0", "100.64.0.1", "224.0.0.1", "localhost"}) {
    EXPECT_FALSE(match::is_public_address(no)) << no;
  }
  EXPECT_TRUE(match::is_public_address("8.8.8.8"));
  EXPECT_TRUE(match::is_public_address("2600:9::1"));
  EXPECT_FALSE(check_webhook_url("https://user@host.example/"));
  EXPECT_FALSE(check_webhook_url("https:///x"));
  EXPECT_FALSE(check_webhook_url("https://a.example/ x"));
  EXPECT_TRUE(check_webhook_url("https://a.example:8443/x?y=1"));
}

TEST(Mail, PeopleGetDefangedTextInTheirLanguage) {
  Delivery d;
  d.id = "dlv_1";
  model::DeliveryEvent e;
  e.event = "listed";
  e.number = "T-2026-000001";
  e.name = "Botnet";
  e.tlp = model::Tlp::kAmberStrict;
  e.indicators = {{model::IndicatorKind::kUrl,
                   "http://evil.example/x",
                   "network:192.0.2.0/24",
                   {"在您的网段内", "=in your network"}}};
  d.events = {e};
  model::Subscription s;
  s.language = "en";
  s.address = "soc@unit.example";
  EXPECT_THAT(mail_text(d, s), HasSubstr("hxxp://evil[.]example/x"));
  EXPECT_THAT(mail_text(d, s), Not(HasSubstr("evil.example")));
  EXPECT_THAT(mail_text(d, s), HasSubstr("TLP:AMBER+STRICT"));
  EXPECT_THAT(mail_csv(d, Lang::kEn), HasSubstr("\"http://evil.example/x\",\"'=in your network\""));
  s.language = "zh";
  EXPECT_THAT(mail_text(d, s), HasSubstr("在您的网段内"));
  std::string asked;
  const auto message = mail_message(
      d, s, {"hub@tocsin.example", Instant{1'700'000'000'000'000}},
      [&](const std::string& owner, std::string_view document, Instant) -> Result<std::string> {
        asked = owner + std::string(document);
        return std::string("der");
      });
  ASSERT_TRUE(message);
  EXPECT_THAT(*message, HasSubstr("Message-ID: <dlv_1@tocsin.example>"));
  EXPECT_THAT(*message, HasSubstr("Date: Tue, 14 Nov 2023 22:13:20 +0000"));
  EXPECT_THAT(*message, HasSubstr(asked + "\r\n--signed-dlv_1\r\n"));
  for (const auto line : split(*message, '\n')) {
    EXPECT_TRUE(line.empty() || line.ends_with('\r'));
    EXPECT_LE(line.size(), 999U);
  }
}

}  // namespace
}  // namespace tocsin::delivery
