// Sources run when due, and their health is told (W17-08: an empty or stale feed expires nothing).
#include "http/server.h"
#include "sources/sources_fixture.h"

namespace tocsin::sources {
namespace {

TEST_F(SourcesTest, AScheduledFileRunsAtOnceAndThenEveryHour) {
  write("list.txt", "a.example\nb.example\n");
  define("list", file("list.txt"));
  const auto first = after_runs("list");
  EXPECT_EQ(first.health, SourceHealth::kOk);
  EXPECT_EQ(first.last_format, "plain");
  EXPECT_EQ(first.last_good, clock_.now());
  EXPECT_EQ(first.next_run, clock_.now().plus(std::chrono::hours(1)));
  EXPECT_EQ(standing("list"), (Names{"a.example", "b.example"}));
  clock_.advance(std::chrono::minutes(59));
  EXPECT_FALSE(*runner_->run_one());
  clock_.advance(std::chrono::minutes(1));
  write("list.txt", "c.example\n");
  after_runs("list");
  EXPECT_EQ(standing("list").size(), 3U) << "not the whole list by its terms: it only adds";
}

TEST_F(SourcesTest, ACompleteListWithdrawsUnlessItIsNotWell_W17_08) {
  auto terms = file("list.txt");
  terms.complete = true;
  terms.tlp = model::Tlp::kGreen;
  terms.valid_hours = 240;
  write("list.txt", "a.example\nb.example\nc.example\n");
  define("list", terms);
  after_runs("list");
  write("list.txt", "a.example\nb.example\n");
  clock_.advance(std::chrono::hours(1));
  EXPECT_EQ(after_runs("list").health, SourceHealth::kOk);
  EXPECT_EQ(standing("list"), (Names{"a.example", "b.example"}));
  write("list.txt", "# none today\n");
  clock_.advance(std::chrono::hours(1));
  const auto empty = after_runs("list");
  EXPECT_EQ(empty.health, SourceHealth::kEmpty);
  EXPECT_FALSE(empty.problem.zh.empty());
  EXPECT_FALSE(empty.problem.en.empty());
  EXPECT_EQ(standing("list").size(), 2U);
  const auto record = store_->read([&](store::ReadTx& tx) {
    return tx.find_indicator({model::IndicatorKind::kDomain, "a.example"});
  });
  EXPECT_EQ((*record)->sightings.at(0).tlp, model::Tlp::kGreen);
  EXPECT_TRUE((*record)->sightings.at(0).valid_until);
}

TEST_F(SourcesTest, AChangedFormatIsNotReadUntilSomebodyMeansIt) {
  write("list", "a.example\n");
  define("list", file("list"));
  after_runs("list");
  write("list",
        R"({"type":"bundle","id":"bundle--6f6e2c8e-58d2-4f3a-9a51-6f3b1f7f2a10","objects":[]})");
  clock_.advance(std::chrono::hours(1));
  const auto changed = after_runs("list");
  EXPECT_EQ(changed.health, SourceHealth::kFormatChanged);
  EXPECT_NE(changed.problem.en.find("stix"), std::string::npos) << changed.problem.en;
  EXPECT_EQ(standing("list"), Names{"a.example"});
  ASSERT_TRUE(sources_->run_now(hand(), "list"));
  EXPECT_NE(after_runs("list").health, SourceHealth::kFormatChanged);
  EXPECT_EQ(source("list").last_format, "stix");
}

TEST_F(SourcesTest, AMissingSourceIsAskedEverMoreRarelyAndComesBack) {
  define("list", file("list.txt"));
  auto failing = after_runs("list");
  EXPECT_EQ(failing.health, SourceHealth::kFailing);
  const auto about = [&](std::chrono::minutes wait) {
    EXPECT_GE(failing.next_run, clock_.now().plus(std::chrono::microseconds(wait) * 3 / 4));
    EXPECT_LE(failing.next_run, clock_.now().plus(std::chrono::microseconds(wait) * 5 / 4));
  };
  about(std::chrono::minutes(1));
  clock_.advance(std::chrono::minutes(2));
  failing = after_runs("list");
  EXPECT_EQ(failing.failures, 2);
  about(std::chrono::minutes(2));
  for (int i = 0; i < 10; ++i) {
    clock_.advance(std::chrono::hours(2));
    failing = after_runs("list");
  }
  about(std::chrono::hours(1));  // its own pace at most
  write("list.txt", "a.example\n");
  clock_.advance(std::chrono::hours(2));
  const auto back = after_runs("list");
  EXPECT_EQ(back.health, SourceHealth::kOk);
  EXPECT_EQ(back.failures, 0);
  EXPECT_TRUE(back.problem.en.empty());
}

TEST_F(SourcesTest, EveryNewFileOfAFolderIsReadOnce) {
  auto terms = file("drop");
  terms.kind = SourceKind::kDirectory;
  write("drop/1.txt", "a.example\n");
  write("drop/2.txt", "b.example\n");
  define("mail", terms);
  after_runs("mail");
  EXPECT_EQ(standing("mail").size(), 2U);
  write("drop/3.txt", "c.example\n");
  clock_.advance(std::chrono::hours(1));
  after_runs("mail");
  EXPECT_EQ(standing("mail").size(), 3U);
  const auto runs = store_->read([&](store::ReadTx& tx) {
    return store::find<model::Import>(tx, "source", source("mail").id);
  });
  EXPECT_EQ(runs->size(), 3U) << "a file that was read is not read again";
}

TEST_F(SourcesTest, NothingOutsideTheFolderIsRead) {
  std::ofstream(folder_ / "secret.txt") << "secret.example\n";
  fs::create_symlink(folder_ / "secret.txt", folder_ / "in" / "link.txt");
  for (const std::string location : {"../secret.txt", "link.txt", "drop/../../secret.txt"}) {
    define("bad", file(location));
    const auto seen = after_runs("bad");
    EXPECT_EQ(seen.health, SourceHealth::kFailing) << location;
    EXPECT_TRUE(standing("bad").empty()) << location;
  }
  EXPECT_FALSE(path_below({}, "a"));
  EXPECT_FALSE(path_below(folder_ / "in", (folder_ / "in" / "list.txt").string()));
}

TEST_F(SourcesTest, ARetiredSourceTakesBackWhatItAloneSaid) {
  write("one.txt", "a.example\nb.example\n");
  write("two.txt", "b.example\n");
  define("one", file("one.txt"));
  define("two", file("two.txt"));
  after_runs("one");
  ASSERT_TRUE(sources_->retire(hand(), "one"));
  EXPECT_TRUE(standing("one").empty());
  EXPECT_EQ(standing("two"), Names{"b.example"});
  clock_.advance(std::chrono::hours(5));
  after_runs("two");
  EXPECT_TRUE(standing("one").empty()) << "it runs no more";
}

TEST_F(SourcesTest, OnlyAnAdministratorAndOnlySoundTerms_W17_10) {
  model::User finder;
  finder.roles = {model::Role::kFinder};
  const auto refused = sources_->define({finder, unit_, {}}, {"x", file("x"), ""});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kForbidden);
  EXPECT_EQ(refused.error().rule, "W17-10");
  const auto field = [&](auto change) {
    auto terms = file("x");
    change(terms);
    const auto result = sources_->define(hand(), {"x", terms, ""});
    EXPECT_FALSE(result);
    return result ? "" : result.error().field;
  };
  EXPECT_EQ(field([](auto& t) { t.location.clear(); }), "terms.location");
  EXPECT_EQ(field([](auto& t) { t.format = "xls"; }), "terms.format");
  EXPECT_EQ(field([](auto& t) { t.confidence = 101; }), "terms.confidence");
  EXPECT_EQ(field([](auto& t) { t.every_minutes = -1; }), "terms.every_minutes");
  EXPECT_EQ(field([](auto& t) { t.kind = SourceKind::kUrl; }), "terms.location");
  EXPECT_EQ(field([](auto& t) {
              t.kind = SourceKind::kDirectory;
              t.complete = true;
            }),
            "terms.complete");
  EXPECT_EQ(field([](auto& t) { t.csv = "colour:#1"; }), "csv");
}

/// A list behind http, which counts how often it was really sent.
class UrlSources : public SourcesTest {
 protected:
  void serve(std::string content) {
    content_ = std::move(content);
    if (server_) return;
    http::ServerOptions options;
    auto started = http::Server::start(options, [this](http::Request& request) {
      http::Response answer;
      answer.headers.emplace_back("ETag", "\"" + std::to_string(content_.size()) + "\"");
      if (request.header("authorization") != "Bearer feed-key") {
        answer.status = 401;
      } else if (request.header("if-none-match") == answer.headers.back().second) {
        answer.status = 304;
      } else {
        ++sent_;
        answer = http::Response::text(content_);
        answer.headers.emplace_back("ETag", "\"" + std::to_string(content_.size()) + "\"");
      }
      return answer;
    });
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
  }
  model::SourceTerms terms() const {
    model::SourceTerms out;
    out.kind = SourceKind::kUrl;
    out.location = "http://127.0.0.1:" + std::to_string(server_->port()) + "/feeds/list.txt?key=1";
    out.every_minutes = 10;
    out.private_addresses = true;
    out.access.kind = AccessKind::kBearer;
    return out;
  }
  std::string content_;
  int sent_ = 0;
  std::unique_ptr<http::Server> server_;
};

TEST_F(UrlSources, AnUnchangedListIsNotSentAgain) {
  serve("a.example\n");
  ASSERT_TRUE(sources_->define(hand(), {"feed", terms(), "feed-key"}));
  EXPECT_EQ(after_runs("feed").health, SourceHealth::kOk);
  clock_.advance(std::chrono::minutes(10));
  EXPECT_EQ(after_runs("feed").health, SourceHealth::kOk);
  EXPECT_EQ(sent_, 1);
  serve("a.example\nb.example\n");
  clock_.advance(std::chrono::minutes(10));
  after_runs("feed");
  EXPECT_EQ(sent_, 2);
  EXPECT_EQ(standing("feed"), (Names{"a.example", "b.example"}));
}

TEST_F(UrlSources, ARefusalIsTold) {
  serve("a.example\n");
  ASSERT_TRUE(sources_->define(hand(), {"feed", terms(), "wrong"}));
  const auto failing = after_runs("feed");
  EXPECT_EQ(failing.health, SourceHealth::kFailing);
  EXPECT_NE(failing.problem.en.find("401"), std::string::npos) << failing.problem.en;
  server_.reset();
  clock_.advance(std::chrono::hours(1));
  EXPECT_EQ(after_runs("feed").health, SourceHealth::kFailing);
}

TEST_F(UrlSources, APreviewStoresNothing) {
  serve("a.example\nnot a name at all\n");
  auto made = sources_->define(hand(), {"feed", terms(), "feed-key"});
  ASSERT_TRUE(made);
  const auto seen = Runner::preview(*made, options_.fetch, 10);
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_EQ(seen->items.size(), 1U);
  EXPECT_EQ(seen->refusals.size(), 1U);
  EXPECT_EQ(*store_->read([](store::ReadTx& tx) { return tx.count_indicators(); }), 0);
}

}  // namespace
}  // namespace tocsin::sources
