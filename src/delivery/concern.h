// "This is yours": which indicators of a case concern a subscription, and why.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "match/address.h"
#include "model/delivery.h"
#include "model/organization.h"

namespace tocsin::delivery {

/// An autonomous system that announces an address, and who says so.
struct Origin {
  std::int64_t asn = 0;
  std::string data_set;
  std::string data_date;
};
/// From imported reference data; nothing is asked of the network.
using OriginOf = std::function<std::optional<Origin>(const model::Indicator&)>;

/// A subscription made ready for many questions.
class Interest {
 public:
  explicit Interest(model::Subscription subscription);
  const model::Subscription& subscription() const { return subscription_; }

  /// Level, class, grade: may a case be sent to it at all? `since` is the time of the event.
  bool admits(const model::Threat& threat, Instant since) const;

  /// Why an indicator is the recipient's own, by networks of either family, autonomous systems and
  /// names. A prefix is theirs when either of the two lies in the other.
  std::optional<model::DeliveredIndicator> own(const model::Indicator& indicator,
                                               const OriginOf& origin_of) const;
  /// Why the whole case concerns it: province or sector of the target, or everything is wanted.
  std::optional<Text> whole(const model::Threat& threat,
                            const std::optional<model::Organization>& owner) const;

  bool wants(model::IndicatorKind kind) const;

 private:
  std::optional<model::DeliveredIndicator> by_name(const model::Indicator& indicator) const;

  model::Subscription subscription_;
  std::vector<match::Prefix> networks_;
  std::set<std::string, std::less<>> domains_;
};

}  // namespace tocsin::delivery
