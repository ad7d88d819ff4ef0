// What to type for the next step: one table from the state a document is to get to a command.
#pragma once

#include <string>
#include <string_view>

namespace tocsin::cli {

/// `tocsin determine T-2026-000001 --reason ... --propose block:ORG:24h`; which table is asked
/// follows from the number (T-, T-..-1, A-). `from` is the state now. Empty: no command does it.
std::string next_command(std::string_view number, std::string_view from, std::string_view to);

}  // namespace tocsin::cli
