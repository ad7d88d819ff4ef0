// What the hub knows of addresses, names and numbers without asking anybody: imported data sets
// and the entries by which people say whose something is (W17-23, W17-24).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/organization.h"
#include "model/source.h"

namespace tocsin::model {

/// What a data set of reference data answers.
enum class ReferenceKind {
  kIpAsn,         ///< address -> autonomous system and its name
  kIpCountry,     ///< address -> ISO 3166 country or region
  kIpProvince,    ///< address -> province, city, access provider, as Chinese sources write them
  kIpOperator,    ///< prefixes of one operator; the data set's name is the operator
  kIpHosting,     ///< prefixes of one hosting provider or content network
  kAsn,           ///< number of an autonomous system -> its name
  kPhoneRegion,   ///< number prefix -> place
  kPhoneCarrier,  ///< number prefix -> operator that the block was assigned to
  kSuffixes       ///< public suffix list
};
TOCSIN_ENUM_NAMES(ReferenceKind, "ip-asn", "ip-country", "ip-province", "ip-operator", "ip-hosting",
                  "asn", "phone-region", "phone-carrier", "suffixes")

/// One imported data set. A new import of the same kind and name takes its place.
struct ReferenceSet {
  using is_described = void;
  std::string id;
  ReferenceKind kind = ReferenceKind::kIpAsn;
  std::string name;
  std::string form;  ///< csv | tsv | cidr-list | prefix-text | mmdb | suffix-list
  std::string file_name;
  std::string data_date;  ///< the day the data speaks of, YYYY-MM-DD, as the importer stated it
  Act by;                 ///< who imported it and when
  std::int64_t rows = 0;  ///< rows taken; rows + refused + ignored are all lines of the file
  std::int64_t refused = 0;
  std::int64_t ignored = 0;           ///< comments, headers, blank lines, rows that say "unknown"
  std::vector<RefusedLine> refusals;  ///< the first hundred
  std::int64_t segments = 0;          ///< disjoint pieces that a look-up searches
  std::int64_t memory = 0;            ///< bytes of the tables in memory
  std::int64_t source_bytes = 0;
  std::string source_digest;  ///< SHA-256 of the file that was given
  std::string digest;         ///< SHA-256 of the built snapshot, and its file name
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("id", s.id);
    v("kind", s.kind);
    v("name", s.name);
    v("form", s.form);
    v("file_name", s.file_name);
    v("data_date", s.data_date);
    v("by", s.by);
    v("rows", s.rows);
    v("refused", s.refused);
    v("ignored", s.ignored);
    v("refusals", s.refusals);
    v("segments", s.segments);
    v("memory", s.memory);
    v("source_bytes", s.source_bytes);
    v("source_digest", s.source_digest);
    v("digest", s.digest);
  }
};

/// By what an entry of responsibility is found.
enum class ResponsibilityKey {
  kAny,        ///< everything; only for do-not-notify
  kIndicator,  ///< one indicator, `domain:evil.example`
  kCidr,       ///< 192.0.2.0/24
  kAsn,        ///< 64500
  kDomain,     ///< evil.example and all names below
  kPhone,      ///< digits a number begins with, country code included; or 106... of an SMS port
  kPlatform,   ///< platform of an account, `wechat`
  kApp,      ///< package and what is below it, or `@` and the digest of the publisher's certificate
  kOperator  ///< operator as the imported lists name it, `chinanet`
};
TOCSIN_ENUM_NAMES(ResponsibilityKey, "any", "indicator", "cidr", "asn", "domain", "phone",
                  "platform", "app", "operator")

enum class ResponsibilityEffect {
  kAssigns,     ///< the key is that organisation's
  kNotOurs,     ///< the key is not that organisation's, whatever other data say
  kDoNotNotify  ///< the organisation is not notified about the key
};
TOCSIN_ENUM_NAMES(ResponsibilityEffect, "assigns", "not-ours", "do-not-notify")

/// One statement of whose something is, or is not. Never changed, only suppressed.
struct Responsibility {
  using is_described = void;
  std::string id;
  ResponsibilityEffect effect = ResponsibilityEffect::kAssigns;
  ResponsibilityKey key_kind = ResponsibilityKey::kIndicator;
  std::string key;           ///< canonical
  std::string organization;  ///< organisation id; empty: outside the directory, or all of them
  std::string outside;       ///< name of a unit that is not registered here
  std::optional<Contact> contact;  ///< for this key; else the organisation's own
  Instant from;
  Instant until;  ///< unset: open
  Act by;
  std::string task;  ///< the feedback that taught it
  std::optional<Act> suppressed;
  Instant suppressed_until;  ///< unset: for good
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("id", s.id);
    v("effect", s.effect);
    v("key_kind", s.key_kind);
    v("key", s.key);
    v("organization", s.organization);
    v("outside", s.outside);
    v("contact", s.contact);
    v("from", s.from);
    v("until", s.until);
    v("by", s.by);
    v("task", s.task);
    v("suppressed", s.suppressed);
    v("suppressed_until", s.suppressed_until);
  }
  /// Does it say something at that time?
  bool in_force(Instant now) const {
    if (from > now || (until && until <= now)) return false;
    return !suppressed || (suppressed_until && suppressed_until <= now);
  }
};

/// `cidr:192.0.2.0/24`, the key under which entries are found.
inline std::string responsibility_key(ResponsibilityKey kind, std::string_view key) {
  return std::string(name(kind)) + ":" + std::string(key);
}

}  // namespace tocsin::model
