// Every text of the public site in both languages: one file, site/texts.json.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/text.h"

namespace tocsin::public_site {

class Catalogue {
 public:
  /// kInvalid when a text lacks a language or a key is written twice.
  static Result<Catalogue> parse(std::string_view json);

  /// A key that is not there is a bug: panics.
  const Text& text(std::string_view key) const;
  bool has(std::string_view key) const { return texts_.find(key) != texts_.end(); }
  const std::map<std::string, Text, std::less<>>& all() const { return texts_; }

 private:
  std::map<std::string, Text, std::less<>> texts_;
};

/// A file of the folder `site` as it lies in the program; a path that is not there is a bug.
std::string_view site_file(std::string_view path);

}  // namespace tocsin::public_site
