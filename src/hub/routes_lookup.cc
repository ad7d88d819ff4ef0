// Look-ups: what is known of a value, by whom, since when, and where it is in the loop.
#include "hub/app.h"
#include "hub/lookup_reader.h"
#include "hub/schemas.h"
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
  const auto answer_all = [&](LookupReader* reader) -> Status {
    for (std::size_t i = 0; i < indicators.size(); ++i) {
      const std::string& value = request.values[i];
      if (!indicators[i]) {
        items.push(refused(value, indicators[i].error()));
        continue;
      }
      Json one = LookupReader::unknown(value, *indicators[i]);
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
      LookupReader reader(tx, by, app.clock.now());
      return answer_all(&reader);
    }));
  }
  return Json::object({{"items", std::move(items)}, {"as_of", std::move(when)}});
}

}  // namespace

void add_lookup_routes(http::Router& router, App& app) {
  get(router, "/api/v1/lookup", "lookup", "lookup", {"查询一个指标", "Look one indicator up"},
      "read", {query_param("value", {"任意写法", "any spelling"})}, lookup_schema(),
      [&app](http::Request& request) -> Result<Json> {
        const Actor by = session(request).actor;
        const std::string value(request.query_value("value").value_or(""));
        TRY(const auto indicator, indicator_of(value));
        return app.store.read([&](store::ReadTx& tx) {
          return LookupReader(tx, by, app.clock.now()).answer(value, indicator);
        });
      });
  post<LookupRequest>(
      router, "/api/v1/lookup", "lookupMany", "lookup",
      {"批量查询指标；超过 100 个时以匹配快照先行过滤，as_of 说明截至的版本",
       "Look many indicators up; beyond 100 the match snapshot is the filter, and as_of says which "
       "version the answer is of"},
      "read", lookups_schema(),
      [&app](const Actor& by, const std::string&, const LookupRequest& r) {
        return lookup_many(app, by, r);
      });
}

}  // namespace tocsin::hub
