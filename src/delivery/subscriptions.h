// Who wants what, and who may say so (W17-08, W17-09).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "exchange/collections.h"
#include "model/delivery.h"
#include "store/store.h"

namespace tocsin::delivery {

struct SubscriptionRequest {
  using is_described = void;
  std::string organization;  ///< code of the recipient
  std::string label;
  model::Concern concern;
  std::vector<model::IndicatorKind> kinds;
  std::vector<model::ThreatClass> classes;
  std::string search;  ///< name of a saved search of cases, seen by who subscribes; empty: any case
  std::string least_level;
  model::Tlp ceiling = model::Tlp::kGreen;
  model::Channel channel = model::Channel::kWebhook;
  std::string address;
  model::Rhythm rhythm = model::Rhythm::kImmediate;
  std::int64_t hour = 9;
  std::string language = "zh";
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("organization", s.organization);
    v("label", s.label);
    v("concern", s.concern);
    v("kinds", s.kinds);
    v("classes", s.classes);
    v("search", s.search);
    v("least_level", s.least_level);
    v("ceiling", s.ceiling);
    v("channel", s.channel);
    v("address", s.address);
    v("rhythm", s.rhythm);
    v("hour", s.hour);
    v("language", s.language);
  }
};

/// Authorities and administrators subscribe an organisation: where things are sent is never said by
/// whoever may only read. Answers with the webhook's key, this once.
Result<model::Subscription> add_subscription(store::Store& store, const Clock& clock, IdSource& ids,
                                             const exchange::Principal& by,
                                             const SubscriptionRequest& request);

enum class Turn { kPause, kResume, kRemove };
/// While paused nothing new is queued; what was queued is still sent. Removing gives up what waits.
Result<model::Subscription> turn_subscription(store::Store& store, const exchange::Principal& by,
                                              std::string_view id, Turn turn);

/// Those of one's own organisation, all of them for who may manage; without keys.
Result<std::vector<model::Subscription>> visible_subscriptions(store::ReadTx& tx,
                                                               const exchange::Principal& by);

/// Newest first, at most `limit`, those of one's own organisation or all; `state` may be empty.
Result<std::vector<model::Delivery>> visible_deliveries(store::ReadTx& tx,
                                                        const exchange::Principal& by,
                                                        std::string_view state, std::size_t limit);

/// A failed or given-up delivery is due again at once, with its attempts counted anew.
Result<model::Delivery> retry_delivery(store::Store& store, const Clock& clock,
                                       const exchange::Principal& by, std::string_view id);

/// Without the secret.
model::Subscription shown(model::Subscription subscription);

}  // namespace tocsin::delivery
