// A system clock that was set back: the journal goes on with the time of its newest entry, so
// whatever happens now is dated too late until the clock has come by again.
#pragma once

#include <chrono>

#include "base/text.h"
#include "base/time.h"
#include "store/store.h"

namespace tocsin::hub {

/// How far the clock is behind the newest entry of the journal; zero below a few seconds, which
/// clocks are corrected by.
Result<std::chrono::seconds> clock_behind(store::Store& store, const Clock& clock);

/// What people are told of it.
Text clock_warning(std::chrono::seconds behind);

}  // namespace tocsin::hub
