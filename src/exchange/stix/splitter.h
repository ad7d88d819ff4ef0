// Cuts a STIX document of any size into its objects, byte for byte, holding one object at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/json_nesting.h"
#include "base/result.h"

namespace tocsin::exchange::stix {

struct SplitLimits {
  std::size_t object_bytes = 1'000'000;  ///< one object, and what stands around the objects
  std::size_t depth = 64;                ///< nesting inside one object
  std::uint64_t objects = 50'000'000;
};

/// One object as it stands in the document.
struct Piece {
  std::string_view bytes;    ///< from its opening to its closing brace, nothing changed
  std::uint64_t offset = 0;  ///< of the first byte in the document
  std::uint64_t line = 1;    ///< from 1
};

/// A push parser for a bundle or TAXII envelope (`{..., "objects": [...], ...}`), a list of
/// objects, or one object alone. Memory: one object. Broken JSON is an Error whose field is `byte
/// N`, the offset in the whole document, and whose message names the line. Thread safety: none.
class Splitter {
 public:
  /// Called for each object with its parsed form; an Error from it ends the run.
  using OnObject = std::function<Status(const Piece&, const Json&)>;
  Splitter(OnObject on_object, SplitLimits limits = {})
      : on_object_(std::move(on_object)), limits_(limits) {}

  [[nodiscard]] Status feed(std::string_view bytes);
  [[nodiscard]] Status finish();

  /// The members beside `objects` (null for a list or a single object); those after the list are
  /// there only after finish().
  const Json& envelope() const { return envelope_; }
  /// `spec_version` of the bundle when it stood before the objects, else empty.
  const std::string& bundle_version() const { return bundle_version_; }
  std::uint64_t objects() const { return objects_; }

 private:
  enum class State { kStart, kHead, kList, kObject, kTail, kDone };

  Status step(char c);
  Status in_head(char c);
  Status in_list(char c);
  Status in_object(char c);
  Status in_tail(char c);
  Status begin_list();
  Status end_object();
  Status close_envelope();
  /// Parses what was collected; a mistake is told by its place in the whole document.
  Result<Json> parse(std::string_view text, std::uint64_t offset, std::uint64_t line) const;
  tl::unexpected<Error> broken(std::uint64_t offset, std::uint64_t line, std::string_view en,
                               std::string_view zh) const;
  tl::unexpected<Error> too_large(std::string_view en, std::string_view zh) const;

  OnObject on_object_;
  SplitLimits limits_;
  State state_ = State::kStart;
  std::string buffer_;  ///< the object, the head or the tail
  std::string head_;    ///< what stood before the list, up to `[`
  std::uint64_t offset_ = 0;
  std::uint64_t line_ = 1;
  std::uint64_t begin_offset_ = 0;
  std::uint64_t begin_line_ = 1;
  JsonNesting nesting_;
  bool wants_value_ = true;   ///< in the list: an object must or may come
  bool after_comma_ = false;  ///< in the list: a comma asks for one more
  bool bare_list_ = false;
  std::size_t string_begin_ = 0;
  std::string last_string_;  ///< at depth 1 of the head: the key, once its colon came
  bool key_is_objects_ = false;
  Json envelope_;
  std::string bundle_version_;
  std::uint64_t objects_ = 0;
};

}  // namespace tocsin::exchange::stix
