// The one versioned list of what is to be blocked, and the points that enforce it (design 4.3).
#pragma once

#include <string>

#include "model/common.h"

namespace tocsin::model {

/// Words of n6's blacklist deltas, the clearest of all peers.
enum class ListOp { kNew, kUpdate, kDelist, kExpire, kChange };
TOCSIN_ENUM_NAMES(ListOp, "new", "update", "delist", "expire", "change")

/// One indicator that one addressee has to block, and for which task.
struct ListEntry {
  using is_described = void;
  std::string id;
  CaseIndicator indicator;
  std::string addressee;
  std::string task;
  std::string threat;
  std::string case_number;
  std::uint64_t listed = 0;   ///< list version at which it was listed
  std::uint64_t version = 0;  ///< list version of its last change
  Instant since;
  bool live = true;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("id", s.id);
    v("indicator", s.indicator);
    v("addressee", s.addressee);
    v("task", s.task);
    v("threat", s.threat);
    v("case", s.case_number);
    v("listed", s.listed);
    v("version", s.version);
    v("since", s.since);
    v("live", s.live);
  }
};

/// A step of the list; its version is the journal sequence number that made it, so it only grows.
struct ListChange {
  using is_described = void;
  std::string id;  ///< twenty digits of the version, so that ids sort as versions do
  std::uint64_t version = 0;
  ListOp op = ListOp::kNew;
  ListEntry entry;
  Instant at;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("id", s.id);
    v("version", s.version);
    v("op", s.op);
    v("entry", s.entry);
    v("at", s.at);
  }
};

enum class PointKind { kDnsRpz, kDecisions, kTextList };
TOCSIN_ENUM_NAMES(PointKind, "dns-rpz", "decisions", "text-list")

/// False for what a kind of point cannot enforce: to a resolver a URL would be its whole host, and
/// a bouncer decides by address and name. A text list is read by whatever the unit has.
bool carries(PointKind point, IndicatorKind indicator);

/// A device or program of an addressee that enforces the list.
struct EnforcementPoint {
  using is_described = void;
  std::string id;
  std::string organization;
  std::string code;  ///< short and unique, `op-a-resolver`
  PointKind kind = PointKind::kDnsRpz;
  std::string address;  ///< where NOTIFY goes and the probe asks; host or IP literal
  std::int64_t port = 0;
  std::string tsig_name;    ///< RFC 8945 key name; empty: by address only
  std::string tsig_secret;  ///< base 64; never leaves the store except in a generated configuration
  std::uint64_t acknowledged = 0;  ///< list version it has, by its own word or by delivery
  Instant acknowledged_at;
  bool active = true;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("id", s.id);
    v("organization", s.organization);
    v("code", s.code);
    v("kind", s.kind);
    v("address", s.address);
    v("port", s.port);
    v("tsig_name", s.tsig_name);
    v("tsig_secret", s.tsig_secret);
    v("acknowledged", s.acknowledged);
    v("acknowledged_at", s.acknowledged_at);
    v("active", s.active);
  }
};

/// Twenty digits, so that ids of changes sort as their versions do.
std::string list_version_key(std::uint64_t version);

}  // namespace tocsin::model
