#include "delivery/concern.h"

#include <algorithm>

#include "attribution/enrich.h"
#include "model/labels.h"

namespace tocsin::delivery {
namespace {

using model::DeliveredIndicator;
using model::Indicator;

template <typename T, typename U>
bool holds(const std::vector<T>& list, const U& wanted) {
  return std::find(list.begin(), list.end(), wanted) != list.end();
}

bool overlap(const match::Prefix& a, const match::Prefix& b) {
  return a.bits <= b.bits ? match::contains(a, b.base) : match::contains(b, a.base);
}

/// I is the gravest; an ungraded case is below all of them.
std::size_t gravity(std::string_view level) {
  static constexpr std::string_view kLevels[] = {"IV", "III", "II", "I"};
  for (std::size_t i = 0; i < std::size(kLevels); ++i) {
    if (kLevels[i] == level) return i + 1;
  }
  return 0;
}

DeliveredIndicator found(const Indicator& i, std::string key, Text why) {
  return {i.kind, i.value, std::move(key), std::move(why)};
}

}  // namespace

Interest::Interest(model::Subscription subscription) : subscription_(std::move(subscription)) {
  for (const auto& text : subscription_.concern.networks) {
    if (const auto prefix = match::parse_prefix(text)) networks_.push_back(*prefix);
  }
  domains_.insert(subscription_.concern.domains.begin(), subscription_.concern.domains.end());
}

bool Interest::wants(model::IndicatorKind kind) const {
  return subscription_.kinds.empty() || holds(subscription_.kinds, kind);
}

bool Interest::admits(const model::Threat& threat, Instant since) const {
  const auto& s = subscription_;
  // Red is for the eyes of persons, whatever a ceiling says.
  if (threat.tlp > s.ceiling || threat.tlp == model::Tlp::kRed) return false;
  if (since < s.created.at) return false;
  if (!s.classes.empty() && !holds(s.classes, threat.threat_class)) return false;
  if (s.least_level.empty()) return true;
  const bool graded = threat.identification && threat.identification->grade;
  return graded && gravity(threat.identification->grade->level) >= gravity(s.least_level);
}

std::optional<DeliveredIndicator> Interest::by_name(const Indicator& indicator) const {
  const std::string host = std::string(attribution::domain_of(indicator));
  if (host.empty()) return std::nullopt;
  for (std::string_view rest = host; !rest.empty();) {
    if (domains_.contains(rest)) {
      return found(indicator, "domain:" + std::string(rest),
                   {"该指标位于您的域名 " + std::string(rest) + " 之下",
                    "it lies at or below your name " + std::string(rest)});
    }
    const auto dot = rest.find('.');
    rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
  }
  if (indicator.kind != model::IndicatorKind::kWildcardDomain) return std::nullopt;
  const auto below = std::find_if(domains_.begin(), domains_.end(),
                                  [&](const std::string& d) { return d.ends_with("." + host); });
  if (below == domains_.end()) return std::nullopt;
  return found(indicator, "domain:" + *below,
               {"您的域名 " + *below + " 在该通配范围之内",
                "your name " + *below + " is below this asterisk"});
}

std::optional<DeliveredIndicator> Interest::own(const Indicator& indicator,
                                                const OriginOf& origin_of) const {
  if (!wants(indicator.kind)) return std::nullopt;
  if (const auto prefix = attribution::prefix_of(indicator)) {
    for (const auto& network : networks_) {
      if (!overlap(network, *prefix)) continue;
      const std::string shown = match::to_string(network);
      return found(indicator, "network:" + shown,
                   {"该指标在您的网段 " + shown + " 内", "it is in your network " + shown});
    }
    if (!subscription_.concern.asns.empty()) {
      const auto origin = origin_of(indicator);
      if (origin && holds(subscription_.concern.asns, origin->asn)) {
        const std::string as = "AS" + std::to_string(origin->asn);
        return found(
            indicator, "asn:" + std::to_string(origin->asn),
            {"该指标由您的自治系统 " + as + " 宣告（" + origin->data_set + "，" +
                 origin->data_date + "）",
             "your " + as + " announces it (" + origin->data_set + ", " + origin->data_date + ")"});
      }
    }
  }
  return by_name(indicator);
}

std::optional<Text> Interest::whole(const model::Threat& threat,
                                    const std::optional<model::Organization>& owner) const {
  const auto& concern = subscription_.concern;
  if (concern.empty()) return Text{"订阅全部", "everything is subscribed to"};
  for (const auto& province : threat.provinces) {
    if (holds(concern.provinces, province)) {
      return Text{"目标位于您订阅的省份（" + province + "）",
                  "the target is in your province " + province};
    }
  }
  for (const auto& sector : concern.sectors) {
    const bool meant = sector == "cii" ? threat.target_is_cii || (owner && owner->is_cii)
                       : sector == "party-gov"
                           ? threat.target_is_party_gov || (owner && owner->is_party_gov)
                           : owner && name(owner->type) == sector;
    if (meant) {
      const Text label = model::label(sector);
      return Text{"目标属于您订阅的行业（" + label.zh + "）",
                  "the target is of your sector " + label.en};
    }
  }
  return std::nullopt;
}

}  // namespace tocsin::delivery
