#include "base/result.h"

#include <cstdio>
#include <cstdlib>

namespace tocsin {

std::string_view name(Code code) {
  switch (code) {
    case Code::kInvalid:
      return "invalid";
    case Code::kUnauthenticated:
      return "unauthenticated";
    case Code::kForbidden:
      return "forbidden";
    case Code::kRefused:
      return "refused";
    case Code::kNotFound:
      return "not-found";
    case Code::kConflict:
      return "conflict";
    case Code::kTooLarge:
      return "too-large";
    case Code::kOverloaded:
      return "overloaded";
    case Code::kUnavailable:
      return "unavailable";
    case Code::kCorrupt:
      return "corrupt";
    case Code::kInternal:
      return "internal";
  }
  panic(__FILE__, __LINE__, "unknown Code");
}

Error Error::at(std::string_view place) const {
  Error out = *this;
  if (out.field.empty()) {
    out.field = place;
  } else {
    out.field = std::string(place) + (out.field.front() == '[' ? "" : ".") + out.field;
  }
  return out;
}

tl::unexpected<Error> fail(Code code, std::string message, std::string field, std::string rule) {
  return tl::unexpected(Error{code, std::move(message), {}, std::move(field), std::move(rule)});
}

tl::unexpected<Error> fail_bi(Code code, std::string message, std::string message_zh,
                              std::string field, std::string rule) {
  return tl::unexpected(
      Error{code, std::move(message), std::move(message_zh), std::move(field), std::move(rule)});
}

void panic(const char* file, int line, const char* what) {
  std::fprintf(stderr, "tocsin: broken promise at %s:%d: %s\n", file, line, what);
  std::abort();
}

}  // namespace tocsin
