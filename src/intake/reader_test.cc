#include "intake/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "intake/feed_time.h"
#include "intake/test_reading.h"
#include "match/canonical.h"

namespace tocsin::intake {
namespace {

using K = model::IndicatorKind;
using testing::ElementsAre;

TEST(Plain, CommentsMixedKindsAndEndings) {
  const Outcome run = read(Format::kPlain,
                           "[Adblock Plus]\r\n! Title: x\n; c\n// c\n# c\n\n"
                           "Evil.example # why\r\n||bad.example^$all\n192.0.2.1\t10\n192.0.2.2\t1\n"
                           "evil.example;some campaign\nfree\nzone[0-9]+\\.example\n/gate.php\n"
                           "[2001:db8::1]:443");
  EXPECT_THAT(run.values(),
              ElementsAre("domain evil.example", "domain bad.example", "ipv4 192.0.2.1",
                          "ipv4 192.0.2.2", "domain evil.example", "pattern zone[0-9]+\\.example",
                          "pattern /gate.php", "endpoint [2001:db8::1]:443"));
  EXPECT_THAT(run.codes(), ElementsAre("12 single-label"));
  EXPECT_EQ(run.counters.comments, 5);
  EXPECT_EQ(run.out.items[0].description, "why");
  EXPECT_EQ(run.out.items[0].original, "Evil.example");
  EXPECT_EQ(run.out.items[0].line, 7);
  EXPECT_GT(run.out.items[2].confidence, run.out.items[3].confidence);
  EXPECT_EQ(run.out.items[3].confidence, 50);
}

TEST(Plain, CommentsBehindTheValueMayBeChineseAndWhiteSpaceInvisible) {
  const Outcome run = read(Format::kPlain,
                           "a.example ；银行仿冒\nb.example\xE3\x80\x80，钓鱼\n"
                           "c.example\xC2\xA0# no-break\nd.example\xE2\x80\x8B\n"
                           "e.example ; note http://x.example/\n");
  EXPECT_THAT(run.values(), ElementsAre("domain a.example", "domain b.example", "domain c.example",
                                        "domain d.example", "domain e.example"));
  EXPECT_EQ(run.out.items[0].description, "银行仿冒");
  EXPECT_EQ(run.out.items[1].description, "钓鱼");
  EXPECT_EQ(run.out.items[2].description, "no-break");
}

TEST(Plain, FireholHeaderGivesDateAndCount) {
  const Outcome run =
      read(Format::kPlain,
           "# Source File Date: Fri Aug 21 04:30:01 UTC 2026\n"
           "# This File Date  : Sat Aug 22 03:32:09 UTC 2026\n"
           "# Entries         : 3 subnets, 9 unique IPs\n192.0.2.0/24\n198.51.100.1\n");
  EXPECT_EQ(to_string(run.source.source_date), "2026-08-21T12:30:01.000+08:00");
  EXPECT_EQ(run.out.items[0].first_seen, run.source.source_date);
  EXPECT_EQ(run.source.declared_entries, 3);
  ASSERT_EQ(run.out.warnings.size(), 1U);
  EXPECT_EQ(run.out.warnings[0].code, "count-mismatch");
}

TEST(Plain, MarksInAPayloadLiteralAreItsBytes) {
  const std::string lines =
      "content:\"evil; # x\"; nocase;\ncontent:\"evil;x\";\ncontent:\"evil\"; offset:4;\n";
  const Outcome run = read(Format::kPlain, lines);
  EXPECT_THAT(run.values(),
              ElementsAre(R"(literal "evil|3b| # x" nocase)", R"(literal "evil|3b|x")"));
  EXPECT_THAT(run.codes(), ElementsAre("3 conditional-literal"));
  Options options;
  options.kind = K::kLiteral;
  EXPECT_THAT(read(Format::kPlain, "\"a # b\"\n", options).values(),
              ElementsAre("literal \"a # b\""));
}

TEST(Plain, LongLinesAndEmptySources) {
  Options options;
  options.max_line_bytes = 100;
  const Outcome run =
      read(Format::kPlain, "a.example\n" + std::string(500, 'x') + "\nb.example\n", options);
  EXPECT_THAT(run.values(), ElementsAre("domain a.example", "domain b.example"));
  EXPECT_THAT(run.codes(), ElementsAre("2 line-too-long"));
  const Outcome empty = read(Format::kPlain, "# nothing today\n");
  ASSERT_EQ(empty.out.warnings.size(), 1U);
  EXPECT_EQ(empty.out.warnings[0].code, "empty-feed");
}

TEST(Hosts, SinksNamesAndBoilerplate) {
  const Outcome run =
      read(Format::kHosts,
           "127.0.0.1 localhost\n::1 ip6-localhost\n# c\n0.0.0.0 a.example b.example # x\n"
           "127.0.0.1\tc.example\n192.0.2.1 d.example\n0.0.0.0 192.0.2.9\n");
  EXPECT_THAT(run.values(),
              ElementsAre("domain a.example", "domain b.example", "domain c.example"));
  EXPECT_THAT(run.codes(), ElementsAre("6 not-a-sink", "7 kind-mismatch"));
}

TEST(Csv, MappingByHeaderQuotesAndKinds) {
  Options options;
  options.csv.value = "Value";
  options.csv.kind = "Indicator Type";
  options.csv.description = "note";
  options.csv.first_seen = "when";
  options.csv.utc_offset = std::chrono::hours{9};
  const Outcome run =
      read(Format::kCsv,
           "# made by x\nindicator type,value,note,when\n"
           "SHA-256," +
               std::string(64, 'A') +
               ",\"say \"\"hi\"\", two\nlines\",2025/10/01 10:25:00\n"
               "Domain,evil[.]example,,\nurl,hxxp://evil.example,,\nIP,evil.example,,\n"
               "domain,,x,\n",
           options);
  EXPECT_THAT(run.values(), ElementsAre("sha256 " + std::string(64, 'a'), "domain evil.example",
                                        "url http://evil.example/"));
  EXPECT_EQ(run.out.items[0].description, "say \"hi\", two\nlines");
  EXPECT_EQ(to_string(run.out.items[0].first_seen), "2025-10-01T09:25:00.000+08:00");
  EXPECT_THAT(run.codes(), ElementsAre("7 kind-mismatch", "8 empty"));
}

TEST(Csv, WhatIsWrongInACellIsRefusedAndNothingGuessed) {
  Options options;
  options.csv.value = "value";
  options.csv.confidence = "sure";
  options.csv.valid_until = "until";
  const Outcome run = read(Format::kCsv,
                           "value,sure,until\na.example,90%,2027-01-02\nb.example,101,\n"
                           "c.example,high,\nd.example,,bad-date\ne.example,n/a,-\n",
                           options);
  EXPECT_THAT(run.values(), ElementsAre("domain a.example", "domain e.example"));
  EXPECT_THAT(run.codes(), ElementsAre("3 bad-confidence", "4 bad-confidence", "5 bad-time"));
}

TEST(Csv, ColumnNumbersTailAndDelimiter) {
  Options options;
  options.csv.header = false;
  options.csv.auto_delimiter = true;
  options.csv.value = "#2";
  options.csv.value_tail = "#3";
  options.csv.fixed_kind = K::kUrl;
  const Outcome run = read(Format::kCsv, "1;evil.example;/a\n2;evil.example;\n", options);
  EXPECT_THAT(run.values(), ElementsAre("host-path evil.example/a", "host-path evil.example/"));
}

TEST(Csv, AnOpenQuoteCostsItsOwnLineOnly) {
  std::string text = "v\n\"open\n";
  for (int i = 0; i < 200; ++i) text += "d" + std::to_string(i) + ".example\n";
  const Outcome run = read(Format::kCsv, text);
  EXPECT_EQ(run.counters.items, 200);
  EXPECT_THAT(run.codes(), ElementsAre("2 open-quote"));
}

/// Why a CSV with that mapping is given up at once, in pieces of one byte.
TEST(Csv, TheUsualChineseHeadingsNeedNoMapping) {
  const auto of = [](std::string_view text) { return read(Format::kCsv, text); };
  auto run =
      of("序号,IP 地址,发现时间,备注,置信度\n1,192.0.2.7,2026-03-05 17:30:00,扫描,80\n"
         "2,2001:db8::7,,,\n");
  ASSERT_TRUE(run.status) << run.status.error().message;
  EXPECT_THAT(run.values(), ElementsAre("ipv4 192.0.2.7", "ipv6 2001:db8::7"));
  const Item& first = run.out.items.at(0);
  EXPECT_EQ(to_utc(first.first_seen), "2026-03-05T09:30:00.000Z") << "Beijing's";
  EXPECT_EQ(first.description, "扫描");
  EXPECT_EQ(first.confidence, 80);
  const std::string digest(64, 'a');
  EXPECT_THAT(of("编号,网址/URL\na,http://evil.example/x\n").values(),
              ElementsAre("url http://evil.example/x"));
  EXPECT_THAT(of("编号,手机号（+86）\na,13800138000\n").values(),
              ElementsAre("phone +8613800138000"));
  EXPECT_THAT(of("家族,文件哈希\nmirai," + digest + "\n").values(),
              ElementsAre("sha256 " + digest));
  EXPECT_THAT(of("类型,指标\n域名,a.example\n邮箱,x@a.example\n").values(),
              ElementsAre("domain a.example", "email x@a.example"));
  run = of("域名,IP地址\na.example,192.0.2.7\n");
  ASSERT_FALSE(run.status) << "one of them would be dropped in silence";
  EXPECT_EQ(run.status.error().rule, "many-values");
  EXPECT_THAT(run.status.error().message_zh, ::testing::HasSubstr("域名, IP地址"));
  Options named;
  named.csv.value = "IP地址";
  EXPECT_THAT(read(Format::kCsv, "域名,IP地址\na.example,192.0.2.7\n", named).values(),
              ElementsAre("ipv4 192.0.2.7"));
}

std::string csv_given_up(const CsvMapping& mapping, std::string_view text) {
  Options options;
  options.csv = mapping;
  Collected out;
  const auto reader = make_reader(Format::kCsv, options, out);
  Status fed;
  for (std::size_t i = 0; i < text.size() && fed; ++i) fed = reader->feed(text.substr(i, 1));
  if (fed) fed = reader->finish();
  if (fed) return "read to its end";
  EXPECT_EQ(fed.error().field, "csv");
  EXPECT_EQ(out.refusals.size(), 1U);
  EXPECT_EQ(reader->counters().lines, reader->counters().items + reader->counters().refused);
  EXPECT_FALSE(reader->finish());
  return fed.error().message;
}

TEST(Csv, AMissingColumnEndsTheReadingAndNamesThoseThatAreThere) {
  CsvMapping mapping;
  mapping.value = "Nope";
  EXPECT_EQ(csv_given_up(mapping, "Domain,Malware\na.example,x\nb.example,y\n"),
            "There is no column 'Nope'; the columns are: Domain, Malware");
  mapping.value = "domain";
  mapping.label = "Familie";
  EXPECT_EQ(csv_given_up(mapping, "Domain,Malware\na.example,x\n"),
            "There is no column 'Familie'; the columns are: Domain, Malware");
  mapping.header = false;
  EXPECT_THAT(csv_given_up(mapping, "a.example,x\n"), ::testing::HasSubstr("#1"));
}

TEST(Ndjson, SchemaAndErrors) {
  const Outcome run = read(
      Format::kNdjson,
      R"({"kind":"phone","value":"13800138000","confidence":80,"tlp":"amber","first_seen":"2026-03-05T17:30:00+08:00","labels":["fraud"],"id":"x1","actionable":false})"
      "\n\n"
      R"({"value":"evil.example"})"
      "\n{\"value\":\n{\"kind\":\"nope\",\"value\":\"a.example\"}\n[1]\n"
      R"({"value":"a.example","confidence":101})");
  EXPECT_THAT(run.values(), ElementsAre("phone +8613800138000", "domain evil.example"));
  EXPECT_THAT(run.codes(),
              ElementsAre("4 bad-json", "5 unknown-kind", "6 no-value", "7 bad-confidence"));
  const Item& item = run.out.items[0];
  EXPECT_EQ(item.confidence, 80);
  EXPECT_EQ(item.tlp, Tlp::kAmber);
  EXPECT_FALSE(item.actionable);
  EXPECT_THAT(item.labels, ElementsAre("fraud"));
}

TEST(Zeek, FieldsLineDecides) {
  const Outcome run =
      read(Format::kZeek,
           "x\tbefore\n#fields\tindicator_type\tindicator\tmeta.source\tmeta.desc\n"
           "Intel::DOMAIN\tEvil.example\tSRC\t-\nIntel::ADDR\t192.0.2.1\t-\tC2\n"
           "Intel::URL\tevil.example/a\tS\tD\nIntel::SOFTWARE\tx\tS\tD\n"
           "Intel::DOMAIN\t-\tS\tD\nIntel::FILE_HASH\td41d8cd98f00b204e9800998ecf8427e\n");
  EXPECT_THAT(run.values(),
              ElementsAre("domain evil.example", "ipv4 192.0.2.1", "host-path evil.example/a",
                          "md5 d41d8cd98f00b204e9800998ecf8427e"));
  EXPECT_THAT(run.codes(), ElementsAre("1 no-fields", "6 unsupported-type", "7 empty"));
  EXPECT_EQ(run.out.items[0].description, "");
  EXPECT_THAT(run.out.items[0].labels, ElementsAre("SRC"));
}

TEST(Zones, FourFormsOfOneList) {
  const std::string want[] = {"domain a.example", "domain b.example"};
  EXPECT_THAT(read(Format::kDnsmasq, "# c\naddress=/a.example/b.example/0.0.0.0\n").values(),
              testing::ElementsAreArray(want));
  EXPECT_THAT(read(Format::kUnbound,
                   "server:\nlocal-zone: \"a.example\" always_nxdomain\nlocal-data: \"b.example A "
                   "0.0.0.0\"\n")
                  .values(),
              testing::ElementsAreArray(want));
  EXPECT_THAT(read(Format::kBind,
                   "zone \"a.example\" { type master; file \"n\"; };\nzone \"b.example\" {\n  type "
                   "master;\n};\n")
                  .values(),
              testing::ElementsAreArray(want));
  EXPECT_THAT(read(Format::kRpz,
                   "$TTL 30\n@ SOA a. b. 1 2 3 4 5\n NS l.\na.example CNAME .\n"
                   "b.example 30 IN CNAME *. ; x\n")
                  .values(),
              testing::ElementsAreArray(want));
}

TEST(Zones, RpzTriggersAndRulesThatAllow) {
  const Outcome run = read(Format::kRpz,
                           "$ORIGIN rpz.test.\n@ SOA a. b. (\n 1 2\n 3 4 5 )\n*.a.example CNAME .\n"
                           "b.example.rpz.test. CNAME .\n24.0.2.0.192.rpz-ip CNAME .\n"
                           "48.zz.1.db8.2001.rpz-ip CNAME .\nok.example CNAME rpz-passthru.\n"
                           "x.rpz-nsdname CNAME .\nc.example TXT \"a;b\"\nd.example A 0.0.0.0\n");
  EXPECT_THAT(run.values(), ElementsAre("wildcard-domain *.a.example", "domain b.example",
                                        "ipv4-prefix 192.0.2.0/24", "ipv6-prefix 2001:db8:1::/48",
                                        "domain d.example"));
  EXPECT_THAT(run.codes(),
              ElementsAre("9 exception-rule", "10 unsupported-type", "11 unsupported-type"));
}

TEST(Zones, SettingsThatBlockNothingAreRefused) {
  EXPECT_EQ(read(Format::kDnsmasq, "server=/a.example/192.0.2.53\ncache-size=1\n").counters.refused,
            2);
  EXPECT_EQ(read(Format::kUnbound, "local-zone: \"a.example\" transparent\n").counters.refused, 1);
  EXPECT_EQ(read(Format::kBind, "options x;\n").counters.refused, 1);
}

TEST(FeedTime, TheSpellingsOfFeeds) {
  const auto want = parse_instant("2026-08-22T03:00:29+02:00");
  for (const std::string_view text :
       {"Sat, 22 Aug 2026 03:00:29 +0200", "2026-08-22T01:00:29Z", "2026-08-22 01:00:29",
        "2026/08/22 01:00:29", "Sat Aug 22 01:00:29 UTC 2026", "1787360429"}) {
    ASSERT_TRUE(parse_feed_time(text).has_value()) << text;
    EXPECT_EQ(*parse_feed_time(text), *want) << text;
  }
  for (const std::string_view text :
       {"", "yesterday", "2026-13-01", "99999999999", "2026-08-22 25:00:00"}) {
    EXPECT_FALSE(parse_feed_time(text)) << text;
  }
}

TEST(Sniff, EveryFormat) {
  const std::tuple<std::string_view, std::string_view, Format> cases[] = {
      {"# c\nevil.example\n", "x.txt", Format::kPlain},
      {"# c\n0.0.0.0 evil.example\n", "", Format::kHosts},
      {"Domain,Malware\na.example,x\n", "blackbook.csv", Format::kCsv},
      {"{\"kind\":\"domain\",\"value\":\"a.example\"}\n", "", Format::kNdjson},
      {"#fields\tindicator\tindicator_type\n", "", Format::kZeek},
      {"{\n \"type\": \"bundle\", \"objects\": [", "", Format::kStix},
      {"{\"Event\": {\"info\":", "", Format::kMisp},
      {"; c\n$TTL 30\n", "", Format::kRpz},
      {"address=/a.example/0.0.0.0\n", "", Format::kDnsmasq},
      {"local-zone: \"a.example\" refuse\n", "", Format::kUnbound},
      {"zone \"a.example\" {", "", Format::kBind},
  };
  for (const auto& [head, file, format] : cases) EXPECT_EQ(name(sniff(head, file)), name(format));
}

}  // namespace
}  // namespace tocsin::intake
