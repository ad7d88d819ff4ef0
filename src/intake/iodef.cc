// IODEF documents (RFC 5070, RFC 7970) and the phishing reports inside them (RFC 5901).
#include <algorithm>

#include "base/xml.h"
#include "intake/classification.h"
#include "intake/feed_time.h"
#include "intake/iodef_words.h"
#include "intake/reader_base.h"

namespace tocsin::intake {
namespace {

using K = model::IndicatorKind;

/// Held until their incident, event or indicator ends, because its terms may stand behind them.
constexpr std::size_t kMaxWaiting = 10'000;

/// What an incident, an event or an indicator says about everything in it.
struct Terms {
  std::string element;  ///< whose end ends them
  std::size_t waiting_from = 0;
  std::optional<Tlp> tlp;
  std::optional<int> confidence;
  Instant first_seen;
  Instant last_seen;
  Instant valid_until;
  std::string label;
  std::string description;
  std::string id;
  bool actionable = true;
};

struct Waiting {
  std::string text;
  std::optional<K> kind;
  std::int64_t line = 0;
  bool actionable = true;
  std::string label;  ///< empty: that of the terms
};

/// Addresses, names and ports of one system stand apart and mean endpoints together.
struct System {
  bool open = false;
  bool victim = false;
  std::vector<std::pair<std::string, K>> hosts;
  std::vector<std::string> ports;
};

class IodefReader final : public ReaderBase, private XmlSink {
 public:
  IodefReader(Options options, Sink& sink) : ReaderBase(std::move(options), sink), xml_(*this) {}

  Status feed(std::string_view bytes) override { return checked(xml_.feed(bytes)); }
  Status finish() override {
    TRY_STATUS(ended_);
    TRY_STATUS(checked(xml_.finish()));
    warn_if_empty();
    return {};
  }

 private:
  Status on_start(const XmlName& name, const XmlAttributes& attributes) override;
  Status on_end(const XmlName& name, std::string_view text) override;
  void open_terms(const XmlName& name, const XmlAttributes& attributes);
  void end_of_terms(std::string_view element);
  void end_of_system();
  bool time_of_terms(std::string_view element, std::string_view text);
  void about_terms(std::string_view element, std::string_view text);
  void data(std::string_view element, std::string_view text);
  void bulk(std::string_view text);
  void digest(std::string_view text);
  void additional(std::string_view text);
  void phishing(std::string_view element, std::string_view text);
  void add(std::string_view text, std::optional<K> kind, std::string label = {});
  std::string_view parent() const {
    return path_.size() < 2 ? std::string_view() : std::string_view(path_[path_.size() - 2]);
  }
  /// An error ends the document and is its last refusal.
  Status checked(Status status) {
    TRY_STATUS(ended_);
    if (status) return {};
    refuse(xml_.line(), "", status.error());
    ended_ = status;
    return status;
  }

