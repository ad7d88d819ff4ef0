#include "law/library.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "base/file.h"
#include "law/clock.h"
#include "law/explain.h"

namespace tocsin::law {
namespace {

Date day(const char* text) { return parse_date(text).value(); }

const char* const kParties = R"({"kind":"parties","parties":{"all":{"zh":"各","en":"all"}}})";

std::string rule_set(const std::string& more, const std::string& id = "a") {
  return R"({"kind":"rule-set","id":")" + id + R"(","law":")" + id +
         R"(","version":"1","name":{"zh":"规","en":"Rule"},"document":"",
         "issuer":{"zh":"部","en":"Ministry"},"issued":"2020-01-01","valid_from":"2020-01-01")" +
         (more.empty() ? "" : "," + more) + "}";
}

/// Where the first error of this file is, after the file's name.
std::string place(const std::string& bytes) {
  const auto loaded = Library::from({{"parties", kParties}, {"f", bytes}});
  if (loaded) return "accepted";
  EXPECT_TRUE(loaded.error().field.starts_with("f:")) << loaded.error().field;
  return loaded.error().field.substr(loaded.error().field.find_first_not_of(":.", 1));
}

std::string clock(const std::string& lengths) {
  return rule_set(R"("articles":[{"number":"1","gist":{"zh":"文","en":"Text"}}],"clocks":[{"id":"c",
    "name":{"zh":"限","en":"Clock"},"article":"1","by":"all","start":{"zh":"始","en":"start"},
    "lengths":[)" +
                  lengths + "]}]");
}

TEST(Library, LoadsWhatIsEmbedded) {
  const auto library = Library::load_embedded();
  ASSERT_TRUE(library) << library.error().field << ": " << library.error().message;
  for (const char* id : {"mps-82", "miit-157", "miit-545", "miit-campaign-2013", "csl-2016",
                         "csl-2025", "miit-202", "miit-281"}) {
    EXPECT_NE((*library)->find(id), nullptr) << id;
  }
  EXPECT_EQ((*library)->find("miit-545")->last_day(), day("2017-12-31"));
}

TEST(Library, NamesThePlaceOfAnError) {
  EXPECT_EQ(place(rule_set("")), "accepted");
  EXPECT_EQ(place("{"), "byte 1");
  EXPECT_EQ(place(R"({"kind":"nonsense"})"), "kind");
  EXPECT_EQ(place(rule_set(R"("typo":1)")), "typo");
  EXPECT_EQ(place(rule_set("", "No Id")), "id");
  EXPECT_EQ(place(rule_set(R"("valid_to":"2020-01-01")")), "valid_to");
  EXPECT_EQ(place(rule_set(R"("province":"110000")")), "overlays");
  EXPECT_EQ(place(rule_set(R"("overlays":"zzz")")), "overlays");
  EXPECT_EQ(place(rule_set(R"("articles":[{"number":"1","gist":{"zh":"文"}}])")),
            "articles[0].gist.en");
  EXPECT_EQ(place(rule_set(R"("duties":[{"who":"x","article":"","requirement":"",
                              "what":{"zh":"a","en":"b"}}])")),
            "duties");
  EXPECT_EQ(place(clock(R"({"unit":"hour","length":2})")), "accepted");
  EXPECT_EQ(place(clock(R"({"unit":"fortnight","length":2})")), "clocks[0].lengths[0].unit");
  EXPECT_EQ(place(clock(R"({"unit":"hour","length":0})")), "clocks[0].lengths[0].length");
  EXPECT_EQ(place(clock(R"({"unit":"notice","length":2})")), "clocks[0].lengths[0].length");
  EXPECT_EQ(place(clock(R"({"unit":"prompt","setting":"x","word":{"zh":"a","en":"b"}})")),
            "clocks[0].lengths");
  EXPECT_EQ(place(clock(R"({"grades":["I"],"unit":"hour","length":2},
                           {"grades":["I"],"unit":"hour","length":4})")),
            "clocks[0].lengths[1].grades");
  EXPECT_EQ(place(clock(R"({"unit":"hour","length":2},{"unit":"hour","length":4})")),
            "clocks[0].lengths[0].grades");
}

TEST(Library, RefusesTwoTextsOfOneLawAtOnce) {
  std::string second = rule_set("", "b");
  second.replace(second.find(R"("law":"b")"), 9, R"("law":"a")");
  second.replace(second.find(R"("version":"1")"), 13, R"("version":"2")");
  EXPECT_FALSE(Library::from({{"p", kParties}, {"a", rule_set("")}, {"b", second}}));
}

TEST(Library, AFolderAddsAndReplaces) {
  const auto dir = std::filesystem::temp_directory_path() / "tocsin_law_test_rules";
  std::filesystem::create_directories(dir / "calendar");
  ASSERT_TRUE(write_file(dir / "own.json", rule_set("", "own-rule")));
  ASSERT_TRUE(
      write_file(dir / "calendar/2027.json",
                 R"({"kind":"calendar-year","year":2027,"source":{"zh":"通知","en":"notice"},
      "papers":[],"holidays":[{"name":{"zh":"元旦","en":"New Year"},"off":["2027-01-01/2027-01-03"]}]})"));
  const auto library = Library::load(dir);
  std::filesystem::remove_all(dir);
  ASSERT_TRUE(library) << library.error().field << ": " << library.error().message;
  EXPECT_NE((*library)->find("own-rule"), nullptr);
  EXPECT_NE((*library)->find("miit-202"), nullptr);
  EXPECT_EQ((*library)->calendar().last_announced_year(), 2027);
  EXPECT_FALSE(Library::load(dir / "not-there"));
}

