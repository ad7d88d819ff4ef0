// What was dealt with and is seen again: once a case and day, with its article (W17-08).
#include "graph/relapse.h"

#include <gmock/gmock.h>

#include "graph/graph_fixture.h"
#include "graph/repeats.h"
#include "intake/importer.h"

namespace tocsin::graph {
namespace {

using model::Relapse;
using model::RelapseOccasion;
using model::RelapseState;
using model::ThreatState;

class RelapseTest : public GraphTest {
 protected:
  void sight(const std::string& value, const std::string& source = "feed-a") {
    intake::ImportRequest request;
    request.source = source;
    request.format = intake::Format::kPlain;
    request.by = as("finder").act(clock_.now());
    auto importer = must(intake::Importer::start(*store_, clock_, *ids_, request));
    must_status(importer->feed(value + "\n"));
    must(importer->finish());
  }
  static void must_status(const Status& done) { ASSERT_TRUE(done) << done.error().message; }
  void watch() {
    while (must(watch_->run_once()) > 0) {
    }
  }
  void start() {
    watch_ = std::make_unique<RelapseWatch>(
        *store_, clock_, [] { return journal::Basis{"miit-202", "1", "6", "W17-08"}; },
        std::chrono::milliseconds(0));
    watch();
  }
  std::vector<Relapse> relapses() {
    return must(store_->read([](store::ReadTx& tx) { return store::scan<Relapse>(tx); }));
  }
  std::int64_t entries(const std::string& threat, std::string_view action) {
    const auto all =
        must(store_->read([&](store::ReadTx& tx) { return tx.journal_of_threat(threat); }));
    return std::count_if(all.begin(), all.end(), [&](const auto& e) { return e.action == action; });
  }
  void later(std::chrono::hours time) { clock_.advance(time); }

