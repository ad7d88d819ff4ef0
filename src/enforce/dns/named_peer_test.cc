// The primary against a real BIND with TSIG, and dig as a third client.
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
using peers::rcode_of;

TsigKey key_of(const std::string& name, TsigAlgorithm algorithm = TsigAlgorithm::kHmacSha256,
               char fill = 'k') {
  return {*Name::parse(name), algorithm, std::string(32, fill)};
}

class NamedPeer : public testing::Test {
 protected:
  void SetUp() override {
    if (!peers::Named::installed()) GTEST_SKIP() << "named is not installed";
    Apex apex;
    apex.zone = "hot.tocsin";
    ASSERT_TRUE(zones_.add_zone(apex, 1, block("canary.example")));
    start_primary(0, 9);
  }
  static std::vector<Record> block(const std::string& name) {
    return *render_name({name}, "hot.tocsin", 30);
  }
  void start_primary(std::uint16_t port, std::uint16_t notify_port) {
    PrimaryOptions options;
    options.address = "127.0.0.10";
    options.port = port;
    options.keys = {key_of("hub-key"), key_of("long-key", TsigAlgorithm::kHmacSha512)};
    Secondary bind;
    bind.name = "bind";
    bind.notify = *Endpoint::make("127.0.0.1", notify_port);
    bind.key = "hub-key";
    bind.zones = {"hot.tocsin"};
    Secondary dig = bind;
    dig.name = "dig";
    dig.notify = *Endpoint::make("127.0.0.1", 9);
    dig.key = "long-key";
    options.secondaries = {bind, dig};
    options.on_event = [this](const PeerEvent& event) { events_.lock()->push_back(event); };
    auto started = Primary::start(options, zones_, clock_);
    ASSERT_TRUE(started) << started.error().message;
    primary_ = std::move(*started);
  }
  void start_named(const TsigKey& key) {
    internet_ = std::make_unique<peers::Internet>(
        std::map<std::string, std::string>{{"example", "192.0.2.66"}});
    named_ = std::make_unique<peers::Named>(*Endpoint::make("127.0.0.10", primary_->port()),
                                            std::vector<std::string>{"hot.tocsin"}, internet_->at(),
                                            key);
    const std::uint16_t port = primary_->port();
    primary_.reset();
    start_primary(port, named_->at().port());
  }
  PeerState state() const {
    for (const PeerState& peer : primary_->peers()) {
      if (peer.secondary == "bind") return peer;
    }
    return {};
  }
  void change(std::uint32_t serial, const std::vector<Record>& removed,
              const std::vector<Record>& added) {
    ASSERT_TRUE(zones_.apply("hot.tocsin", serial, removed, added));
    primary_->notify("hot.tocsin");
  }
  bool delivered(std::uint32_t serial, const std::string& how) {
    auto events = events_.lock();
    return std::any_of(events->begin(), events->end(), [&](const PeerEvent& event) {
      return event.kind == PeerEventKind::kDelivered && event.serial == serial &&
             event.detail == how;
    });
  }
  bool becomes(const std::string& name, int rcode, std::chrono::milliseconds limit = 3s) {
    return eventually([&] { return rcode_of(named_->at(), name) == rcode; }, limit);
  }
  std::string dig(const std::string& key, const std::string& what) const {
    return peers::run(
        {peers::find_program("dig"), "@127.0.0.10", "-p", std::to_string(primary_->port()), "-y",
         key, "+tries=1", "+time=3", "hot.tocsin", what},
        folder_.path());
  }
  static std::string secret(char fill = 'k') { return base64(std::string(32, fill)); }

  SystemClock clock_;
  MemoryZones zones_;
  peers::TempFolder folder_;
  Guarded<std::vector<PeerEvent>> events_;
  std::unique_ptr<peers::Internet> internet_;
  std::unique_ptr<Primary> primary_;
  std::unique_ptr<peers::Named> named_;
};

TEST_F(NamedPeer, SignedAxfrIxfrAndNotify) {
  start_named(key_of("hub-key"));
  ASSERT_TRUE(becomes("canary.example", kNxDomain, 15s)) << named_->log();
  ASSERT_TRUE(becomes("evil.example", kNoError, 5s));
  change(2, {}, block("evil.example"));
  EXPECT_TRUE(becomes("evil.example", kNxDomain)) << named_->log();
  EXPECT_EQ(rcode_of(named_->at(), "www.evil.example"), kNxDomain);
  EXPECT_TRUE(eventually([&] { return state().acknowledged == 2U; }, 1s));
  change(3, block("evil.example"), {});
  EXPECT_TRUE(becomes("evil.example", kNoError)) << named_->log();
  EXPECT_TRUE(delivered(1, "full"));
  EXPECT_TRUE(delivered(2, "incremental"));
  EXPECT_TRUE(eventually([&] { return delivered(3, "incremental"); }, 1s));
  EXPECT_EQ(state().last_problem, "");
}

