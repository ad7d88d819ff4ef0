#include "hub/console.h"

#include <algorithm>

#include "base/random.h"
#include "base/text.h"
#include "hub/app.h"

namespace tocsin::hub {
namespace {

constexpr std::string_view kPage = "index.html";
/// Vite puts what carries a hash in its name here: such a file never changes.
constexpr std::string_view kHashed = "assets/";
constexpr std::string_view kHead = "<head>";
constexpr std::size_t kNonceBytes = 18;

tl::unexpected<Error> damaged() {
  return fail_bi(Code::kCorrupt, "the packed console is damaged: build the program again",
                 "内置控制台已损坏，请重新编译程序", "console");
}

/// `[offset, length]` within the bytes of the files.
Result<std::string_view> piece(std::string_view bytes, const Json& span) {
  if (!span.is_array() || span.items().size() != 2) return damaged();
  const auto at = span.items()[0].as_int();
  const auto length = span.items()[1].as_int();
  const auto size = static_cast<std::int64_t>(bytes.size());
  if (at < 0 || length < 0 || at > size || length > size - at) return damaged();
  return bytes.substr(static_cast<std::size_t>(at), static_cast<std::size_t>(length));
}

/// One of several entity tags, or `*` (RFC 9110 §13.1.2).
bool has_tag(std::string_view header, std::string_view etag) {
  const auto tags = split(header, ',');
  return std::any_of(tags.begin(), tags.end(), [&](std::string_view tag) {
    tag = trim(tag);
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    return tag == "*" || tag == etag;
  });
}

/// gzip is named and not with a quality of nothing.
bool takes_gzip(std::string_view header) {
  const auto codings = split(header, ',');
  return std::any_of(codings.begin(), codings.end(), [](std::string_view coding) {
    const auto parts = split(coding, ';');
    const auto quality = parts.size() > 1 ? trim(parts[1]) : std::string_view();
    const bool none = quality == "q=0" || quality.starts_with("q=0.0");
    return iequals(trim(parts[0]), "gzip") && !none;
  });
}

void add_policy(http::Response& response, const std::string& nonce) {
  const std::string style = nonce.empty() ? "" : " 'nonce-" + nonce + "'";
  response
      .header("Content-Security-Policy",
              "default-src 'none'; script-src 'self'; style-src 'self'" + style +
                  "; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; "
                  "worker-src 'self'; manifest-src 'self'; frame-ancestors 'none'; "
                  "base-uri 'none'; form-action 'self'")
      .header("Permissions-Policy",
              "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
              "microphone=(), midi=(), payment=(), usb=()")
      .header("Cross-Origin-Opener-Policy", "same-origin")
      .header("Cross-Origin-Resource-Policy", "same-origin");
}

}  // namespace

Result<Console> Console::open(std::string_view archive) {
  const auto line = archive.find('\n');
  const auto length =
      line == std::string_view::npos ? std::nullopt : to_int(archive.substr(0, line));
  if (!length || *length < 0 || *length > static_cast<std::int64_t>(archive.size() - line - 1)) {
    return damaged();
  }
  const auto size = static_cast<std::size_t>(*length);
  TRY(const Json index, Json::parse(archive.substr(line + 1, size)));
  const auto bytes = archive.substr(line + 1 + size);
  Console out;
  for (const auto& one : index.items()) {
    File file;
    file.type = one.str("type");
    file.etag = "\"" + one.str("digest") + "\"";
    TRY(file.plain, piece(bytes, one["plain"]));
    if (!one["gzip"].is_null()) {
      TRY(file.gzip, piece(bytes, one["gzip"]));
    }
    out.files_.insert_or_assign(one.str("path"), std::move(file));
  }
  const auto page = out.files_.find(kPage);
  if (page == out.files_.end() || page->second.plain.find(kHead) == std::string_view::npos) {
    return damaged();
  }
  return out;
}

http::Response Console::page() const {
  const auto& file = files_.find(kPage)->second;
  const std::string nonce = random_secret(kNonceBytes);
  std::string text(file.plain);
  text.insert(text.find(kHead) + kHead.size(),
              "<meta name=\"csp-nonce\" content=\"" + nonce + "\">");
  auto response = http::Response::text(std::move(text), file.type);
  response.header("Cache-Control", "no-cache");
  add_policy(response, nonce);
  return response;
}

Result<http::Response> Console::answer(const http::Request& request, std::string_view path) const {
  const auto found = files_.find(path);
  if (found == files_.end() && path.find('.') != std::string_view::npos) {
    return fail_bi(Code::kNotFound, "the console has no file " + std::string(path),
                   "控制台中没有文件 " + std::string(path), "path");
  }
  if (found == files_.end() || path == kPage) return page();
  const auto& file = found->second;
  http::Response response;
  response.header("ETag", file.etag)
      .header("Vary", "Accept-Encoding")
      .header("Cache-Control",
              path.starts_with(kHashed) ? "public, max-age=31536000, immutable" : "no-cache");
  add_policy(response, "");
  if (has_tag(request.header("if-none-match"), file.etag)) {
    response.status = 304;
    return response;
  }
  response.header("Content-Type", file.type);
  const bool packed = !file.gzip.empty() && takes_gzip(request.header("accept-encoding"));
  if (packed) response.header("Content-Encoding", "gzip");
  response.body = packed ? file.gzip : file.plain;
  return response;
}

void add_console_routes(http::Router& router, App& app) {
  if (app.options.console.empty()) return;
  auto opened = Console::open(app.options.console);
  ASSERT(opened.has_value());
  const auto console = std::make_shared<const Console>(std::move(*opened));
  http::Route route;
  route.pattern = "/console/{path*}";
  route.operation = "consoleFile";
  route.tag = "console";
  route.summary = {"浏览器控制台", "The console for browsers"};
  route.response_type = "*/*";
  route.handler = [console](http::Request& request) {
    return console->answer(request, request.params.find("path")->second);
  };
  router.add(std::move(route));

  http::Route bare;
  bare.pattern = "/console";
  bare.operation = "console";
  bare.tag = "console";
  bare.summary = {"转到 /console/", "Leads to /console/"};
  bare.success = 308;
  bare.handler = [](http::Request&) -> Result<http::Response> {
    http::Response response;
    response.status = 308;
    response.header("Location", "/console/");
    return response;
  };
  router.add(std::move(bare));
}

}  // namespace tocsin::hub
