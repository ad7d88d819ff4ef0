#include "cli.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/nearest.h"
#include "help.h"

namespace tocsin::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// What one run printed and returned.
struct Ran {
  int code = 0;
  std::string out;
  std::string err;
};

class CliTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) ::unsetenv(name);
    Command clock;
    clock.path = {"law", "clock"};
    clock.summary = {"计算时限", "compute a deadline"};
    clock.description = {"按规则集计算时限。", "Computes the deadline from the rule set."};
    clock.positionals = {
        {.name = "CLOCK", .help = {"时限名称", "which clock"}},
        {.name = "MORE", .help = {"其余", "more"}, .required = false, .repeated = true}};
    clock.options = {
        {.name = "--from", .value = "DATE", .help = {"起算日", "first day"}, .required = true},
        {.name = "--days", .value = "N", .help = {"天数", "days"}, .otherwise = "5"},
        {.name = "--tag", .value = "TAG", .help = {"标签", "tags"}, .repeated = true},
        {.name = "--all", .value = "", .help = {"全部", "all of them"}}};
    clock.examples = {{"tocsin law clock review --from 2026-03-02", {"审查时限", "the review"}}};
    clock.run = [this](const Args& args) {
      given_ = args;
      return static_cast<int>(kOk);
    };
    Command show;
    show.path = {"law", "show"};
    show.summary = {"显示规则", "show a rule"};
    show.run = [](const Args&) { return static_cast<int>(kFailed); };
    commands_ = {clock, show};
  }

  Ran run(std::vector<const char*> words) {
    words.insert(words.begin(), "tocsin");
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    Ran ran;
    ran.code = cli::run(commands_, static_cast<int>(words.size()), words.data());
    ran.out = ::testing::internal::GetCapturedStdout();
    ran.err = ::testing::internal::GetCapturedStderr();
    return ran;
  }

  std::vector<Command> commands_;
  Args given_;
};

TEST_F(CliTest, ParsesWhatTheTableSays) {
  const Ran ran = run({"law", "clock", "review", "x", "y", "--from", "2026-03-02", "--tag", "a",
                       "--tag=b", "--all", "--json", "--lang", "zh"});
  EXPECT_EQ(ran.code, kOk) << ran.err;
  EXPECT_EQ(given_.str("CLOCK"), "review");
  EXPECT_THAT(given_.all("MORE"), ElementsAre("x", "y"));
  EXPECT_EQ(given_.str("--from"), "2026-03-02");
  EXPECT_THAT(given_.all("--tag"), ElementsAre("a", "b"));
  EXPECT_TRUE(given_.has("--all"));
  EXPECT_FALSE(given_.has("--days"));
  EXPECT_EQ(given_.integer("--days").value(), 5);
  EXPECT_TRUE(given_.json);
  EXPECT_EQ(given_.lang, Lang::kZh);
  EXPECT_EQ(run({"law", "show"}).code, kFailed);
}

TEST_F(CliTest, OptionsMayComeFirstAndDashesEndThem) {
  EXPECT_EQ(run({"--json", "law", "clock", "--from", "d", "--", "-odd"}).code, kOk);
  EXPECT_EQ(given_.str("CLOCK"), "-odd");
}

TEST_F(CliTest, MistakesExitTwoAndSayWhat) {
  const auto expect = [&](std::vector<const char*> words, const std::string& text) {
    const Ran ran = run(std::move(words));
    EXPECT_EQ(ran.code, kUsage) << text;
    EXPECT_THAT(ran.err, HasSubstr(text));
    EXPECT_EQ(ran.out, "");
  };
  expect({"lwa", "clock"}, "unknown command lwa; did you mean law?");
  expect({"law", "clok"}, "unknown command clok; did you mean clock?");
  expect({"law", "clock", "a", "--form", "x"}, "unknown option --form; did you mean --from?");
  expect({"law", "clock", "a"}, "the option --from is required");
  expect({"law", "clock", "--from", "x"}, "the argument CLOCK is missing");
  expect({"law", "clock", "a", "--from"}, "--from needs a value");
  expect({"law", "clock", "a", "--from", "x", "--from", "y"}, "--from was given twice");
  expect({"law", "show", "extra"}, "unexpected argument extra");
  expect({"law", "show", "--lang", "fr"}, "--lang is zh or en");
  expect({"law"}, "clock");
  expect({}, "COMMAND");
  expect({"help", "nothing"}, "there is no command nothing");
  expect({"completion", "tcsh"}, "bash, zsh and fish");
  expect({"--lang", "zh", "lwa"}, "错误：没有命令 lwa，是否想输入 law？\n提示：");
}

