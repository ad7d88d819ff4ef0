// IODEF as others write it (RFC 5070, RFC 7970) and its phishing reports (RFC 5901).
#include <gmock/gmock.h>

#include "intake/test_reading.h"

namespace tocsin::intake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string document(std::string_view inside) {
  return R"(<?xml version="1.0" encoding="UTF-8"?>
<IODEF-Document version="2.00" xml:lang="en" xmlns="urn:ietf:params:xml:ns:iodef-2.0" xmlns:phish="urn:ietf:params:xml:ns:iodef-phish-1.0" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:o="urn:other">
<Incident purpose="reporting" restriction="green"><IncidentID name="csirt.example">7</IncidentID><GenerationTime>2026-01-02T03:04:05Z</GenerationTime>)" +
         std::string(inside) + "</Incident></IODEF-Document>";
}

TEST(Iodef, SystemsServicesAndWhoIsTheVictim) {
  const auto run = read(Format::kIodef, document(R"(
<EventData restriction="amber"><DetectTime>2026-01-01T00:00:00Z</DetectTime><Flow>
<System category="source"><Node><Address category="ipv4-addr">192.0.2.1</Address><Address category="ipv6-addr">2001:db8::1</Address></Node><Service ip-protocol="6"><Port>443</Port></Service></System>
<System category="target"><Node><Address category="ipv4-net">198.51.100.0/24</Address><Address category="mac">00-00-5E-00-53-01</Address></Node></System>
<System category="source"><Node><DomainData system-status="spoofed" domain-status="assignedAndActive"><Name>a.example</Name><Nameservers><Server>ns.example</Server></Nameservers></DomainData></Node></System>
</Flow><o:Address category="ipv4-addr">203.0.113.9</o:Address></EventData>)"));
  EXPECT_THAT(run.codes(), IsEmpty());
  EXPECT_THAT(run.values(), ElementsAre("endpoint 192.0.2.1:443", "endpoint [2001:db8::1]:443",
                                        "ipv4-prefix 198.51.100.0/24", "domain a.example"));
  const Item& first = run.out.items[0];
  EXPECT_EQ(first.tlp, Tlp::kAmber) << "the event's own word, stricter or not";
  EXPECT_EQ(to_utc(first.first_seen), "2026-01-01T00:00:00.000Z");
  EXPECT_EQ(first.foreign_id, "7");
  EXPECT_TRUE(first.actionable);
  EXPECT_FALSE(run.out.items[2].actionable) << "what was attacked is not blocked";
}

TEST(Iodef, IndicatorsWithTheTermsThatStandBehindThem) {
  const auto run = read(Format::kIodef, document(R"(<IndicatorData>
<Indicator><IndicatorID name="c" version="1">i1</IndicatorID><Description>what</Description><StartTime>2026-01-01T00:00:00Z</StartTime><EndTime>2027-01-01T00:00:00Z</EndTime><Confidence rating="high"/>
<Observable><FileData><File><HashData scope="file-contents"><Hash><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#md5"/><ds:DigestValue>1B2M2Y8AsgTpgAmY7PhCfg==</ds:DigestValue></Hash><Hash><ds:DigestMethod Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"/><ds:DigestValue>da39a3ee5e6b4b0d3255bfef95601890afd80709</ds:DigestValue></Hash></HashData></File></FileData></Observable></Indicator>
<Indicator restriction="ext-value" ext-restriction="amber+strict"><Confidence rating="numeric">0.75</Confidence><Observable><BulkObservable type="domain-name"><BulkObservableList>
b.example
not a name
</BulkObservableList></BulkObservable></Observable></Indicator>
<Indicator><Observable><BulkObservable type="mutex"><BulkObservableList>m</BulkObservableList></BulkObservable></Observable></Indicator>
</IndicatorData>)"));
  EXPECT_THAT(run.values(),
              ElementsAre("md5 d41d8cd98f00b204e9800998ecf8427e",
                          "sha1 da39a3ee5e6b4b0d3255bfef95601890afd80709", "domain b.example"));
  ASSERT_EQ(run.out.refusals.size(), 2U);
  EXPECT_EQ(run.out.refusals[0].original, "not a name");
  EXPECT_EQ(run.out.refusals[1].code, "unsupported-type");
  const Item& file = run.out.items[0];
  EXPECT_EQ(file.confidence, 80);
  EXPECT_EQ(file.description, "what");
  EXPECT_EQ(file.foreign_id, "i1");
  EXPECT_EQ(to_utc(file.valid_until), "2027-01-01T00:00:00.000Z");
  EXPECT_EQ(file.tlp, Tlp::kGreen);
  EXPECT_EQ(run.out.items[2].confidence, 75);
  EXPECT_EQ(run.out.items[2].tlp, Tlp::kAmberStrict);
}

TEST(Iodef, PhishingReportsOfRfc5901) {
  const auto run = read(Format::kIodef, document(R"(<EventData><AdditionalData dtype="xml">
<phish:PhraudReport Version="1.0" FraudType="phishemail"><phish:PhishNameRef>bank</phish:PhishNameRef><phish:FraudedBrandName>Bank</phish:FraudedBrandName>
<phish:LureSource><System category="source"><Node><Address category="ipv4-addr">192.0.2.7</Address></Node></System></phish:LureSource>
<phish:DCSite DCType="web"><phish:SiteURL>http://phish.example/login</phish:SiteURL></phish:DCSite>
<phish:DCSite DCType="email"><phish:EmailSite>drop@mail.example</phish:EmailSite></phish:DCSite></phish:PhraudReport></AdditionalData></EventData>)"));
  EXPECT_THAT(run.values(), ElementsAre("ipv4 192.0.2.7", "url http://phish.example/login",
                                        "email drop@mail.example"));
  for (const Item& item : run.out.items) EXPECT_THAT(item.labels, ElementsAre("phishing:bank"));
}

TEST(Iodef, TheFirstEditionToo) {
  const auto run = read(Format::kIodef,
                        R"(<IODEF-Document version="1.00" xmlns="urn:ietf:params:xml:ns:iodef-1.0">
<Incident purpose="reporting" restriction="need-to-know"><EventData><Flow><System category="source"><Node><NodeName>old.example</NodeName></Node></System></Flow></EventData></Incident></IODEF-Document>)");
  EXPECT_THAT(run.values(), ElementsAre("domain old.example"));
  EXPECT_EQ(run.out.items[0].tlp, Tlp::kAmber);
}

TEST(Iodef, HostileAndBrokenDocumentsNameThePlace) {
  for (
      const std::string& bad : {
          std::string(
              R"(<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><IODEF-Document>&x;</IODEF-Document>)"),
          std::string(
              R"(<!DOCTYPE a [<!ENTITY x "xxxxxxxx"><!ENTITY y "&x;&x;&x;&x;">]><IODEF-Document>&y;</IODEF-Document>)"),
          std::string("<IODEF-Document>\n<Incident>"),
          std::string("<other/>"),
      }) {
    const auto run = read(Format::kIodef, bad);
    EXPECT_FALSE(run.status) << bad;
    ASSERT_EQ(run.out.refusals.size(), 1U) << bad;
    EXPECT_THAT(run.status.error().field, HasSubstr("line ")) << bad;
    EXPECT_FALSE(run.out.refusals[0].message.zh.empty());
    EXPECT_TRUE(run.out.items.empty());
  }
}

}  // namespace
}  // namespace tocsin::intake
