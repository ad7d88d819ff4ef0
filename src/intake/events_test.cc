// Events of other platforms: Shadowserver, IntelMQ, n6; in and out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "intake/classification.h"
#include "intake/shadowserver.h"
#include "intake/test_reading.h"
#include "intake/write/writer.h"

namespace tocsin::intake {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kSchema = R"({
  "_meta": {"date_created": "2026-01-01T00:00:00Z"},
  "lab_proxy": {
    "file_name": "lab_proxy", "feed_name": "Lab-Proxy",
    "constant_fields": {"classification.type": "c2-server", "classification.identifier": "lab"},
    "required_fields": [["time.source", "timestamp", "add_UTC_to_timestamp"],
                        ["source.ip", "addr", "validate_ip"],
                        ["source.port", "door", "convert_int"]],
    "optional_fields": [["extra.", "severity", "validate_to_none"],
                        ["malware.name", "kin", "validate_to_none"],
                        ["source.url", "url", "convert_http_host_and_url", true],
                        ["extra.", "hue", "paint_it"],
                        ["extra.", "tag", "paint_it"]]
  }
})";

Options shadowserver_options(std::string file, bool schema) {
  Options options;
  options.file_name = std::move(file);
  if (schema) {
    auto read = shadowserver::read_schema(kSchema);
    EXPECT_TRUE(read.has_value());
    options.shadowserver = std::make_shared<shadowserver::Schema>(std::move(*read));
  }
  return options;
}

TEST(Shadowserver, ReportTypeIsInTheFileName) {
  EXPECT_EQ(shadowserver::report_type("2026-08-22-scan_rdp-cn.csv"), "scan_rdp");
  EXPECT_EQ(shadowserver::report_type("dir/2026-08-22-event4_sinkhole-some-unit.csv.gz"),
            "event4_sinkhole");
  EXPECT_EQ(shadowserver::report_type("scan_rdp.csv"), "scan_rdp");
  EXPECT_EQ(shadowserver::report_type("Scan RDP.csv"), "");
  EXPECT_EQ(shadowserver::report_type("scan_rdp.txt"), "");
}

TEST(Shadowserver, SchemaSaysWhatColumnsMean) {
  const auto run = read(Format::kShadowserver,
                        "\"timestamp\",\"addr\",\"door\",\"severity\",\"kin\",\"http_host\","
                        "\"http_url\",\"tag\"\n"
                        "\"2026-08-22 01:02:03\",\"192.0.2.7\",8080,\"high\",\"zebra\",,,t1\r\n"
                        "2026-08-22 01:02:03,192.0.2.8,443,,0,a.example,GET /x?y=1 HTTP/1.1,\n"
                        "2026-08-22 01:02:03,nonsense,443,,,,,\n"
                        "never,192.0.2.9,443,,,,,\n",
                        shadowserver_options("2026-08-22-lab_proxy-cn.csv", true));
  ASSERT_TRUE(run.status.has_value());
  EXPECT_THAT(run.values(), ElementsAre("endpoint 192.0.2.7:8080", "url http://a.example/x?y=1"));
  EXPECT_THAT(run.codes(), ElementsAre("4 no-value", "5 bad-time"));
  const Item& item = run.out.items[0];
  EXPECT_THAT(item.labels, ElementsAre("c2-server:zebra", "severity:high", "t1"));
  EXPECT_EQ(to_string(item.first_seen), "2026-08-22T09:02:03.000+08:00");
  EXPECT_TRUE(item.actionable);
  ASSERT_EQ(run.out.warnings.size(), 1U);
  EXPECT_EQ(run.out.warnings[0].code, "unknown-converter");
}

TEST(Shadowserver, MissingColumnsAndUnknownReportsAreSaid) {
  const auto gone = read(Format::kShadowserver, "\"timestamp\",\"addr\"\n2026-08-22 00:00:00,x\n",
                         shadowserver_options("lab_proxy.csv", true));
  ASSERT_FALSE(gone.status.has_value());
  EXPECT_EQ(gone.status.error().rule, "no-column");
  EXPECT_EQ(gone.status.error().field, "door");
  const auto other =
      read(Format::kShadowserver, "timestamp,ip,asn,geo\n2026-08-22,192.0.2.1,1,CN\n",
           shadowserver_options("scan_lab.csv", true));
  EXPECT_THAT(other.values(), ElementsAre("ipv4 192.0.2.1"));
  EXPECT_EQ(other.out.warnings.at(0).code, "unknown-report");
}

