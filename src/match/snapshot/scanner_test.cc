// W17-15: every place of every payload literal is found, in blocks and across pieces of a stream,
// and a compiled file is only used when it is ours.
#include "match/snapshot/scanner.h"

#include <algorithm>
#include <random>
#include <sys/stat.h>
#include <tuple>

#include "base/file.h"
#include "match/literal.h"
#include "match/snapshot/delta.h"
#include "match/snapshot/literal_heads.h"
#include "match/snapshot/snapshot_fixture.h"

namespace tocsin::match::snapshot {
namespace {

using Place = std::tuple<std::string, std::uint64_t, std::uint64_t>;
using Places = std::vector<Place>;

char folded(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

class Scanner : public SnapshotTest {
 protected:
  static Row literal(std::string_view text, std::uint64_t ref = 0) {
    const auto parsed = parse_literal(text);
    EXPECT_TRUE(parsed.has_value()) << text;
    return row(K::kLiteral, to_string(*parsed), ref);
  }
  static std::shared_ptr<const LiteralScanner> scanner(
      const std::shared_ptr<const Snapshot>& snapshot, ScanMode mode,
      const std::filesystem::path& cache = {}) {
    auto made = LiteralScanner::make(snapshot, mode, cache);
    EXPECT_TRUE(made.has_value()) << (made ? "" : made.error().message);
    return *made;
  }
  static LiteralVisit into(const LiteralScanner& scanner, Places& out) {
    return [&](const LiteralHit& hit) {
      out.emplace_back(scanner.text(hit.literal), hit.begin, hit.end);
      return true;
    };
  }
  static Places in_block(const LiteralScanner& scanner, std::string_view bytes) {
    Places out;
    auto scratch = scanner.scratch();
    EXPECT_TRUE(*scanner.scan(bytes, *scratch, into(scanner, out)));
    std::sort(out.begin(), out.end());
    return out;
  }
  static Places in_pieces(const LiteralScanner& scanner, std::string_view bytes, std::size_t size) {
    Places out;
    auto scratch = scanner.scratch();
    auto stream = scanner.stream();
    for (std::size_t at = 0; at < bytes.size(); at += size) {
      EXPECT_TRUE(*stream->feed(bytes.substr(at, size), *scratch, into(scanner, out)));
    }
    std::sort(out.begin(), out.end());
    return out;
  }
  /// The plain reading of what a literal means.
  static Places by_hand(const LiteralScanner& scanner, std::string_view bytes) {
    Places out;
    for (std::uint32_t i = 0; i < scanner.size(); ++i) {
      const Literal literal = *parse_literal(scanner.text(i));
      for (std::size_t at = 0; at + literal.bytes.size() <= bytes.size(); ++at) {
        const bool same = std::equal(literal.bytes.begin(), literal.bytes.end(),
                                     bytes.begin() + static_cast<std::ptrdiff_t>(at),
                                     [&](char wanted, char there) {
                                       return wanted == (literal.nocase ? folded(there) : there);
                                     });
        if (same) out.emplace_back(scanner.text(i), at, at + literal.bytes.size());
      }
    }
    std::sort(out.begin(), out.end());
    return out;
  }
};

TEST_F(Scanner, NamesIndicatorAndOffset) {
  const auto snapshot =
      build("s", {literal(R"(content:"POST /gate.php"; nocase;)", 77), literal("|de ad be ef|", 5),
                  row(K::kDomain, "evil.example"), row(K::kMd5, std::string(32, 'a'))});
  ASSERT_TRUE(snapshot->verify().has_value());
  const auto blocks = scanner(snapshot, ScanMode::kBlock);
  const std::string bytes = std::string("post /GATE.php\0\0", 16) + "\xde\xad\xbe\xef evil.example";
  EXPECT_EQ(in_block(*blocks, bytes),
            (Places{{R"("post /gate.php" nocase)", 0, 14}, {R"("|de ad be ef|")", 16, 20}}));
  std::vector<std::uint64_t> refs;
  auto scratch = blocks->scratch();
  ASSERT_TRUE(*blocks->scan(bytes, *scratch, [&](const LiteralHit& hit) {
    const Record record = blocks->snapshot().record(blocks->ordinal(hit.literal));
    EXPECT_EQ(record.kind, K::kLiteral);
    refs.push_back(record.ref);
    return true;
  }));
  EXPECT_EQ(refs, (std::vector<std::uint64_t>{77, 5}));
  // As a value it is asked like any other.
  EXPECT_EQ(ask(*snapshot, {K::kLiteral, R"("|de ad be ef|")"}).relation, Relation::kExact);
  EXPECT_FALSE(ask(*snapshot, {K::kLiteral, R"("|de ad be ee|")"}));
}

TEST_F(Scanner, BlocksStreamsAndPlainReadingAgree) {
  std::mt19937 random(7);
  const auto text = [&](std::size_t most) {
    // Few letters, so that literals overlap, nest and nearly match.
    std::string out;
    for (std::size_t n = 4 + random() % most; n > 0; --n) {
      out.push_back(std::string_view("abABx\n|\"\x80")[random() % 9]);
    }
    return out;
  };
  for (int round = 0; round < 30; ++round) {
    std::vector<Row> rows;
    for (int i = 0; i < 40; ++i) {
      const auto one = parse_literal(to_string(Literal{text(round < 15 ? 3 : 40), false}) +
                                     (random() % 2 == 0 ? " nocase" : ""));
      if (one) rows.push_back(row(K::kLiteral, to_string(*one)));
    }
    const auto snapshot = build("s", rows);
    const auto blocks = scanner(snapshot, ScanMode::kBlock);
    const auto streams = scanner(snapshot, ScanMode::kStream);
    std::string bytes = text(3000);
    for (std::uint32_t i = 0; i < blocks->size(); i += 3) {
      bytes += parse_literal(blocks->text(i))->bytes + text(4);
    }
    const Places wanted = by_hand(*blocks, bytes);
    EXPECT_FALSE(wanted.empty());
    EXPECT_EQ(in_block(*blocks, bytes), wanted);
    for (const std::size_t size : {1UL, 3UL, 64UL, 1000UL}) {
      EXPECT_EQ(in_pieces(*streams, bytes, size), wanted) << size;
    }
  }
}

/// Many that end alike are looked for by their beginnings; what follows is compared piece by piece.
TEST_F(Scanner, ManyThatEndAlikeAreFoundLikeOthers) {
  std::mt19937 random(11);
  const auto letters = [&](std::size_t most) {
    std::string out;
    for (std::size_t n = 1 + random() % most; n > 0; --n) {
      out.push_back("abAB"[random() % 4]);
    }
    return out;
  };
  std::vector<Row> rows;
  std::vector<Literal> literals;
  for (int i = 0; i < 120; ++i) {
    // Some begin alike too, some are the end of others, some are short.
    const std::string begin = i % 3 == 0 ? "GET /same/" + letters(2) : letters(12);
    Literal one{begin + (i % 2 == 0 ? ".Evil.Example/" : " HTTP/1.1\r\n") + letters(i % 5 + 1),
                i % 4 == 0};
    one = *parse_literal(to_string({one.bytes, false}) + (one.nocase ? " nocase" : ""));
    rows.push_back(row(K::kLiteral, to_string(one)));
    literals.push_back(std::move(one));
  }
  const auto heads = heads_of(literals);
  const auto cut = std::count_if(literals.begin(), literals.end(), [&](const Literal& l) {
    return heads[static_cast<std::size_t>(&l - literals.data())] < l.bytes.size();
  });
  EXPECT_GT(cut, 20) << "or this test shows nothing";
  EXPECT_TRUE(are_heads(heads, literals));
  const auto snapshot = build("s", rows);
  const auto blocks = scanner(snapshot, ScanMode::kBlock, at("cache"));
  const auto cached = scanner(snapshot, ScanMode::kBlock, at("cache"));
  EXPECT_TRUE(cached->from_cache());
  const auto streams = scanner(snapshot, ScanMode::kStream);
  std::string bytes;
  for (int i = 0; i < 400; ++i) {
    std::string one = literals[random() % literals.size()].bytes;
    if (i % 5 == 0) one[random() % one.size()] ^= 0x20;  // nearly
    if (i % 7 == 0) one.resize(one.size() - 1);
    bytes += one;
  }
  const Places wanted = by_hand(*blocks, bytes);
  EXPECT_GT(wanted.size(), 200U);
  EXPECT_EQ(in_block(*blocks, bytes), wanted);
  EXPECT_EQ(in_block(*cached, bytes), wanted);
  for (const std::size_t size : {1UL, 2UL, 7UL, 50UL, 5000UL}) {
    EXPECT_EQ(in_pieces(*streams, bytes, size), wanted) << size;
  }
  // In order, and ended by the visitor at any hit for good.
  for (std::size_t most : {1UL, 2UL, 17UL, 60UL}) {
    std::vector<std::uint64_t> ends;
    const LiteralVisit some = [&](const LiteralHit& hit) {
      ends.push_back(hit.end);
      return ends.size() < most;
    };
    auto scratch = blocks->scratch();
    EXPECT_FALSE(*blocks->scan(bytes, *scratch, some));
    EXPECT_EQ(ends.size(), most);
    EXPECT_TRUE(std::is_sorted(ends.begin(), ends.end()));
    ends.clear();
    auto other = streams->scratch();
    auto stream = streams->stream();
    bool going = true;
    for (std::size_t at = 0; at < bytes.size(); at += 9) {
      const bool now = *stream->feed(std::string_view(bytes).substr(at, 9), *other, some);
      EXPECT_TRUE(going || !now) << "it stays ended";
      going = now;
    }
    EXPECT_FALSE(going);
    EXPECT_EQ(ends.size(), most);
    EXPECT_TRUE(std::is_sorted(ends.begin(), ends.end()));
  }
}

TEST_F(Scanner, TheVisitorEndsTheScan) {
  const auto snapshot = build("s", {literal("evil")});
  const auto blocks = scanner(snapshot, ScanMode::kBlock);
  auto scratch = blocks->scratch();
  int seen = 0;
  const LiteralVisit once = [&](const LiteralHit&) { return ++seen < 2; };
  EXPECT_FALSE(*blocks->scan("evil evil evil", *scratch, once));
  EXPECT_EQ(seen, 2);
  const auto streams = scanner(snapshot, ScanMode::kStream);
  auto other = streams->scratch();
  auto stream = streams->stream();
  EXPECT_TRUE(*stream->feed("evi", *other, once));
  EXPECT_FALSE(*stream->feed("l", *other, once));
  EXPECT_FALSE(*stream->feed("evil", *other, once)) << "it stays ended";
  EXPECT_EQ(seen, 3);
}

TEST_F(Scanner, NothingToLookForFindsNothing) {
  const auto snapshot = build("s", {row(K::kDomain, "evil.example")});
  const auto blocks = scanner(snapshot, ScanMode::kBlock, at("cache"));
  EXPECT_EQ(blocks->size(), 0U);
  EXPECT_TRUE(in_block(*blocks, "evil.example").empty());
  EXPECT_TRUE(in_pieces(*scanner(snapshot, ScanMode::kStream), "evil.example", 3).empty());
  EXPECT_FALSE(std::filesystem::exists(at("cache")));
  EXPECT_TRUE(in_block(*scanner(build("t", {literal("evil")}), ScanMode::kBlock), "").empty());
}

TEST_F(Scanner, CompiledFileIsUsedOnlyWhenItIsOursAndFits) {
  const auto snapshot = build("s", {literal("evil"), literal("|00 01 02 03|")});
  const auto cache = literal_cache_path(at("s"), ScanMode::kBlock);
  const auto made_from = [&](const std::shared_ptr<const Snapshot>& from, ScanMode mode) {
    const auto made = scanner(from, mode, cache);
    EXPECT_EQ(by_hand(*made, "an evil text").size(), 1U);
    if (mode == ScanMode::kBlock) {
      EXPECT_EQ(in_block(*made, "an evil text").size(), 1U);
    }
    return made->from_cache();
  };
  EXPECT_FALSE(made_from(snapshot, ScanMode::kBlock));
  EXPECT_TRUE(made_from(snapshot, ScanMode::kBlock));
  // Of another way to scan, or of other literals: compiled anew, and the file is replaced.
  EXPECT_FALSE(made_from(snapshot, ScanMode::kStream));
  EXPECT_FALSE(made_from(snapshot, ScanMode::kBlock));
  EXPECT_FALSE(made_from(build("other", {literal("evil")}), ScanMode::kBlock));
  EXPECT_FALSE(made_from(snapshot, ScanMode::kBlock));
  // Damage anywhere.
  const std::string good = *read_file(cache);
  for (std::size_t byte = 0; byte < good.size(); byte += 97) {
    std::string bad = good;
    bad[byte] = static_cast<char>(bad[byte] ^ 1);
    ASSERT_TRUE(write_file(cache, bad, 0600).has_value());
    EXPECT_FALSE(made_from(snapshot, ScanMode::kBlock)) << byte;
  }
  ASSERT_TRUE(write_file(cache, good.substr(0, 20), 0600).has_value());
  EXPECT_FALSE(made_from(snapshot, ScanMode::kBlock));
  // What others may write is not looked at, nor what a link leads to.
  EXPECT_TRUE(made_from(snapshot, ScanMode::kBlock));
  ASSERT_EQ(::chmod(cache.c_str(), 0620), 0);
  EXPECT_FALSE(made_from(snapshot, ScanMode::kBlock));
  EXPECT_TRUE(made_from(snapshot, ScanMode::kBlock)) << "replaced by one of our own";
  std::filesystem::rename(cache, at("elsewhere"));
  std::filesystem::create_symlink(at("elsewhere"), cache);
  EXPECT_FALSE(made_from(snapshot, ScanMode::kBlock));
}

TEST_F(Scanner, LiteralsThatAreNotCanonicalAreRefusedAndDamageIsSeen) {
  Builder builder(at("s"), options());
  for (const char* bad : {"evil", R"("evil" NOCASE)", R"("EVIL" nocase)", R"("abc")", ""}) {
    EXPECT_EQ(builder.add(row(K::kLiteral, bad)).error().code, Code::kInvalid) << bad;
  }
  const auto snapshot = build("s", {literal("evil"), literal("worse")});
  std::string bytes = this->bytes("s");
  const auto& section = snapshot->header().sections[std::size_t{section_of(Shared::kLiterals)}];
  bytes[section.offset] = '\n';
  const auto damaged = Snapshot::from_bytes(bytes);
  ASSERT_TRUE(damaged.has_value());
  EXPECT_EQ((*damaged)->verify().error().code, Code::kCorrupt);
  EXPECT_EQ(LiteralScanner::make(*damaged, ScanMode::kBlock).error().code, Code::kCorrupt);
}

TEST_F(Scanner, DeltasCarryLiterals) {
  const auto base = build("base", {literal("evil"), row(K::kDomain, "a.example")});
  const auto same = build("same", {literal("evil"), row(K::kDomain, "b.example")});
  const auto next = build("next", {literal("worse"), row(K::kDomain, "b.example")});
  for (const auto& [from, to, name] :
       {std::tuple{base, same, "same"}, {same, next, "next"}, {next, base, "base"}}) {
    ASSERT_TRUE(make_delta(*from, *to, at("delta")).has_value());
    const bool carried = read_file(at("delta"))->find("\"\n") != std::string::npos;
    EXPECT_EQ(carried, std::string_view(name) != "same") << name;
    const auto applied = apply_delta(*from, at("delta"), at("applied"));
    ASSERT_TRUE(applied.has_value()) << applied.error().message;
    EXPECT_EQ(bytes("applied"), bytes(name));
  }
}

}  // namespace
}  // namespace tocsin::match::snapshot
