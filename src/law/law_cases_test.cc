// Runs tests/cases/law/*.case: what the law says, as data. docs/law.md describes the format.
#include <algorithm>
#include <filesystem>
#include <map>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "law/clock.h"
#include "law/explain.h"
#include "law/grade.h"
#include "law/library.h"

namespace tocsin::law {
namespace {

namespace fs = std::filesystem;

const fs::path kCases = fs::path(TOCSIN_SOURCE_DIR) / "tests/cases/law";

struct Case {
  std::string place;  ///< file:line
  std::string title;
  std::map<std::string, std::string> given;
  std::vector<std::string> when;
  std::vector<std::pair<std::string, std::string>> then;
  std::string article;
};

std::pair<std::string, std::string> key_value(std::string_view text) {
  const auto equals = text.find('=');
  return {std::string(trim(text.substr(0, equals))),
          equals == std::string_view::npos ? "" : std::string(trim(text.substr(equals + 1)))};
}

std::vector<Case> read_cases(const fs::path& file) {
  std::vector<Case> out;
  const std::string text = read_file(file).value();
  int number = 0;
  for (std::string_view line : split(text, '\n')) {
    ++number;
    line = trim(line);
    if (line.empty() || line.front() == '#') continue;
    const auto colon = line.find(':');
    const std::string_view key = line.substr(0, colon);
    const std::string value(colon == std::string_view::npos ? "" : trim(line.substr(colon + 1)));
    const std::string place = fmt::format("{}:{}", file.filename().string(), number);
    if (key == "case") {
      out.push_back({place, value, {}, {}, {}, {}});
    } else if (out.empty()) {
      ADD_FAILURE() << place << ": a line before the first case";
    } else if (key == "given") {
      out.back().given.insert(key_value(value));
    } else if (key == "when") {
      for (const auto word : split(value, ' ')) out.back().when.emplace_back(word);
    } else if (key == "then") {
      out.back().then.push_back(key_value(value));
    } else if (key == "article") {
      out.back().article = value;
    } else {
      ADD_FAILURE() << place << ": unknown line '" << line << "'";
    }
  }
  return out;
}

/// What a case came to, by the names its `then` lines use.
using Outcome = std::map<std::string, std::string>;

std::string yes(bool value) { return value ? "yes" : "no"; }

Outcome failed(const Error& error) {
  EXPECT_FALSE(error.message_zh.empty()) << "no Chinese text: " << error.message;
  return {{"error", std::string(name(error.code))},
          {"message", error.message},
          {"rule", error.rule},
          {"field", error.field}};
}

Outcome run_clock(const Library& library, const Case& c) {
  ClockInput input;
  input.clock = c.when.at(1);
  for (const auto& [key, value] : c.given) {
    if (key == "from") input.start = parse_start(value).value();
    if (key == "grade") input.grade = parse_level(value).value();
    if (key == "limit") input.limit = parse_limit(value).value();
    if (key == "province") input.province = value;
    if (key == "rule_set") input.rule_set = value;
    if (key.starts_with("set.")) input.policy[key.substr(4)] = value;
  }
  const auto deadline = compute(library, input);
  if (!deadline) return failed(deadline.error());
  EXPECT_FALSE(describe(library, *deadline, Lang::kZh).empty());
  EXPECT_TRUE(Json::parse(to_json(library, *deadline).dump()).has_value());
  int counted = 0;
  for (const Day& day : deadline->days) counted += day.working() ? 1 : 0;
  return {{"due", due_text(*deadline)},
          {"instant", to_string(deadline->due)},
          {"counted", std::to_string(counted)},
          {"provisional", yes(deadline->provisional)},
          {"transitional", yes(deadline->transitional)},
          {"floor", yes(deadline->floor)},
          {"basis", std::string(name(deadline->basis))},
          {"requirement", deadline->requirements.front()},
          {"explains", deadline->explanation.en},
          {"article", deadline->rule_set + " " + deadline->citation.article}};
}

Outcome run_grade(const Library& library, const Case& c) {
  GradeInput input;
  input.scheme = c.when.at(1);
  for (const auto& [key, value] : c.given) {
    if (key == "at") input.at = parse_date(value).value();
    if (key == "impact") input.impact = value;
    if (key.starts_with("fact.")) input.facts[key.substr(5)] = to_int(value).value();
  }
  const auto proposal = propose(library, input);
  if (!proposal) return failed(proposal.error());
  EXPECT_FALSE(describe(library, *proposal, Lang::kZh).empty());
  return {
      {"level", std::string(name(proposal->grade.level))},
      {"requirement", proposal->requirement},
      {"explains", proposal->explanation.en},
      {"article", std::string(trim(proposal->grade.scheme + " " + proposal->citation.article))}};
}

Outcome run_resolve(const Library& library, const Case& c) {
  const auto found = library.resolve({c.when.at(1), c.when.at(2), c.when.at(3)},
                                     parse_date(c.given.at("at")).value());
  if (!found) return failed(found.error());
  return {{"confidence", std::string(name(found->confidence))},
          {"article", std::string(trim(found->rule_set->id + " " + found->shown.article))}};
}

void check(const Case& c, const Outcome& outcome) {
  for (const auto& [key, wanted] : c.then) {
    const auto found = outcome.find(key);
    const auto message = outcome.find("message");
    ASSERT_NE(found, outcome.end())
        << "no '" << key << "'; " << (message == outcome.end() ? "" : message->second);
    if (key == "message" || key == "explains") {
      EXPECT_NE(found->second.find(wanted), std::string::npos)
          << "'" << wanted << "' is not in: " << found->second;
    } else {
      EXPECT_EQ(found->second, wanted) << key;
    }
  }
  if (!c.article.empty()) {
    ASSERT_TRUE(outcome.contains("article")) << outcome.at("message");
    EXPECT_EQ(outcome.at("article"), c.article);
  }
}

TEST(LawCases, HoldAsWritten) {
  std::map<std::string, std::shared_ptr<const Library>> libraries;
  libraries[""] = Library::load_embedded().value();
  int count = 0;
  for (const auto& entry : fs::directory_iterator(kCases)) {
    if (entry.path().extension() != ".case") continue;
    for (const Case& c : read_cases(entry.path())) {
      SCOPED_TRACE(c.place + ": " + c.title);
      ASSERT_GE(c.when.size(), 2U);
      ASSERT_FALSE(c.then.empty());
      const std::string rules = c.given.contains("rules") ? c.given.at("rules") : "";
      auto& library = libraries[rules];
      if (!library) {
        auto loaded = Library::load(kCases / "overlays" / rules);
        ASSERT_TRUE(loaded) << loaded.error().field << " " << loaded.error().message;
        library = *loaded;
      }
      const std::string& what = c.when.front();
      ASSERT_TRUE(what == "clock" || what == "grade" || what == "resolve") << what;
      check(c, what == "clock"   ? run_clock(*library, c)
               : what == "grade" ? run_grade(*library, c)
                                 : run_resolve(*library, c));
      ++count;
    }
  }
  EXPECT_GE(count, 100);
}

}  // namespace
}  // namespace tocsin::law