  XmlParser xml_;
  Status ended_;
  std::vector<std::string> path_;
  std::vector<Terms> terms_;
  std::vector<Waiting> waiting_;
  System system_;
  std::string category_;  ///< of the Address, the BulkObservable
  std::string algorithm_;
  std::string scope_;   ///< of the HashData
  std::string rating_;  ///< of the Confidence
  std::string meaning_;
  std::string family_;  ///< of the phishing report
  bool own_ = false;    ///< the AdditionalData is ours
};

bool known(std::string_view space) {
  return space == iodef::kSpace2 || space == iodef::kSpace1 || space.empty() ||
         space == iodef::kPhish || space == iodef::kSignature;
}

void IodefReader::open_terms(const XmlName& name, const XmlAttributes& attributes) {
  Terms terms;
  if (!terms_.empty()) terms = terms_.back();
  terms.element = name.local;
  terms.waiting_from = waiting_.size();
  std::string_view word = attributes["restriction"];
  if (word == "ext-value") word = attributes["ext-restriction"];
  if (const auto tlp = iodef::find_word(iodef::kRestrictions, word)) terms.tlp = tlp;
  terms_.push_back(std::move(terms));
}

Status IodefReader::on_start(const XmlName& name, const XmlAttributes& attributes) {
  if (path_.empty() && name.local != "IODEF-Document") {
    return fail_bi(Code::kInvalid, "The document is not IODEF", "不是IODEF文档", "line 1",
                   "not-iodef");
  }
  // Elements of name spaces that nobody here knows keep their place and say nothing.
  path_.emplace_back(known(name.space) ? name.local : std::string_view());
  const std::string& local = path_.back();
  if (local == "Incident" || local == "EventData" || local == "Indicator") {
    open_terms(name, attributes);
  } else if (local == "System") {
    const std::string_view role = attributes["category"];
    system_ = {};
    system_.open = true;
    system_.victim = role == "target" || role == "watchlist-target" || role == "sensor";
  } else if (local == "Address") {
    category_ = attributes["category"];
    if (category_.empty()) category_ = "ipv4-addr";  // the default of both RFCs
  } else if (local == "BulkObservable") {
    category_ = attributes["type"];
  } else if (local == "HashData") {
    scope_ = attributes["scope"];
  } else if (local == "DigestMethod") {
    algorithm_ = attributes["Algorithm"];
  } else if (local == "Confidence") {
    rating_ = attributes["rating"];
  } else if (local == "AdditionalData") {
    meaning_ = attributes["meaning"];
    own_ = attributes["formatid"] == iodef::kOwn;
  } else if (local == "PhraudReport") {
    family_.clear();
  }
  return {};
}

void IodefReader::add(std::string_view text, std::optional<K> kind, std::string label) {
  text = trim(text);
  if (text.empty() || terms_.empty()) return comment();
  if (waiting_.size() >= kMaxWaiting) {
    return refuse(xml_.line(), text, "too-many-observables",
                  "More than 10,000 observables in one incident", "单个事件的观测值超过10000个");
  }
  waiting_.push_back(
      {std::string(text), kind, xml_.line(), !system_.open || !system_.victim, std::move(label)});
}

/// Emits what the incident, event or indicator held, with its terms. The terms of what encloses it
/// are in it already.
void IodefReader::end_of_terms(std::string_view element) {
  if (terms_.empty() || terms_.back().element != element) return;
  const Terms terms = std::move(terms_.back());
  terms_.pop_back();
  // An event inside an indicator waits for the indicator's terms behind it.
  const bool inner = std::any_of(terms_.begin(), terms_.end(),
                                 [](const Terms& t) { return t.element == "Indicator"; });
  if (inner) return;
  for (std::size_t i = terms.waiting_from; i < waiting_.size(); ++i) {
    Waiting& one = waiting_[i];
    Item item = blank(one.line);
    if (terms.tlp) item.tlp = *terms.tlp;
    if (terms.confidence) item.confidence = *terms.confidence;
    if (terms.first_seen) item.first_seen = terms.first_seen;
    item.last_seen = terms.last_seen;
    item.valid_until = terms.valid_until;
    const std::string& label = one.label.empty() ? terms.label : one.label;
    if (!label.empty()) item.labels.push_back(label);
    item.description = terms.description;
    item.foreign_id = terms.id;
    item.actionable = terms.actionable && one.actionable;
    emit(one.text, one.kind, std::move(item));
  }
  waiting_.resize(terms.waiting_from);
}

void IodefReader::end_of_system() {
  const bool phishes = std::find(path_.begin(), path_.end(), "PhraudReport") != path_.end();
  const std::string label = phishes ? event_label("phishing", family_) : std::string();
  for (const auto& [host, kind] : system_.hosts) {
    const bool networks =
        kind == K::kIpv4Prefix || kind == K::kIpv6Prefix || kind == K::kEmail || kind == K::kUrl;
    if (system_.ports.empty() || networks) {
      add(host, kind, label);
      continue;
    }
    const bool v6 = host.find(':') != std::string::npos;
    for (const std::string& port : system_.ports) {
      add((v6 ? "[" + host + "]" : host) + ":" + port, K::kEndpoint, label);
    }
  }
  system_ = {};
}

bool IodefReader::time_of_terms(std::string_view element, std::string_view text) {
  if (terms_.empty() || parent() != terms_.back().element) return false;
  Terms& terms = terms_.back();
  const bool indicator = terms.element == "Indicator";
  const auto t = parse_feed_time(trim(text));
  if (element == "StartTime" || element == "DetectTime") {
    if (t) terms.first_seen = *t;
  } else if (element == "EndTime") {
    if (t) (indicator ? terms.valid_until : terms.last_seen) = *t;
  } else if (element == "ReportTime" || element == "GenerationTime") {
    if (t && !source_.source_date) source_.source_date = *t;
    if (t && !terms.first_seen) terms.first_seen = *t;
  } else {
    return false;
  }
  return true;
}

int level_of(std::string_view rating, std::string_view text) {
  if (rating == "low") return 25;
  if (rating == "medium") return 50;
  if (rating == "high") return 80;
  // The meaning of numbers is the sender's: one with a point is a share of one, others of 100.
  if (text.starts_with("0.") || text == "1.0") {
    const auto hundredths = to_int((std::string(text.substr(2)) + "00").substr(0, 2));
    return text == "1.0"
               ? 100
               : static_cast<int>(std::clamp<std::int64_t>(hundredths.value_or(-1), -1, 100));
  }
  return static_cast<int>(std::clamp<std::int64_t>(to_int(text).value_or(-1), -1, 100));
}

void IodefReader::about_terms(std::string_view element, std::string_view raw) {
  if (terms_.empty() || time_of_terms(element, raw)) return;
  Terms& terms = terms_.back();
  const std::string_view text = trim(raw);
  if (parent() != terms.element) return;
  if (element == "Confidence") {
    if (const int level = level_of(rating_, text); level >= 0) terms.confidence = level;
  } else if (element == "Description") {
    terms.description = text;
  } else if (element == "IncidentID" || element == "IndicatorID") {
    terms.id = text;
  }
}

void IodefReader::bulk(std::string_view text) {
  const auto kind = iodef::find_word(iodef::kCategories, category_);
  for (const auto line : split(text, '\n')) {
    if (trim(line).empty()) continue;
    if (kind) {
      add(line, kind);
    } else {
      refuse(xml_.line(), trim(line), "unsupported-type",
             "Observables of type " + category_.substr(0, 64) + " cannot be blocked",
             "该类型的观测值无法处置");
    }
  }
}

void IodefReader::digest(std::string_view raw) {
  const auto kind = iodef::find_word(iodef::kDigests, algorithm_);
  if (!scope_.empty() && scope_ != "file-contents") return comment();  // of a part of the file
  const std::string_view text = trim(raw);
  if (!kind) {
    return refuse(xml_.line(), text, "unsupported-type", "An unknown kind of digest",
                  "未知的摘要算法");
  }
  // XML signatures write base 64; senders write hexadecimal all the same.
  const std::size_t digits = *kind == K::kMd5 ? 32 : *kind == K::kSha1 ? 40 : 64;
  if (text.size() == digits) return add(text, kind);
  const auto bytes = unbase64(text);
  add(bytes ? hex(*bytes) : std::string(text), kind);
}

void IodefReader::additional(std::string_view text) {
  if (!own_ || terms_.empty()) return;
  Terms& terms = terms_.back();
  if (meaning_ == "label") {
    terms.label = text;
  } else if (meaning_ == "last-seen") {
    if (const auto t = parse_feed_time(trim(text))) terms.last_seen = *t;
  } else if (meaning_ == "actionable") {
    terms.actionable = trim(text) != "false";
  } else if (const auto kind = model::indicator_kind(meaning_)) {
    add(text, kind);
  }
}

void IodefReader::phishing(std::string_view element, std::string_view text) {
  const std::string label = event_label("phishing", family_);
  if (element == "PhishNameRef" || element == "PhishNameLocalRef") family_ = trim(text);
  if (parent() != "DCSite") return;
  if (element == "SiteURL") add(text, K::kUrl, label);
  if (element == "Domain") add(text, K::kDomain, label);
  if (element == "EmailSite") add(text, K::kEmail, label);
}

void IodefReader::data(std::string_view element, std::string_view text) {
  const auto host = [&](K kind) {
    if (!system_.open) return add(text, kind);
    system_.hosts.emplace_back(trim(text), kind);
  };
  if (element == "Address") {
    if (const auto kind = iodef::find_word(iodef::kCategories, category_)) return host(*kind);
    return comment();  // MAC, AS number, ATM: nothing that we block
  }
  // The names of a domain's own name servers are not the threat.
  if (element == "Name" && parent() == "DomainData") return host(K::kDomain);
  if (element == "NodeName") return host(K::kDomain);
  if (element == "Port" && system_.open) return system_.ports.emplace_back(trim(text)), void();
  if (element == "EmailFrom") return add(text, K::kEmail);
  if (element == "BulkObservableList") return bulk(text);
  if (element == "DigestValue") return digest(text);
  if (element == "AdditionalData") return additional(text);
  phishing(element, text);
}

Status IodefReader::on_end(const XmlName& /*name*/, std::string_view text) {
  const std::string element = path_.back();
  about_terms(element, text);
  data(element, text);
  if (element == "System") end_of_system();
  if (element == "Incident" || element == "EventData" || element == "Indicator") {
    end_of_terms(element);
  }
  path_.pop_back();
  return {};
}

}  // namespace

std::unique_ptr<Reader> make_iodef(Options options, Sink& sink) {
  return std::make_unique<IodefReader>(std::move(options), sink);
}

}  // namespace tocsin::intake
