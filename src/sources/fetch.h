// The bytes of a source, wherever they lie, in pieces.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "model/source.h"

namespace tocsin::sources {

struct FetchOptions {
  std::filesystem::path folder;  ///< files and folders of sources lie below it; empty: none do
  std::string ca_file;           ///< PEM, for https; empty: the system's
  std::chrono::milliseconds timeout{30'000};
  std::size_t limit_bytes = 256U << 20;  ///< of one answer over HTTP, which is held in memory
};

/// One piece of content to be read, or the word that nothing changed.
struct Fetched {
  bool unchanged = false;
  std::string name;    ///< of the file, for guessing the format
  std::string digest;  ///< SHA-256
  std::string head;    ///< the first bytes, for guessing the format
  std::string etag;
  std::string last_modified;
  /// Hands the content over in pieces; may be called once.
  std::function<Status(const std::function<Status(std::string_view)>&)> read;
};

/// The path of a source below `folder`; kRefused when it leads out of it, also by a link.
Result<std::filesystem::path> path_below(const std::filesystem::path& folder,
                                         const std::string& location);

/// A file of any size, in pieces; its content is hashed first, so that what was taken in before is
/// known. kNotFound, kUnavailable.
Result<Fetched> fetch_file(const std::filesystem::path& path);

/// http and https. Asks with the source's ETag and date, so an unchanged list costs a few bytes.
/// Redirects are not followed: the error names where they lead. kUnavailable, kForbidden,
/// kTooLarge.
Result<Fetched> fetch_url(const model::Source& source, const FetchOptions& options);

}  // namespace tocsin::sources
