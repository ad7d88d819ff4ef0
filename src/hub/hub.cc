#include "hub/hub.h"

#include <atomic>
#include <thread>

#include "base/file.h"
#include "base/log.h"
#include "delivery/courier.h"
#include "delivery/dispatcher.h"
#include "desk/clocks.h"
#include "desk/desk.h"
#include "desk/permissions.h"
#include "desk/registry.h"
#include "desk/rule_book.h"
#include "exchange/projector.h"
#include "graph/relapse.h"
#include "hub/app.h"
#include "hub/clock_check.h"
#include "hub/dns_service.h"
#include "hub/duty_metrics.h"
#include "hub/event_stream.h"
#include "hub/folder_lock.h"
#include "hub/guard_loader.h"
#include "hub/retention_service.h"
#include "hub/sealed_files.h"
#include "hub/shape.h"
#include "hub/source_options.h"
#include "hub/token_buckets.h"
#include "lists/publisher.h"
#include "public_site/site.h"
#include "public_site/tokens.h"
#include "search/finder.h"
#include "situation/tally.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/text_index.h"

#ifndef TOCSIN_VERSION
#define TOCSIN_VERSION "0"
#endif

namespace tocsin::hub {
namespace {

constexpr std::chrono::seconds kOverduePeriod{5};
/// Each sweep forgets a bounded number of answers, so that it never holds the writer up.
constexpr std::size_t kForgottenAtOnce = 5'000;

class HubImpl final : public Hub {
 public:
  HubImpl(HubOptions options, const Clock& clock)
      : options_(std::move(options)), clock_(clock), ids_(clock) {}
  ~HubImpl() override { stop(); }

  Status open() {
    std::error_code ec;
    std::filesystem::create_directories(options_.data, ec);
    if (ec) {
      return fail(Code::kUnavailable,
                  "cannot make " + options_.data.string() + ": " + ec.message());
    }
    std::filesystem::permissions(options_.data, std::filesystem::perms::owner_all, ec);
    TRY(lock_, FolderLock::take(options_.data));
    TRY(store_, store::open_sqlite(options_.data / "tocsin.db", clock_));
    TRY(const auto behind, clock_behind(*store_, clock_));
    if (behind.count() > 0) {
      log::warn("clock.behind",
                {{"seconds", std::to_string(behind.count())}, {"why", clock_warning(behind).en}});
    }
    TRY(rules_, desk::RuleBook::open(*store_, clock_, options_.rules));
    TRY_STATUS(rules_->recompute());
    TRY(auto guard, load_guard(guard_folder(options_.guard, options_.data),
                               {options_.zones.canary, options_.control}));
    log_guard(guard, options_.data);
    guard_ = std::move(guard.guard);
    keys_ = std::make_unique<KeyRing>(options_.data / "keys", options_.signing, clock_);
    TRY_STATUS(keys_->prepare(kHubKey, "Tocsin hub"));
    registry_ = std::make_unique<desk::Registry>(*store_, clock_, ids_, rules_->law());
    memberships_ = std::make_unique<desk::Memberships>(*store_, clock_, rules_->law());
    factor_files_ = std::make_unique<SealedFiles>(options_.data / "second-factors");
    second_factors_ = std::make_unique<desk::SecondFactors>(
        *store_, clock_, rules_->law(), *factor_files_, options_.second_factor_roles);
    sign_in_ = std::make_unique<desk::SignIn>(*store_, clock_, ids_, rules_->law(),
                                              *second_factors_, options_.sign_in);
    invitations_ = std::make_unique<desk::Invitations>(*store_, clock_, ids_, rules_->law(),
                                                       *second_factors_, *sign_in_);
    TRY(attribution_,
        attribution::Service::open(*store_, clock_, ids_, options_.data / "reference"));
    for (const auto& what : attribution_->unreadable()) {
      log::error("reference.unreadable", {{"what", what}});
    }
    desk_ = std::make_unique<desk::Desk>(
        desk::Services{*store_, rules_->law(), [this] { return guard_; }, *keys_, clock_, ids_});
    TRY(dns_, DnsService::start(options_, *store_, clock_,
                                desk::basis_in(*rules_->law(), "9", "W17-24")));
    publisher_ = std::thread([this] {
      lists::Publisher publisher(*store_, clock_, ids_);
      follow("lists.publish", [&] { return publisher.run_once(); });
    });
    projector_ = std::thread([this] {
      exchange::Projector projector(
          *store_, clock_, [this] { return desk::basis_in(*rules_->law(), "6", "W17-08"); });
      follow("exchange.project", [&] { return projector.run_once(); });
    });
    TRY_STATUS(sources::seal_old_credentials(*store_, source_vault(options_),
                                             desk::basis_in(*rules_->law(), "6", "W17-08")));
    source_runner_ = std::thread([this] {
      follow("sources.run", [this]() -> Result<int> {
        sources::Runner runner(
            *store_, clock_, ids_,
            source_options(options_, *store_, desk::basis_in(*rules_->law(), "6", "W17-08"),
                           [this] { return stopping_.load(); }));
        TRY(const bool ran, runner.run_one());
        return ran ? 1 : 0;
      });
    });
    relapses_ = std::thread([this] {
      graph::RelapseWatch watch(
          *store_, clock_, [this] { return desk::basis_in(*rules_->law(), "6", "W17-08"); },
          options_.relapse_pause);
      follow("graph.relapse", [&] { return watch.run_once(); });
    });
    start_deliveries();
    TRY_STATUS(start_search());
    match_ = std::make_unique<MatchService>(
        *store_, *keys_, clock_, metrics_,
        MatchSettings{options_.data / "match", options_.match_delay});
    retention_ = std::make_unique<RetentionService>(
        *store_, rules_->law(), clock_, metrics_,
        RetentionSettings{options_.retention_pause, options_.keep_indicators,
                          options_.keep_deliveries});
    timer_ = std::thread([this] { tick(); });
    events_ = std::make_unique<EventStream>(*store_, clock_);
    return serve();
  }

