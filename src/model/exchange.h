// Collections in which STIX objects are exchanged, and what became of each submission (W17-08,
// W17-09).
#pragma once

#include <string>
#include <vector>

#include "model/common.h"
#include "model/tlp.h"

namespace tocsin::model {

/// What one organisation may do with a collection.
struct ExchangeGrant {
  using is_described = void;
  std::string organization;
  bool read = false;
  bool write = false;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("organization", s.organization);
    v("read", s.read);
    v("write", s.write);
  }
};

struct ExchangeCollection {
  using is_described = void;
  std::string id;  ///< UUID: TAXII prescribes it
  std::string alias;
  std::int64_t number = 0;  ///< prefix of its keys in the object base
  Text title;
  Text description;
  Tlp ceiling = Tlp::kAmber;  ///< nothing stricter enters
  bool projection = false;    ///< filled by the hub with its own determined threats, read-only
  std::string audience;       ///< projection for one organisation: only cases that it may read
  std::vector<ExchangeGrant> grants;
  Act created;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("id", s.id);
    v("alias", s.alias);
    v("number", s.number);
    v("title", s.title);
    v("description", s.description);
    v("ceiling", s.ceiling);
    v("projection", s.projection);
    v("audience", s.audience);
    v("grants", s.grants);
    v("created", s.created);
  }
  /// The grant of that organisation, or nothing at all.
  ExchangeGrant grant_of(std::string_view organization) const {
    for (const auto& g : grants) {
      if (g.organization == organization) return g;
    }
    return {std::string(organization), false, false};
  }
};

/// What became of one object of a submission.
struct ExchangeOutcome {
  using is_described = void;
  std::string id;
  std::string version;
  std::string message;  ///< empty: accepted
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("id", s.id);
    v("version", s.version);
    v("message", s.message);
  }
};

/// The TAXII status resource of one submission.
struct ExchangeStatus {
  using is_described = void;
  std::string id;          ///< UUID
  std::string collection;  ///< id
  std::string organization;
  Instant at;
  std::int64_t total = 0;
  std::int64_t succeeded = 0;
  std::int64_t failed = 0;
  std::vector<ExchangeOutcome> successes;  ///< the first thousand
  std::vector<ExchangeOutcome> failures;   ///< the first thousand
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("id", s.id);
    v("collection", s.collection);
    v("organization", s.organization);
    v("at", s.at);
    v("total", s.total);
    v("succeeded", s.succeeded);
    v("failed", s.failed);
    v("successes", s.successes);
    v("failures", s.failures);
  }
};

}  // namespace tocsin::model
