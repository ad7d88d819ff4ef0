// Whole visits to the site, with the real desk behind it and no network: reports (W17-01, W17-05,
// W17-07), appeals (W17-26, W17-27), what is published (W17-08, A13-12).
#include <regex>

#include <gmock/gmock.h>

#include "desk/desk_fixture.h"
#include "http/url.h"
#include "lists/publisher.h"
#include "public_site/page.h"
#include "store/case_readers.h"

namespace tocsin::public_site {
namespace {

using desk::must;
using model::Appeal;
using model::Notice;
using model::Task;
using model::Threat;
using model::ThreatState;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

class Bytes final : public http::Body {
 public:
  explicit Bytes(std::string bytes) : bytes_(std::move(bytes)) {}
  Result<std::string> read_some() override { return std::exchange(bytes_, {}); }

 private:
  std::string bytes_;
};

using Fields = std::vector<std::pair<std::string, std::string>>;

class SiteTest : public desk::DeskTest {
 protected:
  void SetUp() override {
    DeskTest::SetUp();
    const Status added =
        add_public_site(router_, {*store_, *desk_, desk::embedded_law(), clock_, *ids_, "secret",
                                  [](desk::SubmitRequest&) -> Status { return {}; },
                                  [this](std::string_view) { return may_look_; },
                                  [this](std::string_view) { return may_send_; }});
    ASSERT_TRUE(added) << added.error().field << ": " << added.error().message;
  }

  http::Response ask(http::Request request, std::string body = {}) {
    Bytes bytes(std::move(body));
    request.body = &bytes;
    request.remote = "192.0.2.1:1000";
    request.request_id = "req_test";
    return router_.handle(request);
  }

  std::string get(const std::string& path, http::Query query = {}, int status = 200) {
    http::Request request;
    request.path = path;
    request.query = std::move(query);
    const auto response = ask(std::move(request));
    EXPECT_EQ(response.status, status) << path;
    return response.body;
  }

  http::Response post(const std::string& path, const Fields& fields, const Fields& headers = {}) {
    http::Request request;
    request.method = http::Method::kPost;
    request.path = path;
    request.headers = headers;
    request.headers.emplace_back("content-type", "application/x-www-form-urlencoded");
    std::string body;
    for (const auto& [key, value] : fields) {
      body +=
          (body.empty() ? "" : "&") + http::percent_encode(key) + "=" + http::percent_encode(value);
    }
    return ask(std::move(request), std::move(body));
  }

  /// The form's token, old enough to be sent.
  std::string token(const std::string& path) {
    const std::string value = cut(get(path), "name=\"token\" value=\"([^\"]+)\"");
    clock_.advance(std::chrono::seconds(5));
    return value;
  }

  static std::string cut(const std::string& page, const std::string& expression, int n = 0) {
    const std::regex what(expression);
    std::sregex_iterator it(page.begin(), page.end(), what);
    for (; n > 0 && it != std::sregex_iterator(); --n) ++it;
    if (it == std::sregex_iterator()) {
      ADD_FAILURE() << expression << " is not in\n" << page;
      return {};
    }
    return (*it)[1].str();
  }

  struct Receipt {
    std::string number;
    std::string code;
  };
  static Receipt receipt(const std::string& page) {
    const std::string value = "<span class=\"code\">([^<]+)</span>";
    return {cut(page, value), cut(page, value, 1)};
  }

  Fields report_of(const std::string& indicator, const std::string& lang = "") {
    return {{"token", token(lang + "/report")},
            {"class", "phishing-site"},
            {"indicators", indicator},
            {"what", "It asked for my bank password."}};
  }

  Receipt reported(const std::string& indicator) {
    const auto response = post("/report", report_of(indicator));
    EXPECT_EQ(response.status, 200) << response.body;
    return receipt(response.body);
  }

  std::string follow(const Receipt& r, const std::string& lang = "/en") {
    const auto response = post(lang + "/follow", {{"number", r.number}, {"code", r.code}});
    EXPECT_EQ(response.status, 200) << response.body;
    return response.body;
  }

  Threat case_of(const std::string& number) {
    return must(store_->read([&](store::ReadTx& tx) -> Result<Threat> {
      TRY(const auto found, store::find_one<Threat>(tx, "number", number));
      if (!found) return fail(Code::kNotFound, number);
      return *found;
    }));
  }

  void publish() {
    lists::Publisher publisher(*store_, clock_, *ids_);
    while (must(publisher.run_once()) > 0) {
    }
  }

