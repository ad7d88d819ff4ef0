// The entries of a list as somebody wrote them, for reading rather than for matching.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::match {

/// An entry and its place in the list, from 1.
struct NumberedEntry {
  std::size_t number = 0;
  std::string_view text;  ///< lives as long as the book
};

/// One look into the book. A page may be short, or empty, although more follows.
struct EntryPage {
  std::vector<NumberedEntry> items;
  std::size_t next = 0;  ///< go on after this number; 0: everything was looked at
};

/// add() all, then ask; safe for any number of readers then.
class EntryBook {
 public:
  /// What one look reads at most, so that a list of millions costs a request no more than this.
  static constexpr std::size_t kBytesAtOnce = 8U << 20;

  void add(std::string_view entry);
  std::size_t size() const { return ends_.size(); }
  /// Entries behind number `after` that contain `part` (ASCII case ignored; empty: all of them), at
  /// most `limit`, in the order of the list.
  EntryPage after(std::size_t number, std::string_view part, std::size_t limit) const;

 private:
  std::string_view at(std::size_t index) const;

  std::string text_;               ///< one entry behind the other: no allocation for each
  std::vector<std::size_t> ends_;  ///< where each ends in text_
};

}  // namespace tocsin::match
