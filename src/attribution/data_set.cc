#include "attribution/data_set.h"

#include <cstring>

#include "attribution/memory_file.h"
#include "base/json.h"

namespace tocsin::attribution {
namespace {

constexpr std::string_view kMagic = "TCSREF01";

tl::unexpected<Error> corrupt(const char* what) {
  return fail_bi(Code::kCorrupt, std::string("not a snapshot of reference data: ") + what,
                 "不是有效的基础数据快照");
}

void put_number(std::string& out, std::uint64_t n) {
  for (int i = 0; i < 8; ++i) out.push_back(static_cast<char>(n >> (8 * i)));
}

/// Takes pieces off the front; every read is checked against what is left.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : left_(bytes) {}
  bool number(std::uint64_t& out) {
    if (left_.size() < 8) return false;
    out = 0;
    for (std::size_t i = 0; i < 8; ++i) {
      out |= std::uint64_t{static_cast<unsigned char>(left_[i])} << (8 * i);
    }
    left_.remove_prefix(8);
    return true;
  }
  bool text(std::string_view& out) {
    std::uint64_t size = 0;
    if (!number(size) || size > left_.size()) return false;
    out = left_.substr(0, size);
    left_.remove_prefix(size);
    return true;
  }
  template <typename T>
  bool array(std::vector<T>& out, std::uint64_t count) {
    if (count > left_.size() / sizeof(T)) return false;
    out.resize(count);
    if (count > 0) std::memcpy(out.data(), left_.data(), count * sizeof(T));
    left_.remove_prefix(count * sizeof(T));
    return true;
  }
  bool done() const { return left_.empty(); }

 private:
  std::string_view left_;
};

template <typename Key>
void save_table(std::string& out, const FlatTable<Key>& table) {
  put_number(out, table.runs());
  const auto raw = [&](const auto& items) {
    using T = std::remove_cvref_t<decltype(items[0])>;
    static_assert(std::is_trivially_copyable_v<T>);
    out.append(reinterpret_cast<const char*>(items.data()), items.size() * sizeof(T));
  };
  raw(table.starts());
  raw(table.values());
}

template <typename Key>
bool load_table(Cursor& in, FlatTable<Key>& table, std::size_t values) {
  std::uint64_t count = 0;
  std::vector<Key> starts;
  std::vector<std::uint32_t> pointers;
  if (!in.number(count) || !in.array(starts, count) || !in.array(pointers, count)) return false;
  auto restored = FlatTable<Key>::restore(std::move(starts), std::move(pointers),
                                          static_cast<std::uint32_t>(values));
  if (!restored) return false;
  table = std::move(*restored);
  return true;
}

std::uint64_t padded(std::string_view digits, char with) {
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < kLongestNumber; ++i) {
    out = out * 10 + static_cast<std::uint64_t>((i < digits.size() ? digits[i] : with) - '0');
  }
  return out;
}

}  // namespace

std::uint32_t v4_key(const match::Address& address) {
  std::uint32_t out = 0;
  for (std::size_t i = 12; i < 16; ++i) out = out << 8 | address.bytes[i];
  return out;
}

Wide v6_key(const match::Address& address) {
  Wide out;
  for (std::size_t i = 0; i < 8; ++i) out.high = out.high << 8 | address.bytes[i];
  for (std::size_t i = 8; i < 16; ++i) out.low = out.low << 8 | address.bytes[i];
  return out;
}

match::Address address_of(std::uint32_t v4) {
  match::Address out;
  out.bytes[10] = out.bytes[11] = 0xff;
  for (std::size_t i = 0; i < 4; ++i) {
    out.bytes[12 + i] = static_cast<std::uint8_t>(v4 >> (24 - 8 * i));
  }
  return out;
}

match::Address address_of(const Wide& v6) {
  match::Address out;
  for (std::size_t i = 0; i < 8; ++i) {
    out.bytes[i] = static_cast<std::uint8_t>(v6.high >> (56 - 8 * i));
    out.bytes[8 + i] = static_cast<std::uint8_t>(v6.low >> (56 - 8 * i));
  }
  return out;
}

std::uint64_t first_number(std::string_view digits) { return padded(digits, '0'); }
std::uint64_t last_number(std::string_view digits) { return padded(digits, '9'); }

std::optional<Said> DataSet::of_address(const match::Address& address) const {
  if (address.is_v4()) {
    const auto hit = v4.find(v4_key(address));
    if (!hit) return std::nullopt;
    return Said{values[hit->value], address_of(hit->first), address_of(hit->last)};
  }
  const auto hit = v6.find(v6_key(address));
  if (!hit) return std::nullopt;
  return Said{values[hit->value], address_of(hit->first), address_of(hit->last)};
}

std::optional<std::string_view> DataSet::of_number(std::string_view digits) const {
  if (digits.empty() || digits.size() > kLongestNumber) return std::nullopt;
  const auto hit = numbers.find(first_number(digits));
  // All numbers that begin so must be of one run, or the prefix found is longer than the number.
  if (!hit || hit->last < last_number(digits)) return std::nullopt;
  return values[hit->value];
}

std::optional<std::string_view> DataSet::of_asn(std::uint32_t asn) const {
  const auto hit = numbers.find(asn);
  if (!hit) return std::nullopt;
  return values[hit->value];
}

void DataSet::measure() {
  info.segments = static_cast<std::int64_t>(v4.runs() + v6.runs() + numbers.runs());
  std::size_t bytes = v4.bytes() + v6.bytes() + numbers.bytes();
  for (const auto& value : values) bytes += value.size() + sizeof(std::string);
  info.memory = static_cast<std::int64_t>(bytes);
}

Result<match::PublicSuffixes> suffixes_from(std::string_view text) {
  TRY(const auto file, MemoryFile::make(text));
  return match::PublicSuffixes::from_file(file.path());
}

std::string save(const DataSet& set) {
  std::string out(kMagic);
  const std::string header = model::to_json(set.info).dump();
  put_number(out, header.size());
  out += header;
  put_number(out, set.values.size());
  for (const auto& value : set.values) {
    put_number(out, value.size());
    out += value;
  }
  save_table(out, set.v4);
  save_table(out, set.v6);
  save_table(out, set.numbers);
  return out;
}

Result<DataSet> load(std::string_view bytes) {
  if (!bytes.starts_with(kMagic)) return corrupt("another beginning");
  Cursor in(bytes.substr(kMagic.size()));
  std::string_view header;
  if (!in.text(header)) return corrupt("cut short");
  TRY(const Json json, Json::parse(header));
  DataSet out;
  TRY_STATUS(model::from_json(json, out.info));
  std::uint64_t count = 0;
  // A value takes at least the eight bytes of its length.
  if (!in.number(count) || count > bytes.size() / 8) return corrupt("cut short");
  out.values.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    std::string_view value;
    if (!in.text(value)) return corrupt("cut short");
    out.values.emplace_back(value);
  }
  if (!load_table(in, out.v4, out.values.size()) || !load_table(in, out.v6, out.values.size()) ||
      !load_table(in, out.numbers, out.values.size()) || !in.done()) {
    return corrupt("tables");
  }
  if (out.info.kind == model::ReferenceKind::kSuffixes) {
    if (out.values.empty()) return corrupt("no list");
    TRY(out.suffixes, suffixes_from(out.values.front()));
  }
  out.measure();
  return out;
}

}  // namespace tocsin::attribution
