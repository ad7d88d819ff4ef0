#include "intake/decode.h"

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include "intake/collect.h"

namespace tocsin::intake {
namespace {

std::string gzip(std::string_view text) {
  z_stream z{};
  EXPECT_EQ(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&z, text.size()) + 32, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  z.avail_in = static_cast<uInt>(text.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&z, Z_FINISH), Z_STREAM_END);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

std::string zstd(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

struct Decoded {
  std::vector<std::string> values;
  std::vector<Refusal> refusals;
  std::string charset;
  std::string compression;
  Status status;
};

Decoded decode(std::string_view bytes, std::size_t step, Charset charset = Charset::kAuto,
               DecodeLimits limits = {}) {
  Collected out;
  const auto reader = make_reader(Format::kPlain, {}, out);
  Decoder decoder(*reader, charset, limits);
  Decoded result;
  for (std::size_t i = 0; i < bytes.size() && result.status; i += step) {
    result.status = decoder.feed(bytes.substr(i, step));
  }
  if (result.status) result.status = decoder.finish();
  for (const Item& item : out.items) {
    result.values.push_back(item.indicator.value + "|" + item.description);
  }
  result.refusals = std::move(out.refusals);
  result.charset = decoder.charset();
  result.compression = decoder.compression();
  return result;
}

const std::vector<std::string> kWant = {"evil.example|\xe6\xb5\x8b\xe8\xaf\x95", "192.0.2.1|"};
constexpr std::string_view kUtf8 = "evil.example # \xe6\xb5\x8b\xe8\xaf\x95\r\n192.0.2.1\r\n";
constexpr std::string_view kGb = "evil.example # \xb2\xe2\xca\xd4\n192.0.2.1\n";

TEST(Decode, EveryWrappingGivesTheSameItems) {
  std::string utf16 = "\xff\xfe";
  for (const char16_t c : std::u16string_view(u"evil.example # \u6d4b\u8bd5\n192.0.2.1")) {
    utf16.push_back(static_cast<char>(c & 0xff));
    utf16.push_back(static_cast<char>(c >> 8));
  }
  const std::string plain(kUtf8);
  for (const std::string& bytes :
       {plain, "\xef\xbb\xbf" + plain, gzip(plain), zstd(plain),
        gzip(plain.substr(0, 9)) + gzip(plain.substr(9)), std::string(kGb), gzip(kGb), utf16}) {
    for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{100000}}) {
      const Decoded result = decode(bytes, step);
      ASSERT_TRUE(result.status.has_value()) << result.status.error().message;
      EXPECT_EQ(result.values, kWant);
    }
  }
  EXPECT_EQ(decode(kGb, 3).charset, "gb18030");
  EXPECT_EQ(decode(kUtf8, 3).charset, "utf-8");
  EXPECT_EQ(decode(utf16, 3).charset, "utf-16le");
  EXPECT_EQ(decode(zstd(plain), 3).compression, "zstd");
  EXPECT_EQ(decode(kGb, 5, Charset::kGb18030).values, kWant);
}

TEST(Decode, OneBadLineLeavesTheOtherNamesAlone) {
  const std::string good = "\xe6\x81\xb6\xe6\x84\x8f.x.example\n\xe5\x9d\x8f.x.example\n";
  const std::string latin = "caf\xe9.x.example\n";
  const std::string cut = "b.example # \xe6\xb5\x8b\xe8\xaf\n";  // a publisher counted bytes
  for (const std::string& bytes : {good + latin, latin + good, good + cut, cut + good}) {
    for (const std::size_t step : {std::size_t{1}, std::size_t{100000}}) {
      const Decoded result = decode(bytes, step);
      ASSERT_TRUE(result.status.has_value());
      EXPECT_EQ(result.charset, "utf-8");
      EXPECT_EQ(result.values,
                (std::vector<std::string>{"xn--5bu4m.x.example|", "xn--7es.x.example|"}));
      ASSERT_EQ(result.refusals.size(), 1U);
      EXPECT_EQ(result.refusals[0].code, "bad-utf8");
      EXPECT_NE(result.refusals[0].message.en.find("UTF-8"), std::string::npos);
      EXPECT_NE(result.refusals[0].message.zh.find("UTF-8"), std::string::npos);
    }
  }
  // Shown as it is kept: in JSON.
  EXPECT_EQ(decode(good + latin, 100).refusals[0].original, "caf\\xe9.x.example");
  // Nothing explains it: refused, not turned into another name.
  EXPECT_EQ(decode(latin, 100).refusals.size(), 1U);
}

TEST(Decode, MostLinesDecideTheCharacterSet) {
  // U+8054 U+901A, the pair that is well-formed UTF-8 in GB 18030's bytes.
  const std::string looks_utf8 = "a.example # \xc1\xaa\xcd\xa8\n";
  const Decoded gb = decode(looks_utf8 + std::string(kGb) + std::string(kGb), 1);
  EXPECT_EQ(gb.charset, "gb18030");
  EXPECT_TRUE(gb.refusals.empty());
  EXPECT_EQ(gb.values.at(1), kWant[0]);
  // Four bytes a character, and a cut by the 4 KiB that are looked at.
  std::string far = "a.example # \x81\x39\xee\x39\n";
  while (far.size() < 5000) far += "b.example # \xb2\xe2\xca\xd4\n";
  for (std::size_t shift = 0; shift < 4; ++shift) {
    EXPECT_EQ(decode(std::string(shift, ' ') + far, 4096).charset, "gb18030");
  }
}

TEST(Decode, BombsAndDamage) {
  const std::string zeros(32U << 20, '#');
  DecodeLimits limits;
  limits.ratio_floor_bytes = 1U << 20;
  EXPECT_EQ(decode(gzip(zeros), 4096, Charset::kAuto, limits).status.error().rule,
            "expansion-limit");
  EXPECT_EQ(decode(zstd(zeros), 4096, Charset::kAuto, limits).status.error().rule,
            "expansion-limit");
  limits.max_output_bytes = 10;
  EXPECT_EQ(decode(kUtf8, 4096, Charset::kAuto, limits).status.error().code, Code::kTooLarge);
  std::string cut = gzip(kUtf8);
  cut.resize(cut.size() - 4);
  EXPECT_EQ(decode(cut, 4096).status.error().code, Code::kCorrupt);
  cut = zstd(std::string(1000, 'a') + std::string(kUtf8));
  cut.resize(cut.size() - 4);
  EXPECT_EQ(decode(cut, 4096).status.error().code, Code::kCorrupt);
  EXPECT_FALSE(decode(gzip(kUtf8) + "junk", 4096).status.has_value());
  EXPECT_TRUE(decode("ab", 1).status.has_value());
  EXPECT_TRUE(decode("", 1).status.has_value());
}

}  // namespace
}  // namespace tocsin::intake
