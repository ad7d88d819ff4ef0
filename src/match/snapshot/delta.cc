#include "match/snapshot/delta.h"

#include <algorithm>
#include <cstring>
#include <map>

#include "base/crypto/hash.h"
#include "base/file.h"
#include "base/text.h"
#include "match/snapshot/writer.h"

namespace tocsin::match::snapshot {
namespace {

constexpr std::array<unsigned char, 8> kDeltaMagic = {0x89, 'T', 'S', 'N', 'D', 'L', '\r', '\n'};
constexpr std::uint32_t kDeltaFormat = 2;
constexpr std::size_t kMaxSourceBytes = kMaxSources * 1024;

struct DeltaHeader {
  std::array<unsigned char, 8> magic = kDeltaMagic;
  std::uint32_t format = kDeltaFormat;
  std::uint32_t header_bytes = sizeof(DeltaHeader);
  std::uint64_t payload_bytes = 0;
  std::array<unsigned char, 32> base_sha256{};
  Header next;
  /// Over the payload, then this header with this field zero.
  std::array<unsigned char, 32> sha256{};
};
static_assert(std::has_unique_object_representations_v<DeltaHeader>);

std::array<unsigned char, 32> digest_of(DeltaHeader header, std::string_view payload) {
  header.sha256 = {};
  crypto::Hasher hasher(crypto::HashKind::kSha256);
  hasher.update(payload).update({reinterpret_cast<const char*>(&header), sizeof header});
  const std::string digest = hasher.finish();
  std::array<unsigned char, 32> out;
  std::copy(digest.begin(), digest.end(), out.begin());
  return out;
}

tl::unexpected<Error> damaged() {
  return fail_bi(Code::kCorrupt, "The delta is damaged", "增量文件已损坏", "delta");
}

std::string hex_of(const std::array<unsigned char, 32>& digest) {
  return hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

/// One entry as a snapshot holds it; of the hash only bucket and tag.
struct Stored {
  Key key;
  std::uint32_t attribute = 0;
  std::uint64_t ref = 0;
};

/// Walks one table of a verified snapshot.
class Cursor {
 public:
  Cursor(const Snapshot& snapshot, TableId id, bool empty)
      : snapshot_(snapshot),
        id_(id),
        table_(snapshot.image().table(id)),
        end_(empty ? 0 : table_.entries) {
    read();
  }
  bool at_end() const { return at_ >= end_; }
  const Stored& get() const { return now_; }
  const Attribute& attribute() const {
    return snapshot_.image().part<Attribute>(section_of(Shared::kAttributes))[now_.attribute];
  }
  void next() {
    ++at_;
    read();
  }

 private:
  template <typename T>
  const T* part(Part p) const {
    return snapshot_.image().part<T>(section_of(id_, p));
  }
  void read() {
    if (at_end()) return;
    now_.key = {id_, 0, {}};
    if (is_hashed(id_)) {
      while (part<std::uint32_t>(Part::kDirectory)[bucket_ + 1] <= at_) ++bucket_;
      const int bits = table_.bucket_bits;
      const std::uint64_t tag = part<std::uint16_t>(Part::kTags)[at_];
      now_.key.hash = (bucket_ << kTagBits | tag) << (64 - kTagBits - bits);
      std::memcpy(now_.key.rest.data(), part<char>(Part::kRests) + at_ * table_.rest_bytes,
                  table_.rest_bytes);
    } else {
      const int length = part<std::uint8_t>(Part::kRests)[at_];
      now_.key = id_ == TableId::kPrefix4
                     ? prefix4_key(part<std::uint32_t>(Part::kTags)[at_], length)
                     : prefix6_key(part<Wide>(Part::kTags)[at_], length);
    }
    const auto ordinal = static_cast<std::uint32_t>(snapshot_.base_ordinal(id_) + at_);
    now_.attribute = static_cast<std::uint32_t>(snapshot_.attribute_of(ordinal));
    now_.ref = snapshot_.ref_of(ordinal);
  }

  const Snapshot& snapshot_;
  const TableId id_;
  const TableHeader& table_;
  const std::uint64_t end_;
  std::uint64_t at_ = 0;
  std::uint64_t bucket_ = 0;
  Stored now_;
};

/// True when entries of the base's table can be taken over as they are stored.
bool same_shape(const Header& base, const Header& next, TableId id) {
  const TableHeader& a = base.tables[static_cast<std::size_t>(id)];
  const TableHeader& b = next.tables[static_cast<std::size_t>(id)];
  return base.seed == next.seed && a.bucket_bits == b.bucket_bits && a.rest_bytes == b.rest_bytes;
}

/// Bytes of a key in the payload: what the table's shape does not cut off.
std::size_t hash_bytes(TableId id) {
  return is_hashed(id) ? (kMaxBucketBits + kTagBits + 7) / 8 : id == TableId::kPrefix4 ? 5 : 8;
}
std::size_t rest_bytes(TableId id, const TableHeader& table) {
  return is_hashed(id) ? table.rest_bytes : id == TableId::kPrefix4 ? 0 : 9;
}
int hash_shift(TableId id) { return is_hashed(id) ? static_cast<int>(64 - 8 * hash_bytes(id)) : 0; }

void put_number(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

void put_entry(std::string& out, const Stored& entry, const TableHeader& table) {
  const TableId id = entry.key.table;
  const std::uint64_t hash = entry.key.hash >> hash_shift(id);
  out.append(reinterpret_cast<const char*>(&hash), hash_bytes(id));
  out.append(reinterpret_cast<const char*>(entry.key.rest.data()), rest_bytes(id, table));
  put_number(out, entry.attribute);
  put_number(out, entry.ref);
}

/// Reads a payload; after any read past the end everything is zero and ok() is false.
class Input {
 public:
  explicit Input(std::string_view bytes) : bytes_(bytes) {}
  bool ok() const { return ok_; }
  bool done() const { return bytes_.empty(); }
  std::string_view take(std::size_t n) {
    if (n > bytes_.size()) {
      ok_ = false;
      bytes_ = {};
      return {};
    }
    const std::string_view out = bytes_.substr(0, n);
    bytes_.remove_prefix(n);
    return out;
  }
  std::uint64_t number() {
    std::uint64_t out = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const std::string_view byte = take(1);
      if (!ok_) return 0;
      const auto value = static_cast<unsigned char>(byte[0]);
      out |= std::uint64_t{value & 0x7fU} << shift;
      if (value < 0x80) return out;
    }
    ok_ = false;
    return 0;
  }
  Stored entry(TableId id, const TableHeader& table) {
    Stored out;
    out.key.table = id;
    const std::string_view hash = take(hash_bytes(id));
    const std::string_view rest = take(rest_bytes(id, table));
    if (!ok_) return out;
    if (!hash.empty()) std::memcpy(&out.key.hash, hash.data(), hash.size());
    out.key.hash <<= hash_shift(id);
    if (!rest.empty()) std::memcpy(out.key.rest.data(), rest.data(), rest.size());
    out.attribute = static_cast<std::uint32_t>(std::min<std::uint64_t>(number(), UINT32_MAX));
    out.ref = number();
    return out;
  }

 private:
  std::string_view bytes_;
  bool ok_ = true;
};

/// The list of literals of the next snapshot stands in a delta only when it is another one.
bool same_literals(const Header& base, const Header& next) {
  const auto number = static_cast<std::size_t>(section_of(Shared::kLiterals));
  return base.sections[number].bytes == next.sections[number].bytes &&
         base.sections[number].checksum == next.sections[number].checksum;
}

void write_table(const Snapshot& base, const Snapshot& next, TableId id, std::string& out,
                 DeltaSummary& summary) {
  Cursor old(base, id, !same_shape(base.header(), next.header(), id));
  Cursor now(next, id, false);
  const TableHeader& table = next.image().table(id);
  while (!old.at_end() || !now.at_end()) {
    std::uint64_t kept = 0;
    std::uint64_t removed = 0;
    std::uint64_t added = 0;
    std::string entries;
    const auto equal = [&] {
      return !old.at_end() && !now.at_end() && old.get().key == now.get().key &&
             old.get().ref == now.get().ref && old.attribute() == now.attribute();
    };
    for (; equal(); old.next(), now.next()) ++kept;
    // Keys with several kinds stand in the order of their kinds on both sides.
    const auto before = [](const Cursor& a, const Cursor& b) {
      if (b.at_end()) return true;
      if (a.at_end()) return false;
      return a.get().key != b.get().key ? a.get().key < b.get().key
                                        : a.attribute().kind <= b.attribute().kind;
    };
    for (; !old.at_end() && !equal() && before(old, now); old.next()) ++removed;
    for (; !now.at_end() && !equal() && (old.at_end() || before(now, old)); now.next()) {
      put_entry(entries, now.get(), table);
      ++added;
    }
    put_number(out, kept);
    put_number(out, removed);
    put_number(out, added);
    out += entries;
    summary.kept += kept;
    summary.removed += removed;
    summary.added += added;
  }
}

/// Adds an entry unless the delta claims more than its header has room for.
bool add_checked(Writer& writer, const Header& next, const Stored& entry, std::uint64_t& entries,
                 std::uint64_t& refs) {
  const TableHeader& table = next.tables[static_cast<std::size_t>(entry.key.table)];
  if (entry.ref != 0) ++refs;
  if (++entries > table.entries || refs > next.refs || entry.attribute >= next.attributes ||
      entry.attribute < table.first_attribute ||
      (entry.attribute - std::uint64_t{table.first_attribute}) >> table.attribute_bits != 0 ||
      (entry.ref != 0 && entry.ref >> next.ref_bits != 0)) {
    return false;
  }
  writer.add(entry.key, entry.attribute, entry.ref);
  return true;
}

using Numbers = std::map<Attribute, std::uint32_t>;

bool read_table(const Snapshot& base, const Header& next, TableId id, const Numbers& numbers,
                Input& in, Writer& writer, std::uint64_t& refs) {
  const TableHeader& table = next.tables[static_cast<std::size_t>(id)];
  Cursor old(base, id, !same_shape(base.header(), next, id));
  std::uint64_t entries = 0;
  while (!old.at_end() || entries < table.entries) {
    std::uint64_t kept = in.number();
    std::uint64_t removed = in.number();
    std::uint64_t added = in.number();
    if (!in.ok() || kept + removed + added == 0) return false;
    for (; kept > 0; --kept, old.next()) {
      if (old.at_end()) return false;
      const auto number = numbers.find(old.attribute());
      if (number == numbers.end()) return false;
      Stored entry = old.get();
      entry.attribute = number->second;
      if (!add_checked(writer, next, entry, entries, refs)) return false;
    }
    for (; removed > 0; --removed, old.next()) {
      if (old.at_end()) return false;
    }
    for (; added > 0; --added) {
      const Stored entry = in.entry(id, table);
      if (!in.ok() || !add_checked(writer, next, entry, entries, refs)) return false;
    }
  }
  return entries == table.entries;
}

Result<DeltaHeader> read_header(std::string_view bytes) {
  DeltaHeader header;
  if (bytes.size() < kDeltaMagic.size() ||
      std::memcmp(bytes.data(), kDeltaMagic.data(), kDeltaMagic.size()) != 0) {
    return fail_bi(Code::kInvalid, "This is not a delta of snapshots", "不是快照增量文件", "delta");
  }
  if (bytes.size() < sizeof header) return damaged();
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header.format != kDeltaFormat || header.header_bytes != sizeof header) {
    return fail_bi(Code::kInvalid, "The delta has a format that is not known here",
                   "不支持的增量格式", "delta");
  }
  const std::string_view payload = bytes.substr(sizeof header);
  if (header.payload_bytes != payload.size() || digest_of(header, payload) != header.sha256) {
    return damaged();
  }
  TRY_STATUS(check_header(header.next));
  return header;
}

}  // namespace

Result<DeltaNames> read_delta_names(std::string_view bytes) {
  TRY(const DeltaHeader header, read_header(bytes));
  return DeltaNames{hex_of(header.base_sha256), hex_of(header.next.sha256)};
}

Result<DeltaSummary> make_delta(const Snapshot& base, const Snapshot& next,
                                const std::filesystem::path& delta) {
  TRY_STATUS(base.verify());
  TRY_STATUS(next.verify());
  DeltaHeader header;
  header.base_sha256 = base.header().sha256;
  header.next = next.header();
  DeltaSummary summary;
  std::string payload(next.image().section(section_of(Shared::kAttributes)));
  payload += next.image().section(section_of(Shared::kSources));
  if (!same_literals(base.header(), next.header())) {
    payload += next.image().section(section_of(Shared::kLiterals));
  }
  for (int t = 0; t < kTables; ++t) {
    write_table(base, next, static_cast<TableId>(t), payload, summary);
  }
  header.payload_bytes = payload.size();
  header.sha256 = digest_of(header, payload);
  payload.insert(0, reinterpret_cast<const char*>(&header), sizeof header);
  summary.bytes = payload.size();
  TRY_STATUS(write_file(delta, payload));
  return summary;
}

Status apply_delta(const Snapshot& base, const std::filesystem::path& delta,
                   const std::filesystem::path& next) {
  TRY(const Mapping mapping, Mapping::of_file(delta));
  TRY(const DeltaHeader header, read_header(mapping.bytes()));
  if (header.base_sha256 != base.header().sha256) {
    return fail_bi(
        Code::kConflict,
        "The delta is for snapshot " + hex_of(header.base_sha256) + ", not for " + base.sha256(),
        "增量对应的基准快照为 " + hex_of(header.base_sha256) + "，而非 " + base.sha256(), "delta");
  }
  TRY_STATUS(base.verify());
  // Before room is reserved on the disk: what is not kept must be in the delta, five bytes at
  // least.
  if (header.next.indicators > base.size() + header.payload_bytes / 5) return damaged();
  Input in(mapping.bytes().substr(sizeof header));
  Plan plan;
  plan.header = header.next;
  plan.attributes.resize(header.next.attributes);
  const std::string_view attributes = in.take(plan.attributes.size() * sizeof(Attribute));
  const std::string_view sources =
      in.take(header.next.sections[static_cast<std::size_t>(section_of(Shared::kSources))].bytes);
  constexpr int kLiterals = section_of(Shared::kLiterals);
  plan.literals = same_literals(base.header(), header.next)
                      ? base.image().section(kLiterals)
                      : in.take(header.next.sections[std::size_t{kLiterals}].bytes);
  if (!in.ok() || sources.size() > kMaxSourceBytes) return damaged();
  if (!attributes.empty()) {
    std::memcpy(plan.attributes.data(), attributes.data(), attributes.size());
  }
  Numbers numbers;
  for (std::uint32_t i = 0; i < plan.attributes.size(); ++i) {
    if (plan.attributes[i].kind >= model::kIndicatorKinds) return damaged();
    numbers.emplace(plan.attributes[i], i);
  }
  for (const std::string_view source : split(sources, '\n')) plan.sources.emplace_back(source);
  plan.sources.pop_back();
  TRY(Writer writer, Writer::start(next, std::move(plan)));
  std::uint64_t refs = 0;
  for (int t = 0; t < kTables; ++t) {
    if (!read_table(base, header.next, static_cast<TableId>(t), numbers, in, writer, refs)) {
      return damaged();
    }
  }
  if (!in.done() || refs != header.next.refs) return damaged();
  return writer.finish_as(header.next);
}

}  // namespace tocsin::match::snapshot
