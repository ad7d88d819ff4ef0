// The language: what is asked, and that the index and the matcher in memory mean the same.
#include "search/query.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/labels.h"
#include "model/organization.h"
#include "model/source.h"
#include "model/task.h"
#include "search/facts.h"

namespace tocsin::search {
namespace {

using testing::HasSubstr;

Instant at(std::string_view text) { return parse_instant(text).value(); }

Document sample() {
  Document d("thr_1");
  d.text("T-2026-000001");
  d.text("冒充银行的钓鱼网站 Fake bank");
  d.text("Seen at hxxps://login[.]evil[.]example/a");
  d.key("state", "approved");
  d.key("state", "listed");
  d.key("class", "malicious-resource");
  d.key("class", "phishing-site");
  d.key("source", "sec-co");
  d.key("province", "51");
  d.key("asn", "64500");
  d.label("Mirai botnet");
  d.indicator({model::IndicatorKind::kDomain, "login.evil.example"});
  d.indicator({model::IndicatorKind::kIpv4, "192.0.2.77"});
  d.indicator({model::IndicatorKind::kIpv6Prefix, "2001:db8:7::/48"});
  d.at(at("2026-03-05T10:00:00+08:00"));
  return d;
}

bool finds(std::string_view text) {
  const auto query = parse(text, Place::kCases);
  EXPECT_TRUE(query) << text << ": " << (query ? "" : query.error().message);
  return query && query->matches(sample());
}

TEST(Query, FieldsNarrow) {
  EXPECT_TRUE(finds("state:listed kind:domain class:phishing label:mirai source:sec-co"));
  EXPECT_TRUE(finds("province:51 asn:64500 asn:AS64500"));
  EXPECT_FALSE(finds("state:closed"));
  EXPECT_TRUE(finds("state:closed,listed")) << "one of them";
  EXPECT_FALSE(finds("state:listed state:closed")) << "both";
  EXPECT_TRUE(finds("-state:closed"));
  EXPECT_FALSE(finds("-state:closed,listed"));
  EXPECT_TRUE(finds("label:\"mirai botnet\""));
  EXPECT_FALSE(finds("label:\"mirai bot\""));
}

TEST(Query, WhatIsCountedIsFoundByTheSameWord) {
  Document d("thr_2");
  for (const char* clock : {"dispose", "dispose.late", "dispose.late.op.a-1"}) {
    d.key("clock", clock);
  }
  d.key("imitates", "finance");
  d.key("origin", "hk-mo-tw");
  d.key("province", "abroad");
  d.at(at("2026-03-05T10:00:00+08:00"));
  const auto matches = [&](std::string_view text) {
    const auto query = parse(text, Place::kCases);
    EXPECT_TRUE(query) << text << ": " << (query ? "" : query.error().message);
    return query && query->matches(d);
  };
  EXPECT_TRUE(matches("clock:dispose clock:dispose.late clock:dispose.late.op.a-1"));
  EXPECT_TRUE(matches("时限:处置并反馈.逾期 仿冒:金融 境内外:港澳台 province:abroad"));
  EXPECT_FALSE(matches("clock:dispose.met"));
  EXPECT_FALSE(matches("clock:dispose.late.op"));
  EXPECT_FALSE(parse("clock:retention", Place::kCases)) << "nobody has to keep it";
  EXPECT_FALSE(parse("clock:dispose.soon", Place::kCases));
  EXPECT_FALSE(parse("imitates:finance", Place::kTasks));
}

TEST(Query, OnADayMeansAtItsEnd) {
  Document d("lst_1");
  d.key("state", "delisted");
  d.at(at("2026-03-05T10:00:00+08:00"));
  d.ended(at("2026-03-07T00:00:00+08:00"));
  const auto on = [&](const std::string& day) {
    return parse("on:" + day, Place::kEntries)->matches(d);
  };
  EXPECT_FALSE(on("2026-03-04"));
  EXPECT_TRUE(on("2026-03-05"));
  EXPECT_TRUE(on("2026-03-06")) << "it ended when the next day began";
  EXPECT_FALSE(on("2026-03-07"));
  EXPECT_FALSE(parse("-on:2026-03-05", Place::kEntries));
}

TEST(Query, ChineseNamesOfFieldsAndValuesAreKnown) {
  EXPECT_TRUE(finds("状态：已批准 类型:域名 类别:钓鱼网站 来源:sec-co"));
  EXPECT_FALSE(finds("状态:已办结"));
}

/// What the conditions of a query look for, as text that two queries are compared by.
std::string asked(const std::string& text, Place place) {
  const auto query = parse(text, place);
  if (!query) return query.error().message;
  std::string out;
  for (const auto& condition : query->conditions) {
    for (const auto& term : condition.any) {
      for (const auto& word : term.words) out += word + (term.prefix ? "* " : " ");
    }
  }
  return out;
}

/// Every word that a field takes has a name in both languages, which means the same as the word and
/// as no other word of its list.
TEST(Query, WordListsAreWholeInBothLanguages) {
  using Words = std::vector<std::string_view>;
  struct List {
    std::string field;
    Place place;
    Words words;
  };
  // Not the levels of sharing: TLP's words are the same in every language.
  const auto of = [](const auto& names) { return Words(names.begin(), names.end()); };
  std::vector<List> lists = {
      {"kind", Place::kCases, of(enum_names(model::IndicatorKind{}))},
      {"measure", Place::kTasks, of(enum_names(model::Measure{}))},
      {"type", Place::kOrganizations, of(enum_names(model::OrganizationType{}))},
      {"type", Place::kSources, of(enum_names(model::SourceKind{}))},
      {"imitates", Place::kCases, imitated()},
      {"behaviour", Place::kCases, behaviours()},
      {"origin", Place::kCases, origins()},
      {"clock", Place::kCases, counted_clocks()},
      {"ruling", Place::kAppeals, rulings()},
      {"severity", Place::kVulnerabilities, severities()}};
  for (std::size_t p = 0; p < enum_names(Place{}).size(); ++p) {
    const auto place = static_cast<Place>(p);
    if (!states(place).empty()) lists.push_back({"state", place, states(place)});
  }
  for (const auto& [field, place, words] : lists) {
    std::map<std::string, std::string_view> meant;
    for (const auto word : words) {
      const Text label = model::label(word);
      const std::string wanted = asked(field + ":" + std::string(word), place);
      EXPECT_THAT(wanted, HasSubstr(field + ":")) << word;
      EXPECT_NE(label.zh, word) << field << " has no Chinese name";
      for (const auto& name : {label.zh, label.en}) {
        EXPECT_EQ(asked(field + ":\"" + name + "\"", place), wanted) << name;
        const auto [known, added] = meant.emplace(to_lower(name), word);
        EXPECT_TRUE(added || known->second == word) << name << " means two words of " << field;
      }
    }
  }
}

/// Chinese has no blanks: whatever stands in the text is found, and nothing else of its characters.
TEST(Query, EveryPartOfAChineseTextIsFound) {
  Document d("thr_3");
  d.text("警方通报：假冒国家税务总局APP诈骗，涉案Trojan木马");
  d.text("Phishing kit targets 税务 users, v2.0 seen in Sichuan");
  const std::vector<std::string> characters = {"假", "冒", "国", "家", "税", "务", "总", "局"};
  for (std::size_t from = 0; from < characters.size(); ++from) {
    std::string part;
    for (std::size_t to = from; to < characters.size(); ++to) {
      part += characters[to];
      EXPECT_TRUE(parse(part, Place::kCases)->matches(d)) << part;
      EXPECT_TRUE(parse("“" + part + "”", Place::kCases)->matches(d)) << part;
    }
  }
  for (const char* text :
       {"app", "ＡＰＰ", "税务总局app诈骗", "trojan木马", "TARGETS", "phishing 税务",
        "\"targets 税务 users\"", "警方 sichuan", "v2.0", "kit -mirai"}) {
    EXPECT_TRUE(parse(text, Place::kCases)->matches(d)) << text;
  }
  for (const char* text : {"国税", "局总", "通报假冒", "务局", "phish", "“假冒 诈骗”", "木马 -木马",
                           "\"users targets\"", "四川"}) {
    EXPECT_FALSE(parse(text, Place::kCases)->matches(d)) << text;
  }
}

TEST(Query, TextsAndPhrases) {
  EXPECT_TRUE(finds("钓鱼"));
  EXPECT_TRUE(finds("鱼")) << "single characters, too";
  EXPECT_TRUE(finds("站"));
  EXPECT_TRUE(finds("\"银行的钓鱼网站\""));
  EXPECT_TRUE(finds("“冒充银行”")) << "Chinese quotes";
  EXPECT_FALSE(finds("网钓"));
  EXPECT_FALSE(finds("银钓"));
  EXPECT_TRUE(finds("\"fake bank\""));
  EXPECT_FALSE(finds("\"bank fake\""));
  EXPECT_FALSE(finds("\"000001 冒充\"")) << "phrases do not reach over texts";
  EXPECT_TRUE(finds("FAKE ＢＡＮＫ"));
  EXPECT_FALSE(finds("fak"));
  EXPECT_TRUE(finds("fak*"));
  EXPECT_TRUE(finds("bank -mirror"));
  EXPECT_FALSE(finds("bank -\"fake bank\""));
  EXPECT_TRUE(finds("")) << "nothing asked: everything";
}

TEST(Query, IdentifiersAreFoundWholeByPartsAndDefanged) {
  for (const char* text : {"login.evil.example",
                           "login[.]evil[.]example",
                           "evil.example",
                           "evil",
                           "evil[.]example",
                           "https://login.evil.example/a",
                           "hxxps://login.evil.example/a",
                           "T-2026-000001",
                           "192.0.2.77",
                           "indicator:login.evil.example",
                           "indicator:LOGIN[.]evil.example",
                           "domain:login.evil.example",
                           "domain:login[.]evil[.]example",
                           "indicator:login*",
                           "below:evil.example",
                           "below:login.evil.example",
                           "inside:192.0.2.0/24",
                           "inside:192.0.2.77",
                           "inside:192.0.2.64/26",
                           "inside:2001:db8::/32",
                           "ipv4:192.0.2.77"}) {
    EXPECT_TRUE(finds(text)) << text;
  }
  for (const char* text :
       {"evil.login", "indicator:evil.example", "below:vil.example", "below:www.login.evil.example",
        "inside:192.0.2.0/26", "inside:192.0.3.0/24", "inside:2001:db8:7:1::/64", "T-2026-000002",
        "ipv4:192.0.2.7", "url:login.evil.example/"}) {
    EXPECT_FALSE(finds(text)) << text;
  }
}

TEST(Query, TimesIncludeBothDays) {
  EXPECT_TRUE(finds("from:2026-03-05 until:2026-03-05"));
  EXPECT_FALSE(finds("from:2026-03-06"));
  EXPECT_FALSE(finds("until:2026-03-04"));
  EXPECT_TRUE(finds("from:2026-03-05T10:00:00+08:00"));
  EXPECT_FALSE(finds("from:2026-03-05T10:00:01+08:00"));
  EXPECT_TRUE(finds("from:1900-01-01 until:2199-01-01"));
}

/// Everything the matcher finds, the index must offer: the same terms over the same keys.
TEST(Query, TheIndexIsAskedForNoLessThanWhatMatches) {
  const Document d = sample();
  for (const char* text :
       {"from:2026-03-05 until:2026-03-05", "from:2025-12-31", "until:2026-12-31",
        "from:2024-05-01 until:2026-03-31", "state:listed \"fake bank\" -x"}) {
    const auto query = parse(text, Place::kCases);
    ASSERT_TRUE(query);
    ASSERT_TRUE(query->matches(d)) << text;
    const auto asked = query->indexed();
    for (const auto& any : asked.all) {
      EXPECT_TRUE(std::any_of(any.begin(), any.end(), [&](const auto& t) { return d.has(t); }))
          << text;
    }
    for (const auto& term : asked.none) EXPECT_FALSE(d.has(term)) << text;
  }
}

struct Wrong {
  const char* text;
  const char* says;
};

TEST(Query, ErrorsNameThePartAndWhatWasMeant) {
  for (const auto& [text, says] :
       std::initializer_list<Wrong>{{"sate:open", "did you mean 'state'"},
                                    {"foo:bar", "in quotes"},
                                    {"state:opne", "did you mean 'open'"},
                                    {"state:", "needs a value"},
                                    {"state:open,", "needs a value"},
                                    {"\"open", "no end"},
                                    {"word - other", "right before"},
                                    {"from:yesterday", "2026-01-31"},
                                    {"from:2026-02-01 until:2026-01-01", "before"},
                                    {"-from:2026-01-01", "cannot be excluded"},
                                    {"province:99x", "province"},
                                    {"asn:abc", "number"},
                                    {"inside:evil.example", "prefix"},
                                    {"below:192.0.2.1", "domain"},
                                    {"level:V", "III"},
                                    {"confidence:50", "have no field"},
                                    {"...", "no word"},
                                    {"class:nothing", "no value"}}) {
    const auto query = parse(text, Place::kCases);
    ASSERT_FALSE(query) << text;
    EXPECT_EQ(query.error().code, Code::kInvalid) << text;
    EXPECT_THAT(query.error().message, HasSubstr(says)) << text;
    EXPECT_FALSE(query.error().message_zh.empty()) << text;
    EXPECT_EQ(query.error().field, "q");
  }
  EXPECT_EQ(parse(std::string(3000, 'a'), Place::kCases).error().code, Code::kTooLarge);
  std::string many;
  for (int i = 0; i < 60; ++i) many += "a ";
  EXPECT_EQ(parse(many, Place::kCases).error().code, Code::kTooLarge);
  EXPECT_FALSE(parse("\xff", Place::kCases));
}

TEST(Query, ColonsThatAreNoFieldsStayText) {
  for (const char* text : {"2001:db8::1", "fe80::1", "dead:beef::1", "192.0.2.1:443",
                           "http://evil.example", "hxxp[:]//evil.example", "evil.example:8080"}) {
    const auto query = parse(text, Place::kCases);
    ASSERT_TRUE(query) << text;
    EXPECT_FALSE(query->conditions.front().any.front().key) << text;
  }
}

TEST(Query, EveryFieldWorksWhereItIsSaidTo) {
  const std::map<std::string_view, std::string_view> values = {{"class", "malware"},
                                                               {"kind", "domain"},
                                                               {"province", "51"},
                                                               {"level", "II"},
                                                               {"tlp", "green"},
                                                               {"measure", "block"},
                                                               {"asn", "1"},
                                                               {"indicator", "a.example"},
                                                               {"below", "a.example"},
                                                               {"inside", "::1"},
                                                               {"confidence", "50"},
                                                               {"from", "2026-01-01"},
                                                               {"until", "2026-01-01"},
                                                               {"asset", "cii"},
                                                               {"imitates", "finance"},
                                                               {"behaviour", "remote"},
                                                               {"origin", "abroad"},
                                                               {"clock", "dispose.late"},
                                                               {"ruling", "pending"},
                                                               {"severity", "high"},
                                                               {"on", "2026-01-01"}};
  for (const auto& field : fields()) {
    for (std::size_t p = 0; p < enum_names(Place{}).size(); ++p) {
      const auto place = static_cast<Place>(p);
      std::string value = values.contains(field.name) ? std::string(values.at(field.name)) : "x";
      if (field.name == "state" && !states(place).empty()) value = states(place).front();
      if (field.name == "type") value = place == Place::kSources ? "url" : "operator";
      const bool here =
          std::find(field.places.begin(), field.places.end(), place) != field.places.end();
      EXPECT_EQ(parse(std::string(field.name) + ":" + value, place).has_value(), here)
          << field.name << " in " << name(place);
      EXPECT_EQ(parse(std::string(field.name_zh) + "：" + value, place).has_value(), here)
          << field.name_zh << " in " << name(place);
    }
  }
}

}  // namespace
}  // namespace tocsin::search
