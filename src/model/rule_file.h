// A rule file that was taken into a running hub: a calendar year, a province's overlay.
#pragma once

#include <string>

#include "model/common.h"

namespace tocsin::model {

struct RuleFile {
  using is_described = void;
  std::string id;       ///< `calendar-2027`, or the id of the rule set
  std::string content;  ///< as it was given, byte for byte
  std::string digest;   ///< SHA-256 of it
  Act by;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("id", s.id);
    v("content", s.content);
    v("digest", s.digest);
    v("by", s.by);
  }
};

}  // namespace tocsin::model