TEST(Shadowserver, AReportWithoutSeverityTakesThePublishersDefault) {
  constexpr std::string_view kTable =
      "## Default Severity Level by Report Type\n\n| Report | Level |\n| --- | --- |\n"
      "| scan_lab  | high |\n| lab_proxy | low |\n| Level | critical |\n";
  EXPECT_TRUE(shadowserver::is_severity_table(kTable));
  EXPECT_FALSE(shadowserver::is_severity_table(" {\"a\":1}"));
  auto with = [&](const char* file) {
    Options options = shadowserver_options(file, true);
    auto schema = *options.shadowserver;
    EXPECT_TRUE(shadowserver::read_severities(kTable, schema));
    options.shadowserver = std::make_shared<shadowserver::Schema>(std::move(schema));
    return options;
  };
  const auto common =
      read(Format::kShadowserver,
           "timestamp,severity,ip\n2026-08-22,,192.0.2.1\n2026-08-22,info,192.0.2.2\n",
           with("scan_lab.csv"));
  ASSERT_EQ(common.out.items.size(), 2U);
  EXPECT_THAT(common.out.items[0].labels, testing::Contains("severity:high"));
  EXPECT_THAT(common.out.items[1].labels, testing::Contains("severity:info"))
      << "what the line says wins";
  const auto known = read(Format::kShadowserver, "timestamp,addr,door\n2026-08-22,192.0.2.1,443\n",
                          with("lab_proxy.csv"));
  ASSERT_EQ(known.out.items.size(), 1U);
  EXPECT_THAT(known.out.items[0].labels, testing::Contains("severity:low"));
  shadowserver::Schema empty;
  EXPECT_FALSE(shadowserver::read_severities("# words\n| a | b |\n", empty));
}

TEST(Shadowserver, WithoutASchemaCommonColumnsCount) {
  const std::string_view scan =
      "\"timestamp\",\"severity\",\"ip\",\"protocol\",\"port\",\"hostname\",\"tag\",\"asn\","
      "\"geo\"\n\"2026-08-22 00:00:00\",\"critical\",\"2001:db8::1\",\"tcp\",3389,"
      "\"h.example\",\"rdp\",64500,\"CN\"\n";
  EXPECT_EQ(sniff(scan, "2026-08-22-scan_rdp-cn.csv"), Format::kShadowserver);
  const auto weak =
      read(Format::kShadowserver, scan, shadowserver_options("2026-08-22-scan_rdp-cn.csv", false));
  EXPECT_THAT(weak.values(), ElementsAre("ipv6 2001:db8::1"));
  EXPECT_THAT(weak.out.items[0].labels,
              ElementsAre("vulnerable-system", "severity:critical", "rdp"));
  EXPECT_FALSE(weak.out.items[0].actionable) << "a victim is never blocked";

  const auto infected = read(Format::kShadowserver,
                             "timestamp,src_ip,src_port,dst_ip,infection\n"
                             "2026-08-22 00:00:00,192.0.2.1,50000,198.51.100.1,worm\n",
                             shadowserver_options("event4_sinkhole.csv", false));
  EXPECT_THAT(infected.values(), ElementsAre("ipv4 192.0.2.1"));
  EXPECT_THAT(infected.out.items[0].labels, ElementsAre("infected-system:worm"));

  const auto phish = read(Format::kShadowserver,
                          "timestamp,url,host,ip\n2026-08-22,https://p.example/a,p.example,"
                          "192.0.2.1\n2026-08-22,,p.example,192.0.2.1\n",
                          shadowserver_options("phish_url.csv", false));
  EXPECT_THAT(phish.values(), ElementsAre("url https://p.example/a", "domain p.example"));
  EXPECT_TRUE(phish.out.items[0].actionable);
}

