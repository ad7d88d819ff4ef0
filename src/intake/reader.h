// Foreign formats become items: one push parser a format, one promise for all of them.
//
// The promise: every data line (for documents: every piece that names an indicator) ends as exactly
// one item or one refusal, so `lines == items + refused` and nothing is lost in silence.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "base/time.h"
#include "model/indicator.h"
#include "model/relation.h"

namespace tocsin::intake {

enum class Format {
  kPlain,         ///< one indicator a line; comments; adblock `||x^`; ipsum and FireHOL headers
  kHosts,         ///< hosts(5) with a sink address
  kCsv,           ///< RFC 4180 with a mapping
  kNdjson,        ///< our own exchange form, one object a line (docs/intake.md)
  kZeek,          ///< Zeek intelligence framework
  kStix,          ///< STIX 2.0 and 2.1
  kMisp,          ///< MISP event JSON
  kRpz,           ///< response policy zone
  kDnsmasq,       ///< address=/x/
  kUnbound,       ///< local-zone: "x" always_nxdomain
  kBind,          ///< zone "x" { … };
  kShadowserver,  ///< Shadowserver report CSV
  kIntelmq,       ///< IntelMQ events, JSON
  kN6,            ///< n6 events, JSON lines, JSON array or CSV
  kMispFeed,      ///< a MISP feed folder, packed by misp_feed.h
  kMail,          ///< abuse mail: ARF, X-ARF, attached lists, free text
  kXlsx,          ///< one sheet of an Office Open XML workbook, with a mapping
  kIodef,         ///< IODEF 1 and 2 (RFC 5070, RFC 7970) with phishing reports (RFC 5901)
  kGbt36643,      ///< GB/T 36643-2018, observations and indicators
};
std::string_view name(Format format);  ///< `plain`, `hosts`, `csv`, ...
std::optional<Format> format_named(std::string_view name);
const std::vector<std::string_view>& format_names();

/// Traffic Light Protocol 2.0; white is clear.
enum class Tlp { kUnset, kClear, kGreen, kAmber, kAmberStrict, kRed };
std::string_view name(Tlp tlp);  ///< `` (unset), `clear`, `green`, `amber`, `amber+strict`, `red`
/// Accepts `tlp:amber`, `TLP:WHITE`, `amber+strict`.
std::optional<Tlp> tlp_named(std::string_view text);

struct Item {
  model::Indicator indicator;
  std::string original;   ///< as the source wrote it
  std::int64_t line = 0;  ///< from 1; in documents the number of the object or attribute
  int confidence = 50;    ///< 0-100
  Tlp tlp = Tlp::kUnset;
  Instant first_seen;
  Instant last_seen;
  Instant valid_until;
  std::vector<std::string> labels;
  std::string description;
  std::string foreign_id;   ///< STIX id, MISP uuid, task number
  bool actionable = true;   ///< false: context only (MISP to_ids off, STIX revoked)
  bool taken_back = false;  ///< the source says that it no longer says it (STIX revoked)
  std::uint32_t notes = 0;  ///< match::Note bits
};

/// Two things that a source puts into relation, beside its items. Both ends are canonical.
struct Link {
  model::Relation relation;
  int confidence = 50;
  Tlp tlp = Tlp::kUnset;
  Instant first_seen;
  Instant last_seen;
  bool taken_back = false;  ///< the source says that it no longer says it (STIX revoked)
};

struct Refusal {
  std::int64_t line = 0;
  std::string original;  ///< at most 200 bytes
  std::string code;      ///< short stable word
  Text message;
};

/// Something about the whole source: empty-feed, count-mismatch.
struct Warning {
  std::string code;
  Text message;
};

/// Receives in the order of the source.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void item(Item&& item) = 0;
  virtual void refusal(Refusal&& refusal) = 0;
  virtual void warning(Warning&& warning) = 0;
  /// After the items of its line. Whoever only wants the indicators leaves it as it is.
  virtual void link(Link&& /*link*/) {}
};

struct Counters {
  std::int64_t lines = 0;  ///< data lines or pieces
  std::int64_t items = 0;
  std::int64_t refused = 0;
  std::int64_t comments = 0;  ///< comments, headers, objects that name no indicator
  std::int64_t links = 0;
  std::int64_t unlinked = 0;  ///< an end that is no node, or that its kind does not allow; too many
};

/// What the source says about itself.
struct SourceInfo {
  Instant source_date;  ///< of the list, not of the fetch; not set when unknown
  std::optional<std::int64_t> declared_entries;
};

/// Which column holds what. A column is a header name (case ignored) or `#n`, counted from 1;
/// empty: not there.
struct CsvMapping {
  char delimiter = ',';
  bool auto_delimiter = false;  ///< choose among , ; TAB | by the first record
  bool header = true;           ///< the first record names the columns
  std::string comment_prefix = "#";
  std::string value = "#1";
  std::string value_tail;  ///< appended to value: the path column of host + path
  std::string kind;
  std::string description;
  std::string label;
  std::string first_seen;
  std::string last_seen;
  std::string valid_until;
  std::string tlp;
  std::string actionable;  ///< `no` or `false`: for context only
  std::string confidence;
  std::string id;
  std::string sheet;  ///< of a workbook, by its name; empty: the first
  std::optional<model::IndicatorKind> fixed_kind;
  std::map<std::string, model::IndicatorKind>
      kind_words;                      ///< lower case; added to the built-in ones
  std::chrono::minutes utc_offset{0};  ///< of times without a zone
};

namespace shadowserver {
struct Report;
using Schema = std::map<std::string, Report, std::less<>>;
}  // namespace shadowserver

struct Options {
  std::optional<model::IndicatorKind> kind;  ///< every line is of this kind
  int confidence = 50;                       ///< where the source states none
  Tlp tlp = Tlp::kUnset;
  std::vector<std::string> labels;
  CsvMapping csv;
  std::string file_name;  ///< tells which Shadowserver report it is
  std::shared_ptr<const shadowserver::Schema> shadowserver;  ///< null: common columns only
  std::size_t max_line_bytes = 64U << 10;                    ///< a longer line is one refusal
  std::size_t max_document_bytes = 256U << 20;               ///< a larger document is refused whole
};

/// A parser in progress. feed() any number of times with UTF-8 bytes, then finish() once.
/// An error of feed() or finish() is about the whole source (it has also become a refusal); bad
/// lines are no errors. Thread safety: none; one reader, one thread.
class Reader {
 public:
  virtual ~Reader() = default;
  [[nodiscard]] virtual Status feed(std::string_view bytes) = 0;
  [[nodiscard]] virtual Status finish() = 0;
  virtual const Counters& counters() const = 0;
  virtual const SourceInfo& source() const = 0;
};

/// The sink must outlive the reader.
std::unique_ptr<Reader> make_reader(Format format, Options options, Sink& sink);

/// The relations that STIX objects state, and nothing else: `stating` and `context` are JSON arrays
/// of objects, and the ends are looked for in both. Links go to the sink.
Result<Counters> read_stix_links(std::string_view stating, std::string_view context, Sink& sink);

/// The likely format, from the first bytes (decoded; 4 KiB are plenty) and the file's name. A guess
/// to be shown to a person, never the last word.
Format sniff(std::string_view head, std::string_view file_name = {});

}  // namespace tocsin::intake
