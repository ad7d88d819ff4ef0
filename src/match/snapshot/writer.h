// Writes a snapshot file from entries that come in the order of the file.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "match/snapshot/image.h"
#include "match/snapshot/keys.h"

namespace tocsin::match::snapshot {

/// Everything about a snapshot that must be known before its first entry.
struct Plan {
  /// Filled in: list_version, created, seed, indicators, refs, ref_bits, and of each table entries,
  /// depths, folders, first_attribute and attribute_bits. The writer does the rest.
  Header header;
  std::vector<Attribute> attributes;  ///< sorted, each once
  std::vector<std::string> sources;   ///< at most kMaxSources, without control characters
  std::string literals;               ///< the section kLiterals as it will be
};

/// The file appears under its name when it is complete and on disk, and not before. The same plan
/// and entries give the same bytes. Needs the file's size in the page cache, no heap.
class Writer {
 public:
  /// kInvalid for sources that cannot be written; kInternal when the disk has no room.
  static Result<Writer> start(const std::filesystem::path& path, Plan plan);
  Writer(Writer&&) noexcept;
  Writer& operator=(Writer&&) noexcept;
  ~Writer();

  /// Keys ascending. `attribute` is a number in the plan's list; `ref` 0: none.
  void add(const Key& key, std::uint32_t attribute, std::uint64_t ref);
  /// All that was planned must have been added.
  Result<Header> finish();
  /// The same, but refuses with kCorrupt, and leaves no file, when the result is not `wanted`.
  Status finish_as(const Header& wanted);

 private:
  struct State;
  explicit Writer(std::unique_ptr<State> state);
  Header complete();
  Status publish();
  std::unique_ptr<State> state_;
};

/// Makes a file that exists only for the one who has it open: in the folder of `beside`.
Result<int> unnamed_file(const std::filesystem::path& beside);
/// Flushes the folder of `path`, so that a rename in it outlives a crash.
Status flush_folder(const std::filesystem::path& path);

}  // namespace tocsin::match::snapshot
