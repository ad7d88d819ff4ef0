#include "enforce/dns/rpz.h"

#include <gtest/gtest.h>

namespace tocsin::enforce::dns {
namespace {

std::string owner(const Record& record) {
  std::size_t pos = 0;
  return Name::decode(record.owner + std::string(1, '\0'), pos)->text();
}

TEST(Rpz, ABlockOfADomainIsTwoRecords) {
  const auto records = render_name({"evil.example"}, "hot.tocsin", 30);
  ASSERT_TRUE(records);
  ASSERT_EQ(records->size(), 2U);
  EXPECT_EQ(owner(records->at(0)), "evil.example");
  EXPECT_EQ(owner(records->at(1)), "*.evil.example");
  EXPECT_EQ(records->at(0).rdata, std::string(1, '\0'));
  EXPECT_EQ(records->at(0).type, kTypeCname);
}

TEST(Rpz, ScopesAndActions) {
  RpzEntry entry{"evil.example", true, false, RpzAction::kPassthru};
  EXPECT_EQ(render_name(entry, "hot.tocsin", 30)->size(), 1U);
  EXPECT_EQ(render_name(entry, "hot.tocsin", 30)->front().rdata,
            Name::parse("rpz-passthru")->wire());
  entry.exact = false;
  EXPECT_FALSE(render_name(entry, "hot.tocsin", 30));
  entry = {"evil.example", true, false, RpzAction::kRedirect, "notice.example"};
  EXPECT_EQ(render_name(entry, "hot.tocsin", 30)->front().rdata,
            Name::parse("notice.example")->wire());
  entry.target.clear();
  EXPECT_FALSE(render_name(entry, "hot.tocsin", 30));
  entry = {"evil.example", true, false, RpzAction::kNodata};
  EXPECT_EQ(render_name(entry, "hot.tocsin", 30)->front().rdata, Name::parse("*")->wire());
}

TEST(Rpz, RefusesNamesThatWouldMeanSomethingElse) {
  for (const char* bad : {"", "example", "Evil.example", "evil.example.", "*.evil.example",
                          "evil..example", "恶意.example", "a b.example", "x.rpz-ip",
                          "32.1.2.0.192.rpz-client-ip", "x.rpz-nsdname", "x.rpz-nsip"}) {
    const auto records = render_name({bad}, "hot.tocsin", 30);
    ASSERT_FALSE(records) << bad;
    EXPECT_EQ(records.error().field, bad);
    EXPECT_FALSE(records.error().message_zh.empty());
  }
}

TEST(Rpz, ANameTooLongWithTheZoneIsRefusedByName) {
  std::string name;
  while (name.size() < 220) name += "abcdefghi.";
  name += "example";
  const std::string fits(253 - name.size() - 1 - 2, 'z');  // room for `*.`
  EXPECT_TRUE(render_name({name}, fits, 30));
  const auto refused = render_name({name}, fits + "z", 30);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().field, name);
  EXPECT_TRUE(render_name({name, true, false}, fits + "z", 30)) << "the exact name alone fits";
}

TEST(Rpz, AddressTriggers) {
  EXPECT_EQ(*address_trigger("192.0.2.1"), "32.1.2.0.192.rpz-ip");
  EXPECT_EQ(*address_trigger("192.0.2.0/24"), "24.0.2.0.192.rpz-ip");
  EXPECT_EQ(*address_trigger("2001:db8::1"), "128.1.zz.db8.2001.rpz-ip");
  EXPECT_EQ(*address_trigger("2001:db8::/32"), "32.zz.db8.2001.rpz-ip");
  EXPECT_EQ(*address_trigger("2001:db8:1:2:3:4:5:6"), "128.6.5.4.3.2.1.db8.2001.rpz-ip");
  EXPECT_EQ(*address_trigger("::1"), "128.1.zz.rpz-ip");
  EXPECT_EQ(*address_trigger("2001:db8:0:1:2:3:4:5"), "128.5.4.3.2.1.0.db8.2001.rpz-ip");
  for (const char* bad : {"", "192.0.2.1/24", "192.0.2.0/33", "192.0.2.0/0", "1.2.3", "::/0",
                          "2001:db8::1/64", "192.0.2.0/", "evil.example"}) {
    EXPECT_FALSE(address_trigger(bad)) << bad;
  }
}

}  // namespace
}  // namespace tocsin::enforce::dns
