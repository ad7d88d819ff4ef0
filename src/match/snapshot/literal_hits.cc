#include "match/snapshot/literal_hits.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace tocsin::match::snapshot {
namespace {

constexpr auto kLater = [](const auto& a, const auto& b) { return a.end > b.end; };

}  // namespace

void LiteralHits::begin(std::string_view piece, const LiteralVisit& visit) {
  piece_ = piece;
  visit_ = &visit;
  for (const Waiting& one : std::exchange(partly_, {})) compare(one, at_);
}

bool LiteralHits::head(std::uint32_t literal, std::uint64_t end) {
  if (!give_until(end)) return false;
  const std::size_t rest = (*literals_)[literal].bytes.size() - (*heads_)[literal];
  if (rest == 0) return give({literal, end});
  compare({literal, end + rest}, end);
  return true;
}

void LiteralHits::compare(const Waiting& hit, std::uint64_t from) {
  const Literal& literal = (*literals_)[hit.literal];
  std::string_view wanted = literal.bytes;
  wanted.remove_prefix(wanted.size() - (hit.end - from));
  const std::string_view there = piece_.substr(from - at_, wanted.size());
  wanted = wanted.substr(0, there.size());
  if (literal.nocase ? !iequals(wanted, there) : wanted != there) return;
  if (hit.end > at_ + piece_.size()) {
    partly_.push_back(hit);
  } else {
    whole_.push_back(hit);
    std::push_heap(whole_.begin(), whole_.end(), kLater);
  }
}

bool LiteralHits::finish() {
  at_ += piece_.size();
  return give_until(at_);
}

bool LiteralHits::give_until(std::uint64_t end) {
  while (!whole_.empty() && whole_.front().end <= end) {
    std::pop_heap(whole_.begin(), whole_.end(), kLater);
    const Waiting hit = whole_.back();
    whole_.pop_back();
    if (!give(hit)) return false;
  }
  return true;
}

bool LiteralHits::give(const Waiting& hit) const {
  return (*visit_)({hit.literal, hit.end - (*literals_)[hit.literal].bytes.size(), hit.end});
}

}  // namespace tocsin::match::snapshot
