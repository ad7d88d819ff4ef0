// Why Beast parses only the head here: in 1.81 its chunk parser asserts on input that a peer can
// send (`0\r\n` followed by a single byte), counts header limits per call, and takes a
// Transfer-Encoding it does not know for "no body", which is how requests are smuggled. The head is
// handed over whole, so that none of its resumption code runs.
#include "http/parser.h"

#include <algorithm>
#include <cstring>

#include <boost/beast/http/basic_parser.hpp>

#include "base/result.h"
#include "base/text.h"

namespace tocsin::http {
namespace {

namespace beast = boost::beast;
using beast::error_code;

constexpr std::size_t kChunkLineLimit = 256;

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

/// Collects what Beast finds in one complete head.
class HeadParser final : public beast::http::basic_parser<true> {
 public:
  HeadParser(RequestHead& head, std::size_t fields_limit)
      : head_(head), fields_limit_(fields_limit) {
    skip(true);
    body_limit(boost::none);
  }
  bool too_many_fields() const { return head_.headers.size() > fields_limit_; }

 private:
  void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target,
                       int version, error_code&) override {
    head_.method = view(method);
    head_.target = view(target);
    head_.http11 = version == 11;
  }
  void on_response_impl(int, beast::string_view, int, error_code&) override {}
  void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value,
                     error_code& ec) override {
    head_.headers.emplace_back(to_lower(view(name)), view(value));
    if (too_many_fields()) ec = beast::http::error::header_limit;
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(beast::string_view bytes, error_code&) override { return bytes.size(); }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view bytes, error_code&) override {
    return bytes.size();
  }
  void on_finish_impl(error_code&) override {}

  RequestHead& head_;
  const std::size_t fields_limit_;
};

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

RequestParser::RequestParser(ParserLimits limits) : limits_(limits) {}
RequestParser::~RequestParser() = default;

void RequestParser::next_request() {
  ASSERT(state_ == State::kDone);
  state_ = State::kHead;
  head_ = {};
  left_ = received_ = 0;
  overhead_ = 0;
}

RequestParser::Event RequestParser::error(int status, std::string text) {
  state_ = State::kError;
  error_status_ = status;
  error_text_ = std::move(text);
  return Event::kError;
}

RequestParser::Event RequestParser::put(std::string_view& input) {
  switch (state_) {
    case State::kHead:
      return put_head(input);
    case State::kLength:
      return take_body(input, State::kDone);
    case State::kDone:
      return Event::kComplete;
    case State::kError:
      return Event::kError;
    default:
      return put_chunked(input);
  }
}

RequestParser::Event RequestParser::put_head(std::string_view& input) {
  if (pending_.empty()) {
    // RFC 9112 §2.2: empty lines before a request line are ignored.
    while (input.substr(0, 2) == "\r\n") input.remove_prefix(2);
  }
  const std::size_t before = pending_.size();
  // Without earlier bytes the head is parsed where it lies; that is nearly always so.
  if (before > 0) {
    const std::size_t room = limits_.header_bytes + 1 - std::min(before, limits_.header_bytes + 1);
    pending_.append(input.substr(0, room));
  }
  const std::string_view bytes =
      before > 0 ? std::string_view(pending_) : input.substr(0, limits_.header_bytes + 1);
  while (true) {
    const auto newline = bytes.find('\n', scanned_);
    if (newline == std::string_view::npos) break;
    if (newline == 0 || bytes[newline - 1] != '\r') return error(400, "a line must end with CRLF");
    const std::size_t line = newline - 1 - scanned_;
    const std::size_t start = scanned_;
    scanned_ = newline + 1;
    if (scanned_ > limits_.header_bytes) return error(431, "the request head is too long");
    if (line == 0) {
      const std::size_t used = scanned_ - before;
      scanned_ = 0;
      if (start == 0) {  // an empty line that came in two pieces
        input.remove_prefix(used);
        pending_.clear();
        return put_head(input);
      }
      const Event event = parse_head(bytes.substr(0, used + before));
      input.remove_prefix(used);
      pending_.clear();
      return event;
    }
    if (start > 0 && (bytes[start] == ' ' || bytes[start] == '\t')) {
      return error(400, "folded header lines are not accepted");  // RFC 9112 §5.2
    }
  }
  if (bytes.size() > limits_.header_bytes) return error(431, "the request head is too long");
  if (before == 0) pending_ = input;
  input = {};
  return Event::kNeedMore;
}

