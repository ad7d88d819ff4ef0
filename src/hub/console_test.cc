// The packed console, its headers, and what a browser must prove before it may change anything.
#include "hub/console.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "hub/cookies.h"

namespace tocsin::hub {
namespace {

constexpr std::string_view kIndex = "<!doctype html><html><head><title>t</title></head></html>";

std::string archive(const std::string& spans, std::string_view bytes) {
  return std::to_string(spans.size()) + "\n" + spans + std::string(bytes);
}

/// A page and one script with a packed form.
std::string sample() {
  const std::string spans =
      R"([{"path":"index.html","type":"text/html","digest":"a","plain":[0,57]},)"
      R"({"path":"assets/x-1.js","type":"text/javascript","digest":"b","plain":[57,5],"gzip":[62,2]},)"
      R"({"path":"icon.svg","type":"image/svg+xml","digest":"c","plain":[57,5]}])";
  return archive(spans, std::string(kIndex) + "plaingz");
}

http::Request request(std::vector<std::pair<std::string, std::string>> headers = {},
                      http::Method method = http::Method::kGet) {
  http::Request out;
  out.method = method;
  out.headers = std::move(headers);
  return out;
}

std::string header(const http::Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "";
}

class ConsoleTest : public testing::Test {
 protected:
  http::Response get(std::string_view path,
                     std::vector<std::pair<std::string, std::string>> headers = {}) {
    auto answer = console_.answer(request(std::move(headers)), path);
    EXPECT_TRUE(answer) << path;
    return answer ? std::move(*answer) : http::Response{};
  }
  const std::string bytes_ = sample();
  const Console console_ = Console::open(bytes_).value();
};

TEST_F(ConsoleTest, ThePageHasAFreshNonceEachTimeAndNothingElseMayRun) {
  const auto first = get("");
  const auto second = get("index.html");
  const auto policy = header(first, "Content-Security-Policy");
  const auto at = policy.find("'nonce-");
  ASSERT_NE(at, std::string::npos);
  const auto nonce = policy.substr(at + 7, policy.find('\'', at + 1) - at - 7);
  EXPECT_GE(nonce.size(), 22U);
  EXPECT_NE(first.body.find("<meta name=\"csp-nonce\" content=\"" + nonce + "\">"),
            std::string::npos);
  EXPECT_EQ(second.body.find(nonce), std::string::npos);
  EXPECT_EQ(header(first, "Cache-Control"), "no-cache");
  EXPECT_NE(policy.find("default-src 'none'"), std::string::npos);
  EXPECT_NE(policy.find("script-src 'self';"), std::string::npos);
  EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos);
  EXPECT_EQ(policy.find("unsafe"), std::string::npos);
  EXPECT_EQ(header(first, "Cross-Origin-Opener-Policy"), "same-origin");
}

TEST_F(ConsoleTest, RoutesOfTheAppAreThePageAndUnknownFilesAreNot) {
  EXPECT_EQ(get("threats/T2026-1").body.size(), get("").body.size());
  const auto missing = console_.answer(request(), "assets/gone.js");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Code::kNotFound);
  EXPECT_FALSE(missing.error().message_zh.empty());
}

TEST_F(ConsoleTest, FilesGoPackedToWhoeverTakesThemAndNeverTwice) {
  const auto plain = get("assets/x-1.js");
  EXPECT_EQ(plain.body, "plain");
  EXPECT_EQ(header(plain, "Content-Encoding"), "");
  EXPECT_EQ(header(plain, "Cache-Control"), "public, max-age=31536000, immutable");
  const auto packed = get("assets/x-1.js", {{"accept-encoding", "br, gzip;q=0.8"}});
  EXPECT_EQ(packed.body, "gz");
  EXPECT_EQ(header(packed, "Content-Encoding"), "gzip");
  EXPECT_EQ(header(packed, "Vary"), "Accept-Encoding");
  EXPECT_EQ(get("assets/x-1.js", {{"accept-encoding", "gzip;q=0"}}).body, "plain");
  EXPECT_EQ(get("icon.svg", {{"accept-encoding", "gzip"}}).body, "plain");
  EXPECT_EQ(header(get("icon.svg"), "Cache-Control"), "no-cache");
  const auto known = get("assets/x-1.js", {{"if-none-match", "\"z\", W/\"b\""}});
  EXPECT_EQ(known.status, 304);
  EXPECT_TRUE(known.body.empty());
  EXPECT_EQ(get("assets/x-1.js", {{"if-none-match", "\"c\""}}).status, 200);
}

