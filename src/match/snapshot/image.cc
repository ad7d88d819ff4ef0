#include "match/snapshot/image.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "base/crypto/hash.h"

namespace tocsin::match::snapshot {
namespace {

constexpr std::size_t kHugePage = 2U << 20;

tl::unexpected<Error> corrupt(const std::string& what, const std::string& what_zh) {
  return fail_bi(Code::kCorrupt, "The snapshot is damaged: " + what, "快照已损坏：" + what_zh,
                 "snapshot");
}

Result<std::size_t> size_of(const Fd& fd, const std::filesystem::path& path) {
  struct stat status{};
  if (::fstat(fd.get(), &status) != 0) return io_error("read", "读取", path);
  if (!S_ISREG(status.st_mode)) {
    return fail_bi(Code::kInvalid, path.string() + " is not a file", path.string() + " 不是文件",
                   "snapshot");
  }
  if (status.st_size == 0) return corrupt("the file is empty", "文件为空");
  return static_cast<std::size_t>(status.st_size);
}

/// All counts below their limits, so that sizes computed from them cannot overflow.
Status check_counts(const Header& header) {
  std::uint64_t sum = 0;
  for (int t = 0; t < kTables; ++t) {
    const auto id = static_cast<TableId>(t);
    const TableHeader& table = header.tables[static_cast<std::size_t>(t)];
    if (table.entries > kMaxIndicators) return corrupt("a table is too long", "表过长");
    if (table.bucket_bits != bucket_bits_for(id, table.entries) ||
        table.rest_bytes != rest_bytes_for(id, table.bucket_bits)) {
      return corrupt("the shape of a table does not fit its length", "表的结构与长度不符");
    }
    if (table.attribute_bits > 32 || (table.entries > 0 && table.attribute_bits == 0)) {
      return corrupt("a table has no attributes", "表缺少属性");
    }
    sum += table.entries;
  }
  if (sum != header.indicators || sum > kMaxIndicators || header.refs > sum) {
    return corrupt("the counts do not add up", "计数不一致");
  }
  if (header.attributes > kMaxAttributes || header.ref_bits > kMaxRefBits ||
      (header.refs > 0 && header.ref_bits == 0) || header.sources > kMaxSources) {
    return corrupt("the counts do not fit", "计数超出范围");
  }
  return {};
}

Status check_attributes(const Image& image) {
  const auto* attributes = image.part<Attribute>(section_of(Shared::kAttributes));
  for (std::uint32_t i = 0; i < image.header().attributes; ++i) {
    const Attribute& a = attributes[i];
    if (a.kind >= model::kIndicatorKinds || a.state > 2 || a.confidence > 100) {
      return corrupt("an attribute has no meaning", "属性无效");
    }
  }
  const std::string_view sources = image.section(section_of(Shared::kSources));
  if (std::count(sources.begin(), sources.end(), '\n') !=
      static_cast<std::ptrdiff_t>(image.header().sources)) {
    return corrupt("the list of sources does not fit", "来源列表不符");
  }
  return {};
}

}  // namespace

Fd::~Fd() {
  if (fd_ >= 0) ::close(fd_);
}

tl::unexpected<Error> io_error(const char* what, const char* what_zh,
                               const std::filesystem::path& path) {
  const int error = errno;
  const std::string reason = std::error_code(error, std::system_category()).message();
  return fail_bi(error == ENOENT ? Code::kNotFound : Code::kInternal,
                 std::string("cannot ") + what + " " + path.string() + ": " + reason,
                 std::string("无法") + what_zh + " " + path.string() + "：" + reason,
                 path.string());
}

Mapping::Mapping(Mapping&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      used_(std::exchange(other.used_, 0)),
      mapped_(std::exchange(other.mapped_, 0)) {}

Mapping& Mapping::operator=(Mapping&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(used_, other.used_);
  std::swap(mapped_, other.mapped_);
  return *this;
}

Mapping::~Mapping() {
  if (data_ != nullptr) ::munmap(data_, mapped_);
}

Result<Mapping> Mapping::of_file(const std::filesystem::path& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) return io_error("open", "打开", path);
  TRY(const std::size_t size, size_of(fd, path));
  TRY(Mapping out, of_open_file(fd.get(), size, path));
  // Advice only: kernels without huge pages for files say no, and nothing depends on it.
  ::madvise(out.data_, size, MADV_HUGEPAGE);
  ::madvise(out.data_, size, MADV_RANDOM);
  return out;
}

Result<Mapping> Mapping::of_open_file(int fd, std::size_t bytes,
                                      const std::filesystem::path& path) {
  void* at = ::mmap(nullptr, bytes, PROT_READ, MAP_SHARED, fd, 0);
  if (at == MAP_FAILED) return io_error("map", "映射", path);
  return Mapping(static_cast<char*>(at), bytes, bytes);
}

Result<Mapping> Mapping::of_new_file(int fd, std::uint64_t bytes,
                                     const std::filesystem::path& path) {
  // Reserved before it is written: a full disk is an error here and not a signal later.
  const int error = ::posix_fallocate(fd, 0, static_cast<off_t>(bytes));
  if (error != 0) {
    errno = error;
    return io_error("reserve", "预留空间", path);
  }
  void* at = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (at == MAP_FAILED) return io_error("map", "映射", path);
  return Mapping(static_cast<char*>(at), bytes, bytes);
}

Result<Mapping> Mapping::anonymous(std::size_t bytes) {
  // Whole huge pages, so that the last part has one too.
  const std::size_t mapped =
      bytes < kHugePage ? bytes : (bytes + kHugePage - 1) / kHugePage * kHugePage;
  void* at = ::mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) return io_error("reserve memory for", "分配内存", "snapshot");
  ::madvise(at, mapped, MADV_HUGEPAGE);
  return Mapping(static_cast<char*>(at), bytes, mapped);
}

