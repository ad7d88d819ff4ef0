// GB/T 36643-2018 in JSON: attack indicators (6.3) and observations (6.2). Other components are
// counted as context.
#include <set>

#include <simdjson.h>

#include "intake/feed_time.h"
#include "intake/reader_base.h"

namespace tocsin::intake {
namespace {

namespace dom = simdjson::dom;
using K = model::IndicatorKind;

constexpr int kMaxWrapping = 6;

std::string_view str(dom::element object, std::string_view key) {
  std::string_view out;
  if (object[key].get(out) != simdjson::SUCCESS) return {};
  return out;
}

/// The members of a list; one object alone counts as a list of one.
std::vector<dom::element> list_of(dom::element object, std::string_view key) {
  std::vector<dom::element> out;
  dom::element member;
  if (object[key].get(member) != simdjson::SUCCESS) return out;
  dom::array list;
  if (member.get(list) == simdjson::SUCCESS) {
    for (const dom::element entry : list) out.push_back(entry);
  } else if (member.is_object()) {
    out.push_back(member);
  }
  return out;
}

/// Words of `type` in an expression; ours, and those that products write.
std::optional<K> kind_of(std::string_view word) {
  const std::string low = to_lower(word);
  if (low == "ip" || low == "ip_address") return K::kIpv4;
  if (low == "dns" || low == "fqdn" || low == "hostname") return K::kDomain;
  if (low == "uri") return K::kUrl;
  return model::indicator_kind(low);
}

/// Members of an observation's record that name an indicator.
constexpr auto kRecordKeys = std::to_array<std::pair<std::string_view, std::optional<K>>>({
    {"record", K::kDomain},
    {"url", K::kUrl},
    {"from", K::kEmail},
    {"md5", K::kMd5},
    {"sha1", K::kSha1},
    {"sha256", K::kSha256},
    {"sm3", K::kSm3},
    {"ip", K::kIpv4},
    {"value", {}},
});

class GbtReader final : public DocumentReader {
 public:
  using DocumentReader::DocumentReader;

 private:
  Status on_document(const std::string& text) override;
  bool find(dom::element element, int depth);
  void on_component(dom::element component);
  void on_indicator(dom::element indicator);
  void on_observation(dom::element observation);
  Item item_of(dom::element component) const;

  std::vector<dom::element> components_;
  std::set<std::string, std::less<>> spoken_for_;  ///< observations that an indicator stands on
  std::int64_t number_ = 0;
};

bool is_component(dom::element element, std::string_view kind) {
  const std::string_view id = str(element, "id");
  return id.starts_with(kind) && id.substr(kind.size()).starts_with('-');
}

/// Collects what has an id, whatever stands around it: the whole document of annex A, one list,
/// one component.
bool GbtReader::find(dom::element element, int depth) {
  if (depth > kMaxWrapping) return false;
  dom::array list;
  bool any = false;
  if (element.get(list) == simdjson::SUCCESS) {
    for (const dom::element entry : list) any = find(entry, depth + 1) || any;
    return any;
  }
  dom::object object;
  if (element.get(object) != simdjson::SUCCESS) return false;
  if (str(element, "id").find('-') != std::string_view::npos) {
    components_.push_back(element);
    return true;
  }
  for (const auto& [key, member] : object) any = find(member, depth + 1) || any;
  return any;
}

Item GbtReader::item_of(dom::element component) const {
  Item item = blank(number_);
  item.foreign_id = str(component, "id");
  item.description = str(component, "description");
  if (item.description.empty()) item.description = str(component, "title");
  if (const auto t = parse_feed_time(str(component, "timestamp"))) item.first_seen = *t;
  if (const auto t = parse_feed_time(str(component, "valid_from"))) item.first_seen = *t;
  if (const auto t = parse_feed_time(str(component, "last_seen"))) item.last_seen = *t;
  for (const std::string_view key : {"valid_to", "valid_until"}) {
    if (const auto t = parse_feed_time(str(component, key))) item.valid_until = *t;
  }
  if (const auto type = str(component, "type"); !type.empty()) item.labels.emplace_back(type);
  if (const auto tlp = tlp_named(str(component, "handling"))) item.tlp = *tlp;
  std::int64_t level = 0;
  if (component["confidence"].get(level) == simdjson::SUCCESS && level >= 0 && level <= 100) {
    item.confidence = static_cast<int>(level);
  }
  bool use = true;
  if (component["actionable"].get(use) == simdjson::SUCCESS) item.actionable = use;
  return item;
}

void GbtReader::on_indicator(dom::element indicator) {
  const Item base = item_of(indicator);
  const auto parts = list_of(indicator, "composite_indicator_expression");
  if (parts.empty()) return comment();
  for (const dom::element part : parts) {
    const std::string_view value = str(part, "value");
    const std::string_view word = str(part, "type");
    const auto kind = kind_of(word);
    if (!word.empty() && !kind) {
      refuse(number_, value, "unsupported-type",
             "Expressions of type " + std::string(word.substr(0, 64)) + " cannot be blocked",
             "该类型的表达式无法处置");
      continue;
    }
    emit(value, kind, Item(base));
  }
}

/// What was only observed is known, and not acted on.
void GbtReader::on_observation(dom::element observation) {
  if (spoken_for_.contains(str(observation, "id"))) return comment();
  Item base = item_of(observation);
  base.actionable = false;
  bool any = false;
  for (const dom::element object : list_of(observation, "object")) {
    for (const dom::element record : list_of(object, "value")) {
      const std::string_view type = str(record, "object_type");
      for (const auto& [key, kind] : kRecordKeys) {
        const std::string_view text = str(record, key);
        if (text.empty()) continue;
        any = true;
        emit(text, kind ? kind : kind_of(type), Item(base));
      }
    }
  }
  if (!any) comment();
}

void GbtReader::on_component(dom::element component) {
  ++number_;
  if (is_component(component, "indicator")) return on_indicator(component);
  if (is_component(component, "observation")) return on_observation(component);
  comment();
}

Status GbtReader::on_document(const std::string& text) {
  dom::parser parser;
  dom::element root;
  if (const auto error = parser.parse(text).get(root)) {
    return tl::unexpected(json_error(text, simdjson::error_message(error)));
  }
  if (!find(root, 0)) {
    return fail_bi(Code::kInvalid, "No component of GB/T 36643 in the document",
                   "文档中没有GB/T 36643组件", "", "not-gbt36643");
  }
  for (const dom::element component : components_) {
    for (const dom::element part : list_of(component, "observable")) {
      if (const auto ref = str(part, "idref"); !ref.empty()) spoken_for_.emplace(ref);
    }
  }
  for (const dom::element component : components_) on_component(component);
  return {};
}

}  // namespace

std::unique_ptr<Reader> make_gbt36643(Options options, Sink& sink) {
  return std::make_unique<GbtReader>(std::move(options), sink);
}

}  // namespace tocsin::intake