  std::unique_ptr<RelapseWatch> watch_;
};

TEST_F(RelapseTest, AClosedCaseThatIsSightedAgainIsToldOnceADay_W17_08) {
  sight("evil.example");
  const auto task = verified();
  ASSERT_EQ(load<model::Threat>(task.threat).state, ThreatState::kClosed);
  start();
  EXPECT_TRUE(relapses().empty()) << "seen before the end";
  later(std::chrono::hours(2));
  sight("evil.example", "feed-b");
  sight("other.example");
  watch();
  ASSERT_EQ(relapses().size(), 1U);
  const Relapse first = relapses()[0];
  EXPECT_EQ(first.occasion, RelapseOccasion::kClosed);
  EXPECT_EQ(first.indicator.value, "evil.example");
  EXPECT_EQ(first.sources, std::vector<std::string>{"feed-b"}) << "only who saw it again";
  EXPECT_EQ(first.day, "2026-03-05");
  EXPECT_EQ(first.basis.article, "6");
  EXPECT_EQ(first.basis.requirement, "W17-08");
  sight("evil.example", "feed-c");
  watch();
  EXPECT_EQ(relapses().size(), 1U) << "the same day";
  later(std::chrono::hours(24));
  sight("evil.example", "feed-b");
  watch();
  EXPECT_EQ(relapses().size(), 2U);
  EXPECT_EQ(entries(task.threat, "relapse.sighted"), 2);
  start();
  EXPECT_EQ(relapses().size(), 2U) << "another start finds nothing new";
}

TEST_F(RelapseTest, AReopenedCaseHasTakenItsRelapsesUp) {
  const auto task = verified();
  start();
  later(std::chrono::hours(1));
  sight("evil.example");
  watch();
  ASSERT_EQ(relapses().size(), 1U);
  submitted(finding(), "other-finder");
  ASSERT_EQ(load<model::Threat>(task.threat).state, ThreatState::kReopened);
  watch();
  EXPECT_EQ(relapses()[0].state, RelapseState::kReopened);
  EXPECT_EQ(entries(task.threat, "relapse.reopened"), 1);
  later(std::chrono::hours(24));
  sight("evil.example");
  watch();
  EXPECT_EQ(relapses().size(), 1U) << "an open case has no relapse";
}

TEST_F(RelapseTest, ALiftedMeasureAndAVerifiedBlockAreWatchedToo) {
  const auto task = verified(verdict({proposal(), proposal(model::Measure::kBlock, "op-b")}));
  ASSERT_EQ(load<model::Threat>(task.threat).state, ThreatState::kApproved) << "op-b still has to";
  start();
  later(std::chrono::hours(1));
  sight("evil.example");
  watch();
  ASSERT_EQ(relapses().size(), 1U);
  EXPECT_EQ(relapses()[0].occasion, RelapseOccasion::kVerified);

  const auto appeal = checking(task);
  must(desk_->rule_appeal(as("ministry-c"), appeal.id, {"upheld", "nothing bad there", {}}));
  must(desk_->feed_back(as("abuse-a"), task.id, done()));
  ASSERT_EQ(load<model::Task>(task.id).state, model::TaskState::kLifted);
  watch();
  later(std::chrono::hours(24));
  sight("evil.example");
  watch();
  ASSERT_EQ(relapses().size(), 2U);
  EXPECT_EQ(relapses()[1].occasion, RelapseOccasion::kLifted);
}

TEST_F(RelapseTest, OnlyWhoJudgesDismissesAndOnlyOnce) {
  verified();
  start();
  later(std::chrono::hours(1));
  sight("evil.example");
  watch();
  const std::string id = relapses().at(0).id;
  const auto dismiss = [&](const std::string& login, const std::string& reason) {
    const auto by = as(login);
    return settle_relapse(*store_, by.user, by.organization, by.act(clock_.now(), reason), id,
                          RelapseState::kDismissed, {"miit-202", "1", "6", "W17-08"});
  };
  desk::expect_refused(dismiss("finder", "stale feed"), Code::kForbidden, "W17-08");
  desk::expect_refused(dismiss("analyst-b", ""), Code::kInvalid, "W17-08");
  EXPECT_EQ(must(dismiss("analyst-b", "stale feed")).state, RelapseState::kDismissed);
  desk::expect_refused(dismiss("analyst-b", "again"), Code::kConflict, "W17-08");
}

TEST_F(RelapseTest, ACompleteListTakesItsRelationsBack) {
  const auto bring = [&](const std::string& text) {
    intake::ImportRequest request;
    request.source = "events";
    request.format = intake::Format::kN6;
    request.complete = true;
    request.by = as("finder").act(clock_.now());
    auto importer = must(intake::Importer::start(*store_, clock_, *ids_, request));
    must_status(importer->feed(text));
    return must(importer->finish());
  };
  const auto event = [](const char* domain, const char* address) {
    return std::string(R"({"category":"phish","fqdn":")") + domain + R"(","address":[{"ip":")" +
           address + "\"}]}\n";
  };
  const auto first = bring(event("a.example", "192.0.2.1") + event("b.example", "192.0.2.1"));
  EXPECT_EQ(first.relations, 2);
  EXPECT_EQ(walked("192.0.2.1").places.size(), 3U);
  const auto second = bring(event("a.example", "192.0.2.1") + event("c.example", "192.0.2.2"));
  EXPECT_EQ(second.relations, 1);
  EXPECT_THAT(values(walked("192.0.2.1")), testing::ElementsAre("192.0.2.1", "a.example"));
  EXPECT_EQ(walked("192.0.2.1").places[0].degree, 1);
  const auto entries = must(store_->read([](store::ReadTx& tx) { return tx.journal(0, 1000); }));
  std::int64_t withdrawn = 0;
  for (const auto& e : entries) {
    if (e.action == "sightings.withdrawn") withdrawn += e.data["relations_withdrawn"].as_int();
  }
  EXPECT_EQ(withdrawn, 1);
}

TEST_F(RelapseTest, AHostBehindManyCasesIsListed_A13_08) {
  add({claim("a.example", "resolves-to", "192.0.2.1"),
       claim("b.example", "resolves-to", "192.0.2.1"),
       claim("c.example", "resolves-to", "192.0.2.1"),
       claim("c.example", "resolves-to", "192.0.2.2"),
       claim("a.example", "registered-through", "company:Easy Names"),
       claim("b.example", "registered-through", "company:Easy Names")});
  for (const char* value : {"http://a.example/x", "b.example", "c.example"}) {
    submitted(finding({value}));
  }
  const auto found = with_reader(
      [&](Reader& reader) {
        return store_->read([&](store::ReadTx& tx) {
          return repeats(
              tx, reader, clock_, [](const auto&) -> Result<bool> { return true; }, 2,
              std::chrono::seconds(5));
        });
      },
      host_kinds());
  EXPECT_EQ(found.looked_at, 3);
  EXPECT_FALSE(found.cut);
  ASSERT_EQ(found.items.size(), 2U);
  EXPECT_EQ(found.items[0].node.value, "192.0.2.1");
  EXPECT_EQ(found.items[0].count, 3);
  EXPECT_EQ(found.items[1].node.value, "Easy Names");
  EXPECT_EQ(found.items[1].count, 2);
}

}  // namespace
}  // namespace tocsin::graph
