// The parts that pages are made of: texts, escaping, tokens and codes, spellings.
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "embed/embedded_site.h"
#include "public_site/page.h"
#include "public_site/spelling.h"

namespace tocsin::public_site {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

Catalogue catalogue() { return Catalogue::parse(site_file("texts.json")).value(); }

std::set<std::string> found_in(const std::string& text, const std::regex& what) {
  std::set<std::string> out;
  for (std::sregex_iterator it(text.begin(), text.end(), what), end; it != end; ++it) {
    out.insert((*it)[1].str());
  }
  return out;
}

TEST(Catalogue, EveryTextThatATemplateNamesIsThere) {
  const Catalogue texts = catalogue();
  int used = 0;
  for (const auto& file : embedded_site()) {
    if (!file.path.ends_with(".html")) continue;
    for (const auto& key : found_in(std::string(file.bytes), std::regex(R"(\{\{t_([^}]+)\}\})"))) {
      EXPECT_TRUE(texts.has(key)) << file.path << ": " << key;
      ++used;
    }
  }
  EXPECT_GT(used, 100);
}

TEST(Catalogue, EveryTextThatCodeNamesIsThere) {
  const Catalogue texts = catalogue();
  int used = 0;
  const std::filesystem::path room = std::filesystem::path(TOCSIN_SOURCE_DIR) / "src/public_site";
  for (const auto& entry : std::filesystem::directory_iterator(room)) {
    if (entry.path().extension() != ".cc" || entry.path().stem().string().ends_with("_test")) {
      continue;
    }
    std::ifstream file(entry.path());
    std::stringstream all;
    all << file.rdbuf();
    const std::regex quoted(
        R"re("((?:check|report|follow|appeal|step|wrong|done|law|bulletins?|lists|about|home)_[a-z_-]*[a-z])")re");
    for (const auto& key : found_in(all.str(), quoted)) {
      if (key == "appeal_file" || key == "appeal_answer") continue;  // clocks of the law
      EXPECT_TRUE(texts.has(key)) << entry.path() << ": " << key;
      ++used;
    }
  }
  EXPECT_GT(used, 50);
}

TEST(Catalogue, WordsMadeOfStatesAreThere) {
  const Catalogue texts = catalogue();
  for (const auto state : model::enum_names(model::AppealState{})) {
    if (state == "answered") continue;  // known by its ruling
    EXPECT_TRUE(texts.has("appeal_" + std::string(state))) << state;
    EXPECT_TRUE(texts.has("appeal_" + std::string(state) + "_why")) << state;
  }
  for (const char* key : {"received", "returned", "examining", "unconfirmed", "confirmed",
                          "declined", "ordered", "blocked", "ended", "undone"}) {
    EXPECT_TRUE(texts.has(std::string("follow_") + key + "_why")) << key;
  }
}

TEST(Catalogue, ATextNeedsBothLanguages) {
  EXPECT_FALSE(Catalogue::parse(R"({"a": {"zh": "甲"}})"));
  EXPECT_FALSE(Catalogue::parse(R"({"a": {"zh": "甲", "en": "a"}, "a": {"zh": "乙", "en": "b"}})"));
  EXPECT_TRUE(Catalogue::parse(R"({"a": {"zh": "甲", "en": "a"}})"));
}

/// Every marker of every template filled with the same hostile text, every section shown.
Json hostile_values(std::string_view page, const std::string& text) {
  Json out = Json::object();
  Json inner = Json::object();
  const std::string all(page);
  for (const auto& key : found_in(all, std::regex(R"(\{\{([a-z_0-9]+)\}\})"))) {
    if (!key.starts_with("t_")) inner.set(key, text);
  }
  out = inner;
  for (const auto& key : found_in(all, std::regex(R"(\{\{#([a-z_0-9]+)\}\})"))) {
    out.set(key, inner);
    for (const auto& below : found_in(all, std::regex(R"(\{\{#([a-z_0-9]+)\}\})"))) {
      Json deeper = out[key];
      out.set(key, deeper.set(below, inner));
    }
  }
  return out;
}

TEST(Renderer, NoValueLeavesItsPlace) {
  const Renderer renderer = Renderer::make(catalogue()).value();
  const std::string attack = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{title}}";
  for (const auto& file : embedded_site()) {
    if (!file.path.ends_with(".html") || file.path == "head.html" || file.path == "foot.html") {
      continue;
    }
    const std::string whole = std::string(site_file("head.html")) + std::string(file.bytes);
    const std::string name(file.path.substr(0, file.path.size() - 5));
    for (const Lang lang : {Lang::kZh, Lang::kEn}) {
      const std::string page = renderer.page(name, lang, hostile_values(whole, attack));
      EXPECT_THAT(page, HasSubstr("&lt;script&gt;")) << name;
      EXPECT_THAT(page, Not(HasSubstr("<script"))) << name;
      EXPECT_THAT(page, Not(HasSubstr("<img src=x"))) << name;
      EXPECT_THAT(page, Not(HasSubstr("\"'>"))) << name;
    }
  }
}

