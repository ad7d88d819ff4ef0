// The guard never blocks the innocent: special ranges, suffixes, warning lists, protected names.
#include "match/guard.h"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/text.h"
#include "match/canonical.h"

namespace tocsin::match {
namespace {

using K = model::IndicatorKind;

WarningList list_of(std::string_view type, std::string_view entries,
                    std::string_view attributes = "") {
  auto list = WarningList::parse(R"({"name":"N","type":")" + std::string(type) + R"(","list":[)" +
                                     std::string(entries) + R"(],"matching_attributes":[)" +
                                     std::string(attributes) + "]}",
                                 std::string(type));
  EXPECT_TRUE(list.has_value());
  return *list;
}

Guard guard_of(std::vector<WarningList> lists, std::vector<std::string> protect = {}) {
  GuardSettings settings;
  settings.protected_values = std::move(protect);
  auto guard = Guard::build(std::move(lists), *PublicSuffixes::system(), settings);
  EXPECT_TRUE(guard.has_value());
  return *guard;
}

Guard guard_reserving(std::vector<std::string> names) {
  GuardSettings settings;
  settings.reserved_names = std::move(names);
  return Guard::build({}, *PublicSuffixes::system(), settings).value();
}

std::vector<std::string> stops(const Guard& guard, std::string_view text) {
  std::vector<std::string> out;
  for (const Stop& stop : guard.check(*canonical(text))) out.push_back(stop.list);
  return out;
}

using Names = std::vector<std::string>;

TEST(WarningList, EveryTypeFindsWhatItMeans) {
  const auto text = list_of("string", R"("Good.example","2001:0DB8::1")");
  EXPECT_TRUE(text.find(*canonical("good.example")));
  EXPECT_TRUE(text.find(*canonical("2001:db8::1")));
  EXPECT_FALSE(text.find(*canonical("www.good.example")));

  const auto host = list_of("hostname", R"(".good.example","dyn.example")");
  EXPECT_EQ(*host.find(*canonical("a.b.good.example")), "good.example");
  EXPECT_TRUE(host.find(*canonical("*.dyn.example")));
  EXPECT_FALSE(host.find(*canonical("notgood.example")));

  const auto cidr = list_of("cidr", R"("8.8.8.0/24","2001:4860::/32","1.1.1.1","junk")");
  EXPECT_EQ(cidr.skipped(), 1U);
  EXPECT_EQ(*cidr.find(*canonical("8.8.8.8")), "8.8.8.0/24");
  EXPECT_TRUE(cidr.find(*canonical("8.8.0.0/16"))) << "an entry inside the prefix";
  EXPECT_TRUE(cidr.find(*canonical("8.8.8.128/25")));
  EXPECT_EQ(*cidr.find(*canonical("1.1.1.1")), "1.1.1.1/32");
  EXPECT_FALSE(cidr.find(*canonical("8.8.9.1")));
  EXPECT_TRUE(cidr.find(*canonical("2001:4860:4860::8888")));

  const auto part = list_of("substring", R"("analyze.Good")");
  EXPECT_TRUE(part.find(*canonical("http://analyze.good.example/x")));

  const auto re = list_of("regex", R"("/^good[0-9]+\\.example$/i","/(/")");
  EXPECT_EQ(re.skipped(), 1U);
  EXPECT_TRUE(re.find(*canonical("good12.example")));
  EXPECT_FALSE(re.find(*canonical("good.example")));
}

TEST(WarningList, ItsEntriesCanBeReadAsTheyWereWritten) {
  const auto cidr = list_of("cidr", R"("8.8.8.0/24","junk"," 1.1.1.1 ",7)");
  EXPECT_EQ(cidr.type(), "cidr");
  const auto page = cidr.book().after(0, "", 10);
  ASSERT_EQ(page.items.size(), 2U) << "what was skipped stops nothing, so it is not shown";
  EXPECT_EQ(page.items[0].text, "8.8.8.0/24");
  EXPECT_EQ(page.items[1].text, "1.1.1.1");
  EXPECT_EQ(list_of("hostname", R"(".Good.example")").book().after(0, "good", 1).items[0].text,
            ".Good.example");
}

TEST(WarningList, MatchingAttributesLimitTheKinds) {
  const auto list = list_of("string", R"("good.example")", R"("url","ip-dst|port")");
  EXPECT_FALSE(list.find(*canonical("good.example")));
  EXPECT_TRUE(list.applies_to(K::kEndpoint));
  EXPECT_FALSE(list.applies_to(K::kDomain));
}

TEST(WarningList, RefusesWhatIsNoList) {
  EXPECT_FALSE(WarningList::parse("{}", "x"));
  EXPECT_FALSE(WarningList::parse(R"({"type":"cidr","list":{}})", "x"));
  EXPECT_FALSE(WarningList::parse("[", "x"));
}

TEST(Guard, GivesItsListsByName) {
  const Guard guard = guard_of({list_of("cidr", R"("8.8.8.0/24")"), list_of("regex", R"("x")")});
  ASSERT_EQ(guard.lists().size(), 2U);
  ASSERT_NE(guard.list("regex"), nullptr);
  EXPECT_EQ(guard.list("regex")->entries(), 1U);
  EXPECT_EQ(guard.list("nowhere"), nullptr);
}

TEST(Guard, SpecialPurposeAddresses) {
  const Guard guard = guard_of({});
  for (const std::string_view text :
       {"10.1.2.3", "127.0.0.1", "192.168.1.0/24", "224.0.0.1", "::1", "fe80::1", "ff02::fb",
        "2001:db8::1", "100.64.0.1", "http://192.168.0.1/x", "10.0.0.1:80"}) {
    EXPECT_EQ(stops(guard, text), Names{"special-purpose"}) << text;
  }
  EXPECT_EQ(stops(guard, "8.8.8.8"), Names{});
  EXPECT_EQ(stops(guard, "0.0.0.0/0"), (Names{"special-purpose", "prefix-size"}));
}

TEST(Guard, PrefixesWiderThanTheSettingStop) {
  const Guard guard = guard_of({});
  EXPECT_EQ(stops(guard, "8.8.0.0/23"), Names{"prefix-size"});
  EXPECT_EQ(stops(guard, "8.8.8.0/24"), Names{});
  EXPECT_EQ(stops(guard, "2400:3200::/47"), Names{"prefix-size"});
  EXPECT_EQ(stops(guard, "2400:3200::/48"), Names{});
}

TEST(Guard, PublicSuffixesStopTheirChildrenDoNot) {
  const Guard guard = guard_of({});
  EXPECT_EQ(stops(guard, "gd.cn"), Names{"public-suffix"});
  EXPECT_EQ(stops(guard, "*.com.cn"), Names{"public-suffix"});
  EXPECT_EQ(stops(guard, "github.io"), Names{"public-suffix"});
  EXPECT_EQ(stops(guard, "x.gd.cn"), Names{});
  EXPECT_EQ(stops(guard, "in-addr.arpa").front(), "special-use-name");
  EXPECT_EQ(stops(guard, "http://github.io/x"), Names{}) << "a path is not its host";
}

TEST(Guard, HostChannelsAskForTheHost) {
  const Guard guard = guard_of({list_of("hostname", R"("cdn.example")")}, {"bank.example"});
  const auto url = *canonical("http://a.cdn.example/evil");
  EXPECT_TRUE(guard.check(url).empty());
  ASSERT_EQ(guard.check_host_block(url).size(), 1U);
  EXPECT_EQ(guard.check_host_block(url)[0].entry, "cdn.example");
  EXPECT_TRUE(guard.check(*canonical("bank.example:8080")).empty());
  EXPECT_EQ(guard.check_host_block(*canonical("bank.example:8080"))[0].list, "protected");
}

TEST(Guard, ProtectedOrganisations) {
  const Guard guard =
      guard_of({}, {"www.bank.example", "1.2.3.0/24", "+8657188888888", "abuse@bank.example"});
  EXPECT_EQ(stops(guard, "www.bank.example"), Names{"protected"});
  EXPECT_EQ(stops(guard, "a.www.bank.example"), Names{"protected"});
  EXPECT_EQ(stops(guard, "bank.example"), Names{"protected"}) << "a parent of a protected name";
  EXPECT_EQ(stops(guard, "*.bank.example"), Names{"protected"});
  EXPECT_EQ(stops(guard, "other.bank.example"), Names{}) << "a sibling is somebody else's";
  EXPECT_EQ(stops(guard, "1.2.3.4"), Names{"protected"});
  EXPECT_EQ(stops(guard, "+8657188888888"), Names{"protected"});
  EXPECT_EQ(stops(guard, "abuse@bank.example"), Names{"protected"});
  EXPECT_FALSE(Guard::build({}, *PublicSuffixes::system(), {24, 48, {"???"}, {}}));
}

TEST(Guard, WildcardsAreJudgedByWhatIsBelow) {
  const Guard guard = guard_of({list_of("hostname", R"("www.good.example")")});
  EXPECT_EQ(stops(guard, "*.good.example"), Names{"hostname"});
  EXPECT_EQ(stops(guard, "good.example"), Names{}) << "this very name only";
}

TEST(Guard, NumbersEverybodyNeedsAndPatterns) {
  const Guard guard = guard_of({});
  EXPECT_EQ(guard.check(*canonical("110", K::kPhone))[0].list, "emergency-number");
  EXPECT_EQ(guard.check(*canonical("96110", K::kPhone))[0].list, "emergency-number");
  EXPECT_EQ(guard.check(*canonical("0571-96110", K::kPhone))[0].list, "emergency-number");
  EXPECT_EQ(guard.check(*canonical("010-110", K::kPhone))[0].list, "emergency-number");
  EXPECT_TRUE(guard.check(*canonical("13800138000", K::kPhone)).empty());
  EXPECT_EQ(stops(guard, "/gate.php"), Names{"pattern"});
}

TEST(Guard, RealWarningListsStopWhatFeedsGetWrong) {
  const char* shared = std::getenv("TOCSIN_SHARED");
  if (shared == nullptr) GTEST_SKIP() << "TOCSIN_SHARED is not set: no real warning lists";
  std::vector<WarningList> lists;
  std::size_t entries = 0;
  std::size_t skipped = 0;
  const auto root = std::filesystem::path(shared) / "data/misp/warninglists";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (entry.path().filename() != "list.json") continue;
    const auto text = read_file(entry.path());
    ASSERT_TRUE(text.has_value());
    auto list = WarningList::parse(*text, entry.path().parent_path().filename().string());
    ASSERT_TRUE(list.has_value()) << entry.path();
    entries += list->entries();
    skipped += list->skipped();
    lists.push_back(std::move(*list));
  }
  EXPECT_EQ(lists.size(), 53U);
  EXPECT_GT(entries, 87500U);
  EXPECT_EQ(skipped, 0U);
  std::printf("warning lists: %zu entries, %zu unreadable\n", entries, skipped);
  const Guard guard = guard_of(std::move(lists));
  for (const std::string_view text : {"jsdelivr.net", "w3.org", "creativecommons.org"}) {
    EXPECT_FALSE(stops(guard, text).empty()) << text;
  }
  EXPECT_TRUE(stops(guard, "statsrvv.com").empty());
}

TEST(Guard, TheNamesThatProveABlockAreNeverListed) {
  const Guard guard = guard_reserving({"Canary.Tocsin.example", "control.tocsin.example"});
  const std::vector<std::string> reserved = {std::string(kReservedList)};
  EXPECT_EQ(stops(guard, "canary.tocsin.example"), reserved);
  EXPECT_EQ(stops(guard, "x.control.tocsin.example"), reserved);
  EXPECT_EQ(stops(guard, "*.tocsin.example"), reserved) << "it would cover them";
  EXPECT_EQ(stops(guard, "tocsin.example"), reserved) << "several channels cover what is below";
  EXPECT_TRUE(stops(guard, "canary2.tocsin.example").empty());
  const auto host = guard.check_host_block(*canonical("http://canary.tocsin.example/x"));
  ASSERT_EQ(host.size(), 1U);
  EXPECT_EQ(host[0].list, kReservedList);
  GuardSettings bad;
  bad.reserved_names = {"not a name"};
  EXPECT_FALSE(Guard::build({}, *PublicSuffixes::system(), bad));
}

}  // namespace
}  // namespace tocsin::match
