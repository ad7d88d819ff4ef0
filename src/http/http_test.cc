#include "http/http.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time.h"
#include "http/client.h"
#include "http/serialize.h"

namespace tocsin::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Pieces final : public Body {
 public:
  explicit Pieces(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {}
  Result<std::string> read_some() override {
    return next_ < pieces_.size() ? pieces_[next_++] : std::string();
  }

 private:
  std::vector<std::string> pieces_;
  std::size_t next_ = 0;
};

TEST(Http, ReadAllKeepsItsLimit) {
  EXPECT_EQ(Pieces({"ab", "cd"}).read_all(4).value(), "abcd");
  EXPECT_EQ(Pieces({}).read_all(0).value(), "");
  EXPECT_EQ(Pieces({"ab", "cd"}).read_all(3).error().code, Code::kTooLarge);
}

TEST(Http, MethodsHaveNames) {
  EXPECT_EQ(method_of("PATCH"), Method::kPatch);
  EXPECT_EQ(method_of("get"), std::nullopt);
  EXPECT_EQ(name(Method::kDelete), "DELETE");
}

TEST(Http, ProblemComesBackAsTheSameError) {
  const Error error{Code::kRefused, "verifier and executor are the same", "验证人与处置人相同",
                    "verifier", "W17-24"};
  const Response response = problem(error, "req_1");
  EXPECT_EQ(response.status, 422);
  const Json body = Json::parse(response.body).value();
  EXPECT_EQ(body.str("type"), "urn:tocsin:problem:refused");
  EXPECT_EQ(body["status"].as_int(), 422);
  EXPECT_EQ(body.str("title"), "Refused by rule");
  EXPECT_EQ(body.str("title_zh"), "依规则不予办理");
  EXPECT_EQ(body.str("request_id"), "req_1");

  ClientResponse received;
  received.status = response.status;
  received.headers = {{"content-type", "application/problem+json"}};
  received.body = response.body;
  const Error back = error_of(received);
  EXPECT_EQ(back.code, error.code);
  EXPECT_EQ(back.message, error.message);
  EXPECT_EQ(back.message_zh, error.message_zh);
  EXPECT_EQ(back.field, error.field);
  EXPECT_EQ(back.rule, error.rule);
}

TEST(Http, InternalProblemsHideTheirReason) {
  const Response response = problem({Code::kInternal, "/var/secret: no", {}, {}, {}}, "req_2");
  EXPECT_EQ(response.status, 500);
  EXPECT_THAT(response.body, Not(HasSubstr("secret")));
}

TEST(Http, ProblemsCarryTheHeadersOfTheirStatus) {
  EXPECT_TRUE(problem({Code::kUnauthenticated, "", {}, {}, {}}, "").has_header("WWW-Authenticate"));
  EXPECT_TRUE(problem({Code::kOverloaded, "", {}, {}, {}}, "").has_header("retry-after"));
  EXPECT_EQ(problem({Code::kInvalid, "", {}, {}, {}}, "", 415).status, 415);
}

TEST(Http, StatusAndCodeAgree) {
  for (int i = 0; i <= static_cast<int>(Code::kInternal); ++i) {
    const auto code = static_cast<Code>(i);
    if (code == Code::kCorrupt) continue;  // shares 500 with kInternal
    EXPECT_EQ(code_of(status_of(code)), code) << name(code);
  }
}

TEST(Serialize, DatesAsRfc9110) {
  EXPECT_EQ(http_date(parse_instant("1994-11-06T08:49:37Z").value()),
            "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(Serialize, AHandlerCannotSplitTheResponse) {
  Response response = Response::text("x");
  response.header("X-Evil", "a\r\nSet-Cookie: b").header("Bad Name", "c");
  response.header("Content-Length", "999").header("X-Good", "yes").header("X-Frame-Options", "S");
  const std::string head = serialize_head(response, {});
  EXPECT_THAT(head, Not(HasSubstr("Set-Cookie")));
  EXPECT_THAT(head, Not(HasSubstr("Bad Name")));
  EXPECT_THAT(head, Not(HasSubstr("999")));
  EXPECT_THAT(head, Not(HasSubstr("DENY")));
  EXPECT_THAT(head, HasSubstr("X-Good: yes\r\n"));
  EXPECT_THAT(head, HasSubstr("Content-Length: 1\r\n"));
  EXPECT_THAT(head, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
}

TEST(Serialize, BodylessStatusHasNoLength) {
  Response response;
  response.status = 204;
  EXPECT_THAT(serialize_head(response, {}), Not(HasSubstr("Content-Length")));
}

}  // namespace
}  // namespace tocsin::http
