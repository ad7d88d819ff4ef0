// n6 events: JSON lines (sjson), one JSON array, or CSV with a header.
#include "intake/n6.h"

#include <array>
#include <cctype>

#include "intake/classification.h"
#include "intake/csv_records.h"
#include "intake/event_links.h"
#include "intake/feed_time.h"
#include "intake/json_records.h"

namespace tocsin::intake {
namespace {

using K = model::IndicatorKind;

constexpr std::size_t kMaxAddresses = 1000;

struct Event {
  std::string id, category, name, restriction, confidence, status, time, until, expires, url, fqdn,
      dport, md5, sha1, sha256, target;
  std::vector<std::string> addresses;
};

constexpr auto kTexts = std::to_array<std::pair<std::string_view, std::string Event::*>>({
    {"id", &Event::id},
    {"category", &Event::category},
    {"name", &Event::name},
    {"restriction", &Event::restriction},
    {"confidence", &Event::confidence},
    {"status", &Event::status},
    {"time", &Event::time},
    {"until", &Event::until},
    {"expires", &Event::expires},
    {"url", &Event::url},
    {"fqdn", &Event::fqdn},
    {"dport", &Event::dport},
    {"md5", &Event::md5},
    {"sha1", &Event::sha1},
    {"sha256", &Event::sha256},
    {"target", &Event::target},
});

struct Subject {
  std::string text;
  K kind;
};

/// The most exact of what the event names. Addresses beside a URL or a name are where it resolved
/// to: context, not indicators. Without a name each address is one.
std::vector<Subject> subjects(const Event& event, Role role) {
  const bool host_first = role == Role::kAttacker || role == Role::kVictim;
  std::vector<Subject> out;
  if (!event.addresses.empty() && (host_first || (event.url.empty() && event.fqdn.empty()))) {
    const bool service = role == Role::kResource && !event.dport.empty() && event.dport != "0";
    for (const std::string& ip : event.addresses) {
      const bool v6 = ip.find(':') != std::string::npos;
      out.push_back(service ? Subject{(v6 ? "[" + ip + "]" : ip) + ":" + event.dport, K::kEndpoint}
                            : Subject{ip, K::kIpv4});
    }
    return out;
  }
  for (const auto& [text, kind] : {std::pair<const std::string*, K>{&event.url, K::kUrl},
                                   {&event.fqdn, K::kDomain},
                                   {&event.sha256, K::kSha256},
                                   {&event.sha1, K::kSha1},
                                   {&event.md5, K::kMd5}}) {
    if (!text->empty()) return {{*text, kind}};
  }
  return out;
}

Status read_time(std::string_view text, std::string_view field, Instant& out) {
  if (text.empty()) return {};
  const auto time = parse_feed_time(text);
  if (!time) {
    return fail_bi(Code::kInvalid, "Not a time: " + std::string(field), "时间格式错误",
                   std::string(field), "bad-time");
  }
  out = *time;
  return {};
}

Result<std::vector<Subject>> read(const Event& event, Item& item) {
  TRY_STATUS(read_time(event.time, "time", item.first_seen));
  TRY_STATUS(read_time(event.until, "until", item.last_seen));
  TRY_STATUS(read_time(event.expires, "expires", item.valid_until));
  if (!event.confidence.empty()) {
    const auto level = n6::confidence_named(event.confidence);
    if (!level) {
      return fail_bi(Code::kInvalid, "confidence is low, medium or high",
                     "confidence应为low、medium或high", "confidence", "bad-confidence");
    }
    item.confidence = *level;
  }
  if (const auto tlp = n6::restriction_named(event.restriction)) item.tlp = *tlp;
  const Classification* row = by_n6(event.category);
  const Role role = row == nullptr ? Role::kUnknown : row->role;
  // `other` says nothing by itself; what it carries stands in the name.
  const std::string_view type = row == nullptr ? std::string_view(event.category) : row->label();
  const std::string label = type == "other" ? event.name : event_label(type, event.name);
  if (!label.empty()) item.labels.push_back(label);
  item.foreign_id = event.id;
  if (!event.target.empty()) item.description = "target: " + event.target;
  const bool listed = event.status.empty() || event.status == "active";
  // Only blacklists have a status: an active entry of one is meant to be used.
  item.actionable = listed && (role == Role::kResource || role == Role::kAttacker ||
                               (role == Role::kUnknown && !event.status.empty()));
  auto found = subjects(event, role);
  if (found.empty()) {
    return fail_bi(Code::kInvalid, "The event names no address, name, URL or hash",
                   "该事件没有地址、域名、网址或散列值", "address", "no-value");
  }
  return found;
}

/// n6's name is a malware's where the category speaks of one.
EventParts parts(const Event& event) {
  EventParts out;
  out.addresses = event.addresses;
  out.name = event.fqdn;
  out.url = event.url;
  out.md5 = event.md5;
  out.sha1 = event.sha1;
  out.sha256 = event.sha256;
  if (event.category == "bots" || event.category == "cnc" || event.category == "malurl" ||
      event.category == "malware-action") {
    out.family = event.name;
  }
  return out;
}

/// What both forms do with an event; Base gives blank(), emit() and refuse().
template <typename Base>
class N6Events : public Base {
 public:
  using Base::Base;

