// A mail taken apart by a well-kept MIME library, which stays in this file's .cc.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace tocsin::intake::mail {

struct Part {
  std::string type;    ///< `text/plain`, lower case
  std::string name;    ///< file name, decoded; may be empty
  std::string parent;  ///< type of the enclosing part, `multipart/report`; empty at the top
  std::string bytes;   ///< transfer encoding undone; text in UTF-8
  bool attachment = false;
};

struct Mail {
  std::string subject;  ///< RFC 2047 undone
  std::string from;
  std::string id;
  std::string xarf;  ///< value of the header X-ARF or X-XARF; empty: none
  Instant date;
  std::vector<Part> parts;  ///< leaves, in order; attached messages are opened, except evidence
};

struct Limits {
  std::size_t bytes = 64U << 20;  ///< of the mail, and of all parts together
  std::size_t parts = 1000;       ///< leaves
  int depth = 16;                 ///< multiparts and attached messages within each other
};

/// Takes the mail apart. The message that a report encloses as evidence (RFC 5965) stays closed: it
/// holds the addresses of those who were harmed. kTooLarge beyond a limit, kInvalid when it is no
/// mail.
Result<Mail> take_apart(std::string_view text, const Limits& limits = {});

}  // namespace tocsin::intake::mail
