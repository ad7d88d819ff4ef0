// A vocabulary from strangers: every term has a tag of its own, and says which vocabulary it is of.
#include <cstdint>
#include <set>
#include <string_view>

#include "intake/vocabulary.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  const auto read = intake::read_vocabulary({reinterpret_cast<const char*>(data), size});
  if (!read) return 0;
  std::set<std::string> ids;
  for (const auto& term : read->terms) {
    ASSERT(ids.insert(term.id).second);
    ASSERT(term.vocabulary == read->name && term.id == to_lower(term.tag));
  }
  return 0;
}
