#include "match/snapshot/builder.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <set>
#include <unistd.h>
#include <unordered_map>

#include "match/literal.h"
#include "match/snapshot/writer.h"

namespace tocsin::match::snapshot {
namespace {

constexpr std::uint8_t kHttpsVariant = 0x80;

/// A row on its way, in 32 bytes, as memory and as temporary files hold it.
struct Entry {
  std::uint64_t hash;
  Rest rest;
  std::uint8_t table;
  std::uint8_t variant;     ///< kind, and the scheme of a URL: what else must be equal
  std::uint32_t attribute;  ///< number among the attributes seen
  std::uint32_t ref;        ///< number among the refs seen; 0: none

  Key key() const { return {static_cast<TableId>(table), hash, rest}; }
};
static_assert(sizeof(Entry) == 32);

bool operator<(const Entry& a, const Entry& b) {
  if (a.table != b.table) return a.table < b.table;
  if (a.hash != b.hash) return a.hash < b.hash;
  const int rest = std::memcmp(a.rest.data(), b.rest.data(), a.rest.size());
  return rest != 0 ? rest < 0 : a.variant < b.variant;
}
bool same(const Entry& a, const Entry& b) { return !(a < b) && !(b < a); }

struct AttributeHash {
  std::size_t operator()(const Attribute& a) const {
    return sip_hash(Sip13(SipKey{}), std::string_view(reinterpret_cast<const char*>(&a), sizeof a));
  }
};

/// Sorted entries, in memory or in an unnamed file.
struct Run {
  Mapping mapping;
  const Entry* at = nullptr;
  const Entry* end = nullptr;
};

Status write_all(int fd, std::string_view bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return io_error("write", "写入", path);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

tl::unexpected<Error> bad_row(const Row& row) {
  return fail_bi(Code::kInvalid,
                 "'" + row.indicator.value + "' is not a canonical " +
                     std::string(model::name(row.indicator.kind)) +
                     " that a snapshot can hold, or a number beside it is out of range",
                 "“" + row.indicator.value + "”不是快照可收录的规范指标，或其附带数值超出范围",
                 "row");
}

}  // namespace

struct Builder::Work {
  std::filesystem::path path;
  BuildOptions options;
  Hashes hashes;
  std::vector<Entry> entries;
  std::vector<Run> runs;
  std::vector<std::uint64_t> refs{0};
  std::vector<Attribute> attributes;
  std::unordered_map<Attribute, std::uint32_t, AttributeHash> numbers;
  std::array<TableHeader, kTables> tables{};
  std::set<std::string> literals;
  std::uint64_t rows = 0;

  Work(std::filesystem::path p, BuildOptions o)
      : path(std::move(p)), options(std::move(o)), hashes(options.seed) {}

  std::uint32_t number_of(const Attribute& attribute) {
    const auto [at, added] =
        numbers.try_emplace(attribute, static_cast<std::uint32_t>(attributes.size()));
    if (added) attributes.push_back(attribute);
    return at->second;
  }

