// An mbox file cut into its messages (RFC 4155, with the `>From ` quoting of mboxrd).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tocsin::sources {

/// feed() any number of times, then finish() once. A message begins with a line `From ` at the
/// beginning or behind an empty line; that line is not part of it. Of a message longer than `limit`
/// the sink gets what fits, and hears that it was cut. An error of the sink ends it.
class MboxSplitter {
 public:
  using Sink = std::function<Status(std::string&& message, bool cut)>;
  explicit MboxSplitter(Sink sink, std::size_t limit = 64U << 20)
      : sink_(std::move(sink)), limit_(limit) {}

  [[nodiscard]] Status feed(std::string_view bytes);
  /// kInvalid when the bytes did not begin with `From `, so that this is no mbox.
  [[nodiscard]] Status finish();

 private:
  Status on_line(std::string_view line);
  Status emit();

  const Sink sink_;
  const std::size_t limit_;
  std::string line_;
  std::string message_;
  bool open_ = false;
  bool cut_ = false;
  bool long_line_ = false;
  bool after_empty_ = true;
  bool foreign_ = false;
};

}  // namespace tocsin::sources
