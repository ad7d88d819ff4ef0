#include "hub/folder_lock.h"

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "base/file.h"
#include "base/text.h"

namespace tocsin::hub {

FolderLock::~FolderLock() {
  if (fd_ >= 0) ::close(fd_);
}

FolderLock::FolderLock(FolderLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

Result<FolderLock> FolderLock::take(const std::filesystem::path& folder) {
  const auto path = folder / "tocsin.lock";
  FolderLock lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (lock.fd_ < 0) {
    const std::string why = std::error_code(errno, std::system_category()).message();
    return fail_bi(Code::kInternal, "cannot make " + path.string() + ": " + why,
                   "无法建立 " + path.string() + "：" + why, "--data");
  }
  if (::flock(lock.fd_, LOCK_EX | LOCK_NB) != 0) {
    const auto holder = read_file(path, 64);
    const std::string pid = holder ? std::string(trim(*holder)) : "";
    return fail_bi(
        Code::kInternal,
        "another hub (process " + pid + ") is running on " + folder.string() +
            ": stop it first, or give this one another folder",
        "另一个枢纽（进程 " + pid + "）正在使用 " + folder.string() + "：请先停止它，或另选目录",
        "--data");
  }
  const std::string own = std::to_string(::getpid()) + "\n";
  if (::ftruncate(lock.fd_, 0) != 0 ||
      ::pwrite(lock.fd_, own.data(), own.size(), 0) != static_cast<ssize_t>(own.size())) {
    return fail_bi(Code::kInternal, "cannot write " + path.string(), "无法写入 " + path.string(),
                   "--data");
  }
  return lock;
}

}  // namespace tocsin::hub
