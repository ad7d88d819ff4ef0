#include "intake/decode.h"

#include <algorithm>
#include <array>
#include <string>

#include <unicode/ucnv.h>
#include <unicode/utf8.h>
#include <zlib.h>
#include <zstd.h>

#include "base/text.h"

namespace tocsin::intake {
namespace {

constexpr std::size_t kChunk = 64U << 10;
constexpr std::size_t kProbeBytes = 4096;

enum class Packing { kUnknown, kNone, kGzip, kZstd, kArchive };
enum class Stage { kMark, kAscii, kProbe, kUtf8, kConvert };

tl::unexpected<Error> broken(std::string_view what) {
  return fail_bi(Code::kCorrupt, "The compressed data is broken: " + std::string(what),
                 "压缩数据损坏", "", "bad-compression");
}

bool ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }
std::size_t above_ascii(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !ascii(c); }));
}

/// How many bytes above ASCII stand in well-formed UTF-8. What the end cuts off is forgiven.
std::size_t utf8_bytes(std::string_view text) {
  std::size_t well_formed = 0;
  const auto size = static_cast<std::int32_t>(text.size());
  for (std::int32_t i = 0; i < size;) {
    const std::int32_t start = i;
    UChar32 c = 0;
    U8_NEXT(text.data(), i, size, c);
    if (c >= 0x80 || (c < 0 && i == size)) well_formed += static_cast<std::size_t>(i - start);
  }
  return well_formed;
}

/// Two bytes a character, or four with digits in the second and fourth; a cut end is forgiven.
bool could_be_gb18030(std::string_view text) {
  const auto within = [&](std::size_t at, int from, int to) {
    if (at >= text.size()) return true;
    const int byte = static_cast<unsigned char>(text[at]);
    return byte >= from && byte <= to;
  };
  for (std::size_t i = 0; i < text.size();) {
    if (ascii(text[i])) {
      ++i;
    } else if (!within(i, 0x81, 0xfe)) {
      return false;
    } else if (within(i + 1, 0x30, 0x39)) {
      if (!within(i + 2, 0x81, 0xfe) || !within(i + 3, 0x30, 0x39)) return false;
      i += 4;
    } else {
      if (!within(i + 1, 0x40, 0x7e) && !within(i + 1, 0x80, 0xfe)) return false;
      i += 2;
    }
  }
  return true;
}

/// Each line votes: for UTF-8 when at least half of its bytes above ASCII are UTF-8, for GB 18030
/// when fewer are and it could be GB 18030. A tie is UTF-8: a wrong UTF-8 refuses lines, a wrong
/// GB 18030 makes other names of them.
bool is_gb18030(std::string_view window) {
  std::size_t utf8 = 0;
  std::size_t gb = 0;
  while (!window.empty()) {
    const std::string_view line = window.substr(0, window.find('\n'));
    window.remove_prefix(std::min(window.size(), line.size() + 1));
    const std::size_t foreign = above_ascii(line);
    if (foreign == 0) continue;
    if (2 * utf8_bytes(line) >= foreign) {
      ++utf8;
    } else if (could_be_gb18030(line)) {
      ++gb;
    }
  }
  return gb > utf8;
}

struct ConverterCloser {
  void operator()(UConverter* c) const { ucnv_close(c); }
};
using Converter = std::unique_ptr<UConverter, ConverterCloser>;

struct ZstdFree {
  void operator()(ZSTD_DCtx* c) const { ZSTD_freeDCtx(c); }
};

}  // namespace

