// The messages of a zone transfer: AXFR (RFC 5936) and IXFR (RFC 1995), built one at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "enforce/dns/tsig.h"
#include "enforce/dns/zone_source.h"

namespace tocsin::enforce::dns {

/// The SOA of a zone with a given serial, and its record.
Rr soa_rr(const Apex& apex, std::uint32_t serial);

/// One answer to AXFR or IXFR. Holds a snapshot: the zone may go on changing while it is sent.
class Transfer {
 public:
  enum class Shape {
    kFull,         ///< SOA, everything, SOA; also the IXFR answer to an unknown serial
    kIncremental,  ///< SOA(new), { SOA(from), removed, SOA(to), added }*, SOA(new)
    kCurrent,      ///< the one SOA: there is nothing newer
  };

  std::shared_ptr<const ZoneView> view;
  std::vector<std::shared_ptr<const Delta>> steps;  ///< for kIncremental, unbroken
  Shape shape = Shape::kFull;
  std::string secondary;
  Question question;
  std::uint16_t id = 0;
  std::optional<TsigSigner> signer;
  std::size_t message_limit_bytes = 60'000;

  /// Hands over encoded messages in their order, each signed if asked for, until all are out or
  /// `sink` fails; then its error is returned. Never holds more than one message.
  Status send(const Clock& clock, const std::function<Status(const std::string&)>& sink);
};

}  // namespace tocsin::enforce::dns
