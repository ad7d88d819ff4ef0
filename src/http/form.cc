#include "http/form.h"

#include <algorithm>

#include "http/url.h"

namespace tocsin::http {
namespace {

constexpr std::size_t kPartHeadBytes = 8192;
constexpr std::size_t kNameBytes = 200;

tl::unexpected<Error> broken(const char* what) {
  return fail_bi(Code::kInvalid, std::string("the form is broken: ") + what,
                 "表单数据不完整或格式有误，请返回后重新提交", "body", "RFC 7578");
}

Status too_large(const std::string& field, const char* en, const char* zh) {
  return fail_bi(Code::kTooLarge, en, zh, field);
}

/// The value of a parameter of a header: `name="..."` or a token; nothing when it is not there.
/// Browsers write %22, %0D and %0A inside the quotes and nothing else (WHATWG HTML).
std::optional<std::string> parameter(std::string_view header, std::string_view wanted) {
  std::size_t at = header.find(';');
  while (at != std::string_view::npos && at < header.size()) {
    const std::size_t begin = at + 1;
    const std::size_t equals = header.find('=', begin);
    if (equals == std::string_view::npos) return std::nullopt;
    const std::string name = to_lower(trim(header.substr(begin, equals - begin)));
    std::string value;
    if (equals + 1 < header.size() && header[equals + 1] == '"') {
      const std::size_t end = header.find('"', equals + 2);
      if (end == std::string_view::npos) return std::nullopt;
      value = header.substr(equals + 2, end - equals - 2);
      at = header.find(';', end);
    } else {
      at = header.find(';', equals);
      value = trim(header.substr(equals + 1, at == std::string_view::npos ? at : at - equals - 1));
    }
    if (name == wanted) return value;
  }
  return std::nullopt;
}

std::string unquoted(std::string text) {
  text = replace_all(std::move(text), "%22", "\"");
  text = replace_all(std::move(text), "%0D", "\r");
  return replace_all(std::move(text), "%0A", "\n");
}

/// What remains of a file's name when it can do no harm where it is shown.
std::string plain_name(std::string name) {
  if (const auto slash = name.find_last_of("/\\"); slash != std::string::npos) {
    name.erase(0, slash + 1);
  }
  std::erase_if(name, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7f;
  });
  if (name.size() > kNameBytes) name.resize(kNameBytes);
  while (!name.empty() && !is_utf8(name)) name.pop_back();
  return name;
}

struct Part {
  std::string name;
  std::optional<std::string> file;
  std::string_view content;
};

Result<Part> read_head(std::string_view head) {
  Part part;
  bool named = false;
  for (std::string_view line : split(head, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return broken("a part's head has a line without a name");
    if (!iequals(trim(line.substr(0, colon)), "content-disposition")) continue;
    const std::string_view value = trim(line.substr(colon + 1));
    const auto name = parameter(value, "name");
    if (!iequals(trim(value.substr(0, value.find(';'))), "form-data") || !name || named) {
      return broken("a part says not which field it is");
    }
    named = true;
    part.name = unquoted(*name);
    if (auto file = parameter(value, "filename")) part.file = plain_name(unquoted(*file));
  }
  if (!named) return broken("a part says not which field it is");
  return part;
}

/// One line break whichever way it was written: a lone carriage return is one too, so that what
/// was read comes back the same however often it is sent (WHATWG HTML, "normalize newlines").
std::string with_plain_newlines(std::string text) {
  return replace_all(replace_all(std::move(text), "\r\n", "\n"), "\r", "\n");
}

Status check_name(std::string_view name) {
  if (name.size() <= kNameBytes && is_utf8(name)) return {};
  return broken("a field's name is too long or not UTF-8");
}

Status add_field(Form& form, const Part& part, const FormLimits& limits) {
  TRY_STATUS(check_name(part.name));
  if (part.content.size() > limits.field_bytes) {
    return too_large(part.name, "this text is too long", "文字过长");
  }
  if (!is_utf8(part.content) || part.content.find('\0') != std::string_view::npos) {
    return broken("a text is not UTF-8");
  }
  form.fields.emplace_back(part.name, with_plain_newlines(std::string(part.content)));
  return {};
}

Status add_file(Form& form, Part part, const FormLimits& limits) {
  TRY_STATUS(check_name(part.name));
  if (part.file->empty() && part.content.empty()) return {};
  if (form.files.size() == limits.files) {
    return too_large(part.name, "too many files", "文件数量过多");
  }
  if (part.content.size() > limits.file_bytes) {
    return too_large(part.name, "a file is too large", "文件过大");
  }
  form.files.push_back({std::move(part.name), std::move(*part.file), std::string(part.content)});
  return {};
}

/// RFC 2046 section 5.1.1: letters, digits and these marks, at most 70.
bool is_boundary(std::string_view text) {
  return !text.empty() && text.size() <= 70 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           std::string_view("'()+_,-./:=?").find(c) != std::string_view::npos;
  });
}

