// STIX 2.0 and 2.1: indicator objects of a bundle, a list, or alone.
#include <array>
#include <unordered_map>

#include <simdjson.h>

#include "intake/feed_time.h"
#include "intake/reader_base.h"
#include "intake/stix_links.h"
#include "intake/stix_pattern.h"
#include "intake/stix_tlp.h"

namespace tocsin::intake {
namespace {

namespace dom = simdjson::dom;
constexpr std::size_t kMaxLabels = 64;

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

  Status read_links(std::string_view stating, std::string_view context);

 private:
  Status on_document(const std::string& text) override;
  void on_objects(dom::array objects);
  void on_indicator(std::int64_t number, dom::element object);
  void on_links(StixLinks& known, dom::array objects);
  Item item_of(std::int64_t number, dom::element object) const;
  void learn_markings(dom::array objects);
  Tlp tlp_of(dom::element object) const;

  std::unordered_map<std::string, Tlp> markings_;
};

void StixReader::learn_markings(dom::array objects) {
  for (const dom::element object : objects) {
    dom::element definition;
    std::string_view level;
    if (str(object, "type") != "marking-definition") continue;
    if (object["definition"].get(definition) != simdjson::SUCCESS) continue;
    if (definition["tlp"].get(level) != simdjson::SUCCESS) continue;
    if (const auto tlp = tlp_named(level)) markings_[std::string(str(object, "id"))] = *tlp;
  }
}

Tlp StixReader::tlp_of(dom::element object) const {
  dom::array refs;
  Tlp strictest = options_.tlp;
  if (object["object_marking_refs"].get(refs) != simdjson::SUCCESS) return strictest;
  for (const dom::element ref : refs) {
    std::string_view id;
    if (ref.get(id) != simdjson::SUCCESS) continue;
    std::optional<Tlp> level;
    if (const auto known = stix_tlp_named(id)) {
      level = static_cast<Tlp>(static_cast<int>(*known) + static_cast<int>(Tlp::kClear));
    }
    if (const auto own = markings_.find(std::string(id)); own != markings_.end())
      level = own->second;
    if (level && *level > strictest) strictest = *level;
  }
  return strictest;
}

Item StixReader::item_of(std::int64_t number, dom::element object) const {
  Item base = blank(number);
  base.foreign_id = str(object, "id");
  base.description = str(object, "description");
  if (base.description.empty()) base.description = str(object, "name");
  base.tlp = tlp_of(object);
  bool use = true;  // our own word for context (docs/intake.md)
  if (object["x_tocsin_actionable"].get(use) != simdjson::SUCCESS) use = true;
  base.taken_back = flag(object, "revoked");
  base.actionable = use && !base.taken_back;
  std::int64_t level = 0;
  if (object["confidence"].get(level) == simdjson::SUCCESS && level >= 0 && level <= 100) {
    base.confidence = static_cast<int>(level);
  }
  if (const auto t = parse_feed_time(str(object, "valid_from"))) base.first_seen = *t;
  if (const auto t = parse_feed_time(str(object, "x_tocsin_last_seen"))) base.last_seen = *t;
  if (const auto t = parse_feed_time(str(object, "valid_until"))) base.valid_until = *t;
  add_labels(object, "indicator_types", base.labels);
  add_labels(object, "labels", base.labels);
  return base;
}

void StixReader::on_indicator(std::int64_t number, dom::element object) {
  const std::string_view pattern = str(object, "pattern");
  const std::string_view language = str(object, "pattern_type");
  if (language == "pcre" && !pattern.empty()) {
    return emit(pattern, model::IndicatorKind::kPattern, item_of(number, object));
  }
  if (pattern.empty() || (!language.empty() && language != "stix")) {
    return refuse(number, pattern, "unsupported-pattern", "Only patterns of STIX itself are read",
                  "仅支持STIX自身的模式语言");
  }
  const auto comparisons = parse_stix_pattern(pattern);
  if (!comparisons) return refuse(number, pattern, comparisons.error());
  const Item base = item_of(number, object);
  for (const StixComparison& comparison : *comparisons) {
    const auto kind = stix_path_kind(to_lower(comparison.path));
    if (!kind) {
      refuse(number, pattern, "unsupported-path",
             "No network or file identity: " + comparison.path.substr(0, 64),
             "不是可处置的网络或文件标识：" + comparison.path.substr(0, 64));
      continue;
    }
    emit(comparison.value, kind, Item(base));
  }
}

void StixReader::on_objects(dom::array objects) {
  learn_markings(objects);
  StixLinks known;
  known.learn(objects);
  // What is revoked comes first: another object of the document may still say it. Of one object the
  // newest version in the document counts.
  std::vector<std::pair<std::int64_t, dom::element>> standing;
  std::int64_t number = 0;
  for (const dom::element object : objects) {
    ++number;
    if (str(object, "type") != "indicator" || !known.is_newest(object)) {
      comment();
    } else if (flag(object, "revoked")) {
      on_indicator(number, object);
    } else {
      standing.emplace_back(number, object);
    }
  }
  for (const auto& [place, object] : standing) on_indicator(place, object);
  on_links(known, objects);
}

void StixReader::on_links(StixLinks& known, dom::array objects) {
  known.read(objects, [this](dom::element stated, model::RelationKind kind, const auto& from,
                             const auto& to) {
    Item beside = blank(0);
    beside.tlp = tlp_of(stated);
    beside.taken_back = flag(stated, "revoked");
    std::int64_t level = 0;
    if (stated["confidence"].get(level) == simdjson::SUCCESS && level >= 0 && level <= 100) {
      beside.confidence = static_cast<int>(level);
    }
    if (const auto t = parse_feed_time(str(stated, "start_time"))) beside.first_seen = *t;
    if (const auto t = parse_feed_time(str(stated, "stop_time"))) beside.last_seen = *t;
    link(kind, from, to, beside);
  });
}

Status StixReader::read_links(std::string_view stating, std::string_view context) {
  dom::parser parsers[2];
  dom::array lists[2];
  StixLinks known;
  for (const std::size_t i : {0U, 1U}) {
    if (const auto error = parsers[i].parse(i == 0 ? context : stating).get(lists[i])) {
      return fail_bi(Code::kInvalid, simdjson::error_message(error), "JSON 无法读取", "objects",
                     "not-json");
    }
    learn_markings(lists[i]);
    known.learn(lists[i]);
  }
  on_links(known, lists[1]);
  return {};
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

Result<Counters> read_stix_links(std::string_view stating, std::string_view context, Sink& sink) {
  StixReader reader({}, sink);
  TRY_STATUS(reader.read_links(stating, context));
  return reader.counters();
}

std::unique_ptr<Reader> make_stix(Options options, Sink& sink) {
  return std::make_unique<StixReader>(std::move(options), sink);
}

}  // namespace tocsin::intake
