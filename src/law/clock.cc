#include "law/clock.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "law/explain.h"

namespace tocsin::law {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

/// 24:00 is the midnight that follows; 17:30 is of the day itself.
Instant end_of_day(Date day, std::string_view cutoff) {
  const auto h = to_int(cutoff.substr(0, 2)).value_or(24);
  const auto m = to_int(cutoff.substr(3)).value_or(0);
  return shanghai_midnight(day).plus(hours{h} + minutes{m});
}

/// Civil Code art 202: the same day of the due month, else that month's last day.
Date add_months(Date d, int months) {
  const auto month = d.year() / d.month() + std::chrono::months{months};
  const Date same = month / d.day();
  return same.ok() ? same : Date{month / std::chrono::last};
}

Date month_end(Date d) { return Date{d.year() / d.month() / std::chrono::last}; }

/// One candidate rule and everything needed to compute from it.
struct Candidate {
  const Library& library;
  const ClockInput& input;
  const RuleSet& set;
  const ClockRule& rule;
  const Length& length;
};

Error needs_time(const Candidate& c) {
  return Error{Code::kInvalid,
               fmt::format("{} runs in minutes or hours: give the time of day of '{}', for "
                           "instance {}T09:30:00+08:00",
                           c.rule.id, c.rule.start.en, to_string(c.input.start.date())),
               fmt::format("{}按小时或分钟计算：请给出“{}”的具体时刻，例如 {} 09:30",
                           c.rule.name.zh, c.rule.start.zh, to_string(c.input.start.date())),
               "from", c.rule.requirements.empty() ? "" : c.rule.requirements.front()};
}

Status set_natural(const Candidate& c, Unit unit, int amount, Deadline& out) {
  if (c.input.start.whole_day) return tl::unexpected(needs_time(c));
  out.unit = unit;
  out.length = amount;
  out.due = c.input.start.at.plus(unit == Unit::kHour ? std::chrono::microseconds(hours{amount})
                                                      : minutes{amount});
  out.last_day = shanghai_date(out.due);
  return {};
}

/// Ends the period with `day`; a maximum that would end on a day of rest moves on (art 203).
void set_last_day(const Candidate& c, Date day, bool roll, Deadline& out) {
  if (roll) {
    Walk walk = c.library.calendar().roll_forward(day);
    day = walk.last;
    out.provisional = walk.provisional;
    out.calendar = c.library.calendar().version();
    if (walk.days.size() > 1) out.days = std::move(walk.days);
  }
  out.last_day = day;
  out.due = end_of_day(day, out.cutoff);
}

Status set_days(const Candidate& c, Unit unit, int amount, Deadline& out) {
  out.unit = unit;
  out.length = amount;
  const Date start = c.input.start.date();
  if (unit == Unit::kWorkingDay) {
    TRY(Walk walk, c.library.calendar().add_working_days(start, amount));
    out.last_day = walk.last;
    out.due = end_of_day(walk.last, out.cutoff);
    out.provisional = walk.provisional;
    out.days = std::move(walk.days);
    out.calendar = c.library.calendar().version();
    return {};
  }
  const Date last =
      unit == Unit::kCalendarDay ? add_days(start, amount) : add_months(start, amount);
  set_last_day(c, last, !c.rule.floor, out);
  return {};
}

Status set_notice(const Candidate& c, Deadline& out) {
  out.basis = Basis::kNotice;
  if (!c.input.limit) {
    return fail_bi(Code::kInvalid,
                   fmt::format("the time limit of '{}' is stated in the notice ({} article {}): "
                               "give it, for instance 24h or 3wd",
                               c.rule.id, c.set.id, c.rule.article),
                   fmt::format("{}的时限由处置通知写明（{}第{}条）：请给出时限，例如 24h 或 3wd",
                               c.rule.name.zh, c.set.id, c.rule.article),
                   "limit", c.rule.requirements.empty() ? "" : c.rule.requirements.front());
  }
  const NoticeLimit& limit = *c.input.limit;
  if (!limit.until) {
    return is_natural(limit.unit) ? set_natural(c, limit.unit, limit.amount, out)
                                  : set_days(c, limit.unit, limit.amount, out);
  }
  out.unit = Unit::kNotice;
  out.last_day = limit.until->date();
  out.due = limit.until->whole_day ? end_of_day(out.last_day, out.cutoff) : limit.until->at;
  if (out.due <= c.input.start.at) {
    return fail_bi(Code::kInvalid, "the notice's time limit ends before the notice was delivered",
                   "处置通知的时限早于送达时间", "limit", "W17-24");
  }
  if (!limit.until->whole_day) out.cutoff.clear();
  return {};
}

Status set_due(const Candidate& c, Deadline& out) {
  const RuleSet* counting = c.library.counting(c.input.start.date());
  const bool day_clock = !c.rule.floor && counting != nullptr;
  out.cutoff = day_clock ? c.library.value(c.input.policy, *counting, "cutoff_time") : "24:00";
  switch (c.length.unit) {
    case Unit::kMinute:
    case Unit::kHour:
      return set_natural(c, c.length.unit, c.length.amount, out);
    case Unit::kWorkingDay:
    case Unit::kCalendarDay:
    case Unit::kCalendarMonth:
      return set_days(c, c.length.unit, c.length.amount, out);
    case Unit::kMonthEnd:
      out.unit = Unit::kMonthEnd;
      if (!c.length.setting.empty()) out.basis = Basis::kPolicy;
      set_last_day(c, month_end(c.input.start.date()), false, out);
      return {};
    case Unit::kPrompt: {
      out.basis = Basis::kPolicy;
      const std::string value =
          c.library.value(c.input.policy, c.set, c.length.setting, c.input.province);
      const bool in_minutes = c.set.setting(c.length.setting)->unit == "minute";
      return set_natural(c, in_minutes ? Unit::kMinute : Unit::kHour,
                         static_cast<int>(to_int(value).value_or(0)), out);
    }
    case Unit::kNotice:
      return set_notice(c, out);
    case Unit::kNotRequired:
      return fail_bi(
          Code::kRefused,
          fmt::format("nothing is due: {} ({} article {})", c.length.word.en, c.set.id,
                      c.rule.article),
          fmt::format("没有期限：{}（{}第{}条）", c.length.word.zh, c.set.id, c.rule.article),
          "grade", c.rule.requirements.empty() ? "" : c.rule.requirements.front());
  }
  panic(__FILE__, __LINE__, "unknown Unit");
}

void set_counting(const Candidate& c, Deadline& out) {
  const RuleSet* counting = c.library.counting(c.input.start.date());
  if (counting == nullptr || out.unit == Unit::kNotice) return;
  const Counting& articles = *counting->counting;
  const std::string& article = is_natural(out.unit)               ? articles.hours
                               : out.unit == Unit::kCalendarMonth ? articles.months
                               : out.unit == Unit::kMonthEnd      ? articles.end
                                                                  : articles.days;
  out.counting = Citation{counting->law, counting->version, article};
  out.counting_title = {fmt::format("《{}》", counting->name.zh), counting->name.en};
}

Result<Deadline> compute_one(const Candidate& c) {
  Deadline out;
  out.clock = c.rule.id;
  out.clock_name = c.rule.name;
  out.rule_set = c.set.id;
  out.citation = {c.set.law, c.set.version, c.rule.article};
  out.law_title = c.set.title();
  out.requirements = c.length.requirements.empty() ? c.rule.requirements : c.length.requirements;
  out.by = c.rule.by;
  out.to = c.rule.to;
  out.start_event = c.rule.start;
  out.start = c.input.start;
  out.word = c.length.word;
  out.setting = c.length.setting.empty() ? c.rule.start_setting : c.length.setting;
  if (!out.setting.empty()) {
    out.setting_value = c.library.value(c.input.policy, c.set, out.setting, c.input.province);
    const Setting& silence = *c.set.setting(out.setting);
    out.setting_why = silence.why;
    const auto start = silence.starts.find(out.setting_value);
    if (start != silence.starts.end()) out.start_event = start->second;
  }
  out.floor = c.rule.floor;
  out.right = c.rule.right;
  if (!c.length.grades.empty()) out.grade = c.input.grade;
  TRY_STATUS(set_due(c, out));
  if (is_natural(out.unit)) out.cutoff.clear();
  set_counting(c, out);
  out.transitional = c.set.valid_to && out.due > shanghai_midnight(*c.set.valid_to) && !out.floor;
  return out;
}

/// The length for the grade; kInvalid when the clock depends on a grade that is missing.
Result<const Length*> choose_length(const RuleSet& set, const ClockRule& rule,
                                    std::optional<Level> grade) {
  if (rule.lengths.front().grades.empty()) return &rule.lengths.front();
  if (grade) {
    for (const Length& length : rule.lengths) {
      if (std::find(length.grades.begin(), length.grades.end(), *grade) != length.grades.end()) {
        return &length;
      }
    }
  }
  return fail_bi(Code::kInvalid,
                 fmt::format("the time limit of '{}' depends on the grade ({} article {}): give I, "
                             "II, III or IV",
                             rule.id, set.id, rule.article),
                 fmt::format("{}的时限取决于事件等级（{}第{}条）：请给出 I、II、III 或 IV",
                             rule.name.zh, set.id, rule.article),
                 "grade", rule.requirements.empty() ? "" : rule.requirements.front());
}

/// Says which rule had the clock, and when.
Error not_in_force(const Library& library, const ClockInput& input) {
  const std::string day = to_string(input.start.date());
  std::vector<std::string> en;
  std::vector<std::string> zh;
  std::string requirement;
  for (const RuleSet& set : library.rule_sets()) {
    const ClockRule* rule = set.clock(input.clock);
    if (rule == nullptr || (!set.overlays.empty() && input.province.empty())) continue;
    if (requirement.empty() && !rule->requirements.empty())
      requirement = rule->requirements.front();
    if (set.valid_to) {
      en.push_back(fmt::format("{} article {} set it from {} to {}", set.id, rule->article,
                               to_string(set.valid_from), to_string(*set.last_day())));
      zh.push_back(fmt::format("{}第{}条自{}至{}有此规定", set.id, rule->article,
                               to_string(set.valid_from), to_string(*set.last_day())));
    } else {
      en.push_back(fmt::format("{} article {} sets it from {} on", set.id, rule->article,
                               to_string(set.valid_from)));
      zh.push_back(
          fmt::format("{}第{}条自{}起有此规定", set.id, rule->article, to_string(set.valid_from)));
    }
  }
  const std::string where = input.rule_set.empty() ? "" : " in " + input.rule_set;
  const std::string where_zh = input.rule_set.empty() ? "" : input.rule_set + "中";
  return Error{
      Code::kRefused,
      fmt::format("no rule in force on {}{} sets the time limit '{}': {}", day, where, input.clock,
                  join(en, "; ")),
      fmt::format("{}{}没有现行规定设定“{}”的时限：{}", day, where_zh, input.clock, join(zh, "；")),
      "from", requirement};
}

/// Overlays that prevail push out the rule set they overlay.
std::vector<const RuleSet*> applicable(const Library& library, const ClockInput& input) {
  std::vector<const RuleSet*> sets = library.in_force(input.start.date(), input.province);
  std::erase_if(sets, [&](const RuleSet* s) {
    return s->clock(input.clock) == nullptr || (!input.rule_set.empty() && s->id != input.rule_set);
  });
  const std::vector<const RuleSet*> all = sets;
  std::erase_if(sets, [&](const RuleSet* s) {
    return std::any_of(all.begin(), all.end(), [&](const RuleSet* other) {
      return other->prevails && other->overlays == s->id;
    });
  });
  return sets;
}

Status check_input(const Library& library, const ClockInput& input) {
  TRY_STATUS(library.check(input.policy));
  if (!input.province.empty() && (input.province.size() != 6 || !to_int(input.province))) {
    return fail_bi(Code::kInvalid,
                   fmt::format("'{}' is not an area code of six digits", input.province),
                   fmt::format("“{}”不是六位行政区划代码", input.province), "province");
  }
  const auto ids = library.clock_ids();
  if (std::find(ids.begin(), ids.end(), input.clock) == ids.end()) {
    return fail_bi(Code::kNotFound,
                   fmt::format("'{}' is no clock; known are {}", input.clock, join(ids, ", ")),
                   fmt::format("没有时限“{}”；已知的有：{}", input.clock, join(ids, "、")),
                   "clock");
  }
  if (!input.rule_set.empty() && library.find(input.rule_set) == nullptr) {
    return fail_bi(Code::kNotFound, fmt::format("'{}' is no rule set", input.rule_set),
                   fmt::format("没有规则集“{}”", input.rule_set), "rule-set");
  }
  return {};
}

}  // namespace

