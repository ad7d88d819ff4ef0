#include "journal/entry.h"

#include <gtest/gtest.h>

#include "base/crypto/hash.h"

namespace tocsin::journal {
namespace {

Entry sample(int i = 0) {
  Entry out;
  out.time = parse_instant("2026-03-05T17:30:00+08:00")->plus(std::chrono::microseconds(i));
  out.actor = "usr_01J9Z";
  out.org = "org_miit";
  out.action = "task.notified";
  out.subject = "tsk_0" + std::to_string(i);
  out.threat = "thr_01";
  out.basis = {"miit-202", "2018-01-01", "8(1)", "W17-21"};
  out.data =
      *Json::parse(R"({"状态":"notified","digest":"aa","n":9007199254740993,"list":[1,null]})");
  return out;
}

std::vector<Entry> chain(int count) {
  Tip tip;
  std::vector<Entry> out;
  for (int i = 0; i < count; ++i) out.push_back(*append(tip, sample(i)));
  return out;
}

EntrySource source(const std::vector<Entry>& entries) {
  return [&entries, i = std::size_t{0}]() mutable -> Result<std::optional<Entry>> {
    if (i == entries.size()) return std::nullopt;
    return entries[i++];
  };
}

TEST(Entry, TheHashedTextIsFixed) {
  const Entry first = chain(1)[0];
  EXPECT_EQ(first.seq, kFirstSeq);
  EXPECT_EQ(first.prev, std::string(64, '0'));
  // Written out by hand: members sorted, no `hash`. Changing this breaks every stored journal.
  EXPECT_EQ(first.hash,
            crypto::sha256_hex(
                R"j({"action":"task.notified","actor":"usr_01J9Z","basis":{"article":"8(1)",)j"
                R"("requirement":"W17-21","rule_set":"miit-202","version":"2018-01-01"},)"
                R"("before":null,"data":{"digest":"aa","list":[1,null],"n":9007199254740993,)"
                R"("状态":"notified"},"org":"org_miit","prev":")" +
                std::string(64, '0') +
                R"(","seq":1,"subject":"tsk_00","threat":"thr_01",)"
                R"("time":"2026-03-05T17:30:00.000000+08:00"})"));
}

TEST(Entry, RoundTrip) {
  for (const Entry& entry : chain(3)) {
    const auto parsed = Json::parse(to_json(entry).canonical());
    ASSERT_TRUE(parsed);
    const auto again = from_json(*parsed);
    ASSERT_TRUE(again) << again.error().message << again.error().field;
    EXPECT_EQ(again->time, entry.time);
    EXPECT_EQ(compute_hash(*again), entry.hash);
    EXPECT_EQ(to_json(*again).canonical(), to_json(entry).canonical());
  }
}

TEST(Entry, ParsingIsStrict) {
  const Json good = to_json(chain(1)[0]);
  ASSERT_TRUE(from_json(good));
  for (const auto& [key, value] : good.members()) {
    Json missing = good;
    missing.erase(key);
    EXPECT_FALSE(from_json(missing)) << key;
    missing.set("other", value);
    EXPECT_FALSE(from_json(missing)) << key;
    if (key == "before" || key == "data") continue;
    Json wrong = good;
    wrong.set(key, true);
    EXPECT_FALSE(from_json(wrong)) << key;
  }
  for (const char* time : {"2026-03-05T17:30:00+08:00", "2026-03-05T09:30:00.000000+00:00"}) {
    EXPECT_FALSE(from_json(Json(good).set("time", time))) << time;
  }
  EXPECT_FALSE(from_json(Json(good).set("data", 1.5)));
}

TEST(Entry, ContentThatCannotBeHashedIsRefused) {
  Tip tip;
  const auto refused = [&](auto change) {
    Entry entry = sample();
    change(entry);
    const auto result = append(tip, std::move(entry));
    return result ? std::string("accepted") : result.error().field;
  };
  EXPECT_EQ(refused([](Entry& e) { e.action.clear(); }), "action");
  EXPECT_EQ(refused([](Entry& e) { e.time = {}; }), "time");
  EXPECT_EQ(refused([](Entry& e) { e.time = {253'402'272'000'000'000}; }), "time");
  EXPECT_EQ(refused([](Entry& e) { e.subject = "\xff"; }), "subject");
  EXPECT_EQ(refused([](Entry& e) { e.data.set("x", 0.1); }), "data");
  EXPECT_EQ(refused([](Entry& e) { e.before = Json::array({Json("\xc0\x80")}); }), "before");
  EXPECT_EQ(refused([](Entry& e) { e.data = Json::object({{"a", 1}, {"a", 2}}); }), "data");
  EXPECT_EQ(refused([](Entry& e) {
              for (int i = 0; i < 40; ++i) e.data = Json::array({e.data});
            }),
            "data");
  EXPECT_EQ(tip, Tip{}) << "a refused entry must not move the chain";
}

TEST(Chain, GoodOneIsFollowedToItsEnd) {
  const auto entries = chain(50);
  const auto tip = verify_chain(source(entries));
  ASSERT_TRUE(tip) << tip.error().message;
  EXPECT_EQ(tip->seq, 50U);
  EXPECT_EQ(tip->hash, entries.back().hash);
  // Going on from a remembered tip is enough for what came after it.
  const std::vector<Entry> rest(entries.begin() + 20, entries.end());
  EXPECT_TRUE(verify_chain(source(rest), Tip{20, entries[19].time, entries[19].hash}));
  EXPECT_FALSE(verify_chain(source(rest)));
}

TEST(Chain, TheClockMayRunBackwardsButTheJournalDoesNot) {
  Tip tip;
  const Entry first = *append(tip, sample(100));
  const Entry second = *append(tip, sample(0));
  EXPECT_EQ(second.time, first.time);
}

TEST(Chain, EveryChangeIsFoundWhereItIs) {
  const auto good = chain(10);
  const auto where = [&](auto change) {
    auto entries = good;
    change(entries);
    const auto tip = verify_chain(source(entries));
    return tip ? std::string("accepted") : tip.error().field;
  };
  EXPECT_EQ(where([](auto& e) { e[4].actor = "usr_other"; }), "entry 5");
  EXPECT_EQ(where([](auto& e) { e[4].basis.article = "8(2)"; }), "entry 5");
  EXPECT_EQ(where([](auto& e) { e[4].data.set("digest", "ab"); }), "entry 5");
  EXPECT_EQ(where([](auto& e) { e[4].before = Json(0); }), "entry 5");
  EXPECT_EQ(where([](auto& e) { e[4].time = e[4].time.plus(std::chrono::microseconds(1)); }),
            "entry 5");
  EXPECT_EQ(where([](auto& e) { e.erase(e.begin() + 4); }), "entry 6");
  EXPECT_EQ(where([](auto& e) { std::swap(e[4], e[5]); }), "entry 6");
  EXPECT_EQ(where([](auto& e) { e.insert(e.begin() + 4, e[4]); }), "entry 5");
  // A forger who also repairs the hash of the changed entry is found at the next one.
  EXPECT_EQ(where([](auto& e) {
              e[4].actor = "usr_other";
              e[4].hash = compute_hash(e[4]);
            }),
            "entry 6");
  EXPECT_EQ(where([](auto& e) {
              e[4].time = e[3].time.plus(std::chrono::microseconds(-1));
              e[4].hash = compute_hash(e[4]);
            }),
            "entry 5");
  EXPECT_EQ(where([](auto&) {}), "accepted");
}

}  // namespace
}  // namespace tocsin::journal
