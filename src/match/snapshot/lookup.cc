// How a query finds its entries. Work goes in steps over a batch, so that the memory of one probe
// is fetched while others are computed: directory, tags, then (rarely) rests and SHA-256.
#include <algorithm>

#include "match/snapshot/snapshot.h"
#include "match/snapshot/tables.h"

namespace tocsin::match::snapshot {

using K = model::IndicatorKind;

namespace {

constexpr std::size_t kMaxNameBytes = 255;  ///< no name in the DNS is longer
constexpr std::size_t kMaxUrlBytes = 8192;
constexpr int kMaxHosts = 5;     ///< a host and its parents with at least two labels
constexpr int kMaxFolders = 16;  ///< folders of a path that are asked for
/// Probes of the query that makes most: a name of one-letter labels.
constexpr std::size_t kMostProbes = kMaxNameBytes / 2 + 2;
constexpr std::size_t kBatchProbes = 512;
constexpr std::size_t kBatchQueries = 64;
constexpr std::size_t kMostCandidates = 256;

static_assert(kMostProbes >= (kMaxHosts + 1) * (kMaxFolders + 2));

struct Candidate {
  std::uint32_t probe;
  std::uint32_t entry;
};

std::uint16_t short_size(std::size_t size) { return static_cast<std::uint16_t>(size); }

}  // namespace

/// Look-ups over one snapshot; made on the stack for each call.
class Finder {
 public:
  explicit Finder(const Snapshot& snapshot)
      : snapshot_(snapshot),
        tables_(snapshot.tables_->hashed),
        prefixes4_(snapshot.tables_->prefixes4),
        prefixes6_(snapshot.tables_->prefixes6),
        near4_(snapshot.tables_->near4),
        present4_(snapshot.tables_->present4) {}

  const Hashed& table(TableId id) const { return tables_[static_cast<std::size_t>(id)]; }

  /// Runs all queries; `hit(query number, Answer)` for each indicator, in no particular order.
  template <typename QueryAt, typename Hit>
  void run(std::size_t queries, QueryAt query_at, Hit hit) {
    for (std::size_t done = 0; done < queries;) {
      used_ = 0;
      const std::size_t stop = std::min(queries, done + kBatchQueries);
      for (std::size_t i = done; i < stop; ++i) fetch_text(query_at(i).text);
      for (; done < stop && used_ + kMostProbes <= kBatchProbes; ++done) {
        const Query& query = query_at(done);
        add_probes(query, static_cast<std::uint32_t>(done));
        find_prefixes(query, done, hit);
      }
      find_buckets();
      confirm(query_at, hit);
    }
  }

  template <typename Hit>
  void find_prefixes(const Query& query, std::size_t number, Hit hit) const {
    const auto report = [&](std::uint32_t base, int bits) {
      return [&, base, bits](std::uint32_t entry, int length) {
        Answer answer;
        answer.ordinal = base + entry;
        answer.matched = static_cast<std::uint16_t>(length);
        answer.relation = length == bits ? Relation::kExact : Relation::kBelow;
        hit(number, answer);
      };
    };
    if (query.kind == K::kIpv4 || query.kind == K::kIpv4Prefix) {
      const int bits = int{query.bits} - 96;
      prefixes4_.find(ipv4_number(query.address), bits, report(prefixes4_.base, bits));
    } else if (query.kind == K::kIpv6 || query.kind == K::kIpv6Prefix) {
      prefixes6_.find(wide(query.address), query.bits, report(prefixes6_.base, query.bits));
    }
  }

  void ipv4(std::span<const std::uint32_t> addresses, std::span<Answer> answers) const;
  static Answer find_ipv4(const Hashed& exact, const Probe& probe);

 private:
  void push(TableId id, std::uint64_t hash, std::uint32_t query, std::size_t from,
            std::size_t size) {
    table(id).fetch_directory(hash);
    probes_[used_++] = {hash, 0, 0, query, short_size(from), short_size(size), id};
  }

  /// Names are hashed from their end.
  static void fetch_text(std::string_view text) {
    __builtin_prefetch(text.data() + text.size());
    __builtin_prefetch(text.data());
  }

