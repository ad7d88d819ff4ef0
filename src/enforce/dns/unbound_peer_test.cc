// The primary against a real unbound: NOTIFY, AXFR and IXFR, blocks and lifts seen by a client.
#include <gtest/gtest.h>

#include "../../../tests/peers/resolvers.h"
#include "enforce/dns/memory_zone.h"
#include "enforce/dns/primary.h"
#include "enforce/dns/rpz.h"

namespace tocsin::enforce::dns {
namespace {

using namespace std::chrono_literals;
using peers::eventually;
using peers::rcode_of;

std::vector<Record> block(const std::string& name, const std::string& zone = "hot.tocsin") {
  return *render_name({name}, zone, 30);
}

Apex apex_of(const std::string& zone) {
  Apex apex;
  apex.zone = zone;
  return apex;
}

class UnboundPeer : public testing::Test {
 protected:
  void SetUp() override {
    if (!peers::Unbound::installed()) GTEST_SKIP() << "unbound is not installed";
    internet_ = std::make_unique<peers::Internet>(std::map<std::string, std::string>{
        {"example", "192.0.2.66"}, {"fine.example", "192.0.2.77"}});
    fill(1);
    start_primary(0);
    resolver_ = std::make_unique<peers::Unbound>(
        at(), std::vector<std::string>{"hot.tocsin", "base.tocsin"}, internet_->at());
    ASSERT_TRUE(
        eventually([&] { return held("hot.tocsin") == 1 && held("base.tocsin") == 1; }, 15s))
        << resolver_->log();
    ASSERT_TRUE(
        eventually([&] { return rcode_of(resolver_->at(), "ok.fine.example") == kNoError; }, 5s));
  }
  void fill(std::uint32_t serial) {
    zones_ = std::make_unique<MemoryZones>();
    ASSERT_TRUE(zones_->add_zone(apex_of("hot.tocsin"), serial, {}));
    ASSERT_TRUE(zones_->add_zone(apex_of("base.tocsin"), 1, block("old.example", "base.tocsin")));
  }
  void start_primary(std::uint16_t port) {
    Secondary secondary;
    secondary.name = "unbound";
    secondary.notify = *Endpoint::make("127.0.0.21", 1);
    secondary.more_sources = {*Endpoint::make("127.0.0.1", 0)};  // the kernel's choice on loopback
    if (resolver_) secondary.notify = resolver_->at();
    secondary.zones = {"hot.tocsin", "base.tocsin"};
    PrimaryOptions options;
    options.address = "127.0.0.10";
    options.port = port;
    options.secondaries = {secondary};
    auto started = Primary::start(options, *zones_, clock_);
    ASSERT_TRUE(started) << started.error().message;
    primary_ = std::move(*started);
  }
  /// The resolver's port is only known once it runs: NOTIFY needs a primary that knows it.
  void restart_primary() {
    const std::uint16_t port = primary_->port();
    primary_.reset();
    start_primary(port);
  }
  Endpoint at() const { return *Endpoint::make("127.0.0.10", primary_->port()); }
  std::optional<std::uint32_t> held(const std::string& zone) const {
    for (const PeerState& state : primary_->peers()) {
      if (state.zone == zone) return state.acknowledged;
    }
    return std::nullopt;
  }
  void change(std::uint32_t serial, const std::vector<Record>& removed,
              const std::vector<Record>& added) {
    ASSERT_TRUE(zones_->apply("hot.tocsin", serial, removed, added));
    primary_->notify("hot.tocsin");
  }
  bool becomes(const std::string& name, int rcode, std::chrono::milliseconds limit = 1s) {
    return eventually([&] { return rcode_of(resolver_->at(), name) == rcode; }, limit);
  }

