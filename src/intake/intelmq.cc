// IntelMQ events: flat JSON objects, one a line or in an array (`__type` is Event or absent).
#include "intake/idf.h"
#include "intake/json_records.h"

namespace tocsin::intake {
namespace {

class IntelmqReader final : public JsonObjects {
 public:
  using JsonObjects::JsonObjects;

 private:
  void on_object(std::int64_t number, std::string_view text, const Json& object) override;
};

void IntelmqReader::on_object(std::int64_t number, std::string_view text, const Json& object) {
  if (object.has("__type") && object.str("__type") != "Event") {
    return refuse(number, text, "bad-record",
                  "Only events name indicators; a report is raw text that a parser has not read",
                  "只有Event含指标；Report是未解析的原始文本");
  }
  idf::Event event;
  for (const auto& [key, value] : object.members()) {
    const auto field = idf::field_named(key);
    if (!field) continue;
    event[*field] = value.is_string() ? value.as_string() : value.is_null() ? "" : value.dump();
  }
  Item item = blank(number);
  const auto subject = idf::read(event, item);
  if (!subject) return refuse(number, text, subject.error());
  emit(subject->text, subject->kind, Item(item));
  event_links(idf::parts(event), [&](model::RelationKind kind, const auto& from, const auto& to) {
    link(kind, from, to, item);
  });
}

}  // namespace

std::unique_ptr<Reader> make_intelmq(Options options, Sink& sink) {
  return std::make_unique<IntelmqReader>(std::move(options), sink);
}

}  // namespace tocsin::intake
