// The printable weekly and monthly report, in the sections of CNCERT's (A13-17; regulation notes
// 2.11).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "situation/figures.h"

namespace tocsin::situation {

struct Section {
  using is_described = void;
  Text title;
  std::vector<FigureGroup> groups;
  std::vector<ClockRate> clocks;
  std::vector<Series> series;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("title", s.title);
    v("groups", s.groups);
    v("clocks", s.clocks);
    v("series", s.series);
  }
};

struct Report {
  using is_described = void;
  Text title;
  Text lead;  ///< the whole in one sentence
  Text scope;
  Period period = Period::kWeek;
  DaysText current;
  DaysText previous;
  DaysText last_year;
  std::string made;
  std::vector<Section> sections;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("title", s.title);
    v("lead", s.lead);
    v("scope", s.scope);
    v("period", s.period);
    v("current", s.current);
    v("previous", s.previous);
    v("last_year", s.last_year);
    v("made", s.made);
    v("sections", s.sections);
  }
};

/// The sections of that period; what a person may not list is not in it. `made`: when.
Report report_of(const Situation& situation, Instant made);

/// One document that needs nothing else: no script, nothing from outside, charts as SVG beside
/// tables with the same numbers. Well-formed as XML.
std::string html_of(const Report& report, Lang lang);
/// What lets a browser apply the document's own style and nothing else.
std::string html_policy();

/// A sheet for each section; every number beside the query that lists its rows. kInternal when the
/// file cannot be written.
Status write_workbook(const Report& report, Lang lang, const std::string& path);

/// The words of a table, the same in all forms.
Text column_title(std::string_view column);
/// `+12%`, `-3%`, or a dash where there was nothing to compare with.
std::string change_text(const std::optional<std::int64_t>& percent);

}  // namespace tocsin::situation
