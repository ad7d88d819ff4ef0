#include "delivery/bulletin.h"

#include <algorithm>

#include "base/uuid.h"
#include "base/xml.h"
#include "exchange/determined.h"
#include "http/serialize.h"
#include "model/labels.h"
#include "store/collections.h"

namespace tocsin::delivery {
namespace {

using K = model::IndicatorKind;

/// Cases looked at for one feed: some of them have no notice yet.
constexpr std::size_t kLookedAt = 1000;
constexpr std::size_t kMostLines = 200;

const Text kTitle{"网络安全威胁处置公告", "Bulletins of disposed network threats"};
const Text kSubtitle{"经认定并依法处置、可公开的网络安全威胁；指标已作失效处理，请勿访问",
                     "Determined and lawfully disposed threats that may be public; indicators are "
                     "defanged, do not visit them"};

/// Which of the three blacklists an indicator belongs to (A13-12).
Text blacklist_of(K kind) {
  switch (kind) {
    case K::kApp:
    case K::kMd5:
    case K::kSha1:
    case K::kSha256:
    case K::kSm3:
      return {"移动互联网恶意程序", "mobile malware"};
    case K::kEmail:
    case K::kPhone:
    case K::kSmsPort:
    case K::kAccount:
    case K::kBroadbandAccount:
      return {"恶意电子信息发送源", "sources of malicious messages"};
    default:
      return {"恶意网址", "malicious addresses"};
  }
}

/// First notice of a measure of article 8(1); not set while there is none.
Instant first_notice(const exchange::Measures& measures) {
  Instant first;
  for (const auto& task : measures.tasks) {
    if (model::article_item(task.measure) != "8(1)" || task.notices.empty()) continue;
    if (!first || task.ladder.approved < first) first = task.ladder.approved;
  }
  return first;
}

void add_lines(Bulletin& b, const model::Threat& threat, const exchange::Measures& measures) {
  std::size_t lines = 0;
  std::size_t lifted = 0;
  for (const auto& indicator : threat.indicators) {
    const Instant end = measures.lifted_at(indicator);
    lifted += end ? 1 : 0;
    b.updated = std::max(b.updated, end);
    const Text list = blacklist_of(indicator.kind);
    if (std::none_of(b.categories.begin(), b.categories.end(),
                     [&](const Text& c) { return c.en == list.en; })) {
      b.categories.push_back(list);
    }
    if (++lines > kMostLines) continue;
    const std::string shown = defang(indicator.value);
    const Text kind = model::label(name(indicator.kind));
    b.text.zh += kind.zh + "：" + shown + (end ? "（已解除）" : "") + "\n";
    b.text.en += kind.en + ": " + shown + (end ? " (lifted)" : "") + "\n";
  }
  if (lines > kMostLines) {
    const std::string rest = std::to_string(lines - kMostLines);
    b.text.zh += "另有 " + rest + " 项\n";
    b.text.en += rest + " more\n";
  }
  if (lifted == lines) {
    b.title.zh += "（已解除）";
    b.title.en += " (lifted)";
  }
}

Bulletin bulletin_of(const model::Threat& threat, const exchange::Measures& measures,
                     Instant noticed) {
  Bulletin b;
  b.id = name_uuid("bulletin " + threat.id);
  b.number = threat.number;
  b.published = std::max(noticed, threat.identification->by.at);
  b.updated = b.published;
  const Text what = model::label(threat.subtype.empty() ? name(threat.threat_class)
                                                        : std::string_view(threat.subtype));
  const std::string called = defang(threat.identification->threat_name);
  b.title = {threat.number + " " + what.zh + (called.empty() ? "" : "：" + called),
             threat.number + " " + what.en + (called.empty() ? "" : ": " + called)};
  b.text = {
      "已由专业机构认定，并依法通知有关单位处置（《公共互联网网络安全威胁监测与处置办法》第八条）。"
      "\n",
      "Determined by an expert body; the units concerned were ordered to dispose of it "
      "(article 8 of the Measures for monitoring and disposing of public-internet "
      "threats).\n"};
  add_lines(b, threat, measures);
  return b;
}

Result<std::optional<Bulletin>> once_noticed(store::ReadTx& tx, const model::Threat& threat) {
  TRY(const auto measures, exchange::measures_of(tx, threat));
  const Instant noticed = first_notice(measures);
  if (!noticed) return std::optional<Bulletin>();
  return std::optional<Bulletin>(bulletin_of(threat, measures, noticed));
}

std::string element(std::string_view name, std::string_view text,
                    std::string_view attributes = {}) {
  std::string out = "<" + std::string(name);
  if (!attributes.empty()) out += " " + std::string(attributes);
  return out + ">" + xml_text(text) + "</" + std::string(name) + ">";
}

constexpr const char* kHead = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

Instant newest(const std::vector<Bulletin>& bulletins) {
  Instant latest;
  for (const auto& b : bulletins) latest = std::max(latest, b.updated);
  return latest;
}

const char* tag_of(Lang lang) { return lang == Lang::kZh ? "zh-CN" : "en"; }

std::string self_of(std::string_view origin, std::string_view form, Lang lang) {
  return std::string(origin) + "/feeds/bulletins." + std::string(form) +
         (lang == Lang::kZh ? "?lang=zh" : "?lang=en");
}

}  // namespace

Result<std::vector<Bulletin>> public_bulletins(store::ReadTx& tx, std::size_t limit) {
  TRY(const auto threats,
      store::find<model::Threat>(tx, store::Find{"public", "", "~", {}, {}, kLookedAt, true}));
  std::vector<Bulletin> out;
  for (const auto& threat : threats) {
    if (out.size() == limit) break;
    TRY(auto bulletin, once_noticed(tx, threat));
    if (bulletin) out.push_back(std::move(*bulletin));
  }
  return out;
}

Result<std::optional<Bulletin>> public_bulletin(store::ReadTx& tx, std::string_view number) {
  TRY(const auto threat, store::find_one<model::Threat>(tx, "number", number));
  if (!threat || threat->tlp != model::Tlp::kClear || !exchange::is_determined(*threat)) {
    return std::optional<Bulletin>();
  }
  return once_noticed(tx, *threat);
}

std::string rss(const std::vector<Bulletin>& bulletins, Lang lang, std::string_view origin) {
  std::string out = kHead;
  out += "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\">\n<channel>\n";
  out += element("title", kTitle.in(lang)) + "\n" + element("link", self_of(origin, "rss", lang)) +
         "\n" + element("description", kSubtitle.in(lang)) + "\n" +
         element("language", tag_of(lang)) +
         "\n<atom:link rel=\"self\" type=\"application/rss+xml\" href=\"" +
         xml_text(self_of(origin, "rss", lang)) + "\"/>\n";
  if (!bulletins.empty()) {
    out += element("lastBuildDate", http::http_date(newest(bulletins))) + "\n";
  }
  for (const auto& b : bulletins) {
    out += "<item>\n" + element("title", b.title.in(lang)) + "\n" +
           element("guid", "urn:uuid:" + b.id, "isPermaLink=\"false\"") + "\n" +
           element("pubDate", http::http_date(b.published)) + "\n";
    for (const auto& category : b.categories) out += element("category", category.in(lang)) + "\n";
    out += element("description", b.text.in(lang)) + "\n</item>\n";
  }
  return out + "</channel>\n</rss>\n";
}

std::string atom(const std::vector<Bulletin>& bulletins, Lang lang, std::string_view origin) {
  // RFC 4287 wants a time even when there is nothing: that of the definition of this form.
  const Instant none = parse_instant("2026-01-01").value();
  std::string out = kHead;
  out += "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"" + std::string(tag_of(lang)) +
         "\">\n";
  out += element("id", "urn:uuid:" + name_uuid("bulletins " + std::string(origin))) + "\n" +
         element("title", kTitle.in(lang)) + "\n" + element("subtitle", kSubtitle.in(lang)) + "\n" +
         element("updated", to_string(bulletins.empty() ? none : newest(bulletins))) +
         "\n<author><name>Tocsin</name></author>\n<link rel=\"self\" href=\"" +
         xml_text(self_of(origin, "atom", lang)) + "\"/>\n";
  for (const auto& b : bulletins) {
    out += "<entry>\n" + element("id", "urn:uuid:" + b.id) + "\n" +
           element("title", b.title.in(lang)) + "\n" +
           element("published", to_string(b.published)) + "\n" +
           element("updated", to_string(b.updated)) + "\n";
    for (const auto& category : b.categories) {
      out += "<category term=\"" + xml_text(category.in(lang)) + "\"/>\n";
    }
    out += element("content", b.text.in(lang), "type=\"text\"") + "\n</entry>\n";
  }
  return out + "</feed>\n";
}

}  // namespace tocsin::delivery
