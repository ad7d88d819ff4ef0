// A file for a library that writes only to files.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tocsin {

/// Gone when its last holder is.
class TemporaryFile {
 public:
  /// An empty file in the system's folder for such; `purpose` is part of its name. kInternal.
  static Result<std::shared_ptr<TemporaryFile>> make(std::string_view purpose);
  explicit TemporaryFile(std::string path) : path_(std::move(path)) {}
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  const std::string path_;
};

}  // namespace tocsin
