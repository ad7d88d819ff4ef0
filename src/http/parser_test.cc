#include "http/parser.h"

#include <gtest/gtest.h>

namespace tocsin::http {
namespace {

using Event = RequestParser::Event;

/// What a parser says about some bytes, as one string: `GET /x|body:abc|end|`.
std::string story(std::string_view bytes, std::size_t step, ParserLimits limits = {}) {
  RequestParser parser(limits);
  std::string out;
  std::string body;
  while (true) {
    std::string_view piece = bytes.substr(0, step);
    bytes.remove_prefix(piece.size());
    const bool last = piece.empty();
    while (true) {
      const Event event = parser.put(piece);
      if (event == Event::kNeedMore) break;
      if (event == Event::kHead) out += parser.head().method + " " + parser.head().target + "|";
      if (event == Event::kBody) body += parser.body();
      if (event == Event::kComplete) {
        out += "body:" + body + "|end|";
        body.clear();
        parser.next_request();
      }
      if (event == Event::kError) return out + "error " + std::to_string(parser.error_status());
    }
    if (last) return out + (parser.idle() ? "" : "partial");
  }
}

/// The same story whatever the sizes of the pieces.
std::string any_step(std::string_view bytes, ParserLimits limits = {}) {
  const std::string whole = story(bytes, 1U << 20, limits);
  for (const std::size_t step : {1, 2, 3, 7, 16, 61}) {
    EXPECT_EQ(story(bytes, step, limits), whole) << "step " << step;
  }
  return whole;
}

TEST(Parser, ReadsRequestsOneAfterTheOther) {
  EXPECT_EQ(any_step("GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
                     "POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
                     "\r\n"  // RFC 9112 2.2: empty lines between requests
                     "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                     "2\r\nab\r\n3;ext=\"1\"\r\ncde\r\n0\r\nTrailer: t\r\n\r\n"
                     "GET /d HTTP/1.1\r\nHost: x\r\n"),
            "GET /a|body:|end|POST /b|body:abc|end|POST /c|body:abcde|end|partial");
}

TEST(Parser, ChunkedEndsRightAfterTheFirstLine) {
  // Beast 1.81's own chunk parser asserts on this when it arrives byte by byte.
  EXPECT_EQ(any_step("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            "POST /|body:|end|");
}

TEST(Parser, KnowsTheFraming) {
  RequestParser parser({});
  std::string_view input =
      "POST /p?q=1 HTTP/1.1\r\nHOST: x\r\nX-A:  b \r\nContent-Length: 5\r\n"
      "Expect: 100-continue\r\nConnection: close\r\n\r\n";
  ASSERT_EQ(parser.put(input), Event::kHead);
  const RequestHead& head = parser.head();
  EXPECT_EQ(head.content_length, 5U);
  EXPECT_TRUE(head.expect_continue);
  EXPECT_FALSE(head.keep_alive);
  EXPECT_FALSE(head.chunked);
  EXPECT_EQ(head.headers[0].first, "host");
  EXPECT_EQ(head.headers[1].second, "b");
  EXPECT_EQ(parser.put(input), Event::kNeedMore);
}

TEST(Parser, Http10ClosesAndNeedsNoHost) {
  RequestParser parser({});
  std::string_view input = "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
  ASSERT_EQ(parser.put(input), Event::kHead);
  EXPECT_FALSE(parser.head().http11);
  EXPECT_FALSE(parser.head().keep_alive);
  EXPECT_EQ(parser.put(input), Event::kComplete);
}

struct Bad {
  const char* why;
  std::string bytes;
  const char* story;
};

TEST(Parser, RefusesWhatSmugglersSend) {
  const std::string post = "POST / HTTP/1.1\r\nHost: x\r\n";
  const Bad cases[] = {
      {"length and chunked", post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
       "error 400"},
      {"chunked and length", post + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n",
       "error 400"},
      {"two lengths", post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\n", "error 400"},
      {"negative length", post + "Content-Length: -3\r\n\r\n", "error 400"},
      {"length over 64 bits", post + "Content-Length: 99999999999999999999\r\n\r\n", "error 400"},
      {"unknown coding", post + "Transfer-Encoding: gzip\r\n\r\n", "error 501"},
      {"hidden coding", post + "Transfer-Encoding: xchunked\r\n\r\n", "error 501"},
      {"coding twice", post + "Transfer-Encoding: chunked, chunked\r\n\r\n", "error 501"},
      {"coding list", post + "Transfer-Encoding: gzip, chunked\r\n\r\n", "error 501"},
      {"coding in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", "error 400"},
      {"bare line feed", "GET / HTTP/1.1\nHost: x\n\n", "error 400"},
      {"folded line", "GET / HTTP/1.1\r\nHost: x\r\n y\r\n\r\n", "error 400"},
      {"space before colon", "GET / HTTP/1.1\r\nHost : x\r\n\r\n", "error 400"},
      {"no host", "GET / HTTP/1.1\r\n\r\n", "error 400"},
      {"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "error 400"},
      {"next version", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", "error 505"},
      {"unknown expectation", "GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n", "error 417"},
      {"TLS hello", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 15),
       "error 400"},
      {"chunk size missing", post + "Transfer-Encoding: chunked\r\n\r\n\r\n", "POST /|error 400"},
      {"chunk size not hex", post + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
       "POST /|error 400"},
      {"chunk too long for its size", post + "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
       "POST /|error 400"},
      {"chunk size overflows", post + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
       "POST /|error 413"},
      {"bare line feed after size", post + "Transfer-Encoding: chunked\r\n\r\n1\nab\r\n",
       "POST /|error 400"},
  };
  for (const Bad& bad : cases) {
    EXPECT_EQ(any_step(bad.bytes), bad.story) << bad.why;
  }
}

TEST(Parser, KeepsItsLimits) {
  ParserLimits limits;
  limits.header_bytes = 200;
  limits.header_fields = 4;
  limits.body_bytes = 10;
  const std::string get = "GET / HTTP/1.1\r\nHost: x\r\n";
  EXPECT_EQ(any_step(get + "A: " + std::string(300, 'a') + "\r\n\r\n", limits), "error 431");
  EXPECT_EQ(any_step(std::string(300, 'G'), limits), "error 431");
  EXPECT_EQ(any_step(get + "A: 1\r\nB: 1\r\nC: 1\r\nD: 1\r\n\r\n", limits), "error 431");
  EXPECT_EQ(any_step(get + "Content-Length: 11\r\n\r\n", limits), "error 413");
  EXPECT_EQ(any_step(get + "Content-Length: 10\r\n\r\n0123456789", limits),
            "GET /|body:0123456789|end|");
  const std::string chunked = get + "Transfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(any_step(chunked + "6\r\n012345\r\n5\r\n", limits), "GET /|error 413");
  EXPECT_EQ(any_step(chunked + "1;" + std::string(300, 'x') + "\r\n", limits), "GET /|error 400");
  EXPECT_EQ(any_step(chunked + "0\r\nT: " + std::string(300, 'x') + "\r\n\r\n", limits),
            "GET /|error 431");
}

}  // namespace
}  // namespace tocsin::http
