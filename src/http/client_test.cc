#include "http/client.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/router.h"
#include "http/server.h"

namespace tocsin::http {
namespace {

/// A server with a router that answers what the tests ask.
class ClientTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto add = [&](Method method, std::string pattern,
                         std::function<Result<Response>(Request&)> handler) {
      Route route;
      route.method = method;
      route.operation = std::string(name(method)) + pattern;
      route.pattern = std::move(pattern);
      route.handler = std::move(handler);
      router_.add(std::move(route));
    };
    add(Method::kPost, "/echo", [](Request& request) -> Result<Response> {
      TRY(std::string body, request.body->read_all(64U << 20));
      Response response = Response::text(std::move(body));
      response.header("X-Length", request.content_length ? "known" : "unknown");
      return response;
    });
    add(Method::kGet, "/refused", [](Request&) -> Result<Response> {
      return fail_bi(Code::kRefused, "four hands", "四只手", "verifier", "W17-24");
    });
    add(Method::kGet, "/lines", [](Request&) -> Result<Response> {
      Response response;
      response.stream = [](BodyWriter& writer) {
        writer.write("one\ntw");
        writer.write("o\r\n\nlast");
      };
      return response;
    });
    add(Method::kGet, "/json", [](Request& request) -> Result<Response> {
      return Response::json(
          Json::object().set("q", std::string(request.query_value("q").value_or(""))));
    });
    ServerOptions options;
    options.accept_grace = std::chrono::milliseconds(1);
    server_ = Server::start(options, [this](Request& r) { return router_.handle(r); }).value();
  }

  std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(server_->port()) + path;
  }

  Router router_;
  std::unique_ptr<Server> server_;
  Client client_;
};

TEST_F(ClientTest, AsksBeforeItConnects) {
  ClientOptions options;
  std::vector<std::string> asked;
  bool allow = false;
  options.may_connect = [&](std::string_view address) {
    asked.emplace_back(address);
    return allow;
  };
  Client careful(options);
  const auto refused = careful.json(Method::kGet, url("/json?q=1"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kRefused);
  EXPECT_THAT(refused.error().message, testing::HasSubstr("leads to 127.0.0.1"));
  allow = true;
  EXPECT_TRUE(careful.json(Method::kGet, url("/json?q=1")));
  EXPECT_THAT(asked, testing::Each("127.0.0.1"));
  EXPECT_EQ(asked.size(), 2U);
}

TEST_F(ClientTest, RoundTrips) {
  EXPECT_EQ(client_.json(Method::kGet, url("/json?q=%E4%B8%AD")).value().str("q"), "中");
  ClientRequest post{.method = Method::kPost, .url = url("/echo"), .body = "hello"};
  const auto answer = client_.call(post).value();
  EXPECT_EQ(answer.body, "hello");
  EXPECT_EQ(answer.header("x-length"), "known");
  EXPECT_FALSE(answer.header("x-request-id").empty());
  post.body.clear();
  EXPECT_EQ(client_.call(post).value().body, "");
  EXPECT_EQ(client_.call({.method = Method::kHead, .url = url("/json")}).value().status, 200);
  EXPECT_EQ(server_->counters().open_connections, 1U);  // one connection for all
}

TEST_F(ClientTest, UploadsWithProgress) {
  const std::string source(3U << 20, 'u');
  std::size_t offset = 0;
  std::uint64_t last = 0;
  ClientRequest request{.method = Method::kPost, .url = url("/echo")};
  request.upload = [&](char* into, std::size_t size) {
    const std::size_t n = std::min(size, source.size() - offset);
    source.copy(into, n, offset);
    offset += n;
    return n;
  };
  request.progress = [&](std::uint64_t sent) {
    EXPECT_GT(sent, last);
    last = sent;
  };
  const auto answer = client_.call(request);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, source);
  EXPECT_EQ(answer->header("x-length"), "unknown");
  EXPECT_EQ(last, source.size());
}

TEST_F(ClientTest, ProblemsBecomeErrors) {
  const auto refused = client_.call({.url = url("/refused")});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kRefused);
  EXPECT_EQ(refused.error().message, "four hands");
  EXPECT_EQ(refused.error().message_zh, "四只手");
  EXPECT_EQ(refused.error().field, "verifier");
  EXPECT_EQ(refused.error().rule, "W17-24");
  EXPECT_EQ(client_.call({.url = url("/nothing")}).error().code, Code::kNotFound);
  EXPECT_EQ(client_.send({.url = url("/nothing")}).value().status, 404);
}

TEST_F(ClientTest, StreamsLines) {
  std::vector<std::string> lines;
  ClientRequest request{.url = url("/lines")};
  request.line = [&](std::string_view line) {
    lines.emplace_back(line);
    return true;
  };
  EXPECT_EQ(client_.call(request).value().status, 200);
  EXPECT_THAT(lines, ::testing::ElementsAre("one", "two", "", "last"));
  lines.clear();
  request.line = [&](std::string_view line) {
    lines.emplace_back(line);
    return false;
  };
  EXPECT_TRUE(client_.call(request));
  EXPECT_EQ(lines.size(), 1U);
}

TEST_F(ClientTest, KeepsItsLimit) {
  Client small({.body_limit_bytes = 10});
  const auto answer =
      small.call({.method = Method::kPost, .url = url("/echo"), .body = std::string(11, 'x')});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::kTooLarge);
}

TEST_F(ClientTest, NobodyListens) {
  const std::string address = url("/json");
  server_->stop();
  const auto answer = client_.call({.url = address});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::kUnavailable);
  EXPECT_FALSE(answer.error().message_zh.empty());
  EXPECT_EQ(client_.call({.url = "ftp://x/"}).error().code, Code::kInvalid);
}

}  // namespace
}  // namespace tocsin::http
