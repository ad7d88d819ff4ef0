#include "hub/import_submission.h"

#include <algorithm>
#include <map>
#include <set>

#include "intake/classification.h"
#include "match/canonical.h"
#include "match/suffix.h"
#include "store/collections.h"

namespace tocsin::hub {
namespace {

using model::IndicatorKind;

constexpr std::size_t kPage = 5000;
constexpr std::size_t kIndicatorsPerCase = 200;
constexpr std::size_t kShownRefusals = 100;
constexpr std::size_t kShownStops = 20;

/// What shares a registrable domain or an address is one case.
std::string group_of(const model::Indicator& i, const match::PublicSuffixes& suffixes) {
  const std::string_view host = match::host_of(i);
  if (host.empty()) return std::string(name(i.kind)) + ":" + i.value;
  if (host.find_first_not_of("0123456789.") == std::string_view::npos ||
      host.find(':') != std::string_view::npos) {
    return std::string(host);
  }
  const std::string registrable = suffixes.registrable(host);
  return registrable.empty() ? std::string(host) : registrable;
}

struct Grouped {
  std::map<std::string, std::vector<store::Sighting>> groups;
  std::int64_t indicators = 0;
  std::int64_t patterns = 0;
  std::int64_t left = 0;  ///< named for context only, withdrawn or past its end
};

/// What this import brought; what the source said before was submitted then.
Result<Grouped> grouped_sightings(store::ReadTx& tx, std::int64_t source, std::int64_t run,
                                  std::int64_t limit, const match::PublicSuffixes& suffixes,
                                  Instant now) {
  Grouped out;
  std::int64_t after = 0;
  while (out.indicators < limit) {
    TRY(auto rows, tx.sightings_of_source(source, after, kPage));
    for (auto& row : rows) {
      if (row.run != run) continue;
      if (row.context || !row.stands(now)) {
        ++out.left;
        continue;
      }
      if (row.indicator.kind == IndicatorKind::kPattern ||
          row.indicator.kind == IndicatorKind::kLiteral) {
        ++out.patterns;
      } else {
        out.groups[group_of(row.indicator, suffixes)].push_back(std::move(row));
      }
      if (++out.indicators >= limit) break;
    }
    if (rows.size() < kPage) break;
  }
  return out;
}

/// What the source's own word for the rows says of their class, where all of them agree.
const intake::Classification* class_of(const std::vector<store::Sighting>& rows) {
  const intake::Classification* first = intake::by_label(rows.front().label());
  if (first == nullptr || !first->threat_class || first->subtype.empty()) return nullptr;
  const bool same = std::all_of(rows.begin(), rows.end(), [&](const store::Sighting& row) {
    return intake::by_label(row.label()) == first;
  });
  return same ? first : nullptr;
}

Json refusal_json(const std::string& title, const Error& why) {
  Json out = Json::object({{"group", title}, {"why", why.message}});
  if (!why.message_zh.empty()) out.set("why_zh", why.message_zh);
  return out;
}

/// The strictest word of the lines counts; a line without one is amber.
model::Tlp strictest(const std::vector<store::Sighting>& rows) {
  auto out = model::Tlp::kClear;
  for (const auto& row : rows) out = std::max(out, row.tlp.value_or(model::Tlp::kAmber));
  return out;
}

/// What the guard will stop when somebody decides on the cases, told before anybody works on them.
class Stopped {
 public:
  explicit Stopped(std::shared_ptr<const match::Guard> guard) : guard_(std::move(guard)) {}

  void look_at(std::size_t submission, const model::Indicator& indicator) {
    const auto stops = guard_->check(indicator);
    if (stops.empty()) return;
    ++count_;
    if (shown_.size() < kShownStops) shown_.emplace_back(submission, to_json(indicator, stops[0]));
  }

  std::int64_t count() const { return count_; }
  /// The first of them, each with the number of its case where one was made.
  Json shown(const std::vector<Result<model::Threat>>& made) const {
    Json out = Json::array();
    for (auto [submission, stop] : shown_) {
      if (made[submission] && made[submission]->state != model::ThreatState::kMerged)
        stop.set("case", made[submission]->number);
      out.push(std::move(stop));
    }
    return out;
  }

 private:
  static Json to_json(const model::Indicator& indicator, const match::Stop& stop) {
    return Json::object({{"indicator", Json::object({{"kind", std::string(name(indicator.kind))},
                                                     {"value", indicator.value}})},
                         {"list", stop.list},
                         {"reason", model::to_json(stop.reason)}});
  }

