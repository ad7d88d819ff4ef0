#include "sources/fetch.h"

#include <algorithm>
#include <fstream>

#include "base/crypto/hash.h"
#include "base/text.h"

namespace tocsin::sources {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kHeadBytes = 4096;
constexpr std::size_t kPieceBytes = 256U << 10;
constexpr std::size_t kMostFiles = 10'000;

Status read_pieces(const fs::path& path, const TakePiece& take) {
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

}  // namespace

tl::unexpected<Error> answered(const http::ClientResponse& response) {
  const std::string status = std::to_string(response.status);
  return fail_bi(response.status == 404 ? Code::kNotFound : Code::kUnavailable,
                 "the source answered " + status, "来源应答 " + status, "location");
}

Fetched content_of(std::string name, std::string bytes) {
  Fetched out;
  out.name = std::move(name);
  out.digest = crypto::sha256_hex(bytes);
  out.head = bytes.substr(0, kHeadBytes);
  out.read = [body = std::move(bytes)](const TakePiece& take) -> Status {
    for (std::size_t at = 0; at < body.size(); at += kPieceBytes) {
      TRY_STATUS(take(std::string_view(body).substr(at, kPieceBytes)));
    }
    return {};
  };
  return out;
}

Result<std::vector<fs::path>> files_in(const fs::path& folder) {
  std::error_code error;
  std::vector<std::pair<fs::file_time_type, fs::path>> found;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (!it->is_regular_file(error) || it->path().filename().string().starts_with('.')) continue;
    found.emplace_back(it->last_write_time(error), it->path());
    if (found.size() > kMostFiles) {
      return fail_bi(Code::kTooLarge, "more than 10,000 files: take away what was read",
                     "文件超过 10000 个：请移走已读取的文件", "location");
    }
  }
  if (error) {
    return fail_bi(Code::kUnavailable, "the folder cannot be read: " + error.message(),
                   "无法读取该目录", "location");
  }
  std::sort(found.begin(), found.end());
  std::vector<fs::path> out;
  for (auto& [time, path] : found) out.push_back(std::move(path));
  return out;
}

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
    return fail_bi(
        Code::kRefused,
        "a source lies below the hub's source folder (--sources DIR): a path relative to "
        "it, without '..' or links that lead out of it",
        "来源须位于枢纽的来源目录之内（--sources DIR）：请使用相对路径，不得经 .. "
        "或链接离开该目录",
        "location", "W17-08");
  }
  return path;
}

Status check_there(const fs::path& folder, const std::string& location) {
  auto path = path_below(folder, location);
  if (!path) return tl::unexpected(path.error().at("terms"));
  std::error_code error;
  if (fs::exists(*path, error)) return {};
  return fail_bi(Code::kNotFound,
                 "there is no '" + location + "' below the hub's source folder (--sources DIR)",
                 "枢纽的来源目录（--sources DIR）中没有“" + location + "”", "terms.location",
                 "W17-08");
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
  out.read = [path](const TakePiece& take) { return read_pieces(path, take); };
  return out;
}

Result<Fetched> fetch_url(const model::Source& source, const std::string& url, Web& web) {
  std::vector<std::pair<std::string, std::string>> headers;
  if (!source.etag.empty()) headers.emplace_back("If-None-Match", source.etag);
  if (!source.last_modified.empty()) {
    headers.emplace_back("If-Modified-Since", source.last_modified);
  }
  TRY(auto response, web.get(url, headers));
  if (response.status != 200 && response.status != 304) return answered(response);
  Fetched out;
  if (response.status == 200) out = content_of(file_name_of(url), std::move(response.body));
  out.unchanged = response.status == 304;
  out.etag = response.header("etag");
  out.last_modified = response.header("last-modified");
  return out;
}

}  // namespace tocsin::sources
