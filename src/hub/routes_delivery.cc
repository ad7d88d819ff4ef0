// Subscriptions, and what became of every delivery (W17-08, A13-04).
#include "delivery/subscriptions.h"
#include "desk/clocks.h"
#include "hub/app.h"
#include "hub/shape.h"

namespace tocsin::hub {
namespace {

using desk::Actor;

exchange::Principal principal(const App& app, const Actor& by) {
  return {by.user, by.organization, desk::basis_in(*app.law, "6", "W17-08")};
}

void add_turn(http::Router& router, App& app, const char* word, const char* operation, Text summary,
              delivery::Turn turn) {
  post<Nothing>(router, std::string("/api/v1/subscriptions/{id}/") + word, operation, "delivery",
                std::move(summary), "admin", model::schema_of<model::Subscription>(),
                [&app, turn](const Actor& by, const std::string& id, const auto&) -> Result<Json> {
                  TRY(const auto s,
                      delivery::turn_subscription(app.store, principal(app, by), id, turn));
                  return model::to_json(s);
                });
}

/// As stored, with the levels that its ceiling leaves out: most cases are amber.
Json shown(const model::Subscription& s) {
  Json left_out = Json::array();
  for (const auto level : enum_names(model::Tlp{})) {
    model::Tlp tlp{};
    if (parse_enum(level, tlp) && tlp > s.ceiling) left_out.push(std::string(level));
  }
  return model::to_json(s).set("leaves_out", std::move(left_out));
}

/// A mail that this hub can never send would be accepted, and given up again and again.
Status check_mail_server(const App& app, model::Channel channel) {
  if (channel != model::Channel::kMail || !app.options.delivery.smtp.url.empty()) return {};
  return fail_bi(Code::kRefused,
                 "this hub has no mail server: start it with --smtp URL and --mail-from ADDRESS",
                 "本平台未配置邮件服务器：请以 --smtp 网址 与 --mail-from 地址 启动", "channel",
                 "W17-08");
}

void add_subscriptions(http::Router& router, App& app) {
  const Json subscription = shape::extended(model::schema_of<model::Subscription>(),
                                            Json::object({{"leaves_out", shape::texts()}}));
  get(router, "/api/v1/subscriptions", "listSubscriptions", "delivery", {"订阅", "Subscriptions"},
      "read", {}, list_schema(subscription), [&app](http::Request& request) -> Result<Json> {
        TRY(const auto all, app.store.read([&](store::ReadTx& tx) {
          return delivery::visible_subscriptions(tx, principal(app, session(request).actor));
        }));
        Json items = Json::array();
        for (const auto& s : all) items.push(shown(s));
        return Json::object({{"items", std::move(items)}});
      });
  post<delivery::SubscriptionRequest>(
      router, "/api/v1/subscriptions", "addSubscription", "delivery",
      {"设立订阅；webhook 密钥仅在此应答中出现一次",
       "Subscribe a unit; the webhook's key is in this answer only"},
      "admin", subscription,
      [&app](const Actor& by, const std::string&, const auto& r) -> Result<Json> {
        TRY_STATUS(check_mail_server(app, r.channel));
        TRY(const auto made,
            delivery::add_subscription(app.store, app.clock, app.ids, principal(app, by), r));
        return shown(made);
      },
      201);
  add_turn(router, app, "pause", "pauseSubscription", {"暂停订阅", "Pause a subscription"},
           delivery::Turn::kPause);
  add_turn(router, app, "resume", "resumeSubscription", {"恢复订阅", "Resume a subscription"},
           delivery::Turn::kResume);
  add_turn(router, app, "removal", "removeSubscription", {"删除订阅", "Remove a subscription"},
           delivery::Turn::kRemove);
}

}  // namespace

void add_delivery_routes(http::Router& router, App& app) {
  add_subscriptions(router, app);
  const Json one = model::schema_of<model::Delivery>();
  auto params = page_params();
  params.pop_back();  // the newest are shown; there are no further pages
  params.push_back(
      query_param("state", {"queued sent failed given-up", "queued sent failed given-up"}));
  get(router, "/api/v1/deliveries", "listDeliveries", "delivery",
      {"投递记录，新的在前", "Deliveries, newest first"}, "read", params, list_schema(one),
      [&app](http::Request& request) -> Result<Json> {
        TRY(const auto asked, page(request));
        const std::string state(request.query_value("state").value_or(""));
        model::DeliveryState known{};
        if (!state.empty() && !model::parse_enum(state, known)) {
          return fail_bi(Code::kInvalid, "'" + state + "' is no state of a delivery",
                         "没有投递状态“" + state + "”", "state");
        }
        TRY(const auto all, app.store.read([&](store::ReadTx& tx) {
          return delivery::visible_deliveries(tx, principal(app, session(request).actor), state,
                                              asked.limit);
        }));
        return Json::object({{"items", model::to_json(all)}});
      });
  post<Nothing>(router, "/api/v1/deliveries/{id}/retry", "retryDelivery", "delivery",
                {"立即重新投递", "Try a delivery again now"}, "admin", one,
                [&app](const Actor& by, const std::string& id, const auto&) -> Result<Json> {
                  TRY(const auto d,
                      delivery::retry_delivery(app.store, app.clock, principal(app, by), id));
                  return model::to_json(d);
                });
}

}  // namespace tocsin::hub
