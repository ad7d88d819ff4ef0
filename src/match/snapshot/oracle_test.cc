// W17-15: every answer of a snapshot against the plain reading of the rules over a std::map, on
// random data that is made to collide: nested names and prefixes, duplicates, /0, /32 and /128.
#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "match/canonical.h"
#include "match/snapshot/snapshot_fixture.h"

namespace tocsin::match::snapshot {
namespace {

using Table = std::map<model::Indicator, Row>;
/// What an answer says: the indicator's number and the relation.
using Found = std::set<std::pair<std::uint64_t, Relation>>;

bool ends_with_label(std::string_view name, std::string_view suffix) {
  return name.size() > suffix.size() && name.ends_with(suffix) &&
         name[name.size() - suffix.size() - 1] == '.';
}

Relation name_relation(const model::Indicator& query, const Row& row) {
  const bool wild_query = query.kind == K::kWildcardDomain;
  const std::string_view asked = std::string_view(query.value).substr(wild_query ? 2 : 0);
  if (row.indicator == query) return Relation::kExact;
  if (row.indicator.kind == K::kWildcardDomain) {
    return ends_with_label(asked, std::string_view(row.indicator.value).substr(2))
               ? Relation::kBelow
               : Relation::kNone;
  }
  if ((row.flags & kCoversBelow) == 0) return Relation::kNone;
  return ends_with_label(asked, row.indicator.value) || (wild_query && asked == row.indicator.value)
             ? Relation::kBelow
             : Relation::kNone;
}

Relation prefix_relation(const model::Indicator& query, const Row& row) {
  const auto read = [](const std::string& text) {
    const auto prefix = parse_prefix(text);
    return prefix ? *prefix : Prefix{*parse_address(text), 128};
  };
  const Prefix asked = read(query.value);
  const Prefix listed = read(row.indicator.value);
  if (asked.is_v4() != listed.is_v4() || asked.bits < listed.bits ||
      !contains(listed, asked.base)) {
    return Relation::kNone;
  }
  return asked.bits == listed.bits ? Relation::kExact : Relation::kBelow;
}

Relation url_relation(const model::Indicator& query, const Row& row) {
  const auto read = [](const model::Indicator& i) {
    const auto scheme = i.value.find("://");
    const std::string rest = scheme == std::string::npos ? i.value : i.value.substr(scheme + 3);
    const auto slash = rest.find('/');
    return std::tuple{scheme == std::string::npos ? "" : i.value.substr(0, scheme),
                      rest.substr(0, slash), rest.substr(slash)};
  };
  const auto [asked_scheme, asked_host, asked_path] = read(query);
  const auto [scheme, host, path] = read(row.indicator);
  if (scheme == "ftp" || asked_scheme == "ftp") {
    return query == row.indicator ? Relation::kExact : Relation::kNone;
  }
  const auto dots = std::count(host.begin(), host.end(), '.');
  const bool address = parse_ipv4(asked_host).has_value();
  const bool same_host = host == asked_host;
  if (!same_host && (address || !ends_with_label(asked_host, host) || dots < 1 || dots > 4)) {
    return Relation::kNone;
  }
  const std::string bare = asked_path.substr(0, asked_path.find('?'));
  const bool folder =
      path.ends_with('/') && path.find('?') == std::string::npos && bare.starts_with(path);
  const bool same_path = path == asked_path;
  if (!same_path && path != bare && !folder) return Relation::kNone;
  const bool same_scheme = scheme.empty() || asked_scheme.empty() || scheme == asked_scheme;
  return same_host && same_path && same_scheme ? Relation::kExact : Relation::kBelow;
}

Relation relation(const model::Indicator& query, const Row& row) {
  const auto group = [](K kind) {
    switch (kind) {
      case K::kDomain:
      case K::kWildcardDomain:
        return 1;
      case K::kIpv4:
      case K::kIpv4Prefix:
      case K::kIpv6:
      case K::kIpv6Prefix:
        return 2;
      case K::kUrl:
      case K::kHostPath:
        return 3;
      default:
        return 0;
    }
  };
  if (group(query.kind) != group(row.indicator.kind)) return Relation::kNone;
  switch (group(query.kind)) {
    case 1:
      return name_relation(query, row);
    case 2:
      return prefix_relation(query, row);
    case 3:
      return url_relation(query, row);
    default:
      return query == row.indicator ? Relation::kExact : Relation::kNone;
  }
}

/// Few letters and few labels, so that names, folders and prefixes nest often.
class Source {
 public:
  explicit Source(std::uint64_t seed) : random_(seed) {}
  std::uint64_t below(std::uint64_t n) { return random_() % n; }