TEST(Renderer, AnAddressIsNeverAProgram) {
  const Renderer renderer = Renderer::make(catalogue()).value();
  const std::string page = renderer.page(
      "message", Lang::kEn, Json::object({{"other_url", "javascript:alert(1)"}, {"base", "/en"}}));
  EXPECT_THAT(page, Not(HasSubstr("javascript:")));
  EXPECT_THAT(page, HasSubstr("href=\"/en/about\""));
}

TEST(Tokens, AFormCountsForItselfAndForAWhile) {
  const Tokens tokens("secret", std::chrono::seconds(3));
  const Instant opened = parse_instant("2026-03-05T10:00:00+08:00").value();
  const std::string token = tokens.issue("report", opened);
  using V = Tokens::Verdict;
  const auto after = [&](std::chrono::microseconds d) {
    return tokens.check("report", token, opened.plus(d));
  };
  EXPECT_EQ(after(std::chrono::seconds(2)), V::kQuick);
  EXPECT_EQ(after(std::chrono::seconds(3)), V::kGood);
  EXPECT_EQ(after(std::chrono::hours(12)), V::kGood);
  EXPECT_EQ(after(std::chrono::hours(13)), V::kOld);
  const Instant now = opened.plus(std::chrono::seconds(9));
  EXPECT_EQ(tokens.check("appeal", token, now), V::kForeign);
  EXPECT_EQ(Tokens("other", std::chrono::seconds(3)).check("report", token, now), V::kForeign);
  EXPECT_NE(tokens.issue("report", opened), token);
  EXPECT_EQ(tokens.check("report", tokens.issue_aged("report", opened), opened), V::kGood);
  for (const std::string& bad :
       {std::string(), std::string("."), std::string("1.2"), token + "x"}) {
    EXPECT_EQ(tokens.check("report", bad, now), V::kForeign) << bad;
  }
}

TEST(Tokens, ACodeBelongsToItsNumber) {
  const Tokens tokens("secret", std::chrono::seconds(0));
  const std::string code = tokens.code("T-2026-000001");
  EXPECT_TRUE(
      std::regex_match(code, std::regex("[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}")))
      << code;
  EXPECT_TRUE(tokens.is_code("T-2026-000001", " " + to_lower(code)));
  EXPECT_TRUE(tokens.is_code("T-2026-000001", replace_all(code, "-", "")));
  EXPECT_FALSE(tokens.is_code("T-2026-000002", code));
  EXPECT_FALSE(tokens.is_code("T-2026-000001", ""));
  EXPECT_FALSE(Tokens("other", std::chrono::seconds(0)).is_code("T-2026-000001", code));
}

TEST(Spelling, PeopleWriteAsTheyLike) {
  const auto read = [](std::string_view text) {
    const auto indicator = read_value(text);
    return indicator ? std::string(name(indicator->kind)) + ":" + indicator->value : "none";
  };
  EXPECT_EQ(read(" EVIL[.]example。 "), "domain:evil.example");
  EXPECT_EQ(read("ｅｖｉｌ．ｅｘａｍｐｌｅ"), "domain:evil.example");
  EXPECT_EQ(read("evil【.】example"), "domain:evil.example");
  EXPECT_EQ(read("hxxp：／／evil。example／a"), "url:http://evil.example/a");
  EXPECT_EQ(read("１９２．０．２．７"), "ipv4:192.0.2.7");
  EXPECT_EQ(read("13800138000"), "phone:+8613800138000");
  EXPECT_EQ(read("+86 138 0013 8000"), "phone:+8613800138000");
  EXPECT_EQ(read("钓鱼"), "none");
  EXPECT_EQ(read(""), "none");
}

TEST(Spelling, WhatWouldReachAValue) {
  const auto keys = [](std::string_view text) {
    std::vector<std::string> out;
    for (const auto& i : covering(read_value(text).value())) {
      out.push_back(std::string(name(i.kind)) + ":" + i.value);
    }
    return out;
  };
  EXPECT_THAT(keys("a.b.evil.example"),
              ::testing::ElementsAre("domain:a.b.evil.example", "domain:b.evil.example",
                                     "wildcard-domain:*.b.evil.example", "domain:evil.example",
                                     "wildcard-domain:*.evil.example"));
  const auto page = keys("https://w.evil.example/a?x=1");
  EXPECT_THAT(page, Contains("host-path:w.evil.example/a"));
  EXPECT_THAT(page, Contains("url:http://w.evil.example/a"));
  EXPECT_THAT(page, Contains("domain:evil.example"));
  EXPECT_THAT(keys("192.0.2.7"), ::testing::ElementsAre("ipv4:192.0.2.7"));
  EXPECT_THAT(keys("http://192.0.2.7/a"), Contains("ipv4:192.0.2.7"));
}

}  // namespace
}  // namespace tocsin::public_site