TEST_F(CliTest, HelpTeachesInBothLanguages) {
  const std::string en = run({"law", "clock", "--help"}).out;
  for (const char* text :
       {"compute a deadline", "tocsin law clock --from DATE [options] CLOCK [MORE...]",
        "Computes the deadline", "first day (required)", "days (default: 5)",
        "tags (may be repeated)", "tocsin law clock review --from 2026-03-02", "--json"}) {
    EXPECT_THAT(en, HasSubstr(text));
  }
  EXPECT_EQ(run({"help", "law", "clock"}).out, en);
  const std::string zh = run({"help", "law", "clock", "--lang", "zh"}).out;
  for (const char* text : {"计算时限", "用法", "起算日（必填）", "天数（默认 5）", "示例"}) {
    EXPECT_THAT(zh, HasSubstr(text));
  }
  for (const char* text : {"Usage", "Options", "required", "default", "deadline"}) {
    EXPECT_THAT(zh, Not(HasSubstr(text)));
  }
  EXPECT_THAT(run({"--help"}).out, HasSubstr("law clock"));
  EXPECT_THAT(run({"law", "-h"}).out, HasSubstr("clock"));
  EXPECT_THAT(run({"--version"}).out, HasSubstr("tocsin "));
}

TEST_F(CliTest, LanguageComesFromTheEnvironment) {
  ::setenv("LANG", "zh_CN.UTF-8", 1);
  EXPECT_THAT(run({"--help"}).out, HasSubstr("用法"));
  ::setenv("LC_ALL", "C", 1);
  EXPECT_THAT(run({"--help"}).out, HasSubstr("Usage"));
  EXPECT_THAT(run({"--help", "--lang=zh"}).out, HasSubstr("用法"));
  ::unsetenv("LC_ALL");
  ::unsetenv("LANG");
}

TEST_F(CliTest, ReportChoosesLanguageShapeAndCode) {
  const Error error{Code::kRefused, "not now", "现在不行", "verifier", "W17-24"};
  Args args;
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(report(args, error), kRefused);
  args.lang = Lang::kZh;
  report(args, error);
  args.json = true;
  report(args, error);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(),
            "error: verifier: not now [W17-24]\n错误：verifier：现在不行（依据 W17-24）\n"
            "{\"error\":{\"code\":\"refused\",\"message\":\"not now\",\"message_zh\":\"现在不行\","
            "\"field\":\"verifier\",\"rule\":\"W17-24\"}}\n");
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(report(args, {Code::kUnavailable, "x", {}, {}, {}}), kUnavailable);
  EXPECT_EQ(report(args, {Code::kInvalid, "x", {}, "--days", {}}), kUsage);
  ::testing::internal::GetCapturedStderr();
  ::testing::internal::CaptureStderr();
  args.json = false;
  args.lang = Lang::kZh;
  report(args, {Code::kNotFound, "there is no task 7", "没有任务 7", "id", {}});
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "错误：没有任务 7\n");
}

TEST(CliExit, TheSameReasonGivesTheSameCode) {
  EXPECT_EQ(exit_of(Code::kInvalid), 2);  // an option here, or HTTP 400 from the hub
  EXPECT_EQ(exit_of(Code::kTooLarge), 2);
  EXPECT_EQ(exit_of(Code::kNotFound), 3);
  for (const Code code :
       {Code::kUnauthenticated, Code::kForbidden, Code::kRefused, Code::kConflict}) {
    EXPECT_EQ(exit_of(code), 4) << name(code);
  }
  EXPECT_EQ(exit_of(Code::kUnavailable), 5);
  EXPECT_EQ(exit_of(Code::kOverloaded), 5);
  EXPECT_EQ(exit_of(Code::kCorrupt), 1);
  EXPECT_EQ(exit_of(Code::kInternal), 1);
}

