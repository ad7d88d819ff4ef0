// The told story: one case through all hands, from a feed to a verified block and a verified lift.
#pragma once

#include <filesystem>
#include <string>

#include "base/text.h"
#include "story/cast.h"

namespace tocsin::story {

struct Stage {
  Cast& cast;
  std::uint16_t resolver_port;
  std::filesystem::path folder;  ///< evidence bundles are written here
  std::filesystem::path feed;    ///< empty: the feed of our own making
  Lang lang = Lang::kEn;
  std::string case_number;  ///< set by play(): the case that went through all hands
  std::string case_name;    ///< its domain
};

/// Prints each step with its time and article; an error names the step that went wrong.
Status play(Stage& stage);

}  // namespace tocsin::story
