// XML from strangers, as a stream: no document type, so nothing to expand and nothing to fetch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tocsin {

/// Escaped for XML 1.0, without the characters that it does not have.
std::string xml_text(std::string_view text);

/// An element's name; the name space is empty where it has none.
struct XmlName {
  std::string_view space;
  std::string_view local;
};

class XmlAttributes {
 public:
  /// `list` is Expat's: name, value, name, value, null.
  explicit XmlAttributes(const char* const* list) : list_(list) {}
  /// By local name; empty when it is not there.
  std::string_view operator[](std::string_view local) const;

 private:
  const char* const* list_;
};

/// Receives elements in their order; an Error ends the document.
class XmlSink {
 public:
  virtual ~XmlSink() = default;
  virtual Status on_start(const XmlName& name, const XmlAttributes& attributes) = 0;
  /// `text` is what stood between the last tag and this one, at most `text_bytes` of it.
  virtual Status on_end(const XmlName& name, std::string_view text) = 0;
};

struct XmlLimits {
  int depth = 64;
  std::size_t text_bytes = 64U << 10;  ///< of one element; more is cut off
};

/// A push parser (XML 1.0 with name spaces). The bytes are UTF-8 whatever the declaration says,
/// because a decoder stands before it. A document type declaration, broken XML, or one element too
/// deep is kCorrupt with field `line N`. The sink must outlive it.
class XmlParser {
 public:
  explicit XmlParser(XmlSink& sink, XmlLimits limits = {});
  ~XmlParser();
  XmlParser(const XmlParser&) = delete;
  XmlParser& operator=(const XmlParser&) = delete;

  [[nodiscard]] Status feed(std::string_view bytes);
  [[nodiscard]] Status finish();
  /// Of the element that is being told of, from 1.
  std::int64_t line() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tocsin
