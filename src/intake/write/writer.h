// Indicators leave in the forms of others, so that what one platform knows another can read.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "intake/reader.h"

namespace tocsin::intake {

enum class OutForm { kIntelmq, kN6, kCsv, kNdjson };
std::string_view name(OutForm form);  ///< `intelmq`, `n6`, `csv`, `ndjson`
std::optional<OutForm> out_form_named(std::string_view name);

/// What stands before the first item: the header of a CSV, else nothing.
std::string out_header(OutForm form);

/// One item as one line with its line feed; nothing when the form has no word for its kind (a
/// telephone number in IntelMQ), so that nothing is said that was not meant. Reading the line again
/// gives the same item. Values are not defanged: files are for machines.
std::optional<std::string> out_line(OutForm form, const Item& item, std::string_view source);

}  // namespace tocsin::intake
