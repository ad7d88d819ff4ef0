// MISP events in every wrapping that exports, the REST interface and feeds use.
#include "intake/write/misp.h"

#include <algorithm>
#include <array>

#include <simdjson.h>

#include "intake/feed_time.h"
#include "intake/json_records.h"
#include "intake/misp_links.h"

namespace tocsin::intake {
namespace {

namespace dom = simdjson::dom;
using K = model::IndicatorKind;

constexpr std::size_t kMaxLabels = 64;
constexpr int kMaxWrapping = 4;

struct MispType {
  std::string_view type;
  std::optional<K> first;   ///< kind of the value, or of the half before '|'
  std::optional<K> second;  ///< kind of the half behind '|'
};

constexpr std::array kTypes = std::to_array<MispType>({
    {"domain", K::kDomain, {}},
    {"hostname", K::kDomain, {}},
    {"domain|ip", K::kDomain, K::kIpv4},
    {"ip-dst", K::kIpv4, {}},
    {"ip-src", K::kIpv4, {}},
    {"url", K::kUrl, {}},
    {"uri", K::kUrl, {}},
    {"email", K::kEmail, {}},
    {"email-src", K::kEmail, {}},
    {"email-dst", K::kEmail, {}},
    {"email-reply-to", K::kEmail, {}},
    {"whois-registrant-email", K::kEmail, {}},
    {"dns-soa-email", K::kEmail, {}},
    {"md5", K::kMd5, {}},
    {"sha1", K::kSha1, {}},
    {"sha256", K::kSha256, {}},
    {"filename|md5", {}, K::kMd5},
    {"filename|sha1", {}, K::kSha1},
    {"filename|sha256", {}, K::kSha256},
    {"malware-sample", {}, K::kMd5},
    {"phone-number", K::kPhone, {}},
    {"whois-registrant-phone", K::kPhone, {}},
    {"mobile-application-id", K::kApp, {}},
});

std::string_view str(dom::element object, std::string_view key) {
  std::string_view out;
  if (object[key].get(out) != simdjson::SUCCESS) return {};
  return out;
}

/// Booleans and numbers come as themselves or as text.
bool flag(dom::element object, std::string_view key) {
  bool yes = false;
  if (object[key].get(yes) == simdjson::SUCCESS) return yes;
  std::int64_t number = 0;
  if (object[key].get(number) == simdjson::SUCCESS) return number != 0;
  const std::string_view text = str(object, key);
  return text == "1" || iequals(text, "true");
}

std::optional<Instant> time_of(dom::element object, std::string_view key) {
  std::int64_t seconds = 0;
  if (object[key].get(seconds) == simdjson::SUCCESS) {
    return parse_feed_time(std::to_string(seconds));
  }
  return parse_feed_time(str(object, key));
}

struct Context {
  Tlp tlp = Tlp::kUnset;
  bool taking_back = false;  ///< what is deleted comes first: the event may say it elsewhere still
  bool deleted = false;      ///< the object around it is
  std::vector<std::string> labels;
  std::optional<int> confidence;
  std::optional<K> kind;  ///< what an attribute of our own stands for, where MISP has no type
  Instant valid_until;
  Instant first_seen;  ///< of the object around it
  Instant last_seen;
};

/// `tocsin:confidence="80"`: what our own export says by tags (write/misp.cc).
void read_own_tag(std::string_view tag, Context& context) {
  tag.remove_prefix(kMispNamespace.size());
  const auto quote = tag.find("=\"");
  if (quote == std::string_view::npos || !tag.ends_with('"')) return;
  const std::string_view predicate = tag.substr(0, quote);
  const std::string_view value = tag.substr(quote + 2, tag.size() - quote - 3);
  if (predicate == "kind") context.kind = model::indicator_kind(value);
  if (predicate == "valid-until") context.valid_until = parse_feed_time(value).value_or(Instant{});
  if (predicate == "confidence") {
    if (const auto level = to_int(value); level && *level >= 0 && *level <= 100) {
      context.confidence = static_cast<int>(*level);
    }
  }
}

/// What a document and a feed do with an event; Base gives blank(), emit(), refuse(), comment().
template <typename Base>
class MispEvents : public Base {
 public:
  using Base::Base;

 protected:
  bool unwrap(dom::element element, int depth);

 private:
  void on_event(dom::element event);
  void on_members(dom::element event, const Context& context);
  void on_attributes(dom::array attributes, const Context& context);
  void on_attribute(dom::element attribute, const Context& context);
  Item item_of(dom::element attribute, Context&& own) const;
  void on_endpoint(std::string_view value, const Item& base);
  void on_value(const MispType& type, std::string_view value, const Item& base);
  void take(std::string_view value, K kind, const Item& base);
  static void read_tags(dom::element object, Context& context);

