// The browser console inside the program: files that were packed when it was built.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "http/http.h"

namespace tocsin::hub {

/// An archive of tools/build_console.py: a line with the length of the index, the index (JSON), the
/// bytes of the files, each also with gzip where that is smaller. Thread safety: safe, immutable.
class Console {
 public:
  /// `archive` outlives the console. kCorrupt when it is not one of ours.
  static Result<Console> open(std::string_view archive);

  /// The file at `path` (below the prefix, without leading slash), or the page for a path without a
  /// dot: the app has routes of its own. The page carries a fresh nonce for style elements, in its
  /// Content-Security-Policy and as <meta name="csp-nonce">. kNotFound.
  Result<http::Response> answer(const http::Request& request, std::string_view path) const;

 private:
  struct File {
    std::string type;
    std::string etag;
    std::string_view plain;
    std::string_view gzip;  ///< empty: not smaller
  };
  http::Response page() const;

  std::map<std::string, File, std::less<>> files_;
};

}  // namespace tocsin::hub