  bool keep_literal(const model::Indicator& indicator);
  Status spill();
  Entry joined(const Entry& a, const Entry& b);
  template <typename Visit>
  void for_each_distinct(Visit visit);
  Result<Plan> plan(std::vector<std::uint32_t>& places);
};

/// The text of a payload literal is needed to look for it; false when it cannot be held.
bool Builder::Work::keep_literal(const model::Indicator& indicator) {
  if (indicator.kind != model::IndicatorKind::kLiteral) return true;
  const auto literal = parse_literal(indicator.value);
  if (!literal || to_string(*literal) != indicator.value) return false;
  if (literals.size() >= kMaxLiterals && !literals.contains(indicator.value)) return false;
  literals.insert(indicator.value);
  return true;
}

/// Sorts what is in memory into a file and makes room.
Status Builder::Work::spill() {
  std::sort(entries.begin(), entries.end());
  TRY(const int number, unnamed_file(path));
  const Fd fd(number);
  const std::size_t bytes = entries.size() * sizeof(Entry);
  TRY_STATUS(write_all(fd.get(), {reinterpret_cast<const char*>(entries.data()), bytes}, path));
  TRY(Mapping mapping, Mapping::of_open_file(fd.get(), bytes, path));
  runs.push_back({std::move(mapping), nullptr, nullptr});
  entries.clear();
  return {};
}

/// Commutative and associative, so that the order of rows does not matter.
Entry Builder::Work::joined(const Entry& a, const Entry& b) {
  Attribute one = attributes[a.attribute];
  const Attribute& two = attributes[b.attribute];
  one.state = std::max(one.state, two.state);
  one.confidence = std::max(one.confidence, two.confidence);
  one.flags |= two.flags;
  one.sources |= two.sources;
  Entry out = a;
  out.attribute = number_of(one);
  out.ref = refs[a.ref] >= refs[b.ref] ? a.ref : b.ref;
  return out;
}

/// Merges the sorted runs; `visit(entry)` for each distinct one, ascending.
template <typename Visit>
void Builder::Work::for_each_distinct(Visit visit) {
  std::vector<Run*> heap;
  for (Run& run : runs) {
    const std::string_view bytes = run.mapping.bytes();
    if (!bytes.empty()) {
      run.at = reinterpret_cast<const Entry*>(bytes.data());
      run.end = run.at + bytes.size() / sizeof(Entry);
    }
    heap.push_back(&run);
  }
  Run memory;
  memory.at = entries.data();
  memory.end = memory.at + entries.size();
  heap.push_back(&memory);
  std::erase_if(heap, [](const Run* run) { return run->at == run->end; });
  const auto later = [](const Run* a, const Run* b) { return *b->at < *a->at; };
  std::make_heap(heap.begin(), heap.end(), later);
  bool any = false;
  Entry open{};
  while (!heap.empty()) {
    std::pop_heap(heap.begin(), heap.end(), later);
    Run* const run = heap.back();
    // As long as one run is first there is nothing to sort.
    do {
      const Entry& next = *run->at;
      if (any && same(open, next)) {
        open = joined(open, next);
      } else {
        if (any) visit(open);
        open = next;
        any = true;
      }
      ++run->at;
    } while (run->at != run->end && (heap.size() == 1 || !(*heap.front()->at < *run->at)));
    if (run->at == run->end) {
      heap.pop_back();
    } else {
      std::push_heap(heap.begin(), heap.end(), later);
    }
  }
  if (any) visit(open);
}

/// Counts; `places` becomes the place of each attribute seen in the plan's sorted list.
Result<Plan> Builder::Work::plan(std::vector<std::uint32_t>& places) {
  Plan out;
  Header& header = out.header;
  header.list_version = options.list_version;
  header.created = options.created.micros;
  header.seed = options.seed;
  header.tables = tables;
  std::uint64_t largest_ref = 0;
  // Of each attribute seen, the tables that use it.
  std::vector<std::uint8_t> used;
  for_each_distinct([&](const Entry& entry) {
    ++header.tables[entry.table].entries;
    ++header.indicators;
    if (entry.ref != 0) ++header.refs;
    largest_ref = std::max(largest_ref, refs[entry.ref]);
    used.resize(attributes.size());
    used[entry.attribute] |= static_cast<std::uint8_t>(1U << entry.table);
  });
  if (header.indicators > kMaxIndicators) {
    return fail_bi(Code::kTooLarge, "More indicators than a snapshot holds", "指标数量超过快照上限",
                   "rows");
  }
  if (header.refs > 0) header.ref_bits = static_cast<std::uint8_t>(std::bit_width(largest_ref));
  std::vector<std::uint32_t> order;
  for (std::uint32_t i = 0; i < used.size(); ++i) {
    if (used[i] != 0) order.push_back(i);
  }
  std::sort(order.begin(), order.end(),
            [&](std::uint32_t a, std::uint32_t b) { return attributes[a] < attributes[b]; });
  places.assign(attributes.size(), 0);
  for (std::uint32_t i = 0; i < order.size(); ++i) {
    places[order[i]] = i;
    out.attributes.push_back(attributes[order[i]]);
    for (std::size_t t = 0; t < kTables; ++t) {
      TableHeader& table = header.tables[t];
      if ((used[order[i]] >> t & 1) == 0) continue;
      if (table.attribute_bits == 0) table.first_attribute = i;
      table.attribute_bits =
          static_cast<std::uint8_t>(bits_for(std::uint64_t{i} - table.first_attribute + 1));
    }
  }
  if (out.attributes.size() > kMaxAttributes) {
    return fail_bi(Code::kTooLarge, "More different attributes than a snapshot holds",
                   "不同属性组合超过快照上限", "rows");
  }
  out.sources = options.sources;
  for (const std::string& literal : literals) out.literals += literal + '\n';
  return out;
}

Builder::Builder(std::filesystem::path path, BuildOptions options)
    : state_(std::make_unique<Work>(std::move(path), std::move(options))) {}
Builder::~Builder() = default;

Status Builder::add(const Row& row) {
  Work& s = *state_;
  const auto placed = place(s.hashes, row.indicator);
  const bool sources_fit =
      s.options.sources.size() >= kMaxSources || row.sources >> s.options.sources.size() == 0;
  if (!placed || row.confidence < 0 || row.confidence > 100 || row.ref >> kMaxRefBits != 0 ||
      !sources_fit || !s.keep_literal(row.indicator)) {
    return bad_row(row);
  }
  if (s.attributes.size() > 4 * std::size_t{kMaxAttributes} || s.refs.size() >= kMaxIndicators) {
    return fail_bi(Code::kTooLarge, "More rows than a snapshot can be made of",
                   "数据行超过快照上限", "rows");
  }
  const auto kind = static_cast<std::uint8_t>(row.indicator.kind);
  Attribute attribute{kind,
                      static_cast<std::uint8_t>(row.state),
                      static_cast<std::uint8_t>(row.confidence),
                      row.flags,
                      0,
                      row.sources};
  if (placed->https) attribute.flags |= kHttps;
  TableHeader& table = s.tables[static_cast<std::size_t>(placed->key.table)];
  if (placed->key.table == TableId::kNames || placed->key.table == TableId::kUrls) {
    table.depths |= depth_bit(placed->labels);
    if (placed->folder >= 0) table.folders |= depth_bit(placed->folder);
  }
  std::uint32_t ref = 0;
  if (row.ref != 0) {
    ref = static_cast<std::uint32_t>(s.refs.size());
    s.refs.push_back(row.ref);
  }
  const auto variant = static_cast<std::uint8_t>(kind | (placed->https ? kHttpsVariant : 0));
  s.entries.push_back({placed->key.hash, placed->key.rest,
                       static_cast<std::uint8_t>(placed->key.table), variant,
                       s.number_of(attribute), ref});
  ++s.rows;
  if (s.entries.size() * sizeof(Entry) >= s.options.memory_bytes) return s.spill();
  return {};
}

Result<BuildSummary> Builder::finish() {
  Work& s = *state_;
  std::sort(s.entries.begin(), s.entries.end());
  std::vector<std::uint32_t> places;
  TRY(Plan plan, s.plan(places));
  TRY(Writer writer, Writer::start(s.path, std::move(plan)));
  s.for_each_distinct([&](const Entry& entry) {
    writer.add(entry.key(), places[entry.attribute], s.refs[entry.ref]);
  });
  TRY(const Header header, writer.finish());
  return BuildSummary{s.rows, header.indicators, header};
}

}  // namespace tocsin::match::snapshot
