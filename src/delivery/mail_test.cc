// Every text of a mail is whole in the language of its subscription.
#include "delivery/mail.h"

#include <regex>

#include <gtest/gtest.h>

#include "model/threat.h"

namespace tocsin::delivery {
namespace {

constexpr std::string_view kEvents[] = {"determined", "listed", "lifted"};

/// One event of every word, class, subtype and level there is, with and without a remainder.
std::vector<model::DeliveryEvent> every_event() {
  std::vector<model::DeliveryEvent> out;
  for (const auto class_name : model::enum_names(model::ThreatClass{})) {
    model::DeliveryEvent e;
    EXPECT_TRUE(model::parse_enum(class_name, e.threat_class));
    e.number = "T-2026-000001";
    e.at = {1'780'000'000'000'000};
    std::vector<std::string_view> subtypes = model::subtypes(e.threat_class);
    subtypes.emplace_back("");
    for (const auto subtype : subtypes) {
      for (const auto event : kEvents) {
        e.event = event;
        e.subtype = subtype;
        e.level = e.level.empty() ? "III" : "";
        e.more = 3 - e.more;
        e.indicators = {
            {model::IndicatorKind::kDomain, "1.2.3.4", "", {"在您的网段内", "in your range"}}};
        out.push_back(e);
      }
    }
  }
  return out;
}

model::Delivery delivery_of(std::vector<model::DeliveryEvent> events) {
  model::Delivery d;
  d.id = "1";
  d.events = std::move(events);
  return d;
}

model::Subscription in(const char* language) {
  model::Subscription s;
  s.language = language;
  s.address = "1@1";
  return s;
}

/// The words of the subject (RFC 2047), joined.
std::string subject_of(const model::Delivery& d, const model::Subscription& s) {
  const auto message =
      mail_message(d, s, {"1@1", {1'780'000'000'000'000}},
                   [](const auto&, std::string_view, Instant) { return Result<std::string>("x"); });
  EXPECT_TRUE(message);
  const auto from = message->find("\r\nSubject: ") + 11;
  const std::string field = message->substr(from, message->find("\r\nMessage-ID") - from);
  const std::regex word(R"(=\?UTF-8\?B\?([^?]*)\?=)");
  std::string out;
  for (std::sregex_iterator at(field.begin(), field.end(), word), end; at != end; ++at) {
    out += unbase64((*at)[1].str()).value();
  }
  return out;
}

/// What is the same in both languages: case numbers, the traffic light, defanged schemes, levels,
/// and words that Chinese takes as they are.
std::string without_marks(const std::string& text) {
  static const std::regex marks(R"(T-[0-9-]+|TLP:[A-Z+]+|hxxp|III|IP|URL)");
  return std::regex_replace(text, marks, "");
}

void expect_english(const std::string& text) {
  for (const unsigned char c : text) {
    ASSERT_LT(c, 0x80U) << "not English: " << text;
  }
}

void expect_chinese(const std::string& text) {
  static const std::regex latin("[A-Za-z]{2,}");
  std::smatch found;
  const std::string rest = without_marks(text);
  EXPECT_FALSE(std::regex_search(rest, found, latin)) << found.str() << " in: " << text;
}

TEST(Mail, EveryTextIsWholeInBothLanguages) {
  const auto events = every_event();
  ASSERT_GT(events.size(), 30U);
  for (const auto& e : events) {
    const auto one = delivery_of({e});
    expect_english(mail_text(one, in("en")));
    expect_english(subject_of(one, in("en")));
    expect_chinese(mail_text(one, in("zh")));
    expect_chinese(subject_of(one, in("zh")));
  }
}

TEST(Mail, ADigestIsWholeInBothLanguages) {
  const auto digest = delivery_of(every_event());
  expect_english(mail_text(digest, in("en")));
  expect_english(subject_of(digest, in("en")));
  expect_chinese(mail_text(digest, in("zh")));
  expect_chinese(subject_of(digest, in("zh")));
  EXPECT_NE(subject_of(digest, in("en")), subject_of(digest, in("zh")));
}

TEST(Mail, WordsOfOneEventAreNotThoseOfAnother) {
  std::vector<std::string> seen;
  for (const auto event : kEvents) {
    model::DeliveryEvent e;
    e.event = event;
    seen.push_back(mail_text(delivery_of({e}), in("en")));
  }
  EXPECT_NE(seen[0], seen[1]);
  EXPECT_NE(seen[1], seen[2]);
}

}  // namespace
}  // namespace tocsin::delivery