  misp::OnLink linker(const Item& beside) {
    return [this, &beside](model::RelationKind kind, const auto& from, const auto& to) {
      this->link(kind, from, to, beside);
    };
  }

  std::int64_t number_ = 0;
  misp::Group group_;  ///< of the object that is being read
};

template <typename Base>
void MispEvents<Base>::read_tags(dom::element object, Context& context) {
  dom::array tags;
  if (object["Tag"].get(tags) != simdjson::SUCCESS) return;
  for (const dom::element tag : tags) {
    const std::string_view name = str(tag, "name");
    if (name.starts_with(kMispNamespace)) {
      read_own_tag(name, context);
      continue;
    }
    const bool marking = iequals(name.substr(0, 4), "tlp:") || iequals(name.substr(0, 4), "pap:");
    if (marking) {
      // What may be done with it (PAP) limits who may have it; of several words the strictest
      // counts.
      const auto tlp = tlp_named(name.substr(4));
      if (tlp) context.tlp = std::max(context.tlp, *tlp);
    } else if (!name.empty() && context.labels.size() < kMaxLabels) {
      context.labels.emplace_back(name);
    }
  }
}

template <typename Base>
void MispEvents<Base>::take(std::string_view value, K kind, const Item& base) {
  this->emit(value, kind, Item(base));
  if (base.taken_back) return;  // what was deleted stands beside nothing
  const auto node = group_.add(value, kind);
  if (node) misp::galaxy_links(base.labels, *node, linker(base));
}

template <typename Base>
void MispEvents<Base>::on_value(const MispType& type, std::string_view value, const Item& base) {
  const std::size_t bar = type.type.find('|') == std::string_view::npos && type.first
                              ? std::string_view::npos
                              : value.find('|');
  if (type.first) take(value.substr(0, bar), *type.first, base);
  if (!type.second) return;
  if (bar == std::string_view::npos) {
    return this->refuse(base.line, value, "bad-composite", "The second half behind '|' is missing",
                        "缺少“|”之后的部分");
  }
  take(value.substr(bar + 1), *type.second, base);
}

template <typename Base>
Item MispEvents<Base>::item_of(dom::element attribute, Context&& own) const {
  Item base = this->blank(number_);
  base.foreign_id = str(attribute, "uuid");
  base.description = str(attribute, "comment");
  base.actionable = flag(attribute, "to_ids");
  base.tlp = own.tlp == Tlp::kUnset ? this->options_.tlp : own.tlp;
  base.labels.insert(base.labels.end(), own.labels.begin(), own.labels.end());
  if (own.confidence) base.confidence = *own.confidence;
  base.valid_until = own.valid_until;
  if (const auto t = time_of(attribute, "first_seen")) {
    base.first_seen = *t;
  } else if (own.first_seen) {
    base.first_seen = own.first_seen;
  } else if (const auto changed = time_of(attribute, "timestamp")) {
    base.first_seen = *changed;
  }
  base.last_seen = time_of(attribute, "last_seen").value_or(own.last_seen);
  return base;
}

template <typename Base>
void MispEvents<Base>::on_endpoint(std::string_view value, const Item& base) {
  const std::size_t bar = value.rfind('|');
  std::string host(value.substr(0, bar));
  if (bar == std::string_view::npos) {
    return this->refuse(number_, value, "bad-composite", "The port behind '|' is missing",
                        "缺少“|”之后的端口");
  }
  if (host.find(':') != std::string::npos && !host.starts_with('[')) host = "[" + host + "]";
  take(host + ":" + std::string(value.substr(bar + 1)), K::kEndpoint, base);
}

template <typename Base>
void MispEvents<Base>::on_attribute(dom::element attribute, const Context& context) {
  ++number_;
  const std::string_view type = str(attribute, "type");
  const std::string_view value = str(attribute, "value");
  const bool deleted = context.deleted || flag(attribute, "deleted");
  if (deleted != context.taking_back) return;
  Context own = context;
  read_tags(attribute, own);
  const auto told = own.kind;
  Item base = item_of(attribute, std::move(own));
  base.taken_back = deleted;
  base.actionable = base.actionable && !deleted;
  if (told) return this->emit(value, told, std::move(base));
  if (type == "ip-dst|port" || type == "ip-src|port" || type == "hostname|port") {
    return on_endpoint(value, base);
  }
  for (const MispType& known : kTypes) {
    if (known.type != type) continue;
    misp::Group pair;
    std::swap(pair, group_);
    on_value(known, value, base);
    std::swap(pair, group_);
    // `domain|ip` and `filename|md5` state by themselves what stands together.
    pair.links(linker(base));
    return group_.join(std::move(pair));
  }
  if (!base.actionable)
    return this->comment();  // text, links, screenshots: context, not indicators
  this->refuse(number_, value, "unsupported-type",
               "Attributes of type " + std::string(type.substr(0, 64)) + " cannot be blocked",
               "该类型的属性无法处置");
}

template <typename Base>
void MispEvents<Base>::on_attributes(dom::array attributes, const Context& context) {
  for (const dom::element attribute : attributes) on_attribute(attribute, context);
}

template <typename Base>
void MispEvents<Base>::on_event(dom::element event) {
  Context context;
  read_tags(event, context);
  if (const auto date = time_of(event, "timestamp")) this->source_.source_date = *date;
  const std::int64_t before = number_;
  for (const bool taking_back : {true, false}) {
    number_ = before;
    context.taking_back = taking_back;
    on_members(event, context);
  }
}

template <typename Base>
void MispEvents<Base>::on_members(dom::element event, const Context& context) {
  dom::array list;
  if (event["Attribute"].get(list) == simdjson::SUCCESS) on_attributes(list, context);
  if (event["Object"].get(list) != simdjson::SUCCESS) return;
  for (const dom::element object : list) {
    Context inner = context;
    inner.deleted = flag(object, "deleted");
    dom::array attributes;
    if (object["Attribute"].get(attributes) != simdjson::SUCCESS) continue;
    // An object of a template states once when all of its attributes were seen.
    if (const auto t = time_of(object, "first_seen")) inner.first_seen = *t;
    if (const auto t = time_of(object, "last_seen")) inner.last_seen = *t;
    group_ = {};
    on_attributes(attributes, inner);
    Item beside = this->blank(number_);
    if (context.tlp != Tlp::kUnset) beside.tlp = context.tlp;
    group_.links(linker(beside));
  }
}

/// Finds events in {"Event"}, {"response": [...] or {...}}, lists, bare events. False: none.
template <typename Base>
bool MispEvents<Base>::unwrap(dom::element element, int depth) {
  if (depth > kMaxWrapping) return false;
  dom::array list;
  if (element.get(list) == simdjson::SUCCESS) {
    bool any = list.size() == 0;
    for (const dom::element entry : list) any = unwrap(entry, depth + 1) || any;
    return any;
  }
  dom::element inner;
  if (element["response"].get(inner) == simdjson::SUCCESS ||
      element["Event"].get(inner) == simdjson::SUCCESS) {
    return unwrap(inner, depth + 1);
  }
  dom::object object;
  if (element.get(object) != simdjson::SUCCESS) return false;
  const bool event = element["Attribute"].error() == simdjson::SUCCESS ||
                     element["Object"].error() == simdjson::SUCCESS ||
                     element["info"].error() == simdjson::SUCCESS;
  if (event) on_event(element);
  return event;
}

class MispReader final : public MispEvents<DocumentReader> {
 public:
  using MispEvents::MispEvents;

