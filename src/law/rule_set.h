// A rule set: one law, measure or plan in one version, as data. docs/law.md tells how to write one.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/text.h"
#include "base/time.h"

namespace tocsin::law {

/// Where a statement stands: law, version of its text, article. Stored as written and resolved when
/// shown, because numbers move (W17-29: the Cybersecurity Law's moved on 2026-01-01).
struct Citation {
  std::string law;
  std::string version;
  std::string article;  ///< `10`, `8(1)`, `二(一)1`; empty: the law as a whole
  bool operator==(const Citation&) const = default;
};

/// Levels of every scheme; the words differ in measure, so a level alone means nothing.
enum class Level { kI = 1, kII = 2, kIII = 3, kIV = 4 };
std::string_view name(Level level);  ///< `I` ... `IV`
Text title(Level level);             ///< 特别重大 / especially serious ...
/// Accepts I..IV, 1..4 and the four Chinese words.
Result<Level> parse_level(std::string_view text);

struct Article {
  std::string number;
  Text gist;
  std::vector<std::string> requirements;
  std::vector<Citation> cites;
};

struct Duty {
  std::string who;  ///< id in parties.json
  std::string article;
  std::string requirement;
  Text what;
};

enum class Unit {
  kMinute,
  kHour,
  kWorkingDay,
  kCalendarDay,
  kCalendarMonth,
  kMonthEnd,     ///< last day of the month in which the clock starts
  kPrompt,       ///< a word without a number; the length is a setting, a policy target
  kNotice,       ///< as the notice states
  kNotRequired,  ///< the article says that nothing is due
};
std::string_view name(Unit unit);
/// Minutes, hours and their like run through nights and holidays.
bool is_natural(Unit unit);

/// One length of a clock; a clock has several when they depend on the grade.
struct Length {
  std::vector<Level> grades;  ///< empty: every grade, or no grade at all
  Unit unit = Unit::kHour;
  int amount = 0;
  std::string setting;                    ///< for kPrompt, and where the law is silent on kMonthEnd
  Text word;                              ///< the law's own words where it gives no number
  std::vector<std::string> requirements;  ///< when they differ from the clock's
};

struct ClockRule {
  std::string id;
  Text name;
  std::string article;
  std::vector<std::string> requirements;
  std::string by;               ///< party that must act
  std::vector<std::string> to;  ///< parties that receive
  Text start;                   ///< the event that starts it
  std::string start_setting;    ///< setting that fills the law's silence about the start
  bool floor = false;           ///< a minimum (keep at least), not a maximum (act at latest)
  bool right = false;           ///< protects who acts: an overlay may lengthen, never shorten it
  std::vector<Length> lengths;
};

struct Condition {
  std::string fact;
  bool strict = true;  ///< true: more than the limit; false: the limit or more
  std::int64_t limit = 0;
};

struct LevelRule {
  Level level = Level::kIV;
  std::string requirement;
  std::vector<Condition> any;
  bool otherwise = false;  ///< applies when no higher level does
  bool unknown = false;    ///< the law has a cut-off that is not known to us
  Text impact;             ///< the social impact the law adds to the numbers
};

struct FactRule {
  std::string id;
  std::string unit;
  Text name;
};

struct GradeScheme {
  std::string version;
  std::string article;
  Text name;
  std::vector<FactRule> facts;
  std::vector<LevelRule> levels;  ///< highest first
};

enum class SettingType { kNumber, kBoolean, kChoice, kTime };

/// A value of ours where the law is silent; always shown as such.
struct Setting {
  std::string id;
  SettingType type = SettingType::kNumber;
  std::string otherwise;  ///< the default
  std::string unit;
  std::int64_t least = 0;
  std::int64_t most = 0;
  std::vector<std::string> choices;
  std::map<std::string, Text> starts;  ///< choices that change the event that starts a clock
  std::string article;
  std::string requirement;
  Text why;
};
/// kInvalid unless `value` is one the setting allows.
Status check_value(const Setting& setting, std::string_view value);

enum class Confidence { kConfirmed, kInferred, kUnknown };
std::string_view name(Confidence confidence);

struct Renumbered {
  std::string old_article;
  std::string new_article;  ///< empty when unknown
  Confidence confidence = Confidence::kUnknown;
};

/// Articles of a law that says how periods are counted.
struct Counting {
  std::string days;
  std::string hours;
  std::string months;
  std::string end;
  std::string over;  ///< whether "over" and "within" include the number
};

struct Form {
  std::string id;
  Text title;
  std::string article;
  std::vector<std::string> printed;   ///< fields known from the form itself
  std::vector<std::string> inferred;  ///< fields we believe it has
};

struct RuleSet {
  std::string id;
  std::string law;
  std::string version;
  Text name;
  std::string document;  ///< 文号; may be empty
  Text issuer;
  Date issued;
  Date valid_from;
  std::optional<Date> valid_to;  ///< first day on which it is no longer in force
  std::string province;          ///< GB/T 2260 code of six digits; empty: the whole country
  std::string overlays;          ///< rule set it adds to; empty: stands alone
  bool prevails = false;         ///< replaces instead of "stricter wins" (R545 art 16)
  std::vector<Text> notes;
  std::vector<Article> articles;
  std::vector<Duty> duties;
  std::vector<ClockRule> clocks;
  std::optional<GradeScheme> grades;
  std::vector<Setting> settings;
  std::vector<Form> forms;
  std::optional<Counting> counting;
  std::string renumbered_from;  ///< version of the same law
  std::vector<Renumbered> renumbered;

  bool in_force(Date on) const { return valid_from <= on && (!valid_to || on < *valid_to); }
  /// Last day in force; nothing while it is open.
  std::optional<Date> last_day() const;
  const ClockRule* clock(std::string_view clock_id) const;
  /// By number; `8(1)` also finds article `8`.
  const Article* article(std::string_view number) const;
  const Setting* setting(std::string_view setting_id) const;
  /// Name with document number, for people.
  Text title() const;
};

/// Reads a `rule-set` document. Errors name the place (`clocks[2].lengths[0].unit`).
Result<RuleSet> parse_rule_set(const Json& file);

}  // namespace tocsin::law
