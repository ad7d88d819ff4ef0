// W17-15: opening, answering, refusing what is damaged, and swapping under readers.
#include "match/snapshot/snapshot.h"

#include <atomic>
#include <cstring>
#include <thread>

#include "base/crypto/certificate.h"
#include "match/canonical.h"
#include "match/snapshot/holder.h"
#include "match/snapshot/signature.h"
#include "match/snapshot/snapshot_fixture.h"

namespace tocsin::match::snapshot {
namespace {

TEST(Sip, IsTheFunctionOfThePaper) {
  // SipHash-2-4, key 00..0f, message 00..0e (Aumasson and Bernstein, appendix A).
  SipKey key{0x0706050403020100ULL, 0x0f0e0d0c0b0a0908ULL};
  std::string message;
  for (char c = 0; c < 15; ++c) message.push_back(c);
  EXPECT_EQ(sip_hash(SipState<2, 4>(key), message), 0xa129ca6149be45e5ULL);
}

TEST(Sip, AllSuffixesInOnePassAreTheHashesOfReversedSuffixes) {
  const Sip13 start{SipKey{1, 2}};
  for (const std::string& name :
       std::vector<std::string>{"a", "a.b", "example", "evil.example", "12345678", "1234567.", ".",
                                "...", "www.evil.example.com", "a.bbbbbbb.cccccccc.ddddddddd.e",
                                std::string(300, '.'), "\xff.\xae.\x80\x2e\x01"}) {
    std::vector<std::size_t> begins;
    for_each_suffix(start, 0, name, [&](std::size_t begin, std::uint64_t hash) {
      const std::string reversed(name.rbegin(), name.rend() - static_cast<std::ptrdiff_t>(begin));
      EXPECT_EQ(hash, sip_hash(start, reversed)) << name << " from " << begin;
      begins.push_back(begin);
    });
    std::vector<std::size_t> expected;
    for (std::size_t i = name.size(); i > 0; --i) {
      if (name[i - 1] == '.') expected.push_back(i);
    }
    expected.push_back(0);
    EXPECT_EQ(begins, expected) << name;
  }
}

TEST(Keys, PermutationOfAddressesHasNoCollision) {
  const Hashes hashes(Seed{3, 1, 4, 1, 5});
  std::vector<std::uint32_t> out;
  for (std::uint32_t i = 0; i < 1U << 20; ++i) out.push_back(hashes.permuted(i * 4099U));
  std::sort(out.begin(), out.end());
  EXPECT_EQ(std::adjacent_find(out.begin(), out.end()), out.end());
}

TEST_F(SnapshotTest, EmptyAnswersNothing) {
  const auto snapshot = build("empty", {});
  EXPECT_EQ(snapshot->size(), 0U);
  EXPECT_TRUE(snapshot->verify().has_value());
  for (const auto& [kind, value] :
       std::vector<std::pair<K, std::string>>{{K::kDomain, "evil.example"},
                                              {K::kWildcardDomain, "*.evil.example"},
                                              {K::kIpv4, "192.0.2.1"},
                                              {K::kIpv6, "2001:db8::1"},
                                              {K::kIpv4Prefix, "0.0.0.0/0"},
                                              {K::kUrl, "http://evil.example/"},
                                              {K::kHostPath, "evil.example/a"},
                                              {K::kEmail, "a@evil.example"},
                                              {K::kSha256, std::string(64, '0')}}) {
    EXPECT_FALSE(ask(*snapshot, {kind, value})) << value;
  }
  EXPECT_EQ(snapshot->record(0).ref, 0U);
  const std::uint32_t any = 0;
  Answer answer;
  snapshot->lookup_ipv4({&any, 1}, {&answer, 1});
  EXPECT_FALSE(answer);
}

TEST_F(SnapshotTest, NothingIsWidened) {
  Row covering = row(K::kDomain, "all.example", 3);
  covering.flags = kCoversBelow;
  const auto snapshot = build(
      "names", {row(K::kDomain, "evil.example", 1), row(K::kWildcardDomain, "*.bad.example", 2),
                covering, row(K::kUrl, "http://host.example/a/gate.php", 4)});
  const auto relation = [&](const char* name) {
    return ask(*snapshot, {K::kDomain, name}).relation;
  };
  EXPECT_EQ(relation("evil.example"), Relation::kExact);
  EXPECT_EQ(relation("www.evil.example"), Relation::kNone);  // this very name
  EXPECT_EQ(relation("bad.example"), Relation::kNone);       // a wildcard is below its base
  EXPECT_EQ(relation("a.b.bad.example"), Relation::kBelow);
  EXPECT_EQ(relation("notbad.example"), Relation::kNone);  // no label boundary
  EXPECT_EQ(relation("all.example"), Relation::kExact);
  EXPECT_EQ(relation("x.all.example"), Relation::kBelow);
  EXPECT_EQ(relation("example"), Relation::kNone);
  EXPECT_EQ(relation("host.example"), Relation::kNone);  // a path is never its host
  EXPECT_EQ(ask(*snapshot, {K::kUrl, "http://host.example/a/"}).relation, Relation::kNone);
  EXPECT_EQ(ask(*snapshot, {K::kUrl, "https://host.example/a/gate.php"}).relation,
            Relation::kBelow);
}

TEST_F(SnapshotTest, InternationalNamesMatchInTheirCanonicalForm) {
  const auto canonical_row = [](std::string_view text) {
    return row(canonical(text)->kind, canonical(text)->value);
  };
  const auto snapshot =
      build("idna", {canonical_row("测试.example"), canonical_row("*.faß.example")});
  EXPECT_EQ(ask(*snapshot, *canonical("测试。EXAMPLE")).relation, Relation::kExact);
  EXPECT_EQ(ask(*snapshot, *canonical("www.xn--fa-hia.example")).relation, Relation::kBelow);
  EXPECT_FALSE(ask(*snapshot, *canonical("fass.example")));
}

TEST_F(SnapshotTest, RecordsComeBackAndEqualRowsBecomeOne) {
  Row known = row(K::kDomain, "evil.example");
  known.sources = 1;
  Row listed = row(K::kDomain, "evil.example", 12345678901ULL);
  listed.state = State::kListed;
  listed.confidence = 90;
  listed.sources = 4;
  const auto snapshot = build("records", {known, listed, row(K::kIpv4, "192.0.2.1")});
  ASSERT_EQ(snapshot->size(), 2U);
  const Record record = snapshot->record(ask(*snapshot, listed.indicator).ordinal);
  EXPECT_EQ(record.state, State::kListed);
  EXPECT_EQ(record.confidence, 90);
  EXPECT_EQ(record.sources, 5U);
  EXPECT_EQ(record.ref, 12345678901ULL);
  EXPECT_EQ(snapshot->record(ask(*snapshot, {K::kIpv4, "192.0.2.1"}).ordinal).ref, 0U);
  EXPECT_EQ(snapshot->sources(), options().sources);
  EXPECT_EQ(snapshot->header().list_version, 7U);
}

TEST_F(SnapshotTest, RowsThatCannotBeHeldAreRefusedAndTheRestGoesOn) {
  Builder builder(at("some"), options());
  Row many = row(K::kDomain, "evil.example");
  many.sources = 1U << 3;  // there are three sources
  for (const Row& bad : {row(K::kPattern, "evil.*"), row(K::kIpv4, "192.0.2"), row(K::kDomain, ""),
                         row(K::kIpv6, "192.0.2.1"), row(K::kUrl, ""), many,
                         row(K::kDomain, "x.example", 1ULL << 60)}) {
    const auto added = builder.add(bad);
    ASSERT_FALSE(added.has_value()) << bad.indicator.value;
    EXPECT_EQ(added.error().code, Code::kInvalid);
    EXPECT_FALSE(added.error().message_zh.empty());
  }
  ASSERT_TRUE(builder.add(row(K::kDomain, "good.example")).has_value());
  const auto built = builder.finish();
  ASSERT_TRUE(built.has_value());
  EXPECT_EQ(built->indicators, 1U);
  EXPECT_EQ(built->header.by_kind[static_cast<std::size_t>(K::kDomain)], 1U);
}

TEST_F(SnapshotTest, BothWaysToOpenGiveTheSameAnswers) {
  std::vector<Row> rows;
  for (int i = 0; i < 2000; ++i)
    rows.push_back(row(K::kDomain, "n" + std::to_string(i) + ".example"));
  build("both", rows);
  const auto mapped = *Snapshot::open(at("both"));
  const auto copied = *Snapshot::open(at("both"), {.copy = true});
  for (const Row& r : rows) {
    const Answer answer = ask(*mapped, r.indicator);
    ASSERT_EQ(answer.relation, Relation::kExact);
    ASSERT_EQ(answer.ordinal, ask(*copied, r.indicator).ordinal);
  }
}

TEST_F(SnapshotTest, TruncatedDamagedAndForeignFilesAreErrors) {
  std::vector<Row> rows;
  for (std::uint64_t i = 1; i < 200; ++i) {
    rows.push_back(row(K::kDomain, "n" + std::to_string(i) + ".example", i));
    rows.push_back(row(K::kIpv4Prefix, "10.0." + std::to_string(i) + ".0/24"));
  }
  build("good", rows);
  const std::string good = bytes("good");
  EXPECT_EQ(Snapshot::open(at("none")).error().code, Code::kNotFound);
  EXPECT_EQ(Snapshot::from_bytes("").error().code, Code::kInvalid);
  EXPECT_EQ(Snapshot::from_bytes("evil.example\n").error().code, Code::kInvalid);
  EXPECT_EQ(Snapshot::from_bytes(good + "x").error().code, Code::kCorrupt);
  for (const std::size_t size : {8UL, 100UL, sizeof(Header) - 1, sizeof(Header), good.size() - 1}) {
    const auto cut = Snapshot::from_bytes(good.substr(0, size));
    ASSERT_FALSE(cut.has_value()) << size;
    EXPECT_EQ(cut.error().code, Code::kCorrupt);
    EXPECT_FALSE(cut.error().message_zh.empty());
  }
  std::string newer = good;
  newer[8] = static_cast<char>(kFormat + 1);
  EXPECT_EQ(Snapshot::from_bytes(newer).error().code, Code::kInvalid);
  for (std::size_t at = 0; at < good.size(); at += at < sizeof(Header) ? 1 : 7) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x10);
    const auto opened = Snapshot::from_bytes(bad);
    if (at < sizeof(Header)) {
      EXPECT_FALSE(opened.has_value()) << at;
    } else if (opened) {  // contents are not read when opening, but verify() reads all
      EXPECT_EQ((*opened)->verify().error().code, Code::kCorrupt) << at;
      for (const Row& r : rows) ask(**opened, r.indicator);
    }
  }
}