  void add_probes(const Query& query, std::uint32_t number) {
    switch (query.kind) {
      case K::kDomain:
      case K::kWildcardDomain:
        return add_name(query.text, number);
      case K::kIpv4:
        if (table(TableId::kIpv4).entries > 0) {
          push(TableId::kIpv4,
               std::uint64_t{snapshot_.hashes_.permuted(ipv4_number(query.address))} << 32, number,
               0, 0);
        }
        return;
      case K::kIpv4Prefix:
      case K::kIpv6:
      case K::kIpv6Prefix:
      case K::kPattern:
        return;
      default:
        break;
    }
    if (const auto url = url_text(query.kind, query.text)) return add_url(*url, query, number);
    if (table(TableId::kValues).entries == 0 || query.text.empty() ||
        query.text.size() > kMaxUrlBytes) {
      return;
    }
    push(TableId::kValues, snapshot_.hashes_.value(query.kind, query.text), number, 0,
         query.text.size());
  }

  void add_name(std::string_view name, std::uint32_t number) {
    const Hashed& names = table(TableId::kNames);
    if (names.entries == 0 || name.empty() || name.size() > kMaxNameBytes) return;
    int labels = 0;
    for_each_suffix(snapshot_.hashes_.names(), Hashes::kBefore, name,
                    [&](std::size_t begin, const SuffixHash& hash) {
                      if (!in_depths(names.depths, ++labels) || labels > 127) return;
                      push(TableId::kNames, hash, number, begin, name.size() - begin);
                    });
  }

  void add_url(const UrlText& url, const Query& query, std::uint32_t number);

  void find_buckets() {
    for (std::size_t i = 0; i < used_; ++i) table(probes_[i].table).find_bucket(probes_[i]);
  }

  /// Entries whose tag fits are collected and their rests fetched, then compared.
  template <typename QueryAt, typename Hit>
  void confirm(QueryAt query_at, Hit hit) {
    candidates_ = 0;
    for (std::size_t i = 0; i < used_; ++i) {
      const Probe& probe = probes_[i];
      const Hashed& in = table(probe.table);
      in.scan(probe.hash, probe.begin, probe.end, [&](std::uint32_t entry) {
        if (candidates_ == kMostCandidates) confirm_candidates(query_at, hit);
        __builtin_prefetch(in.rests +
                           std::uint64_t{entry} * static_cast<std::uint64_t>(in.rest_bytes));
        candidate_[candidates_++] = {static_cast<std::uint32_t>(i), entry};
      });
    }
    confirm_candidates(query_at, hit);
  }

  template <typename QueryAt, typename Hit>
  void confirm_candidates(QueryAt query_at, Hit hit) {
    std::uint32_t last = kNoOrdinal;
    Rest rest{};
    for (std::size_t c = 0; c < candidates_; ++c) {
      const auto [number, entry] = candidate_[c];
      const Probe& probe = probes_[number];
      const Query& query = query_at(probe.query);
      if (number != last) rest = rest_for(probe, query);
      last = number;
      const Hashed& in = table(probe.table);
      if (!in.rest_is(entry, rest)) continue;
      Answer answer = relate(probe, query, in.base + entry);
      if (answer) hit(probe.query, answer);
    }
    candidates_ = 0;
  }

  static Rest rest_for(const Probe& probe, const Query& query) {
    if (probe.table == TableId::kIpv4) {
      return ipv4_rest(static_cast<std::uint32_t>(probe.hash >> 32));
    }
    const auto url =
        probe.table == TableId::kUrls ? url_text(query.kind, query.text) : std::nullopt;
    const std::string_view text = url ? url->expression : query.text;
    return rest_of(probe.table, query.kind, text.substr(probe.from, probe.size));
  }

  /// How the query stands to an entry with an equal key; no relation when the entry does not mean
  /// it.
  Answer relate(const Probe& probe, const Query& query, std::uint32_t ordinal) const;

