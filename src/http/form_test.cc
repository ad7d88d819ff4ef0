#include "http/form.h"

#include <gtest/gtest.h>

namespace tocsin::http {
namespace {

constexpr const char* kType = "multipart/form-data; boundary=----b1";

std::string part(const std::string& disposition, const std::string& content) {
  return "------b1\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + content +
         "\r\n";
}

TEST(Form, ReadsWhatBrowsersSend) {
  const std::string body =
      part("name=\"text\"", "one\r\ntwo") + part("name=\"none\"", "") +
      part("name=\"f\"; filename=\"C:\\photo\\a%22b.png\"", "\x89PNG\r\n\r\n--") +
      part("name=\"left\"; filename=\"\"", "") + "------b1--\r\n";
  const auto form = parse_form(kType, body);
  ASSERT_TRUE(form) << form.error().message;
  EXPECT_EQ(form->value("text"), "one\ntwo");
  EXPECT_EQ(form->value("none"), "");
  ASSERT_EQ(form->files.size(), 1U);
  EXPECT_EQ(form->files[0].field, "f");
  EXPECT_EQ(form->files[0].name, "a\"b.png");
  EXPECT_EQ(form->files[0].bytes, "\x89PNG\r\n\r\n--");
}

TEST(Form, ReadsUrlEncodedFields) {
  const auto form = parse_form("application/x-www-form-urlencoded; charset=UTF-8",
                               "q=%E8%AD%A6%E9%92%9F&b=x+y&q=second");
  ASSERT_TRUE(form);
  EXPECT_EQ(form->value("q"), "警钟");
  EXPECT_EQ(form->value("b"), "x y");
  EXPECT_EQ(form->value("c"), "");
}

TEST(Form, EveryLineBreakIsOneNewline) {
  const auto read = [](const std::string& text) {
    const auto form = parse_form(kType, part("name=\"a\"", text) + "------b1--");
    return form ? std::string(form->value("a")) : "refused";
  };
  EXPECT_EQ(read("one\r\ntwo\rthree\nfour"), "one\ntwo\nthree\nfour");
  EXPECT_EQ(read("one\r\r\n"), "one\n\n");
}

TEST(Form, EveryCutOfAGoodFormIsRefusedOrSmaller) {
  const std::string body =
      part("name=\"a\"", "1") + part("name=\"f\"; filename=\"x\"", "bytes") + "------b1--";
  ASSERT_TRUE(parse_form(kType, body));
  for (std::size_t n = 0; n < body.size(); ++n) {
    EXPECT_FALSE(parse_form(kType, std::string_view(body).substr(0, n))) << n;
  }
}

TEST(Form, RefusesWhatIsNotOne) {
  EXPECT_FALSE(parse_form("text/plain", "a=1"));
  const std::string too_long(201, 'n');
  EXPECT_FALSE(parse_form("application/x-www-form-urlencoded", too_long + "=1"));
  EXPECT_FALSE(parse_form(kType, part("name=\"" + too_long + "\"", "1") + "------b1--"));
  EXPECT_FALSE(parse_form("multipart/form-data", "------b1--"));
  EXPECT_FALSE(parse_form("multipart/form-data; boundary=\"a b\"", "--a b--"));
  EXPECT_FALSE(parse_form(kType, "preamble\r\n------b1--"));
  EXPECT_FALSE(parse_form(kType, part("filename=\"x\"", "no name") + "------b1--"));
  EXPECT_FALSE(parse_form(kType, part("name=\"a\"", "\xff") + "------b1--"));
  EXPECT_FALSE(parse_form(kType, part("name=\"a\"", std::string(1, '\0')) + "------b1--"));
}

TEST(Form, LimitsAreKeptAndNameTheirField) {
  FormLimits limits;
  limits.parts = 3;
  limits.files = 1;
  limits.file_bytes = 4;
  limits.field_bytes = 3;
  const auto code = [&](const std::string& body) {
    const auto form = parse_form(kType, body + "------b1--", limits);
    return form ? std::string("ok")
                : form.error().field + " " + std::string(name(form.error().code));
  };
  const std::string too_large = std::string(name(Code::kTooLarge));
  const std::string file = part("name=\"f\"; filename=\"x\"", "1234");
  EXPECT_EQ(code(part("name=\"a\"", "123") + file), "ok");
  EXPECT_EQ(code(part("name=\"a\"", "1234")), "a " + too_large);
  EXPECT_EQ(code(part("name=\"f\"; filename=\"x\"", "12345")), "f " + too_large);
  EXPECT_EQ(code(file + file), "f " + too_large);
  const std::string one = part("name=\"a\"", "1");
  EXPECT_EQ(code(one + one + one + one), "body " + too_large);
  limits.bytes = 10;
  EXPECT_EQ(code(one), "body " + too_large);
}

}  // namespace
}  // namespace tocsin::http