TEST_F(SnapshotTest, SignatureHoldsForExactlyTheseBytes) {
  const auto snapshot = build("signed", {row(K::kDomain, "evil.example")});
  const auto other = build("other", {row(K::kDomain, "good.example")});
  const auto key = crypto::SigningKey::generate(crypto::Algorithm::kEcdsaP256);
  const Instant now{1'770'000'000'000'000};
  const auto certificate = crypto::Certificate::self_signed(
      *key, {"警钟", "tocsin", "CN"},
      {now.plus(-std::chrono::hours(1)), now.plus(std::chrono::hours(1))});
  ASSERT_TRUE(certificate.has_value());
  const auto p7s = sign(*snapshot, *key, *certificate, now);
  ASSERT_TRUE(p7s.has_value());
  EXPECT_TRUE(verify_signature(*snapshot, *p7s).has_value());
  EXPECT_EQ(verify_signature(*other, *p7s).error().code, Code::kCorrupt);
  std::string bad = bytes("signed");
  bad[bad.size() - kSlack - 1] = static_cast<char>(bad[bad.size() - kSlack - 1] ^ 1);
  const auto damaged = Snapshot::from_bytes(bad);
  if (damaged) {
    EXPECT_EQ(verify_signature(**damaged, *p7s).error().code, Code::kCorrupt);
  }
}

TEST_F(SnapshotTest, ReadersNeverWaitForASwapAndSeeTheNewest) {
  auto one = build("one", {row(K::kDomain, "evil.example", 1)});
  const auto two = build("two", {row(K::kDomain, "evil.example", 2)});
  SnapshotHolder holder(std::move(one));
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  std::atomic<int> looked{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      SnapshotHolder::Reader reader(holder);
      while (!stop) {
        const Snapshot& now = reader.get();
        const Answer answer = now.lookup_one(Query::domain("evil.example"));
        const std::uint64_t ref = now.record(answer.ordinal).ref;
        if (!answer || ref < 1 || ref > 2) ++wrong;
        ++looked;
      }
    });
  }
  for (int i = 0; i < 2000 || looked < 1000; ++i) {
    holder.swap(*Snapshot::open(at(i % 2 == 0 ? "two" : "one")));
  }
  stop = true;
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(holder.collect(), 1U);
  holder.swap(two);
  SnapshotHolder::Reader reader(holder);
  EXPECT_EQ(&reader.get(), two.get());
}

}  // namespace
}  // namespace tocsin::match::snapshot
