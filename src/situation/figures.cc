#include "situation/figures.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "attribution/words.h"
#include "http/url.h"
#include "model/labels.h"
#include "search/facts.h"
#include "situation/tally.h"
#include "store/collections.h"

namespace tocsin::situation {
namespace {

using search::Place;
using search::WordList;
using Counts = std::map<std::string, std::int64_t>;

DaysText text_of(const Days& days) { return {to_string(days.from), to_string(days.until)}; }

std::optional<std::int64_t> change(std::int64_t now, std::int64_t before) {
  if (before <= 0) return std::nullopt;
  const std::int64_t tenfold = (now - before) * 1000 / before;
  return (tenfold + (tenfold < 0 ? -5 : 5)) / 10;
}

Text province_title(std::string_view value) {
  const Text known = attribution::division_name(value);
  return known.zh.empty() ? model::label(value) : known;
}

/// How the values of a group are counted and listed.
struct Kind {
  std::string name;
  Text title;
  Place place = Place::kCases;
  std::string dimension;
  std::string query;    ///< what comes before the value: `class:`; empty: nothing is asked by value
  std::string besides;  ///< further conditions
  const WordList* words = nullptr;  ///< all that stand, also with nothing; null: those there are
  std::function<bool(const std::string&)> wanted = {};
  Text (*titles)(std::string_view) = model::label;
};

/// What was merged is the case that it went into.
constexpr const char* kOnce = "-state:merged";

class Counter {
 public:
  Counter(store::Store& store, store::TextIndex& index, const store::Person& by, const Asked& asked)
      : store_(store),
        index_(index),
        by_(by),
        asked_(asked),
        days_(compared(asked.period, asked.until)) {}

  Result<Situation> run();

 private:
  bool published() const { return out_.view == View::kPublished; }
  Result<Counts> count(Place place, std::string_view dimension, const Days& days) {
    return index_.tallied({what_of(place, dimension), groups_of(by_, place), asked_.province,
                           day_number(days.from), day_number(days.until)});
  }
  std::optional<Rows> rows(Place place, const std::string& query, const Days& days) const {
    return rows_of(place, query,
                   " from:" + to_string(days.from) + " until:" + to_string(days.until));
  }
  std::optional<Rows> rows_of(Place place, std::string query, const std::string& when) const {
    if (published()) return std::nullopt;
    if (!asked_.province.empty()) query += " province:" + asked_.province;
    query = std::string(trim(query + when));
    const std::string in(name(place));
    return Rows{in, query, "/api/v1/search?in=" + in + "&q=" + http::percent_encode(query)};
  }
  Figure figure(const std::string& name, Text title, const std::array<std::int64_t, 3>& counts,
                const std::function<std::optional<Rows>(const Days&)>& rows) const;
  Status add(const Kind& kind);
  Status add_list();
  Status add_clocks(Place place);
  Status add_series();
  Status add_list_series();
  Result<Text> unit_title(const std::string& code);

