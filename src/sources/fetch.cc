#include "sources/fetch.h"

#include <array>
#include <fstream>

#include "base/crypto/hash.h"
#include "base/text.h"
#include "http/client.h"

namespace tocsin::sources {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kHeadBytes = 4096;
constexpr std::size_t kPieceBytes = 256U << 10;

using Take = std::function<Status(std::string_view)>;

Status read_pieces(const fs::path& path, const Take& take) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return fail_bi(Code::kUnavailable, "cannot open " + path.filename().string(),
                   "无法打开 " + path.filename().string(), "location");
  }
  std::string piece(kPieceBytes, '\0');
  while (in) {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    const auto got = static_cast<std::size_t>(in.gcount());
    if (got > 0) TRY_STATUS(take(std::string_view(piece).substr(0, got)));
  }
  if (in.bad()) {
    return fail_bi(Code::kUnavailable, "cannot read " + path.filename().string(),
                   "无法读取 " + path.filename().string(), "location");
  }
  return {};
}

std::string file_name_of(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  const auto slash = url.rfind('/');
  return std::string(slash == std::string_view::npos ? url : url.substr(slash + 1));
}

tl::unexpected<Error> answered(const http::ClientResponse& response) {
  const std::string status = std::to_string(response.status);
  const std::string where(response.header("location"));
  const bool moved = response.status >= 300 && response.status < 400 && !where.empty();
  return fail_bi(Code::kUnavailable,
                 "the source answered " + status + (moved ? ", it moved to " + where : ""),
                 "来源应答 " + status + (moved ? "，已移至 " + where : ""), "location");
}

}  // namespace

Result<fs::path> path_below(const fs::path& folder, const std::string& location) {
  if (folder.empty()) {
    return fail_bi(Code::kRefused, "this hub has no source folder: start it with --sources DIR",
                   "本枢纽未设来源目录：请以 --sources DIR 启动", "location");
  }
  std::error_code error;
  const fs::path root = fs::canonical(folder, error);
  if (error) {
    return fail_bi(Code::kUnavailable, "the source folder cannot be read: " + error.message(),
                   "无法读取来源目录", "location");
  }
  const fs::path path = fs::weakly_canonical(root / location, error);
  const auto below = std::mismatch(root.begin(), root.end(), path.begin(), path.end());
  if (error || fs::path(location).is_absolute() || below.first != root.end()) {
    return fail_bi(Code::kRefused, "a source lies below the hub's source folder",
                   "来源须位于枢纽的来源目录之内", "location");
  }
  return path;
}

Result<Fetched> fetch_file(const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) {
    return fail_bi(Code::kNotFound, "there is no file " + path.filename().string(),
                   "没有文件 " + path.filename().string(), "location");
  }
  Fetched out;
  out.name = path.filename().string();
  crypto::Hasher hasher(crypto::HashKind::kSha256);
  TRY_STATUS(read_pieces(path, [&](std::string_view piece) -> Status {
    if (out.head.size() < kHeadBytes) out.head += piece.substr(0, kHeadBytes - out.head.size());
    hasher.update(piece);
    return {};
  }));
  out.digest = hex(hasher.finish());
  out.read = [path](const Take& take) { return read_pieces(path, take); };
  return out;
}

Result<Fetched> fetch_url(const model::Source& source, const FetchOptions& options) {
  http::ClientOptions client_options;
  client_options.ca_file = options.ca_file;
  client_options.timeout = options.timeout;
  client_options.body_limit_bytes = options.limit_bytes;
  http::Client client(client_options);
  http::ClientRequest request;
  request.url = source.terms.location;
  if (!source.credential.empty()) request.headers.emplace_back("Authorization", source.credential);
  if (!source.etag.empty()) request.headers.emplace_back("If-None-Match", source.etag);
  if (!source.last_modified.empty()) {
    request.headers.emplace_back("If-Modified-Since", source.last_modified);
  }
  TRY(auto response, client.send(request));
  Fetched out;
  out.name = file_name_of(source.terms.location);
  out.etag = response.header("etag");
  out.last_modified = response.header("last-modified");
  if (response.status == 304) {
    out.unchanged = true;
    return out;
  }
  if (response.status != 200) return answered(response);
  out.digest = crypto::sha256_hex(response.body);
  out.head = response.body.substr(0, kHeadBytes);
  out.read = [body = std::move(response.body)](const Take& take) -> Status {
    for (std::size_t at = 0; at < body.size(); at += kPieceBytes) {
      TRY_STATUS(take(std::string_view(body).substr(at, kPieceBytes)));
    }
    return {};
  };
  return out;
}

}  // namespace tocsin::sources
