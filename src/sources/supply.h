// A source as what it really is: a supply of pieces of content, some of which were read before.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "sources/fetch.h"

namespace tocsin::sources {

/// What is remembered of a source between its runs. A preview has none: everything is news to it.
class Memory {
 public:
  virtual ~Memory() = default;
  /// Was this word kept?
  virtual Result<bool> knows(std::string_view word) = 0;
  virtual Status keep(std::string_view word) = 0;
  /// Where a collection was read to; not set: nowhere yet.
  virtual Result<Instant> position() = 0;
  virtual Status set_position(Instant at) = 0;
};

/// Takes one piece of content; false: that is enough. An error ends the run.
using Take = std::function<Result<bool>(const Fetched&)>;

/// One run over a supply.
struct Trip {
  const model::Source& source;
  const FetchOptions& options;
  Memory& memory;
  Take take;
  bool newest_first = false;  ///< for previews, where the kind can
};

/// What a run may leave on the source for the next one.
struct Tags {
  std::string etag;
  std::string last_modified;
};

/// Pages of a TAXII 2.1 collection behind the position; it moves on when a page was taken.
Status supply_taxii(const Trip& trip);
/// Events of a MISP feed that changed, a group at a time; all of them at once for a complete list.
Result<Tags> supply_misp_feed(const Trip& trip);
/// Messages of a mailbox that were not read before, by message id and content.
Status supply_mailbox(const Trip& trip);

/// kInvalid unless the address is that of a collection: `<api root>collections/<id>/`.
Status check_collection(std::string_view url);

}  // namespace tocsin::sources