TEST(Shadowserver, BrokenSchemasAreRefusedByName) {
  for (const std::string_view bad :
       {"", "[]", "{}", R"({"a":1})", R"({"a":{"required_fields":[["time.source"]]}})"}) {
    const auto schema = shadowserver::read_schema(bad);
    ASSERT_FALSE(schema.has_value()) << bad;
    EXPECT_EQ(schema.error().rule, "bad-schema");
    EXPECT_FALSE(schema.error().message_zh.empty());
  }
}

TEST(Intelmq, EventsByTheirClassification) {
  const std::string_view lines =
      R"({"__type":"Event","classification.type":"c2-server","source.ip":"192.0.2.1","source.port":443,"malware.name":"zebra","time.source":"2026-01-02T03:04:05+00:00","feed.accuracy":75.0,"tlp":"GREEN"}
{"classification.type":"infected-system","source.ip":"192.0.2.2","source.port":50000,"source.fqdn":"victim.example"}
{"classification.type":"phishing","source.url":"http://p.example/x","source.ip":"192.0.2.3","source.fqdn":"p.example"}
{"classification.type":"own-word","source.fqdn":"A.example."}
{"__type":"Report","raw":"eA=="}
{"classification.type":"scanner"}
{"classification.type":"scanner","source.ip":"0.0.0.0"}
{"classification.type":"scanner","source.ip":"192.0.2.1","feed.accuracy":"300"}
{broken
)";
  EXPECT_EQ(sniff(lines), Format::kIntelmq);
  const auto run = read(Format::kIntelmq, lines);
  EXPECT_THAT(run.values(), ElementsAre("endpoint 192.0.2.1:443", "ipv4 192.0.2.2",
                                        "url http://p.example/x", "domain a.example"));
  EXPECT_THAT(run.codes(), ElementsAre("5 bad-record", "6 no-value", "7 bad-address",
                                       "8 bad-confidence", "9 bad-json"));
  EXPECT_EQ(run.out.items[0].confidence, 75);
  EXPECT_EQ(run.out.items[0].tlp, Tlp::kGreen);
  EXPECT_THAT(run.out.items[0].labels, ElementsAre("c2-server:zebra"));
  EXPECT_FALSE(run.out.items[1].actionable);
  EXPECT_THAT(run.out.items[3].labels, ElementsAre("own-word"));
}

TEST(Intelmq, ArraysOfAnyLengthAndHowTheyBreak) {
  const auto run = read(Format::kIntelmq, R"( [ {"classification.type":"c2-server",
     "source.fqdn":"a.example","x":"}]\"{"}, {"source.fqdn" "b"},
     {"classification.type":"c2-server","source.fqdn":"c.example"} ] trailing)");
  EXPECT_THAT(run.values(), ElementsAre("domain a.example", "domain c.example"));
  EXPECT_THAT(run.codes(), ElementsAre("2 bad-json"));
  EXPECT_THAT(read(Format::kIntelmq, R"([{"source.fqdn":"a.example"},{"sour)").codes(),
              ElementsAre("2 bad-json"));
  EXPECT_THAT(read(Format::kIntelmq, "[1,2]").codes(), ElementsAre("1 bad-json"));
  EXPECT_THAT(read(Format::kIntelmq, "[]").codes(), IsEmpty());
  Options tight;
  tight.max_line_bytes = 40;
  EXPECT_THAT(
      read(Format::kIntelmq,
           R"([{"source.fqdn":"a.example","raw":"0123456789012345678901234567890"}])", tight)
          .codes(),
      ElementsAre("1 line-too-long"));
}