RequestParser::Event RequestParser::parse_head(std::string_view bytes) {
  head_ = {};
  HeadParser parser(head_, limits_.header_fields);
  parser.header_limit(
      static_cast<std::uint32_t>(std::min<std::size_t>(bytes.size() + 16, 1U << 30)));
  parser.eager(true);
  error_code ec;
  parser.put({bytes.data(), bytes.size()}, ec);
  if (ec == beast::http::error::bad_version) return error(505, "only HTTP/1.0 and HTTP/1.1");
  if (parser.too_many_fields()) return error(431, "too many header fields");
  if (ec || !parser.is_header_done()) return error(400, ec ? ec.message() : "incomplete head");

  std::size_t hosts = 0;
  for (const auto& [key, value] : head_.headers) {
    if (key == "host") ++hosts;
    if (key == "transfer-encoding") {
      // RFC 9112 §6.1: a coding we do not know must not be guessed around.
      if (!iequals(trim(value), "chunked")) return error(501, "only chunked transfer encoding");
      if (!head_.http11) return error(400, "Transfer-Encoding in HTTP/1.0");
      head_.chunked = true;
    }
    if (key == "expect") {
      if (!iequals(trim(value), "100-continue")) return error(417, "unknown expectation");
      head_.expect_continue = head_.http11;
    }
  }
  if (hosts > 1 || (hosts == 0 && head_.http11)) {
    return error(400, "exactly one Host field is required");  // RFC 9112 §3.2
  }
  head_.keep_alive = head_.http11 && parser.keep_alive();
  if (head_.chunked) {
    state_ = State::kChunkSize;
    digits_ = false;
    return Event::kHead;
  }
  if (const auto length = parser.content_length()) {
    head_.content_length = *length;
    if (*length > limits_.body_bytes) return error(413, "the body is over the limit");
    left_ = *length;
  }
  state_ = left_ > 0 ? State::kLength : State::kDone;
  return Event::kHead;
}

RequestParser::Event RequestParser::take_body(std::string_view& input, State after) {
  if (input.empty()) return Event::kNeedMore;
  body_ = input.substr(0, std::min<std::uint64_t>(left_, input.size()));
  input.remove_prefix(body_.size());
  left_ -= body_.size();
  if (left_ == 0) state_ = after;
  return Event::kBody;
}

/// RFC 9112 §7.1. Chunk extensions and trailers are skipped, within limits.
RequestParser::Event RequestParser::put_chunked(std::string_view& input) {
  while (true) {
    if (state_ == State::kDone) return Event::kComplete;
    if (state_ == State::kChunkData) return take_body(input, State::kChunkDataCr);
    if (input.empty()) return Event::kNeedMore;
    const char c = input.front();
    input.remove_prefix(1);
    if (chunk_byte(c) == Event::kError) return Event::kError;
  }
}

RequestParser::Event RequestParser::chunk_byte(char c) {
  const auto broken = [this] { return error(400, "broken chunk framing"); };
  switch (state_) {
    case State::kChunkSize:
      if (++overhead_ > kChunkLineLimit) return broken();
      if (const int digit = hex_digit(c); digit >= 0) {
        if (left_ > (limits_.body_bytes >> 4) + 1) return error(413, "the body is over the limit");
        left_ = left_ * 16 + static_cast<unsigned>(digit);
        digits_ = true;
        return Event::kNeedMore;
      }
      if (!digits_) return broken();
      if (c == ';') {
        state_ = State::kChunkExtension;
      } else if (c == '\r') {
        state_ = State::kChunkSizeEnd;
      } else {
        return broken();
      }
      return Event::kNeedMore;
    case State::kChunkExtension:
      if (++overhead_ > kChunkLineLimit || c == '\n') return broken();
      if (c == '\r') state_ = State::kChunkSizeEnd;
      return Event::kNeedMore;
    case State::kChunkSizeEnd:
      if (c != '\n') return broken();
      overhead_ = 0;
      if (left_ == 0) {
        state_ = State::kTrailer;
        previous_ = '\n';
        return Event::kNeedMore;
      }
      if (left_ > limits_.body_bytes - received_) return error(413, "the body is over the limit");
      received_ += left_;
      state_ = State::kChunkData;
      return Event::kNeedMore;
    case State::kChunkDataCr:
      if (c != '\r') return broken();
      state_ = State::kChunkDataLf;
      return Event::kNeedMore;
    case State::kChunkDataLf:
      if (c != '\n') return broken();
      state_ = State::kChunkSize;
      digits_ = false;
      return Event::kNeedMore;
    case State::kTrailer:
      // overhead_ counts the whole section; `left_` is reused for the length of the current line.
      if (++overhead_ > limits_.header_bytes) return error(431, "the trailers are too long");
      if (c == '\n') {
        if (previous_ != '\r') return broken();
        if (left_ == 1) {
          left_ = 0;
          state_ = State::kDone;
          return Event::kNeedMore;
        }
        left_ = 0;
      } else {
        if (previous_ == '\r') return broken();
        ++left_;
      }
      previous_ = c;
      return Event::kNeedMore;
    default:
      panic(__FILE__, __LINE__, "not a chunk state");
  }
}

}  // namespace tocsin::http
