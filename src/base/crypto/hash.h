// Digests and message authentication, by OpenSSL behind our own types.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tocsin::crypto {

/// kMd5 and kSha1 exist only because forms, indicators and name-based identifiers (RFC 9562) of
/// others carry them; they prove nothing.
enum class HashKind { kSha256, kSm3, kMd5, kSha1 };

/// 32 raw bytes: SHA-256 (FIPS 180-4) or SM3 (GB/T 32905-2016).
using Digest = std::array<unsigned char, 32>;

/// About 80 ns for 40 bytes; the algorithm is looked up once and the state reused by each thread.
Digest sha256(std::string_view bytes);
/// SHA-256 over `prefix` followed by `a` and `b`, without joining them (RFC 9162 section 2.1.1).
Digest sha256_tagged(unsigned char prefix, std::string_view a, std::string_view b = {});
Digest sm3(std::string_view bytes);
/// Lower-case hexadecimal, 64 characters.
std::string sha256_hex(std::string_view bytes);
std::string sm3_hex(std::string_view bytes);
/// Lower-case hexadecimal, 32 characters.
std::string md5_hex(std::string_view bytes);

/// RFC 2104 with SHA-256; any key length.
Digest hmac_sha256(std::string_view key, std::string_view bytes);

/// Compares secrets: the time depends on the length only. Different lengths are unequal at once.
bool constant_time_equal(std::string_view a, std::string_view b);

inline std::string_view view(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}
/// Lower-case hexadecimal, 64 characters.
std::string to_hex(const Digest& digest);
/// False unless `text` is exactly 64 lower-case hexadecimal characters.
bool from_hex(std::string_view text, Digest& out);

/// A digest over pieces: update() as often as needed, then finish() once. Not thread safe.
class Hasher {
 public:
  explicit Hasher(HashKind kind);
  ~Hasher();
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;

  Hasher& update(std::string_view bytes);
  /// The raw digest (16 bytes for MD5, 20 for SHA-1, else 32); the hasher is then as new.
  std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tocsin::crypto
