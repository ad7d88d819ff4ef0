// What is known of an indicator, for one reader: by whom, since when, in which cases, where listed.
#pragma once

#include <map>

#include "hub/app.h"
#include "hub/label_titles.h"

namespace tocsin::hub {

/// Answers from one snapshot of the store; names that come again are read once.
class LookupReader {
 public:
  LookupReader(store::ReadTx& tx, const desk::Actor& by, Instant now)
      : tx_(tx), by_(by), now_(now), titles_(tx) {}

  /// The answer of a value that nobody knows, and the beginning of every other one.
  static Json unknown(const std::string& query, const model::Indicator& indicator);

  Result<Json> answer(const std::string& query, const model::Indicator& indicator);
  /// Where it is in the loop: the members `cases`, `listed` and `blocked`.
  Status add_state(Json& out, const model::Indicator& indicator);

 private:
  /// What one source says, and whether it still does (W17-08).
  Result<Json> told(const std::string& source, const store::Sighting& s);
  Status add_record(Json& out, const store::IndicatorRecord& record);
  Result<Json> cases_of(const std::string& key);
  Status add_list(Json& out, const std::string& key);
  Result<std::string> source_name(std::int64_t number);
  Result<std::string> unit_code(const std::string& id);

  store::ReadTx& tx_;
  const desk::Actor& by_;
  const Instant now_;
  std::map<std::int64_t, std::string> sources_;
  std::map<std::string, std::string> units_;
  LabelTitles titles_;
};

}  // namespace tocsin::hub
