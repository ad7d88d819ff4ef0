#include "law/rule_set.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace tocsin::law {

std::string_view name(Level level) {
  switch (level) {
    case Level::kI:
      return "I";
    case Level::kII:
      return "II";
    case Level::kIII:
      return "III";
    case Level::kIV:
      return "IV";
  }
  panic(__FILE__, __LINE__, "unknown Level");
}

Text title(Level level) {
  switch (level) {
    case Level::kI:
      return {"特别重大", "especially serious (I)"};
    case Level::kII:
      return {"重大", "serious (II)"};
    case Level::kIII:
      return {"较大", "considerable (III)"};
    case Level::kIV:
      return {"一般", "ordinary (IV)"};
  }
  panic(__FILE__, __LINE__, "unknown Level");
}

Result<Level> parse_level(std::string_view text) {
  for (const Level level : {Level::kI, Level::kII, Level::kIII, Level::kIV}) {
    if (iequals(text, name(level)) || text == title(level).zh ||
        text == std::to_string(static_cast<int>(level))) {
      return level;
    }
  }
  return fail_bi(Code::kInvalid, fmt::format("'{}' is not a grade: give I, II, III or IV", text),
                 fmt::format("“{}”不是等级，应为 I、II、III 或 IV", text), "grade");
}

std::string_view name(Unit unit) {
  switch (unit) {
    case Unit::kMinute:
      return "minute";
    case Unit::kHour:
      return "hour";
    case Unit::kWorkingDay:
      return "working_day";
    case Unit::kCalendarDay:
      return "calendar_day";
    case Unit::kCalendarMonth:
      return "calendar_month";
    case Unit::kMonthEnd:
      return "month_end";
    case Unit::kPrompt:
      return "prompt";
    case Unit::kNotice:
      return "notice";
    case Unit::kNotRequired:
      return "not_required";
  }
  panic(__FILE__, __LINE__, "unknown Unit");
}

bool is_natural(Unit unit) { return unit == Unit::kMinute || unit == Unit::kHour; }

std::string_view name(Confidence confidence) {
  switch (confidence) {
    case Confidence::kConfirmed:
      return "confirmed";
    case Confidence::kInferred:
      return "inferred";
    case Confidence::kUnknown:
      return "unknown";
  }
  panic(__FILE__, __LINE__, "unknown Confidence");
}

Status check_value(const Setting& setting, std::string_view value) {
  const auto bad = [&](const std::string& en, const std::string& zh) {
    return fail_bi(Code::kInvalid, fmt::format("setting {}: '{}' {}", setting.id, value, en),
                   fmt::format("设置项 {}：“{}”{}", setting.id, value, zh), setting.id,
                   setting.requirement);
  };
  switch (setting.type) {
    case SettingType::kNumber: {
      const auto n = to_int(value);
      if (n && *n >= setting.least && *n <= setting.most) return {};
      return bad(fmt::format("is not a number from {} to {}", setting.least, setting.most),
                 fmt::format("不是{}至{}之间的数", setting.least, setting.most));
    }
    case SettingType::kBoolean:
      if (value == "true" || value == "false") return {};
      return bad("is neither true nor false", "不是 true 或 false");
    case SettingType::kChoice:
      if (std::find(setting.choices.begin(), setting.choices.end(), value) !=
          setting.choices.end()) {
        return {};
      }
      return bad("is not one of " + join(setting.choices, ", "),
                 "不在可选值之中：" + join(setting.choices, "、"));
    case SettingType::kTime: {
      const auto hours = value.size() == 5 ? to_int(value.substr(0, 2)) : std::nullopt;
      const auto minutes = value.size() == 5 ? to_int(value.substr(3)) : std::nullopt;
      if (hours && minutes && value[2] == ':' && *hours >= 0 && *minutes >= 0 && *minutes < 60 &&
          *hours * 60 + *minutes <= 24 * 60 && *hours * 60 + *minutes > 0) {
        return {};
      }
      return bad("is not a time of day from 00:01 to 24:00", "不是00:01至24:00之间的时刻");
    }
  }
  panic(__FILE__, __LINE__, "unknown SettingType");
}

std::optional<Date> RuleSet::last_day() const {
  if (!valid_to) return std::nullopt;
  return add_days(*valid_to, -1);
}

const ClockRule* RuleSet::clock(std::string_view clock_id) const {
  const auto found =
      std::find_if(clocks.begin(), clocks.end(), [&](const auto& c) { return c.id == clock_id; });
  return found == clocks.end() ? nullptr : &*found;
}

const Article* RuleSet::article(std::string_view number) const {
  const auto find = [&](std::string_view wanted) -> const Article* {
    for (const Article& a : articles) {
      if (a.number == wanted) return &a;
    }
    return nullptr;
  };
  if (const Article* exact = find(number)) return exact;
  const auto paragraph = number.find('(');
  return paragraph == std::string_view::npos ? nullptr : find(number.substr(0, paragraph));
}

const Setting* RuleSet::setting(std::string_view setting_id) const {
  const auto found = std::find_if(settings.begin(), settings.end(),
                                  [&](const auto& s) { return s.id == setting_id; });
  return found == settings.end() ? nullptr : &*found;
}

Text RuleSet::title() const {
  if (document.empty()) return {fmt::format("《{}》", name.zh), name.en};
  return {fmt::format("《{}》（{}）", name.zh, document),
          fmt::format("{} ({})", name.en, document)};
}

}  // namespace tocsin::law
