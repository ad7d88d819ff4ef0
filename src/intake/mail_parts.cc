#include "intake/mail_parts.h"

#include <gmime/gmime.h>
#include <memory>
#include <mutex>

#include "base/text.h"

namespace tocsin::intake::mail {
namespace {

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
template <typename T>
using Owned = std::unique_ptr<T, Unref>;

void start_library() {
  static std::once_flag once;
  std::call_once(once, [] { g_mime_init(); });
}

std::string text_of(const char* text) { return text == nullptr ? std::string() : text; }

std::string type_of(GMimeObject* object) {
  const GMimeContentType* type = g_mime_object_get_content_type(object);
  return to_lower(
      text_of(g_mime_content_type_get_media_type(const_cast<GMimeContentType*>(type))) + "/" +
      text_of(g_mime_content_type_get_media_subtype(const_cast<GMimeContentType*>(type))));
}

tl::unexpected<Error> too_large(std::string_view en, std::string_view zh) {
  return fail_bi(Code::kTooLarge, std::string(en), std::string(zh), "", "mail-too-large");
}

/// The bytes that a stream collects, through a filter when there is one.
std::string content(GMimePart* part, const char* charset) {
  GMimeDataWrapper* wrapper = g_mime_part_get_content(part);
  if (wrapper == nullptr) return {};
  const Owned<GMimeStream> memory(g_mime_stream_mem_new());
  const Owned<GMimeStream> filtered(g_mime_stream_filter_new(memory.get()));
  if (charset != nullptr) {
    const Owned<GMimeFilter> filter(g_mime_filter_charset_new(charset, "utf-8"));
    if (filter) g_mime_stream_filter_add(GMIME_STREAM_FILTER(filtered.get()), filter.get());
  }
  g_mime_data_wrapper_write_to_stream(wrapper, filtered.get());
  g_mime_stream_flush(filtered.get());
  const GByteArray* bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory.get()));
  return {reinterpret_cast<const char*>(bytes->data), bytes->len};
}

class Walk {
 public:
  Walk(Mail& out, const Limits& limits) : out_(out), limits_(limits) {}

  Status object(GMimeObject* object, const std::string& parent, int depth) {
    if (object == nullptr) return {};
    if (depth > limits_.depth) {
      return too_large("The mail nests too deeply", "邮件嵌套过深");
    }
    const std::string type = type_of(object);
    if (GMIME_IS_MULTIPART(object)) {
      auto* multipart = GMIME_MULTIPART(object);
      for (int i = 0; i < g_mime_multipart_get_count(multipart); ++i) {
        TRY_STATUS(this->object(g_mime_multipart_get_part(multipart, i), type, depth + 1));
      }
      return {};
    }
    if (GMIME_IS_MESSAGE_PART(object)) {
      if (parent == "multipart/report") return leaf({type, "", parent, "", true});
      GMimeMessage* inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
      return inner == nullptr ? Status()
                              : this->object(g_mime_message_get_mime_part(inner), type, depth + 1);
    }
    if (!GMIME_IS_PART(object)) return leaf({type, "", parent, "", true});
    auto* part = GMIME_PART(object);
    Part leaf_part{type, text_of(g_mime_part_get_filename(part)), parent, content(part, nullptr),
                   g_mime_part_is_attachment(part) != 0};
    const char* charset = g_mime_object_get_content_type_parameter(object, "charset");
    if (type.starts_with("text/") && charset != nullptr && !is_utf8(leaf_part.bytes)) {
      leaf_part.bytes = content(part, charset);
    }
    return leaf(std::move(leaf_part));
  }

 private:
  Status leaf(Part&& part) {
    bytes_ += part.bytes.size();
    if (out_.parts.size() >= limits_.parts || bytes_ > limits_.bytes) {
      return too_large("The mail has too many parts, or they are too large",
                       "邮件的部分过多或过大");
    }
    out_.parts.push_back(std::move(part));
    return {};
  }

  Mail& out_;
  const Limits& limits_;
  std::size_t bytes_ = 0;
};

}  // namespace

Result<Mail> take_apart(std::string_view text, const Limits& limits) {
  if (text.size() > limits.bytes) return too_large("The mail is too large", "邮件过大");
  start_library();
  const Owned<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(text.data(), text.size()));
  const Owned<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
  const Owned<GMimeMessage> message(g_mime_parser_construct_message(parser.get(), nullptr));
  GMimeObject* root = message ? g_mime_message_get_mime_part(message.get()) : nullptr;
  const auto header = [&](const char* name) {
    return text_of(g_mime_object_get_header(GMIME_OBJECT(message.get()), name));
  };
  if (root == nullptr || (header("From").empty() && header("Date").empty() &&
                          header("Received").empty() && header("Subject").empty())) {
    return fail_bi(Code::kInvalid, "This is no mail: it has no From, Date or Subject",
                   "不是邮件：没有From、Date或Subject", "", "not-mail");
  }
  Mail out;
  out.subject = text_of(g_mime_message_get_subject(message.get()));
  out.from = header("From");
  out.id = text_of(g_mime_message_get_message_id(message.get()));
  out.xarf = header("X-ARF").empty() ? header("X-XARF") : header("X-ARF");
  if (GDateTime* date = g_mime_message_get_date(message.get())) {
    out.date = Instant{g_date_time_to_unix(date) * 1'000'000};
  }
  TRY_STATUS(Walk(out, limits).object(root, "", 1));
  return out;
}

}  // namespace tocsin::intake::mail