  void stop() override {
    if (stopping_.exchange(true)) return;
    if (server_) server_->stop();
    if (store_) store_->wake();
    if (events_) events_->stop();
    if (match_) match_->stop();
    if (retention_) retention_->stop();
    if (publisher_.joinable()) publisher_.join();
    if (projector_.joinable()) projector_.join();
    if (source_runner_.joinable()) source_runner_.join();
    if (searcher_.joinable()) searcher_.join();
    if (relapses_.joinable()) relapses_.join();
    for (auto& thread : deliveries_) thread.join();
    if (timer_.joinable()) timer_.join();
    if (dns_) dns_->stop();
  }

  std::uint16_t port() const override { return server_->port(); }
  std::uint16_t dns_port() const override { return dns_->port(); }
  desk::Registry& registry() override { return *registry_; }
  store::Store& store() override { return *store_; }

 private:
  /// Who announces an address, by imported data.
  std::optional<delivery::Origin> origin_of(const model::Indicator& indicator) {
    const auto facts = attribution_->data()->enrich(indicator);
    const auto* fact = facts.find(attribution::FactKind::kAsn);
    const auto number = fact == nullptr ? std::nullopt : to_int(fact->value);
    if (!number) return std::nullopt;
    return delivery::Origin{*number, fact->data_set, fact->data_date};
  }

  /// Where an indicator is, by imported data. A province is only said of the mainland.
  search::Locate locate() {
    return [this](const model::Indicator& indicator) {
      const auto facts = attribution_->data()->enrich(indicator);
      search::Location out;
      if (const auto* asn = facts.find(attribution::FactKind::kAsn)) out.asn = to_int(asn->value);
      const auto* country = facts.find(attribution::FactKind::kCountry);
      if (country != nullptr) out.country = country->value;
      const bool mainland = facts.find(attribution::FactKind::kProvince) != nullptr;
      if (country == nullptr && mainland) out.country = "CN";
      return out;
    };
  }

