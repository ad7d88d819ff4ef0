// The indicators of an import become threats: what belongs together is one case.
#pragma once

#include <string>
#include <vector>

#include "hub/app.h"
#include "model/source.h"
#include "model/threat.h"
#include "store/store.h"

namespace tocsin::hub {

struct SubmissionRequest {
  using is_described = void;
  std::string subtype;  ///< left out: by the kind of the indicators
  std::string title;    ///< prefix of every title; left out: the source's name
  std::vector<std::string> provinces;
  std::int64_t limit = 100'000;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("subtype", s.subtype);
    v("title", s.title);
    v("provinces", s.provinces);
    v("limit", s.limit);
  }
};

/// Class and subtype of article 2 for what a feed calls bad without saying why (W17-01): a digest
/// or an app is a malicious program, anything else a malicious network resource.
struct Category {
  model::ThreatClass threat_class = model::ThreatClass::kMaliciousResource;
  std::string_view subtype;
};
Category category_of(model::IndicatorKind kind);

/// `source: evil[.]example +3`: the first indicator itself, never the domain above it.
std::string case_title(const std::string& prefix, const model::Indicator& first, std::size_t count);

/// Submits the indicators of the import's source, one threat for each group. Patterns stay in the
/// base: nobody can say what the block of one would hit. So does what the source names for context
/// only (MISP to_ids off), has withdrawn, or no longer stands by.
Result<Json> submit_import(App& app, const desk::Actor& by, const model::Import& record,
                           const SubmissionRequest& request);

}  // namespace tocsin::hub
