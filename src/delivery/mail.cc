#include "delivery/mail.h"

#include <algorithm>

#include "delivery/block_list.h"
#include "http/serialize.h"
#include "model/labels.h"

namespace tocsin::delivery {
namespace {

using model::Delivery;
using model::Subscription;

constexpr std::size_t kLineBytes = 76;    // RFC 2045 section 6.8
constexpr std::size_t kEncodedWord = 45;  // bytes of text that fit into one word of RFC 2047

Lang lang_of(const Subscription& s) { return s.language == "en" ? Lang::kEn : Lang::kZh; }

std::string wrapped64(std::string_view bytes) {
  const std::string all = base64(bytes);
  std::string out;
  for (std::size_t at = 0; at < all.size(); at += kLineBytes) {
    out += all.substr(at, kLineBytes) + "\r\n";
  }
  return out;
}

/// Encoded words of at most 75 characters, cut between characters, not inside one.
std::string encoded_words(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::size_t n = std::min(text.size(), kEncodedWord);
    while (n < text.size() && n > 1 && (static_cast<unsigned char>(text[n]) & 0xc0U) == 0x80U) --n;
    if (!out.empty()) out += "\r\n ";
    out += "=?UTF-8?B?" + base64(text.substr(0, n)) + "?=";
    text.remove_prefix(n);
  }
  return out;
}

Text event_words(std::string_view event) {
  if (event == "determined") return {"已认定", "determined"};
  if (event == "listed") return {"已列入处置名单", "listed for disposal"};
  return {"已解除", "lifted"};
}

model::Tlp strictest(const Delivery& d) {
  model::Tlp out = model::Tlp::kClear;
  for (const auto& e : d.events) out = std::max(out, e.tlp);
  return out;
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

std::string subject_of(const Delivery& d, Lang lang) {
  const std::string tlp = "[TLP:" + upper(name(strictest(d))) + "] ";
  if (d.events.size() == 1) {
    const auto& e = d.events.front();
    return tlp + (lang == Lang::kZh ? "网络安全威胁通报：" : "Network threat: ") + e.number + " " +
           event_words(e.event).in(lang);
  }
  const std::string n = std::to_string(d.events.size());
  return tlp + (lang == Lang::kZh ? "网络安全威胁通报汇总：" + n + " 条"
                                  : "Network threats, digest: " + n + " events");
}

std::string part(std::string_view type, std::string_view more, std::string_view bytes) {
  return "Content-Type: " + std::string(type) + "\r\nContent-Transfer-Encoding: base64\r\n" +
         std::string(more) + "\r\n" + wrapped64(bytes);
}

}  // namespace

std::string mail_text(const Delivery& d, const Subscription& s) {
  const Lang lang = lang_of(s);
  const bool zh = lang == Lang::kZh;
  std::string out =
      zh ? "以下网络安全威胁与贵单位有关。指标已作失效处理（hxxp、[.]"
           "），请勿访问；机器可读的原文见附件。\n\n"
         : "These network threats concern you. Indicators are defanged (hxxp, [.]), do "
           "not visit them; the attachment has them for machines.\n\n";
  for (const auto& e : d.events) {
    out += e.number + "  " + event_words(e.event).in(lang) + "  " + to_display(e.at) +
           "  TLP:" + upper(name(e.tlp)) + "\n";
    const auto kind =
        model::label(e.subtype.empty() ? name(e.threat_class) : std::string_view(e.subtype));
    out += kind.in(lang) + (e.name.empty() ? "" : (zh ? "：" : ": ") + defang(e.name)) +
           (e.level.empty() ? "" : (zh ? "，" + e.level + " 级" : ", level " + e.level)) + "\n";
    for (const auto& i : e.indicators) {
      out += "  " + defang(i.value) + (zh ? "（" : "  (") + defang(i.why.in(lang)) +
             (zh ? "）" : ")") + "\n";
    }
    if (e.more > 0) {
      out += zh ? "  另有 " + std::to_string(e.more) + " 项\n"
                : "  " + std::to_string(e.more) + " more\n";
    }
    out += "\n";
  }
  out += (zh ? "投递编号：" : "Delivery: ") + d.id + "\n";
  return out;
}

std::string mail_csv(const Delivery& d, Lang lang) {
  std::string out = "event,case,time,tlp,class,level,kind,value,reason\r\n";
  for (const auto& e : d.events) {
    for (const auto& i : e.indicators) {
      out += e.event + "," + e.number + "," + to_string(e.at) + "," + std::string(name(e.tlp)) +
             "," + std::string(name(e.threat_class)) + "," + e.level + "," +
             std::string(name(i.kind)) + "," + csv_field(i.value) + "," +
             csv_field(i.why.in(lang), true) + "\r\n";
    }
  }
  return out;
}

Result<std::string> mail_message(const Delivery& d, const Subscription& s, const MailParts& parts,
                                 const Sign& sign) {
  const Lang lang = lang_of(s);
  const std::string mixed = "mixed-" + d.id;
  const std::string outer = "signed-" + d.id;
  // What is signed is exactly this entity, from its first header to before the line of the boundary
  // (RFC 8551 section 3.5.3).
  const std::string entity =
      "Content-Type: multipart/mixed; boundary=\"" + mixed + "\"\r\n\r\n--" + mixed + "\r\n" +
      part("text/plain; charset=utf-8", "", mail_text(d, s)) + "--" + mixed + "\r\n" +
      part("text/csv; charset=utf-8; header=present",
           "Content-Disposition: attachment; filename=\"" + d.id + ".csv\"\r\n",
           mail_csv(d, lang)) +
      "--" + mixed + "--\r\n";
  TRY(const std::string signature, sign(s.sender, entity, parts.at));
  const auto at_sign = parts.from.find('@');
  std::string date = http::http_date(parts.at);
  date.replace(date.size() - 3, 3, "+0000");
  return "From: " + parts.from + "\r\nTo: " + s.address + "\r\nDate: " + date +
         "\r\nSubject: " + encoded_words(subject_of(d, lang)) + "\r\nMessage-ID: <" + d.id +
         parts.from.substr(std::min(at_sign, parts.from.size())) +
         ">\r\nX-Tocsin-Delivery: " + d.id +
         "\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
         "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\";\r\n"
         " micalg=sha-256; boundary=\"" +
         outer + "\"\r\n\r\n--" + outer + "\r\n" + entity + "\r\n--" + outer + "\r\n" +
         part("application/pkcs7-signature; name=\"smime.p7s\"",
              "Content-Disposition: attachment; filename=\"smime.p7s\"\r\n", signature) +
         "--" + outer + "--\r\n";
}

}  // namespace tocsin::delivery