TEST(ConsoleArchive, WhatIsDamagedIsRefused) {
  const std::string page = R"([{"path":"index.html","type":"t","digest":"a","plain":[0,57]}])";
  EXPECT_TRUE(Console::open(archive(page, kIndex)));
  for (const std::string& bad :
       {std::string(), std::string("9"), std::string("x\n[]"), std::string("99\n[]"),
        archive("[]", ""), archive(page, kIndex.substr(1)),
        archive(R"([{"path":"index.html","plain":[-1,2]}])", kIndex),
        archive(R"([{"path":"index.html","plain":[0]}])", kIndex),
        archive(R"([{"path":"index.html","plain":[30,27]}])", kIndex)}) {
    EXPECT_FALSE(Console::open(bad)) << bad;
  }
}

TEST(Cookies, AreFoundByTheirWholeName) {
  const auto cookie = [](const std::string& header) {
    return cookie_of(request({{"cookie", header}}), kSessionCookie).has_value();
  };
  EXPECT_TRUE(cookie("a=b; tocsin_session=tcs_x"));
  EXPECT_FALSE(cookie("xtocsin_session=tcs_x"));
  EXPECT_FALSE(cookie("tocsin_session="));
  EXPECT_FALSE(cookie("tocsin_session"));
  EXPECT_FALSE(cookie(""));
  EXPECT_EQ(session_cookie("v", std::chrono::seconds(5), true),
            "tocsin_session=v; Path=/; HttpOnly; SameSite=Strict; Max-Age=5; Secure");
}

TEST(FromOurPage, AChangeNeedsOurHeaderAndOurOrigin) {
  using Headers = std::vector<std::pair<std::string, std::string>>;
  const auto ours = [](Headers headers, http::Method method = http::Method::kPost) {
    headers.emplace_back("host", "hub.example:7710");
    return from_our_page(request(std::move(headers), method)).has_value();
  };
  const std::pair<std::string, std::string> own = {"x-tocsin-request", "1"};
  EXPECT_TRUE(ours({own}));
  EXPECT_TRUE(ours({own, {"origin", "https://hub.example:7710"}}));
  EXPECT_TRUE(ours({own, {"sec-fetch-site", "same-origin"}}));
  EXPECT_TRUE(ours({}, http::Method::kGet));
  EXPECT_TRUE(ours({}, http::Method::kHead));
  EXPECT_FALSE(ours({}));
  EXPECT_FALSE(ours({}, http::Method::kDelete));
  EXPECT_FALSE(ours({{"x-tocsin-request", "0"}}));
  EXPECT_FALSE(ours({own, {"origin", "https://evil.example"}}));
  EXPECT_FALSE(ours({own, {"origin", "https://hub.example"}}));
  EXPECT_FALSE(ours({own, {"origin", "null"}}));
  EXPECT_FALSE(ours({own, {"sec-fetch-site", "same-site"}}));
  EXPECT_FALSE(ours({own, {"sec-fetch-site", "cross-site"}}));
  const auto refused = from_our_page(request({}, http::Method::kPost));
  EXPECT_EQ(refused.error().code, Code::kForbidden);
  EXPECT_EQ(refused.error().field, "X-Tocsin-Request");
  EXPECT_FALSE(refused.error().message_zh.empty());
}

}  // namespace
}  // namespace tocsin::hub