  const Snapshot& snapshot_;
  const std::array<Hashed, kHashedTables>& tables_;
  const Prefixes<std::uint32_t>& prefixes4_;
  const Prefixes<Wide>& prefixes6_;
  const Bits& near4_;
  const Bits& present4_;
  std::size_t used_ = 0;
  std::size_t candidates_ = 0;
  std::array<Probe, kBatchProbes> probes_;
  std::array<Candidate, kMostCandidates> candidate_;
};

void Finder::add_url(const UrlText& url, const Query& query, std::uint32_t number) {
  const Hashed& urls = table(TableId::kUrls);
  if (urls.entries == 0 || query.text.size() > kMaxUrlBytes) return;
  const std::string_view host = url.expression.substr(0, url.host_bytes);
  const std::string_view path = url.expression.substr(url.host_bytes);
  // What may stand behind a host: everything, everything before the query string, every folder.
  struct End {
    std::uint64_t hash;
    std::size_t bytes;
  };
  std::array<End, kMaxFolders + 2> ends;
  std::size_t end_count = 0;
  const auto add_end = [&](std::size_t bytes) {
    ends[end_count++] = {snapshot_.hashes_.path(path.substr(0, bytes)), bytes};
  };
  add_end(path.size());
  const std::size_t bare = std::min(path.find('?'), path.size());
  if (bare < path.size() && path[bare - 1] != '/') add_end(bare);
  int folder = 0;
  for (std::size_t at = 0; at < bare && folder < kMaxFolders; ++at) {
    if (path[at] != '/') continue;
    if (at + 1 < path.size() && in_depths(urls.folders, folder)) add_end(at + 1);
    ++folder;
  }
  const int labels = host_labels(host);
  int depth = 0;
  for_each_suffix(snapshot_.hashes_.hosts(), Hashes::kBefore, host,
                  [&](std::size_t begin, const SuffixHash& suffix) {
                    ++depth;
                    const bool whole = begin == 0;
                    if (!whole && (labels == 0 || depth < 2 || depth > kMaxHosts)) return;
                    if (!in_depths(urls.depths, labels == 0 ? 0 : depth)) return;
                    const std::uint64_t host_hash = suffix;
                    for (std::size_t e = 0; e < end_count; ++e) {
                      push(TableId::kUrls, snapshot_.hashes_.url(host_hash, ends[e].hash), number,
                           begin, host.size() - begin + ends[e].bytes);
                    }
                  });
}

Answer Finder::relate(const Probe& probe, const Query& query, std::uint32_t ordinal) const {
  Answer answer;
  answer.ordinal = ordinal;
  answer.matched = probe.size;
  switch (probe.table) {
    case TableId::kIpv4:
      answer.matched = 32;
      answer.relation = Relation::kExact;
      return answer;
    case TableId::kNames: {
      const Record record = snapshot_.record(ordinal);
      const bool whole = probe.size == query.text.size();
      const bool same = whole && record.kind == query.kind;
      // A wildcard means what is below it; asked for a wildcard, the base's own name is not below.
      const bool below =
          record.kind == K::kWildcardDomain
              ? !whole
              : (record.flags & kCoversBelow) != 0 && (!whole || query.kind == K::kWildcardDomain);
      answer.relation = same ? Relation::kExact : below ? Relation::kBelow : Relation::kNone;
      return answer;
    }
    case TableId::kUrls: {
      const Record record = snapshot_.record(ordinal);
      const auto url = url_text(query.kind, query.text);
      const bool same = probe.size == url->expression.size() &&
                        (record.kind == K::kHostPath || query.kind == K::kHostPath ||
                         ((record.flags & kHttps) != 0) == url->https);
      answer.relation = same ? Relation::kExact : Relation::kBelow;
      return answer;
    }
    default:
      answer.relation = Relation::kExact;
      return answer;
  }
}

void Finder::ipv4(std::span<const std::uint32_t> addresses, std::span<Answer> answers) const {
  const Hashed& exact = table(TableId::kIpv4);
  std::array<std::uint32_t, kBatchQueries> permuted;
  std::array<Probe, kBatchQueries> probes;        // of those that may be listed themselves
  std::array<std::uint32_t, kBatchQueries> near;  // those that some prefix may cover
  for (std::size_t done = 0; done < addresses.size(); done += kBatchQueries) {
    const std::size_t n = std::min(kBatchQueries, addresses.size() - done);
    const auto asked = addresses.subspan(done, n);
    for (std::size_t i = 0; i < n; ++i) {
      permuted[i] = snapshot_.hashes_.permuted(asked[i]);
      present4_.fetch(permuted[i]);
      near4_.fetch(asked[i]);
    }
    // No branches: they would be guessed wrong.
    std::size_t likely = 0;
    std::size_t nears = 0;
    for (std::size_t i = 0; i < n; ++i) {
      answers[done + i] = {};
      probes[likely].hash = std::uint64_t{permuted[i]} << 32;
      probes[likely].query = static_cast<std::uint32_t>(i);
      likely += present4_.any(permuted[i]) ? 1 : 0;
      near[nears] = static_cast<std::uint32_t>(i);
      nears += near4_.any(asked[i]) ? 1 : 0;
    }
    for (std::size_t i = 0; i < likely; ++i) exact.fetch_directory(probes[i].hash);
    for (std::size_t i = 0; i < nears; ++i) prefixes4_.fetch_directory(asked[near[i]]);
    for (std::size_t i = 0; i < likely; ++i) exact.find_bucket(probes[i]);
    for (std::size_t i = 0; i < nears; ++i) prefixes4_.fetch_bucket(asked[near[i]]);
    for (std::size_t i = 0; i < likely; ++i) {
      answers[done + probes[i].query] = find_ipv4(exact, probes[i]);
    }
    for (std::size_t i = 0; i < nears; ++i) {
      Answer& answer = answers[done + near[i]];
      prefixes4_.find(asked[near[i]], 32, [&](std::uint32_t entry, int length) {
        if (!answer) {
          answer.ordinal = prefixes4_.base + entry;
          answer.matched = static_cast<std::uint16_t>(length);
          answer.relation = length == 32 ? Relation::kExact : Relation::kBelow;
        }
        ++answer.hits;
      });
    }
  }
}

Answer Finder::find_ipv4(const Hashed& exact, const Probe& probe) {
  Answer answer;
  const auto permuted = static_cast<std::uint32_t>(probe.hash >> 32);
  exact.scan(probe.hash, probe.begin, probe.end, [&](std::uint32_t entry) {
    // With many buckets nothing is left to compare.
    if (exact.rest_bytes > 0 && !exact.rest_is(entry, ipv4_rest(permuted))) return;
    answer.ordinal = exact.base + entry;
    answer.matched = 32;
    answer.relation = Relation::kExact;
    ++answer.hits;
  });
  return answer;
}

namespace {

/// Most specific first: an exact hit, then the longest match, then the first in the file.
bool better(const Answer& a, const Answer& b) {
  if (a.relation != b.relation) return a.relation == Relation::kExact || !b;
  if (a.matched != b.matched) return a.matched > b.matched;
  return a.ordinal < b.ordinal;
}

void fold(Answer& into, const Answer& hit) {
  const std::uint8_t hits = into.hits == 255 ? into.hits : static_cast<std::uint8_t>(into.hits + 1);
  if (better(hit, into)) into = hit;
  into.hits = hits;
}

}  // namespace

void Snapshot::lookup(std::span<const Query> queries, std::span<Answer> answers) const {
  ASSERT(answers.size() >= queries.size());
  std::fill_n(answers.begin(), queries.size(), Answer{});
  Finder(*this).run(
      queries.size(), [&](std::size_t i) -> const Query& { return queries[i]; },
      [&](std::size_t i, const Answer& hit) { fold(answers[i], hit); });
}

void Snapshot::lookup_names(std::span<const std::string_view> names,
                            std::span<Answer> answers) const {
  ASSERT(answers.size() >= names.size());
  std::fill_n(answers.begin(), names.size(), Answer{});
  Finder(*this).run(
      names.size(), [&](std::size_t i) { return Query::domain(names[i]); },
      [&](std::size_t i, const Answer& hit) { fold(answers[i], hit); });
}

void Snapshot::lookup_ipv4(std::span<const std::uint32_t> addresses,
                           std::span<Answer> answers) const {
  ASSERT(answers.size() >= addresses.size());
  Finder(*this).ipv4(addresses, answers);
}

Answer Snapshot::lookup_one(const Query& query) const {
  Answer answer;
  lookup({&query, 1}, {&answer, 1});
  return answer;
}

std::size_t Snapshot::lookup_all(const Query& query, std::span<Answer> out) const {
  std::size_t found = 0;
  const std::span<const Query> queries(&query, 1);
  Finder(*this).run(
      queries.size(), [&](std::size_t i) -> const Query& { return queries[i]; },
      [&](std::size_t, const Answer& hit) {
        std::size_t at = std::min(found, out.size());
        ++found;
        while (at > 0 && better(hit, out[at - 1])) {
          if (at < out.size()) out[at] = out[at - 1];
          --at;
        }
        if (at < out.size()) out[at] = hit;
      });
  for (Answer& answer : out.first(std::min(found, out.size()))) {
    answer.hits = static_cast<std::uint8_t>(std::min<std::size_t>(found, 255));
  }
  return found;
}

}  // namespace tocsin::match::snapshot
