#include "intake/idf.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "intake/classification.h"
#include "intake/feed_time.h"

namespace tocsin::intake::idf {
namespace {

using K = model::IndicatorKind;

constexpr std::array<std::string_view, kFields> kNames = {
    "time.source",
    "time.observation",
    "source.ip",
    "source.port",
    "source.network",
    "source.fqdn",
    "source.url",
    "source.account",
    "malware.hash.md5",
    "malware.hash.sha1",
    "malware.hash.sha256",
    "classification.type",
    "classification.identifier",
    "malware.name",
    "event_description.text",
    "feed.accuracy",
    "tlp",
    "event_hash",
    "extra.severity",
    "extra.last_seen",
    "extra.tag",
    "destination.ip",
    "destination.fqdn",
    "extra.valid_until",
    "extra.actionable",
};

std::optional<Subject> endpoint(const Event& event) {
  const std::string& ip = event[Field::kIp];
  const std::string& port = event[Field::kPort];
  if (ip.empty() || port.empty() || port == "0") return std::nullopt;
  const bool v6 = ip.find(':') != std::string::npos;
  return Subject{(v6 ? "[" + ip + "]" : ip) + ":" + port, K::kEndpoint};
}

std::optional<Subject> plain(const Event& event, Field field, K kind) {
  if (event[field].empty()) return std::nullopt;
  return Subject{event[field], kind};
}

std::optional<Subject> subject(const Event& event, Role role) {
  const auto first = [](std::initializer_list<std::optional<Subject>> choices) {
    for (const auto& choice : choices) {
      if (choice) return choice;
    }
    return std::optional<Subject>();
  };
  const auto url = plain(event, Field::kUrl, K::kUrl);
  const auto fqdn = plain(event, Field::kFqdn, K::kDomain);
  const auto ip = plain(event, Field::kIp, K::kIpv4);
  const auto network = plain(event, Field::kNetwork, K::kIpv4Prefix);
  const auto found = role == Role::kResource ? first({url, fqdn, endpoint(event), ip, network})
                                             : first({ip, network, fqdn, url});
  if (found) return found;
  const std::string& account = event[Field::kAccount];
  const auto mail = account.find('@') == std::string::npos
                        ? std::nullopt
                        : plain(event, Field::kAccount, K::kEmail);
  return first({plain(event, Field::kSha256, K::kSha256), plain(event, Field::kSha1, K::kSha1),
                plain(event, Field::kMd5, K::kMd5), mail});
}

/// One time field; absent is fine, unreadable is not.
Status read_time(const Event& event, Field field, Instant& out) {
  if (event[field].empty()) return {};
  std::string_view text = event[field];
  if (text.ends_with(" UTC") && text.size() == 23) text.remove_suffix(4);
  const auto time = parse_feed_time(text);
  if (!time) {
    return fail_bi(Code::kInvalid, "Not a time: " + std::string(name(field)), "时间格式错误",
                   std::string(name(field)), "bad-time");
  }
  out = *time;
  return {};
}

Status read_accuracy(const Event& event, Item& item) {
  const std::string& text = event[Field::kAccuracy];
  if (text.empty()) return {};
  double value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !(value >= 0 && value <= 100)) {
    return fail_bi(Code::kInvalid, "feed.accuracy is a number from 0 to 100",
                   "feed.accuracy应为0到100的数", "feed.accuracy", "bad-confidence");
  }
  item.confidence = static_cast<int>(std::lround(value));
  return {};
}

}  // namespace

std::optional<Field> field_named(std::string_view text) {
  if (text == "severity") return Field::kSeverity;  // 3.5.0 made it a field of its own
  const auto* const found = std::find(kNames.begin(), kNames.end(), text);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Field>(found - kNames.begin());
}

std::string_view name(Field field) { return kNames.at(static_cast<std::size_t>(field)); }

Result<Subject> read(const Event& event, Item& item) {
  TRY_STATUS(read_time(event, Field::kTimeObservation, item.first_seen));
  TRY_STATUS(read_time(event, Field::kTimeSource, item.first_seen));
  TRY_STATUS(read_time(event, Field::kLastSeen, item.last_seen));
  TRY_STATUS(read_time(event, Field::kValidUntil, item.valid_until));
  TRY_STATUS(read_accuracy(event, item));
  if (const std::string& text = event[Field::kTlp]; !text.empty()) {
    const auto tlp = tlp_named(text);
    if (!tlp) return fail_bi(Code::kInvalid, "Unknown TLP", "未知的TLP", "tlp", "bad-tlp");
    item.tlp = *tlp;
  }
  const std::string& type = event[Field::kType];
  const std::string& identifier = event[Field::kIdentifier];
  const Classification* row = by_intelmq(type);
  const Role role = row == nullptr ? Role::kUnknown : row->role;
  // These two say nothing by themselves; what they carry stands in the identifier.
  const bool generic = type == "undetermined" || type == "blacklist";
  const std::string& family = event[Field::kFamily];
  const std::string label =
      !generic || (identifier.empty() && !family.empty()) ? event_label(type, family) : identifier;
  if (!label.empty()) item.labels.push_back(label);
  for (const auto& [field, prefix] :
       {std::pair<Field, std::string_view>{Field::kSeverity, "severity:"}, {Field::kTag, ""}}) {
    if (!event[field].empty()) item.labels.push_back(std::string(prefix) + event[field]);
  }
  item.description = event[Field::kText];
  item.foreign_id = event[Field::kHash];
  item.actionable = role == Role::kResource || role == Role::kAttacker;
  // Our own export says so where the class says otherwise; a victim stays one whoever says so.
  if (event[Field::kActionable] == "no") item.actionable = false;
  auto found = subject(event, role);
  if (!found) {
    return fail_bi(Code::kInvalid, "The event names no source that could be an indicator",
                   "该事件没有可作为指标的来源字段", "source", "no-value");
  }
  if (found->text == "0.0.0.0") {
    return fail_bi(Code::kInvalid, "0.0.0.0 is nobody's address", "0.0.0.0不是有效地址",
                   "source.ip", "bad-address");
  }
  return std::move(*found);
}

EventParts parts(const Event& event) {
  EventParts out;
  const std::string& ip = event[Field::kIp];
  if (!ip.empty() && ip != "0.0.0.0") out.addresses = {&ip, 1};
  out.name = event[Field::kFqdn];
  out.url = event[Field::kUrl];
  out.md5 = event[Field::kMd5];
  out.sha1 = event[Field::kSha1];
  out.sha256 = event[Field::kSha256];
  out.family = event[Field::kFamily];
  if (event[Field::kType] == "infected-system") {
    out.destination_address = event[Field::kDestinationIp];
    out.destination_name = event[Field::kDestinationFqdn];
  }
  return out;
}

}  // namespace tocsin::intake::idf
