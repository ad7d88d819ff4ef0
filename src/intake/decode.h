// Bytes as they come from a file or a peer -> UTF-8 for a reader: decompression and character sets.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "intake/reader.h"

namespace tocsin::intake {

enum class Charset {
  kAuto,  ///< byte order mark, else GB 18030 when more lines of the 4 KiB from the first non-ASCII
          ///< byte on are that than are UTF-8, else UTF-8
  kUtf8,
  kGb18030,
};

struct DecodeLimits {
  std::uint64_t max_output_bytes = 2ULL << 30;
  /// Output allowed per input byte, once the output is above ratio_floor_bytes.
  std::uint64_t max_ratio = 250;
  std::uint64_t ratio_floor_bytes = 16ULL << 20;
};

/// gzip (also concatenated members), zstd (also concatenated frames) or neither, by the first
/// bytes; then the character set; then `next`. Memory: constant. finish() also finishes the reader.
/// Errors: kCorrupt for broken or cut compressed data, kTooLarge for a limit.
class Decoder {
 public:
  Decoder(Reader& next, Charset charset = Charset::kAuto, DecodeLimits limits = {});
  ~Decoder();
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  [[nodiscard]] Status feed(std::string_view bytes);
  [[nodiscard]] Status finish();

  /// `utf-8`, `gb18030`, `utf-16le`, `utf-16be`; `binary` for an archive, which goes on as it is;
  /// final after finish().
  std::string_view charset() const;
  /// `none`, `gzip`, `zstd`.
  std::string_view compression() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tocsin::intake
