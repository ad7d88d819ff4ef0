// The prober against a real unbound: blocked, lifted, and every way to be broken.
#include <gtest/gtest.h>

#include "../../../tests/peers/resolvers.h"
#include "enforce/dns/memory_zone.h"
#include "enforce/dns/primary.h"
#include "enforce/dns/probe.h"
#include "enforce/dns/rpz.h"

namespace tocsin::enforce::dns {
namespace {

using namespace std::chrono_literals;
using peers::eventually;

class ProbePeer : public testing::Test {
 protected:
  void SetUp() override {
    if (!peers::Unbound::installed()) GTEST_SKIP() << "unbound is not installed";
    internet_ = std::make_unique<peers::Internet>(
        std::map<std::string, std::string>{{"example", "192.0.2.66"}});
    Apex apex;
    apex.zone = "hot.tocsin";
    std::vector<Record> records;
    for (const char* name : {"canary.example", "evil.example"}) {
      const auto rendered = *render_name({name}, apex.zone, 30);
      records.insert(records.end(), rendered.begin(), rendered.end());
    }
    ASSERT_TRUE(zones_.add_zone(apex, 7, records));
    PrimaryOptions options;
    options.address = "127.0.0.10";
    Secondary secondary;
    secondary.name = "unbound";
    secondary.notify = *Endpoint::make("127.0.0.1", 9);
    secondary.zones = {"hot.tocsin"};
    options.secondaries = {secondary};
    primary_ = std::move(*Primary::start(options, zones_, clock_));
    resolver_ = std::make_unique<peers::Unbound>(*Endpoint::make("127.0.0.10", primary_->port()),
                                                 std::vector<std::string>{"hot.tocsin"},
                                                 internet_->at(), "127.0.0.22");
    ASSERT_TRUE(eventually(
        [&] { return peers::rcode_of(resolver_->at(), "canary.example") == kNxDomain; }, 10s))
        << resolver_->log();
    ASSERT_TRUE(
        eventually([&] { return peers::rcode_of(resolver_->at(), "ok.example") == kNoError; }, 5s));
  }
  ProbePlan plan(const std::string& target) const {
    ProbePlan out;
    out.resolver = resolver_->at();
    out.targets = {target};
    out.wildcard_bases = {target};
    out.control = "ok.example";
    out.canary = "canary.example";
    out.policy_zones = {"hot.tocsin"};
    out.timeout = 500ms;
    return out;
  }

  SystemClock clock_;
  MemoryZones zones_;
  std::unique_ptr<peers::Internet> internet_;
  std::unique_ptr<Primary> primary_;
  std::unique_ptr<peers::Unbound> resolver_;
};

TEST_F(ProbePeer, TellsABlockFromNoBlockAndNamesTheResolver) {
  auto blocked = probe(plan("evil.example"), clock_);
  ASSERT_TRUE(blocked);
  EXPECT_EQ(blocked->verdict, ProbeVerdict::kBlocked) << to_json(*blocked).pretty();
  EXPECT_TRUE(blocked->as_expected);
  EXPECT_EQ(blocked->resolver_id, "resolver-under-test");
  const Json json = to_json(*blocked);
  EXPECT_EQ(json.str("verdict"), "blocked");
  for (const Json& query : json["transcript"].items()) {
    const auto sent = unbase64(query.str("sent"));
    ASSERT_TRUE(sent);
    EXPECT_TRUE(decode(*sent)) << "the evidence holds the very bytes";
  }

  auto open = probe(plan("good.example"), clock_);
  ASSERT_TRUE(open);
  EXPECT_EQ(open->verdict, ProbeVerdict::kNotBlocked);
  EXPECT_FALSE(open->as_expected);
}

TEST_F(ProbePeer, ANameThatIsGoneIsNotTakenForABlock) {
  // unbound answers NXDOMAIN for .test from its built-in zone, as the real DNS would.
  auto gone = probe(plan("gone.test"), clock_);
  ASSERT_TRUE(gone);
  EXPECT_EQ(gone->verdict, ProbeVerdict::kNotBlocked) << to_json(*gone).pretty();
  EXPECT_NE(gone->reason.en.find("does not exist"), std::string::npos);
}

TEST_F(ProbePeer, ABrokenProbeIsNeitherBlockNorLift) {
  ProbePlan no_canary = plan("evil.example");
  no_canary.canary = "notlisted.example";
  EXPECT_EQ(probe(no_canary, clock_)->verdict, ProbeVerdict::kBroken);

  ProbePlan no_control = plan("evil.example");
  no_control.control = "nothing.test";
  EXPECT_EQ(probe(no_control, clock_)->verdict, ProbeVerdict::kBroken);

  resolver_->stop();
  ProbePlan lift = plan("good.example");
  lift.expectation = ProbeExpectation::kResolves;
  lift.tries = 1;
  const auto dead = probe(lift, clock_);
  EXPECT_EQ(dead->verdict, ProbeVerdict::kBroken);
  EXPECT_FALSE(dead->as_expected);
  EXPECT_FALSE(dead->reason.zh.empty());
}

TEST_F(ProbePeer, ReadsTheLoadedSerialFromTheControlSocket) {
  const auto serial = loaded_serial_of_unbound(resolver_->control_socket(), "hot.tocsin", 2s);
  ASSERT_TRUE(serial) << serial.error().message;
  EXPECT_EQ(*serial, 7U);
  EXPECT_FALSE(loaded_serial_of_unbound(resolver_->control_socket(), "other.tocsin", 2s));
}

}  // namespace
}  // namespace tocsin::enforce::dns
