// The primary over real sockets, with a client that is slow, silent or rude.
#include "enforce/dns/primary.h"

#include <filesystem>
#include <poll.h>
#include <thread>

#include <gtest/gtest.h>

#include "enforce/dns/exchange.h"
#include "enforce/dns/memory_zone.h"
#include "enforce/dns/net.h"
#include "enforce/dns/rpz.h"

namespace tocsin::enforce::dns {
namespace {

using namespace std::chrono_literals;

std::size_t threads() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return static_cast<std::size_t>(std::distance(begin(tasks), end(tasks)));
}

class PrimaryTest : public testing::Test {
 protected:
  PrimaryTest() {
    Apex apex;
    apex.zone = "hot.tocsin";
    std::vector<Record> many;
    for (int i = 0; i < 100'000; ++i) {
      const auto two = *render_name({"n" + std::to_string(i) + ".example"}, apex.zone, 30);
      many.insert(many.end(), two.begin(), two.end());
    }
    EXPECT_TRUE(zones_.add_zone(apex, 1, many));
    listener_ = std::move(*bind_udp(*Endpoint::make("127.0.0.31", 0)));
    Secondary secondary;
    secondary.name = "peer";
    secondary.notify = *local_endpoint(listener_);
    secondary.more_sources = {*Endpoint::make("127.0.0.1", 0)};
    secondary.zones = {"hot.tocsin"};
    options_.address = "127.0.0.11";
    options_.secondaries = {secondary};
    options_.on_event = [this](const PeerEvent& event) { events_.lock()->push_back(event); };
  }
  void start() {
    auto started = Primary::start(options_, zones_, clock_);
    ASSERT_TRUE(started) << started.error().message;
    primary_ = std::move(*started);
    at_ = *Endpoint::make("127.0.0.11", primary_->port());
  }
  Fd request(std::uint16_t type) {
    Fd fd = std::move(*connect_tcp(at_, 1s));
    Message query;
    query.questions.push_back({*Name::parse("hot.tocsin"), type, kClassIn});
    const std::string bytes = *encode(query);
    std::string framed;
    put16(framed, static_cast<std::uint16_t>(bytes.size()));
    EXPECT_TRUE(send_all(fd, framed + bytes, nullptr, 1s));
    return fd;
  }
  bool seen(PeerEventKind kind) {
    auto events = events_.lock();
    return std::any_of(events->begin(), events->end(),
                       [&](const PeerEvent& event) { return event.kind == kind; });
  }
  bool comes(PeerEventKind kind, std::chrono::milliseconds limit = 3s) {
    const auto until = std::chrono::steady_clock::now() + limit;
    while (!seen(kind) && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(1ms);
    return seen(kind);
  }
  std::optional<Message> notified(std::chrono::milliseconds limit, Endpoint* from = nullptr) {
    if (wait_for(listener_, POLLIN, nullptr, limit) != Wait::kReady) return std::nullopt;
    std::string buffer(4096, '\0');
    sockaddr_storage raw{};
    socklen_t size = sizeof raw;
    const auto got = ::recvfrom(listener_.get(), buffer.data(), buffer.size(), 0,
                                reinterpret_cast<sockaddr*>(&raw), &size);
    buffer.resize(static_cast<std::size_t>(std::max<ssize_t>(0, got)));
    if (from != nullptr) *from = Endpoint::from(raw);
    auto message = decode(buffer);
    return message ? std::optional(std::move(*message)) : std::nullopt;
  }

  SystemClock clock_;
  MemoryZones zones_;
  Fd listener_;
  Guarded<std::vector<PeerEvent>> events_;
  PrimaryOptions options_;
  std::unique_ptr<Primary> primary_;
  Endpoint at_;
};

TEST_F(PrimaryTest, NotifyComesAtOnceFromTheServiceAddressAndIsRepeated) {
  start();
  Endpoint from;
  const auto first = notified(1s, &from);
  ASSERT_TRUE(first);
  EXPECT_EQ(from.address(), "127.0.0.11") << "resolvers compare it with allow-notify";
  EXPECT_EQ(first->opcode(), kOpcodeNotify);
  EXPECT_TRUE(first->has(kFlagAa));
  EXPECT_EQ(soa_of(first->answers.at(0))->serial, 1U);
  EXPECT_TRUE(notified(2s)) << "repeated, as nobody answered";

  ASSERT_TRUE(zones_.apply("hot.tocsin", 2, {}, *render_name({"x.example"}, "hot.tocsin", 30)));
  while (notified(0ms)) continue;
  primary_->notify("hot.tocsin");
  const auto next = notified(500ms, &from);
  ASSERT_TRUE(next);
  EXPECT_EQ(soa_of(next->answers.at(0))->serial, 2U);

  Message answer;
  answer.id = next->id;
  answer.flags = kFlagQr | kFlagAa;
  answer.set_opcode(kOpcodeNotify);
  answer.questions = next->questions;
  answer.set_rcode(kRefused);
  const std::string refused = *encode(answer);
  ::sendto(listener_.get(), refused.data(), refused.size(), 0, from.raw(), from.raw_size());
  EXPECT_TRUE(comes(PeerEventKind::kNotifyRefused)) << "a wrong allow-notify is seen";
  EXPECT_NE(primary_->peers().front().last_problem.find("REFUSED"), std::string::npos);
}

TEST_F(PrimaryTest, ASlowReaderIsNotCutOff) {
  options_.write_timeout = 400ms;
  start();
  const Fd fd = request(kTypeAxfr);
  // Each pause is shorter than the timeout, the whole takes far longer than it.
  std::string all;
  std::string buffer(300'000, '\0');
  const auto begin = std::chrono::steady_clock::now();
  while (!seen(PeerEventKind::kDelivered)) {
    std::this_thread::sleep_for(60ms);
    const ssize_t got = ::recv(fd.get(), buffer.data(), buffer.size(), 0);
    if (got > 0) all.append(buffer.data(), static_cast<std::size_t>(got));
    ASSERT_LT(std::chrono::steady_clock::now() - begin, 30s);
    ASSERT_FALSE(seen(PeerEventKind::kTransferFailed));
  }
  EXPECT_EQ(primary_->peers().front().acknowledged, 1U);
}

TEST_F(PrimaryTest, AReaderThatStopsIsCutOffAndNothingIsAcknowledged) {
  options_.write_timeout = 200ms;
  start();
  const Fd fd = request(kTypeAxfr);
  EXPECT_TRUE(comes(PeerEventKind::kTransferFailed, 5s));
  EXPECT_FALSE(primary_->peers().front().acknowledged);
}

TEST_F(PrimaryTest, StopsAtOnceDuringATransferAndLeavesNoThread) {
  const std::size_t before = threads();
  start();
  const Fd fd = request(kTypeAxfr);
  const Fd idle = std::move(*connect_tcp(at_, 1s));
  std::this_thread::sleep_for(50ms);
  const auto begin = std::chrono::steady_clock::now();
  primary_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s);
  EXPECT_EQ(threads(), before);
}

TEST_F(PrimaryTest, ConnectionsAreLimitedAndTheRestStillServed) {
  options_.connections_per_address = 3;
  start();
  std::vector<Fd> idle;
  for (int i = 0; i < 6; ++i) idle.push_back(std::move(*connect_tcp(at_, 1s)));
  std::this_thread::sleep_for(100ms);
  EXPECT_EQ(primary_->counters().open_connections, 3U);
  EXPECT_EQ(primary_->counters().dropped, 3U);
  const Exchange soa = ask(at_, {*Name::parse("hot.tocsin"), kTypeSoa, kClassIn}, 1s, 1, clock_);
  EXPECT_EQ(soa.rcode(), kNoError) << "UDP goes on";
}

TEST_F(PrimaryTest, OverlongRequestsAndStrangersAreShownTheDoor) {
  options_.secondaries[0].more_sources.clear();
  start();
  const Exchange udp = ask(at_, {*Name::parse("hot.tocsin"), kTypeSoa, kClassIn}, 1s, 1, clock_);
  EXPECT_EQ(udp.rcode(), kRefused);
  const Fd stranger = request(kTypeAxfr);
  const auto head = receive_exactly(stranger, 2, nullptr, 2s);
  ASSERT_TRUE(head);
  const auto answer = receive_exactly(stranger, get16(*head, 0), nullptr, 2s);
  EXPECT_EQ(decode(*answer)->rcode(), kRefused);
  EXPECT_FALSE(receive_exactly(stranger, 1, nullptr, 2s)) << "closed";
  const Fd rude = std::move(*connect_tcp(at_, 1s));
  ASSERT_TRUE(send_all(rude, "\xff\xff", nullptr, 1s));
  EXPECT_FALSE(receive_exactly(rude, 1, nullptr, 2s));
}

TEST_F(PrimaryTest, OptionsThatCannotWorkAreRefusedAtStart) {
  const auto refused = [&](const PrimaryOptions& options) {
    const auto started = Primary::start(options, zones_, clock_);
    return !started && !started.error().message_zh.empty();
  };
  PrimaryOptions options = options_;
  options.address = "0.0.0.0";
  EXPECT_TRUE(refused(options));
  options = options_;
  options.secondaries[0].key = "nobody";
  EXPECT_TRUE(refused(options));
  options = options_;
  options.secondaries.push_back(options.secondaries[0]);
  EXPECT_TRUE(refused(options));
  options = options_;
  options.keys = {{*Name::parse("k"), TsigAlgorithm::kHmacSha256, "short"}};
  EXPECT_TRUE(refused(options));
  options = options_;
  options.secondaries[0].notify = *Endpoint::make("::1", 53);
  EXPECT_TRUE(refused(options));
}

}  // namespace
}  // namespace tocsin::enforce::dns
