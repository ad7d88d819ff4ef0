#include "enforce/dns/wire.h"

#include <gtest/gtest.h>

namespace tocsin::enforce::dns {
namespace {

Message sample() {
  Message message;
  message.id = 0x1234;
  message.flags = kFlagQr | kFlagAa;
  message.questions.push_back({*Name::parse("www.evil.example"), kTypeA, kClassIn});
  const Rr cname{*Name::parse("www.evil.example"), kTypeCname, kClassIn, 30,
                 Name::parse("evil.example")->wire()};
  const Rr address{*Name::parse("evil.example"), kTypeA, kClassIn, 30, "\xc0\x01\x02\x03"};
  message.answers = {cname, address};
  Opt opt;
  opt.options.emplace_back(kOptionEde, std::string("\x00\x0f"
                                                   "case 42",
                                                   9));
  message.additional.push_back(rr_of(opt));
  return message;
}

TEST(Wire, RoundTripWithCompression) {
  const std::string bytes = *encode(sample());
  const Message back = *decode(bytes);
  EXPECT_EQ(back.id, 0x1234);
  EXPECT_EQ(back.questions, sample().questions);
  EXPECT_EQ(back.answers.at(0).name.text(), "www.evil.example");
  EXPECT_EQ(cname_of(back.answers.at(0))->text(), "evil.example");
  EXPECT_EQ(address_of(back.answers.at(1)), "192.1.2.3");
  EXPECT_EQ(find_opt(back)->options.front().second.substr(2), "case 42");
  EXPECT_EQ(back.last_rr_offset, bytes.size() - 11 - 13);
  EXPECT_LT(bytes.size(), 110U) << "owners are compressed";
}

TEST(Wire, ExpandsNamesInsideRecordData) {
  Message message;
  message.questions.push_back({*Name::parse("hot.tocsin"), kTypeSoa, kClassIn});
  std::string bytes = *encode(message);
  bytes[7] = 1;
  // SOA hot.tocsin: mname and rname are pointers to the question.
  bytes += std::string("\xc0\x0c\x00\x06\x00\x01\x00\x00\x00\x1e\x00\x18\xc0\x0c\xc0\x0c", 16);
  for (std::uint32_t i = 7; i < 12; ++i) put32(bytes, i);
  const Message back = *decode(bytes);
  const Soa soa = *soa_of(back.answers.front());
  EXPECT_EQ(soa.mname.text(), "hot.tocsin");
  EXPECT_EQ(soa.serial, 7U);
  EXPECT_EQ(soa.minimum_s, 11U);
  EXPECT_EQ(rdata_of(soa), back.answers.front().rdata);
}

TEST(Wire, EveryCutIsRefused) {
  const std::string bytes = *encode(sample());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode(std::string_view(bytes).substr(0, size))) << size;
  }
  EXPECT_FALSE(decode(bytes + "x"));
}

TEST(Wire, CountsThatCannotBeTrueAreRefusedBeforeMemoryIsTaken) {
  std::string bytes(12, '\0');
  bytes[6] = '\xff';
  bytes[7] = '\xff';
  EXPECT_FALSE(decode(bytes));
}

TEST(Wire, SerialArithmeticOfRfc1982) {
  EXPECT_TRUE(serial_newer(1, 0));
  EXPECT_FALSE(serial_newer(0, 0));
  EXPECT_TRUE(serial_newer(0, 0xffffffff));
  EXPECT_FALSE(serial_newer(0xffffffff, 0));
  EXPECT_FALSE(serial_newer(0x80000000, 0)) << "not ordered";
}

}  // namespace
}  // namespace tocsin::enforce::dns
