// STIX 2.0 and 2.1: indicator objects of a bundle, a list, or alone.
#include <array>
#include <unordered_map>

#include <simdjson.h>

#include "intake/feed_time.h"
#include "intake/reader_base.h"
#include "intake/stix_pattern.h"

namespace tocsin::intake {
namespace {

namespace dom = simdjson::dom;
using K = model::IndicatorKind;

constexpr std::size_t kMaxLabels = 64;

struct PathKind {
  std::string_view path;
  K kind;
};

constexpr std::array<PathKind, 19> kPaths = {{
    {"domain-name:value", K::kDomain},
    {"ipv4-addr:value", K::kIpv4},
    {"ipv6-addr:value", K::kIpv6},
    {"url:value", K::kUrl},
    {"email-addr:value", K::kEmail},
    {"email-message:from_ref.value", K::kEmail},
    {"email-message:sender_ref.value", K::kEmail},
    {"network-traffic:dst_ref.value", K::kIpv4},
    {"file:hashes.md5", K::kMd5},
    {"file:hashes.sha-1", K::kSha1},
    {"file:hashes.sha1", K::kSha1},
    {"file:hashes.sha-256", K::kSha256},
    {"file:hashes.sha256", K::kSha256},
    {"file:hashes.sm3", K::kSm3},
    {"artifact:hashes.sha-256", K::kSha256},
    {"app:id", K::kApp},
    // What our own export says where STIX has no object (docs/taxii.md).
    {"x-tocsin-app:value", K::kApp},
    {"x-tocsin-phone:value", K::kPhone},
    {"x-tocsin-sms-port:value", K::kSmsPort},
}};

/// Marking definitions that the standard predefines (TLP 1 in STIX 2.0/2.1, TLP 2 in the OASIS
/// extension).
constexpr std::array<std::pair<std::string_view, Tlp>, 9> kMarkings = {{
    {"marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9", Tlp::kClear},
    {"marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da", Tlp::kGreen},
    {"marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", Tlp::kAmber},
    {"marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed", Tlp::kRed},
    {"marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487", Tlp::kClear},
    {"marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb", Tlp::kGreen},
    {"marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421", Tlp::kAmber},
    {"marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003", Tlp::kAmberStrict},
    {"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1", Tlp::kRed},
}};

std::string_view str(dom::element object, std::string_view key) {
  std::string_view out;
  if (object[key].get(out) != simdjson::SUCCESS) return {};
  return out;
}

bool flag(dom::element object, std::string_view key) {
  bool out = false;
  return object[key].get(out) == simdjson::SUCCESS && out;
}

void add_labels(dom::element object, std::string_view key, std::vector<std::string>& out) {
  dom::array list;
  if (object[key].get(list) != simdjson::SUCCESS) return;
  for (const dom::element entry : list) {
    std::string_view text;
    if (entry.get(text) == simdjson::SUCCESS && out.size() < kMaxLabels) out.emplace_back(text);
  }
}

class StixReader final : public DocumentReader {
 public:
  using DocumentReader::DocumentReader;

 private:
  Status on_document(const std::string& text) override;
  void on_objects(dom::array objects);
  void on_indicator(std::int64_t number, dom::element object);
  void learn_marking(dom::element object);
  Tlp tlp_of(dom::element object) const;

