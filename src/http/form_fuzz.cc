// Any bytes as a form: no crash, limits kept, and what was read comes back when it is written and
// read again.
#include <cstdint>

#include "http/form.h"

using namespace tocsin;

namespace {

constexpr std::string_view kBoundary = "fuzz-boundary-0123456789-9876543210";

std::string written(const http::Form& form) {
  std::string out;
  const auto part = [&](const std::string& disposition, const std::string& content) {
    out += "--" + std::string(kBoundary) + "\r\nContent-Disposition: form-data; " + disposition +
           "\r\n\r\n" + content + "\r\n";
  };
  for (const auto& [name, value] : form.fields) part("name=\"" + name + "\"", value);
  for (const auto& file : form.files) {
    part("name=\"" + file.field + "\"; filename=\"" + file.name + "\"", file.bytes);
  }
  return out + "--" + std::string(kBoundary) + "--\r\n";
}

/// Names with quotes, line ends or escapes would have to be written as browsers write them.
bool is_plain(std::string_view name) {
  return name.find_first_of("\"\r\n%") == std::string_view::npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  http::FormLimits limits;
  limits.parts = 8;
  limits.files = 2;
  limits.field_bytes = 64;
  limits.file_bytes = 64;
  const auto cut = bytes.find('\n');
  const std::string type(bytes.substr(0, cut));
  const std::string_view body = cut == std::string_view::npos ? "" : bytes.substr(cut + 1);
  const auto form = http::parse_form(type, body, limits);
  if (!form) return 0;
  ASSERT(form->fields.size() + form->files.size() <= limits.parts);
  ASSERT(form->files.size() <= limits.files);
  bool plain = true;
  for (const auto& [name, value] : form->fields) {
    ASSERT(value.size() <= limits.field_bytes && is_utf8(value));
    plain = plain && is_plain(name) && value.find(kBoundary) == std::string::npos;
  }
  for (const auto& file : form->files) {
    ASSERT(file.bytes.size() <= limits.file_bytes && is_utf8(file.name));
    plain = plain && is_plain(file.field) && is_plain(file.name) &&
            file.bytes.find(kBoundary) == std::string::npos;
  }
  if (!plain) return 0;
  const auto again = http::parse_form("multipart/form-data; boundary=" + std::string(kBoundary),
                                      written(*form), limits);
  ASSERT(again && again->fields == form->fields && again->files.size() == form->files.size());
  return 0;
}
