// The figures against the rows behind them, and against a full recount (W17-04, A13-02, A13-17).
#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "desk/desk_fixture.h"
#include "lists/publisher.h"
#include "search/finder.h"
#include "search/saved.h"
#include "situation/report.h"
#include "situation/tally.h"
#include "store/sqlite/text_index.h"

namespace tocsin::situation {
namespace {

using desk::must;

class SituationTest : public desk::DeskTest {
 protected:
  void SetUp() override {
    DeskTest::SetUp();
    index_ = opened("search.db");
  }
  void TearDown() override {
    index_.reset();
    DeskTest::TearDown();
  }

  std::unique_ptr<store::TextIndex> opened(const std::string& file) {
    return must(store::open_sqlite_text(folder_ / file, search::collections()));
  }
  static search::Location locate(const model::Indicator& i) {
    if (i.value.starts_with("198.51.100.")) return {64500, "US"};
    if (i.value.starts_with("203.0.113.")) return {64501, "CN"};
    return {};
  }
  /// Does so many steps, as a hub that is ended at any moment; -1: until nothing is left.
  void follow(store::TextIndex& index, int steps = -1) {
    search::Indexer indexer(*store_, index, clock_, locate, tallies());
    while (steps-- != 0 && must(indexer.run_once()) > 0) {
    }
  }
  void publish() {
    lists::Publisher publisher(*store_, clock_, *ids_);
    while (must(publisher.run_once()) > 0) {
    }
  }
  Situation asked(store::TextIndex& index, const std::string& who, Period period = Period::kWeek,
                  const std::string& until = "2026-03-08", const std::string& province = "") {
    const auto by = as(who);
    return must(situation(*store_, index, {by.user, by.organization},
                          {period, parse_date(until).value(), province}));
  }
  /// How many rows the query behind a number lists for that person.
  std::int64_t rows(const std::string& who, const Json& behind) {
    const auto by = as(who);
    search::Finder finder(*store_, *index_, locate);
    const auto query =
        must(search::parse(behind.str("query"), must(search::place_named(behind.str("in")))));
    std::int64_t n = 0;
    std::string after;
    do {
      const auto page = must(finder.find({by.user, by.organization}, query, 100, after));
      n += static_cast<std::int64_t>(page.hits.size());
      after = page.next;
    } while (!after.empty());
    return n;
  }
  /// Every number of a document with its rows; how many of them are not zero.
  int compare(const std::string& who, const Json& json) {
    int counted = 0;
    if (json.is_array()) {
      for (const auto& item : json.items()) counted += compare(who, item);
    }
    if (!json.is_object()) return counted;
    if (json.has("count") && json.has("rows")) {
      EXPECT_EQ(json["count"].as_int(), rows(who, json["rows"]))
          << who << ": " << json["rows"].str("in") << " " << json["rows"].str("query");
      return json["count"].as_int() > 0 ? 1 : 0;
    }
    for (const auto& [key, value] : json.members()) counted += compare(who, value);
    return counted;
  }
  static std::int64_t number(const Situation& s, std::string_view group, std::string_view value) {
    const auto* found = s.find(group);
    if (found == nullptr) return -1;
    for (const auto& f : found->figures) {
      if (f.name == value) return f.current.count;
    }
    return 0;
  }
  static std::string without_progress(Situation s) {
    s.index = {};
    return model::to_json(s).dump();
  }

  desk::SubmitRequest about(model::ThreatClass c, const std::string& subtype,
                            std::vector<std::string> indicators,
                            std::vector<std::string> provinces = {"51"}) {
    auto r = finding(std::move(indicators));
    r.threat_class = c;
    r.subtype = subtype;
    r.provinces = std::move(provinces);
    return r;
  }

