#include "match/refang.h"

#include <array>

#include "base/text.h"

namespace tocsin::match {
namespace {

struct Mark {
  std::string_view written;
  std::string_view meant;
  bool in_path;  ///< also undone after the host
};

constexpr std::array<Mark, 24> kMarks = {{
    {"[.]", ".", true},   {"[dot]", ".", true},    {"[ . ]", ".", true},   {"[ dot ]", ".", true},
    {"[:]", ":", true},   {"[://]", "://", true},  {"[:]//", "://", true}, {"[:", ":", false},
    {"[/]", "/", true},   {"[@]", "@", true},      {"[at]", "@", true},    {"[ at ]", "@", true},
    {"(.)", ".", false},  {"(dot)", ".", false},   {"{.}", ".", false},    {"{dot}", ".", false},
    {"(:)", ":", false},  {"(://)", "://", false}, {"(@)", "@", false},    {"(at)", "@", false},
    {"{at}", "@", false}, {"{@}", "@", false},     {"\\.", ".", false},    {"<.>", ".", false},
}};

struct Scheme {
  std::string_view written;
  std::string_view meant;
};

constexpr std::array<Scheme, 13> kSchemes = {{
    {"hxxps", "https"},
    {"hxxp", "http"},
    {"h**ps", "https"},
    {"h**p", "http"},
    {"htxps", "https"},
    {"htxp", "http"},
    {"hxtps", "https"},
    {"hxtp", "http"},
    {"hzzps", "https"},
    {"hzzp", "http"},
    {"meows", "https"},
    {"meow", "http"},
    {"fxp", "ftp"},
}};

const Mark* mark_at(std::string_view rest, bool in_path, std::string_view done) {
  const char c = rest.front();
  if (c != '[' && c != '(' && c != '{' && c != '\\' && c != '<') return nullptr;
  for (const Mark& mark : kMarks) {
    if (in_path && !mark.in_path) continue;
    // "[:" is only half a mark; "[::1]" is an address and a scheme must stand before it.
    if (mark.written == "[:" && (done.empty() || done.find_first_of(":.") != done.npos)) continue;
    if (rest.size() >= mark.written.size() &&
        iequals(rest.substr(0, mark.written.size()), mark.written)) {
      return &mark;
    }
  }
  return nullptr;
}

}  // namespace

std::string refang(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool in_path = false;
  for (std::size_t i = 0; i < text.size();) {
    if (const Mark* mark = mark_at(text.substr(i), in_path, out)) {
      out += mark->meant;
      i += mark->written.size();
      continue;
    }
    const char c = text[i++];
    if (c == '?' || c == '#' || (c == '/' && !out.ends_with(':') && !out.ends_with(":/"))) {
      in_path = true;
    }
    out.push_back(c);
  }
  for (const Scheme& scheme : kSchemes) {
    if (out.size() > scheme.written.size() && out[scheme.written.size()] == ':' &&
        iequals(std::string_view(out).substr(0, scheme.written.size()), scheme.written)) {
      out.replace(0, scheme.written.size(), scheme.meant);
      break;
    }
  }
  return out;
}

}  // namespace tocsin::match