  /// A public case, blocked by op-a.
  Task blocked(const std::string& indicator) {
    auto r = finding({indicator});
    r.tlp = model::Tlp::kClear;
    const Task task = notified(verdict(), r);
    publish();
    return task;
  }

  http::Router router_;
  bool may_look_ = true;
  bool may_send_ = true;
};

TEST_F(SiteTest, EveryPageInBothLanguagesWithoutScripts) {
  const Task task = blocked("evil.example");
  const std::string number = load<Threat>(task.threat).number;
  for (const std::string& path :
       {std::string("/"), std::string("/check"), std::string("/report"), std::string("/appeal"),
        std::string("/follow"), std::string("/lists"), std::string("/bulletins"),
        "/bulletins/" + number, std::string("/law"), std::string("/about")}) {
    for (const std::string& lang : {std::string(), std::string("/en")}) {
      http::Request request;
      request.path = lang + path;
      const auto response = ask(request);
      EXPECT_EQ(response.status, 200) << request.path;
      EXPECT_THAT(response.body,
                  HasSubstr(lang.empty() ? "<html lang=\"zh-CN\">" : "<html lang=\"en\">"));
      EXPECT_THAT(response.body, Not(HasSubstr("<script")));
      EXPECT_THAT(response.body, Not(HasSubstr("style=")));
      EXPECT_THAT(response.body, Not(HasSubstr("{{")));
      EXPECT_TRUE(response.has_header("Content-Security-Policy"));
      EXPECT_THAT(response.body,
                  HasSubstr("href=\"" + (lang.empty() ? "/en" + path : path) + "\""));
    }
  }
}

TEST_F(SiteTest, WhoBrowsesAstrayReadsAPage) {
  const auto at = [&](const std::string& path, const std::string& accept) {
    http::Request request;
    request.path = path;
    request.headers = {{"accept", accept}};
    return ask(std::move(request));
  };
  const std::string browser = "text/html,application/xhtml+xml,*/*;q=0.8";
  const auto lost = at("/nothing/here", browser);
  EXPECT_EQ(lost.status, 404);
  EXPECT_THAT(lost.body, HasSubstr("没有这个页面"));
  EXPECT_THAT(at("/en/nothing", browser).body, HasSubstr("There is no such page"));
  EXPECT_THAT(at("/nothing", "application/json").body, HasSubstr("urn:tocsin:problem"));
  for (const auto& [path, to] : {std::pair{"/zh/", "/"}, std::pair{"/zh/report", "/report"},
                                 std::pair{"/zh//evil.example", "/evil.example"}}) {
    const auto moved = at(path, browser);
    EXPECT_EQ(moved.status, 308);
    EXPECT_THAT(moved.headers, Contains(Pair("Location", to)));
  }
}

TEST_F(SiteTest, AFileIsSentOnce) {
  http::Request request;
  request.path = "/site.css";
  const auto first = ask(request);
  ASSERT_EQ(first.status, 200);
  for (const auto& [key, value] : first.headers) {
    if (key == "ETag") request.headers.emplace_back("if-none-match", value);
  }
  const auto again = ask(request);
  EXPECT_EQ(again.status, 304);
  EXPECT_TRUE(again.body.empty());
}

TEST_F(SiteTest, OnlyWhatIsPublishedIsAnswered_W17_08) {
  blocked("evil.example");
  notified(desk::DeskTest::verdict(), finding({"amber.example"}));  // not for the public
  publish();
  const auto look = [&](const std::string& value) {
    return post("/en/check", {{"value", value}}).body;
  };
  const std::string hit = look("WWW.EVIL[.]example");
  EXPECT_THAT(hit, HasSubstr("Published: lawfully blocked"));
  EXPECT_THAT(hit, HasSubstr("article 8(1)"));
  EXPECT_THAT(hit, HasSubstr("2026-03-05"));
  EXPECT_THAT(hit, Not(HasSubstr("href=\"http")));
  for (const char* value : {"amber.example", "example.com", "evil.example.com"}) {
    EXPECT_THAT(look(value), HasSubstr("That proves nothing")) << value;
  }
  EXPECT_EQ(post("/check", {{"value", "钓鱼"}}).status, 422);
  may_look_ = false;
  EXPECT_EQ(post("/check", {{"value", "evil.example"}}).status, 429);
}

TEST_F(SiteTest, AReportIsFollowedToTheBlock_W17_07) {
  const Receipt mine = reported("hxxp://Evil[.]example/login");
  EXPECT_THAT(follow(mine), HasSubstr("Received"));
  const Threat filed = case_of(mine.number);
  EXPECT_EQ(filed.state, ThreatState::kSubmitted);
  EXPECT_EQ(filed.certainty, model::Certainty::kPossible);
  EXPECT_EQ(filed.subtype, "phishing-site");

  const Receipt other = reported("http://evil.example/login");
  EXPECT_THAT(follow(other), HasSubstr("Merged with what others reported"));

  must(desk_->delegate(as("ministry-a"), filed.id, {"cert", "please"}));
  EXPECT_THAT(follow(mine), HasSubstr("Being examined"));
  must(desk_->determine(as("analyst-a"), filed.id, verdict()));
  EXPECT_THAT(follow(other, ""), HasSubstr("已认定，等待审查决定"));
  const Threat decided = must(desk_->review(as("ministry-a"), filed.id, {true, "sound", true}));
  EXPECT_THAT(follow(mine), HasSubstr("Confirmed; being dealt with"));
  const std::string task = decided.tasks.at(0);
  must(desk_->feed_back(as("abuse-a"), task, done()));
  must(desk_->verify(as("analyst-b"), task, probe()));
  for (const auto& one : {mine, other}) {
    EXPECT_THAT(follow(one), HasSubstr("Confirmed and blocked"));
    EXPECT_THAT(follow(one), Not(HasSubstr("op-a")));
  }
}

TEST_F(SiteTest, AnUnconfirmedReportSaysWhyToItsOwnSenderAlone) {
  const Receipt mine = reported("http://shop.example/");
  const Receipt other = reported("http://shop.example/");
  const Threat filed = case_of(mine.number);
  must(desk_->delegate(as("ministry-a"), filed.id, {"cert", "please"}));
  desk::DetermineRequest no;
  no.confirmed = false;
  no.reason = "an honest shop";
  must(desk_->determine(as("analyst-a"), filed.id, no));
  EXPECT_THAT(follow(mine), HasSubstr("an honest shop"));
  EXPECT_THAT(follow(other), HasSubstr("Not confirmed"));
  EXPECT_THAT(follow(other), Not(HasSubstr("an honest shop")));
}

TEST_F(SiteTest, NobodyFollowsWithoutTheCode) {
  const Receipt mine = reported("http://evil.example/");
  const Receipt other = reported("http://other.example/");
  for (const Fields& fields :
       {Fields{{"number", mine.number}, {"code", other.code}}, Fields{{"number", mine.number}},
        Fields{{"number", "T-2026-999999"}, {"code", mine.code}}, Fields{}}) {
    const auto response = post("/en/follow", fields);
    EXPECT_EQ(response.status, 422);
    EXPECT_THAT(response.body, HasSubstr("The number or the code is not right"));
  }
}

TEST_F(SiteTest, AReportOfWhatIsPublishedHidesNothing) {
  blocked("evil.example");
  reported("http://evil.example/");
  Fields again = report_of("evil.example");
  EXPECT_EQ(post("/report", again).status, 200);
  EXPECT_THAT(post("/en/check", {{"value", "evil.example"}}).body,
              HasSubstr("Published: lawfully blocked"));
}

TEST_F(SiteTest, OneFormIsOneReport) {
  const Fields form = report_of("http://evil.example/");
  const Receipt first = receipt(post("/report", form).body);
  EXPECT_EQ(receipt(post("/report", form).body).number, first.number);
  Fields edited = form;
  edited[3].second = "And it has my card number.";
  EXPECT_NE(receipt(post("/report", edited).body).number, first.number);
}

TEST_F(SiteTest, FormsThatNoPersonSentAreRefused) {
  const auto before = length();
  const auto refused = [&](const Fields& fields, const Fields& headers = {}) {
    const auto response = post("/en/report", fields, headers);
    EXPECT_EQ(response.status, 422);
    EXPECT_EQ(length(), before);
    return response.body;
  };
  const Fields good = report_of("http://evil.example/", "/en");
  EXPECT_THAT(refused(good, {{"sec-fetch-site", "cross-site"}}),
              HasSubstr("not opened on this site"));
  Fields trapped = good;
  trapped.emplace_back("website", "x");
  EXPECT_THAT(refused(trapped), HasSubstr("must stay empty"));
  Fields foreign = good;
  foreign[0].second = "1.2.3";
  EXPECT_THAT(refused(foreign), HasSubstr("not opened on this site"));
  Fields quick = good;
  quick[0].second = cut(get("/report"), "name=\"token\" value=\"([^\"]+)\"");
  const std::string again = refused(quick);
  EXPECT_THAT(again, HasSubstr("press send once more"));
  EXPECT_THAT(again, HasSubstr("my bank password.")) << "what was written is kept";
  const std::string aged = cut(again, "name=\"token\" value=\"([^\"]+)\"");
  EXPECT_NE(aged, quick[0].second);
  quick[0].second = aged;
  EXPECT_EQ(post("/en/report", quick).status, 200) << "at once";
  may_send_ = false;
  EXPECT_EQ(post("/en/report", good).status, 429);
}

TEST_F(SiteTest, WhatIsWrongIsSaidBesideItsField) {
  Fields form = report_of("");
  form[2].second = "not an indicator at all";
  form[3].second = "";
  const auto response = post("/en/report", form);
  EXPECT_EQ(response.status, 422);
  EXPECT_THAT(response.body, HasSubstr("<a href=\"#indicators\">This line is not understood"));
  EXPECT_THAT(response.body, HasSubstr("id=\"what-error\""));
  EXPECT_THAT(response.body, HasSubstr("aria-invalid=\"true\""));
  EXPECT_THAT(response.body, HasSubstr("value=\"phishing-site\" checked"));
}

TEST_F(SiteTest, HostileTextStaysText) {
  const std::string attack = "\"'><script>alert(1)</script>";
  for (const char* path : {"/report", "/appeal", "/follow", "/check"}) {
    Fields fields;
    if (get(path).find("name=\"token\"") != std::string::npos)
      fields.emplace_back("token", token(path));
    for (const char* field :
         {"class", "indicators", "what", "contact", "target", "knew", "name", "identity",
          "interest", "grounds", "new_facts", "number", "code", "value", "kind", "as"}) {
      fields.emplace_back(field, attack);
    }
    const auto response = post(path, fields);
    EXPECT_EQ(response.status, 422) << path;
    EXPECT_THAT(response.body, Not(HasSubstr("<script"))) << path;
  }
  EXPECT_THAT(get("/lists", {{"begins", attack}, {"after", attack}}), Not(HasSubstr("<script")));
  EXPECT_THAT(get("/bulletins/x", {}, 404), Not(HasSubstr("<script")));
}

TEST_F(SiteTest, ContactAndFilesAreEvidenceAndTheContactIsForTheAuthority) {
  const std::string token_value = token("/report");
  const auto part = [](const std::string& disposition, const std::string& content) {
    return "--b\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + content + "\r\n";
  };
  http::Request request;
  request.method = http::Method::kPost;
  request.path = "/report";
  request.headers.emplace_back("content-type", "multipart/form-data; boundary=b");
  const auto response =
      ask(request, part("name=\"token\"", token_value) + part("name=\"class\"", "fraud-call") +
                       part("name=\"indicators\"", "13800138000") + part("name=\"what\"", "rang") +
                       part("name=\"contact\"", "gao@owner.example") +
                       part("name=\"files\"; filename=\"../a<b>.html\"", "\xff\xd8\xff photo") +
                       "--b--\r\n");
  ASSERT_EQ(response.status, 200) << response.body;
  const Threat t = case_of(receipt(response.body).number);
  EXPECT_EQ(t.indicators.at(0).key(), "phone:+8613800138000");
  ASSERT_EQ(t.evidence.size(), 2U);
  const auto photo = load<model::Evidence>(t.evidence[0]);
  EXPECT_EQ(photo.title, "a<b>.html");
  EXPECT_EQ(photo.media_type, "image/jpeg");
  const auto contact = load<model::Evidence>(t.evidence[1]);
  EXPECT_EQ(contact.kind, model::kConfidential);
  EXPECT_EQ(contact.content, "gao@owner.example");
}

TEST_F(SiteTest, AnAppealIsFollowedToTheLift_W17_26_W17_27) {
  const Task task = blocked("shop.example");
  Fields form = {{"target", "WWW.shop[.]example"},
                 {"as", "person"},
                 {"name", "Gao"},
                 {"identity", "ID-5101-SECRET"},
                 {"contact", "gao@owner.example"},
                 {"interest", "the shop is mine"},
                 {"grounds", "it was repaired"}};
  EXPECT_THAT(get("/en/appeal"), HasSubstr("the last day is <strong>2026-03-19</strong>"));
  form.emplace_back("token", token("/en/appeal"));
  const auto filed = post("/en/appeal", form);
  ASSERT_EQ(filed.status, 200) << filed.body;
  const Receipt mine = receipt(filed.body);
  EXPECT_THAT(filed.body, HasSubstr("2026-04-17"));  // thirty working days, over Qingming
  EXPECT_EQ(receipt(post("/en/appeal", form).body).number, mine.number);
  EXPECT_THAT(follow(mine), HasSubstr("waits to be admitted"));

  const Appeal a = must(store_->read([&](store::ReadTx& tx) -> Result<Appeal> {
    TRY(const auto found, store::find_one<Appeal>(tx, "number", mine.number));
    return found.value();
  }));
  EXPECT_EQ(a.task, task.id);
  must(desk_->admit_appeal(as("ministry-c"), a.id, {true, "in time"}));
  must(desk_->check_appeal(as("ministry-c"), a.id, {"another person"}));
  EXPECT_THAT(follow(mine), HasSubstr("Being checked"));
  must(desk_->rule_appeal(as("ministry-c"), a.id, {"upheld", "found clean", {}}));
  const std::string upheld = follow(mine);
  EXPECT_THAT(upheld, HasSubstr("Upheld: the measure is lifted"));
  EXPECT_THAT(upheld, HasSubstr("found clean"));
  EXPECT_THAT(upheld, HasSubstr("shop[.]example"));
  publish();
  EXPECT_THAT(post("/en/check", {{"value", "shop.example"}}).body,
              HasSubstr("Was dealt with, and has been lifted"));
}

TEST_F(SiteTest, AnAppealFindsItsMeasureByNoticeAndTask) {
  const Task task = blocked("shop.example");
  const auto notice = load<Notice>(task.notices.at(0)).number;
  int person = 0;
  for (const std::string& target : {to_lower(notice), task.number}) {
    const auto filed = post("/appeal", {{"token", token("/appeal")},
                                        {"target", target},
                                        {"name", "Gao"},
                                        {"identity", "ID-" + std::to_string(++person)},
                                        {"contact", "gao@owner.example"},
                                        {"interest", "所有者"},
                                        {"grounds", "已整改"}});
    EXPECT_EQ(filed.status, 200) << filed.body;
  }
  const auto nothing = post("/en/appeal", {{"token", token("/en/appeal")},
                                           {"target", "other.example"},
                                           {"name", "Gao"},
                                           {"identity", "ID-9"},
                                           {"contact", "gao@owner.example"},
                                           {"interest", "mine"},
                                           {"grounds", "why"}});
  EXPECT_EQ(nothing.status, 422);
  EXPECT_THAT(nothing.body, HasSubstr("There is no measure"));
}

TEST_F(SiteTest, TheListIsReadPageByPage_A13_12) {
  auto r = finding({});
  for (int i = 0; i < 120; ++i)
    r.indicators.push_back("evil" + std::to_string(1000 + i) + ".example");
  r.tlp = model::Tlp::kClear;
  notified(verdict(), r);
  notified(verdict(), finding({"amber.example"}));
  publish();
  std::set<std::string> seen;
  http::Query query;
  for (int pages = 0; pages < 5; ++pages) {
    const std::string page = get("/en/lists", query);
    const std::regex value("<td><bdi class=\"code\">([^<]+)</bdi>");
    for (std::sregex_iterator it(page.begin(), page.end(), value), end; it != end; ++it) {
      EXPECT_TRUE(seen.insert((*it)[1].str()).second);
    }
    std::smatch next;
    if (!std::regex_search(page, next, std::regex("after=([^\"]+)\""))) break;
    query = {{"after", http::percent_decode(next[1].str()).value()}};
  }
  EXPECT_EQ(seen.size(), 120U);
  const std::string some = get("/lists", {{"begins", "EVIL100"}});
  EXPECT_THAT(some, HasSubstr("evil1009[.]example"));
  EXPECT_THAT(some, Not(HasSubstr("evil1010")));
  EXPECT_THAT(get("/lists", {{"begins", "amber"}}), HasSubstr("没有符合条件的条目"));
}

TEST_F(SiteTest, WhatTheSiteSendsIsNotForOthersOfThePublic) {
  const Receipt mine = reported("http://evil.example/");
  const Threat t = case_of(mine.number);
  const auto citizen = as("citizen");
  const bool allowed = must(store_->read([&](store::ReadTx& tx) {
    return store::may_read(tx, {citizen.user, citizen.organization}, t);
  }));
  EXPECT_FALSE(allowed);
}

}  // namespace
}  // namespace tocsin::public_site
