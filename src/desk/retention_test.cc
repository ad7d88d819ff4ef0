// T20 and the clocks that run out by themselves (T05-21, M11-35, W17-22, W17-27).
#include <filesystem>
#include <unistd.h>

#include "base/file.h"
#include "desk/clocks.h"
#include "desk/desk_fixture.h"

namespace tocsin::desk {
namespace {

class Retention : public DeskTest {
 protected:
  model::Threat closed_case() {
    SubmitRequest r = finding();
    r.description = "who was hit";
    r.reason = "who told us";
    const Task n = notified(verdict(), r);
    must(desk_->feed_back(as("abuse-a"), n.id, done()));
    must(desk_->verify(as("analyst-b"), n.id, probe()));
    return load<model::Threat>(n.threat);
  }
};

TEST_F(Retention, ACaseIsPurgedOnlyAfterTheLongestFloor_T05_21) {
  const auto t = closed_case();
  ASSERT_EQ(t.state, model::ThreatState::kClosed);
  expect_refused(desk_->archive(as("ministry-a"), t.id), Code::kForbidden, "W17-08");
  const auto archived = must(desk_->archive(as("operations"), t.id));
  const auto& floor = archived.clocks.back();
  EXPECT_EQ(floor.clock, "retention");
  // Six months of the Cybersecurity Law are longer than the sixty days of Order 82.
  EXPECT_GT(floor.due - clock_.now(), std::chrono::hours(24 * 178));
  expect_refused(desk_->purge(as("operations"), t.id, {"too early"}), Code::kRefused, "T05-21");
  clock_.advance(std::chrono::hours(24 * 190));
  const auto purged = must(desk_->purge(as("operations"), t.id, {"retention is over"}));
  EXPECT_EQ(purged.state, model::ThreatState::kPurged);
  EXPECT_TRUE(purged.description.empty() && purged.finder.reason.empty());
  EXPECT_EQ(purged.finder.person, as("finder").user.id) << "the frame stays";
  must(store_->read([&](store::ReadTx& tx) -> Result<int> {
    TRY(const auto pieces, store::find<model::Evidence>(tx, "threat", t.id));
    EXPECT_FALSE(pieces.empty());
    for (const auto& piece : pieces) {
      EXPECT_TRUE(piece.content.empty());
      EXPECT_EQ(piece.digest.size(), 64U);
    }
    return 0;
  }));
}

TEST_F(Retention, AnOpenAppealKeepsTheCase_W17_27) {
  const auto task = verified();
  AppealRequest request;
  request.task = task.id;
  request.appellant = {"owner", "", "owner@site.example", "holds the domain"};
  request.grounds = "cleaned";
  const auto appeal = must(desk_->file_appeal(as("citizen"), request));
  expect_refused(desk_->archive(as("operations"), task.threat), Code::kRefused, "W17-27");
  // Thirty working days are far over: the late answer is marked once.
  clock_.advance(std::chrono::hours(24 * 90));
  EXPECT_GE(must(desk_->mark_overdue()), 1);
  EXPECT_EQ(must(desk_->mark_overdue()), 0);
  const auto late = load<model::Appeal>(appeal.id);
  EXPECT_TRUE(late.clocks.back().late_at);
}

TEST(ReleasedByLaw, ARecordIsFreeOnlyAfterTheLongestFloor_T05_21) {
  const auto law = law::Library::load_embedded();
  ASSERT_TRUE(law);
  const auto now = parse_instant("2026-11-22T10:00:00+08:00").value();
  const auto free = released_by_law(**law, now);
  ASSERT_TRUE(free) << free.error().message;
  // Six months of the Cybersecurity Law; the sixty days of R545 and Order 82 are shorter.
  EXPECT_EQ(free->basis.rule_set, "csl-2025");
  EXPECT_EQ(free->basis.article, "23(3)");
  const auto held = [&](Instant ended) {
    return compute_clock(**law, "retention", ended, {})->due > now;
  };
  EXPECT_FALSE(held(free->before.plus(-std::chrono::seconds(1))));
  EXPECT_TRUE(held(free->before.plus(std::chrono::hours(24) - std::chrono::seconds(1))));
  EXPECT_GT(now - free->before, std::chrono::hours(24 * 180));
  EXPECT_LT(now - free->before, std::chrono::hours(24 * 190));
}

TEST(ReleasedByLaw, WhatALongerFloorHeldStaysHeldWhenAShorterOneFollows_T05_21) {
  // Ten years until the end of October, and from then on one day.
  const auto rules = [](const char* id, const char* from, const std::string& to, const char* unit,
                        int length) {
    return std::string(R"({"kind":"rule-set","id":")") + id + R"(","law":"test","version":")" + id +
           R"(","name":{"zh":"试","en":"test"},"document":"","issuer":{"zh":"试","en":"test"},)" +
           R"("issued":")" + from + R"(","valid_from":")" + from + "\"," + to +
           R"("articles":[{"number":"1","gist":{"zh":"留存","en":"keep"}}],"duties":[],)" +
           R"("clocks":[{"id":"retention","name":{"zh":"留存","en":"keep"},"article":"1",)" +
           R"("requirements":["T05-21"],"by":"all","to":[],"start":{"zh":"形成","en":"made"},)" +
           R"("floor":true,"lengths":[{"unit":")" + unit + R"(","length":)" +
           std::to_string(length) + "}]}],\"settings\":[]}";
  };
  const auto folder =
      std::filesystem::temp_directory_path() / ("tocsin-floors-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  ASSERT_TRUE(write_file(
      folder / "a.json",
      rules("test-1", "2020-01-01", R"("valid_to":"2026-11-01",)", "calendar_month", 120)));
  ASSERT_TRUE(write_file(folder / "b.json", rules("test-2", "2026-11-01", "", "calendar_day", 1)));
  const auto law = law::Library::load(folder);
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(law) << law.error().message;
  const auto free = released_by_law(**law, parse_instant("2027-11-22T10:00:00+08:00").value());
  ASSERT_TRUE(free) << free.error().message;
  EXPECT_EQ(free->basis.rule_set, "test-1");
  EXPECT_LE(free->before, parse_instant("2020-01-01").value());
}

}  // namespace
}  // namespace tocsin::desk
