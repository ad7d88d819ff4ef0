// Documents of the hub as people read them in a terminal. Indicators are always defanged.
#pragma once

#include <string>

#include "base/json.h"
#include "base/text.h"

namespace tocsin::cli {

std::string show_threat(const Json& threat, Lang lang);
std::string show_task(const Json& task, Lang lang);
/// After a decision: each task with its notice, its addressee, when it is due, and what no
/// enforcement point of the addressee can carry.
std::string show_orders(const Json& threat, Lang lang);
/// A line about indicators that no enforcement point of the addressee can carry, or nothing.
/// Defanged, and cut where a line of garbage would fill the screen.
std::string excerpt(std::string_view foreign);
std::string show_silent(const Json& task, Lang lang);
std::string show_uncarried(const Json& task, Lang lang);
/// How a case ended: what was verified, what was lifted.
std::string show_outcome(const Json& threat, Lang lang);
std::string show_appeal(const Json& appeal, Lang lang);
std::string show_import(const Json& import, Lang lang);
/// What the guard will stop of a submitted import, so as not to block the innocent; or nothing.
std::string show_stops(const Json& submission, Lang lang);
std::string show_lookup(const Json& answer, Lang lang);
/// `2 clocks: dispose … due …, article …`, one line each.
std::string show_clocks(const Json& clocks, Lang lang);
/// One line a document: number, state, title, next deadline with its article.
std::string show_list(const Json& list, Lang lang);

/// How to go on when a list stopped at its limit, or nothing.
std::string show_more(const Json& list, Lang lang);

/// The text in the user's language.
std::string say(Lang lang, const char* zh, const char* en);
/// The member of a text in two languages, `{"zh": …, "en": …}`, that this user reads.
const char* side(Lang lang);
/// Label of a stable word in the user's language.
std::string word(const Json& value, Lang lang);
/// `domain:evil[.]example`; in Chinese with the kind's name.
std::string indicator_text(const Json& indicator, Lang lang);
/// The texts of a list with the language's separator.
std::string joined(const Json& words, Lang lang);
/// Labels of what one source says, each with what a vocabulary calls it, where one does.
std::string labels_text(const Json& source, Lang lang);
/// The same for stable words, each by its label.
std::string joined_words(const Json& words, Lang lang);
/// `2026-03-05 17:30:00` from an RFC 3339 text; as it stands when it is none.
std::string when(const Json& value);

}  // namespace tocsin::cli
