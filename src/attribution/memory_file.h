// Bytes under a file name, for libraries that read only files.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.h"

namespace tocsin::attribution {

/// An anonymous file in memory; it is gone with the object.
class MemoryFile {
 public:
  static Result<MemoryFile> make(std::string_view bytes);
  MemoryFile(MemoryFile&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  MemoryFile& operator=(MemoryFile&&) = delete;
  ~MemoryFile();
  std::filesystem::path path() const;

 private:
  explicit MemoryFile(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace tocsin::attribution
