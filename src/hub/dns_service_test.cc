// The policy zones in a running service against a real unbound: merges leave no moment without the
// block (W17-15; RPZ pitfall 2).
#include "hub/dns_service.h"

#include <gtest/gtest.h>

#include "../../tests/peers/resolvers.h"
#include "base/ids.h"
#include "store/collections.h"
#include "store/sqlite/sqlite_store.h"

namespace tocsin::hub {
namespace {

using namespace std::chrono_literals;
namespace dns = enforce::dns;
using peers::eventually;
using peers::rcode_of;

class DnsServicePeer : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!peers::Unbound::installed()) GTEST_SKIP() << "unbound is not installed";
    store_ = store::open_sqlite(folder_.path() / "t.db", clock_).value();
    put(model::Organization{}, [](auto& o) {
      o.id = "org_a";
      o.code = "op-a";
    });
    put(model::Task{}, [](auto& t) { t.id = "tsk_1"; });
    options_.zones.hot_limit = 3;
    options_.zones.settle = 300ms;
    auto started = DnsService::start(options_, *store_, clock_, {"miit-202", "1", "9", "W17-24"});
    ASSERT_TRUE(started) << started.error().message;
    service_ = std::move(*started);
    internet_ = std::make_unique<peers::Internet>(
        std::map<std::string, std::string>{{"example", "192.0.2.66"}});
    resolver_ = std::make_unique<peers::Unbound>(
        *dns::Endpoint::make("127.0.0.1", service_->port()),
        std::vector<std::string>{"hot.op-a.tocsin", "base.op-a.tocsin"}, internet_->at(),
        "127.0.0.1");
    put(model::EnforcementPoint{}, [&](auto& p) {
      p.id = "pnt_a";
      p.code = "r1";
      p.organization = "org_a";
      p.address = "127.0.0.1";
      p.port = resolver_->at().port();
    });
  }

  template <class T, class Fill>
  void put(T value, Fill fill) {
    fill(value);
    ASSERT_TRUE(store_->write([&](store::WriteTx& tx) -> Status {
      TRY_STATUS(store::put(tx, value));
      TRY_STATUS(tx.append({"t", "", "test.set-up", value.id, "", {}, {}, {}}));
      return {};
    }));
  }
  void list(const std::string& name) {
    ASSERT_TRUE(store_->write([&](store::WriteTx& tx) -> Status {
      model::ListEntry e;
      e.id = ids_.make("lst");
      e.indicator = {model::IndicatorKind::kDomain, name, {}};
      e.addressee = "org_a";
      e.task = "tsk_1";
      TRY(e.version, tx.append({"t", "", "list.new", e.id, "", {}, {}, {}}));
      e.listed = e.version;
      e.live = true;
      TRY_STATUS(store::put(tx, e));
      return store::put(tx, model::ListChange{model::list_version_key(e.version), e.version,
                                              model::ListOp::kNew, e, clock_.now()});
    }));
  }
  /// How often the journal says that a merge came to its first or second half.
  int steps(std::string_view what) {
    const auto entries = store_->read([](store::ReadTx& tx) { return tx.journal(0, 10'000); });
    return static_cast<int>(std::count_if(entries->begin(), entries->end(),
                                          [&](const auto& e) { return e.action == what; }));
  }

  peers::TempFolder folder_;
  SystemClock clock_;
  IdSource ids_{clock_};
  HubOptions options_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<peers::Internet> internet_;
  std::unique_ptr<DnsService> service_;
  std::unique_ptr<peers::Unbound> resolver_;
};

TEST_F(DnsServicePeer, MergesLeaveNoMomentWithoutTheBlock) {
  list("evil.example");
  ASSERT_TRUE(
      eventually([&] { return rcode_of(resolver_->at(), "evil.example") == dns::kNxDomain; }, 15s))
      << resolver_->log();
  int asked = 0;
  int answered = 0;
  const auto ask = [&] {
    ++asked;
    if (rcode_of(resolver_->at(), "evil.example") != dns::kNxDomain) ++answered;
  };
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 4; ++i) list("n" + std::to_string(round * 10 + i) + ".example");
    ASSERT_TRUE(eventually(
        [&] {
          ask();
          return steps("list.trimmed") > round;
        },
        20s))
        << "merges: " << steps("list.merged") << " trims: " << steps("list.trimmed");
  }
  EXPECT_GE(steps("list.merged"), 3);
  ASSERT_TRUE(
      eventually([&] { return rcode_of(resolver_->at(), "n23.example") == dns::kNxDomain; }, 5s));
  for (int i = 0; i < 200; ++i) ask();
  EXPECT_EQ(answered, 0) << "of " << asked << " questions";
}

}  // namespace
}  // namespace tocsin::hub
