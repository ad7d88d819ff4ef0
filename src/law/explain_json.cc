// The law as JSON documents.
#include <algorithm>

#include <fmt/format.h>

#include "law/explain.h"
#include "law/words.h"

namespace tocsin::law {
namespace {

Json strings(const std::vector<std::string>& items) {
  Json out = Json::array();
  for (const std::string& item : items) out.push(item);
  return out;
}

Json to_json(const Day& day) {
  Json out = Json::object();
  out.set("date", to_string(day.date))
      .set("counted", day.working())
      .set("kind", name(day.kind))
      .set("why", law::to_json(day_text(day)));
  if (day.provisional) out.set("provisional", true);
  return out;
}

Json validity(const RuleSet& set) {
  Json out = Json::object();
  out.set("from", to_string(set.valid_from));
  out.set("last_day", set.valid_to ? Json(to_string(*set.last_day())) : Json());
  return out;
}

Json to_json(const Length& length) {
  Json out = Json::object();
  if (!length.grades.empty()) {
    Json grades = Json::array();
    for (const Level level : length.grades) grades.push(name(level));
    out.set("grades", grades);
  }
  out.set("unit", name(length.unit));
  if (length.amount > 0) out.set("length", length.amount);
  if (!length.setting.empty()) out.set("setting", length.setting);
  if (!length.word.zh.empty()) out.set("word", law::to_json(length.word));
  return out;
}

Json to_json(const Library& library, const ClockRule& clock) {
  Json lengths = Json::array();
  for (const Length& length : clock.lengths) lengths.push(to_json(length));
  Json out = Json::object();
  out.set("id", clock.id)
      .set("name", law::to_json(clock.name))
      .set("article", clock.article)
      .set("requirements", strings(clock.requirements))
      .set("by", law::to_json(library.party(clock.by)))
      .set("to", strings(clock.to))
      .set("start", law::to_json(clock.start))
      .set("floor", clock.floor)
      .set("lengths", lengths);
  if (!clock.start_setting.empty()) out.set("start_setting", clock.start_setting);
  return out;
}

Json resolved(const Library& library, const Citation& cite, Date on) {
  Json out = Json::object();
  out.set("cited", law::to_json(cite));
  const auto found = library.resolve(cite, on);
  if (!found) return out.set("shown", Json()).set("note", found.error().message);
  out.set("shown", law::to_json(found->shown)).set("confidence", name(found->confidence));
  return out;
}

Json to_json(const Library& library, const Article& article, Date on) {
  Json out = Json::object();
  out.set("number", article.number)
      .set("gist", law::to_json(article.gist))
      .set("requirements", strings(article.requirements));
  if (article.cites.empty()) return out;
  Json cites = Json::array();
  for (const Citation& cite : article.cites) cites.push(resolved(library, cite, on));
  return out.set("cites", cites);
}

Json to_json(const GradeScheme& scheme) {
  Json levels = Json::array();
  for (const LevelRule& rule : scheme.levels) {
    Json any = Json::array();
    for (const Condition& c : rule.any) {
      any.push(Json::object().set("fact", c.fact).set(c.strict ? "over" : "at_least", c.limit));
    }
    Json level = Json::object();
    level.set("level", name(rule.level)).set("any", any).set("impact", law::to_json(rule.impact));
    if (rule.otherwise) level.set("otherwise", true);
    if (rule.unknown) level.set("unknown", true);
    levels.push(level);
  }
  Json facts = Json::array();
  for (const FactRule& fact : scheme.facts) {
    facts.push(Json::object()
                   .set("id", fact.id)
                   .set("unit", fact.unit)
                   .set("name", law::to_json(fact.name)));
  }
  return Json::object()
      .set("version", scheme.version)
      .set("article", scheme.article)
      .set("name", law::to_json(scheme.name))
      .set("facts", facts)
      .set("levels", levels);
}

Json to_json(const Setting& setting) {
  return Json::object()
      .set("id", setting.id)
      .set("default", setting.otherwise)
      .set("choices", strings(setting.choices))
      .set("unit", setting.unit)
      .set("article", setting.article)
      .set("requirement", setting.requirement)
      .set("why", law::to_json(setting.why));
}

Json to_json(const Form& form) {
  return Json::object()
      .set("id", form.id)
      .set("title", law::to_json(form.title))
      .set("article", form.article)
      .set("printed", strings(form.printed))
      .set("inferred", strings(form.inferred));
}

Json head(const RuleSet& set) {
  Json out = Json::object();
  out.set("id", set.id)
      .set("law", set.law)
      .set("version", set.version)
      .set("name", law::to_json(set.name))
      .set("document", set.document)
      .set("issuer", law::to_json(set.issuer))
      .set("issued", to_string(set.issued))
      .set("valid", validity(set));
  if (!set.overlays.empty()) {
    out.set("overlays", set.overlays).set("province", set.province).set("prevails", set.prevails);
  }
  return out;
}

/// True when `number` is the wanted article or a paragraph of it.
bool belongs(std::string_view number, std::string_view wanted) {
  return wanted.empty() || number == wanted || number.starts_with(std::string(wanted) + "(");
}

}  // namespace

Json to_json(const Text& text) { return Json::object().set("zh", text.zh).set("en", text.en); }

Json to_json(const Citation& c) {
  return Json::object().set("law", c.law).set("version", c.version).set("article", c.article);
}

Json to_json(const Library& library, const Deadline& d) {
  Json out = Json::object();
  out.set("clock", d.clock)
      .set("name", to_json(d.clock_name))
      .set("rule_set", d.rule_set)
      .set("citation", to_json(d.citation))
      .set("law", to_json(d.law_title))
      .set("article", d.citation.article)
      .set("requirements", strings(d.requirements))
      .set("by", to_json(library.party(d.by)))
      .set("to", strings(d.to))
      .set("start", d.start.whole_day ? to_string(d.start.date()) : to_string(d.start.at))
      .set("start_event", to_json(d.start_event))
      .set("due", to_string(d.due))
      .set("due_text", due_text(d))
      .set("last_day", to_string(d.last_day))
      .set("cutoff", d.cutoff)
      .set("unit", name(d.unit))
      .set("length", d.length)
      .set("basis", name(d.basis))
      .set("floor", d.floor)
      .set("provisional", d.provisional)
      .set("transitional", d.transitional);
  if (d.grade) out.set("grade", name(*d.grade));
  if (!d.word.zh.empty()) out.set("word", to_json(d.word));
  if (!d.setting.empty()) {
    out.set("setting", Json::object()
                           .set("id", d.setting)
                           .set("value", d.setting_value)
                           .set("why", to_json(d.setting_why)));
  }
  if (d.counting) out.set("counting", to_json(*d.counting));
  if (!d.calendar.empty()) out.set("calendar", d.calendar);
  Json days = Json::array();
  for (const Day& day : d.days) days.push(to_json(day));
  out.set("days", days);
  Json gave_way = Json::array();
  for (const GaveWay& g : d.gave_way) {
    gave_way.push(Json::object()
                      .set("rule_set", g.rule_set)
                      .set("article", g.article)
                      .set("due", to_string(g.due)));
  }
  return out.set("gave_way", gave_way).set("explanation", to_json(d.explanation));
}

Json to_json(const Library& library, const Proposal& p) {
  Json met = Json::array();
  for (const Condition& c : p.met) {
    met.push(Json::object().set("fact", c.fact).set(c.strict ? "over" : "at_least", c.limit));
  }
  Json facts = Json::object();
  for (const auto& [id, value] : p.facts) facts.set(id, value);
  return Json::object()
      .set("scheme", p.grade.scheme)
      .set("version", p.grade.version)
      .set("level", name(p.grade.level))
      .set("title", to_json(title(p.grade.level)))
      .set("law", to_json(library.find(p.grade.scheme)->title()))
      .set("article", p.citation.article)
      .set("requirement", p.requirement)
      .set("facts", facts)
      .set("met", met)
      .set("impact_wanted", to_json(p.impact_wanted))
      .set("impact", p.impact)
      .set("needs_impact", p.needs_impact)
      .set("explanation", to_json(p.explanation));
}

Json list_json(const Library& library) {
  Json sets = Json::array();
  for (const RuleSet& set : library.rule_sets()) {
    Json row = head(set);
    Json clocks = Json::array();
    for (const ClockRule& clock : set.clocks) clocks.push(clock.id);
    sets.push(row.set("clocks", clocks).set("grade_scheme", set.grades.has_value()));
  }
  return Json::object()
      .set("rule_sets", sets)
      .set("clocks", strings(library.clock_ids()))
      .set("calendar", library.calendar().version());
}

Result<Json> show_json(const Library& library, std::string_view id, std::string_view article,
                       Date on) {
  const RuleSet* set = library.find(id);
  if (set == nullptr) {
    std::vector<std::string> ids;
    for (const RuleSet& s : library.rule_sets()) ids.push_back(s.id);
    return fail_bi(Code::kNotFound,
                   fmt::format("'{}' is no rule set; known are {}", id, join(ids, ", ")),
                   fmt::format("没有规则集“{}”；已知的有：{}", id, join(ids, "、")), "id");
  }
  if (!article.empty() && set->article(article) == nullptr) {
    std::vector<std::string> numbers;
    for (const Article& a : set->articles) numbers.push_back(a.number);
    return fail_bi(
        Code::kNotFound,
        fmt::format("{} has no article '{}' here; it has {}", id, article, join(numbers, ", ")),
        fmt::format("{} 在此没有第{}条；已收录：{}", id, article, join(numbers, "、")), "article");
  }
  const auto fill = [&](Json& out, const char* key, const auto& items, auto number, auto convert) {
    Json list = Json::array();
    for (const auto& item : items) {
      if (belongs(number(item), article)) list.push(convert(item));
    }
    out.set(key, list);
  };
  const auto by_article = [](const auto& item) { return std::string_view(item.article); };
  Json out = head(*set);
  Json notes = Json::array();
  for (const Text& note : set->notes) notes.push(to_json(note));
  out.set("notes", notes);
  Json articles = Json::array();
  for (const Article& a : set->articles) {
    if (article.empty() || &a == set->article(article)) articles.push(to_json(library, a, on));
  }
  out.set("articles", articles);
  fill(out, "duties", set->duties, by_article, [&](const Duty& d) {
    return Json::object()
        .set("who", to_json(library.party(d.who)))
        .set("article", d.article)
        .set("requirement", d.requirement)
        .set("what", to_json(d.what));
  });
  fill(out, "clocks", set->clocks, by_article,
       [&](const ClockRule& c) { return to_json(library, c); });
  fill(out, "settings", set->settings, by_article, [](const Setting& s) { return to_json(s); });
  fill(out, "forms", set->forms, by_article, [](const Form& f) { return to_json(f); });
  if (set->grades && belongs(set->grades->article, article)) {
    out.set("grade_scheme", to_json(*set->grades));
  }
  return out;
}

}  // namespace tocsin::law
