#include "public_site/catalogue.h"

#include "base/json.h"
#include "embed/embedded_site.h"

namespace tocsin::public_site {

Result<Catalogue> Catalogue::parse(std::string_view json) {
  TRY(const Json file, Json::parse(json));
  Catalogue out;
  for (const auto& [key, value] : file.members()) {
    const Text text{value.str("zh"), value.str("en")};
    if (text.zh.empty() || text.en.empty()) {
      return fail(Code::kInvalid, "a text needs zh and en", key);
    }
    out.texts_.emplace(key, text);
  }
  return out;
}

const Text& Catalogue::text(std::string_view key) const {
  const auto found = texts_.find(key);
  ASSERT(found != texts_.end());
  return found->second;
}

std::string_view site_file(std::string_view path) {
  for (const auto& file : embedded_site()) {
    if (file.path == path) return file.bytes;
  }
  panic(__FILE__, __LINE__, "no such file of the site");
}

}  // namespace tocsin::public_site