  std::string name(std::uint64_t most) {
    static const std::vector<std::string> labels = {
        "a",       "b",         "xn--0zwm56d", "example", "com", "eightchr",
        "seven77", "nine9nine", "_x",          "a-b-",    "zz",  std::string(63, 'l')};
    std::string out = labels[below(labels.size())];
    for (std::uint64_t i = below(most); i > 0; --i) out += "." + labels[below(labels.size())];
    return out;
  }
  std::string ipv4() {
    // The top bits vary, the middle hardly: prefixes of all lengths nest.
    return std::to_string(below(3) * 100) + "." + std::to_string(below(2)) + ".2." +
           std::to_string(below(256));
  }
  std::string ipv6() {
    static const std::vector<std::string> heads = {
        "2001:db8::", "2001:db8:0:1::", "::", "fe80::", "2001:db8:ffff:ffff:8000::"};
    return heads[below(heads.size())] + std::to_string(1 + below(9));
  }
  std::string path() {
    static const std::vector<std::string> parts = {
        "/",       "/a", "/a/", "/a/b", "/a/b/", "/a/b?x=1", "/a/?x=1", "/?q", "/A/b/c/d/e/f/g/h/",
        "/a?x=/y/"};
    return parts[below(parts.size())];
  }
  std::string host() {
    if (below(5) == 0) return ipv4();
    return "w" + std::to_string(below(3)) + "." + name(6) + ".example" +
           (below(4) == 0 ? ":8080" : "");
  }
  std::string one(K kind) {
    switch (kind) {
      case K::kDomain:
        return name(4);
      case K::kWildcardDomain:
        return "*." + name(4);
      case K::kIpv4:
        return ipv4();
      case K::kIpv6:
        return ipv6();
      case K::kIpv4Prefix:
        return to_string(*parse_prefix(ipv4() + "/" + std::to_string(below(33))));
      case K::kIpv6Prefix:
        return to_string(*parse_prefix(ipv6() + "/" + std::to_string(below(129))));
      case K::kUrl:
        return (below(8) == 0   ? "ftp://"
                : below(2) == 0 ? "https://"
                                : "http://") +
               host() + path();
      case K::kHostPath:
        return host() + path();
      default:
        return std::string(model::name(kind)) + std::to_string(below(40));
    }
  }
  model::Indicator indicator() {
    static const std::vector<K> kinds = {
        K::kDomain, K::kDomain,   K::kWildcardDomain, K::kIpv4,   K::kIpv6,     K::kIpv4Prefix,
        K::kUrl,    K::kHostPath, K::kIpv6Prefix,     K::kEmail,  K::kEndpoint, K::kPhone,
        K::kSha256, K::kMd5,      K::kAccount,        K::kSmsPort};
    const K kind = kinds[below(kinds.size())];
    return {kind, one(kind)};
  }
  Row row(std::uint64_t ref) {
    Row out;
    out.indicator = indicator();
    out.state = static_cast<State>(below(3));
    out.confidence = static_cast<int>(below(101));
    out.sources = below(8);
    if (out.indicator.kind == K::kDomain && below(3) == 0) out.flags = kCoversBelow;
    out.ref = ref;
    return out;
  }

 private:
  std::mt19937_64 random_;
};

void merge(Table& table, const Row& row) {
  const auto [at, added] = table.emplace(row.indicator, row);
  if (added) return;
  Row& there = at->second;
  there.state = std::max(there.state, row.state);
  there.confidence = std::max(there.confidence, row.confidence);
  there.flags |= row.flags;
  there.sources |= row.sources;
  there.ref = std::max(there.ref, row.ref);
}

class Oracle : public SnapshotTest {
 protected:
  static void compare(const Snapshot& snapshot, const Table& table, Source& source, int queries) {
    std::vector<model::Indicator> asked;
    std::vector<Query> batch;
    for (int i = 0; i < queries; ++i) asked.push_back(source.indicator());
    for (const auto& indicator : asked) batch.push_back(*Query::of(indicator));
    std::vector<Answer> answers(batch.size());
    snapshot.lookup(batch, answers);
    for (std::size_t i = 0; i < asked.size(); ++i) {
      Found expected;
      for (const auto& [indicator, row] : table) {
        const Relation how = relation(asked[i], row);
        if (how != Relation::kNone) expected.emplace(row.ref, how);
      }
      std::array<Answer, 200> all;
      const std::size_t n = snapshot.lookup_all(batch[i], all);
      ASSERT_LE(n, all.size());
      Found found;
      for (std::size_t j = 0; j < n; ++j) {
        const Record record = snapshot.record(all[j].ordinal);
        found.emplace(record.ref, all[j].relation);
      }
      ASSERT_EQ(found, expected) << model::name(asked[i].kind) << " " << asked[i].value;
      ASSERT_EQ(n, expected.size()) << asked[i].value;
      ASSERT_EQ(answers[i].hits, n);
      ASSERT_EQ(static_cast<bool>(answers[i]), n > 0);
      if (n > 0) {
        ASSERT_EQ(answers[i].ordinal, all[0].ordinal) << asked[i].value;
        for (std::size_t j = 1; j < n; ++j) {
          ASSERT_TRUE(all[j].matched <= all[j - 1].matched ||
                      all[j - 1].relation == Relation::kExact);
        }
      }
    }
  }
  static void compare_records(const Snapshot& snapshot, const Table& table) {
    ASSERT_EQ(snapshot.size(), table.size());
    std::map<std::uint64_t, Record> by_ref;
    for (std::uint32_t i = 0; i < snapshot.size(); ++i) {
      const Record record = snapshot.record(i);
      by_ref[record.ref] = record;
    }
    for (const auto& [indicator, row] : table) {
      const Record& record = by_ref.at(row.ref);
      EXPECT_EQ(record.kind, indicator.kind);
      EXPECT_EQ(record.state, row.state);
      EXPECT_EQ(record.confidence, row.confidence);
      EXPECT_EQ(record.sources, row.sources);
      EXPECT_EQ(record.flags & ~kHttps, row.flags);
    }
  }
};

TEST_F(Oracle, AgreesOnRandomDataOfAllKinds) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    Source source(seed);
    Table table;
    std::vector<Row> rows;
    const std::uint64_t count = seed == 12 ? 6000 : 20 * seed * seed;
    for (std::uint64_t i = 1; i <= count; ++i) {
      rows.push_back(source.row(i));
      merge(table, rows.back());
    }
    const auto snapshot = build("a" + std::to_string(seed), rows);
    ASSERT_TRUE(snapshot->verify().has_value());
    compare_records(*snapshot, table);
    compare(*snapshot, table, source, seed == 12 ? 300 : 700);
  }
}