struct Decoder::State {
  State(Reader& reader, Charset set, DecodeLimits limit)
      : next(reader), wanted(set), limits(limit), stage(Stage::kMark) {}
  ~State() {
    if (gzip_open) inflateEnd(&gzip);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  Status unpack(std::string_view bytes);
  Status gunzip(std::string_view bytes);
  Status unzstd(std::string_view bytes);
  Status charge(std::size_t produced);
  Status text(std::string_view bytes);
  Status probe(std::string_view bytes, bool last);
  Status start_conversion(const char* name);
  Status convert(std::string_view bytes, bool last);
  Status flush_mark();

  Reader& next;
  Charset wanted;
  DecodeLimits limits;

  Packing packing = Packing::kUnknown;
  std::string magic;
  std::uint64_t input = 0;
  std::uint64_t output = 0;
  z_stream gzip{};
  bool gzip_open = false;
  bool member_done = false;
  std::unique_ptr<ZSTD_DCtx, ZstdFree> zstd;
  bool frame_done = true;
  std::string chunk;

  Stage stage;
  std::string held;  ///< bytes that wait for a decision
  std::string set_name = "utf-8";
  Converter from;
  Converter to;
  std::array<UChar, 8192> pivot{};
  UChar* pivot_read = nullptr;
  UChar* pivot_write = nullptr;
  bool converting = false;
};

Status Decoder::State::charge(std::size_t produced) {
  output += produced;
  if (output > limits.max_output_bytes ||
      (output > limits.ratio_floor_bytes && output / (input + 1) > limits.max_ratio)) {
    return fail_bi(Code::kTooLarge, "The data unpacks to more than the limit allows",
                   "解压后超过上限", "", "expansion-limit");
  }
  return {};
}

Status Decoder::State::gunzip(std::string_view bytes) {
  gzip.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  gzip.avail_in = static_cast<uInt>(bytes.size());
  while (gzip.avail_in > 0 || gzip.avail_out == 0) {
    if (member_done) {
      if (gzip.avail_in == 0) return {};
      if (inflateReset(&gzip) != Z_OK) return broken("gzip");
      member_done = false;
    }
    chunk.resize(kChunk);
    gzip.next_out = reinterpret_cast<Bytef*>(chunk.data());
    gzip.avail_out = static_cast<uInt>(chunk.size());
    const int code = inflate(&gzip, Z_NO_FLUSH);
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) return broken("gzip");
    const std::size_t made = chunk.size() - gzip.avail_out;
    TRY_STATUS(charge(made));
    TRY_STATUS(text(std::string_view(chunk).substr(0, made)));
    member_done = code == Z_STREAM_END;
    if (code == Z_BUF_ERROR && made == 0) break;
  }
  return {};
}

Status Decoder::State::unzstd(std::string_view bytes) {
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  bool more = true;
  while (in.pos < in.size || more) {
    chunk.resize(kChunk);
    ZSTD_outBuffer out{chunk.data(), chunk.size(), 0};
    const std::size_t code = ZSTD_decompressStream(zstd.get(), &out, &in);
    if (ZSTD_isError(code) != 0) return broken(ZSTD_getErrorName(code));
    frame_done = code == 0;
    more = out.pos == out.size;
    TRY_STATUS(charge(out.pos));
    TRY_STATUS(text(std::string_view(chunk).substr(0, out.pos)));
    if (frame_done && in.pos == in.size) break;
  }
  return {};
}

Status Decoder::State::unpack(std::string_view bytes) {
  input += bytes.size();
  std::string joined;
  if (packing == Packing::kUnknown) {
    magic.append(bytes);
    if (magic.size() < 4) return {};
    joined = std::move(magic);
    magic.clear();
    bytes = joined;
    if (bytes.starts_with("\x1f\x8b")) {
      packing = Packing::kGzip;
      if (inflateInit2(&gzip, 15 + 16) != Z_OK) return fail(Code::kInternal, "zlib has no memory");
      gzip_open = true;
    } else if (bytes.starts_with("\x28\xb5\x2f\xfd")) {
      packing = Packing::kZstd;
      zstd.reset(ZSTD_createDCtx());
      if (!zstd) return fail(Code::kInternal, "zstd has no memory");
      // A window above 128 MiB is refused: memory stays bounded.
      ZSTD_DCtx_setParameter(zstd.get(), ZSTD_d_windowLogMax, 27);
    } else if (bytes.starts_with("PK\x03\x04")) {
      // An archive (XLSX) is for its reader to open: its bytes are no text in any character set.
      packing = Packing::kArchive;
      set_name = "binary";
    } else {
      packing = Packing::kNone;
    }
  }
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, 1U << 30);
    bytes.remove_prefix(piece.size());
    if (packing == Packing::kGzip) {
      TRY_STATUS(gunzip(piece));
    } else if (packing == Packing::kZstd) {
      TRY_STATUS(unzstd(piece));
    } else {
      TRY_STATUS(charge(piece.size()));
      TRY_STATUS(packing == Packing::kArchive ? next.feed(piece) : text(piece));
    }
  }
  return {};
}

Status Decoder::State::start_conversion(const char* name) {
  UErrorCode error = U_ZERO_ERROR;
  from.reset(ucnv_open(name, &error));
  to.reset(ucnv_open("UTF-8", &error));
  if (U_FAILURE(error)) return fail(Code::kInternal, std::string("ICU has no converter ") + name);
  pivot_read = pivot_write = pivot.data();
  stage = Stage::kConvert;
  set_name = to_lower(name);
  converting = false;
  return {};
}

