// Abuse mail: ARF (RFC 5965), X-ARF, attached lists, and what is named in free text.
#include <array>
#include <cctype>
#include <functional>
#include <map>

#include "base/json.h"
#include "intake/classification.h"
#include "intake/decode.h"
#include "intake/feed_time.h"
#include "intake/mail_parts.h"
#include "intake/reader_base.h"

namespace tocsin::intake {
namespace {

using K = model::IndicatorKind;

constexpr std::size_t kMaxFields = 1000;
constexpr std::size_t kMaxProposals = 10'000;
constexpr std::size_t kSniffBytes = 4096;

/// `Name: value` lines, folded ones joined: a feedback report, and the flat YAML of X-ARF.
std::vector<std::pair<std::string, std::string>> fields_of(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> out;
  for (std::string_view line : split(text, '\n')) {
    if (!out.empty() && (line.starts_with(' ') || line.starts_with('\t'))) {
      out.back().second += " " + std::string(trim(line));
      continue;
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || line[0] == '#' || out.size() >= kMaxFields) continue;
    std::string_view value = trim(line.substr(colon + 1));
    if (value.size() >= 2 && (value[0] == '"' || value[0] == '\'') && value.back() == value[0]) {
      value = value.substr(1, value.size() - 2);
    }
    out.emplace_back(to_lower(trim(line.substr(0, colon))), value);
  }
  return out;
}

struct Meaning {
  std::string_view word;
  std::string_view type;  ///< our label (classification.h)
};
// Feedback-Type of RFC 5965, and Report-Type, type and category of X-ARF.
constexpr std::array kMeanings = std::to_array<Meaning>({
    {"abuse", "spam"},
    {"spam", "spam"},
    {"fraud", "phishing"},
    {"phishing", "phishing"},
    {"virus", "malware-distribution"},
    {"malware", "malware-distribution"},
    {"login-attack", "brute-force"},
    {"login_attack", "brute-force"},
    {"port-scan", "scanner"},
    {"port_scan", "scanner"},
    {"ddos", "ddos"},
    {"bot", "infected-system"},
    {"botnet", "infected-system"},
});

std::string_view meaning_of(std::string_view word) {
  for (const Meaning& known : kMeanings) {
    if (iequals(known.word, word)) return known.type;
  }
  return {};
}

/// The length of a run of hexadecimal digits that is a hash, else nothing.
std::optional<K> hash_kind(std::string_view word) {
  if (word.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos) return {};
  if (word.size() == 32) return K::kMd5;
  if (word.size() == 40) return K::kSha1;
  return word.size() == 64 ? std::optional(K::kSha256) : std::nullopt;
}

bool is_dotted_quad(std::string_view word) {
  int dots = 0;
  for (const char c : word) {
    if (c == '.') {
      ++dots;
    } else if (std::isdigit(static_cast<unsigned char>(c)) == 0) {
      return false;
    }
  }
  return dots == 3 && word.front() != '.' && word.back() != '.';
}

/// Does the writer of free text mean an indicator? A name alone may be anything; one that somebody
/// took care to defang, a URL, an address or a hash is meant.
bool is_meant(std::string_view word) {
  if (word.size() < 4) return false;
  const std::string low = to_lower(word.substr(0, 8));
  const bool link = low.starts_with("http") || low.starts_with("hxxp");
  return (link && word.find("//") != std::string_view::npos) ||
         word.find("[.]") != std::string_view::npos || is_dotted_quad(word) || hash_kind(word);
}

class MailReader final : public DocumentReader {
 public:
  using DocumentReader::DocumentReader;

 private:
  Status on_document(const std::string& text) override;
  void on_part(const mail::Part& part);
  void on_feedback(std::string_view text);
  void on_xarf_fields(std::string_view text);
  void on_xarf_json(std::string_view text);
  void on_list(const mail::Part& part);
  void on_prose(std::string_view text);
  void tell(std::string_view text, std::string_view type, std::string_view word, Instant seen);