  /// Two weeks of every kind of thing; `between` runs after every act.
  void play(const std::function<void()>& between) {
    using C = model::ThreatClass;
    clock_.set(desk::at("2026-02-24T09:00:00+08:00"));
    submitted(about(C::kIncident, "defacement", {"old.example"}));
    between();
    clock_.set(desk::at("2026-03-02T00:00:00+08:00"));
    submitted(about(C::kMaliciousResource, "c2-server", {"198.51.100.7"}, {}));
    submitted(about(C::kMaliciousResource, "c2-server", {"203.0.113.9", "198.51.100.8"}, {"44"}));
    between();
    auto phishing = about(C::kMaliciousResource, "phishing-site", {"bank.example"}, {"51", "44"});
    phishing.imitates = model::ImitatedSector::kFinance;
    phishing.target_is_party_gov = true;
    const auto task =
        notified(verdict({proposal(), proposal(model::Measure::kBlock, "op-b", "2h")}), phishing);
    between();
    publish();
    between();
    clock_.advance(std::chrono::hours(3));
    must(desk_->mark_overdue());
    between();
    must(desk_->feed_back(as("abuse-a"), task.id, done()));
    must(desk_->verify(as("analyst-b"), task.id, probe()));
    between();
    auto named = verdict();
    named.threat_name = "a.privacy.emial.d";
    notified(named, about(C::kMalware, "mobile-malware", {"drop.example"}, {"51"}));
    publish();
    between();
    clock_.set(desk::at("2026-03-04T12:00:00+08:00"));
    const auto appeal = checking(task);
    between();
    must(desk_->rule_appeal(as("ministry-c"), appeal.id, {"upheld", "it was repaired", {}}));
    publish();
    between();
    // The same again from somebody else is the case that is there.
    submitted(about(C::kMaliciousResource, "c2-server", {"198.51.100.7"}, {}), "other-finder");
    between();
  }

