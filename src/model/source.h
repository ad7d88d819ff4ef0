// Where indicators come from, and each run that brought them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/common.h"
#include "model/tlp.h"

namespace tocsin::model {

/// How the bytes of a source come in.
enum class SourceKind {
  kPush,       ///< somebody sends them: `tocsin import`, the API
  kFile,       ///< one file below the hub's source folder
  kDirectory,  ///< every new file of a folder below it
  kUrl,        ///< http or https; fetched only when it changed
  kTaxii,      ///< a collection of a TAXII 2.1 server, from where the last run ended
  kMispFeed,   ///< a MISP feed, by URL or in a folder; only events that changed
  kMailbox     ///< a Maildir, a folder of .eml or an mbox file; each message once
};
TOCSIN_ENUM_NAMES(SourceKind, "push", "file", "directory", "url", "taxii", "misp-feed", "mailbox")

/// How the last run went. All but kOk and kNew want somebody's eye; none of them expires anything.
enum class SourceHealth { kNew, kOk, kEmpty, kStale, kShrunken, kFormatChanged, kFailing };
TOCSIN_ENUM_NAMES(SourceHealth, "new", "ok", "empty", "stale", "shrunken", "format-changed",
                  "failing")

/// How the hub shows itself to a source.
enum class AccessKind {
  kNone,
  kBearer,       ///< Authorization: Bearer
  kBasic,        ///< Authorization: Basic, with `login`
  kHeader,       ///< the secret alone, under `header`
  kCertificate,  ///< a TLS client certificate
};
TOCSIN_ENUM_NAMES(AccessKind, "none", "bearer", "basic", "header", "certificate")

/// The secret itself is never kept here: only where it lies.
struct SourceAccess {
  using is_described = void;
  AccessKind kind = AccessKind::kNone;
  std::string login;
  std::string header;
  std::string secret;       ///< `env:NAME`, `file:NAME` of the credentials folder, or `sealed`
  std::string certificate;  ///< PEM file of the credentials folder
  std::string key;          ///< its private key, likewise
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("kind", s.kind);
    v("login", s.login);
    v("header", s.header);
    v("secret", s.secret);
    v("certificate", s.certificate);
    v("key", s.key);
  }
};

/// What is told once about a source.
struct SourceTerms {
  using is_described = void;
  SourceKind kind = SourceKind::kPush;
  std::string location;            ///< path below the source folder, or URL
  SourceAccess access;             ///< for URLs
  bool private_addresses = false;  ///< may lie at an address that is not public
  std::string format;              ///< empty: found out at the first run, then kept
  std::string csv;                 ///< column mapping, as for an import
  std::string indicator_kind;      ///< of every line; empty: found out
  std::string label;               ///< family or note, for lines that have none
  std::int64_t confidence = 50;    ///< 0..100, for lines that state none
  std::optional<Tlp> tlp;          ///< for lines that state none
  bool complete = false;           ///< each run is the whole list: the rest is withdrawn
  std::int64_t valid_hours = 0;    ///< how long its word holds; 0: without end
  std::string expiry;              ///< the same by kind, in days: `ipv4:7,domain:90`
  std::int64_t stale_hours = 0;    ///< without anything new it is stale; 0: the hub's setting
  std::int64_t every_minutes = 0;  ///< 0: only when somebody says so
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("kind", s.kind);
    v("location", s.location);
    v("access", s.access);
    v("private_addresses", s.private_addresses);
    v("format", s.format);
    v("csv", s.csv);
    v("indicator_kind", s.indicator_kind);
    v("label", s.label);
    v("confidence", s.confidence);
    v("tlp", s.tlp);
    v("complete", s.complete);
    v("valid_hours", s.valid_hours);
    v("expiry", s.expiry);
    v("stale_hours", s.stale_hours);
    v("every_minutes", s.every_minutes);
  }
};

/// A message that could not be read; it is not tried again.
struct SetAside {
  using is_described = void;
  std::string name;
  Text reason;
  Instant at;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("name", s.name);
    v("reason", s.reason);
    v("at", s.at);
  }
};