 protected:
  void on_event(std::int64_t number, std::string_view text, const Event& event) {
    Item item = this->blank(number);
    const auto found = read(event, item);
    if (!found) return this->refuse(number, text, found.error());
    for (const Subject& subject : *found) this->emit(subject.text, subject.kind, Item(item));
    event_links(parts(event), [&](model::RelationKind kind, const auto& from, const auto& to) {
      this->link(kind, from, to, item);
    });
  }
};

class N6Json final : public N6Events<JsonObjects> {
 public:
  using N6Events::N6Events;

 private:
  void on_object(std::int64_t number, std::string_view text, const Json& object) override {
    Event event;
    for (const auto& [name, member] : kTexts) {
      const Json& value = object[name];
      if (!value.is_null()) event.*member = value.is_string() ? value.as_string() : value.dump();
    }
    for (const Json& address : object["address"].items()) {
      if (event.addresses.size() >= kMaxAddresses) break;
      if (!address.str("ip").empty()) event.addresses.push_back(address.str("ip"));
    }
    on_event(number, text, event);
  }
};

class N6Csv final : public N6Events<CsvRecords> {
 public:
  using N6Events::N6Events;

 private:
  void on_record(std::int64_t number, std::string_view text) override {
    if (header_.empty()) {
      for (const std::string& name : fields_) header_.push_back(to_lower(trim(name)));
      return comment();
    }
    Event event;
    for (std::size_t i = 0; i < header_.size(); ++i) {
      const std::string_view value = cell(static_cast<int>(i));
      for (const auto& [name, member] : kTexts) {
        if (name == header_[i]) event.*member = value;
      }
      if (header_[i] == "ip" || header_[i] == "address") add_addresses(value, event);
    }
    on_event(number, text, event);
  }

  /// `192.0.2.1 192.0.2.2`, with the country and AS number that some exports write beside it.
  static void add_addresses(std::string_view value, Event& event) {
    std::string words(value);
    for (char& c : words) {
      if (c == ',' || c == ';') c = ' ';
    }
    for (const std::string_view word : split(words, ' ')) {
      const bool address = word.find_first_of(".:") != std::string_view::npos;
      if (address && event.addresses.size() < kMaxAddresses) event.addresses.emplace_back(word);
    }
  }

  std::vector<std::string> header_;
};

/// Chooses by the first byte that is no white space.
class N6Reader final : public Reader {
 public:
  N6Reader(Options options, Sink& sink) : options_(std::move(options)), sink_(sink) {}

  Status feed(std::string_view bytes) override {
    if (!inner_) {
      const auto first = bytes.find_first_not_of(" \t\r\n");
      if (first == std::string_view::npos) {
        blank_ += bytes;
        if (blank_.size() <= options_.max_line_bytes) return {};
      }
      const bool json =
          first != std::string_view::npos && (bytes[first] == '{' || bytes[first] == '[');
      open(json);
      TRY_STATUS(inner_->feed(std::exchange(blank_, {})));
    }
    return inner_->feed(bytes);
  }
  Status finish() override {
    if (!inner_) open(true);
    return inner_->finish();
  }
  const Counters& counters() const override { return inner_ ? inner_->counters() : none_; }
  const SourceInfo& source() const override { return inner_ ? inner_->source() : nothing_; }

 private:
  void open(bool json) {
    if (json) {
      inner_ = std::make_unique<N6Json>(options_, sink_);
    } else {
      inner_ = std::make_unique<N6Csv>(options_, sink_);
    }
  }

  Options options_;
  Sink& sink_;
  std::string blank_;  ///< lines before the first that says something keep their numbers
  std::unique_ptr<Reader> inner_;
  Counters none_;
  SourceInfo nothing_;
};

}  // namespace

namespace n6 {

std::optional<int> confidence_named(std::string_view word) {
  if (word == "low") return 25;
  if (word == "medium") return 50;
  if (word == "high") return 80;
  return std::nullopt;
}

std::string_view confidence_word(int level) {
  return level < 40 ? "low" : level < 70 ? "medium" : "high";
}

std::optional<Tlp> restriction_named(std::string_view word) {
  if (word == "public") return Tlp::kClear;
  if (word == "need-to-know") return Tlp::kAmber;
  if (word == "internal") return Tlp::kRed;
  return std::nullopt;
}

std::string_view restriction_word(Tlp tlp) {
  if (tlp == Tlp::kClear) return "public";
  return tlp == Tlp::kRed ? "internal" : "need-to-know";
}

}  // namespace n6

std::unique_ptr<Reader> make_n6(Options options, Sink& sink) {
  return std::make_unique<N6Reader>(std::move(options), sink);
}

}  // namespace tocsin::intake
