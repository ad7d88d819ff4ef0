// Undoes the spellings that keep indicators from being clicked.
#pragma once

#include <string>
#include <string_view>

namespace tocsin::match {

/// `evil[.]example`, `hxxp[:]//`, `user[at]…`, `evil\.example`, `meow://` as they were before.
/// `[.]`-like marks are undone everywhere, `(.)`, `{.}` and `\.` only before the path, because
/// there they may be part of the resource's name. refang(defang(x)) == x for every canonical value.
std::string refang(std::string_view text);

}  // namespace tocsin::match
