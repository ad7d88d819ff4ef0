// What the imported vocabularies call a source's labels, for whoever is shown them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "store/store.h"

namespace tocsin::hub {

/// Reads from one snapshot of the store; labels that come again are read once.
class LabelTitles {
 public:
  explicit LabelTitles(store::ReadTx& tx) : tx_(tx) {}

  /// `{"label": {"zh": …, "en": …}}`; a label that no vocabulary has is left out.
  Result<Json> of(const std::vector<std::string>& labels);
  /// A list of what sources say, each with the titles of its `labels` as `label_titles`.
  Result<Json> beside(const Json& sources);

 private:
  store::ReadTx& tx_;
  std::map<std::string, std::optional<Text>> titles_;
};

}  // namespace tocsin::hub