TEST_F(Oracle, PrefixesOfEveryLengthAroundOneAddress) {
  Table table;
  std::vector<Row> rows;
  std::uint64_t ref = 0;
  for (int length = 0; length <= 128; ++length) {
    for (const char* address : {"255.255.255.255", "0.0.0.0"}) {
      if (length > 32) break;
      const auto prefix = *parse_prefix(std::string(address) + "/" + std::to_string(length));
      rows.push_back(row(K::kIpv4Prefix, to_string(prefix), ++ref));
    }
    const auto prefix = *parse_prefix("2001:db8:ffff::ffff/" + std::to_string(length));
    rows.push_back(row(K::kIpv6Prefix, to_string(prefix), ++ref));
  }
  for (const Row& r : rows) merge(table, r);
  const auto snapshot = build("prefixes", rows);
  for (const char* text : {"0.0.0.0", "255.255.255.255", "127.255.255.255", "128.0.0.0",
                           "2001:db8:ffff::ffff", "::", "ffff::"}) {
    const Query query = Query::of(*parse_address(text));
    std::array<Answer, 200> all;
    Found expected;
    const model::Indicator asked{query.kind, text};
    for (const auto& [indicator, r] : table) {
      const Relation how = prefix_relation(asked, r);
      if (how != Relation::kNone) expected.emplace(r.ref, how);
    }
    EXPECT_EQ(snapshot->lookup_all(query, all), expected.size()) << text;
    ASSERT_FALSE(expected.empty());
    const Answer first = snapshot->lookup_one(query);
    EXPECT_EQ(first.ordinal, all[0].ordinal);
    if (query.kind == K::kIpv4) {
      const std::uint32_t number = ipv4_number(query.address);
      Answer fast;
      snapshot->lookup_ipv4({&number, 1}, {&fast, 1});
      EXPECT_EQ(fast.ordinal, first.ordinal) << text;
      EXPECT_EQ(fast.hits, first.hits);
    }
  }
}

TEST_F(Oracle, AddressesByNumberAgreeWithQueries) {
  Source source(99);
  std::vector<Row> rows;
  for (std::uint64_t i = 1; i <= 3000; ++i) {
    const K kind = i % 3 == 0 ? K::kIpv4Prefix : K::kIpv4;
    rows.push_back(row(kind, source.one(kind), i));
  }
  const auto snapshot = build("v4", rows);
  std::vector<std::uint32_t> numbers;
  std::vector<Query> queries;
  for (int i = 0; i < 5000; ++i) {
    queries.push_back(Query::of(*parse_ipv4(source.ipv4())));
    numbers.push_back(ipv4_number(queries.back().address));
  }
  std::vector<Answer> fast(numbers.size());
  std::vector<Answer> slow(numbers.size());
  snapshot->lookup_ipv4(numbers, fast);
  snapshot->lookup(queries, slow);
  int found = 0;
  for (std::size_t i = 0; i < fast.size(); ++i) {
    ASSERT_EQ(fast[i].ordinal, slow[i].ordinal);
    ASSERT_EQ(fast[i].relation, slow[i].relation);
    ASSERT_EQ(fast[i].hits, slow[i].hits);
    found += fast[i] ? 1 : 0;
  }
  EXPECT_GT(found, 1000);
}

TEST_F(Oracle, BytesDependOnTheSetOfRowsAndNotOnOrderOrMemory) {
  Source source(5);
  std::vector<Row> rows;
  for (std::uint64_t i = 1; i <= 4000; ++i) rows.push_back(source.row(i));
  build("one", rows);
  std::mt19937_64 random(3);
  std::shuffle(rows.begin(), rows.end(), random);
  for (std::size_t i = 0; i < 500; ++i) rows.push_back(Row(rows[i]));  // the same rows again
  BuildOptions little = options();
  little.memory_bytes = 32 * 100;  // dozens of files to merge
  build("two", rows, little);
  EXPECT_TRUE(bytes("one") == bytes("two"));
}

}  // namespace
}  // namespace tocsin::match::snapshot
