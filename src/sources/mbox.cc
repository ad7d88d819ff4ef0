#include "sources/mbox.h"

namespace tocsin::sources {
namespace {

constexpr std::string_view kFrom = "From ";

}  // namespace

Status MboxSplitter::emit() {
  if (!open_) return {};
  open_ = false;
  // The empty line before the next `From ` belongs to the file, not to the message.
  if (message_.ends_with("\n\n")) message_.pop_back();
  const bool cut = std::exchange(cut_, false);
  return sink_(std::exchange(message_, {}), cut);
}

Status MboxSplitter::on_line(std::string_view line) {
  const bool begins = after_empty_ && line.starts_with(kFrom);
  after_empty_ = line == "\n" || line == "\r\n";
  if (begins) {
    TRY_STATUS(emit());
    open_ = true;
    return {};
  }
  if (!open_) {
    foreign_ = foreign_ || !after_empty_;
    return {};
  }
  const auto quotes = line.find_first_not_of('>');
  if (quotes != 0 && quotes != std::string_view::npos && line.substr(quotes).starts_with(kFrom)) {
    line.remove_prefix(1);
  }
  const std::size_t room = limit_ - message_.size();
  cut_ = cut_ || long_line_ || line.size() > room;
  long_line_ = false;
  message_ += line.substr(0, room);
  return {};
}

Status MboxSplitter::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    const std::string_view piece = bytes.substr(0, end == std::string_view::npos ? end : end + 1);
    bytes.remove_prefix(piece.size());
    // A line without an end never begins a message: what cannot fit is not kept.
    long_line_ = long_line_ || piece.size() > limit_ - line_.size();
    line_ += piece.substr(0, limit_ - line_.size());
    if (!piece.ends_with('\n')) return {};
    const std::string line = std::exchange(line_, {});
    TRY_STATUS(on_line(line));
  }
  return {};
}

Status MboxSplitter::finish() {
  if (!line_.empty()) TRY_STATUS(on_line(std::exchange(line_, {})));
  TRY_STATUS(emit());
  if (!foreign_) return {};
  return fail_bi(Code::kInvalid, "this file does not begin like an mbox", "该文件不是 mbox 邮箱",
                 "location", "not-mbox");
}

}  // namespace tocsin::sources
