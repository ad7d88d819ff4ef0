// A case as others fetch it: a MISP event, lines for firewalls, a bulletin.
#include <algorithm>
#include <set>

#include <gmock/gmock.h>

#include "base/crypto/hash.h"
#include "base/uuid.h"
#include "base/xml.h"
#include "delivery/block_list.h"
#include "delivery/bulletin.h"
#include "delivery/misp_feed.h"
#include "desk/desk_fixture.h"
#include "intake/reader.h"

namespace tocsin::delivery {
namespace {

using desk::must;
using K = model::IndicatorKind;
using testing::HasSubstr;
using testing::Not;

class FeedsTest : public desk::DeskTest {
 protected:
  static desk::SubmitRequest finding_of(std::vector<std::string> indicators, model::Tlp tlp) {
    auto r = finding(std::move(indicators));
    r.tlp = tlp;
    return r;
  }
  Json event_of(const std::string& threat) {
    return must(store_->read([&](store::ReadTx& tx) -> Result<Json> {
      TRY(const auto t, store::get<model::Threat>(tx, threat));
      return misp_event(tx, t);
    }));
  }
  std::vector<std::string> events_for(const std::string& unit) {
    std::vector<std::string> out;
    must(store_->read([&](store::ReadTx& tx) -> Result<int> {
      TRY(const auto o, store::get<model::Organization>(tx, org(unit)));
      TRY_STATUS(misp_index_.each(tx, o, [&](const MispEntry& e) -> Status {
        out.push_back(e.uuid);
        return {};
      }));
      return 0;
    }));
    return out;
  }
  std::vector<Bulletin> bulletins() {
    return must(store_->read([](store::ReadTx& tx) { return public_bulletins(tx, 10); }));
  }
  MispIndex misp_index_;
};

class Collect final : public intake::Sink {
 public:
  void item(intake::Item&& item) override {
    if (!item.actionable) return;
    found.insert(std::string(name(item.indicator.kind)) + ":" + item.indicator.value);
  }
  void refusal(intake::Refusal&& refusal) override { refused.push_back(refusal.original); }
  void warning(intake::Warning&& warning) override { refused.push_back(warning.message.en); }
  std::set<std::string> found;
  std::vector<std::string> refused;
};

const std::vector<std::string> kExact = {"evil.example",
                                         "192.0.2.7",
                                         "2001:db8::7",
                                         "198.51.100.0/25",
                                         "2001:db8:1::/48",
                                         "192.0.2.9:8443",
                                         "[2001:db8::9]:443",
                                         "c2.example:8080",
                                         "https://a.example/x",
                                         "bad@mail.example",
                                         "d41d8cd98f00b204e9800998ecf8427e",
                                         "+8613800138000"};

TEST_F(FeedsTest, OurOwnReaderReadsTheSameIndicators_W17_08) {
  auto wanted = kExact;
  wanted.push_back("*.wild.example");
  const auto t = identified(verdict(), finding_of(wanted, model::Tlp::kGreen));
  const Json event = event_of(t.id);
  Collect sink;
  auto reader = intake::make_reader(intake::Format::kMisp, {}, sink);
  ASSERT_TRUE(reader->feed(event.dump()));
  ASSERT_TRUE(reader->finish());
  std::set<std::string> expected;
  for (const auto& i : t.indicators) {
    if (i.kind != K::kWildcardDomain) expected.insert(i.key());
  }
  EXPECT_EQ(expected.size(), kExact.size());
  EXPECT_EQ(sink.found, expected);
  EXPECT_THAT(sink.refused, testing::IsEmpty());
}

TEST_F(FeedsTest, WhatMispCannotSayIsNoIndicator) {
  const auto t = identified(verdict(), finding({"*.wild.example", "evil.example"}));
  const Json event = event_of(t.id);
  int to_ids = 0;
  for (const auto& a : event["Event"]["Attribute"].items()) {
    to_ids += a["to_ids"].as_bool() ? 1 : 0;
    if (a.str("value") == "*.wild.example") {
      EXPECT_FALSE(a["to_ids"].as_bool());
      EXPECT_EQ(a.str("type"), "text");
    }
  }
  EXPECT_EQ(to_ids, 1);
}

TEST_F(FeedsTest, ALiftDeletesAndTheTimestampGrows_W17_27) {
  const auto task = notified(verdict(), finding_of({"evil.example"}, model::Tlp::kGreen));
  const Json before = event_of(task.threat);
  EXPECT_EQ(event_of(task.threat), before);
  EXPECT_EQ(before["Event"]["Tag"].items()[0].str("name"), "tlp:green");
  EXPECT_EQ(before["Event"]["Tag"].items()[1].str("name"), "PAP:GREEN");
  const auto appeal = checking(task);
  must(desk_->rule_appeal(as("ministry-c"), appeal.id, {"upheld", "it was repaired", {}}));
  const Json after = event_of(task.threat);
  const Json& attribute = after["Event"]["Attribute"].items()[0];
  EXPECT_TRUE(attribute["deleted"].as_bool());
  EXPECT_FALSE(attribute["to_ids"].as_bool());
  EXPECT_EQ(attribute.str("uuid"), before["Event"]["Attribute"].items()[0].str("uuid"));
  // The clock stands still in this test: the timestamp grows all the same.
  EXPECT_GT(to_int(after["Event"].str("timestamp")), to_int(before["Event"].str("timestamp")));
  EXPECT_EQ(misp_hash_lines(after), "");
  EXPECT_EQ(misp_hash_lines(before),
            crypto::md5_hex("evil.example") + "," + misp_event_uuid(task.threat) + "\n");
}

TEST_F(FeedsTest, EachLevelHasItsReaders_W17_08) {
  std::map<model::Tlp, std::string> uuid;
  int n = 0;
  for (const auto tlp : {model::Tlp::kClear, model::Tlp::kGreen, model::Tlp::kAmber,
                         model::Tlp::kAmberStrict, model::Tlp::kRed}) {
    const auto t =
        identified(verdict(), finding_of({"level" + std::to_string(n++) + ".example"}, tlp));
    uuid[tlp] = misp_event_uuid(t.id);
  }
  using testing::UnorderedElementsAre;
  const auto clear = uuid[model::Tlp::kClear];
  const auto green = uuid[model::Tlp::kGreen];
  EXPECT_THAT(events_for("public"), UnorderedElementsAre(clear));
  EXPECT_THAT(events_for("other-co"), UnorderedElementsAre(clear, green));
  EXPECT_THAT(events_for("miit"), UnorderedElementsAre(clear, green, uuid[model::Tlp::kAmber],
                                                       uuid[model::Tlp::kAmberStrict]));
  EXPECT_TRUE(is_uuid(green));
}

TEST_F(FeedsTest, TheIndexFindsCasesThatCameLater) {
  MispIndex index;
  const auto find = [&](const std::string& uuid) {
    return must(store_->read([&](store::ReadTx& tx) { return index.threat_of(tx, uuid); }));
  };
  const auto a = identified();
  EXPECT_EQ(find(misp_event_uuid(a.id)), a.id);
  EXPECT_EQ(find(misp_event_uuid("thr_nobody")), "");
  const auto b = identified(verdict(), finding({"second.example"}));
  EXPECT_EQ(find(misp_event_uuid(b.id)), b.id);
}

TEST_F(FeedsTest, OnlyWhatChangedIsRenderedAgain) {
  const auto a = identified(verdict(), finding_of({"a.example"}, model::Tlp::kClear));
  identified(verdict(), finding_of({"b.example"}, model::Tlp::kClear));
  EXPECT_EQ(events_for("public").size(), 2U);
  const auto first = misp_index_.rendered();
  EXPECT_EQ(first, 2);
  EXPECT_EQ(events_for("miit").size(), 2U);
  EXPECT_EQ(misp_index_.rendered(), first) << "nothing happened";
  const auto task = notified(verdict(), finding_of({"c.example"}, model::Tlp::kClear));
  EXPECT_EQ(events_for("public").size(), 3U);
  EXPECT_EQ(misp_index_.rendered(), first + 1);
  const auto lines = [&] {
    std::map<std::string, std::pair<std::string, std::string>> out;
    must(store_->read([&](store::ReadTx& tx) -> Result<int> {
      TRY(const auto o, store::get<model::Organization>(tx, org("miit")));
      TRY_STATUS(misp_index_.each(tx, o, [&](const MispEntry& e) -> Status {
        out[e.threat] = {e.manifest, e.hashes};
        return {};
      }));
      return 0;
    }));
    return out;
  };
  const auto before = lines();
  const auto appeal = checking(task);
  must(desk_->rule_appeal(as("ministry-c"), appeal.id, {"upheld", "it was repaired", {}}));
  const auto after = lines();
  EXPECT_NE(after.at(task.threat), before.at(task.threat)) << "the lift is said (W17-27)";
  EXPECT_EQ(after.at(task.threat).first, misp_manifest_entry(event_of(task.threat)).dump());
  EXPECT_EQ(after.at(task.threat).second, misp_hash_lines(event_of(task.threat)));
  EXPECT_EQ(after.at(a.id), before.at(a.id));
}

TEST(BlockList, NothingIsWidened) {
  const auto line = [](K kind, const char* value, ListForm form, Wildcard w = Wildcard::kStar) {
    return list_line({kind, value}, form, w).value_or("-");
  };
  EXPECT_EQ(line(K::kIpv4, "192.0.2.1", ListForm::kCidr), "192.0.2.1/32");
  EXPECT_EQ(line(K::kIpv6, "2001:db8::1", ListForm::kCidr), "2001:db8::1/128");
  EXPECT_EQ(line(K::kIpv6Prefix, "2001:db8::/48", ListForm::kCidr), "2001:db8::/48");
  EXPECT_EQ(line(K::kEndpoint, "192.0.2.1:443", ListForm::kCidr), "-");
  EXPECT_EQ(line(K::kDomain, "a.example", ListForm::kCidr), "-");
  EXPECT_EQ(line(K::kDomain, "a.example", ListForm::kDomains), "a.example");
  EXPECT_EQ(line(K::kWildcardDomain, "*.a.example", ListForm::kDomains), "*.a.example");
  EXPECT_EQ(line(K::kWildcardDomain, "*.a.example", ListForm::kDomains, Wildcard::kDot),
            ".a.example");
  EXPECT_EQ(line(K::kWildcardDomain, "*.a.example", ListForm::kDomains, Wildcard::kNone), "-");
  EXPECT_EQ(line(K::kUrl, "http://a.example/x", ListForm::kDomains), "-");
  EXPECT_EQ(line(K::kHostPath, "a.example/x", ListForm::kUrls), "a.example/x");
  EXPECT_EQ(line(K::kPhone, "+8613800138000", ListForm::kPlain), "+8613800138000");
}

TEST(BlockList, CsvIsQuotedAndIsNoFormula) {
  EXPECT_EQ(csv_field("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(csv_field("=cmd()", true), "\"'=cmd()\"");
  EXPECT_EQ(csv_field("=cmd()"), "\"=cmd()\"");
}

TEST_F(FeedsTest, OnlyClearAndOrderedCasesArePublic_A13_12) {
  notified(verdict(), finding_of({"green.example"}, model::Tlp::kGreen));
  identified(verdict(), finding_of({"undecided.example"}, model::Tlp::kClear));
  const auto task = notified(
      verdict(), finding_of({"http://open.example/<a>&b", "evil@x.example"}, model::Tlp::kClear));
  const auto all = bulletins();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_THAT(all[0].text.en, HasSubstr("hxxp://open[.]example/"));
  EXPECT_THAT(all[0].text.en, Not(HasSubstr("open.example")));
  EXPECT_EQ(all[0].categories.size(), 2U);
  EXPECT_THAT(all[0].title.en, Not(HasSubstr("lifted")));
  for (const auto& text :
       {rss(all, Lang::kZh, "https://hub.example"), atom(all, Lang::kEn, "https://hub.example")}) {
    EXPECT_THAT(text, HasSubstr("urn:uuid:" + all[0].id));
    EXPECT_THAT(text, Not(HasSubstr("undecided")));
    EXPECT_THAT(text, Not(HasSubstr("green[.]example")));
    EXPECT_THAT(text, Not(HasSubstr("/<a>")));
  }
  const auto appeal = checking(task);
  clock_.advance(std::chrono::hours(1));
  must(desk_->rule_appeal(as("ministry-c"), appeal.id, {"upheld", "it was repaired", {}}));
  const auto after = bulletins();
  ASSERT_EQ(after.size(), 1U);
  EXPECT_EQ(after[0].id, all[0].id);
  EXPECT_THAT(after[0].title.en, HasSubstr("(lifted)"));
  EXPECT_GT(after[0].updated, all[0].updated);
}

TEST(Bulletins, XmlHasNoForbiddenCharacters) {
  EXPECT_EQ(xml_text("a<b>&\"\x01\x0b\xef\xbf\xbe中\n"), "a&lt;b&gt;&amp;&quot;中\n");
}

}  // namespace
}  // namespace tocsin::delivery
