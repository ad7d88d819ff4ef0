// Any bytes opened as a snapshot: an error, or answers without a fault. First byte: bit 0 puts the
// header's checksum right, so that what is behind it is reached.
#include <cstdint>
#include <cstring>
#include <string>

#include "match/snapshot/snapshot.h"

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
  const std::uint32_t number = 0xc0000201;
  Answer answer;
  snapshot.lookup_ipv4({&number, 1}, {&answer, 1});
  // In damaged tables the two ways may get lost in different places.
  if (sound) ASSERT(answer.ordinal == snapshot.lookup_one(*Query::of(asked[4])).ordinal);
  return 0;
}
