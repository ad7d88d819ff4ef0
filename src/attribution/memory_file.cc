#include "attribution/memory_file.h"

#include <sys/mman.h>
#include <unistd.h>

namespace tocsin::attribution {

Result<MemoryFile> MemoryFile::make(std::string_view bytes) {
  MemoryFile file(::memfd_create("tocsin", MFD_CLOEXEC));
  if (file.fd_ < 0) return fail(Code::kInternal, "cannot make a file in memory");
  while (!bytes.empty()) {
    const auto n = ::write(file.fd_, bytes.data(), bytes.size());
    if (n <= 0) return fail(Code::kInternal, "cannot write a file in memory");
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return file;
}

MemoryFile::~MemoryFile() {
  if (fd_ >= 0) ::close(fd_);
}

std::filesystem::path MemoryFile::path() const { return "/proc/self/fd/" + std::to_string(fd_); }

}  // namespace tocsin::attribution
