#include "base/xml.h"

#include <algorithm>
#include <cstdint>
#include <expat.h>

namespace tocsin {
namespace {

constexpr char kSpaceEnd = ' ';  // no name space and no name holds one
constexpr std::size_t kPiece = 1U << 20;

XmlName name_of(std::string_view text) {
  const auto at = text.rfind(kSpaceEnd);
  if (at == std::string_view::npos) return {{}, text};
  return {text.substr(0, at), text.substr(at + 1)};
}

}  // namespace

struct XmlParser::State {
  State(XmlSink& to, XmlLimits limit) : sink(to), limits(limit) {}

  void stop(Status why) {
    if (error) error = std::move(why);
    XML_StopParser(parser.get(), XML_FALSE);
  }
  std::string line() const {
    return "line " + std::to_string(XML_GetCurrentLineNumber(parser.get()));
  }
  void refuse(const char* en, const char* zh) {
    stop(fail_bi(Code::kCorrupt, std::string(en) + " at " + line(),
                 std::string(zh) + "，位置 " + line(), line(), "bad-xml"));
  }

  static void on_start(void* data, const XML_Char* element, const XML_Char** attributes);
  static void on_end(void* data, const XML_Char* element);
  static void on_text(void* data, const XML_Char* bytes, int length);
  static void on_doctype(void* data, const XML_Char* name, const XML_Char* system,
                         const XML_Char* identifier, int internal);

  XmlSink& sink;
  XmlLimits limits;
  std::unique_ptr<XML_ParserStruct, void (*)(XML_Parser)> parser{
      XML_ParserCreateNS("UTF-8", kSpaceEnd), XML_ParserFree};
  int depth = 0;
  std::string text;
  Status error;
};

void XmlParser::State::on_start(void* data, const XML_Char* element, const XML_Char** attributes) {
  auto& s = *static_cast<State*>(data);
  if (!s.error) return;  // Expat tells what it had ready before it stops
  if (++s.depth > s.limits.depth) return s.refuse("The XML is nested too deep", "XML嵌套过深");
  s.text.clear();
  if (auto status = s.sink.on_start(name_of(element), XmlAttributes(attributes)); !status) {
    s.stop(std::move(status));
  }
}

void XmlParser::State::on_end(void* data, const XML_Char* element) {
  auto& s = *static_cast<State*>(data);
  if (!s.error) return;
  --s.depth;
  if (auto status = s.sink.on_end(name_of(element), s.text); !status) s.stop(std::move(status));
  s.text.clear();
}

void XmlParser::State::on_text(void* data, const XML_Char* bytes, int length) {
  auto& s = *static_cast<State*>(data);
  const auto room = s.limits.text_bytes - std::min(s.limits.text_bytes, s.text.size());
  s.text.append(bytes, std::min(room, static_cast<std::size_t>(length)));
}

/// No document type, no entities: nothing to expand without end, nothing to fetch.
void XmlParser::State::on_doctype(void* data, const XML_Char* /*name*/, const XML_Char* /*system*/,
                                  const XML_Char* /*identifier*/, int /*internal*/) {
  static_cast<State*>(data)->refuse("A document type declaration is not read",
                                    "不接受文档类型声明");
}

std::string_view XmlAttributes::operator[](std::string_view local) const {
  for (const char* const* entry = list_; *entry != nullptr; entry += 2) {
    if (name_of(entry[0]).local == local) return entry[1];
  }
  return {};
}

XmlParser::XmlParser(XmlSink& sink, XmlLimits limits)
    : state_(std::make_unique<State>(sink, limits)) {
  ASSERT(state_->parser != nullptr);
  XML_SetUserData(state_->parser.get(), state_.get());
  XML_SetElementHandler(state_->parser.get(), State::on_start, State::on_end);
  XML_SetCharacterDataHandler(state_->parser.get(), State::on_text);
  XML_SetStartDoctypeDeclHandler(state_->parser.get(), State::on_doctype);
}

XmlParser::~XmlParser() = default;

std::int64_t XmlParser::line() const {
  return static_cast<std::int64_t>(XML_GetCurrentLineNumber(state_->parser.get()));
}

Status XmlParser::feed(std::string_view bytes) {
  State& s = *state_;
  TRY_STATUS(s.error);
  for (; !bytes.empty(); bytes.remove_prefix(std::min(kPiece, bytes.size()))) {
    const auto n = static_cast<int>(std::min(kPiece, bytes.size()));
    if (XML_Parse(s.parser.get(), bytes.data(), n, XML_FALSE) == XML_STATUS_OK) continue;
    if (s.error) s.refuse("Broken XML", "XML损坏");
    return s.error;
  }
  return {};
}

Status XmlParser::finish() {
  State& s = *state_;
  TRY_STATUS(s.error);
  if (XML_Parse(s.parser.get(), "", 0, XML_TRUE) == XML_STATUS_OK) return {};
  if (s.error) s.refuse("The XML breaks off", "XML不完整");
  return s.error;
}

std::string xml_text(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    // U+FFFE and U+FFFF are UTF-8, but no characters of XML.
    if (byte == 0xefU && text.substr(i, 2) == "\xef\xbf" && i + 2 < text.size() &&
        static_cast<unsigned char>(text[i + 2]) >= 0xbeU) {
      i += 2;
      continue;
    }
    if (byte < 0x20U && c != '\n' && c != '\t') continue;
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace tocsin
