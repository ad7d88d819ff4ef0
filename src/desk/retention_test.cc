// T20 and the clocks that run out by themselves (T05-21, M11-35, W17-22, W17-27).
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

}  // namespace
}  // namespace tocsin::desk
