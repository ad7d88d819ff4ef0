#include "base/xml.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tocsin {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Told final : XmlSink {
  std::vector<std::string> seen;
  Status on_start(const XmlName& name, const XmlAttributes& attributes) override {
    seen.push_back("<" + std::string(name.local) + " " + std::string(attributes["id"]));
    return {};
  }
  Status on_end(const XmlName& name, std::string_view text) override {
    seen.push_back(std::string(name.space) + ":" + std::string(name.local) + "=" +
                   std::string(text));
    return {};
  }
};

Status parse(std::string_view text, Told& told, XmlLimits limits = {}) {
  XmlParser parser(told, limits);
  TRY_STATUS(parser.feed(text));
  return parser.finish();
}

TEST(Xml, ElementsAttributesAndTextInAnyPieces) {
  const std::string_view text =
      "<?xml version=\"1.0\" encoding=\"GB2312\"?><a xmlns='urn:x'><b "
      "id=\"1&amp;2\">甲&lt;乙</b></a>";
  Told whole;
  ASSERT_TRUE(parse(text, whole));
  EXPECT_THAT(whole.seen, ElementsAre("<a ", "<b 1&2", "urn:x:b=甲<乙", "urn:x:a="));
  Told pieces;
  XmlParser parser(pieces);
  for (const char c : text) ASSERT_TRUE(parser.feed({&c, 1}));
  ASSERT_TRUE(parser.finish());
  EXPECT_EQ(pieces.seen, whole.seen);
}

TEST(Xml, NothingIsExpandedAndNothingFetched) {
  for (const std::string_view bad :
       {"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><a>&x;</a>",
        "<!DOCTYPE a SYSTEM 'http://dtd.example/x.dtd'><a/>",
        "<!DOCTYPE a [<!ENTITY % p SYSTEM 'http://dtd.example/p'> %p;]><a/>"}) {
    Told told;
    const auto status = parse(bad, told);
    ASSERT_FALSE(status) << bad;
    EXPECT_THAT(status.error().message, HasSubstr("document type"));
    EXPECT_EQ(status.error().field, "line 1");
    EXPECT_TRUE(told.seen.empty()) << "nothing behind the declaration is told";
  }
  Told told;
  EXPECT_FALSE(parse("<a>&undefined;</a>", told));
}

TEST(Xml, LimitsAndBrokenDocumentsNameTheirLine) {
  Told told;
  EXPECT_EQ(parse("<a>\n<b></a>", told).error().field, "line 2");
  EXPECT_FALSE(parse("<a>", told));
  EXPECT_FALSE(parse("", told));
  EXPECT_THAT(parse("<a><b><c/></b></a>", told, {.depth = 2}).error().message, HasSubstr("deep"));
  Told cut;
  ASSERT_TRUE(parse("<a>12345</a>", cut, {.text_bytes = 3}));
  EXPECT_THAT(cut.seen, ElementsAre("<a ", ":a=123"));
}

}  // namespace
}  // namespace tocsin