Status Decoder::State::convert(std::string_view bytes, bool last) {
  std::array<char, 16384> buffer{};
  const char* source = bytes.empty() ? "" : bytes.data();  // ICU refuses a null pointer
  const char* const end = source + bytes.size();
  while (true) {
    char* target = buffer.data();
    UErrorCode error = U_ZERO_ERROR;
    ucnv_convertEx(to.get(), from.get(), &target, buffer.data() + buffer.size(), &source, end,
                   pivot.data(), &pivot_read, &pivot_write, pivot.data() + pivot.size(),
                   converting ? 0 : 1, last ? 1 : 0, &error);
    converting = true;
    const auto made = static_cast<std::size_t>(target - buffer.data());
    TRY_STATUS(next.feed({buffer.data(), made}));
    if (error == U_BUFFER_OVERFLOW_ERROR) continue;
    if (U_FAILURE(error)) return fail(Code::kInternal, "character conversion failed");
    return {};
  }
}

Status Decoder::State::probe(std::string_view bytes, bool last) {
  held.append(bytes);
  if (!last && held.size() < kProbeBytes) return {};
  const std::string whole = std::move(held);
  held.clear();
  const std::string_view window = std::string_view(whole).substr(0, kProbeBytes);
  if (!is_gb18030(window)) {
    stage = Stage::kUtf8;
    return next.feed(whole);
  }
  TRY_STATUS(start_conversion("GB18030"));
  return convert(whole, false);
}

/// Looks for a byte order mark in what was held back.
Status Decoder::State::flush_mark() {
  const std::string whole = std::move(held);
  held.clear();
  std::string_view rest = whole;
  stage = wanted == Charset::kAuto ? Stage::kAscii : Stage::kUtf8;
  if (rest.starts_with("\xef\xbb\xbf")) {
    rest.remove_prefix(3);
    stage = Stage::kUtf8;
  } else if (rest.starts_with("\xff\xfe")) {
    rest.remove_prefix(2);
    TRY_STATUS(start_conversion("UTF-16LE"));
  } else if (rest.starts_with("\xfe\xff")) {
    rest.remove_prefix(2);
    TRY_STATUS(start_conversion("UTF-16BE"));
  } else if (wanted == Charset::kGb18030) {
    TRY_STATUS(start_conversion("GB18030"));
  }
  return text(rest);
}

Status Decoder::State::text(std::string_view bytes) {
  if (bytes.empty()) return {};
  switch (stage) {
    case Stage::kMark:
      held.append(bytes);
      return held.size() < 3 ? Status{} : flush_mark();
    case Stage::kAscii: {
      std::size_t end = 0;
      while (end < bytes.size() && ascii(bytes[end])) ++end;
      if (end > 0) TRY_STATUS(next.feed(bytes.substr(0, end)));
      if (end == bytes.size()) return {};
      stage = Stage::kProbe;
      return probe(bytes.substr(end), false);
    }
    case Stage::kProbe:
      return probe(bytes, false);
    case Stage::kUtf8:
      return next.feed(bytes);
    case Stage::kConvert:
      return convert(bytes, false);
  }
  return {};
}

Decoder::Decoder(Reader& next, Charset charset, DecodeLimits limits)
    : state_(std::make_unique<State>(next, charset, limits)) {}
Decoder::~Decoder() = default;

Status Decoder::feed(std::string_view bytes) { return state_->unpack(bytes); }

Status Decoder::finish() {
  State& s = *state_;
  if (s.packing == Packing::kUnknown && !s.magic.empty()) {
    const std::string rest = std::move(s.magic);
    s.packing = Packing::kNone;
    TRY_STATUS(s.charge(rest.size()));
    TRY_STATUS(s.text(rest));
  }
  if (s.packing == Packing::kGzip && !s.member_done) return broken("gzip data ends too early");
  if (s.packing == Packing::kZstd && !s.frame_done) return broken("zstd data ends too early");
  if (s.stage == Stage::kMark && !s.held.empty()) TRY_STATUS(s.flush_mark());
  if (s.stage == Stage::kProbe) TRY_STATUS(s.probe({}, true));
  if (s.stage == Stage::kConvert) TRY_STATUS(s.convert({}, true));
  return s.next.finish();
}

std::string_view Decoder::charset() const { return state_->set_name; }

std::string_view Decoder::compression() const {
  if (state_->packing == Packing::kGzip) return "gzip";
  return state_->packing == Packing::kZstd ? "zstd" : "none";
}

}  // namespace tocsin::intake
