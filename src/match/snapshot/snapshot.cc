#include "match/snapshot/snapshot.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <functional>

#include "base/text.h"
#include "match/snapshot/tables.h"

namespace tocsin::match::snapshot {
namespace {

using K = model::IndicatorKind;

tl::unexpected<Error> damaged(const std::string& what, const std::string& what_zh) {
  return fail_bi(Code::kCorrupt, "The snapshot is damaged: " + what, "快照已损坏：" + what_zh,
                 "snapshot");
}

Bits near_prefixes(const Prefixes<std::uint32_t>& prefixes) {
  if (prefixes.entries == 0) return {};
  const int bits = std::min(24, bits_for(prefixes.entries) + 4);
  Bits out(bits);
  // Starts ascend, so no block needs to be set twice: the work is bounded whatever the file says.
  std::uint64_t next = 0;
  for (std::uint64_t i = 0; i < prefixes.entries; ++i) {
    const int length = prefixes.lengths[i];
    if (length > 32) continue;  // damaged, and covers nothing
    const std::uint32_t start = prefixes.starts[i];
    const std::uint32_t end = length == 0 ? 0xffffffffU : start | (0xffffffffULL >> length);
    const std::uint64_t last = first_bits(end, bits);
    for (std::uint64_t b = std::max<std::uint64_t>(next, first_bits(start, bits)); b <= last; ++b) {
      out.set(b);
    }
    next = std::max(next, last);
  }
  return out;
}

/// Bucket and tag are the first bits of a permuted address. Eight to sixteen bits an entry: of the
/// addresses that are not listed, one in nine to seventeen is searched for all the same.
Bits present_addresses(const Hashed& exact) {
  if (exact.entries == 0) return {};
  const int bits = std::clamp(bits_for(exact.entries) + 3, exact.bucket_bits,
                              std::min(32, exact.bucket_bits + kTagBits));
  const int of_tag = bits - exact.bucket_bits;
  Bits out(bits);
  std::uint64_t entry = 0;
  for (std::uint64_t bucket = 0; bucket >> exact.bucket_bits == 0; ++bucket) {
    const std::uint64_t end = std::min<std::uint64_t>(exact.directory[bucket + 1], exact.entries);
    for (; entry < end; ++entry) {
      out.set(bucket << of_tag | std::uint64_t{exact.tags[entry]} >> (kTagBits - of_tag));
    }
  }
  return out;
}

}  // namespace

std::shared_ptr<const Tables> make_tables(const Image& image,
                                          const std::array<std::uint32_t, kTables>& bases) {
  auto out = std::make_shared<Tables>();
  const auto base = [&](TableId id) { return bases[static_cast<std::size_t>(id)]; };
  for (int t = 0; t < kHashedTables; ++t) {
    const auto id = static_cast<TableId>(t);
    out->hashed[static_cast<std::size_t>(t)] = Hashed(image, id, base(id));
  }
  out->prefixes4 = {image, TableId::kPrefix4, base(TableId::kPrefix4)};
  out->near4 = near_prefixes(out->prefixes4);
  out->present4 = present_addresses(out->hashed[static_cast<std::size_t>(TableId::kIpv4)]);
  out->prefixes6 = {image, TableId::kPrefix6, base(TableId::kPrefix6)};
  return out;
}

std::string_view name(State state) {
  switch (state) {
    case State::kKnown:
      return "known";
    case State::kLifted:
      return "lifted";
    case State::kListed:
      return "listed";
  }
  return "known";
}

Query Query::of(const Address& address) {
  Query query;
  query.kind = address.is_v4() ? K::kIpv4 : K::kIpv6;
  query.address = address;
  return query;
}

Result<Query> Query::of(const model::Indicator& indicator) {
  Query query;
  query.kind = indicator.kind;
  query.text = indicator.value;
  switch (indicator.kind) {
    case K::kWildcardDomain:
      if (query.text.starts_with("*.")) query.text.remove_prefix(2);
      return query;
    case K::kIpv4:
    case K::kIpv6:
    case K::kIpv4Prefix:
    case K::kIpv6Prefix: {
      auto prefix = parse_prefix(indicator.value);
      if (const auto address = parse_address(indicator.value)) prefix = Prefix{*address, 128};
      const bool v4 = indicator.kind == K::kIpv4 || indicator.kind == K::kIpv4Prefix;
      if (!prefix || prefix->is_v4() != v4) {
        return fail_bi(Code::kInvalid, "'" + indicator.value + "' is not an address",
                       "“" + indicator.value + "”不是地址", "query");
      }
      query.text = {};
      query.address = prefix->base;
      query.bits = static_cast<std::uint8_t>(prefix->bits);
      if (prefix->bits == 128) query.kind = v4 ? K::kIpv4 : K::kIpv6;  // a prefix of one address
      return query;
    }
    default:
      return query;
  }
}

Snapshot::Snapshot(Mapping mapping, Image image)
    : mapping_(std::move(mapping)), image_(image), hashes_(image.header().seed) {
  std::uint32_t base = 0;
  for (std::size_t t = 0; t < kTables; ++t) {
    bases_[t] = base;
    base += static_cast<std::uint32_t>(image_.header().tables[t].entries);
  }
  const std::string_view list = image_.section(section_of(Shared::kSources));
  for (const std::string_view source : split(list, '\n')) sources_.emplace_back(source);
  sources_.pop_back();  // behind the last line feed
  tables_ = make_tables(image_, bases_);
}

Result<std::shared_ptr<const Snapshot>> Snapshot::over(Mapping mapping) {
  TRY(const Image image, Image::over(mapping.bytes()));
  struct Constructible final : Snapshot {
    Constructible(Mapping m, Image i) : Snapshot(std::move(m), i) {}
  };
  return std::make_shared<const Constructible>(std::move(mapping), image);
}

Result<std::shared_ptr<const Snapshot>> Snapshot::open(const std::filesystem::path& path,
                                                       OpenOptions options) {
  auto mapping = options.copy ? Mapping::copy_of_file(path) : Mapping::of_file(path);
  if (!mapping) return tl::unexpected(std::move(mapping).error());
  return over(std::move(*mapping));
}

Result<std::shared_ptr<const Snapshot>> Snapshot::from_bytes(std::string_view bytes) {
  TRY(Mapping mapping, Mapping::copy_of(bytes));
  return over(std::move(mapping));
}

std::vector<std::string_view> Snapshot::literals() const {
  auto out = split(image_.section(section_of(Shared::kLiterals)), '\n');
  out.pop_back();  // behind the last line feed
  return out;
}

std::string Snapshot::sha256() const {
  const auto& digest = header().sha256;
  return hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::uint64_t Snapshot::attribute_of(std::uint32_t ordinal) const {
  std::size_t t = kTables - 1;
  while (t > 0 && ordinal < bases_[t]) --t;
  const TableHeader& table = header().tables[t];
  return table.first_attribute +
         packed_bits(image_.part<char>(section_of(static_cast<TableId>(t), Part::kAttributeOf)),
                     (ordinal - std::uint64_t{bases_[t]}) * table.attribute_bits,
                     table.attribute_bits);
}

std::uint64_t Snapshot::ref_of(std::uint32_t ordinal) const {
  const Header& h = header();
  if (h.refs == 0) return 0;
  const auto* bitmap = image_.part<std::uint64_t>(section_of(Shared::kRefBitmap));
  const std::uint64_t word = ordinal / 64;
  if ((bitmap[word] >> (ordinal % 64) & 1) == 0) return 0;
  std::uint64_t rank = image_.part<std::uint32_t>(section_of(Shared::kRefRank))[ordinal / 512];
  for (std::uint64_t w = ordinal / 512 * 8; w < word; ++w) {
    rank += static_cast<std::uint64_t>(std::popcount(bitmap[w]));
  }
  rank += static_cast<std::uint64_t>(
      std::popcount(bitmap[word] & ((std::uint64_t{1} << (ordinal % 64)) - 1)));
  if (rank >= h.refs) return 0;  // damaged
  return packed_bits(image_.part<char>(section_of(Shared::kRefs)), rank * h.ref_bits, h.ref_bits);
}

Record Snapshot::record(std::uint32_t ordinal) const {
  if (ordinal >= size()) return {};
  const std::uint64_t index = attribute_of(ordinal);
  if (index >= header().attributes) return {};  // damaged; verify() names it
  const Attribute& a = image_.part<Attribute>(section_of(Shared::kAttributes))[index];
  return {static_cast<K>(a.kind), static_cast<State>(a.state), a.confidence, a.flags, a.sources,
          ref_of(ordinal)};
}

Status Snapshot::verify() const {
  const Header& h = header();
  for (int i = 0; i < kSections; ++i) {
    if (checksum(image_.section(i)) != h.sections[static_cast<std::size_t>(i)].checksum) {
      return damaged("section " + std::to_string(i) + " has a wrong checksum",
                     "第" + std::to_string(i) + "数据区校验和错误");
    }
  }
  if (total_sha256(image_.bytes()) != h.sha256) {
    return damaged("the SHA-256 of the whole is wrong", "全文件 SHA-256 不符");
  }
  for (int t = 0; t < kTables; ++t) {
    const auto id = static_cast<TableId>(t);
    const TableHeader& table = image_.table(id);
    const auto* directory = image_.part<std::uint32_t>(section_of(id, Part::kDirectory));
    const std::uint64_t buckets = std::uint64_t{1} << table.bucket_bits;
    if (directory[0] != 0 || directory[buckets] != table.entries ||
        !std::is_sorted(directory, directory + buckets + 1)) {
      return damaged("the directory of a table is out of order", "表目录无序");
    }
  }
  const auto texts = literals();
  if (texts.size() != h.by_kind[static_cast<std::size_t>(K::kLiteral)] ||
      std::adjacent_find(texts.begin(), texts.end(), std::greater_equal<>()) != texts.end()) {
    return damaged("the list of literals does not fit", "载荷特征列表不符");
  }
  for (std::uint32_t ordinal = 0; ordinal < h.indicators; ++ordinal) {
    if (attribute_of(ordinal) >= h.attributes) {
      return damaged("an indicator names no attribute", "指标属性编号越界");
    }
  }
  return {};
}

}  // namespace tocsin::match::snapshot
