#include "law/words.h"

#include <array>
#include <chrono>

#include <fmt/format.h>

namespace tocsin::law {

Text unit_name(Unit unit, int count) {
  const std::string s = count == 1 ? "" : "s";
  switch (unit) {
    case Unit::kMinute:
      return {"分钟", "minute" + s};
    case Unit::kHour:
      return {"小时", "hour" + s};
    case Unit::kWorkingDay:
      return {"个工作日", "working day" + s};
    case Unit::kCalendarDay:
      return {"日", "calendar day" + s};
    case Unit::kCalendarMonth:
      return {"个月", "calendar month" + s};
    case Unit::kMonthEnd:
      return {"月末", "month's end"};
    case Unit::kPrompt:
      return {"及时", "promptly"};
    case Unit::kNotice:
      return {"通知时限", "limit of the notice"};
    case Unit::kNotRequired:
      return {"无需", "not required"};
  }
  panic(__FILE__, __LINE__, "unknown Unit");
}

Text weekday_name(Date date) {
  static constexpr std::array<const char*, 7> kZh{"周一", "周二", "周三", "周四",
                                                  "周五", "周六", "周日"};
  static constexpr std::array<const char*, 7> kEn{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  const unsigned i = std::chrono::weekday{std::chrono::sys_days{date}}.iso_encoding() - 1;
  return {kZh[i], kEn[i]};
}

std::string_view name(DayKind kind) {
  switch (kind) {
    case DayKind::kWorking:
      return "working";
    case DayKind::kMakeUp:
      return "make-up";
    case DayKind::kWeekend:
      return "weekend";
    case DayKind::kHoliday:
      return "holiday";
  }
  panic(__FILE__, __LINE__, "unknown DayKind");
}

Text day_text(const Day& day) {
  Text out;
  switch (day.kind) {
    case DayKind::kWorking:
      out = {"工作日", "working day"};
      break;
    case DayKind::kMakeUp:
      out = {"调休上班：" + day.name.zh, "make-up working day: " + day.name.en};
      break;
    case DayKind::kWeekend:
      out = {"周末", "weekend"};
      break;
    case DayKind::kHoliday:
      out = {"假日：" + day.name.zh, "holiday: " + day.name.en};
      break;
  }
  if (day.provisional) {
    out.zh += "（放假安排未公布）";
    out.en += " (not announced yet)";
  }
  return out;
}

Text amount(std::string_view unit, std::int64_t value) {
  if (unit == "fen") {
    const std::string yuan = fmt::format("{}.{:02}", grouped(value / 100), value % 100);
    return {yuan + "元", yuan + " yuan"};
  }
  return {grouped(value), grouped(value)};
}

}  // namespace tocsin::law