TEST(N6, JsonLinesArrayAndCsv) {
  const std::string event =
      R"({"id":"1","source":"s.c","restriction":"need-to-know","confidence":"high","category":"cnc","time":"2026-01-02T03:04:05Z","modified":"2026-01-02T03:04:05Z","name":"zebra","fqdn":"c.example","address":[{"ip":"192.0.2.1","cc":"CN"}]})";
  const std::string bots =
      R"({"id":"2","source":"s.c","restriction":"public","confidence":"low","category":"bots","time":"2026-01-02 03:04:05","address":[{"ip":"192.0.2.1"},{"ip":"192.0.2.2"}],"dport":80})";
  const std::string gone =
      R"({"id":"3","category":"malurl","restriction":"internal","status":"delisted","url":"http://u.example/"})";
  const std::string lines = event + "\n" + bots + "\n" + gone + "\n" + R"({"category":"cnc"})";
  EXPECT_EQ(sniff(lines), Format::kN6);
  const auto run = read(Format::kN6, lines);
  EXPECT_THAT(run.values(), ElementsAre("domain c.example", "ipv4 192.0.2.1", "ipv4 192.0.2.2",
                                        "url http://u.example/"));
  EXPECT_THAT(run.codes(), ElementsAre("4 no-value"));
  EXPECT_THAT(run.out.items[0].labels, ElementsAre("c2-server:zebra"));
  EXPECT_EQ(run.out.items[0].tlp, Tlp::kAmber);
  EXPECT_EQ(run.out.items[0].confidence, 80);
  EXPECT_THAT(run.out.items[1].labels, ElementsAre("infected-system"));
  EXPECT_FALSE(run.out.items[1].actionable);
  EXPECT_FALSE(run.out.items[3].actionable) << "delisted";
  EXPECT_EQ(read(Format::kN6, "[" + event + ",\n" + bots + "]").out.items.size(), 3U);

  const std::string_view table =
      "\"time\",\"id\",\"source\",\"restriction\",\"confidence\",\"category\",\"name\",\"ip\","
      "\"url\",\"fqdn\"\n"
      "\"2026-01-02 03:04:05\",1,s.c,public,medium,scanning,,192.0.2.1 192.0.2.2,,\n"
      "2026-01-02 03:04:05,2,s.c,public,huge,phish,,,http://p.example/,\n";
  EXPECT_EQ(sniff(table, "x.csv"), Format::kN6);
  const auto rows = read(Format::kN6, table);
  EXPECT_THAT(rows.values(), ElementsAre("ipv4 192.0.2.1", "ipv4 192.0.2.2"));
  EXPECT_THAT(rows.codes(), ElementsAre("3 bad-confidence"));
}

TEST(Classification, WordsAreOneToOne) {
  for (const std::string_view word : {"c2-server", "phishing", "bots", "cnc", "deface", "tor"}) {
    const Classification* row = by_intelmq(word) != nullptr ? by_intelmq(word) : by_n6(word);
    ASSERT_NE(row, nullptr) << word;
    EXPECT_EQ(by_label(row->label()), row) << word;
    EXPECT_EQ(by_label(event_label(row->label(), "x:y")), row) << word;
    if (!row->threat_class || row->subtype.empty()) continue;
    const auto& allowed = model::subtypes(*row->threat_class);
    EXPECT_THAT(allowed, testing::Contains(row->subtype));  // W17-01
  }
  EXPECT_EQ(by_label("whatever"), nullptr);
}

TEST(Writers, WhatAFormCannotSayIsNotSaid) {
  Item item;
  item.indicator = {model::IndicatorKind::kPhone, "+8613800138000"};
  EXPECT_FALSE(out_item(OutForm::kIntelmq, item, "lab"));
  EXPECT_FALSE(out_item(OutForm::kN6, item, "lab"));
  EXPECT_TRUE(out_item(OutForm::kNdjson, item, "lab"));
  item.indicator = {model::IndicatorKind::kEndpoint, "a.example:80"};
  EXPECT_FALSE(out_item(OutForm::kIntelmq, item, "lab"));
  item.indicator = {model::IndicatorKind::kEndpoint, "192.0.2.1:80"};
  item.labels = {"scanner"};
  EXPECT_FALSE(out_item(OutForm::kIntelmq, item, "lab")) << "would be read back as the whole host";
  EXPECT_EQ(out_form_named("n6"), OutForm::kN6);
  EXPECT_FALSE(out_form_named("xml"));
}

}  // namespace
}  // namespace tocsin::intake