  mail::Mail mail_;
  std::int64_t number_ = 0;
  std::size_t proposals_ = 0;
};

/// One indicator that a report names in a field of its own.
void MailReader::tell(std::string_view text, std::string_view type, std::string_view word,
                      Instant seen) {
  Item item = blank(++number_);
  item.description = mail_.subject;
  item.foreign_id = mail_.id;
  item.first_seen = seen ? seen : mail_.date;
  const Classification* row = by_label(type);
  item.labels.emplace_back(type.empty() ? word : type);
  item.actionable =
      row != nullptr && (row->role == Role::kResource || row->role == Role::kAttacker);
  emit(text, std::nullopt, std::move(item));
}

void MailReader::on_feedback(std::string_view text) {
  const auto fields = fields_of(text);
  std::string type;
  Instant seen;
  for (const auto& [name, value] : fields) {
    if (name == "feedback-type") type = value;
    if (name == "arrival-date" || name == "received-date") {
      if (const auto time = parse_feed_time(value)) seen = *time;
    }
  }
  bool any = false;
  for (const auto& [name, value] : fields) {
    if (name != "source-ip" && name != "reported-domain" && name != "reported-uri") continue;
    any = true;
    tell(value, meaning_of(type), type, seen);
  }
  if (!any) comment();
}

void MailReader::on_xarf_fields(std::string_view text) {
  std::map<std::string, std::string> fields;
  for (auto& [name, value] : fields_of(text)) fields.emplace(name, std::move(value));
  const auto time = parse_feed_time(fields["date"]);
  const std::string& type = fields["report-type"];
  if (fields["source"].empty()) {
    return refuse(++number_, text, "no-value", "The X-ARF report names no Source",
                  "X-ARF报告没有Source");
  }
  tell(fields["source"], meaning_of(type), type, time.value_or(Instant()));
}

void MailReader::on_xarf_json(std::string_view text) {
  const auto json = Json::parse(text);
  if (!json) return refuse(++number_, text, json_error(text, "X-ARF"));
  const Json& report = (*json)["Report"];  // version 3; version 4 has no envelope
  const std::string source =
      !json->str("source_identifier").empty()  ? json->str("source_identifier")
      : !report["Source"].str("Value").empty() ? report["Source"].str("Value")
                                               : report.str("SourceIp");
  if (source.empty()) {
    return refuse(++number_, text, "no-value", "The X-ARF report names no source",
                  "X-ARF报告没有来源");
  }
  const std::string type =
      json->str("type").empty() ? to_lower(report.str("ReportType")) : json->str("type");
  const auto time =
      parse_feed_time(json->str("timestamp").empty() ? report.str("Date") : json->str("timestamp"));
  tell(source, meaning_of(type), type, time.value_or(Instant()));
}

/// What the reader of an attached list says goes on as it is.
class Through final : public Sink {
 public:
  Through(std::function<void(Item&&)> item, std::function<void(Refusal&&)> refusal)
      : item_(std::move(item)), refusal_(std::move(refusal)) {}
  void item(Item&& item) override { item_(std::move(item)); }
  void refusal(Refusal&& refusal) override { refusal_(std::move(refusal)); }
  void warning(Warning&& /*warning*/) override {}  // about an attachment, not about the source

