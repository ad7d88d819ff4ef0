// Forms as browsers send them: `application/x-www-form-urlencoded` and `multipart/form-data`
// (RFC 7578). Bounded in bytes and parts; what is not well formed is refused, never repaired.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/http.h"

namespace tocsin::http {

struct FormFile {
  std::string field;
  std::string name;  ///< the sender's, without folders and control characters; may be empty
  std::string bytes;
};

struct Form {
  std::vector<std::pair<std::string, std::string>> fields;  ///< UTF-8 without NUL; lines end in LF
  std::vector<FormFile> files;  ///< a file input that was left empty gives none

  /// First value of that field, or empty.
  std::string_view value(std::string_view name) const;
};

struct FormLimits {
  std::size_t bytes = 10U << 20;  ///< of the whole body
  std::size_t parts = 64;
  std::size_t field_bytes = 64U << 10;
  std::size_t files = 5;
  std::size_t file_bytes = 4U << 20;
};

/// kInvalid for another type or broken framing, kTooLarge beyond a limit; `field` names the input.
Result<Form> parse_form(std::string_view content_type, std::string_view body,
                        const FormLimits& limits = {});
/// The form in the body of a request.
Result<Form> read_form(Request& request, const FormLimits& limits = {});

}  // namespace tocsin::http
