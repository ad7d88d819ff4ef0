#include "match/snapshot/writer.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tocsin::match::snapshot {
namespace {

/// Ors a number into packed bits; the bytes must be zero before.
void put_bits(char* bytes, std::uint64_t at, std::uint64_t value) {
  const std::uint64_t word = load_word(bytes + (at >> 3)) | value << (at & 7);
  std::memcpy(bytes + (at >> 3), &word, sizeof word);
}

/// The prefixes around the next one, by number and extent.
template <typename Start>
class Nest {
 public:
  /// The narrowest earlier prefix around this one, or kNoOrdinal.
  std::uint32_t enter(Start start, int length, std::uint32_t number) {
    while (!open_.empty() && !covers(open_.back().start, open_.back().length, start)) {
      open_.pop_back();
    }
    const std::uint32_t parent = open_.empty() ? kNoOrdinal : open_.back().number;
    open_.push_back({start, length, number});
    return parent;
  }

 private:
  struct Around {
    Start start;
    int length;
    std::uint32_t number;
  };
  std::vector<Around> open_;
};

Result<std::string> source_list(const std::vector<std::string>& sources) {
  std::string out;
  for (const std::string& source : sources) {
    const bool plain = std::none_of(source.begin(), source.end(), [](char c) {
      return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
    if (!plain || source.empty() || source.size() > 1023 || sources.size() > kMaxSources) {
      return fail_bi(Code::kInvalid,
                     "A snapshot names at most 64 sources, without control characters",
                     "快照最多列出64个来源，且名称不得含控制字符", "sources");
    }
    out += source + '\n';
  }
  return out;
}

}  // namespace

struct Writer::State {
  std::filesystem::path path;
  std::filesystem::path temp;
  int fd = -1;
  Mapping mapping;
  Header header;
  std::vector<Attribute> attributes;
  std::uint64_t ordinal = 0;
  std::uint64_t refs = 0;
  std::array<std::uint64_t, kTables> written{};
  std::array<std::uint64_t, kTables> next_bucket{};
  Nest<std::uint32_t> nest4;
  Nest<Wide> nest6;

  ~State() {
    if (fd >= 0) {
      ::close(fd);
      if (!temp.empty()) ::unlink(temp.c_str());
    }
  }

  template <typename T>
  T* part(int section) {
    return reinterpret_cast<T*>(mapping.data() +
                                header.sections[static_cast<std::size_t>(section)].offset);
  }
  /// Buckets up to and with `bucket` begin at the next entry, or earlier.
  void reach(TableId id, std::uint64_t bucket) {
    auto* directory = part<std::uint32_t>(section_of(id, Part::kDirectory));
    const auto t = static_cast<std::size_t>(id);
    for (; next_bucket[t] <= bucket; ++next_bucket[t]) {
      directory[next_bucket[t]] = static_cast<std::uint32_t>(written[t]);
    }
  }
  void add_hashed(const Key& key, std::uint64_t entry);
  template <typename Start>
  void add_prefix(TableId id, Start start, int length, Nest<Start>& nest, std::uint64_t entry);
  void add_record(TableId id, std::uint64_t entry, std::uint32_t attribute, std::uint64_t ref);
};

void Writer::State::add_hashed(const Key& key, std::uint64_t entry) {
  const TableHeader& table = header.tables[static_cast<std::size_t>(key.table)];
  reach(key.table, first_bits(key.hash, table.bucket_bits));
  part<std::uint16_t>(section_of(key.table, Part::kTags))[entry] =
      tag_of(key.hash, table.bucket_bits);
  std::memcpy(part<char>(section_of(key.table, Part::kRests)) + entry * table.rest_bytes,
              key.rest.data(), table.rest_bytes);
}

template <typename Start>
void Writer::State::add_prefix(TableId id, Start start, int length, Nest<Start>& nest,
                               std::uint64_t entry) {
  reach(id, first_bits(start, header.tables[static_cast<std::size_t>(id)].bucket_bits));
  part<Start>(section_of(id, Part::kTags))[entry] = start;
  part<std::uint8_t>(section_of(id, Part::kRests))[entry] = static_cast<std::uint8_t>(length);
  part<std::uint32_t>(section_of(id, Part::kParents))[entry] =
      nest.enter(start, length, static_cast<std::uint32_t>(entry));
}

void Writer::State::add_record(TableId id, std::uint64_t entry, std::uint32_t attribute,
                               std::uint64_t ref) {
  const TableHeader& table = header.tables[static_cast<std::size_t>(id)];
  const std::uint64_t number = attribute - std::uint64_t{table.first_attribute};
  ASSERT(attribute < attributes.size() && number >> table.attribute_bits == 0);
  put_bits(part<char>(section_of(id, Part::kAttributeOf)), entry * table.attribute_bits, number);
  ++header.by_kind[attributes[attribute].kind];
  if (header.refs > 0 && ordinal % 512 == 0) {
    part<std::uint32_t>(section_of(Shared::kRefRank))[ordinal / 512] =
        static_cast<std::uint32_t>(refs);
  }
  if (ref != 0) {
    ASSERT(refs < header.refs && ref >> header.ref_bits == 0);
    part<std::uint64_t>(section_of(Shared::kRefBitmap))[ordinal / 64] |= std::uint64_t{1}
                                                                         << (ordinal % 64);
    put_bits(part<char>(section_of(Shared::kRefs)), refs * header.ref_bits, ref);
    ++refs;
  }
  ++ordinal;
}

Writer::Writer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Writer::Writer(Writer&&) noexcept = default;
Writer& Writer::operator=(Writer&&) noexcept = default;
Writer::~Writer() = default;

Result<Writer> Writer::start(const std::filesystem::path& path, Plan plan) {
  TRY(const std::string sources, source_list(plan.sources));
  auto state = std::make_unique<State>();
  state->path = path;
  state->temp = path.string() + ".new." + std::to_string(::getpid());
  Header& header = state->header;
  header = plan.header;
  header.by_kind = {};
  header.attributes = static_cast<std::uint32_t>(plan.attributes.size());
  header.sources = static_cast<std::uint32_t>(plan.sources.size());
  for (int t = 0; t < kTables; ++t) {
    TableHeader& table = header.tables[static_cast<std::size_t>(t)];
    const auto id = static_cast<TableId>(t);
    table.bucket_bits = static_cast<std::uint8_t>(bucket_bits_for(id, table.entries));
    table.rest_bytes = static_cast<std::uint8_t>(rest_bytes_for(id, table.bucket_bits));
  }
  lay_out(header, sources.size(), plan.literals.size());
  state->fd =
      ::open(state->temp.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (state->fd < 0) return io_error("create", "创建", state->path);
  TRY(state->mapping, Mapping::of_new_file(state->fd, header.file_bytes, state->temp));
  if (!plan.attributes.empty()) {
    std::memcpy(state->part<char>(section_of(Shared::kAttributes)), plan.attributes.data(),
                plan.attributes.size() * sizeof(Attribute));
  }
  sources.copy(state->part<char>(section_of(Shared::kSources)), sources.size());
  plan.literals.copy(state->part<char>(section_of(Shared::kLiterals)), plan.literals.size());
  state->attributes = std::move(plan.attributes);
  return Writer(std::move(state));
}

void Writer::add(const Key& key, std::uint32_t attribute, std::uint64_t ref) {
  State& s = *state_;
  std::uint64_t& written = s.written[static_cast<std::size_t>(key.table)];
  ASSERT(written < s.header.tables[static_cast<std::size_t>(key.table)].entries);
  if (is_hashed(key.table)) {
    s.add_hashed(key, written);
  } else if (key.table == TableId::kPrefix4) {
    const Prefix4 prefix = prefix4_of(key);
    s.add_prefix(key.table, prefix.start, prefix.length, s.nest4, written);
  } else {
    const Prefix6 prefix = prefix6_of(key);
    s.add_prefix(key.table, prefix.start, prefix.length, s.nest6, written);
  }
  s.add_record(key.table, written, attribute, ref);
  ++written;
}

Header Writer::complete() {
  State& s = *state_;
  for (int t = 0; t < kTables; ++t) {
    const TableHeader& table = s.header.tables[static_cast<std::size_t>(t)];
    ASSERT(s.written[static_cast<std::size_t>(t)] == table.entries);
    s.reach(static_cast<TableId>(t), std::uint64_t{1} << table.bucket_bits);
  }
  ASSERT(s.ordinal == s.header.indicators && s.refs == s.header.refs);
  const std::string_view bytes = s.mapping.bytes();
  for (SectionHeader& section : s.header.sections) {
    section.checksum = checksum(bytes.substr(section.offset, section.bytes));
  }
  std::memcpy(s.mapping.data(), &s.header, sizeof(Header));
  s.header.sha256 = total_sha256(bytes);
  s.header.checksum = header_checksum(s.header);
  std::memcpy(s.mapping.data(), &s.header, sizeof(Header));
  return s.header;
}

Status Writer::publish() {
  State& s = *state_;
  if (::msync(s.mapping.data(), s.mapping.bytes().size(), MS_SYNC) != 0 || ::fsync(s.fd) != 0) {
    return io_error("flush", "写入", s.path);
  }
  if (::rename(s.temp.c_str(), s.path.c_str()) != 0) return io_error("replace", "替换", s.path);
  s.temp.clear();
  return flush_folder(s.path);
}

Result<Header> Writer::finish() {
  const Header header = complete();
  TRY_STATUS(publish());
  return header;
}

Status Writer::finish_as(const Header& wanted) {
  if (bytes_of(complete()) != bytes_of(wanted)) {
    return fail_bi(Code::kCorrupt, "The delta does not give the snapshot that it names",
                   "增量应用后与其声明的快照不一致", "delta");
  }
  return publish();
}

Result<int> unnamed_file(const std::filesystem::path& beside) {
  std::string name = beside.string() + ".run.XXXXXX";
  const int fd = ::mkostemp(name.data(), O_CLOEXEC);
  if (fd < 0) return io_error("create", "创建", name);
  ::unlink(name.c_str());
  return fd;
}

Status flush_folder(const std::filesystem::path& path) {
  const auto parent = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  const Fd folder(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0 || ::fsync(folder.get()) != 0) return io_error("flush", "写入", parent);
  return {};
}

}  // namespace tocsin::match::snapshot
