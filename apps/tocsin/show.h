// Documents of the hub as people read them in a terminal. Indicators are always defanged.
#pragma once

#include <string>

#include "base/json.h"
#include "base/text.h"

namespace tocsin::cli {

std::string show_threat(const Json& threat, Lang lang);
std::string show_task(const Json& task, Lang lang);
std::string show_appeal(const Json& appeal, Lang lang);
std::string show_import(const Json& import, Lang lang);
std::string show_lookup(const Json& answer, Lang lang);
/// `2 clocks: dispose … due …, article …`, one line each.
std::string show_clocks(const Json& clocks, Lang lang);
/// One line a document: number, state, title, next deadline with its article.
std::string show_list(const Json& list, Lang lang);

/// The text in the user's language.
std::string say(Lang lang, const char* zh, const char* en);
/// Label of a stable word in the user's language.
std::string word(const Json& value, Lang lang);
/// `2026-03-05 17:30:00` from an RFC 3339 text; as it stands when it is none.
std::string when(const Json& value);

}  // namespace tocsin::cli
