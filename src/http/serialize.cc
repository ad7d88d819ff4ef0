#include "http/serialize.h"

#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/format.h>

#include "base/log.h"

namespace tocsin::http {
namespace {

struct Default {
  std::string_view name;
  std::string_view value;
};
// Only when the handler did not set them itself.
constexpr std::array<Default, 4> kDefaults{{
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cache-Control", "no-store"},
}};
// The server's own business: a handler cannot set them.
constexpr std::array<std::string_view, 5> kOwned{"content-length", "transfer-encoding",
                                                 "connection", "date", "x-request-id"};

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool is_field_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  });
}

bool is_owned(std::string_view name) {
  return std::any_of(kOwned.begin(), kOwned.end(),
                     [&](std::string_view owned) { return iequals(owned, name); });
}

/// One thread formats the date once a second.
const std::string& cached_date(Instant now) {
  thread_local std::int64_t second = -1;
  thread_local std::string text;
  const std::int64_t wanted = now.micros / 1'000'000;
  if (wanted != second) {
    text = http_date(now);
    second = wanted;
  }
  return text;
}

}  // namespace

std::string http_date(Instant t) {
  constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  using namespace std::chrono;
  const sys_time<microseconds> point{microseconds(t.micros)};
  const auto day = floor<days>(point);
  const year_month_day date{day};
  const hh_mm_ss time{floor<seconds>(point - day)};
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[weekday{day}.c_encoding()],
                     static_cast<unsigned>(date.day()),
                     kMonths[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()), time.hours().count(), time.minutes().count(),
                     time.seconds().count());
}

Framing framing_of(const Response& response, const WireContext& context) {
  const bool bodyless =
      response.status / 100 == 1 || response.status == 204 || response.status == 304;
  if (bodyless) return Framing::kNone;
  if (!response.stream && !response.events) return Framing::kLength;
  return context.http11 ? Framing::kChunked : Framing::kUntilClose;
}

std::string serialize_head(const Response& response, const WireContext& context) {
  std::string out;
  out.reserve(512);
  auto to = std::back_inserter(out);
  fmt::format_to(to, "HTTP/1.1 {} {}\r\nDate: {}\r\n", response.status, reason(response.status),
                 cached_date(context.now));
  if (!context.request_id.empty()) {
    fmt::format_to(to, "X-Request-Id: {}\r\n", context.request_id);
  }
  for (const auto& [name, value] : response.headers) {
    if (!is_token(name) || !is_field_value(value) || is_owned(name)) {
      log::error("http.header-dropped",
                 {{"name", name}, {"request_id", std::string(context.request_id)}});
      continue;
    }
    fmt::format_to(to, "{}: {}\r\n", name, value);
  }
  if (response.events && !response.has_header("Content-Type")) {
    out += "Content-Type: text/event-stream\r\nX-Accel-Buffering: no\r\n";
  }
  for (const auto& [name, value] : kDefaults) {
    if (!response.has_header(name)) fmt::format_to(to, "{}: {}\r\n", name, value);
  }
  switch (framing_of(response, context)) {
    case Framing::kNone:
    case Framing::kUntilClose:
      break;
    case Framing::kLength:
      fmt::format_to(to, "Content-Length: {}\r\n", response.body.size());
      break;
    case Framing::kChunked:
      out += "Transfer-Encoding: chunked\r\n";
      break;
  }
  if (context.close) out += "Connection: close\r\n";
  out += "\r\n";
  return out;
}

std::string chunk(std::string_view bytes) {
  std::string out = fmt::format("{:x}\r\n", bytes.size());
  out.reserve(out.size() + bytes.size() + 2);
  out += bytes;
  out += "\r\n";
  return out;
}

}  // namespace tocsin::http
