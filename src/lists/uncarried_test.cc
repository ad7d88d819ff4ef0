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