  store::Store& store_;
  store::TextIndex& index_;
  const store::Person& by_;
  const Asked& asked_;
  const Compared days_;
  Situation out_;
};

Figure Counter::figure(const std::string& name, Text title,
                       const std::array<std::int64_t, 3>& counts,
                       const std::function<std::optional<Rows>(const Days&)>& rows) const {
  Figure f;
  f.name = name;
  f.title = std::move(title);
  f.current = {counts[0], rows(days_.current)};
  f.previous = {counts[1], rows(days_.previous)};
  f.last_year = {counts[2], rows(days_.last_year)};
  f.change_percent = change(counts[0], counts[1]);
  f.change_percent_year = change(counts[0], counts[2]);
  return f;
}

Status Counter::add(const Kind& kind) {
  TRY(auto now, count(kind.place, kind.dimension, days_.current));
  TRY(auto before, count(kind.place, kind.dimension, days_.previous));
  TRY(auto year_ago, count(kind.place, kind.dimension, days_.last_year));
  std::vector<std::string> values;
  if (kind.words != nullptr) {
    values.assign(kind.words->begin(), kind.words->end());
  } else {
    std::set<std::string> there;
    for (const auto* counts : {&now, &before, &year_ago}) {
      for (const auto& [value, n] : *counts) there.insert(value);
    }
    values.assign(there.begin(), there.end());
  }
  FigureGroup group{kind.name, kind.title, {}};
  for (const auto& value : values) {
    if (kind.wanted && !kind.wanted(value)) continue;
    const std::string asked = kind.query.empty() ? std::string() : kind.query + value;
    const std::string query(trim(asked + " " + kind.besides));
    group.figures.push_back(
        figure(value, kind.titles(value), {now[value], before[value], year_ago[value]},
               [&](const Days& days) { return rows(kind.place, query, days); }));
  }
  out_.groups.push_back(std::move(group));
  return {};
}

/// What is on the list at the end of a period, by measure (W17-15), and what came onto it.
Status Counter::add_list() {
  std::map<std::string, std::array<std::int64_t, 3>> sizes = {{"block", {}}, {"stop-service", {}}};
  const std::array<Days, 3> ranges = {days_.current, days_.previous, days_.last_year};
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    const Days all{Date(std::chrono::year(1970), std::chrono::January, std::chrono::day(1)),
                   ranges[i].until};
    TRY(const auto listed, count(Place::kEntries, kListed, all));
    TRY(const auto ended, count(Place::kEntries, kEnded, all));
    for (const auto& [measure, n] : listed) sizes[measure][i] += n;
    for (const auto& [measure, n] : ended) sizes[measure][i] -= n;
  }
  FigureGroup group{"list", {"名单规模（期末）", "size of the list, at the end"}, {}};
  for (const auto& [measure, counts] : sizes) {
    group.figures.push_back(
        figure(measure, model::label(measure), counts, [&, m = measure](const Days& days) {
          return rows_of(Place::kEntries, "measure:" + m, " on:" + to_string(days.until));
        }));
  }
  out_.groups.push_back(std::move(group));
  return add(
      {"list-new", {"新列入名单", "newly listed"}, Place::kEntries, kListed, "measure:", ""});
}

Result<Text> Counter::unit_title(const std::string& code) {
  TRY(const auto unit, store_.read([&](store::ReadTx& tx) {
    return store::find_one<model::Organization>(tx, "code", code);
  }));
  return unit ? unit->title : Text{code, code};
}

/// Counted by clock, by its fate, and by its unit: `dispose.late.op-a` (W17-24, W17-27).
Status Counter::add_clocks(Place place) {
  std::array<Counts, 3> counts;
  TRY(counts[0], count(place, "clock", days_.current));
  TRY(counts[1], count(place, "clock", days_.previous));
  TRY(counts[2], count(place, "clock", days_.last_year));
  std::set<std::pair<std::string, std::string>> there;
  for (const auto& of : counts) {
    for (const auto& [value, n] : of) {
      const auto parts = split(value, '.');
      if (parts.size() < 2) continue;
      const std::size_t unit = parts[0].size() + parts[1].size() + 2;
      there.emplace(parts[0], parts.size() > 2 ? value.substr(unit) : "");
    }
  }
  for (const auto& [clock, unit] : there) {
    ClockRate rate;
    rate.clock = clock;
    rate.title = model::label(clock);
    rate.in = name(place);
    rate.unit = unit;
    if (!unit.empty()) {
      TRY(rate.unit_title, unit_title(unit));
    }
    for (const auto fate : search::fates()) {
      const std::string value = clock + "." + std::string(fate) + (unit.empty() ? "" : "." + unit);
      rate.fates.push_back(
          figure(std::string(fate), model::label(fate),
                 {counts[0][value], counts[1][value], counts[2][value]},
                 [&](const Days& days) { return rows(place, "clock:" + value, days); }));
    }
    const std::int64_t met = rate.fates[0].current.count;
    const std::int64_t late = rate.fates[1].current.count;
    if (met + late > 0) rate.on_time_percent = (met * 1000 / (met + late) + 5) / 10;
    out_.clocks.push_back(std::move(rate));
  }
  return {};
}

Status Counter::add_series() {
  TRY(const auto by_day,
      index_.tallied_by_day({what_of(Place::kCases, "class"), groups_of(by_, Place::kCases),
                             asked_.province, day_number(days_.current.from),
                             day_number(days_.current.until)}));
  for (const auto word : enum_names(model::ThreatClass{})) {
    const std::string value(word);
    Series series{value, model::label(value), {}};
    for (const Days& step : steps(asked_.period, days_.current)) {
      std::int64_t n = 0;
      for (auto day = by_day.lower_bound(day_number(step.from));
           day != by_day.end() && day->first <= day_number(step.until); ++day) {
        const auto found = day->second.find(value);
        if (found != day->second.end()) n += found->second;
      }
      series.points.push_back({to_string(step.from),
                               to_string(step.until),
                               {n, rows(Place::kCases, "class:" + value + " " + kOnce, step)}});
    }
    out_.series.push_back(std::move(series));
  }
  return {};
}

Status Counter::add_list_series() {
  const auto groups = groups_of(by_, Place::kEntries);
  std::map<std::int64_t, std::int64_t> change;
  for (const auto& [what, sign] : {std::pair{kListed, 1}, std::pair{kEnded, -1}}) {
    TRY(const auto by_day,
        index_.tallied_by_day({what_of(Place::kEntries, what), groups, asked_.province, INT64_MIN,
                               day_number(days_.current.until)}));
    for (const auto& [day, measures] : by_day) {
      for (const auto& [measure, n] : measures) change[day] += sign * n;
    }
  }
  Series series{"list", {"名单规模", "size of the list"}, {}};
  std::int64_t size = 0;
  auto next = change.begin();
  for (const Days& step : steps(asked_.period, days_.current)) {
    for (; next != change.end() && next->first <= day_number(step.until); ++next) {
      size += next->second;
    }
    series.points.push_back({to_string(step.from),
                             to_string(step.until),
                             {size, rows_of(Place::kEntries, "", " on:" + to_string(step.until))}});
  }
  out_.series.push_back(std::move(series));
  return {};
}

const WordList& all_of_them() {
  static const WordList all = {kAll};
  return all;
}
Text total_title(std::string_view) { return {"合计", "total"}; }

bool is_class(const std::string& value) {
  model::ThreatClass known{};
  return model::parse_enum(value, known);
}
/// The subtype `other` is the class.
bool is_subtype(const std::string& value) { return !is_class(value); }

/// The five classes of article 2 stand first (W17-01).
std::vector<Kind> case_kinds() {
  return {
      {"class",
       {"五类威胁", "the five classes of article 2"},
       Place::kCases,
       "class",
       "class:",
       kOnce,
       &enum_names(model::ThreatClass{})},
      {"cases",
       {"事项总数", "all cases"},
       Place::kCases,
       kAll,
       "",
       kOnce,
       &all_of_them(),
       {},
       total_title},
      {"subtype",
       {"威胁子类", "subtypes"},
       Place::kCases,
       "class",
       "class:",
       kOnce,
       nullptr,
       is_subtype},
  };
}

std::vector<Kind> inner_kinds() {
  return {
      {"level", {"等级", "grades"}, Place::kCases, "level", "level:", kOnce},
      {"state", {"事项状态", "states of the cases"}, Place::kCases, "state", "state:", ""},
      {"c2",
       {"控制端境内外分布", "control servers, at home and abroad"},
       Place::kCases,
       kC2,
       "origin:",
       "class:c2-server -state:merged",
       &search::origins()},
      {"imitates",
       {"钓鱼仿冒对象", "phishing by imitated sector"},
       Place::kCases,
       "imitates",
       "imitates:",
       kOnce,
       &search::imitated()},
      {"behaviour",
       {"恶意程序八类", "malware by the eight classes"},
       Place::kCases,
       "behaviour",
       "behaviour:",
       kOnce,
       &search::behaviours()},
      {"party-gov",
       {"涉及党政机关", "of party and government"},
       Place::kCases,
       kGov,
       "class:",
       "asset:party-gov -state:merged",
       nullptr,
       is_subtype},
      {"cii",
       {"涉及关键信息基础设施", "of critical infrastructure"},
       Place::kCases,
       kCii,
       "class:",
       "asset:cii -state:merged",
       nullptr,
       is_subtype},
      {"tasks",
       {"处置任务", "disposal tasks"},
       Place::kTasks,
       kAll,
       "",
       "",
       &all_of_them(),
       {},
       total_title},
      {"measure", {"处置措施", "measures"}, Place::kTasks, "measure", "measure:", ""},
      {"task-state", {"任务状态", "states of the tasks"}, Place::kTasks, "state", "state:", ""},
      {"appeals",
       {"申诉总数", "all appeals"},
       Place::kAppeals,
       kAll,
       "",
       "",
       &all_of_them(),
       {},
       total_title},
      {"ruling",
       {"申诉裁决", "rulings on appeals"},
       Place::kAppeals,
       "ruling",
       "ruling:",
       "",
       &search::rulings()},
  };
}

/// Of the whole country only.
std::vector<Kind> country_kinds() {
  return {
      {"province",
       {"地域分布", "by province"},
       Place::kCases,
       "province",
       "province:",
       kOnce,
       nullptr,
       {},
       province_title},
      {"sources", {"新增来源", "new sources"}, Place::kSources, "state", "state:", ""},
      {"indicators",
       {"期内所见指标", "indicators last seen"},
       Place::kIndicators,
       "kind",
       "kind:",
       ""},
  };
}

Result<Situation> Counter::run() {
  out_.period = asked_.period;
  out_.current = text_of(days_.current);
  out_.previous = text_of(days_.previous);
  out_.last_year = text_of(days_.last_year);
  out_.province = asked_.province;
  const auto groups = groups_of(by_, Place::kCases);
  out_.view = groups.front() == "*"                  ? View::kWhole
              : groups.front() == search::kEverybody ? View::kPublished
                                                     : View::kUnit;
  TRY(out_.index, search::progress(store_, index_));
  for (const auto& kind : case_kinds()) TRY_STATUS(add(kind));
  if (!published()) {
    for (const auto& kind : inner_kinds()) TRY_STATUS(add(kind));
    TRY_STATUS(add_list());
    for (const Place place : {Place::kTasks, Place::kAppeals, Place::kCases}) {
      TRY_STATUS(add_clocks(place));
    }
    if (asked_.province.empty()) {
      for (const auto& kind : country_kinds()) TRY_STATUS(add(kind));
    }
  }
  if (asked_.province.empty()) {
    TRY_STATUS(add({"severity",
                    {"新收录漏洞", "vulnerabilities published"},
                    Place::kVulnerabilities,
                    "severity",
                    "severity:",
                    "",
                    &search::severities()}));
  }
  TRY_STATUS(add_series());
  if (!published()) TRY_STATUS(add_list_series());
  return std::move(out_);
}

}  // namespace

const FigureGroup* Situation::find(std::string_view group) const {
  const auto found = std::find_if(groups.begin(), groups.end(),
                                  [&](const FigureGroup& g) { return g.name == group; });
  return found == groups.end() ? nullptr : &*found;
}

Result<Situation> situation(store::Store& store, store::TextIndex& index, const store::Person& by,
                            const Asked& asked) {
  return Counter(store, index, by, asked).run();
}

}  // namespace tocsin::situation