std::string_view name(Basis basis) {
  switch (basis) {
    case Basis::kLaw:
      return "law";
    case Basis::kNotice:
      return "notice";
    case Basis::kPolicy:
      return "policy";
  }
  panic(__FILE__, __LINE__, "unknown Basis");
}

Result<Deadline> compute(const Library& library, const ClockInput& input) {
  TRY_STATUS(check_input(library, input));
  const auto sets = applicable(library, input);
  if (sets.empty()) return tl::unexpected(not_in_force(library, input));

  std::optional<Deadline> best;
  std::optional<Error> refusal;
  std::vector<GaveWay> gave_way;
  for (const RuleSet* set : sets) {
    const ClockRule& rule = *set->clock(input.clock);
    TRY(const Length* length, choose_length(*set, rule, input.grade));
    auto one = compute_one({library, input, *set, rule, *length});
    if (!one && one.error().code != Code::kRefused) return one;
    if (!one) {
      if (!refusal) refusal = std::move(one).error();
      continue;
    }
    const auto remember = [&](const Deadline& d) {
      gave_way.push_back({d.rule_set, d.citation.article, d.due, due_text(d)});
    };
    if (!best) {
      best = std::move(*one);
      continue;
    }
    const bool longer_wins = best->floor || best->right;
    const bool replaces = longer_wins ? one->due > best->due : one->due < best->due;
    remember(replaces ? *best : *one);
    if (replaces) best = std::move(*one);
  }
  if (!best) return tl::unexpected(std::move(*refusal));
  best->gave_way = std::move(gave_way);
  best->explanation = explain(library, *best);
  return std::move(*best);
}

Result<Instant> dispose_start(const Library& library, const Policy& policy,
                              std::optional<Instant> phone, std::optional<Instant> written) {
  TRY_STATUS(library.check(policy));
  const Date on = shanghai_date(phone && written ? std::min(*phone, *written)
                                                 : phone.value_or(written.value_or(Instant{})));
  for (const RuleSet* set : library.in_force(on)) {
    if (set->setting("dispose_clock_start") == nullptr) continue;
    if (library.value(policy, *set, "dispose_clock_start") == "written-notice") phone.reset();
    if (phone && written) return std::min(*phone, *written);
    if (phone || written) return phone ? *phone : *written;
  }
  return fail_bi(Code::kInvalid, "no effective notice has started the dispose clock",
                 "尚无有效通知，处置时限未起算", "notice", "W17-22");
}

}  // namespace tocsin::law
