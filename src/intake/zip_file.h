// A ZIP archive from strangers, in memory: entries by name, as streams, with a limit on expansion.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "intake/decode.h"

namespace tocsin::intake {

/// Reads; never writes, and never uses an entry's name as a path. Thread safety: none.
class ZipFile {
 public:
  /// `bytes` must outlive it. kCorrupt (`bad-zip`) for what is no archive, or has more than 10,000
  /// entries.
  static Result<ZipFile> open(std::string_view bytes, DecodeLimits limits = {});
  ~ZipFile();
  ZipFile(ZipFile&&) noexcept;
  ZipFile& operator=(ZipFile&&) = delete;

  bool has(const std::string& name) const;
  /// Gives the entry in pieces. An encrypted, broken or missing entry is kCorrupt; what all reads
  /// together unpack counts against the limits (kTooLarge, `expansion-limit`).
  Status read(const std::string& name, const std::function<Status(std::string_view)>& use);

 private:
  struct State;
  explicit ZipFile(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tocsin::intake