  std::shared_ptr<const match::Guard> guard_;
  std::vector<std::pair<std::size_t, Json>> shown_;
  std::int64_t count_ = 0;
};

/// Numbers of the cases that took something in, each once.
Result<Json> numbers_of(App& app, const std::set<std::string>& ids) {
  return app.store.read([&](store::ReadTx& tx) -> Result<Json> {
    Json out = Json::array();
    for (const auto& id : ids) {
      TRY(const auto threat, store::get<model::Threat>(tx, id));
      out.push(threat.number);
    }
    return out;
  });
}

}  // namespace

Category category_of(IndicatorKind kind) {
  using model::ThreatClass;
  switch (kind) {
    case IndicatorKind::kMd5:
    case IndicatorKind::kSha1:
    case IndicatorKind::kSha256:
    case IndicatorKind::kSm3:
      return {ThreatClass::kMalware, "trojan"};
    case IndicatorKind::kApp:
      return {ThreatClass::kMalware, "mobile-malware"};
    case IndicatorKind::kDomain:
    case IndicatorKind::kWildcardDomain:
      return {ThreatClass::kMaliciousResource, "malicious-domain"};
    case IndicatorKind::kUrl:
    case IndicatorKind::kHostPath:
      return {ThreatClass::kMaliciousResource, "malicious-url"};
    case IndicatorKind::kEmail:
    case IndicatorKind::kPhone:
    case IndicatorKind::kSmsPort:
    case IndicatorKind::kAccount:
      return {ThreatClass::kMaliciousResource, "malicious-message"};
    case IndicatorKind::kBroadbandAccount:
    case IndicatorKind::kPattern:
    case IndicatorKind::kLiteral:
      return {ThreatClass::kMaliciousResource, "attack-source"};
    default:
      return {ThreatClass::kMaliciousResource, "malicious-ip"};
  }
}

std::string case_title(const std::string& prefix, const model::Indicator& first,
                       std::size_t count) {
  return (prefix.empty() ? "" : prefix + ": ") + defang(first.value) +
         (count > 1 ? " +" + std::to_string(count - 1) : std::string());
}

/// Both languages in one text, the law's first: a case has one description.
std::string said_of(std::size_t count, const std::string& source, const std::string& file) {
  const std::string n = std::to_string(count);
  return "来源 " + source + " 的 " + n + " 个指标（文件 " + file + "） / " + n +
         (count == 1 ? " indicator from " : " indicators from ") + source + " (file " + file + ")";
}

Result<Json> submit_import(App& app, const desk::Actor& by, const model::Import& record,
                           const SubmissionRequest& request) {
  TRY(const auto suffixes, match::PublicSuffixes::system());
  model::Source source;
  Grouped found;
  TRY_STATUS(app.store.read([&](store::ReadTx& tx) -> Status {
    TRY(source, store::get<model::Source>(tx, record.source));
    TRY(found, grouped_sightings(tx, source.number, record.number, request.limit, suffixes,
                                 app.clock.now()));
    return {};
  }));
  std::vector<desk::Desk::Submission> submissions;
  Stopped stopped(app.guard());
  for (const auto& [group, rows] : found.groups) {
    // A group larger than a case becomes several cases; no line is left out.
    for (std::size_t from = 0; from < rows.size(); from += kIndicatorsPerCase) {
      const std::size_t until = std::min(from + kIndicatorsPerCase, rows.size());
      const Category category = category_of(rows[from].indicator.kind);
      desk::SubmitRequest submit;
      if (request.subtype.empty()) submit.threat_class = category.threat_class;
      submit.subtype = request.subtype.empty() ? category.subtype : request.subtype;
      if (const auto* known = class_of(rows); known != nullptr && request.subtype.empty()) {
        submit.threat_class = *known->threat_class;
        submit.subtype = known->subtype;
      }
      submit.tlp = strictest(rows);
      submit.title = case_title(request.title, rows[from].indicator, until - from);
      submit.description = said_of(until - from, source.name, record.file_name);
      submit.provinces = request.provinces;
      for (std::size_t i = from; i < until; ++i) {
        const auto& indicator = rows[i].indicator;
        submit.indicators.push_back(std::string(name(indicator.kind)) + ":" + indicator.value);
        stopped.look_at(submissions.size(), indicator);
      }
      submit.evidence.push_back({"来源 " + source.name + " 的行 / Lines of " + source.name,
                                 "text/plain", join(submit.indicators, "\n"), false});
      TRY_STATUS(default_provinces(app, submit));
      desk::Actor once = by;  // the same import submitted twice makes no second case
      once.idempotency_key = "import:" + record.id + ":" + group;
      if (from > 0) once.idempotency_key += ":" + std::to_string(from);
      once.request_digest = record.id;
      once.key_lasts = true;
      submissions.push_back({std::move(once), std::move(submit)});
    }
  }
  const auto results = app.desk.submit_many(submissions);
  std::int64_t submitted = 0;
  std::int64_t merged = 0;
  std::int64_t refused = 0;
  std::set<std::string> into;
  Json threats = Json::array();
  Json taken = Json::array();  // numbers of the submissions that an open case took in
  Json refusals = Json::array();
  for (std::size_t i = 0; i < results.size(); ++i) {
    const auto& made = results[i];
    if (!made) {
      ++refused;
      if (refusals.items().size() < kShownRefusals) {
        refusals.push(refusal_json(submissions[i].request.title, made.error()));
      }
      continue;
    }
    const bool taken_in = made->state == model::ThreatState::kMerged;
    if (taken_in) into.insert(made->merged_into);
    ++(taken_in ? merged : submitted);
    (taken_in ? taken : threats).push(made->number);
  }
  TRY(Json open, numbers_of(app, into));
  return Json::object({{"indicators", found.indicators},
                       {"threats", submitted},
                       {"merged", merged},
                       {"merged_into", std::move(open)},
                       {"merged_numbers", std::move(taken)},
                       {"patterns", found.patterns},
                       {"left", found.left},
                       {"stopped", stopped.count()},
                       {"stops", stopped.shown(results)},
                       {"refused", refused},
                       {"numbers", std::move(threats)},
                       {"refusals", std::move(refusals)}});
}

}  // namespace tocsin::hub
