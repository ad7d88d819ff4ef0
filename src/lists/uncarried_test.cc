// What no enforcement point of the addressee can carry (W17-15).
#include "lists/uncarried.h"

#include "desk/desk_fixture.h"

namespace tocsin::lists {
namespace {

class Uncarried : public desk::DeskTest {
 protected:
  void add_point(const std::string& id, model::PointKind kind, bool active = true) {
    model::EnforcementPoint p;
    p.id = id;
    p.code = id;
    p.organization = org("op-a");
    p.kind = kind;
    p.active = active;
    desk::must(store_->write([&](store::WriteTx& tx) -> Result<bool> {
      TRY_STATUS(store::put(tx, p));
      TRY_STATUS(tx.append({"test", "", "point.added", p.id, "", {}, {}, {}}));
      return true;
    }));
  }

  std::vector<std::string> of(model::Measure measure) {
    model::Task task;
    task.addressee = org("op-a");
    task.measure = measure;
    task.indicators = {{model::IndicatorKind::kDomain, "evil.example", ""},
                       {model::IndicatorKind::kUrl, "http://evil.example/a", ""}};
    std::vector<std::string> out;
    for (const auto& i :
         desk::must(store_->read([&](store::ReadTx& tx) { return uncarried(tx, task); }))) {
      out.push_back(i.key());
    }
    return out;
  }

  using Keys = std::vector<std::string>;
};

TEST_F(Uncarried, WithoutAPointNothingIsCarried_W17_15) {
  EXPECT_EQ(of(model::Measure::kBlock), (Keys{"domain:evil.example", "url:http://evil.example/a"}));
  EXPECT_EQ(of(model::Measure::kRectify), Keys{}) << "no list carries other measures";
}

TEST_F(Uncarried, ABouncerCannotStopAUrlOrADigest_W17_15) {
  using model::IndicatorKind;
  for (const auto kind : {IndicatorKind::kUrl, IndicatorKind::kHostPath, IndicatorKind::kMd5,
                          IndicatorKind::kSha256, IndicatorKind::kPattern, IndicatorKind::kEmail}) {
    EXPECT_FALSE(model::carries(model::PointKind::kDecisions, kind)) << name(kind);
    EXPECT_FALSE(model::carries(model::PointKind::kDnsRpz, kind)) << name(kind);
    EXPECT_TRUE(model::carries(model::PointKind::kTextList, kind)) << name(kind);
  }
  EXPECT_TRUE(model::carries(model::PointKind::kDecisions, IndicatorKind::kIpv4));
  add_point("pnt_1", model::PointKind::kDecisions);
  EXPECT_EQ(of(model::Measure::kBlock), (Keys{"url:http://evil.example/a"}));
}

TEST_F(Uncarried, APointThatNeverAcknowledgedIsNamed_W17_24) {
  model::Task task;
  task.addressee = org("op-a");
  task.indicators = {{model::IndicatorKind::kDomain, "evil.example", ""}};
  const auto silent = [&] {
    return desk::must(store_->read([&](store::ReadTx& tx) { return silent_points(tx, task); }));
  };
  EXPECT_EQ(silent(), Keys{});
  add_point("pnt_1", model::PointKind::kDnsRpz);
  EXPECT_EQ(silent(), Keys{"pnt_1"});
  task.measure = model::Measure::kRectify;
  EXPECT_EQ(silent(), Keys{}) << "no list is about it";
}

TEST_F(Uncarried, AResolverCannotSayAUrl_W17_15) {
  add_point("pnt_1", model::PointKind::kDnsRpz);
  EXPECT_EQ(of(model::Measure::kBlock), (Keys{"url:http://evil.example/a"}));
  add_point("pnt_2", model::PointKind::kTextList, false);
  EXPECT_EQ(of(model::Measure::kBlock), (Keys{"url:http://evil.example/a"}))
      << "it is switched off";
  add_point("pnt_2", model::PointKind::kTextList);
  EXPECT_EQ(of(model::Measure::kBlock), Keys{});
}

}  // namespace
}  // namespace tocsin::lists
