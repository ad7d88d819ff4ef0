// Abuse mail. All names are examples; nothing is contacted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "intake/collect.h"
#include "intake/mail_parts.h"

namespace tocsin::intake {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Outcome {
  Collected out;
  Counters counters;
  Status status;
  std::vector<std::string> values() const {
    std::vector<std::string> list;
    for (const Item& item : out.items) {
      list.push_back(std::string(model::name(item.indicator.kind)) + " " + item.indicator.value +
                     (item.actionable ? "" : " ?"));
    }
    return list;
  }
  std::vector<std::string> codes() const {
    std::vector<std::string> list;
    for (const Refusal& refusal : out.refusals) list.push_back(refusal.code);
    return list;
  }
};

Outcome read(std::string_view text) {
  Outcome run;
  const auto reader = make_reader(Format::kMail, {}, run.out);
  run.status = reader->feed(text);
  if (auto done = reader->finish(); run.status) run.status = std::move(done);
  run.counters = reader->counters();
  EXPECT_EQ(run.counters.lines, run.counters.items + run.counters.refused);
  EXPECT_EQ(run.counters.items, static_cast<std::int64_t>(run.out.items.size()));
  return run;
}

std::string multipart(std::string_view type, std::string_view headers,
                      const std::vector<std::string>& parts) {
  std::string out =
      "From: a@desk.example\r\nDate: Sat, 22 Aug 2026 03:00:29 +0200\r\n"
      "Message-ID: <m1@desk.example>\r\nSubject: =?UTF-8?B?6K2m?= report\r\n" +
      std::string(headers) + "MIME-Version: 1.0\r\nContent-Type: multipart/" + std::string(type) +
      "; boundary=\"b\"\r\n\r\n";
  for (const auto& part : parts) out += "--b\r\n" + part + "\r\n";
  return out + "--b--\r\n";
}

TEST(Mail, AbuseFeedbackReport) {
  const std::string mail = multipart(
      "report; report-type=feedback-report", "",
      {"Content-Type: text/plain\r\n\r\nSee http://prose[.]example/x, not other.example.",
       "Content-Type: message/feedback-report\r\n\r\nFeedback-Type: fraud\r\nVersion: 1\r\n"
       "Source-IP: 192.0.2.7\r\nArrival-Date: Fri, 21 Aug 2026 04:30:01 +0000\r\n"
       "Reported-URI: http://p.example/\r\n login\r\nReported-Domain: p.example\r\n",
       "Content-Type: message/rfc822\r\n\r\nFrom: spam@s.example\r\nTo: victim@v.example\r\n"
       "Subject: x\r\n\r\nhttp://evidence.example/\r\n"});
  EXPECT_EQ(sniff(mail), Format::kMail);
  const auto run = read(mail);
  ASSERT_TRUE(run.status.has_value());
  EXPECT_THAT(run.values(),
              testing::Contains("url http://prose.example/x ?"));  // proposed, not actionable
  EXPECT_THAT(run.values(), testing::Contains("ipv4 192.0.2.7"));
  EXPECT_THAT(run.values(), testing::Contains("domain p.example"));
  EXPECT_THAT(run.values(), testing::Not(testing::Contains(testing::HasSubstr("evidence"))));
  const Item& source = run.out.items.at(1);
  EXPECT_THAT(source.labels, ElementsAre("phishing"));
  EXPECT_EQ(source.description, "警 report");
  EXPECT_EQ(source.foreign_id, "m1@desk.example");
  EXPECT_EQ(to_string(source.first_seen), "2026-08-21T12:30:01.000+08:00");
}

TEST(Mail, XarfAsFieldsAndAsJson) {
  const auto fields = read(multipart(
      "mixed", "X-ARF: YES\r\n",
      {"Content-Type: text/plain\r\n\r\nDear all",
       "Content-Type: text/plain; name=\"report.txt\"\r\n\r\nReported-From: a@desk.example\r\n"
       "Category: abuse\r\nReport-Type: login-attack\r\nSource-Type: ip-address\r\n"
       "Source: 192.0.2.9\r\nDate: 2026-08-22T00:00:00Z\r\n"}));
  EXPECT_THAT(fields.values(), ElementsAre("ipv4 192.0.2.9"));
  EXPECT_THAT(fields.out.items[0].labels, ElementsAre("brute-force"));
  const auto json = read(multipart(
      "mixed", "X-XARF: YES\r\n",
      {"Content-Type: application/json; name=xarf.json\r\n\r\n"
       R"({"xarf_version":"4.0.0","type":"botnet","source_identifier":"192.0.2.8","timestamp":"2026-08-22T00:00:00Z"})",
       "Content-Type: application/json\r\n\r\n{\"Report\":{}}"}));
  EXPECT_THAT(json.values(), ElementsAre("ipv4 192.0.2.8 ?")) << "an infected host is a victim";
  EXPECT_THAT(json.codes(), ElementsAre("no-value"));
}

TEST(Mail, AttachedListsAreReadByTheirFormat) {
  const auto run = read(multipart(
      "mixed", "",
      {"Content-Type: text/html\r\n\r\n<a href=\"http://html.example/\">x</a>",
       "Content-Type: text/plain; name=\"list.txt\"\r\nContent-Disposition: attachment\r\n"
       "Content-Transfer-Encoding: base64\r\n\r\nYS5leGFtcGxlCmZyZWUK\r\n",
       "Content-Type: application/octet-stream\r\nContent-Disposition: attachment; "
       "filename*=UTF-8''%E8%A1%A8.zip\r\n\r\nPK",
       "Content-Type: message/rfc822\r\n\r\nFrom: x@y.example\r\nSubject: fwd\r\n\r\nhxxp://in"
       "ner[.]example/ d41d8cd98f00b204e9800998ecf8427e, 192.0.2.1.\r\n"}));
  EXPECT_THAT(run.values(),
              ElementsAre("domain a.example", "url http://inner.example/ ?",
                          "md5 d41d8cd98f00b204e9800998ecf8427e ?", "ipv4 192.0.2.1 ?"));
  EXPECT_THAT(run.codes(), ElementsAre("single-label", "unsupported-attachment"));
  EXPECT_EQ(run.out.refusals[1].original, "表.zip");
}

TEST(Mail, BoundsAndWhatIsNoMail) {
  EXPECT_THAT(read("just text\n").codes(), ElementsAre("not-mail"));
  EXPECT_THAT(read("").codes(), ElementsAre("not-mail"));
  EXPECT_THAT(read("From: a@b.example\r\nSubject: s\r\n\r\nnothing here").codes(), IsEmpty());
  std::string deep = "From: a@b.example\r\n";
  for (int i = 0; i < 40; ++i) {
    deep += "Content-Type: multipart/mixed; boundary=b" + std::to_string(i) + "\r\n\r\n--b" +
            std::to_string(i) + "\r\n";
  }
  const auto nested = mail::take_apart(deep + "\r\nx");
  ASSERT_FALSE(nested.has_value());
  EXPECT_EQ(nested.error().code, Code::kTooLarge);
  mail::Limits few;
  few.parts = 2;
  const std::string part = "Content-Type: text/plain\r\n\r\nx";
  EXPECT_FALSE(mail::take_apart(multipart("mixed", "", {part, part, part}), few).has_value());
}

}  // namespace
}  // namespace tocsin::intake
