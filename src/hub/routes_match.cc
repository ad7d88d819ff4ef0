// The match snapshot for sensors and other hubs, and the check for everybody.
#include "hub/app.h"
#include "hub/shape.h"
#include "hub/token_buckets.h"
#include "match/public_check.h"

namespace tocsin::hub {
namespace {

namespace ss = match::snapshot;

constexpr std::size_t kPieceBytes = 1U << 20;
constexpr const char* kSnapshotType = "application/vnd.tocsin.snapshot";
constexpr const char* kDeltaType = "application/vnd.tocsin.snapshot-delta";

/// The snapshot names sources and lets guessed values be tested without a trace.
Status may_fetch(const http::Request& request) {
  if (session(request).actor.organization.type != model::OrganizationType::kPublic) return {};
  return fail_bi(Code::kForbidden,
                 "the snapshot is for units; the public asks by `tocsin check`, without an account",
                 "匹配快照仅供单位使用；社会公众可免账号使用 tocsin check 查询",
                 "actor.organization", "W17-08");
}

Result<std::shared_ptr<const Matching>> ready(const App& app) {
  auto now = app.match.current();
  if (now) return now;
  return fail_bi(Code::kUnavailable, "the match snapshot is being built; ask again in a moment",
                 "匹配快照正在生成，请稍后再试");
}

/// First and last byte (RFC 9110 section 14.1.2), of a single range; nothing: send the whole.
std::optional<std::pair<std::size_t, std::size_t>> range_of(std::string_view text,
                                                            std::size_t size) {
  if (!text.starts_with("bytes=")) return std::nullopt;
  text.remove_prefix(6);
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto from = to_int(text.substr(0, dash));
  const auto to = to_int(text.substr(dash + 1));
  if (!from || *from < 0 || (!to && dash + 1 < text.size()) || (to && *to < *from)) {
    return std::nullopt;
  }
  const auto last = to ? std::min(static_cast<std::size_t>(*to), size - 1) : size - 1;
  return std::pair{static_cast<std::size_t>(*from), last};
}

/// `owner` keeps the bytes mapped until the last of them is sent.
http::Response send_bytes(const http::Request& request, std::string_view bytes,
                          std::shared_ptr<const void> owner, const char* type,
                          const std::string& etag) {
  http::Response out;
  out.header("Content-Type", type).header("ETag", etag).header("Accept-Ranges", "bytes");
  if (request.header("if-none-match") == etag) {
    out.status = 304;
    return out;
  }
  const std::size_t size = bytes.size();
  const std::string_view condition = request.header("if-range");
  if (condition.empty() || condition == etag) {
    if (const auto range = range_of(request.header("range"), size)) {
      if (range->first >= size) {
        out.status = 416;
        out.header("Content-Range", "bytes */" + std::to_string(size));
        return out;
      }
      out.status = 206;
      out.header("Content-Range", "bytes " + std::to_string(range->first) + "-" +
                                      std::to_string(range->second) + "/" + std::to_string(size));
      bytes = bytes.substr(range->first, range->second - range->first + 1);
    }
  }
  out.stream = [bytes, owner = std::move(owner)](http::BodyWriter& writer) {
    for (std::size_t at = 0; at < bytes.size(); at += kPieceBytes) {
      if (!writer.write(bytes.substr(at, kPieceBytes))) return;
    }
  };
  return out;
}

Json describe(const MatchService& service, const Matching& matching) {
  const auto& header = matching.snapshot->header();
  Json bases = Json::array();
  for (const auto version : service.versions()) {
    if (version < matching.version()) bases.push(version);
  }
  return Json::object({{"version", matching.version()},
                       {"created", to_string(matching.snapshot->created())},
                       {"indicators", header.indicators},
                       {"bytes", header.file_bytes},
                       {"sha256", matching.snapshot->sha256()},
                       {"bases", std::move(bases)},
                       {"signature", base64(matching.signature)},
                       {"published", matching.aside.published.size()}});
}

Result<http::Response> send_snapshot(const App& app, const http::Request& request) {
  TRY_STATUS(may_fetch(request));
  TRY(const auto now, ready(app));
  if (const auto from = request.query_value("from")) {
    const auto version = to_int(*from);
    if (!version || *version < 0) {
      return fail_bi(Code::kInvalid, "from is a version", "from 应为版本号", "from");
    }
    const auto path = app.match.delta(static_cast<std::uint64_t>(*version));
    if (!path && path.error().code != Code::kNotFound) return tl::unexpected(path.error());
    if (path) {
      TRY(auto mapping, ss::Mapping::of_file(*path));
      const auto kept = std::make_shared<const ss::Mapping>(std::move(mapping));
      return send_bytes(request, kept->bytes(), kept, kDeltaType,
                        "\"" + path->stem().string() + "\"");
    }
  }
  auto snapshot = now->snapshot;
  if (const auto wanted = request.query_value("version")) {
    const auto version = to_int(*wanted);
    auto kept = version && *version >= 0 ? app.match.kept(static_cast<std::uint64_t>(*version))
                                         : fail(Code::kNotFound, "");
    if (!kept) {
      return fail_bi(Code::kNotFound, "this version is not kept any more", "该版本已不再保留",
                     "version");
    }
    snapshot = std::move(*kept);
  }
  return send_bytes(request, snapshot->image().bytes(), snapshot, kSnapshotType,
                    "\"" + snapshot->sha256() + "\"");
}

Json state_schema() {
  using namespace shape;
  return object(each_number({"version", "indicators", "bytes", "published"})
                    .set("created", time())
                    .set("sha256", text())
                    .set("signature", text())
                    .set("bases", list(number())));
}

Json check_schema() {
  using namespace shape;
  return object(each_number({"version"})
                    .set("at", text())
                    .set("matches", list(object(each_text({"hash", "verdict"})))));
}

/// Whole hashes under a prefix of 16 or 20 bits: the hub cannot tell which of them, if any, was
/// meant. Answered from memory; nothing of the request is logged or stored.
Result<Json> check(const App& app, const http::Request& request) {
  TRY(const auto now, ready(app));
  TRY(const auto found, now->aside.published.find(request.query_value("prefix").value_or("")));
  Json matches = Json::array();
  for (const auto& entry : found) {
    matches.push(Json::object(
        {{"hash", crypto::to_hex(entry.hash)}, {"verdict", std::string(name(entry.verdict))}}));
  }
  return Json::object({{"version", now->version()},
                       {"at", to_string(now->snapshot->created())},
                       {"matches", std::move(matches)}});
}

}  // namespace

void add_match_routes(http::Router& router, App& app) {
  get(router, "/api/v1/match", "matchState", "match",
      {"匹配快照的版本、摘要与签名", "Version, digest and signature of the match snapshot"}, "list",
      {}, state_schema(), [&app](http::Request& request) -> Result<Json> {
        TRY_STATUS(may_fetch(request));
        TRY(const auto now, ready(app));
        return describe(app.match, *now);
      });
  http::Route route;
  route.pattern = "/api/v1/match/snapshot";
  route.operation = "matchSnapshot";
  route.tag = "match";
  route.summary = {"匹配快照（支持 ETag 与 Range），或自某版本起的增量",
                   "The match snapshot (ETag, Range), or the delta from a version that is kept"};
  route.scope = "list";
  route.params = {query_param("from", {"已有版本；仍保留时返回增量，否则返回全文",
                                       "version at hand: its delta if kept, else the whole"}),
                  query_param("version", {"指定版本", "this version"})};
  route.response_type = kSnapshotType;
  route.handler = [&app](http::Request& request) { return send_snapshot(app, request); };
  router.add(std::move(route));

  const double per_second = static_cast<double>(app.options.public_checks_per_minute) / 60;
  const auto buckets = std::make_shared<TokenBuckets>(
      per_second, static_cast<double>(app.options.public_checks_per_minute));
  get(router, "/api/v1/public/check", "publicCheck", "match",
      {"公众查询：只提交散列前缀，不提交内容，无需账号",
       "Check for everybody: takes a hash prefix instead of the value; no account"},
      "",
      {query_param("prefix", {"SHA-256 的前 4 至 5 个十六进制数字",
                              "first 4 or 5 hexadecimal digits of the SHA-256"})},
      check_schema(), [&app, buckets](http::Request& request) -> Result<Json> {
        if (!buckets->take(request.remote, app.clock.now())) {
          return fail_bi(Code::kOverloaded, "too many checks from this address; wait a moment",
                         "来自该地址的查询过于频繁，请稍候");
        }
        return check(app, request);
      });
}

}  // namespace tocsin::hub
