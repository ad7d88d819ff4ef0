#include "match/suffix.h"

#include <libpsl.h>

namespace tocsin::match {

Result<PublicSuffixes> PublicSuffixes::system() {
  psl_ctx_t* table = psl_latest(nullptr);
  if (table == nullptr) return fail(Code::kUnavailable, "the public suffix library has no table");
  return PublicSuffixes(std::shared_ptr<const psl_ctx_st>(
      table, [](const psl_ctx_st* t) { psl_free(const_cast<psl_ctx_t*>(t)); }));
}

Result<PublicSuffixes> PublicSuffixes::from_file(const std::filesystem::path& path) {
  if (!std::filesystem::is_regular_file(path)) {
    return fail(Code::kNotFound, "no public suffix list at " + path.string());
  }
  psl_ctx_t* table = psl_load_file(path.c_str());
  if (table == nullptr || psl_suffix_count(table) == 0) {
    psl_free(table);
    return fail(Code::kCorrupt, "not a public suffix list: " + path.string());
  }
  return PublicSuffixes(std::shared_ptr<const psl_ctx_st>(
      table, [](const psl_ctx_st* t) { psl_free(const_cast<psl_ctx_t*>(t)); }));
}

bool PublicSuffixes::is_public_suffix(std::string_view name) const {
  return psl_is_public_suffix(table_.get(), std::string(name).c_str()) != 0;
}

std::string PublicSuffixes::public_suffix(std::string_view name) const {
  const std::string text(name);
  const char* found = psl_unregistrable_domain(table_.get(), text.c_str());
  return found == nullptr ? text : std::string(found);
}

std::string PublicSuffixes::registrable(std::string_view name) const {
  const std::string text(name);
  const char* found = psl_registrable_domain(table_.get(), text.c_str());
  return found == nullptr ? std::string() : std::string(found);
}

int PublicSuffixes::rules() const { return psl_suffix_count(table_.get()); }

}  // namespace tocsin::match
