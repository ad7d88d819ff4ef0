// How the hub is, for those who run it.
#include "hub/app.h"
#include "hub/clock_check.h"
#include "lists/acknowledge.h"
#include "search/indexer.h"

namespace tocsin::hub {
namespace {

struct Follower {
  using is_described = void;
  std::string name;
  std::int64_t at = 0;
  std::int64_t behind = 0;  ///< entries of the journal that it has not read yet
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("name", s.name);
    v("at", s.at);
    v("behind", s.behind);
  }
};

struct Measure {
  using is_described = void;
  std::string name;
  std::int64_t value = 0;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("name", s.name);
    v("value", s.value);
  }
};

struct PointHealth {
  using is_described = void;
  std::string code;
  std::uint64_t acknowledged = 0;  ///< list version; 0: it has never said that it has one
  std::int64_t behind = 0;
  std::int64_t lag_ms = 0;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("code", s.code);
    v("acknowledged", s.acknowledged);
    v("behind", s.behind);
    v("lag_ms", s.lag_ms);
  }
};

struct SourceState {
  using is_described = void;
  std::string name;
  model::SourceHealth health = model::SourceHealth::kNew;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("name", s.name);
    v("health", s.health);
  }
};

struct Details {
  using is_described = void;
  std::int64_t journal = 0;   ///< sequence of the newest entry
  std::int64_t snapshot = 0;  ///< list version of the match snapshot; 0: none yet
  std::vector<Follower> followers;
  std::vector<Measure> store;
  std::vector<PointHealth> points;
  std::vector<SourceState> sources;
  Text warning;  ///< about the hub's clock; empty: all is well
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("journal", s.journal);
    v("snapshot", s.snapshot);
    v("followers", s.followers);
    v("store", s.store);
    v("points", s.points);
    v("sources", s.sources);
    v("warning", s.warning);
  }
};

constexpr std::size_t kSourcesShown = 1000;

Follower follower(std::string name, std::uint64_t at, std::uint64_t tip) {
  const auto read = static_cast<std::int64_t>(at);
  return {std::move(name), read, std::max<std::int64_t>(static_cast<std::int64_t>(tip) - read, 0)};
}

Result<Details> details(App& app) {
  Details out;
  TRY(const auto indexed, search::progress(app.store, app.text_index));
  TRY_STATUS(app.store.read([&](store::ReadTx& tx) -> Status {
    TRY(const auto tip, tx.last_sequence());
    out.journal = static_cast<std::int64_t>(tip);
    for (const char* name : {"lists", "delivery"}) {
      TRY(const auto at, tx.cursor(name));
      out.followers.push_back(follower(name, at, tip));
    }
    out.followers.push_back(follower("search", indexed.indexed, tip));
    TRY(const auto points, lists::point_status(tx, app.clock.now()));
    for (const auto& one : points) {
      out.points.push_back({one.point.code, one.point.acknowledged, one.behind, one.lag_ms});
    }
    TRY(const auto sources, store::scan<model::Source>(tx, {}, kSourcesShown));
    for (const auto& one : sources) out.sources.push_back({one.name, one.health});
    return {};
  }));
  TRY(const auto late, clock_behind(app.store, app.clock));
  if (late.count() > 0) out.warning = clock_warning(late);
  for (const auto& [name, value] : app.store.statistics()) out.store.push_back({name, value});
  if (const auto matching = app.match.current()) {
    out.snapshot = static_cast<std::int64_t>(matching->version());
  }
  return out;
}

}  // namespace

void add_health_routes(http::Router& router, App& app) {
  get(router, "/api/v1/health/details", "healthDetails", "service",
      {"运行状况明细（运维与审计）", "How the hub is, for those who run or audit it"}, "admin", {},
      model::schema_of<Details>(), [&app](http::Request& request) -> Result<Json> {
        const auto& user = session(request).actor.user;
        if (!user.has(model::Role::kAdmin) && !user.has(model::Role::kAuditor)) {
          return fail_bi(Code::kForbidden, "for those who run or audit the platform",
                         "仅供平台运维和审计人员查阅", "actor.roles", "W17-10");
        }
        TRY(const auto now, details(app));
        return model::to_json(now);
      });
}

}  // namespace tocsin::hub