/// Every clock on days around every change of law and once a fortnight between.
std::vector<Date> sweep_days(const Library& library) {
  std::vector<Date> out;
  for (Date d = day("2005-06-01"); d < day("2028-01-01"); d = add_days(d, 14)) out.push_back(d);
  for (const RuleSet& set : library.rule_sets()) {
    for (const int shift : {-1, 0, 1}) {
      if (set.valid_from >= day("2000-01-01")) out.push_back(add_days(set.valid_from, shift));
      if (set.valid_to) out.push_back(add_days(*set.valid_to, shift));
    }
  }
  return out;
}

// Invariant 3.5-7: a case dated before 2018-01-01 never shows a duty of 2018, and the reverse.
TEST(Library, NoClockEverCitesARuleThatIsNotInForce) {
  const auto library = Library::load_embedded().value();
  const Date change = day("2018-01-01");
  int computed = 0;
  int refused = 0;
  for (const Date d : sweep_days(*library)) {
    for (const std::string& clock : library->clock_ids()) {
      for (const Level level : {Level::kI, Level::kII, Level::kIII, Level::kIV}) {
        ClockInput input;
        input.clock = clock;
        input.start = ClockStart::of(shanghai_midnight(d).plus(std::chrono::hours{9}));
        input.grade = level;
        input.limit = NoticeLimit{Unit::kHour, 24, {}};
        const auto deadline = compute(*library, input);
        if (!deadline) {
          ASSERT_EQ(deadline.error().code, Code::kRefused) << clock << " " << to_string(d);
          ++refused;
          continue;
        }
        ++computed;
        const RuleSet& set = *library->find(deadline->rule_set);
        ASSERT_TRUE(set.in_force(d)) << clock << " " << to_string(d) << " cites " << set.id;
        ASSERT_NE(set.clock(clock), nullptr);
        ASSERT_NE(set.article(deadline->citation.article), nullptr);
        ASSERT_TRUE(deadline->counting) << to_string(d);
        ASSERT_TRUE(
            library->find(deadline->counting->law, deadline->counting->version)->in_force(d));
        if (d >= change) {
          ASSERT_NE(set.id, "miit-545") << to_string(d);
          ASSERT_NE(set.id, "miit-157") << to_string(d);
        } else {
          ASSERT_NE(set.id, "miit-202") << to_string(d);
        }
        ASSERT_GT(deadline->due, input.start.at);
      }
    }
  }
  EXPECT_GT(computed, 5000);
  EXPECT_GT(refused, 5000);
}

TEST(Library, EveryCitationOfARuleInForceIsShownInAVersionInForce) {
  const auto library = Library::load_embedded().value();
  for (const Date d : sweep_days(*library)) {
    for (const RuleSet* set : library->in_force(d)) {
      for (const Article& article : set->articles) {
        for (const Citation& cite : article.cites) {
          const auto shown = library->resolve(cite, d);
          ASSERT_TRUE(shown) << set->id << " " << article.number << " " << to_string(d);
          ASSERT_TRUE(shown->rule_set->in_force(d));
        }
      }
    }
  }
}

TEST(Library, TellsWhenTheDisposeClockStarts) {
  const auto library = Library::load_embedded().value();
  const Instant phone = parse_instant("2026-03-01T10:00:00+08:00").value();
  const Instant written = parse_instant("2026-03-01T15:00:00+08:00").value();
  const Policy strict{{"dispose_clock_start", "written-notice"}};
  EXPECT_EQ(dispose_start(*library, {}, phone, written).value(), phone);
  EXPECT_EQ(dispose_start(*library, {}, phone, {}).value(), phone);
  EXPECT_EQ(dispose_start(*library, {}, {}, written).value(), written);
  EXPECT_EQ(dispose_start(*library, strict, phone, written).value(), written);
  EXPECT_FALSE(dispose_start(*library, strict, phone, {}));
  EXPECT_FALSE(dispose_start(*library, {}, {}, {}));
}

TEST(Library, ShowsRuleSetsInBothLanguages) {
  const auto library = Library::load_embedded().value();
  const Date on = day("2026-03-01");
  for (const RuleSet& set : library->rule_sets()) {
    for (const Lang lang : {Lang::kZh, Lang::kEn}) {
      const auto text = describe_rule_set(*library, set.id, "", on, lang);
      ASSERT_TRUE(text);
      EXPECT_TRUE(is_utf8(*text));
      EXPECT_NE(text->find(set.name.in(lang)), std::string::npos);
    }
  }
  const Json article = show_json(*library, "miit-202", "8", on).value();
  EXPECT_EQ(article["articles"].items().size(), 1U);
  EXPECT_EQ(article["duties"].items().size(), 9U);  // 8(1) ... 8(4) belong to 8
  EXPECT_EQ(show_json(*library, "miit-202", "99", on).error().code, Code::kNotFound);
  EXPECT_EQ(show_json(*library, "none", "", on).error().code, Code::kNotFound);
  EXPECT_EQ(list_json(*library)["rule_sets"].items().size(), library->rule_sets().size());
}

}  // namespace
}  // namespace tocsin::law