struct Source {
  using is_described = void;
  std::string id;
  std::string name;  ///< unique
  std::string organization;
  std::int64_t number = 0;  ///< small integer used in the sighting table
  Instant created;
  SourceTerms terms;
  bool paused = false;
  SourceHealth health = SourceHealth::kNew;
  Text problem;               ///< what the eye should see; empty when all is well
  std::int64_t failures = 0;  ///< in a row; they stretch the pause before the next try
  Instant last_run;
  Instant last_good;  ///< last run whose content was taken in without a flag
  Instant last_news;  ///< last run that brought content nobody had read before
  Instant retired;    ///< what was read until then counts as unread
  Instant next_run;   ///< not set: not scheduled
  std::string last_import;
  std::string last_format;
  std::string etag;                 ///< of the last content, for URLs
  std::string last_modified;        ///< likewise
  std::vector<SetAside> set_aside;  ///< the newest hundred
  std::int64_t set_aside_total = 0;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("id", s.id);
    v("name", s.name);
    v("organization", s.organization);
    v("number", s.number);
    v("created", s.created);
    v("terms", s.terms);
    v("paused", s.paused);
    v("health", s.health);
    v("problem", s.problem);
    v("failures", s.failures);
    v("last_run", s.last_run);
    v("last_good", s.last_good);
    v("last_news", s.last_news);
    v("retired", s.retired);
    v("next_run", s.next_run);
    v("last_import", s.last_import);
    v("last_format", s.last_format);
    v("etag", s.etag);
    v("last_modified", s.last_modified);
    v("set_aside", s.set_aside);
    v("set_aside_total", s.set_aside_total);
  }
};

/// What a publisher's columns mean, by the publisher's own file; one for each publisher.
struct FeedSchema {
  using is_described = void;
  std::string id;      ///< `shadowserver`
  std::string body;    ///< the file as it was given
  std::string digest;  ///< its SHA-256
  Act by;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("id", s.id);
    v("body", s.body);
    v("digest", s.digest);
    v("by", s.by);
  }
};

/// Why a line was refused, with the line itself; the first thousand of a run are kept.
struct RefusedLine {
  using is_described = void;
  std::int64_t line = 0;
  std::string original;
  std::string code;
  Text reason;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("line", s.line);
    v("original", s.original);
    v("code", s.code);
    v("reason", s.reason);
  }
};

/// One run over one file. `imported + merged + refused == lines` holds at every commit.
struct Import {
  using is_described = void;
  std::string id;
  std::int64_t number = 0;  ///< counts runs; marks the sightings that it named last
  std::string source;
  std::string format;
  std::string file_name;
  std::string digest;  ///< SHA-256 of the raw file: the same file resumes, it does not start again
  std::string state;   ///< running | done | failed
  std::int64_t bytes = 0;
  std::int64_t lines = 0;     ///< data lines seen
  std::int64_t imported = 0;  ///< new indicators
  std::int64_t merged = 0;    ///< known already, here or earlier in the file
  std::int64_t refused = 0;
  std::int64_t comments = 0;
  std::int64_t withdrawn = 0;  ///< sightings that this complete list no longer names
  std::vector<RefusedLine> refusals;
  std::vector<std::string> warnings;
  std::vector<std::string> warnings_zh;  ///< the same, one by one
  std::string error;
  Act by;
  Instant finished;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("id", s.id);
    v("number", s.number);
    v("source", s.source);
    v("format", s.format);
    v("file_name", s.file_name);
    v("digest", s.digest);
    v("state", s.state);
    v("bytes", s.bytes);
    v("lines", s.lines);
    v("imported", s.imported);
    v("merged", s.merged);
    v("refused", s.refused);
    v("comments", s.comments);
    v("withdrawn", s.withdrawn);
    v("refusals", s.refusals);
    v("warnings", s.warnings);
    v("warnings_zh", s.warnings_zh);
    v("error", s.error);
    v("by", s.by);
    v("finished", s.finished);
  }
};

}  // namespace tocsin::model
