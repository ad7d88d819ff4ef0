// Look-ups: what is known of a value, by whom, since when, and where it is in the loop.
#include <algorithm>
#include <map>

#include "hub/app.h"
#include "match/canonical.h"

namespace tocsin::hub {
namespace {

using desk::Actor;
namespace ss = match::snapshot;

constexpr std::size_t kLookupLimit = 10'000;
/// Up to so many values the database is always asked: the answer is of this very moment.
constexpr std::size_t kAlwaysFresh = 100;

struct LookupRequest {
  using is_described = void;
  std::vector<std::string> values;
  bool fresh = false;  ///< ask the database for every value, as of this moment
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("values", s.values);
    v("fresh", s.fresh);
  }
};

Result<model::Indicator> indicator_of(std::string_view text) {
  std::optional<model::IndicatorKind> hint;
  if (const auto colon = text.find(':'); colon != std::string_view::npos) {
    hint = model::indicator_kind(text.substr(0, colon));
    if (hint) text.remove_prefix(colon + 1);
  }
  return match::canonical(text, hint);
}

/// The answer of a value that nobody knows, and the beginning of every other one.
Json unknown(const std::string& query, const model::Indicator& indicator) {
  return Json::object({{"query", query},
                       {"kind", std::string(name(indicator.kind))},
                       {"value", indicator.value},
                       {"known", false},
                       {"cases", Json::array()},
                       {"listed", Json::array()},
                       {"blocked", false}});
}

/// Answers from one snapshot of the store; names that come again are read once.
class Reader {
 public:
  Reader(store::ReadTx& tx, const Actor& by, Instant now) : tx_(tx), by_(by), now_(now) {}

  Result<Json> answer(const std::string& query, const model::Indicator& indicator) {
    Json out = unknown(query, indicator);
    TRY(const auto record, tx_.find_indicator(indicator));
    if (record) TRY_STATUS(add_record(out, *record));
    const model::CaseIndicator key{indicator.kind, indicator.value, {}};
    TRY(auto cases, cases_of(key.key()));
    out.set("cases", std::move(cases));
    TRY_STATUS(add_list(out, key.key()));
    return out;
  }

 private:
  /// What one source says, and whether it still does (W17-08).
  Json told(const std::string& source, const store::Sighting& s) const {
    Json out = Json::object({{"source", source},
                             {"first_seen", to_string(s.first_seen)},
                             {"last_seen", to_string(s.last_seen)},
                             {"confidence", s.confidence},
                             {"label", std::string(s.label())},
                             {"labels", model::to_json(s.labels)},
                             {"original", s.original},
                             {"actionable", !s.context},
                             {"stands", s.stands(now_)}});
    if (s.valid_until) out.set("valid_until", to_string(s.valid_until));
    if (s.gone_at) out.set("gone_at", to_string(s.gone_at));
    return out;
  }

  Status add_record(Json& out, const store::IndicatorRecord& record) {
    out.set("known", true);
    out.set("first_seen", to_string(record.first_seen));
    out.set("last_seen", to_string(record.last_seen));
    Json sources = Json::array();
    // The public learns that something is known, not who said so and in which words.
    const bool named = by_.organization.type != model::OrganizationType::kPublic;
    for (const auto& s : record.sightings) {
      if (!named) break;
      TRY(const std::string source, source_name(s.source));
      sources.push(told(source, s));
    }
    out.set("sources", std::move(sources));
    return {};
  }

  Result<Json> cases_of(const std::string& key) {
    Json cases = Json::array();
    TRY(const auto threats, store::find<model::Threat>(tx_, "indicator", key));
    for (const auto& t : threats) {
      TRY(const bool ok, may_read(tx_, by_, t));
      if (!ok) continue;
      Json tasks = Json::array();
      TRY(const auto all, store::find<model::Task>(tx_, "threat", t.id));
      for (const auto& task : all) {
        const bool concerns =
            std::any_of(task.indicators.begin(), task.indicators.end(),
                        [&](const model::CaseIndicator& i) { return i.key() == key; });
        if (!concerns) continue;
        TRY(const std::string addressee, unit_code(task.addressee));
        tasks.push(Json::object({{"number", task.number},
                                 {"state", std::string(name(task.state))},
                                 {"measure", std::string(name(task.measure))},
                                 {"addressee", addressee}}));
      }
      cases.push(Json::object({{"number", t.number},
                               {"state", std::string(name(t.state))},
                               {"title", t.title},
                               {"discovered_at", to_string(t.discovered_at)},
                               {"tasks", std::move(tasks)}}));
    }
    return cases;
  }

  /// That something is blocked is no secret; for whom is for those who may read the case, and for
  /// the addressee itself.
  Status add_list(Json& out, const std::string& key) {
    TRY(const auto entries, store::find<model::ListEntry>(tx_, "indicator", key));
    Json listed = Json::array();
    for (const auto& e : entries) {
      if (!e.live) continue;
      out.set("blocked", true);
      bool visible = e.addressee == by_.organization.id;
      if (!visible) {
        TRY(const auto threat, store::get<model::Threat>(tx_, e.threat));
        TRY(visible, may_read(tx_, by_, threat));
      }
      if (!visible) continue;
      TRY(const std::string addressee, unit_code(e.addressee));
      listed.push(Json::object({{"addressee", addressee},
                                {"since", to_string(e.since)},
                                {"version", e.version},
                                {"case", e.case_number}}));
    }
    out.set("listed", std::move(listed));
    return {};
  }

