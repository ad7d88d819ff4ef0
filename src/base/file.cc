#include "base/file.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace tocsin {
namespace {

/// A file descriptor with one owner.
class Fd {
 public:
  explicit Fd(int fd) : fd_(fd) {}
  ~Fd() {
    if (fd_ >= 0) ::close(fd_);
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

const char* in_chinese(std::string_view what) {
  return what == "open"      ? "打开"
         : what == "read"    ? "读取"
         : what == "create"  ? "建立"
         : what == "replace" ? "替换"
                             : "写入";
}

tl::unexpected<Error> io_error(const char* what, const std::filesystem::path& path) {
  const std::string reason = std::error_code(errno, std::system_category()).message();
  const Code code = errno == ENOENT ? Code::kNotFound : Code::kInternal;
  return fail_bi(code, std::string("cannot ") + what + " " + path.string() + ": " + reason,
                 std::string("无法") + in_chinese(what) + " " + path.string() + "：" + reason,
                 path.string());
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit_bytes) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) return io_error("open", path);
  std::string out;
  char buffer[65536];
  for (;;) {
    const ssize_t n = ::read(fd.get(), buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return io_error("read", path);
    if (n == 0) return out;
    out.append(buffer, static_cast<std::size_t>(n));
    if (out.size() > limit_bytes) {
      return fail(Code::kTooLarge,
                  path.string() + " is larger than " + std::to_string(limit_bytes) + " bytes",
                  path.string());
    }
  }
}

Status write_file(const std::filesystem::path& path, std::string_view content, unsigned mode) {
  // Errors name the file that was asked for, not the one of this function's own making.
  const std::filesystem::path temp = path.string() + ".new." + std::to_string(::getpid());
  {
    const Fd fd(::open(temp.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode));
    if (fd.get() < 0) return io_error("create", path);
    std::size_t done = 0;
    while (done < content.size()) {
      const ssize_t n = ::write(fd.get(), content.data() + done, content.size() - done);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return io_error("write", path);
      done += static_cast<std::size_t>(n);
    }
    if (::fchmod(fd.get(), mode) != 0 || ::fsync(fd.get()) != 0) return io_error("flush", path);
  }
  if (::rename(temp.c_str(), path.c_str()) != 0) return io_error("replace", path);
  const auto parent = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  const Fd dir(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (dir.get() < 0 || ::fsync(dir.get()) != 0) return io_error("flush", parent);
  return {};
}

}  // namespace tocsin
