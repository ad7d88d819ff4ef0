#include <benchmark/benchmark.h>

#include "http/parser.h"
#include "http/serialize.h"

namespace {

using tocsin::http::RequestParser;

const std::string kRequest =
    "POST /api/v1/submissions?dry_run=1 HTTP/1.1\r\nHost: hub.example:8443\r\n"
    "User-Agent: tocsin/0.1\r\nAccept: application/json\r\nAuthorization: Bearer "
    "abcdefghijklmnop\r\n"
    "Content-Type: application/json\r\nContent-Length: 512\r\n\r\n" +
    std::string(512, 'x');

void parse_request(benchmark::State& state) {
  RequestParser parser({});
  for (auto _ : state) {
    std::string_view input = kRequest;
    while (parser.put(input) != RequestParser::Event::kComplete) {
    }
    parser.next_request();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(kRequest.size()));
}
BENCHMARK(parse_request);

void serialize_response(benchmark::State& state) {
  const tocsin::http::Response response = tocsin::http::Response::json(tocsin::Json::object());
  tocsin::http::WireContext context;
  context.request_id = "req_01M80QWCA04BKXRGXZKY58V3W4";
  context.now = tocsin::SystemClock().now();
  for (auto _ : state) benchmark::DoNotOptimize(serialize_head(response, context));
}
BENCHMARK(serialize_response);

}  // namespace
