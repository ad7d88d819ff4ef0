// Bulletins for the public as RSS 2.0 and Atom 1.0 (A13-12, W17-08): what was determined, ordered
// and marked TLP:CLEAR, for people, so indicators are defanged.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "base/time.h"
#include "store/store.h"

namespace tocsin::delivery {

struct Bulletin {
  std::string id;  ///< UUID, the same as long as the case lives
  std::string number;
  Text title;
  Text text;                     ///< paragraphs, one a line
  std::vector<Text> categories;  ///< of the three blacklists (A13-12)
  Instant published;
  Instant updated;
};

/// The newest public cases, newest first: TLP:CLEAR, determined, with a notice of a measure of
/// article 8(1). One whose measures were all lifted stays and says so (W17-27).
Result<std::vector<Bulletin>> public_bulletins(store::ReadTx& tx, std::size_t limit);

/// That of one case by its number; nothing when it is not for the public.
Result<std::optional<Bulletin>> public_bulletin(store::ReadTx& tx, std::string_view number);

/// Where the feed stands, for its links: `https://hub.example`.
std::string rss(const std::vector<Bulletin>& bulletins, Lang lang, std::string_view origin);
std::string atom(const std::vector<Bulletin>& bulletins, Lang lang, std::string_view origin);

}  // namespace tocsin::delivery
