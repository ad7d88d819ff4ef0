// The bytes of an opened snapshot: where they lie in memory, and proof that every section is
// inside.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

#include "base/result.h"
#include "match/snapshot/format.h"

namespace tocsin::match::snapshot {

/// Memory from mmap() with one owner.
class Mapping {
 public:
  Mapping() = default;
  Mapping(Mapping&& other) noexcept;
  Mapping& operator=(Mapping&& other) noexcept;
  Mapping(const Mapping&) = delete;
  ~Mapping();

  /// The file as the kernel caches it; pages are read when they are touched.
  static Result<Mapping> of_file(const std::filesystem::path& path);
  static Result<Mapping> of_open_file(int fd, std::size_t bytes, const std::filesystem::path& path);
  /// A new file of `bytes` zeros, reserved on the disk, writable and shared with the file `fd`.
  static Result<Mapping> of_new_file(int fd, std::uint64_t bytes,
                                     const std::filesystem::path& path);
  /// A private copy on huge pages where the kernel gives them.
  static Result<Mapping> copy_of(std::string_view bytes);
  static Result<Mapping> copy_of_file(const std::filesystem::path& path);

  std::string_view bytes() const { return {data_, used_}; }
  char* data() { return data_; }

 private:
  Mapping(char* data, std::size_t used, std::size_t mapped)
      : data_(data), used_(used), mapped_(mapped) {}
  static Result<Mapping> anonymous(std::size_t bytes);

  char* data_ = nullptr;
  std::size_t used_ = 0;
  std::size_t mapped_ = 0;
};

/// A file descriptor with one owner.
class Fd {
 public:
  explicit Fd(int fd) : fd_(fd) {}
  ~Fd();
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

/// The error of a call that has just set errno.
tl::unexpected<Error> io_error(const char* what, const char* what_zh,
                               const std::filesystem::path& path);

/// Format, checksum, counts, and places and sizes of sections, which follow from the counts.
Status check_header(const Header& header);

/// Views into bytes that outlive it. A section's address is aligned and its size is exactly what
/// the counts say; what lies inside a section is only trusted within bounds checked at each
/// look-up.
class Image {
 public:
  /// Checks header, counts, places and sizes of sections, attributes and sources: kCorrupt for
  /// damage, kInvalid for a file that is no snapshot or of another format. Reads a few pages.
  static Result<Image> over(std::string_view bytes);

  const Header& header() const { return *reinterpret_cast<const Header*>(bytes_.data()); }
  std::string_view bytes() const { return bytes_; }
  std::string_view section(int number) const {
    const SectionHeader& at = header().sections[static_cast<std::size_t>(number)];
    return bytes_.substr(at.offset, at.bytes);
  }
  template <typename T>
  const T* part(int number) const {
    return reinterpret_cast<const T*>(bytes_.data() +
                                      header().sections[static_cast<std::size_t>(number)].offset);
  }
  const TableHeader& table(TableId id) const {
    return header().tables[static_cast<std::size_t>(id)];
  }

 private:
  explicit Image(std::string_view bytes) : bytes_(bytes) {}
  std::string_view bytes_;
};

/// The SHA-256 that Header::sha256 must hold.
std::array<unsigned char, 32> total_sha256(std::string_view bytes);

}  // namespace tocsin::match::snapshot
