// What the primary answers: a decision from bytes to bytes, without sockets or threads.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "enforce/dns/peers.h"
#include "enforce/dns/transfer.h"
#include "enforce/dns/tsig.h"
#include "enforce/dns/zone_source.h"

namespace tocsin::enforce::dns {

struct Request {
  std::string_view bytes;
  Endpoint from;
  bool tcp = false;
};

struct Outcome {
  enum class Kind { kDrop, kReply, kTransfer };
  Kind kind = Kind::kDrop;
  std::string reply;                   ///< for kReply
  std::unique_ptr<Transfer> transfer;  ///< for kTransfer
  std::optional<PeerEvent> event;      ///< to be recorded before anything is sent
};

/// Answers SOA, AXFR and IXFR of the zones a secondary may have, and REFUSED to everything else.
/// Responses (QR bit) and what has no header are dropped, so that two servers cannot keep each
/// other busy. Thread safety: safe. The arguments must outlive it.
class Responder {
 public:
  Responder(const ZoneSource& zones, const PeerBook& peers, const std::vector<TsigKey>& keys,
            const Clock& clock)
      : zones_(zones), peers_(peers), keys_(keys), clock_(clock) {}

  Outcome handle(const Request& request) const;

 private:
  struct Context;
  Outcome answer_zone(Context& context) const;
  Outcome answer_ixfr(Context& context) const;
  Outcome reply(Context& context, std::uint8_t rcode, bool with_soa = false) const;
  Outcome reply_tsig_error(Context& context) const;
  Outcome transfer(Context& context, Transfer::Shape shape) const;

  const ZoneSource& zones_;
  const PeerBook& peers_;
  const std::vector<TsigKey>& keys_;
  const Clock& clock_;
};

}  // namespace tocsin::enforce::dns
