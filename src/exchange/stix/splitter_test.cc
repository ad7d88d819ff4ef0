#include "exchange/stix/splitter.h"

#include <gtest/gtest.h>

#include "exchange/stix/object.h"

namespace tocsin::exchange::stix {
namespace {

struct Cut {
  std::vector<std::string> objects;
  std::vector<std::uint64_t> offsets;
  Json envelope;
  Status status;
};

Cut cut(std::string_view text, std::size_t step = 1U << 20, SplitLimits limits = {}) {
  Cut out;
  Splitter splitter(
      [&](const Piece& piece, const Json&) -> Status {
        out.objects.emplace_back(piece.bytes);
        out.offsets.push_back(piece.offset);
        return {};
      },
      limits);
  for (std::size_t i = 0; i < text.size() && out.status; i += step) {
    out.status = splitter.feed(text.substr(i, step));
  }
  if (out.status) out.status = splitter.finish();
  out.envelope = splitter.envelope();
  return out;
}

TEST(Splitter, KeepsEveryByteOfEveryObject) {
  const std::string a = R"({ "type" : "x-a", "t":"]}\"\\ \u00e4", "n": 1e3 })";
  const std::string b = "{\"type\":\"x-b\",\n  \"list\": [ {\"objects\": [1,2]} ]}";
  const std::string text = "\xef\xbb\xbf {\"type\":\"bundle\",\"objects\": [" + a + " ,\n" + b +
                           "], \"spec_version\":\"2.0\"}\n";
  for (const std::size_t step : {1U, 2U, 7U, 4096U}) {
    const Cut got = cut(text, step);
    ASSERT_TRUE(got.status) << got.status.error().message;
    EXPECT_EQ(got.objects, (std::vector<std::string>{a, b})) << step;
    EXPECT_EQ(got.offsets[1], text.find(b));
    EXPECT_EQ(got.envelope.str("spec_version"), "2.0");
  }
}

TEST(Splitter, TakesListsSingleObjectsAndEmptyEnvelopes) {
  EXPECT_EQ(cut(R"([{"type":"a"},{"type":"b"}])").objects.size(), 2U);
  EXPECT_EQ(cut(R"({"type":"observed-data","objects":{"0":{}}})").objects.size(), 1U);
  EXPECT_EQ(cut(R"({"more":false})").objects.size(), 0U);
  EXPECT_TRUE(cut(R"({"more":false})").status);
  EXPECT_TRUE(cut("[]").status);
  EXPECT_TRUE(cut("{}").status);
  EXPECT_TRUE(cut(R"({"type":"bundle","id":"bundle--1"})").status);
  EXPECT_TRUE(cut(R"({"objects":[]})").status);
}

TEST(Splitter, WhatIsNeitherStixNorTaxiiIsSaidToBeNone) {
  for (const char* foreign : {R"({"Event":{"Attribute":[]}})", R"({"response":[{"Event":{}}]})"}) {
    const Cut got = cut(foreign);
    ASSERT_FALSE(got.status) << foreign;
    EXPECT_EQ(got.status.error().code, Code::kInvalid);
    EXPECT_EQ(got.status.error().rule, "STIX-2.1");
  }
}

TEST(Splitter, BrokenJsonNamesItsPlace) {
  const struct {
    std::string_view text;
    std::string_view field;
    std::string_view line;
  } cases[] = {
      {"", "byte 0", "line 1"},
      {"<{}>", "byte 0", "line 1"},
      {"{\"objects\":[\n{\"a\":1},\n]}", "byte 22", "line 3"},
      {"{\"objects\":[{\"a\":1} {\"b\":1}]}", "byte 20", "line 1"},
      {"{\"objects\":[{\"a\":1}", "byte 19", "line 1"},
      {"{\"objects\":[1]}", "byte 12", "line 1"},
      {"{\"objects\":[]} x", "byte 15", "line 1"},
      {"{\"objects\":[{\"a\":1,\n\"a\":2}]}", "byte", "line 2"},  // a member twice
      {"{\"objects\":[{\"a\":[}]}]}", "byte", "line 1"},
      {"{\"x\" \"objects\":[]}", "byte", "line 1"},
      {"{\"objects\":[],}", "byte", "line 1"},
  };
  for (const auto& c : cases) {
    const Cut whole = cut(c.text);
    ASSERT_FALSE(whole.status) << c.text;
    const Error& error = whole.status.error();
    EXPECT_EQ(error.code, Code::kInvalid) << c.text;
    EXPECT_TRUE(error.field.starts_with(c.field)) << c.text << ": " << error.field;
    EXPECT_NE(error.message.find(c.line), std::string::npos) << error.message;
    EXPECT_FALSE(error.message_zh.empty());
    EXPECT_EQ(cut(c.text, 1).status.error().field, error.field) << c.text;
  }
}