  Result<std::string> source_name(std::int64_t number) {
    if (const auto known = sources_.find(number); known != sources_.end()) return known->second;
    TRY(const auto source, store::find_one<model::Source>(tx_, "number", std::to_string(number)));
    return sources_[number] = source ? source->name : "";
  }
  Result<std::string> unit_code(const std::string& id) {
    if (const auto known = units_.find(id); known != units_.end()) return known->second;
    TRY(const auto unit, store::get<model::Organization>(tx_, id));
    return units_[id] = unit.code;
  }

  store::ReadTx& tx_;
  const Actor& by_;
  const Instant now_;
  std::map<std::int64_t, std::string> sources_;
  std::map<std::string, std::string> units_;
};

Json refused(const std::string& query, const Error& error) {
  Json out = Json::object({{"query", query}, {"error", error.message}});
  if (!error.message_zh.empty()) out.set("error_zh", error.message_zh);
  return out;
}

/// What lies above the value: reported without being widened, whoever asks decides (0007).
void add_above(Json& out, const Matching& matching, const model::Indicator& indicator) {
  const auto query = ss::Query::of(indicator);
  if (!query) return;
  const auto hit = matching.snapshot->lookup_one(*query);
  if (hit.relation != ss::Relation::kBelow) return;
  const auto record = matching.snapshot->record(hit.ordinal);
  out.set("below", Json::object({{"kind", std::string(name(record.kind))},
                                 {"state", std::string(name(record.state))},
                                 {"matched", hit.matched}}));
}

Json as_of(std::uint64_t version, Instant at, bool snapshot) {
  return Json::object(
      {{"version", version}, {"at", to_string(at)}, {"from", snapshot ? "snapshot" : "database"}});
}

/// Values that the snapshot excludes cost no read; the others are answered from the database.
Result<Json> lookup_many(App& app, const Actor& by, const LookupRequest& request) {
  if (request.values.size() > kLookupLimit) {
    return fail_bi(Code::kTooLarge, "at most 10,000 values a request", "每次至多 10000 个",
                   "values");
  }
  const bool fresh = request.fresh || request.values.size() <= kAlwaysFresh;
  const auto matching = app.match.current();
  const bool filtered = matching && !fresh;
  Json items = Json::array();
  std::vector<Result<model::Indicator>> indicators;
  indicators.reserve(request.values.size());
  bool ask = !filtered;
  for (const auto& value : request.values) {
    indicators.push_back(indicator_of(value));
    ask = ask || (indicators.back() && matching->may_know(*indicators.back()));
  }
  Json when = filtered ? as_of(matching->version(), matching->snapshot->created(), true) : Json();
  const auto answer_all = [&](Reader* reader) -> Status {
    for (std::size_t i = 0; i < indicators.size(); ++i) {
      const std::string& value = request.values[i];
      if (!indicators[i]) {
        items.push(refused(value, indicators[i].error()));
        continue;
      }
      Json one = unknown(value, *indicators[i]);
      if (reader && (!filtered || matching->may_know(*indicators[i]))) {
        TRY(one, reader->answer(value, *indicators[i]));
      }
      if (matching) add_above(one, *matching, *indicators[i]);
      items.push(std::move(one));
    }
    return {};
  };
  if (!ask) {
    TRY_STATUS(answer_all(nullptr));
  } else {
    TRY_STATUS(app.store.read([&](store::ReadTx& tx) -> Status {
      if (!filtered) {
        TRY(const auto version, content_version(tx));
        when = as_of(version.version, version.at, false);
      }
      Reader reader(tx, by, app.clock.now());
      return answer_all(&reader);
    }));
  }
  return Json::object({{"items", std::move(items)}, {"as_of", std::move(when)}});
}

}  // namespace

void add_lookup_routes(http::Router& router, App& app) {
  get(router, "/api/v1/lookup", "lookup", "lookup", {"查询一个指标", "Look one indicator up"},
      "read", {query_param("value", {"任意写法", "any spelling"})}, Json::object(),
      [&app](http::Request& request) -> Result<Json> {
        const Actor by = session(request).actor;
        const std::string value(request.query_value("value").value_or(""));
        TRY(const auto indicator, indicator_of(value));
        return app.store.read([&](store::ReadTx& tx) {
          return Reader(tx, by, app.clock.now()).answer(value, indicator);
        });
      });
  post<LookupRequest>(
      router, "/api/v1/lookup", "lookupMany", "lookup",
      {"批量查询指标；超过 100 个时以匹配快照先行过滤，as_of 说明截至的版本",
       "Look many indicators up; beyond 100 the match snapshot is the filter, and as_of says which "
       "version the answer is of"},
      "read", Json::object(), [&app](const Actor& by, const std::string&, const LookupRequest& r) {
        return lookup_many(app, by, r);
      });
}

}  // namespace tocsin::hub
