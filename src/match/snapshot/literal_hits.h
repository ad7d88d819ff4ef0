// From heads that were found to whole literals, in order.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "match/literal.h"

namespace tocsin::match::snapshot {

struct LiteralHit {
  std::uint32_t literal = 0;  ///< number in the scanner
  std::uint64_t begin = 0;    ///< bytes before it in the block or stream
  std::uint64_t end = 0;
};

/// Called for every place of every literal, ends ascending; false ends the scan.
using LiteralVisit = std::function<bool(const LiteralHit&)>;

/// One block, or the pieces of one stream: begin(), head() for each that was found with ends
/// ascending, finish(); then the next piece. Each says false when the visitor ended it.
class LiteralHits {
 public:
  /// Both outlive it.
  LiteralHits(const std::vector<Literal>& literals, const std::vector<std::uint8_t>& heads)
      : literals_(&literals), heads_(&heads) {}

  /// `piece` and `visit` live until finish().
  void begin(std::string_view piece, const LiteralVisit& visit);
  /// The head of a literal ends before the byte `end` of the stream, in this piece.
  bool head(std::uint32_t literal, std::uint64_t end);
  /// What ends in the next piece waits for it.
  bool finish();

 private:
  struct Waiting {
    std::uint32_t literal;
    std::uint64_t end;  ///< of the whole literal
  };
  /// What of it stands in this piece from that byte on, which is where the piece before, or the
  /// head, came to an end.
  void compare(const Waiting& hit, std::uint64_t from);
  bool give_until(std::uint64_t end);
  bool give(const Waiting& hit) const;

  const std::vector<Literal>* literals_;
  const std::vector<std::uint8_t>* heads_;
  const LiteralVisit* visit_ = nullptr;
  std::string_view piece_;
  std::uint64_t at_ = 0;         ///< where the piece begins
  std::vector<Waiting> whole_;   ///< a heap, the smallest end first
  std::vector<Waiting> partly_;  ///< goes on behind this piece
};

}  // namespace tocsin::match::snapshot
