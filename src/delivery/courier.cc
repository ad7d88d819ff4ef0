#include "delivery/courier.h"

#include <algorithm>

#include "delivery/webhook.h"
#include "match/special_ranges.h"
#include "store/collections.h"

namespace tocsin::delivery {
namespace {

using model::Delivery;
using model::DeliveryState;
using model::Subscription;

constexpr std::size_t kAtOnce = 16;

http::ClientOptions client_options(const CourierOptions& options) {
  http::ClientOptions out;
  out.ca_file = options.ca_file;
  out.timeout = std::chrono::milliseconds(10'000);
  out.body_limit_bytes = 64U << 10;
  if (options.local_webhooks) {
    out.may_connect = [](std::string_view) { return true; };
  } else {
    out.may_connect = match::is_public_address;
  }
  return out;
}

}  // namespace

std::chrono::milliseconds wait_after(const CourierOptions& options, std::int64_t attempts) {
  auto wait = options.first_retry;
  for (std::int64_t i = 1; i < attempts && wait < options.longest_retry; ++i) wait *= 2;
  return std::min(wait, options.longest_retry);
}

Courier::Courier(store::Store& store, const Clock& clock, CourierOptions options, Sign sign,
                 std::int64_t lane)
    : store_(store),
      clock_(clock),
      options_(std::move(options)),
      sign_(std::move(sign)),
      lane_(lane),
      client_(client_options(options_)) {}

Status Courier::post(const Delivery& delivery, const Subscription& subscription) {
  http::ClientRequest request;
  request.method = http::Method::kPost;
  request.url = subscription.address;
  request.body = webhook_body(delivery, subscription);
  request.headers = {
      {"Content-Type", "application/json"},
      {"User-Agent", "tocsin"},
      {"Idempotency-Key", delivery.id},
      {"X-Tocsin-Signature", webhook_signature(subscription.secret, clock_.now(), request.body)}};
  const auto answer = client_.send(request);
  if (!answer) {
    // An address may carry a secret of the receiver: it is in the subscription, not in messages.
    Error error = answer.error();
    error.message = replace_all(error.message, subscription.address, "the receiver");
    error.message_zh = replace_all(error.message_zh, subscription.address, "接收方");
    // Where its name leads inside of a network is told to nobody who may only read deliveries.
    if (error.rule == "private-address") {
      return fail_bi(Code::kRefused,
                     "the receiver is not at a public address (--local-webhooks of the hub)",
                     "接收方不在公网地址（须以 --local-webhooks 启动枢纽）");
    }
    return tl::unexpected(error);
  }
  if (answer->status >= 200 && answer->status < 300) return {};
  return fail_bi(Code::kUnavailable, "the receiver answered " + std::to_string(answer->status),
                 "接收方应答 " + std::to_string(answer->status));
}

Status Courier::carry(const Delivery& delivery, const Subscription& subscription) {
  if (subscription.channel == model::Channel::kWebhook) return post(delivery, subscription);
  if (options_.smtp.url.empty()) {
    return fail_bi(Code::kUnavailable, "this hub has no mail server (--smtp)",
                   "本平台未配置邮件服务器（--smtp）");
  }
  TRY(const auto message,
      mail_message(delivery, subscription, {options_.smtp.from, clock_.now()}, sign_));
  return send_mail(options_.smtp, subscription.address, message);
}

Status Courier::record(const Delivery& tried, const Status& outcome, bool hopeless) {
  return store_.write([&](store::WriteTx& tx) -> Status {
    TRY(auto d, store::get<Delivery>(tx, tried.id));
    const Instant now = clock_.now();
    // A digest whose time came while an event was being added to it: what was sent is what was
    // read, the rest leaves under a name of its own.
    if (d.events.size() > tried.events.size()) {
      const auto read = static_cast<std::ptrdiff_t>(tried.events.size());
      Delivery rest = d;
      rest.id += "-rest";
      rest.digest = false;
      rest.events.erase(rest.events.begin(), rest.events.begin() + read);
      TRY_STATUS(store::put(tx, rest));
      d.events.resize(tried.events.size());
    }
    ++d.attempts;
    d.last_error = outcome ? "" : outcome.error().message;
    if (outcome) {
      d.state = DeliveryState::kSent;
      d.sent = now;
    } else if (hopeless || d.attempts >= options_.most_attempts) {
      d.state = DeliveryState::kGivenUp;
    } else {
      d.state = DeliveryState::kFailed;
      d.next_try = now.plus(wait_after(options_, d.attempts));
    }
    TRY_STATUS(tx.append({"system:delivery",
                          d.organization,
                          "delivery." + std::string(name(d.state)),
                          d.id,
                          d.events.front().threat,
                          {"miit-202", "", "6", "W17-08"},
                          {},
                          Json::object({{"attempt", d.attempts}, {"why", d.last_error}})}));
    return store::put(tx, d);
  });
}

Result<int> Courier::run_once() {
  TRY(const auto due, store_.read([&](store::ReadTx& tx) {
    return store::find<Delivery>(tx, store::Find{"due",
                                                 store::lane_key(lane_, {}),
                                                 store::lane_key(lane_, clock_.now()),
                                                 {},
                                                 {},
                                                 kAtOnce});
  }));
  for (const auto& d : due) {
    TRY(const auto s, store_.read([&](store::ReadTx& tx) {
      return store::get<Subscription>(tx, d.subscription);
    }));
    if (s.removed) {
      TRY_STATUS(
          record(d, fail_bi(Code::kRefused, "the subscription was removed", "订阅已删除"), true));
      continue;
    }
    TRY_STATUS(record(d, carry(d, s), false));
  }
  return static_cast<int>(due.size());
}

}  // namespace tocsin::delivery
