// Makes a snapshot from rows in any order: a hub's list and indicator base, or files.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "match/snapshot/snapshot.h"

namespace tocsin::match::snapshot {

struct BuildOptions {
  std::uint64_t list_version = 0;
  Instant created;
  /// Key of the hash functions. Unpredictable for those who choose indicators; the same for
  /// successive snapshots, or every delta is the whole file.
  Seed seed{};
  std::vector<std::string> sources;  ///< at most 64; Row::sources counts in it
  /// Rows held in memory before they are sorted to a temporary file beside the target.
  std::size_t memory_bytes = 512U << 20;
};

/// One indicator in its canonical form.
struct Row {
  model::Indicator indicator;
  State state = State::kKnown;
  int confidence = 0;      ///< 0-100
  std::uint8_t flags = 0;  ///< kCoversBelow
  std::uint64_t sources = 0;
  std::uint64_t ref = 0;  ///< below 2^56
};

struct BuildSummary {
  std::uint64_t rows = 0;
  std::uint64_t indicators = 0;
  Header header;
};

/// The bytes depend on the options and on the set of rows, not on their order. Rows of an equal
/// indicator become one: the larger state, confidence and ref, and all flags and sources.
/// Memory: memory_bytes, 8 bytes a row with ref, the distinct attributes and literals; 32 bytes a
/// row on disk while it builds. One thread.
class Builder {
 public:
  Builder(std::filesystem::path path, BuildOptions options);
  ~Builder();
  Builder(const Builder&) = delete;

  /// kInvalid: not canonical, a pattern, a number out of range, a payload literal beyond
  /// kMaxLiterals (then the order of rows does matter); the row is left out and the builder goes
  /// on. kTooLarge: more distinct attributes or indicators than a snapshot holds.
  Status add(const Row& row);
  /// Once. The file is on disk under its name afterwards.
  Result<BuildSummary> finish();

 private:
  struct Work;
  std::unique_ptr<Work> state_;
};

}  // namespace tocsin::match::snapshot