Result<Mapping> Mapping::copy_of(std::string_view bytes) {
  TRY(Mapping out, anonymous(std::max<std::size_t>(bytes.size(), 1)));
  if (!bytes.empty()) std::memcpy(out.data_, bytes.data(), bytes.size());
  return out;
}

Result<Mapping> Mapping::copy_of_file(const std::filesystem::path& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) return io_error("open", "打开", path);
  TRY(const std::size_t size, size_of(fd, path));
  TRY(Mapping out, anonymous(size));
  std::size_t done = 0;
  while (done < size) {
    const ssize_t n = ::read(fd.get(), out.data_ + done, size - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return io_error("read", "读取", path);
    if (n == 0) return corrupt("the file was cut while it was read", "读取时文件被截断");
    done += static_cast<std::size_t>(n);
  }
  return out;
}

Status check_header(const Header& header) {
  if (header.magic != kMagic) {
    return fail_bi(Code::kInvalid, "This is not a match snapshot", "不是匹配快照文件", "snapshot");
  }
  if (header.format != kFormat || header.header_bytes != sizeof(Header)) {
    return fail_bi(Code::kInvalid,
                   "Snapshot format " + std::to_string(header.format) +
                       " is not known here; this program reads format " + std::to_string(kFormat),
                   "不支持的快照格式 " + std::to_string(header.format) + "；本程序支持格式 " +
                       std::to_string(kFormat),
                   "snapshot");
  }
  if (header.checksum != header_checksum(header)) {
    return corrupt("the header's checksum is wrong", "文件头校验和错误");
  }
  TRY_STATUS(check_counts(header));
  Header expected = header;
  const auto bytes_of_list = [&](Shared part) {
    return header.sections[static_cast<std::size_t>(section_of(part))].bytes;
  };
  const std::uint64_t source_bytes = bytes_of_list(Shared::kSources);
  const std::uint64_t literal_bytes = bytes_of_list(Shared::kLiterals);
  if (source_bytes > kMaxSources * 1024 || literal_bytes > kMaxLiteralSection) {
    return corrupt("a section is too long", "数据区过长");
  }
  lay_out(expected, source_bytes, literal_bytes);
  bool fits = expected.file_bytes == header.file_bytes;
  for (std::size_t i = 0; i < kSections; ++i) {
    fits = fits && expected.sections[i].offset == header.sections[i].offset &&
           expected.sections[i].bytes == header.sections[i].bytes;
  }
  if (!fits) return corrupt("the table of sections does not fit the counts", "数据区表与计数不符");
  return {};
}

Result<Image> Image::over(std::string_view bytes) {
  Header header;
  const std::size_t there = std::min(bytes.size(), sizeof header);
  std::memcpy(&header, bytes.data(), there);
  if (there < sizeof header) {
    if (there >= kMagic.size() && header.magic == kMagic) {
      return corrupt("the header is cut", "文件头被截断");
    }
    header.magic = {};
  }
  TRY_STATUS(check_header(header));
  if (header.file_bytes > bytes.size()) return corrupt("the file is cut", "文件被截断");
  if (header.file_bytes < bytes.size()) {
    return corrupt("something follows the snapshot", "文件尾部有多余数据");
  }
  Image image(bytes);
  TRY_STATUS(check_attributes(image));
  return image;
}

std::array<unsigned char, 32> total_sha256(std::string_view bytes) {
  crypto::Hasher hasher(crypto::HashKind::kSha256);
  hasher.update(bytes.substr(sizeof(Header)));
  Header header;
  std::memcpy(&header, bytes.data(), sizeof header);
  header.sha256 = {};
  header.checksum = 0;
  hasher.update(bytes_of(header));
  const std::string digest = hasher.finish();
  std::array<unsigned char, 32> out;
  std::copy(digest.begin(), digest.end(), out.begin());
  return out;
}

}  // namespace tocsin::match::snapshot
