// The bytes of a source, wherever they lie, in pieces.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "model/source.h"
#include "sources/web.h"

namespace tocsin::sources {

struct FetchOptions {
  std::filesystem::path folder;  ///< files and folders of sources lie below it; empty: none do
  WebOptions web;
  Vault vault;
};

using TakePiece = std::function<Status(std::string_view)>;

/// One piece of content to be read, or the word that nothing changed.
struct Fetched {
  bool unchanged = false;
  std::string name;    ///< of the file, for guessing the format
  std::string digest;  ///< SHA-256
  std::string head;    ///< the first bytes, for guessing the format
  std::string etag;
  std::string last_modified;
  std::optional<Error> broken;  ///< why it cannot be read at all
  std::string format;           ///< when the way it came tells it; empty: to be found out
  /// Hands the content over in pieces; may be called once.
  std::function<Status(const TakePiece&)> read;
};

/// Content that is in memory.
Fetched content_of(std::string name, std::string bytes);

/// The path of a source below `folder`; kRefused when it leads out of it, also by a link.
Result<std::filesystem::path> path_below(const std::filesystem::path& folder,
                                         const std::string& location);

/// What the terms of a source name can be read now; else kRefused or kNotFound, of
/// `terms.location`.
Status check_there(const std::filesystem::path& folder, const std::string& location);

/// A file of any size, in pieces; its content is hashed first, so that what was taken in before is
/// known. kNotFound, kUnavailable.
Result<Fetched> fetch_file(const std::filesystem::path& path);

/// http and https. Asks with the source's ETag and date, so an unchanged list costs a few bytes.
/// kUnavailable, kForbidden, kTooLarge.
Result<Fetched> fetch_url(const model::Source& source, const std::string& url, Web& web);

/// Regular files of a folder that show themselves, in the order in which they were written; at most
/// 10,000.
Result<std::vector<std::filesystem::path>> files_in(const std::filesystem::path& folder);

/// The error of an answer that is not what was asked for.
tl::unexpected<Error> answered(const http::ClientResponse& response);

}  // namespace tocsin::sources