TEST_F(CliTest, HelpListsExitCodesAndSaysWhatARequirementIs) {
  const std::string en = run({"help"}).out;
  for (const char* text : {"Exit codes", "4  refused", "5  the hub", "docs/coverage.md"}) {
    EXPECT_THAT(en, HasSubstr(text));
  }
  EXPECT_THAT(run({"help", "--lang", "zh"}).out, HasSubstr("退出码"));
  EXPECT_THAT(run({"law", "--help"}).out, Not(HasSubstr("Exit codes")));
}

TEST(CliText, WidthCountsCells) {
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("警钟"), 4U);
  EXPECT_EQ(display_width("，"), 2U);
  EXPECT_EQ(display_width("e\xcc\x81"), 1U);  // combining acute
  EXPECT_EQ(display_width("\xff"), 1U);
  EXPECT_EQ(display_width(""), 0U);
}

TEST(CliText, TablesAlignChineseAndLatin) {
  EXPECT_EQ(table({"名称", "n"}, {{"恶意域名", "1"}, {"url", "22"}, {"x"}}),
            "名称      n\n"
            "--------  --\n"
            "恶意域名  1\n"
            "url       22\n"
            "x\n");
  EXPECT_EQ(table({}, {}), "");
}

TEST(CliText, WrapsAtSpacesAndBetweenCharacters) {
  EXPECT_EQ(wrap("one two three", 8, 2), "one two\n  three");
  EXPECT_EQ(wrap("警钟长鸣，防患未然", 9, 0), "警钟长\n鸣，防患\n未然");
  EXPECT_EQ(wrap("a\nb", 8, 1), "a\n b");
  EXPECT_EQ(wrap("unbreakable-long-word", 5, 0), "unbreakable-long-word");
}

TEST(CliText, NearestForgivesSmallMistakes) {
  const std::vector<std::string> names{"law", "lists", "evidence", "hub"};
  EXPECT_EQ(nearest("lwa", names), "law");
  EXPECT_EQ(nearest("evidnce", names), "evidence");
  EXPECT_EQ(nearest("evi", names), "evidence");
  EXPECT_EQ(nearest("zzz", names), std::nullopt);
}

TEST_F(CliTest, CompletionKnowsTheWholeTable) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const Ran ran = run({"completion", shell});
    EXPECT_EQ(ran.code, kOk);
    for (const char* text : {"law clock", "--from", "--json"}) {
      if (std::string_view(shell) == "fish" && std::string_view(text).starts_with("--")) continue;
      EXPECT_THAT(ran.out, HasSubstr(text)) << shell;
    }
  }
  EXPECT_THAT(run({"completion", "fish"}).out, HasSubstr("-l from"));
}

TEST_F(CliTest, BashCompletesWithTheScript) {
  const std::string script = run({"completion", "bash"}).out;
  const auto complete = [&](const std::string& words, int index) {
    const std::string program = script + "\nCOMP_WORDS=(" + words +
                                "); COMP_CWORD=" + std::to_string(index) +
                                "; _tocsin; echo ${COMPREPLY[*]}";
    ::setenv("TOCSIN_TEST_PROGRAM", program.c_str(), 1);
    std::FILE* pipe = ::popen("bash -c \"$TOCSIN_TEST_PROGRAM\"", "r");
    std::string out(256, '\0');
    out.resize(std::fread(out.data(), 1, out.size(), pipe));
    ::pclose(pipe);
    return out;
  };
  EXPECT_EQ(complete("tocsin l", 1), "law\n");
  EXPECT_EQ(complete("tocsin law ''", 2), "clock show --json --lang --help --version\n");
  EXPECT_EQ(complete("tocsin law clock --f", 3), "--from\n");
}

}  // namespace
}  // namespace tocsin::cli
