// What the primary serves: zones with a serial, a snapshot of their records, and the steps between.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "enforce/dns/wire.h"

namespace tocsin::enforce::dns {

/// One record of a zone, class IN. `owner` holds the folded wire labels in front of the apex,
/// without a final zero byte; empty means the apex itself.
struct Record {
  std::string owner;
  std::uint16_t type = kTypeCname;
  std::uint32_t ttl_s = 0;
  std::string rdata;
  bool operator==(const Record&) const = default;
};

/// The same without owning the bytes; valid only during the call that hands it over.
struct RecordView {
  std::string_view owner;
  std::uint16_t type = kTypeCname;
  std::uint32_t ttl_s = 0;
  std::string_view rdata;
};

/// Returns false to end the walk.
using RecordVisitor = std::function<bool(const RecordView&)>;

/// The fields of a zone's SOA that do not move, and its name server.
struct Apex {
  std::string zone;  ///< folded, without a final dot: `hot.tocsin`
  Name mname;        ///< also the NS record; the root makes it `localhost.`
  Name rname;
  std::uint32_t refresh_s = 60;  ///< how often a secondary asks when every NOTIFY was lost
  std::uint32_t retry_s = 10;
  std::uint32_t expire_s = 30U * 86400;  ///< blocks stay this long when the primary is gone
  std::uint32_t minimum_s = 30;  ///< negative time to live: bounds how long a lift can lag (5-60)
  std::uint32_t ttl_s = 30;
};

/// One step of a zone. Without the SOA records, which the primary adds.
class Delta {
 public:
  virtual ~Delta() = default;
  virtual std::uint32_t from() const = 0;
  virtual std::uint32_t to() const = 0;
  virtual std::size_t size() const = 0;  ///< removed plus added records
  virtual void for_each_removed(const RecordVisitor& visit) const = 0;
  virtual void for_each_added(const RecordVisitor& visit) const = 0;
};

/// A zone as it was at one serial. Immutable: it stays the same while the zone goes on changing, so
/// a transfer to a slow reader is consistent. Thread safety: safe.
class ZoneView {
 public:
  virtual ~ZoneView() = default;
  virtual const Apex& apex() const = 0;
  virtual std::uint32_t serial() const = 0;
  virtual std::size_t size() const = 0;  ///< records, without SOA and NS
  /// Every record once, in any order; without SOA and NS.
  virtual void for_each(const RecordVisitor& visit) const = 0;
  /// The unbroken chain of steps from serial `from` to serial(); nothing when the history does not
  /// reach back that far or never had that serial. Empty when `from` is serial().
  virtual std::optional<std::vector<std::shared_ptr<const Delta>>> since(
      std::uint32_t from) const = 0;
};

/// Thread safety: safe; asked from every thread of the primary.
class ZoneSource {
 public:
  virtual ~ZoneSource() = default;
  /// Zone names in the order in which a resolver should consult them (hot before base).
  virtual std::vector<std::string> zones() const = 0;
  /// Nothing when there is no such zone.
  virtual std::shared_ptr<const ZoneView> view(std::string_view zone) const = 0;
};

}  // namespace tocsin::enforce::dns
