// HTTP/1.1 requests from bytes, without any I/O: feed bytes, get events. Beast parses the request
// line and the fields; the framing of bodies is ours (see parser.cc for the reasons).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tocsin::http {

struct ParserLimits {
  std::size_t header_bytes = 32768;        ///< request line and fields together; beyond: 431
  std::size_t header_fields = 128;         ///< beyond: 431
  std::uint64_t body_bytes = 64ULL << 30;  ///< beyond: 413
};

/// The request line and the fields (RFC 9112 §3, §5), with what they say about the framing.
struct RequestHead {
  std::string method;  ///< as sent
  std::string target;  ///< as sent
  bool http11 = true;  ///< false: HTTP/1.0
  bool keep_alive = true;
  bool expect_continue = false;
  bool chunked = false;
  std::optional<std::uint64_t> content_length;
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
};

/// One connection's parser: requests one after the other. Not thread-safe.
class RequestParser {
 public:
  enum class Event {
    kNeedMore,  ///< all input was consumed, nothing to report yet
    kHead,      ///< head() is ready
    kBody,      ///< body() has bytes, valid while the input given to put() is
    kComplete,  ///< the request ended; call next_request() before more input
    kError,     ///< error_status() and error_text() say why; the connection cannot go on
  };

  explicit RequestParser(ParserLimits limits);
  ~RequestParser();

  /// Consumes a prefix of `input` and reports at most one event. Call again, also with empty
  /// input, until kNeedMore.
  Event put(std::string_view& input);
  void next_request();

  RequestHead& head() { return head_; }
  std::string_view body() const { return body_; }
  int error_status() const { return error_status_; }
  const std::string& error_text() const { return error_text_; }
  /// True while no byte of a request has arrived.
  bool idle() const { return state_ == State::kHead && pending_.empty(); }
  /// True when everything of the current request has been consumed.
  bool complete() const { return state_ == State::kDone; }

 private:
  enum class State {
    kHead,
    kLength,
    kChunkSize,
    kChunkExtension,
    kChunkSizeEnd,
    kChunkData,
    kChunkDataCr,
    kChunkDataLf,
    kTrailer,
    kDone,
    kError
  };

  Event put_head(std::string_view& input);
  Event parse_head(std::string_view bytes);
  Event put_chunked(std::string_view& input);
  Event chunk_byte(char c);
  Event take_body(std::string_view& input, State after);
  Event error(int status, std::string text);

  const ParserLimits limits_;
  State state_ = State::kHead;
  RequestHead head_;
  std::string pending_;         ///< the beginning of a head that is not complete yet
  std::size_t scanned_ = 0;     ///< bytes of it that hold only complete lines
  std::uint64_t left_ = 0;      ///< bytes left of the body or of the chunk
  std::uint64_t received_ = 0;  ///< body bytes announced so far
  std::size_t overhead_ = 0;    ///< bytes of the current chunk line, or of all trailers
  bool digits_ = false;         ///< the chunk line has at least one digit
  char previous_ = 0;
  std::string_view body_;
  int error_status_ = 0;
  std::string error_text_;
};

}  // namespace tocsin::http
