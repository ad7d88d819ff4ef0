// Our own exchange form: one JSON object a line (schema in docs/intake.md).
#include <algorithm>

#include "base/json.h"
#include "intake/feed_time.h"
#include "intake/reader_base.h"

namespace tocsin::intake {
namespace {

constexpr std::size_t kMaxDepth = 8;
constexpr std::size_t kMaxLabels = 64;

class NdjsonReader final : public LineReader {
 public:
  using LineReader::LineReader;

 private:
  void on_line(std::string_view line) override;
};

/// Fills what the object says about its indicator. The error names the member.
Status fill(const Json& object, Item& item) {
  for (const auto& [key, target] :
       {std::pair<std::string_view, Instant*>{"first_seen", &item.first_seen},
        {"last_seen", &item.last_seen},
        {"valid_until", &item.valid_until}}) {
    if (!object.has(key)) continue;
    const auto time = parse_feed_time(object.str(key));
    if (!time)
      return fail_bi(Code::kInvalid, "Not a time", "时间格式错误", std::string(key), "bad-time");
    *target = *time;
  }
  if (object.has("confidence")) {
    const std::int64_t level = object["confidence"].as_int(-1);
    if (level < 0 || level > 100) {
      return fail_bi(Code::kInvalid, "confidence is a number from 0 to 100",
                     "confidence应为0到100的整数", "confidence", "bad-confidence");
    }
    item.confidence = static_cast<int>(level);
  }
  if (object.has("tlp")) {
    const auto tlp = tlp_named(object.str("tlp"));
    if (!tlp) return fail_bi(Code::kInvalid, "Unknown TLP", "未知的TLP", "tlp", "bad-tlp");
    item.tlp = *tlp;
  }
  const auto& labels = object["labels"].items();
  for (std::size_t i = 0; i < labels.size() && i < kMaxLabels; ++i) {
    if (labels[i].is_string()) item.labels.push_back(labels[i].as_string());
  }
  item.description = object.str("description");
  item.foreign_id = object.str("id");
  item.actionable = object["actionable"].as_bool(true);
  return {};
}

void NdjsonReader::on_line(std::string_view line) {
  line = trim(line);
  if (line.empty()) return;
  const std::int64_t number = LineReader::line();
  const auto object = Json::parse(line, kMaxDepth);
  if (!object) {
    return refuse(number, line, "bad-json", "Not valid JSON at " + object.error().field,
                  "JSON无效，位置 " + object.error().field);
  }
  if (!object->is_object() || !(*object)["value"].is_string()) {
    return refuse(number, line, "no-value", "An object with a value is needed",
                  "应为含value的JSON对象");
  }
  std::optional<model::IndicatorKind> kind;
  if (object->has("kind")) {
    kind = model::indicator_kind(object->str("kind"));
    if (!kind) return refuse(number, line, "unknown-kind", "Unknown kind", "未知的指标类型");
  }
  Item item = blank(number);
  if (const auto status = fill(*object, item); !status) return refuse(number, line, status.error());
  emit(object->str("value"), kind, std::move(item));
}

}  // namespace

std::unique_ptr<Reader> make_ndjson(Options options, Sink& sink) {
  return std::make_unique<NdjsonReader>(std::move(options), sink);
}

}  // namespace tocsin::intake