TEST_F(NamedPeer, AcceptsOurSpellingOfEveryAddressTrigger) {
  std::vector<Record> records;
  for (const char* prefix :
       {"192.0.2.1", "198.51.100.0/24", "10.0.0.0/8", "2001:db8::1", "2001:db8::/32",
        "2001:db8:0:1:0:2:0:3", "2001:db8:0:0:1:0:0:1", "::1", "2001:db8:1:2:3:4:5:6",
        "1:0:0:2::/64", "0:0:1::/48", "2001:db8:0:1::/64"}) {
    const auto record = render_address(prefix, RpzAction::kNxdomain, "hot.tocsin", 30);
    ASSERT_TRUE(record) << prefix;
    records.push_back(*record);
  }
  ASSERT_TRUE(zones_.apply("hot.tocsin", 2, {}, records));
  start_named(key_of("hub-key"));
  ASSERT_TRUE(becomes("canary.example", kNxDomain, 15s)) << named_->log();
  const auto complains = [&] {
    const std::string log = named_->log();
    return log.find("not the canonical") != std::string::npos ||
           log.find("invalid") != std::string::npos;
  };
  EXPECT_FALSE(complains()) << named_->log();
  // The same check sees a spelling that is not canonical, so its silence above means something.
  Record wrong = records.front();
  wrong.owner = std::string(Name::parse("128.1.0.0.0.0.0.db8.2001.rpz-ip")->labels());
  change(3, {}, {wrong});
  EXPECT_TRUE(eventually(complains, 5s)) << named_->log();
}

TEST_F(NamedPeer, AWrongSecretGetsNothing) {
  start_named(key_of("hub-key", TsigAlgorithm::kHmacSha256, 'x'));
  EXPECT_TRUE(eventually(
      [&] {
        return named_->log().find("BADSIG") != std::string::npos ||
               named_->log().find("tsig verify failure") != std::string::npos;
      },
      10s))
      << named_->log();
  EXPECT_FALSE(state().acknowledged);
  EXPECT_EQ(rcode_of(named_->at(), "canary.example"), kNoError);
}

TEST_F(NamedPeer, TheAnswerProvesZoneAndSerialToTheProbe) {
  start_named(key_of("hub-key"));
  ASSERT_TRUE(becomes("canary.example", kNxDomain, 15s)) << named_->log();
  change(2, {}, block("evil.example"));
  ASSERT_TRUE(becomes("evil.example", kNxDomain));
  ProbePlan plan;
  plan.resolver = named_->at();
  plan.targets = {"evil.example"};
  plan.wildcard_bases = {"evil.example"};
  plan.control = "ok.example";
  plan.canary = "canary.example";
  plan.policy_zones = {"hot.tocsin"};
  const auto result = probe(plan, clock_);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->verdict, ProbeVerdict::kBlocked) << to_json(*result).pretty();
  EXPECT_EQ(result->resolver_id, "resolver-under-test");
  EXPECT_EQ(result->transcript.back().policy_zone, "hot.tocsin");
  EXPECT_EQ(result->transcript.back().policy_serial, 2U);
}

TEST_F(NamedPeer, DigTransfersWithBothAlgorithmsAndIsRefusedOtherwise) {
  if (peers::find_program("dig").empty()) GTEST_SKIP() << "dig is not installed";
  const std::string hub = "hmac-sha256:hub-key:" + secret();
  const std::string full = dig(hub, "axfr");
  EXPECT_NE(full.find("*.canary.example.hot.tocsin."), std::string::npos) << full;
  EXPECT_EQ(full.find("failed"), std::string::npos) << full;
  EXPECT_NE(dig("hmac-sha512:long-key:" + secret(), "axfr").find("canary"), std::string::npos);

  ASSERT_TRUE(zones_.apply("hot.tocsin", 2, {}, block("evil.example")));
  const std::string step = dig(hub, "ixfr=1");
  EXPECT_NE(step.find("evil.example.hot.tocsin."), std::string::npos) << step;
  EXPECT_EQ(step.find("canary"), std::string::npos) << "only the difference: " << step;
  EXPECT_NE(dig(hub, "ixfr=99").find("SOA"), std::string::npos);

  for (const std::string& wrong :
       {"hmac-sha256:hub-key:" + secret('x'), "hmac-sha256:no-key:" + secret(),
        "hmac-sha512:hub-key:" + secret()}) {
    EXPECT_EQ(dig(wrong, "axfr").find("canary"), std::string::npos) << wrong;
  }
  const std::string bare = peers::run({peers::find_program("dig"), "@127.0.0.10", "-p",
                                       std::to_string(primary_->port()), "hot.tocsin", "axfr"},
                                      folder_.path());
  EXPECT_EQ(bare.find("canary"), std::string::npos) << bare;
}

TEST_F(NamedPeer, TheZonePassesNamedCheckzone) {
  const std::string checker = peers::find_program("named-checkzone");
  if (checker.empty()) GTEST_SKIP() << "named-checkzone is not installed";
  const std::string text = dig("hmac-sha256:hub-key:" + secret(), "axfr");
  // A transfer repeats the SOA at its end; a zone file has it once.
  const std::size_t last = text.rfind("hot.tocsin.\t\t");
  ASSERT_NE(last, std::string::npos) << text;
  const auto file = folder_.path() / "zone";
  peers::write_text(file, text.substr(0, last));
  const std::string verdict =
      peers::run({checker, "-k", "ignore", "hot.tocsin", file.string()}, folder_.path());
  EXPECT_NE(verdict.find("OK"), std::string::npos) << verdict << text;
}

}  // namespace
}  // namespace tocsin::enforce::dns
