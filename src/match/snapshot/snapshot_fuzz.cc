// Any bytes opened as a snapshot: an error, or answers without a fault. First byte: bit 0 puts the
// header's checksum right, so that what is behind it is reached. Its literals are looked for in
// themselves, by the library in blocks and in pieces and by hand: three ways to one answer.
#include <cstdint>
#include <cstring>
#include <set>
#include <string>
#include <utility>

#include "base/text.h"
#include "match/literal.h"
#include "match/snapshot/scanner.h"
#include "match/snapshot/snapshot.h"

namespace {

using namespace tocsin::match::snapshot;
using Places = std::set<std::pair<std::uint64_t, std::uint32_t>>;

/// More literals only take the time of compiling them.
constexpr std::size_t kMostLiteralBytes = 2048;
constexpr std::size_t kPiece = 7;

bool is_at(const tocsin::match::Literal& literal, std::string_view bytes) {
  if (bytes.size() < literal.bytes.size()) return false;
  const std::string there(bytes.substr(0, literal.bytes.size()));
  return literal.bytes == (literal.nocase ? tocsin::to_lower(there) : there);
}

void look_for_literals(const std::shared_ptr<const Snapshot>& snapshot) {
  if (snapshot->image().section(section_of(Shared::kLiterals)).size() > kMostLiteralBytes) return;
  const auto blocks = LiteralScanner::make(snapshot, ScanMode::kBlock);
  const auto streams = LiteralScanner::make(snapshot, ScanMode::kStream);
  ASSERT(blocks.has_value() == streams.has_value());
  if (!blocks) {
    ASSERT(blocks.error().code == tocsin::Code::kCorrupt);
    return;
  }
  const LiteralScanner& scanner = **blocks;
  std::string bytes;
  for (std::uint32_t i = 0; i < scanner.size(); ++i) {
    bytes += tocsin::match::parse_literal(scanner.text(i))->bytes;
    ASSERT(scanner.ordinal(i) == kNoOrdinal || scanner.ordinal(i) < snapshot->size());
  }
  Places by_hand;
  for (std::uint32_t i = 0; i < scanner.size(); ++i) {
    const auto literal = *tocsin::match::parse_literal(scanner.text(i));
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      if (is_at(literal, std::string_view(bytes).substr(at))) by_hand.emplace(at, i);
    }
  }
  Places in_block;
  Places in_pieces;
  const auto into = [](Places& places) {
    return [&places](const LiteralHit& hit) {
      ASSERT(places.emplace(hit.begin, hit.literal).second);
      return true;
    };
  };
  auto scratch = *scanner.scratch();
  ASSERT(*scanner.scan(bytes, scratch, into(in_block)));
  auto stream_scratch = *(*streams)->scratch();
  auto stream = *(*streams)->stream();
  for (std::size_t at = 0; at < bytes.size(); at += kPiece) {
    ASSERT(
        *stream.feed(std::string_view(bytes).substr(at, kPiece), stream_scratch, into(in_pieces)));
  }
  ASSERT(in_block == by_hand && in_pieces == by_hand);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  using namespace tocsin::match::snapshot;
  using K = model::IndicatorKind;
  if (size == 0) return 0;
  std::string bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  if ((data[0] & 1) != 0 && bytes.size() >= sizeof(Header)) {
    Header header;
    std::memcpy(&header, bytes.data(), sizeof header);
    header.checksum = header_checksum(header);
    std::memcpy(bytes.data(), &header, sizeof header);
  }
  const auto opened = Snapshot::from_bytes(bytes);
  if (!opened) {
    ASSERT(!opened.error().message_zh.empty());
    return 0;
  }
  const Snapshot& snapshot = **opened;
  const bool sound = snapshot.verify().has_value();
  const model::Indicator asked[] = {{K::kDomain, "www.evil.example"},
                                    {K::kWildcardDomain, "*.evil.example"},
                                    {K::kUrl, "https://a.b.evil.example:8080/a/b/c?x=1"},
                                    {K::kHostPath, "192.0.2.1/x/"},
                                    {K::kIpv4, "192.0.2.1"},
                                    {K::kIpv4Prefix, "192.0.2.0/24"},
                                    {K::kIpv6, "2001:db8::1"},
                                    {K::kIpv6Prefix, "2001:db8::/48"},
                                    {K::kEmail, "user@evil.example"},
                                    {K::kLiteral, "\"evil|0d 0a|\""},
                                    {K::kMd5, "d41d8cd98f00b204e9800998ecf8427e"}};
  for (const auto& indicator : asked) {
    const auto query = Query::of(indicator);
    ASSERT(query.has_value());
    Answer all[16];
    const std::size_t n = snapshot.lookup_all(*query, all);
    const Answer one = snapshot.lookup_one(*query);
    ASSERT(static_cast<bool>(one) == (n > 0));
    for (std::size_t i = 0; i < n && i < 16; ++i) {
      ASSERT(all[i].ordinal < snapshot.size());
      snapshot.record(all[i].ordinal);
    }
    if (sound && n > 0) ASSERT(one.ordinal == all[0].ordinal);
  }
  look_for_literals(*opened);
  const std::uint32_t number = 0xc0000201;
  Answer answer;
  snapshot.lookup_ipv4({&number, 1}, {&answer, 1});
  // In damaged tables the two ways may get lost in different places.
  if (sound) ASSERT(answer.ordinal == snapshot.lookup_one(*Query::of(asked[4])).ordinal);
  return 0;
}
