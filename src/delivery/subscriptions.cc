#include "delivery/subscriptions.h"

#include <algorithm>

#include "base/random.h"
#include "delivery/webhook.h"
#include "match/address.h"
#include "match/canonical.h"
#include "search/saved.h"
#include "store/collections.h"

namespace tocsin::delivery {
namespace {

using exchange::Principal;
using model::Delivery;
using model::DeliveryState;
using model::Subscription;

constexpr std::size_t kMostKeys = 10'000;
constexpr std::size_t kMostSubscriptions = 100'000;

tl::unexpected<Error> bad(std::string en, std::string zh, std::string field) {
  return fail_bi(Code::kInvalid, std::move(en), std::move(zh), std::move(field));
}

Status require_manager(const Principal& by) {
  if (exchange::may_manage(by)) return {};
  return fail_bi(Code::kForbidden, "subscriptions are made by authorities and administrators",
                 "订阅由主管部门或平台管理员设立", "actor", "W17-09");
}

Status journal(store::WriteTx& tx, const Principal& by, std::string action,
               const std::string& subject, Json data) {
  TRY_STATUS(tx.append({by.user.id,
                        by.organization.id,
                        std::move(action),
                        subject,
                        "",
                        by.basis_for("W17-08"),
                        {},
                        std::move(data)}));
  return {};
}

Status canonical_networks(std::vector<std::string>& networks) {
  for (auto& text : networks) {
    bool host_bits = false;
    if (const auto address = match::parse_address(text)) {
      text = match::to_string(match::Prefix{*address, 128});
      continue;
    }
    const auto prefix = match::parse_prefix(text, &host_bits);
    if (!prefix || host_bits) {
      return bad("not a prefix without host bits: " + text, "不是主机位为零的前缀：" + text,
                 "concern.networks");
    }
    text = match::to_string(*prefix);
  }
  return {};
}

Status check_concern(model::Concern& concern) {
  if (concern.networks.size() + concern.asns.size() + concern.domains.size() > kMostKeys) {
    return bad("at most 10,000 networks, numbers and names",
               "网段、自治系统号与域名合计不超过 10000 个", "concern");
  }
  TRY_STATUS(canonical_networks(concern.networks));
  for (auto& text : concern.domains) {
    const auto name = match::canonical(text, model::IndicatorKind::kDomain);
    if (!name || name->kind != model::IndicatorKind::kDomain) {
      return bad("not a domain name: " + text, "不是域名：" + text, "concern.domains");
    }
    text = name->value;
  }
  for (const auto asn : concern.asns) {
    if (asn < 1 || asn > 0xffff'ffffLL) {
      return bad("not the number of an autonomous system", "不是自治系统号", "concern.asns");
    }
  }
  for (const auto& sector : concern.sectors) {
    model::OrganizationType type{};
    if (sector != "cii" && sector != "party-gov" && !parse_enum(sector, type)) {
      return bad("a sector is a type of organisation, cii or party-gov",
                 "行业应为单位类型、cii 或 party-gov", "concern.sectors");
    }
  }
  return {};
}

Status check_mail(const std::string& address) {
  const auto mail = match::canonical(address, model::IndicatorKind::kEmail);
  if (mail && mail->kind == model::IndicatorKind::kEmail &&
      address.find_first_of("<>\r\n ,;\"") == std::string::npos) {
    return {};
  }
  return bad("not a mail address", "不是邮件地址", "address");
}

Status check(SubscriptionRequest& r) {
  TRY_STATUS(check_concern(r.concern));
  if (r.channel == model::Channel::kWebhook) {
    TRY_STATUS(check_webhook_url(r.address));
    if (r.address.starts_with("http://") && r.ceiling != model::Tlp::kClear) {
      return fail_bi(Code::kRefused, "without TLS only what is TLP:CLEAR is sent",
                     "未使用 TLS 时只能投递 TLP:CLEAR 的信息", "address", "TLP-2.0");
    }
  } else {
    TRY_STATUS(check_mail(r.address));
  }
  if (r.hour < 0 || r.hour > 23) return bad("0 to 23", "0 至 23", "hour");
  if (r.language != "zh" && r.language != "en") return bad("zh or en", "zh 或 en", "language");
  static constexpr std::string_view kLevels[] = {"", "I", "II", "III", "IV"};
  if (std::find(std::begin(kLevels), std::end(kLevels), r.least_level) == std::end(kLevels)) {
    return bad("I, II, III or IV", "I、II、III 或 IV", "least_level");
  }
  if (r.ceiling == model::Tlp::kRed) {
    return fail_bi(Code::kRefused, "red is for the eyes of persons and is not sent by machines",
                   "红色信息仅限特定人员，不得自动发送", "ceiling", "TLP-2.0");
  }
  return {};
}

/// Its id: whoever saved it may change what it asks, and the subscription goes on with that.
Result<std::string> search_named(store::ReadTx& tx, const Principal& by, const std::string& name) {
  if (name.empty()) return std::string();
  TRY(const auto saved, search::find_search(tx, {by.user, by.organization}, name));
  TRY(const auto query, search::parse(saved));
  if (query.place == search::Place::kCases) return saved.id;
  return bad("a subscription goes by a search of cases", "订阅只能使用事项的检索", "search");
}

}  // namespace

Subscription shown(Subscription subscription) {
  subscription.secret.clear();
  return subscription;
}

Result<Subscription> add_subscription(store::Store& store, const Clock& clock, IdSource& ids,
                                      const Principal& by, const SubscriptionRequest& request) {
  TRY_STATUS(require_manager(by));
  SubscriptionRequest r = request;
  TRY_STATUS(check(r));
  return store.write([&](store::WriteTx& tx) -> Result<Subscription> {
    TRY(const auto recipient, store::find_one<model::Organization>(tx, "code", r.organization));
    if (!recipient) {
      return fail_bi(Code::kNotFound, "there is no organisation " + r.organization,
                     "没有单位 " + r.organization, "organization");
    }
    Subscription s;
    s.id = ids.make("sub");
    s.organization = recipient->id;
    s.label = r.label;
    s.concern = r.concern;
    s.kinds = r.kinds;
    s.classes = r.classes;
    TRY(s.search, search_named(tx, by, r.search));
    s.least_level = r.least_level;
    s.ceiling = r.ceiling;
    s.channel = r.channel;
    s.address = r.address;
    if (s.channel == model::Channel::kWebhook) s.secret = "whs_" + random_secret(32);
    s.rhythm = r.rhythm;
    s.hour = r.hour;
    s.language = r.language;
    if (by.organization.is_authority()) s.sender = by.organization.id;
    s.created = {by.user.id, by.organization.id, clock.now(), ""};
    TRY_STATUS(store::put(tx, s));
    TRY_STATUS(journal(tx, by, "subscription.added", s.id,
                       Json::object({{"organization", s.organization},
                                     {"channel", std::string(name(s.channel))},
                                     {"ceiling", std::string(name(s.ceiling))}})));
    return s;
  });
}

Result<Subscription> turn_subscription(store::Store& store, const Principal& by,
                                       std::string_view id, Turn turn) {
  TRY_STATUS(require_manager(by));
  return store.write([&](store::WriteTx& tx) -> Result<Subscription> {
    TRY(auto s, store::get<Subscription>(tx, id));
    if (s.removed) {
      return fail_bi(Code::kConflict, "it was removed", "该订阅已删除", "id");
    }
    s.paused = turn == Turn::kPause;
    s.removed = turn == Turn::kRemove;
    if (s.removed) s.secret.clear();
    TRY_STATUS(store::put(tx, s));
    const char* action = turn == Turn::kPause    ? "subscription.paused"
                         : turn == Turn::kResume ? "subscription.resumed"
                                                 : "subscription.removed";
    TRY_STATUS(journal(tx, by, action, s.id, Json::object()));
    return shown(s);
  });
}

Result<std::vector<Subscription>> visible_subscriptions(store::ReadTx& tx, const Principal& by) {
  std::vector<Subscription> out;
  TRY(auto found,
      exchange::may_manage(by)
          ? store::scan<Subscription>(tx, {}, kMostSubscriptions)
          : store::find<Subscription>(tx, "organization", by.organization.id, kMostSubscriptions));
  for (auto& s : found) {
    if (!s.removed) out.push_back(shown(std::move(s)));
  }
  return out;
}

Result<std::vector<Delivery>> visible_deliveries(store::ReadTx& tx, const Principal& by,
                                                 std::string_view state, std::size_t limit) {
  DeliveryState wanted{};
  if (!state.empty() && !parse_enum(state, wanted)) {
    return tl::unexpected(model::detail::wrong_enum(state, enum_names(wanted)).error());
  }
  const bool all = exchange::may_manage(by);
  // Ids sort by time, so downwards the newest come first.
  store::Find find;
  find.limit = limit;
  find.descending = true;
  find.index = !all ? "organization" : state.empty() ? "made" : "state";
  find.from = !all ? by.organization.id : std::string(state);
  find.to = all && state.empty() ? "~" : find.from;
  TRY(auto found, store::find<Delivery>(tx, find));
  if (!all && !state.empty()) {
    std::erase_if(found, [&](const Delivery& d) { return d.state != wanted; });
  }
  return found;
}

Result<Delivery> retry_delivery(store::Store& store, const Clock& clock, const Principal& by,
                                std::string_view id) {
  TRY_STATUS(require_manager(by));
  return store.write([&](store::WriteTx& tx) -> Result<Delivery> {
    TRY(auto d, store::get<Delivery>(tx, id));
    if (d.state == DeliveryState::kSent) {
      return fail_bi(Code::kConflict, "it was sent", "该投递已送达", "id");
    }
    d.state = DeliveryState::kQueued;
    d.attempts = 0;
    d.digest = false;
    d.next_try = clock.now();
    TRY_STATUS(store::put(tx, d));
    TRY_STATUS(journal(tx, by, "delivery.requeued", d.id, Json::object()));
    return d;
  });
}

}  // namespace tocsin::delivery
