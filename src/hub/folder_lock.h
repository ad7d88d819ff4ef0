// One hub, one data folder: two on the same would give out the same numbers and sign twice.
#pragma once

#include <filesystem>

#include "base/result.h"

namespace tocsin::hub {

/// Held as long as the object lives, and let go by the kernel when the process ends in any way.
class FolderLock {
 public:
  FolderLock() = default;
  ~FolderLock();
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&& other) noexcept;
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

  /// Takes `folder`/tocsin.lock at once or not at all; kInternal names the process that holds it.
  static Result<FolderLock> take(const std::filesystem::path& folder);

 private:
  explicit FolderLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

}  // namespace tocsin::hub
