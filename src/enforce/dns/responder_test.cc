#include "enforce/dns/responder.h"

#include <gtest/gtest.h>

#include "enforce/dns/memory_zone.h"
#include "enforce/dns/rpz.h"

namespace tocsin::enforce::dns {
namespace {

const Instant kNow{1'700'000'000'000'000};

class ResponderTest : public testing::Test {
 protected:
  ResponderTest() {
    Apex apex;
    apex.zone = "hot.tocsin";
    EXPECT_TRUE(zones_.add_zone(apex, 1, *render_name({"a.example"}, apex.zone, 30)));
    EXPECT_TRUE(zones_.apply(apex.zone, 2, {}, *render_name({"b.example"}, apex.zone, 30)));
  }
  static std::vector<Secondary> secondaries() {
    Secondary plain;
    plain.name = "plain";
    plain.notify = *Endpoint::make("192.0.2.1", 53);
    plain.zones = {"hot.tocsin"};
    Secondary keyed = plain;
    keyed.name = "keyed";
    keyed.notify = *Endpoint::make("192.0.2.2", 53);
    keyed.key = "hub-key";
    return {plain, keyed};
  }
  static Message query(std::uint16_t type, std::optional<std::uint32_t> held = {}) {
    Message message;
    message.id = 9;
    message.questions.push_back({*Name::parse("HOT.tocsin"), type, kClassIn});
    if (held) {
      Apex apex;
      apex.zone = "hot.tocsin";
      message.authority.push_back(soa_rr(apex, *held));
    }
    return message;
  }
  Outcome ask(const Message& message, const std::string& from = "192.0.2.1", bool tcp = true) {
    const std::string bytes = *encode(message);
    return responder_.handle({bytes, *Endpoint::make(from, 4000), tcp});
  }
  static int rcode(const Outcome& outcome) {
    return outcome.kind == Outcome::Kind::kReply ? decode(outcome.reply)->rcode() : -1;
  }
  std::vector<Rr> records(Outcome& outcome, std::size_t limit = 60'000) {
    std::vector<Rr> out;
    outcome.transfer->message_limit_bytes = limit;
    EXPECT_TRUE(outcome.transfer->send(clock_, [&](const std::string& bytes) -> Status {
      EXPECT_LE(bytes.size(), limit);
      const Message message = *decode(bytes);
      EXPECT_EQ(message.id, 9);
      ++messages_;
      out.insert(out.end(), message.answers.begin(), message.answers.end());
      return {};
    }));
    return out;
  }

  FakeClock clock_{kNow};
  MemoryZones zones_;
  PeerBook peers_{secondaries(), {}};
  std::vector<TsigKey> keys_{
      {*Name::parse("hub-key"), TsigAlgorithm::kHmacSha256, std::string(32, 'k')}};
  Responder responder_{zones_, peers_, keys_, clock_};
  int messages_ = 0;
};

TEST_F(ResponderTest, SoaOverBothTransports) {
  for (const bool tcp : {false, true}) {
    const Outcome out = ask(query(kTypeSoa), "192.0.2.1", tcp);
    const Message answer = *decode(out.reply);
    EXPECT_TRUE(answer.has(kFlagAa));
    EXPECT_EQ(soa_of(answer.answers.at(0))->serial, 2U);
    EXPECT_EQ(soa_of(answer.answers.at(0))->minimum_s, 30U);
    EXPECT_EQ(answer.questions.at(0).name.wire(), Name::parse("HOT.tocsin")->wire()) << "0x20";
    EXPECT_EQ(out.event->kind, PeerEventKind::kAsked) << "no proof of what it holds";
  }
}

TEST_F(ResponderTest, EverybodyElseIsRefused) {
  EXPECT_EQ(rcode(ask(query(kTypeSoa), "192.0.2.9")), kRefused);
  EXPECT_EQ(rcode(ask(query(kTypeAxfr), "192.0.2.9")), kRefused);
  EXPECT_EQ(rcode(ask(query(kTypeAxfr), "192.0.2.2")), kRefused) << "needs its key";
  EXPECT_EQ(rcode(ask(query(kTypeA))), kRefused);
  Message other = query(kTypeSoa);
  other.questions[0].name = *Name::parse("base.tocsin");
  EXPECT_EQ(rcode(ask(other)), kRefused);
  other = query(kTypeSoa);
  other.questions[0].klass = kClassChaos;
  EXPECT_EQ(rcode(ask(other)), kRefused);
  other = query(kTypeSoa);
  other.set_opcode(kOpcodeNotify);
  EXPECT_EQ(rcode(ask(other)), kNotImp);
  other = query(kTypeSoa);
  other.questions.push_back(other.questions[0]);
  EXPECT_EQ(rcode(ask(other)), kFormErr);
  EXPECT_EQ(rcode(ask(query(kTypeAxfr), "192.0.2.1", false)), kFormErr) << "never over UDP";
  EXPECT_EQ(rcode(ask(query(kTypeIxfr))), kFormErr) << "without a serial";
}

TEST_F(ResponderTest, ResponsesAndFragmentsAreDropped) {
  Message response = query(kTypeSoa);
  response.flags |= kFlagQr;
  EXPECT_EQ(ask(response).kind, Outcome::Kind::kDrop);
  EXPECT_EQ(responder_.handle({"short", *Endpoint::make("192.0.2.1", 1), false}).kind,
            Outcome::Kind::kDrop);
  const std::string broken(12, '\x01');
  EXPECT_EQ(responder_.handle({broken, *Endpoint::make("192.0.2.1", 1), false}).reply.size(), 12U);
}

TEST_F(ResponderTest, FullTransferBeginsAndEndsWithTheSoa) {
  Outcome out = ask(query(kTypeAxfr));
  ASSERT_EQ(out.kind, Outcome::Kind::kTransfer);
  ASSERT_TRUE(zones_.apply("hot.tocsin", 3, *render_name({"a.example"}, "hot.tocsin", 30), {}));
  const auto all = records(out);
  ASSERT_EQ(all.size(), 7U) << "SOA, NS, two names twice, SOA; the later change is not in it";
  EXPECT_EQ(soa_of(all.front())->serial, 2U);
  EXPECT_EQ(soa_of(all.back())->serial, 2U);
  EXPECT_TRUE(all[2].name.is_within(*Name::parse("example.hot.tocsin"))) << all[2].name.text();
}

TEST_F(ResponderTest, LargeZonesAreCutIntoMessages) {
  std::vector<Record> many;
  for (int i = 0; i < 3000; ++i) {
    const auto two = *render_name({"n" + std::to_string(i) + ".example"}, "hot.tocsin", 30);
    many.insert(many.end(), two.begin(), two.end());
  }
  ASSERT_TRUE(zones_.apply("hot.tocsin", 3, {}, many));
  Outcome out = ask(query(kTypeAxfr));
  EXPECT_EQ(records(out, 4096).size(), 6000U + 4 + 3);
  EXPECT_GT(messages_, 40);
}

TEST_F(ResponderTest, IncrementalTransferIsRfc1995) {
  // Larger than the steps, or a full transfer would be the shorter answer.
  Outcome out = ask(query(kTypeIxfr, 1));
  ASSERT_EQ(out.kind, Outcome::Kind::kTransfer);
  EXPECT_EQ(out.event->kind, PeerEventKind::kHolds);
  EXPECT_EQ(out.event->serial, 1U);
  const auto all = records(out);
  ASSERT_EQ(all.size(), 6U);
  const std::vector<std::pair<std::size_t, std::uint32_t>> soas = {{0, 2}, {1, 1}, {2, 2}, {5, 2}};
  for (const auto& [at, serial] : soas) EXPECT_EQ(soa_of(all[at])->serial, serial) << at;
  EXPECT_EQ(all[3].type, kTypeCname);
}

TEST_F(ResponderTest, IncrementalCornerCases) {
  Outcome current = ask(query(kTypeIxfr, 2));
  EXPECT_EQ(records(current).size(), 1U);
  Outcome unknown = ask(query(kTypeIxfr, 0));
  EXPECT_EQ(unknown.transfer->shape, Transfer::Shape::kFull) << "the history does not reach back";
  const Outcome udp = ask(query(kTypeIxfr, 1), "192.0.2.1", false);
  EXPECT_EQ(decode(udp.reply)->answers.size(), 1U) << "come back over TCP";
  EXPECT_EQ(udp.event->kind, PeerEventKind::kAsked) << "a datagram's sender may be forged";
  Outcome ahead = ask(query(kTypeIxfr, 77));
  EXPECT_EQ(ahead.event->kind, PeerEventKind::kAhead);
  EXPECT_EQ(records(ahead).size(), 1U);
}

TEST_F(ResponderTest, KeyedSecondary) {
  std::string bytes = *encode(query(kTypeIxfr, 1));
  TsigSigner asker(keys_[0], {});
  asker.sign(bytes, kNow);
  const Endpoint from = *Endpoint::make("192.0.2.2", 4000);
  Outcome out = responder_.handle({bytes, from, true});
  ASSERT_EQ(out.kind, Outcome::Kind::kTransfer);
  TsigVerifier verifier(keys_[0], asker.mac());
  out.transfer->message_limit_bytes = 300;
  EXPECT_TRUE(out.transfer->send(
      clock_, [&](const std::string& message) { return verifier.verify(message, kNow); }));
  EXPECT_TRUE(verifier.complete());

  EXPECT_EQ(rcode(responder_.handle({bytes, *Endpoint::make("192.0.2.9", 1), true})), kRefused)
      << "a right key from a wrong address";
  clock_.advance(std::chrono::seconds(1000));
  const Outcome late = responder_.handle({bytes, from, true});
  const Message answer = *decode(late.reply);
  EXPECT_EQ(answer.rcode(), kNotAuth);
  const TsigData data = *tsig_of(answer.additional.back());
  EXPECT_EQ(data.error, kBadTime);
  EXPECT_EQ(data.other.size(), 6U);
  EXPECT_FALSE(data.mac.empty()) << "BADTIME is signed";
  bytes[bytes.size() - 20] ^= 1;
  const Outcome bad = responder_.handle({bytes, from, true});
  EXPECT_TRUE(tsig_of(decode(bad.reply)->additional.back())->mac.empty());
}

TEST_F(ResponderTest, AheadIsNeverAnAcknowledgement) {
  PeerEvent event{PeerEventKind::kDelivered, "plain", "hot.tocsin", 2, kNow, "full"};
  peers_.record(event);
  EXPECT_EQ(peers_.acknowledged("plain", "hot.tocsin"), 2U);
  event.kind = PeerEventKind::kAhead;
  event.serial = 77;
  event.detail = "holds 77";
  peers_.record(event);
  EXPECT_FALSE(peers_.acknowledged("plain", "hot.tocsin"));
  event.kind = PeerEventKind::kHolds;
  event.serial = 1;
  peers_.record(event);
  EXPECT_EQ(peers_.acknowledged("plain", "hot.tocsin"), 1U) << "it fell back, and says so";
}

}  // namespace
}  // namespace tocsin::enforce::dns