  std::unordered_map<std::string, Tlp> markings_;
};

void StixReader::learn_marking(dom::element object) {
  dom::element definition;
  std::string_view level;
  if (object["definition"].get(definition) != simdjson::SUCCESS) return;
  if (definition["tlp"].get(level) != simdjson::SUCCESS) return;
  if (const auto tlp = tlp_named(level)) markings_[std::string(str(object, "id"))] = *tlp;
}

Tlp StixReader::tlp_of(dom::element object) const {
  dom::array refs;
  Tlp strictest = options_.tlp;
  if (object["object_marking_refs"].get(refs) != simdjson::SUCCESS) return strictest;
  for (const dom::element ref : refs) {
    std::string_view id;
    if (ref.get(id) != simdjson::SUCCESS) continue;
    std::optional<Tlp> level;
    for (const auto& [known, tlp] : kMarkings) {
      if (known == id) level = tlp;
    }
    if (const auto own = markings_.find(std::string(id)); own != markings_.end())
      level = own->second;
    if (level && *level > strictest) strictest = *level;
  }
  return strictest;
}

void StixReader::on_indicator(std::int64_t number, dom::element object) {
  const std::string_view pattern = str(object, "pattern");
  const std::string_view language = str(object, "pattern_type");
  if (pattern.empty() || (!language.empty() && language != "stix")) {
    return refuse(number, pattern, "unsupported-pattern", "Only patterns of STIX itself are read",
                  "仅支持STIX自身的模式语言");
  }
  const auto comparisons = parse_stix_pattern(pattern);
  if (!comparisons) return refuse(number, pattern, comparisons.error());
  Item base = blank(number);
  base.foreign_id = str(object, "id");
  base.description = str(object, "description");
  if (base.description.empty()) base.description = str(object, "name");
  base.tlp = tlp_of(object);
  base.taken_back = flag(object, "revoked");
  base.actionable = !base.taken_back;
  std::int64_t level = 0;
  if (object["confidence"].get(level) == simdjson::SUCCESS && level >= 0 && level <= 100) {
    base.confidence = static_cast<int>(level);
  }
  if (const auto t = parse_feed_time(str(object, "valid_from"))) base.first_seen = *t;
  if (const auto t = parse_feed_time(str(object, "valid_until"))) base.valid_until = *t;
  add_labels(object, "indicator_types", base.labels);
  add_labels(object, "labels", base.labels);
  for (const StixComparison& comparison : *comparisons) {
    const std::string path = to_lower(comparison.path);
    const PathKind* known = nullptr;
    for (const PathKind& candidate : kPaths) {
      if (candidate.path == path) known = &candidate;
    }
    if (known == nullptr) {
      refuse(number, pattern, "unsupported-path",
             "No network or file identity: " + comparison.path.substr(0, 64),
             "不是可处置的网络或文件标识：" + comparison.path.substr(0, 64));
      continue;
    }
    emit(comparison.value, known->kind, Item(base));
  }
}

void StixReader::on_objects(dom::array objects) {
  for (const dom::element object : objects) {
    if (str(object, "type") == "marking-definition") learn_marking(object);
  }
  // Of one object the newest version in the document counts.
  std::unordered_map<std::string_view, std::string_view> newest;
  for (const dom::element object : objects) {
    const std::string_view id = str(object, "id");
    if (str(object, "type") != "indicator" || id.empty()) continue;
    auto& known = newest[id];
    known = std::max(known, str(object, "modified"));
  }
  // What is revoked comes first: another object of the document may still say it.
  for (const bool revoked : {true, false}) {
    std::int64_t number = 0;
    for (const dom::element object : objects) {
      ++number;
      const std::string_view id = str(object, "id");
      const bool wanted = str(object, "type") == "indicator" &&
                          (id.empty() || newest[id] == str(object, "modified"));
      if (!wanted) {
        if (revoked) comment();
      } else if (flag(object, "revoked") == revoked) {
        on_indicator(number, object);
      }
    }
  }
}

Status StixReader::on_document(const std::string& text) {
  dom::parser parser;
  dom::element root;
  if (const auto error = parser.parse(text).get(root)) {
    return tl::unexpected(json_error(text, simdjson::error_message(error)));
  }
  dom::array objects;
  if (root.get(objects) == simdjson::SUCCESS || root["objects"].get(objects) == simdjson::SUCCESS) {
    on_objects(objects);
    return {};
  }
  const std::string_view type = str(root, "type");
  if (type.empty()) {
    return fail_bi(Code::kInvalid, "Neither a bundle nor an object of STIX", "不是STIX对象或对象包",
                   "", "not-stix");
  }
  if (type == "indicator") {
    on_indicator(1, root);
  } else {
    comment();
  }
  return {};
}

}  // namespace

std::unique_ptr<Reader> make_stix(Options options, Sink& sink) {
  return std::make_unique<StixReader>(std::move(options), sink);
}

}  // namespace tocsin::intake
