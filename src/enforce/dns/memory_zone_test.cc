#include "enforce/dns/memory_zone.h"

#include <atomic>
#include <map>
#include <random>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "enforce/dns/rpz.h"

namespace tocsin::enforce::dns {
namespace {

Apex apex_of(const std::string& zone) {
  Apex apex;
  apex.zone = zone;
  return apex;
}

Record named(const std::string& name) {
  return {std::string(Name::parse(name)->labels()), kTypeCname, 30, std::string(1, '\0')};
}

std::set<std::string> owners(const ZoneView& view) {
  std::set<std::string> out;
  view.for_each([&](const RecordView& record) {
    EXPECT_TRUE(out.emplace(record.owner).second) << "twice";
    return true;
  });
  return out;
}

TEST(MemoryZones, SerialsNeverGoBack) {
  MemoryZones zones;
  ASSERT_TRUE(zones.add_zone(apex_of("hot.tocsin"), 100, {}));
  EXPECT_TRUE(zones.apply("hot.tocsin", 101, {}, {named("a.example")}));
  for (const std::uint32_t serial : {101U, 100U, 1U, 101U + 0x80000000U}) {
    const auto status = zones.apply("hot.tocsin", serial, {}, {named("b.example")});
    ASSERT_FALSE(status) << serial;
    EXPECT_EQ(status.error().code, Code::kConflict);
  }
  EXPECT_EQ(zones.view("hot.tocsin")->serial(), 101U);
  EXPECT_EQ(zones.view("hot.tocsin")->size(), 1U);
  EXPECT_EQ(zones.apply("cold.tocsin", 1, {}, {}).error().code, Code::kNotFound);
}

TEST(MemoryZones, FillingInPartsIsTheSameAsAtOnce) {
  std::vector<Record> all;
  for (int i = 0; i < 5000; ++i) all.push_back(named("n" + std::to_string(i * 7919) + ".example"));
  MemoryZones whole;
  ASSERT_TRUE(whole.add_zone(apex_of("base.tocsin"), 7, all));
  MemoryZones parts;
  ASSERT_TRUE(parts.add_zone(apex_of("base.tocsin"), 7, {}));
  for (std::size_t i = 0; i < all.size(); i += 1700) {
    const auto end = std::min(all.size(), i + 1701);  // one record of each part comes twice
    ASSERT_TRUE(parts.fill("base.tocsin", {all.begin() + static_cast<std::ptrdiff_t>(i),
                                           all.begin() + static_cast<std::ptrdiff_t>(end)}));
  }
  const auto view = parts.view("base.tocsin");
  EXPECT_EQ(view->serial(), 7U);
  EXPECT_EQ(view->size(), 5000U);
  EXPECT_EQ(owners(*view), owners(*whole.view("base.tocsin")));
  EXPECT_FALSE(view->since(6)) << "no step tells of it";
  EXPECT_EQ(parts.fill("cold.tocsin", all).error().code, Code::kNotFound);
}

TEST(MemoryZones, SerialsWrapAround) {
  MemoryZones zones;
  ASSERT_TRUE(zones.add_zone(apex_of("hot.tocsin"), 0xfffffffe, {}));
  for (const std::uint32_t serial : {0xffffffffU, 0U, 1U}) {
    ASSERT_TRUE(
        zones.apply("hot.tocsin", serial, {}, {named(std::to_string(serial) + ".example")}));
  }
  EXPECT_EQ(zones.view("hot.tocsin")->since(0xffffffff)->size(), 2U);
  EXPECT_EQ(zones.view("hot.tocsin")->since(0xfffffffe)->size(), 3U);
}

TEST(MemoryZones, RefusesLongNegativeTtlAndOddNames) {
  MemoryZones zones;
  Apex slow = apex_of("hot.tocsin");
  slow.minimum_s = 10'800;
  EXPECT_FALSE(zones.add_zone(slow, 1, {}));
  EXPECT_FALSE(zones.add_zone(apex_of("Hot.tocsin"), 1, {}));
  ASSERT_TRUE(zones.add_zone(apex_of("hot.tocsin"), 1, {}));
  ASSERT_TRUE(zones.add_zone(apex_of("base.tocsin"), 1, {}));
  EXPECT_FALSE(zones.add_zone(apex_of("hot.tocsin"), 1, {}));
  EXPECT_EQ(zones.zones(), (std::vector<std::string>{"hot.tocsin", "base.tocsin"}))
      << "precedence is the order of adding";
}

TEST(MemoryZones, StepsHoldOnlyWhatReallyChanged) {
  MemoryZones zones;
  ASSERT_TRUE(zones.add_zone(apex_of("hot.tocsin"), 1, {named("a.example")}));
  ASSERT_TRUE(zones.apply("hot.tocsin", 2, {named("x.example")},
                          {named("a.example"), named("b.example"), named("b.example")}));
  const auto steps = zones.view("hot.tocsin")->since(1);
  ASSERT_TRUE(steps);
  ASSERT_EQ(steps->size(), 1U);
  EXPECT_EQ(steps->front()->size(), 1U);
  EXPECT_EQ(steps->front()->from(), 1U);
  EXPECT_EQ(steps->front()->to(), 2U);
}

TEST(MemoryZones, HistoryIsBounded) {
  MemoryZones zones;
  ASSERT_TRUE(zones.add_zone(apex_of("hot.tocsin"), 1, {}, {.steps = 3}));
  for (std::uint32_t i = 2; i < 10; ++i) {
    ASSERT_TRUE(zones.apply("hot.tocsin", i, {}, {named(std::to_string(i) + ".example")}));
  }
  const auto view = zones.view("hot.tocsin");
  EXPECT_EQ(view->since(6)->size(), 3U);
  EXPECT_FALSE(view->since(5));
  EXPECT_FALSE(view->since(99));
  EXPECT_TRUE(view->since(9)->empty());
}

TEST(MemoryZones, FollowsASimpleModelThroughRandomSteps) {
  std::mt19937 random(7);
  MemoryZones zones;
  ASSERT_TRUE(zones.add_zone(apex_of("hot.tocsin"), 0, {}));
  std::set<std::string> model;
  std::map<std::uint32_t, std::set<std::string>> past;
  for (std::uint32_t serial = 1; serial <= 300; ++serial) {
    std::vector<Record> removed;
    std::vector<Record> added;
    const unsigned size = serial % 7 == 0 ? 2000 : random() % 20;
    for (unsigned i = 0; i < size; ++i) {
      const Record record = named("n" + std::to_string(random() % 5000) + ".example");
      (random() % 3 == 0 ? removed : added).push_back(record);
    }
    for (const Record& record : removed) model.erase(record.owner);
    for (const Record& record : added) model.insert(record.owner);
    ASSERT_TRUE(zones.apply("hot.tocsin", serial, removed, added));
    ASSERT_EQ(zones.view("hot.tocsin")->size(), model.size());
    past[serial] = model;
  }
  const auto view = zones.view("hot.tocsin");
  EXPECT_EQ(owners(*view), model);
  // Every chain of steps, applied strictly, leads from the past to the present.
  for (const std::uint32_t from : {1U, 150U, 299U}) {
    std::set<std::string> replay = past[from];
    const auto steps = view->since(from);
    ASSERT_TRUE(steps);
    for (const auto& step : *steps) {
      step->for_each_removed([&](const RecordView& record) {
        EXPECT_EQ(replay.erase(std::string(record.owner)), 1U);
        return true;
      });
      step->for_each_added([&](const RecordView& record) {
        EXPECT_TRUE(replay.emplace(record.owner).second);
        return true;
      });
    }
    EXPECT_EQ(replay, model);
  }
}

TEST(MemoryZones, ASnapshotStandsStillWhileTheZoneGoesOn) {
  MemoryZones zones;
  std::vector<Record> records;
  for (int i = 0; i < 20'000; ++i) records.push_back(named("n" + std::to_string(i) + ".example"));
  ASSERT_TRUE(zones.add_zone(apex_of("base.tocsin"), 1, records));
  const auto view = zones.view("base.tocsin");
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (std::uint32_t serial = 2; !stop; ++serial) {
      const std::string name = "n" + std::to_string(serial * 37 % 20'000) + ".example";
      const bool ok = serial % 2 == 0
                          ? zones.apply("base.tocsin", serial, {named(name)}, {}).has_value()
                          : zones.apply("base.tocsin", serial, {}, {named("x" + name)}).has_value();
      ASSERT_TRUE(ok);
    }
  });
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(owners(*view).size(), 20'000U);
    const auto newer = zones.view("base.tocsin");
    EXPECT_EQ(owners(*newer).size(), newer->size());
  }
  stop = true;
  writer.join();
  EXPECT_EQ(view->serial(), 1U);
}

}  // namespace
}  // namespace tocsin::enforce::dns