  /// One dispatcher, and a courier for each lane: a recipient that does not answer holds up only
  /// those beside it.
  void start_deliveries() {
    deliveries_.emplace_back([this] {
      delivery::Dispatcher dispatcher(
          *store_, clock_, ids_, rules_->law(),
          [this](const auto& indicator) { return origin_of(indicator); }, locate());
      follow("delivery.dispatch", [&] { return dispatcher.run_once(); });
    });
    const delivery::Sign sign = [this](const std::string& organization, std::string_view document,
                                       Instant at) {
      return keys_->sign_der(organization.empty() ? kHubKey : organization, document, at);
    };
    for (std::int64_t lane = 0; lane < delivery::kLanes; ++lane) {
      deliveries_.emplace_back([this, sign, lane] {
        delivery::Courier courier(*store_, clock_, options_.delivery, sign, lane);
        follow("delivery.carry", [&] { return courier.run_once(); });
      });
    }
  }

  /// The index lies beside the database and is only written by its own thread.
  Status start_search() {
    TRY(text_index_, store::open_sqlite_text(options_.data / "search.db", search::collections()));
    finder_ = std::make_unique<search::Finder>(*store_, *text_index_, locate());
    searcher_ = std::thread([this] {
      search::Indexer indexer(*store_, *text_index_, clock_, locate(), situation::tallies());
      follow("search.index", [&] { return indexer.run_once(); });
    });
    return {};
  }

  Status serve() {
    app_.reset(new App{options_,
                       *store_,
                       *desk_,
                       *registry_,
                       *memberships_,
                       *second_factors_,
                       *sign_in_,
                       *invitations_,
                       *attribution_,
                       *rules_,
                       [this] { return guard_; },
                       rules_->law(),
                       *keys_,
                       *match_,
                       *retention_,
                       *finder_,
                       *text_index_,
                       clock_,
                       ids_,
                       metrics_,
                       [this] { return stopping_.load(); },
                       [this] { return dns_->port(); },
                       [this](std::string_view o) { return dns_->zones_of(o); },
                       [this] { return dns_->peers(); },
                       [this](auto sink, auto who, auto after) {
                         events_->subscribe(std::move(sink), std::move(who), after);
                       }});
    router_.set_guard(
        [this](http::Request& request, const http::Route& route) { return admit(request, route); });
    add_case_routes(router_, *app_);
    add_registry_routes(router_, *app_);
    add_name_routes(router_, *app_);
    add_session_routes(router_, *app_);
    add_second_factor_routes(router_, *app_);
    add_health_routes(router_, *app_);
    add_console_routes(router_, *app_);
    add_list_routes(router_, *app_);
    add_guard_routes(router_, *app_);
    add_intake_routes(router_, *app_);
    add_lookup_routes(router_, *app_);
    add_match_routes(router_, *app_);
    add_attribution_routes(router_, *app_);
    add_format_routes(router_, *app_);
    add_vulnerability_routes(router_, *app_);
    add_vocabulary_routes(router_, *app_);
    add_law_routes(router_, *app_);
    add_journal_routes(router_, *app_);
    add_evidence_routes(router_, *app_);
    add_exchange_routes(router_, *app_);
    add_source_routes(router_, *app_);
    add_feed_routes(router_, *app_);
    add_delivery_routes(router_, *app_);
    add_search_routes(router_, *app_);
    add_graph_routes(router_, *app_);
    add_relapse_routes(router_, *app_);
    add_situation_routes(router_, *app_);
    add_retention_routes(router_, *app_);
    add_service_routes();
    TRY_STATUS(add_site());
    auto& requests = metrics_.histogram("tocsin_request_seconds", "Time to answer a request",
                                        http::duration_buckets());
    TRY(server_, http::Server::start(options_.http, [this, &requests](http::Request& request) {
          const auto before = std::chrono::steady_clock::now();
          auto response = router_.handle(request);
          requests.observe(
              std::chrono::duration<double>(std::chrono::steady_clock::now() - before).count());
          log::debug("request", {{"method", std::string(name(request.method))},
                                 {"path", request.path},
                                 {"status", std::to_string(response.status)},
                                 {"id", request.request_id}});
          return response;
        }));
    serving_ = server_.get();
    return {};
  }