  std::unique_ptr<store::TextIndex> index_;
};

TEST_F(SituationTest, EveryNumberIsTheNumberOfItsRowsForEverybody) {
  play([] {});
  follow(*index_);
  const std::string ministry = "ministry-a";
  const std::string citizen = "citizen";
  for (const std::string& who :
       {ministry, std::string("analyst-a"), std::string("sichuan-a"), std::string("guangdong-a"),
        std::string("abuse-a"), std::string("abuse-b"), std::string("finder"),
        std::string("other-finder"), std::string("grid-it"), citizen}) {
    for (const Period period : {Period::kWeek, Period::kYear}) {
      const int counted = compare(who, model::to_json(asked(*index_, who, period)));
      if (who == ministry) {
        EXPECT_GT(counted, 40);
      } else if (who == citizen) {
        EXPECT_EQ(counted, 0) << "what is published has no rows";
      }
    }
  }
  for (const char* province : {"51", "44", "abroad", "unknown"}) {
    compare("ministry-a",
            model::to_json(asked(*index_, "ministry-a", Period::kMonth, "2026-03-31", province)));
  }
}

TEST_F(SituationTest, SaysWhatHappened) {
  play([] {});
  follow(*index_);
  const auto s = asked(*index_, "ministry-a");
  EXPECT_EQ(number(s, "class", "malicious-resource"), 3);
  EXPECT_EQ(number(s, "class", "malware"), 1);
  EXPECT_EQ(number(s, "class", "other"), 0) << "the five classes stand, with nothing too";
  EXPECT_EQ(s.find("class")->figures.size(), 5U);
  EXPECT_EQ(number(s, "cases", "all"), 4);
  EXPECT_EQ(s.find("cases")->figures.front().previous.count, 1);
  EXPECT_EQ(s.find("cases")->figures.front().change_percent, 300);
  EXPECT_EQ(number(s, "c2", "abroad"), 2);
  EXPECT_EQ(number(s, "c2", "home"), 1) << "a server may have addresses on both sides";
  EXPECT_EQ(number(s, "imitates", "finance"), 1);
  EXPECT_EQ(number(s, "party-gov", "phishing-site"), 1);
  EXPECT_EQ(number(s, "behaviour", "privacy"), 1);
  EXPECT_EQ(s.find("behaviour")->figures.size(), 9U);
  EXPECT_EQ(number(s, "province", "abroad"), 1) << "no province, and its address is abroad";
  EXPECT_EQ(number(s, "province", "51"), 2);
  EXPECT_EQ(number(s, "province", "44"), 2);
  EXPECT_EQ(number(s, "ruling", "upheld"), 1);
  EXPECT_EQ(number(s, "list-new", "block"), 3);
  EXPECT_EQ(number(s, "list", "block"), 2) << "one was lifted";
  const auto late = std::find_if(s.clocks.begin(), s.clocks.end(), [](const ClockRate& r) {
    return r.clock == "dispose" && r.unit == "op-b";
  });
  ASSERT_NE(late, s.clocks.end());
  EXPECT_EQ(late->fates[1].current.count, 1);
  EXPECT_EQ(late->on_time_percent, 0);
}

TEST_F(SituationTest, AUnitCountsItsOwn) {
  play([] {});
  follow(*index_);
  EXPECT_EQ(asked(*index_, "abuse-a").view, View::kUnit);
  EXPECT_EQ(number(asked(*index_, "abuse-a"), "cases", "all"), 2);
  EXPECT_EQ(number(asked(*index_, "abuse-b"), "cases", "all"), 1);
  EXPECT_EQ(number(asked(*index_, "grid-it"), "cases", "all"), 0);
  EXPECT_EQ(number(asked(*index_, "guangdong-a"), "cases", "all"), 2);
  const auto published = asked(*index_, "citizen");
  EXPECT_EQ(published.view, View::kPublished);
  EXPECT_EQ(number(published, "cases", "all"), 0) << "nothing is marked for everybody";
  EXPECT_EQ(published.find("state"), nullptr);
}

TEST_F(SituationTest, WhatIsMarkedForEverybodyIsPublished) {
  auto open = finding();
  open.tlp = model::Tlp::kClear;
  identified(verdict(), open);
  follow(*index_);
  EXPECT_EQ(number(asked(*index_, "citizen"), "class", "malicious-resource"), 1);
}

/// Ended at any moment and begun again, the counters are those of a full recount.
TEST_F(SituationTest, StopsAndStartsChangeNothing) {
  int stop = 0;
  play([&] {
    follow(*index_, stop++ % 3);
    if (stop % 2 == 0) {
      index_.reset();
      index_ = opened("search.db");
    }
  });
  follow(*index_);
  const auto again = opened("recount.db");
  follow(*again);
  for (const char* who : {"ministry-a", "sichuan-a", "abuse-a", "finder"}) {
    for (const Period period : {Period::kWeek, Period::kYear}) {
      EXPECT_EQ(without_progress(asked(*index_, who, period)),
                without_progress(asked(*again, who, period)))
          << who;
    }
  }
}

TEST_F(SituationTest, ANewAdministrationCountsWhatIsThere) {
  submitted(about(model::ThreatClass::kMaliciousResource, "c2-server", {"a.example"}, {"11"}));
  follow(*index_);
  add_organization("tca11", model::OrganizationType::kTca, {"11"});
  add_user("beijing-a", "tca11", {model::Role::kReviewer});
  follow(*index_);
  EXPECT_EQ(number(asked(*index_, "beijing-a"), "cases", "all"), 1);
  compare("beijing-a", model::to_json(asked(*index_, "beijing-a")));
}

TEST_F(SituationTest, OnlyPhishingImitatesSomebody) {
  auto wrong = finding();
  wrong.imitates = model::ImitatedSector::kMedia;
  desk::expect_refused(desk_->submit(as("finder"), wrong), Code::kInvalid, "F18-03");
}

TEST_F(SituationTest, TheReportHasItsSectionsInBothLanguages) {
  play([] {});
  follow(*index_);
  const auto week = report_of(asked(*index_, "ministry-a"), clock_.now());
  const auto month =
      report_of(asked(*index_, "ministry-a", Period::kMonth, "2026-03-31"), clock_.now());
  const auto titles = [](const Report& r) {
    std::string out;
    for (const auto& section : r.sections) out += section.title.zh + "|";
    return out;
  };
  EXPECT_EQ(titles(week),
            "网络安全基本态势|网络病毒活动情况|网站安全情况|重要漏洞情况|事件处理情况|");
  EXPECT_NE(titles(month).find("事件处理情况"), std::string::npos);
  for (const Lang lang : {Lang::kZh, Lang::kEn}) {
    const std::string page = html_of(week, lang);
    for (const char* outside : {"<script", "http://127", "src=", "href=", "@import", "url("}) {
      EXPECT_EQ(page.find(outside), std::string::npos) << outside;
    }
    EXPECT_NE(page.find(lang == Lang::kZh ? week.lead.zh : week.lead.en), std::string::npos);
    EXPECT_NE(page.find("<svg"), std::string::npos);
    const auto file = (folder_ / "report.xlsx").string();
    ASSERT_TRUE(write_workbook(week, lang, file));
    const auto bytes = must(read_file(file));
    EXPECT_TRUE(bytes.starts_with("PK"));
  }
  EXPECT_NE(html_policy().find("style-src 'sha256-"), std::string::npos);
  EXPECT_EQ(html_policy().find("unsafe"), std::string::npos);
}

}  // namespace
}  // namespace tocsin::situation
