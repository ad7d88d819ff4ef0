// What a run tells about a source, and when the next one comes.
#pragma once

#include <chrono>
#include <utility>

#include "intake/expiry.h"
#include "model/source.h"

namespace tocsin::sources {

/// By the flags of a run. A run whose columns are not there, or of which nine lines in ten were
/// refused, says that the mapping no longer fits.
std::pair<model::SourceHealth, Text> health_of(const model::Import& run);

Text other_format(const std::string& before, const std::string& now);
Text nothing_since(Instant since);

/// Of many pieces the eye should see the one that is not well, whichever came after it.
void absorb(model::SourceHealth& health, Text& problem, model::SourceHealth other,
            const Text& other_problem);

/// The pause after a failure: 1, 2, 4 … minutes, at most its own pace or a day, a quarter more or
/// less, so that sources that failed together do not all come back together.
std::chrono::microseconds retry_after(const model::Source& source, std::chrono::minutes every);

intake::Expiry expiry_of(const model::SourceTerms& terms);

/// A retired source that came back has read nothing yet.
bool read_before_retired(const model::Source& source);

}  // namespace tocsin::sources