 private:
  Status on_document(const std::string& text) override;
};

Status MispReader::on_document(const std::string& text) {
  dom::parser parser;
  dom::element root;
  if (const auto error = parser.parse(text).get(root)) {
    return tl::unexpected(json_error(text, simdjson::error_message(error)));
  }
  if (!unwrap(root, 0)) {
    return fail_bi(Code::kInvalid, "No MISP event in the document", "文档中没有MISP事件", "",
                   "not-misp");
  }
  return {};
}

/// The members of a packed feed (misp_feed.h), each as long as a document may be.
class MispFeedReader final : public MispEvents<JsonRecords> {
 public:
  using MispEvents::MispEvents;

 protected:
  std::size_t longest() const override { return options_.max_document_bytes; }

 private:
  void on_text(std::int64_t number, std::string_view text) override;

  dom::parser parser_;
};

void MispFeedReader::on_text(std::int64_t number, std::string_view text) {
  dom::element member;
  if (const auto error = parser_.parse(text).get(member)) {
    return refuse(number, text, json_error(text, simdjson::error_message(error)));
  }
  const std::string_view uuid = str(member, "uuid");
  const std::string_view problem = str(member, "problem");
  if (problem == "missing-event") {
    return refuse(number, uuid, "missing-event",
                  "The manifest names this event, its file is absent",
                  "清单列有该事件，但文件不存在");
  }
  if (problem == "bad-digest") {
    return refuse(number, uuid, "bad-digest", "The file of this event has another MD5 than stated",
                  "该事件文件的MD5与清单不符");
  }
  dom::element document;
  if (!problem.empty() || member["document"].get(document) != simdjson::SUCCESS ||
      !unwrap(document, 0)) {
    refuse(number, uuid, "not-misp", "The file of this event holds no MISP event",
           "该文件中没有MISP事件");
  }
}

}  // namespace

std::unique_ptr<Reader> make_misp_feed(Options options, Sink& sink) {
  return std::make_unique<MispFeedReader>(std::move(options), sink);
}

std::unique_ptr<Reader> make_misp(Options options, Sink& sink) {
  return std::make_unique<MispReader>(std::move(options), sink);
}

}  // namespace tocsin::intake
