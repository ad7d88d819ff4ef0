// The figures of a period, each with the query that lists exactly what was counted.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "search/indexer.h"
#include "situation/period.h"

namespace tocsin::situation {

/// The rows behind a number: `GET /api/v1/search?in=…&q=…`, asked by the same person.
struct Rows {
  using is_described = void;
  std::string in;
  std::string query;
  std::string path;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("in", s.in);
    v("query", s.query);
    v("path", s.path);
  }
};

struct Number {
  using is_described = void;
  std::int64_t count = 0;
  std::optional<Rows> rows;  ///< left out in what is published for everybody
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("count", s.count);
    v("rows", s.rows);
  }
};

/// One value now, in the period before, and in the same period last year.
struct Figure {
  using is_described = void;
  std::string name;
  Text title;
  Number current;
  Number previous;
  Number last_year;
  /// Against `previous` and `last_year`, rounded; left out where there was nothing.
  std::optional<std::int64_t> change_percent;
  std::optional<std::int64_t> change_percent_year;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("name", s.name);
    v("title", s.title);
    v("current", s.current);
    v("previous", s.previous);
    v("last_year", s.last_year);
    v("change_percent", s.change_percent);
    v("change_percent_year", s.change_percent_year);
  }
};

/// Values of one kind; in a group of a closed list every value stands, also with nothing.
struct FigureGroup {
  using is_described = void;
  std::string name;
  Text title;
  std::vector<Figure> figures;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("name", s.name);
    v("title", s.title);
    v("figures", s.figures);
  }
};

/// How one clock was kept, by everybody or by one unit (W17-04).
struct ClockRate {
  using is_described = void;
  std::string clock;
  Text title;
  std::string in;    ///< cases, tasks or appeals: of those dated in the period
  std::string unit;  ///< code; empty: all of them
  Text unit_title;
  std::vector<Figure> fates;                    ///< met, late, running, waived
  std::optional<std::int64_t> on_time_percent;  ///< met of met and late
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("clock", s.clock);
    v("title", s.title);
    v("in", s.in);
    v("unit", s.unit);
    v("unit_title", s.unit_title);
    v("fates", s.fates);
    v("on_time_percent", s.on_time_percent);
  }
};

struct Point {
  using is_described = void;
  std::string from;
  std::string until;
  Number number;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("from", s.from);
    v("until", s.until);
    v("number", s.number);
  }
};

struct Series {
  using is_described = void;
  std::string name;
  Text title;
  std::vector<Point> points;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("name", s.name);
    v("title", s.title);
    v("points", s.points);
  }
};

struct DaysText {
  using is_described = void;
  std::string from;
  std::string until;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("from", s.from);
    v("until", s.until);
  }
};

/// Whose cases are counted.
enum class View {
  kWhole,     ///< all
  kUnit,      ///< those that the person's unit, or the person, may list
  kPublished  ///< determined and marked for everybody; without rows
};
TOCSIN_ENUM_NAMES(View, "whole", "unit", "published")

struct Situation {
  using is_described = void;
  Period period = Period::kWeek;
  DaysText current;
  DaysText previous;
  DaysText last_year;
  std::string province;  ///< empty: all
  View view = View::kWhole;
  std::vector<FigureGroup> groups;
  std::vector<ClockRate> clocks;
  std::vector<Series> series;
  search::Progress index;  ///< up to which journal entry everything is counted
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("period", s.period);
    v("current", s.current);
    v("previous", s.previous);
    v("last_year", s.last_year);
    v("province", s.province);
    v("view", s.view);
    v("groups", s.groups);
    v("clocks", s.clocks);
    v("series", s.series);
    v("index", s.index);
  }
  /// The group of that name, or nullptr: there is none in a published summary, or in a province.
  const FigureGroup* find(std::string_view group) const;
};

struct Asked {
  Period period = Period::kWeek;
  Date until;
  std::string province;  ///< two digits, `abroad`, `unknown`; empty: all
};

/// Counts only what `by` may list.
Result<Situation> situation(store::Store& store, store::TextIndex& index, const store::Person& by,
                            const Asked& asked);

}  // namespace tocsin::situation