  SystemClock clock_;
  std::unique_ptr<peers::Internet> internet_;
  std::unique_ptr<MemoryZones> zones_;
  std::unique_ptr<Primary> primary_;
  std::unique_ptr<peers::Unbound> resolver_;
};

TEST_F(UnboundPeer, BlocksAndLiftsWithinASecond) {
  restart_primary();
  ASSERT_EQ(rcode_of(resolver_->at(), "evil.example"), kNoError);
  EXPECT_EQ(rcode_of(resolver_->at(), "old.example"), kNxDomain) << "the base zone came by AXFR";

  change(2, {}, block("evil.example"));
  EXPECT_TRUE(becomes("evil.example", kNxDomain)) << "also though the answer was in the cache";
  EXPECT_EQ(rcode_of(resolver_->at(), "deep.below.evil.example"), kNxDomain) << "wildcard";
  EXPECT_EQ(rcode_of(resolver_->at(), "notevil.example"), kNoError);
  EXPECT_TRUE(eventually([&] { return held("hot.tocsin") == 2; }, 1s));

  change(3, block("evil.example"), {});
  EXPECT_TRUE(becomes("evil.example", kNoError));
  EXPECT_TRUE(becomes("deep.below.evil.example", kNoError));
}

TEST_F(UnboundPeer, PassthruInTheHotZoneGoesBeforeABlockInTheBaseZone) {
  restart_primary();
  RpzEntry exception{"old.example"};
  exception.action = RpzAction::kPassthru;
  change(2, {}, *render_name(exception, "hot.tocsin", 30));
  EXPECT_TRUE(becomes("old.example", kNoError));
  change(3, *render_name(exception, "hot.tocsin", 30), {});
  EXPECT_TRUE(becomes("old.example", kNxDomain));
}

TEST_F(UnboundPeer, AddressesInAnswersAreBlocked) {
  restart_primary();
  change(2, {}, {*render_address("192.0.2.66", RpzAction::kNxdomain, "hot.tocsin", 30)});
  EXPECT_TRUE(becomes("any.example", kNxDomain));
  EXPECT_EQ(rcode_of(resolver_->at(), "ok.fine.example"), kNoError);
  change(3, {*render_address("192.0.2.66", RpzAction::kNxdomain, "hot.tocsin", 30)}, {});
  EXPECT_TRUE(becomes("any.example", kNoError));
}

TEST_F(UnboundPeer, TenThousandNamesAtOnce) {
  restart_primary();
  std::vector<Record> many;
  for (int i = 0; i < 10'000; ++i) {
    for (Record& record : block("n" + std::to_string(i) + ".example")) many.push_back(record);
  }
  change(2, {}, many);
  EXPECT_TRUE(becomes("n9999.example", kNxDomain, 5s));
  EXPECT_EQ(rcode_of(resolver_->at(), "n0.example"), kNxDomain);
  change(3, many, {});
  EXPECT_TRUE(becomes("n9999.example", kNoError, 5s));
  EXPECT_TRUE(becomes("n0.example", kNoError, 5s));
}

TEST_F(UnboundPeer, ARestartedPrimaryGoesOnAtThePersistedSerial) {
  restart_primary();
  change(2, {}, block("evil.example"));
  ASSERT_TRUE(becomes("evil.example", kNxDomain));
  const std::uint16_t port = primary_->port();
  primary_.reset();
  EXPECT_EQ(rcode_of(resolver_->at(), "evil.example"), kNxDomain) << "blocks outlive the primary";
  zones_ = std::make_unique<MemoryZones>();
  ASSERT_TRUE(zones_->add_zone(apex_of("hot.tocsin"), 2, block("evil.example")));
  ASSERT_TRUE(zones_->add_zone(apex_of("base.tocsin"), 1, block("old.example", "base.tocsin")));
  start_primary(port);
  change(3, block("evil.example"), block("worse.example"));
  EXPECT_TRUE(becomes("worse.example", kNxDomain));
  EXPECT_TRUE(becomes("evil.example", kNoError));
}

}  // namespace
}  // namespace tocsin::enforce::dns
