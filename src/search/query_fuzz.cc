// Any query: read or refused; what it matches in memory, the index would offer, too. Any text is
// found by itself as a phrase. The first line is the query, the rest a document's text.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "search/query.h"
#include "search/words.h"

namespace {

using namespace tocsin;

void check_index_agrees(const search::Query& query, const search::Document& document) {
  if (!query.matches(document)) return;
  const auto has = [&](const store::TextTerm& term) { return document.has(term); };
  const auto asked = query.indexed();
  for (const auto& any : asked.all) ASSERT(std::any_of(any.begin(), any.end(), has));
  ASSERT(std::none_of(asked.none.begin(), asked.none.end(), has));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const auto line = std::min(all.find('\n'), all.size());
  const std::string_view asked = all.substr(0, line);
  const std::string_view text = all.substr(std::min(line + 1, all.size()));
  search::Document document("x");
  document.text(text);
  document.key("state", "open");
  document.label(asked);
  document.at({1'770'000'000'000'000});
  for (std::size_t place = 0; place < enum_names(search::Place{}).size(); ++place) {
    const auto query = search::parse(asked, static_cast<search::Place>(place));
    if (query) {
      check_index_agrees(*query, document);
    } else {
      ASSERT(!query.error().message_zh.empty());
    }
  }
  const bool quotable = text.find('"') == std::string_view::npos;
  const auto itself = search::parse("\"" + std::string(text) + "\"", search::Place::kCases);
  if (quotable && itself) ASSERT(itself->matches(document));
  return 0;
}
