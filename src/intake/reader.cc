#include "intake/reader.h"

#include <array>

#include "intake/reader_base.h"

namespace tocsin::intake {
namespace {

/// In the order of Format.
const std::vector<std::string_view> kFormats = {
    "plain",     "hosts",   "csv",     "ndjson", "zeek",         "stix",    "misp",
    "rpz",       "dnsmasq", "unbound", "bind",   "shadowserver", "intelmq", "n6",
    "misp-feed", "mail",    "xlsx",    "iodef",  "gbt36643"};
constexpr std::array<std::string_view, 6> kTlp = {"",      "clear",        "green",
                                                  "amber", "amber+strict", "red"};

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// The first line that is neither blank nor a comment.
std::string_view first_data_line(std::string_view head) {
  for (std::string_view line : split(head, '\n')) {
    line = trim(line);
    if (line.empty() || line[0] == '#' || line[0] == '!' || line[0] == ';' ||
        line.starts_with("//")) {
      continue;
    }
    return line;
  }
  return {};
}

/// Its ids have one hyphen behind the component's name, STIX has two.
bool names_gbt36643(std::string_view head) {
  for (const std::string_view id : {"\"observation-", "\"indicator-"}) {
    const auto at = head.find(id);
    if (at != std::string_view::npos && head.substr(at + id.size(), 1) != "-") return true;
  }
  return false;
}

std::optional<Format> sniff_json(std::string_view head) {
  const std::string_view start = trim(head);
  if (!start.starts_with('{') && !start.starts_with('[')) return std::nullopt;
  // A file whose first line is a whole object with "kind" and "value" is ours.
  const std::string_view line = trim(start.substr(0, start.find('\n')));
  if (line.starts_with('{') && line.ends_with('}') && has(line, "\"value\"") &&
      !has(line, "\"Attribute\"") && !has(line, "\"objects\"")) {
    return Format::kNdjson;
  }
  if (has(head, "GB/T 36643") || names_gbt36643(head)) return Format::kGbt36643;
  if (has(head, "\"classification.") || has(head, "\"__type\"") || has(head, "\"feed.name\"")) {
    return Format::kIntelmq;
  }
  if (has(head, "\"restriction\"") && has(head, "\"category\"")) return Format::kN6;
  if (has(head, "\"misp_feed\"")) return Format::kMispFeed;
  if (has(head, "\"Event\"") || has(head, "\"response\"") || has(head, "\"Attribute\"") ||
      has(head, "\"Orgc\"") || has(head, "\"to_ids\"") || has(head, "\"threat_level_id\"")) {
    return Format::kMisp;
  }
  if (start.starts_with('[') && !has(head, "--")) return std::nullopt;  // not STIX ids
  return Format::kStix;
}

bool is_sink_line(std::string_view line) {
  for (const std::string_view sink : {"0.0.0.0", "127.0.0.1", "::1", "::"}) {
    if (line.starts_with(sink) && line.size() > sink.size() &&
        (line[sink.size()] == ' ' || line[sink.size()] == '\t')) {
      return true;
    }
  }
  return false;
}

bool is_mail(std::string_view head, std::string_view file_name) {
  for (const std::string_view start :
       {"Received: ", "Return-Path: ", "Delivered-To: ", "MIME-Version: ", "From: ", "Date: "}) {
    if (head.starts_with(start)) return true;
  }
  return to_lower(file_name).ends_with(".eml");
}

/// The header of a report starts with its time and names an address.
bool is_shadowserver(std::string_view line) {
  return (line.starts_with("\"timestamp\",") || line.starts_with("timestamp,")) &&
         (has(line, "\"ip\"") || has(line, "src_ip") || has(line, ",ip,")) &&
         (has(line, "asn") && has(line, "geo"));
}

}  // namespace

const std::vector<std::string_view>& format_names() { return kFormats; }

std::string_view name(Format format) { return kFormats.at(static_cast<std::size_t>(format)); }

std::optional<Format> format_named(std::string_view text) {
  for (std::size_t i = 0; i < kFormats.size(); ++i) {
    if (kFormats[i] == text) return static_cast<Format>(i);
  }
  return std::nullopt;
}

std::string_view name(Tlp tlp) { return kTlp.at(static_cast<std::size_t>(tlp)); }

std::optional<Tlp> tlp_named(std::string_view text) {
  std::string low = to_lower(trim(text));
  if (low.starts_with("tlp:")) low.erase(0, 4);
  if (low == "white") return Tlp::kClear;
  for (std::size_t i = 1; i < kTlp.size(); ++i) {
    if (kTlp[i] == low) return static_cast<Tlp>(i);
  }
  return std::nullopt;
}

std::unique_ptr<Reader> make_reader(Format format, Options options, Sink& sink) {
  switch (format) {
    case Format::kPlain:
      break;
    case Format::kHosts:
      return make_hosts(std::move(options), sink);
    case Format::kCsv:
      return make_csv(std::move(options), sink);
    case Format::kNdjson:
      return make_ndjson(std::move(options), sink);
    case Format::kZeek:
      return make_zeek(std::move(options), sink);
    case Format::kStix:
      return make_stix(std::move(options), sink);
    case Format::kMisp:
      return make_misp(std::move(options), sink);
    case Format::kRpz:
      return make_rpz(std::move(options), sink);
    case Format::kDnsmasq:
    case Format::kUnbound:
    case Format::kBind:
      return make_resolver_conf(format, std::move(options), sink);
    case Format::kShadowserver:
      return make_shadowserver(std::move(options), sink);
    case Format::kIntelmq:
      return make_intelmq(std::move(options), sink);
    case Format::kN6:
      return make_n6(std::move(options), sink);
    case Format::kMispFeed:
      return make_misp_feed(std::move(options), sink);
    case Format::kMail:
      return make_mail(std::move(options), sink);
    case Format::kXlsx:
      return make_xlsx(std::move(options), sink);
    case Format::kIodef:
      return make_iodef(std::move(options), sink);
    case Format::kGbt36643:
      return make_gbt36643(std::move(options), sink);
  }
  return make_plain(std::move(options), sink);
}

Format sniff(std::string_view head, std::string_view file_name) {
  if (head.starts_with("\xef\xbb\xbf")) head.remove_prefix(3);
  if (head.starts_with("PK\x03\x04")) return Format::kXlsx;
  if (trim(head).starts_with('<') && has(head, "IODEF-Document")) return Format::kIodef;
  if (is_mail(head, file_name)) return Format::kMail;
  if (const auto json = sniff_json(head)) return *json;
  if (has(head, "#fields\t") || head.starts_with("#separator")) return Format::kZeek;
  const std::string_view line = first_data_line(head);
  if (line.starts_with("$TTL") || line.starts_with("$ORIGIN") || has(line, " SOA ") ||
      has(line, "\tSOA\t") || has(line, " CNAME .") || has(line, "\tCNAME\t.")) {
    return Format::kRpz;
  }
  if (line.starts_with("address=/") || line.starts_with("server=/") ||
      line.starts_with("local=/")) {
    return Format::kDnsmasq;
  }
  if (line.starts_with("local-zone:") || line.starts_with("local-data:") || line == "server:") {
    return Format::kUnbound;
  }
  if (line.starts_with("zone \"")) return Format::kBind;
  if (is_sink_line(line)) return Format::kHosts;
  if (has(line, "restriction") && has(line, "category") && has(line, "time")) return Format::kN6;
  const std::string low = to_lower(file_name);
  if (is_shadowserver(line)) return Format::kShadowserver;
  if (low.ends_with(".csv") || has(low, ".csv.") || line.starts_with('"') ||
      (has(line, ",") && !has(line, "://") && !has(line, "[") && !has(line, "("))) {
    return Format::kCsv;
  }
  return Format::kPlain;
}

}  // namespace tocsin::intake
