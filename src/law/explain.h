// What a person and a program see of the law: one place for the command line, the API and the web.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "base/text.h"
#include "law/clock.h"
#include "law/grade.h"
#include "law/library.h"

namespace tocsin::law {

/// The end of the period as people write it: `2026-03-05 24:00`, or to the second for hours.
std::string due_text(const Deadline& deadline);

/// One sentence: how long, from when, under which article, which days were skipped.
Text explain(const Library& library, const Deadline& deadline);
Text explain(const Library& library, const Proposal& proposal);

Json to_json(const Text& text);
Json to_json(const Citation& citation);
Json to_json(const Library& library, const Deadline& deadline);
Json to_json(const Library& library, const Proposal& proposal);
/// Every rule set in one line each.
Json list_json(const Library& library);
/// One rule set; with an article (`10`, `8(1)`) only what belongs to it. kNotFound names what
/// exists. Citations are resolved for the day `on`.
Result<Json> show_json(const Library& library, std::string_view id, std::string_view article,
                       Date on);

/// The same for people, several lines, ending in a line feed.
std::string describe(const Library& library, const Deadline& deadline, Lang lang);
std::string describe(const Library& library, const Proposal& proposal, Lang lang);
std::string describe_list(const Library& library, Lang lang);
Result<std::string> describe_rule_set(const Library& library, std::string_view id,
                                      std::string_view article, Date on, Lang lang);

}  // namespace tocsin::law