TEST(Splitter, LimitsHold) {
  SplitLimits limits;
  limits.object_bytes = 100;
  const std::string big = R"({"type":"x","t":")" + std::string(200, 'x') + "\"}";
  EXPECT_EQ(cut("[" + big + "]", 10, limits).status.error().code, Code::kTooLarge);
  EXPECT_EQ(cut(big, 10, limits).status.error().code, Code::kTooLarge);
  limits.objects = 2;
  EXPECT_EQ(cut("[{},{},{}]", 10, limits).status.error().code, Code::kTooLarge);
  limits.depth = 3;
  EXPECT_FALSE(cut(R"([{"a":{"b":{"c":{}}}}])", 10, limits).status);
}

Result<Object> object(std::string_view text, std::string_view bundle = {}) {
  return read_object({text, 7, 2}, Json::parse(text).value(), bundle);
}

TEST(StixObject, SpecificationIsDecidedByObjectThenBundle) {
  const std::string id = "identity--8c6af861-7b20-41ef-9b59-6344fd872a8f";
  const std::string base = R"({"type":"identity","id":")" + id + R"(")";
  const std::string when = R"(,"created":"2016-08-08T15:50:10.983Z")";
  EXPECT_EQ(object(base + R"(,"spec_version":"2.1"})", "2.0")->spec, Spec::k21);
  EXPECT_EQ(object(base + "}", "2.0")->spec, Spec::k20);
  EXPECT_EQ(object(base + when + "}")->spec, Spec::k20);
  EXPECT_EQ(object(base + "}")->spec, Spec::k21);  // an observable
}

TEST(StixObject, OnlyWhatCannotBeKeptIsRefused) {
  const std::string uuid = "--8c6af861-7b20-41ef-9b59-6344fd872a8f";
  EXPECT_TRUE(object(R"({"type":"x-any","id":"x-any)" + uuid + R"(","odd":[null]})"));
  for (const std::string& bad :
       {R"({"id":"x-any)" + uuid + "\"}", R"({"type":"x-any","id":"other)" + uuid + "\"}",
        std::string(R"({"type":"x-any","id":"x-any--1"})"),
        R"({"type":"x-any","id":"x-any)" + uuid + R"(","modified":"yesterday"})",
        R"({"type":"x-any","id":"x-any)" + uuid +
            R"(","created":"2016-01-02T00:00:00Z","modified":"2016-01-01T00:00:00Z"})"}) {
    const auto refused = object(bad);
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().field, "byte 7");
  }
}

TEST(StixObject, TimesKeepMicroseconds) {
  const auto t = parse_timestamp("2016-08-08T15:50:10.983456Z").value();
  EXPECT_EQ(timestamp(t), "2016-08-08T15:50:10.983456Z");
  EXPECT_EQ(timestamp({t.micros / 1000 * 1000}), "2016-08-08T15:50:10.983Z");
  EXPECT_EQ(timestamp6({t.micros / 1000 * 1000}), "2016-08-08T15:50:10.983000Z");
  EXPECT_EQ(parse_timestamp("2016-08-08T15:50:10.9834561234567Z").value(), t);
  EXPECT_FALSE(parse_timestamp("2016-08-08"));
  EXPECT_FALSE(parse_timestamp("2016-08-08T15:50:10+08:00"));
}

}  // namespace
}  // namespace tocsin::exchange::stix
