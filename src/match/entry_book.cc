#include "match/entry_book.h"

#include <algorithm>

#include "base/text.h"

namespace tocsin::match {
namespace {

char folded(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// `part` is in lower case.
bool contains_folded(std::string_view text, std::string_view part) {
  return std::search(text.begin(), text.end(), part.begin(), part.end(),
                     [](char a, char b) { return folded(a) == b; }) != text.end();
}

}  // namespace

void EntryBook::add(std::string_view entry) {
  text_.append(entry);
  ends_.push_back(text_.size());
}

std::string_view EntryBook::at(std::size_t index) const {
  const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
  return std::string_view(text_).substr(begin, ends_[index] - begin);
}

EntryPage EntryBook::after(std::size_t number, std::string_view part, std::size_t limit) const {
  EntryPage page;
  const std::string wanted = to_lower(part);
  std::size_t read = 0;
  std::size_t index = number;
  for (; index < size() && page.items.size() < limit && read < kBytesAtOnce; ++index) {
    const std::string_view entry = at(index);
    read += entry.size() + 1;
    if (contains_folded(entry, wanted)) page.items.push_back({index + 1, entry});
  }
  if (index < size()) page.next = index;
  return page;
}

}  // namespace tocsin::match