  /// Pages for everybody, with allowances of their own for looking and for sending.
  Status add_site() {
    if (!options_.public_site) return {};
    TRY(const std::string secret, public_site::site_secret(options_.data / "keys"));
    const auto allowance = [this](double count, double seconds) {
      return [this, buckets = std::make_shared<TokenBuckets>(count / seconds, count)](
                 std::string_view remote) { return buckets->take(remote, clock_.now()); };
    };
    return public_site::add_public_site(
        router_,
        {*store_, *desk_, rules_->law(), clock_, ids_, secret,
         [this](desk::SubmitRequest& request) { return default_provinces(*app_, request); },
         allowance(static_cast<double>(options_.public_checks_per_minute), 60),
         allowance(static_cast<double>(options_.public_forms_per_hour), 3600)});
  }

  Status admit(http::Request& request, const http::Route& route) {
    if (route.scope.empty()) return {};
    TRY(auto session, guarded_session(*app_, request));
    if (!desk::scope_allows(session.token.scopes, route.scope)) {
      return fail_bi(Code::kForbidden, "this token does not carry the scope '" + route.scope + "'",
                     "该令牌不含“" + route.scope + "”权限", "Authorization", "W17-09");
    }
    request.caller = std::make_shared<const desk::Registry::Session>(std::move(session));
    return {};
  }

  void add_service_routes() {
    const Json purge = shape::object(
        Json::object({{"running", shape::flag()}, {"finished", shape::or_null(shape::time())}}));
    get(router_, "/health", "health", "service", {"健康状态", "Health"}, "", {},
        shape::object(shape::each_text({"status", "version"})
                          .set("journal", shape::number())
                          .set("dns_port", shape::number())
                          .set("purge", purge)
                          .set("warning", shape::bilingual())),
        [this](http::Request&) -> Result<Json> {
          TRY(const auto length,
              store_->read([](store::ReadTx& tx) { return tx.last_sequence(); }));
          const auto swept = retention_->status();
          Json out = Json::object(
              {{"status", "ok"},
               {"version", TOCSIN_VERSION},
               {"journal", length},
               {"dns_port", dns_->port()},
               {"purge", Json::object({{"running", swept.running},
                                       {"finished", swept.finished ? Json(to_string(swept.finished))
                                                                   : Json()}})}});
          TRY(const auto behind, clock_behind(*store_, clock_));
          if (behind.count() > 0) out.set("warning", model::to_json(clock_warning(behind)));
          return out;
        });
    http::Route metrics;
    metrics.pattern = "/metrics";
    metrics.operation = "metrics";
    metrics.tag = "service";
    metrics.summary = {"Prometheus 指标", "Metrics for Prometheus"};
    metrics.response_type = "text/plain; version=0.0.4";
    metrics.handler = [this](http::Request& request) -> Result<http::Response> {
      for (const auto& [key, value] : store_->statistics()) {
        metrics_.gauge("tocsin_store_" + key, "Size of the store").set(value);
      }
      const http::Server* serving = serving_;
      const auto counters = serving ? serving->counters() : http::Server::Counters{};
      metrics_.gauge("tocsin_open_connections", "Open HTTP connections")
          .set(static_cast<std::int64_t>(counters.open_connections));
      metrics_.gauge("tocsin_event_clients", "Live event clients")
          .set(static_cast<std::int64_t>(counters.event_clients));
      metrics_.gauge("tocsin_overloaded", "Requests answered 429 or 503")
          .set(static_cast<std::int64_t>(counters.overloaded));
      const auto length = store_->read([](store::ReadTx& tx) { return tx.last_sequence(); });
      if (length) {
        metrics_.gauge("tocsin_journal_entries", "Length of the journal")
            .set(static_cast<std::int64_t>(*length));
      }
      TRY(const auto points, point_metrics(*app_, request));
      return http::Response::text(metrics_.text() + points, "text/plain; version=0.0.4");
    };
    router_.add(std::move(metrics));
    get(router_, "/api/v1/openapi.json", "openapi", "service",
        {"由路由表生成的 OpenAPI 3.1 文档", "OpenAPI 3.1, generated from the routes"}, "", {},
        shape::object(shape::each_text({"openapi"})
                          .set("info", shape::object(shape::each_text({"title", "version"})))
                          .set("paths", shape::by_name(shape::typed("object")))),
        [this](http::Request&) -> Result<Json> {
          return router_.openapi("Tocsin", TOCSIN_VERSION, Json::object());
        });
  }

