// How people read the stable words of the model (glossary, regulation section 4).
#pragma once

#include <string_view>

#include "base/text.h"

namespace tocsin::model {

/// Chinese and English for a state, class, measure, role, clock, kind or step of the journal
/// (`task.fed-back`); the word itself when it has no label.
Text label(std::string_view word);

}  // namespace tocsin::model
