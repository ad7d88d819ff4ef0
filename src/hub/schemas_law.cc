// Schemas of the law as JSON (src/law/explain_json.cc writes it).
#include "hub/schemas.h"
#include "hub/shape.h"

namespace tocsin::hub {
namespace {

using namespace shape;

Json head_schema() {
  return object(
      each_text({"id", "law", "version", "document", "issued", "overlays", "province"})
          .set("name", bilingual())
          .set("issuer", bilingual())
          .set("prevails", flag())
          .set("valid", object(Json::object({{"from", text()}, {"last_day", or_null(text())}}))));
}

Json citation_schema() { return object(each_text({"law", "version", "article"})); }

Json article_schema() {
  const Json cite = object(each_text({"confidence", "note"})
                               .set("cited", citation_schema())
                               .set("shown", or_null(citation_schema())));
  return object(each_text({"number"})
                    .set("gist", bilingual())
                    .set("requirements", texts())
                    .set("cites", list(cite)));
}

Json clock_schema() {
  const Json length = object(each_text({"unit", "setting"})
                                 .set("grades", texts())
                                 .set("length", number())
                                 .set("word", bilingual()));
  return object(each_text({"id", "article", "start_setting"})
                    .set("name", bilingual())
                    .set("requirements", texts())
                    .set("by", bilingual())
                    .set("to", texts())
                    .set("start", bilingual())
                    .set("floor", flag())
                    .set("lengths", list(length)));
}

Json grade_scheme_schema() {
  const Json condition =
      object(each_text({"fact"}).set("over", number()).set("at_least", number()));
  const Json level = object(each_text({"level"})
                                .set("any", list(condition))
                                .set("impact", bilingual())
                                .set("otherwise", flag())
                                .set("unknown", flag()));
  const Json fact = object(each_text({"id", "unit"}).set("name", bilingual()));
  return object(each_text({"version", "article"})
                    .set("name", bilingual())
                    .set("facts", list(fact))
                    .set("levels", list(level)));
}

}  // namespace

Json rule_sets_schema() {
  const Json row =
      extended(head_schema(), Json::object({{"clocks", texts()}, {"grade_scheme", flag()}}));
  return object(
      Json::object({{"rule_sets", list(row)}, {"clocks", texts()}, {"calendar", text()}}));
}

Json rule_set_schema() {
  const Json duty = object(
      each_text({"article", "requirement"}).set("who", bilingual()).set("what", bilingual()));
  const Json setting = object(each_text({"id", "default", "unit", "article", "requirement"})
                                  .set("choices", texts())
                                  .set("why", bilingual()));
  const Json form = object(each_text({"id", "article"})
                               .set("title", bilingual())
                               .set("printed", texts())
                               .set("inferred", texts()));
  return extended(head_schema(), Json::object({{"notes", list(bilingual())},
                                               {"articles", list(article_schema())},
                                               {"duties", list(duty)},
                                               {"clocks", list(clock_schema())},
                                               {"settings", list(setting)},
                                               {"forms", list(form)},
                                               {"grade_scheme", grade_scheme_schema()}}));
}

Json deadline_schema() {
  const Json day = object(each_text({"date", "kind"})
                              .set("counted", flag())
                              .set("why", bilingual())
                              .set("provisional", flag()));
  return object(each_text({"clock", "rule_set", "article", "start", "due", "due_text", "last_day",
                           "cutoff", "unit", "basis", "grade", "calendar"})
                    .set("name", bilingual())
                    .set("citation", citation_schema())
                    .set("law", bilingual())
                    .set("requirements", texts())
                    .set("by", bilingual())
                    .set("to", texts())
                    .set("start_event", bilingual())
                    .set("length", number())
                    .set("floor", flag())
                    .set("provisional", flag())
                    .set("transitional", flag())
                    .set("word", bilingual())
                    .set("setting", object(each_text({"id", "value"}).set("why", bilingual())))
                    .set("counting", citation_schema())
                    .set("days", list(day))
                    .set("gave_way", list(object(each_text({"rule_set", "article", "due"}))))
                    .set("explanation", bilingual()));
}

}  // namespace tocsin::hub