  /// A consumer of the journal: batch after batch, then it sleeps until there is more.
  void follow(std::string_view name, const std::function<Result<int>()>& run_once) {
    std::uint64_t seen = 0;
    while (!stopping_) {
      const auto done = run_once();
      if (!done) {
        log::error(name, {{"why", done.error().message}});
        std::this_thread::sleep_for(std::chrono::seconds(1));  // not in a circle on a full disk
      } else if (*done > 0) {
        continue;
      }
      seen = store_->wait_journal(seen, std::chrono::milliseconds(1000));
    }
  }

  /// Asked of a snapshot first: mostly there is nothing to forget, and no writer has to wait.
  Status forget_answers() {
    const Instant before = clock_.now().plus(-options_.remember_answers);
    TRY(const bool due, store_->read([&](store::ReadTx& tx) { return tx.remembers(before); }));
    if (!due) return {};
    TRY_STATUS(
        store_->write([&](store::WriteTx& tx) { return tx.forget(before, kForgottenAtOnce); }));
    return {};
  }

  void tick() {
    auto next = std::chrono::steady_clock::now();
    while (!stopping_) {
      if (std::chrono::steady_clock::now() >= next) {
        next = std::chrono::steady_clock::now() + kOverduePeriod;
        const auto marked = desk_->mark_overdue();
        if (!marked) log::error("desk.overdue", {{"why", marked.error().message}});
        const auto measured = measure_duties(*store_, clock_.now(), metrics_);
        if (!measured) log::error("hub.measure", {{"why", measured.error().message}});
        const auto swept = sign_in_->sweep();
        if (!swept) log::error("session.sweep", {{"why", swept.error().message}});
        const auto forgotten = forget_answers();
        if (!forgotten) log::error("store.forget", {{"why", forgotten.error().message}});
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }

  const HubOptions options_;
  const Clock& clock_;
  IdSource ids_;
  http::Metrics metrics_;
  FolderLock lock_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<desk::RuleBook> rules_;
  std::shared_ptr<const match::Guard> guard_;
  std::unique_ptr<KeyRing> keys_;
  std::unique_ptr<desk::Registry> registry_;
  std::unique_ptr<desk::Memberships> memberships_;
  std::unique_ptr<SealedFiles> factor_files_;
  std::unique_ptr<desk::SecondFactors> second_factors_;
  std::unique_ptr<desk::SignIn> sign_in_;
  std::unique_ptr<desk::Invitations> invitations_;
  std::unique_ptr<attribution::Service> attribution_;
  std::unique_ptr<desk::Desk> desk_;
  std::unique_ptr<DnsService> dns_;
  std::unique_ptr<EventStream> events_;
  std::unique_ptr<MatchService> match_;
  std::unique_ptr<RetentionService> retention_;
  std::unique_ptr<store::TextIndex> text_index_;
  std::unique_ptr<search::Finder> finder_;
  std::unique_ptr<App> app_;
  http::Router router_;
  std::unique_ptr<http::Server> server_;
  /// For requests, which may come before start() has returned; null until then.
  std::atomic<const http::Server*> serving_ = nullptr;
  std::atomic<bool> stopping_{false};
  std::thread publisher_;
  std::thread projector_;
  std::thread source_runner_;
  std::thread searcher_;
  std::thread relapses_;
  std::vector<std::thread> deliveries_;
  std::thread timer_;
};

}  // namespace

Result<std::unique_ptr<Hub>> Hub::start(HubOptions options, const Clock& clock) {
  auto hub = std::make_unique<HubImpl>(std::move(options), clock);
  TRY_STATUS(hub->open());
  return std::unique_ptr<Hub>(std::move(hub));
}

}  // namespace tocsin::hub
