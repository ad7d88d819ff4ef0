// Whatever a peer sends, the primary's decision is an answer, a transfer or silence. The first byte
// chooses transport and sender.
#include <cstddef>
#include <cstdint>

#include "enforce/dns/memory_zone.h"
#include "enforce/dns/responder.h"
#include "enforce/dns/rpz.h"

namespace {

using namespace tocsin;
using namespace tocsin::enforce::dns;

struct World {
  FakeClock clock{Instant{1'700'000'000'000'000}};
  MemoryZones zones;
  std::vector<TsigKey> keys{
      {*Name::parse("hub-key"), TsigAlgorithm::kHmacSha256, std::string(32, 'k')}};
  PeerBook peers;
  Responder responder;

  World() : peers(secondaries(), {}), responder(zones, peers, keys, clock) {
    Apex apex;
    apex.zone = "hot.tocsin";
    ASSERT(zones.add_zone(apex, 1, *render_name({"a.example"}, apex.zone, 30)).has_value());
    const auto more = *render_name({"b.example"}, apex.zone, 30);
    ASSERT(zones.apply(apex.zone, 2, {}, more).has_value());
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
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const World world;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const bool tcp = (data[0] & 1U) != 0;
  const auto from = Endpoint::make((data[0] & 2U) != 0 ? "192.0.2.2" : "192.0.2.1", 4000);
  Outcome out = world.responder.handle({bytes, *from, tcp});
  if (out.kind == Outcome::Kind::kReply) {
    ASSERT(out.reply.size() >= kHeaderBytes);
    ASSERT(decode(out.reply).has_value());
    ASSERT((get16(out.reply, 2) & kFlagQr) != 0);
  }
  if (out.kind == Outcome::Kind::kTransfer) {
    ASSERT(tcp);
    ASSERT(from->address() == "192.0.2.1");  // the other one needs a key that nobody here holds
    const auto sent = out.transfer->send(world.clock, [](const std::string& message) -> Status {
      ASSERT(decode(message).has_value());
      return {};
    });
    ASSERT(sent.has_value());
  }
  return 0;
}