Result<Form> parse_multipart(std::string_view boundary, std::string_view body,
                             const FormLimits& limits) {
  if (!is_boundary(boundary)) return broken("its boundary is none");
  const std::string delimiter = "\r\n--" + std::string(boundary);
  // Browsers write no preamble, so the first delimiter has no line end before it.
  const std::string_view first = std::string_view(delimiter).substr(2);
  if (!body.starts_with(first)) return broken("it does not begin with its boundary");
  body.remove_prefix(first.size());
  Form form;
  for (std::size_t parts = 0; !body.starts_with("--"); ++parts) {
    if (parts == limits.parts) {
      return tl::unexpected(too_large("body", "the form has too many parts", "表单项过多").error());
    }
    if (!body.starts_with("\r\n")) return broken("a boundary is followed by something else");
    body.remove_prefix(2);
    const auto head = body.find("\r\n\r\n");
    if (head == std::string_view::npos || head > kPartHeadBytes) return broken("a part has no end");
    TRY(Part part, read_head(body.substr(0, head)));
    body.remove_prefix(head + 4);
    // An empty part: its end's line break is the one that ended the head.
    const auto end = body.find(delimiter);
    if (end == std::string_view::npos) return broken("a part has no end");
    part.content = body.substr(0, end);
    body.remove_prefix(end + delimiter.size());
    TRY_STATUS(part.file ? add_file(form, std::move(part), limits) : add_field(form, part, limits));
  }
  return form;
}

}  // namespace

std::string_view Form::value(std::string_view name) const {
  for (const auto& [key, value] : fields) {
    if (key == name) return value;
  }
  return {};
}

Result<Form> parse_form(std::string_view content_type, std::string_view body,
                        const FormLimits& limits) {
  if (body.size() > limits.bytes) {
    return tl::unexpected(too_large("body", "the form is too large", "提交内容过大").error());
  }
  const std::string type = to_lower(trim(content_type.substr(0, content_type.find(';'))));
  if (type == "multipart/form-data") {
    const auto boundary = parameter(content_type, "boundary");
    return parse_multipart(boundary.value_or(""), body, limits);
  }
  if (type != "application/x-www-form-urlencoded") return broken("it is of another type");
  TRY(auto query, parse_query(body));
  Form form;
  if (query.size() > limits.parts) {
    return tl::unexpected(too_large("body", "the form has too many parts", "表单项过多").error());
  }
  for (auto& [name, value] : query) {
    TRY_STATUS(add_field(form, Part{std::move(name), std::nullopt, value}, limits));
  }
  return form;
}

Result<Form> read_form(Request& request, const FormLimits& limits) {
  TRY(const std::string body, request.body->read_all(limits.bytes));
  return parse_form(request.header("content-type"), body, limits);
}

}  // namespace tocsin::http
