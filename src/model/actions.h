// What the steps of the journal are called.
#pragma once

#include <map>
#include <string_view>

#include "base/text.h"

namespace tocsin::model {

/// Every action that the journal can name, `task.fed-back`, with its name in both languages
/// (T05-22). A test looks through the sources for actions that are not here.
const std::map<std::string_view, Text>& action_names();

}  // namespace tocsin::model