 private:
  std::function<void(Item&&)> item_;
  std::function<void(Refusal&&)> refusal_;
};

void MailReader::on_list(const mail::Part& part) {
  Through sink(
      [&](Item&& item) {
        item.description = part.name;
        item.foreign_id = mail_.id;
        if (!item.first_seen) item.first_seen = mail_.date;
        emit(item.original, item.indicator.kind, std::move(item));
      },
      [&](Refusal&& r) {
        refuse(r.line, r.original, r.code, part.name + ": " + r.message.en,
               part.name + "：" + r.message.zh);
      });
  // Packed or not, the first bytes of what is inside tell the format.
  struct Chooser final : Reader {
    Chooser(Options o, std::string n, Sink& s)
        : options(std::move(o)), name(std::move(n)), sink(s) {}
    Status feed(std::string_view bytes) override {
      if (!inner) inner = make_reader(chosen(bytes), options, sink);
      return inner->feed(bytes);
    }
    Status finish() override { return inner ? inner->finish() : Status(); }
    const Counters& counters() const override { return none; }
    const SourceInfo& source() const override { return nothing; }
    Format chosen(std::string_view bytes) const {
      const Format found = sniff(bytes.substr(0, kSniffBytes), name);
      return found == Format::kMail ? Format::kPlain
                                    : found;  // a mail in a mail is a part, not a list
    }
    Options options;
    std::string name;
    Sink& sink;
    std::unique_ptr<Reader> inner;
    Counters none;
    SourceInfo nothing;
  };
  Options options = options_;
  options.file_name = part.name;
  Chooser reader(std::move(options), part.name, sink);
  Decoder decoder(reader, Charset::kAuto, {});
  Status done = decoder.feed(part.bytes);
  if (done) done = decoder.finish();
  if (!done) refuse(++number_, part.name, done.error());
}

/// Free text only proposes: a person reads the mail and decides.
void MailReader::on_prose(std::string_view text) {
  std::string word;
  const auto flush = [&] {
    while (!word.empty() &&
           std::string_view(".,;:!?").find(word.back()) != std::string_view::npos) {
      word.pop_back();
    }
    if (is_meant(word) && proposals_ < kMaxProposals) {
      ++proposals_;
      Item item = blank(++number_);
      item.description = mail_.subject;
      item.foreign_id = mail_.id;
      item.first_seen = mail_.date;
      item.labels.emplace_back("proposed");
      item.actionable = false;
      emit(word, hash_kind(word), std::move(item));
    }
    word.clear();
  };
  for (const char c : text) {
    if (std::isspace(static_cast<unsigned char>(c)) != 0 ||
        std::string_view("<>\"'()|").find(c) != std::string_view::npos) {
      flush();
    } else if (word.size() < options_.max_line_bytes) {
      word.push_back(c);
    }
  }
  flush();
}

void MailReader::on_part(const mail::Part& part) {
  const std::string low = to_lower(part.name);
  if (part.type == "message/feedback-report") return on_feedback(part.bytes);
  if (!mail_.xarf.empty() && part.type == "application/json") return on_xarf_json(part.bytes);
  if (!mail_.xarf.empty() && (low.starts_with("report.") || part.type == "text/yaml")) {
    return low.ends_with(".json") ? on_xarf_json(part.bytes) : on_xarf_fields(part.bytes);
  }
  bool list = false;
  for (const std::string_view end : {".csv", ".txt", ".json", ".gz", ".zst", ".list"}) {
    list = list || low.ends_with(end);
  }
  if (list) return on_list(part);
  if (low.ends_with(".zip") || part.type == "application/zip" ||
      part.type == "multipart/encrypted" || part.type == "application/pkcs7-mime") {
    return refuse(++number_, low.empty() ? part.type : part.name, "unsupported-attachment",
                  "This attachment is not opened; unpack or decrypt it and import what is inside",
                  "不打开此附件；请解包或解密后导入其内容");
  }
  if (part.type == "text/plain" && !part.attachment) return on_prose(part.bytes);
  comment();  // HTML, pictures, signatures, the evidence of a report
}

Status MailReader::on_document(const std::string& text) {
  TRY(mail_, mail::take_apart(text));
  source_.source_date = mail_.date;
  for (const mail::Part& part : mail_.parts) on_part(part);
  return {};
}

}  // namespace

std::unique_ptr<Reader> make_mail(Options options, Sink& sink) {
  return std::make_unique<MailReader>(std::move(options), sink);
}

}  // namespace tocsin::intake
