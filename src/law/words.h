// Words of dates, units and amounts in both languages.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/text.h"
#include "base/time.h"
#include "law/calendar.h"
#include "law/rule_set.h"

namespace tocsin::law {

Text unit_name(Unit unit, int count);
Text weekday_name(Date date);
/// Why the day counts or does not: `holiday: Spring Festival`.
Text day_text(const Day& day);
std::string_view name(DayKind kind);
/// A fact with its unit: fen are shown as yuan with two decimals.
Text amount(std::string_view unit, std::int64_t value);

}  // namespace tocsin::law
