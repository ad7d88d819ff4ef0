#include "enforce/decisions.h"

#include <algorithm>
#include <map>

#include "store/collections.h"
#include "store/list_changes.h"

namespace tocsin::enforce {
namespace {

using model::IndicatorKind;
using model::ListEntry;

constexpr std::size_t kPage = 5000;
// Bouncers forget by time alone. Long enough for any outage of ours, and every start sends all
// again; a lift never waits for it because it is sent as a deletion.
constexpr std::string_view kDuration = "720h0m0s";
constexpr std::string_view kPast = "-1s";
constexpr std::string_view kOrigin = "tocsin";

Json decision(const ListEntry& e, std::string_view duration) {
  return Json::object({{"id", static_cast<std::int64_t>(e.listed)},
                       {"uuid", e.id},
                       {"origin", std::string(kOrigin)},
                       {"type", "ban"},
                       {"scope", std::string(scope_of(e.indicator.kind))},
                       {"value", e.indicator.value},
                       {"duration", std::string(duration)},
                       {"scenario", "tocsin/" + e.case_number},
                       {"simulated", false}});
}

bool wanted(const DecisionFilter& filter, const ListEntry& e) {
  const auto has = [](const std::vector<std::string>& list, std::string_view word) {
    return list.empty() ||
           std::any_of(list.begin(), list.end(), [&](const auto& x) { return iequals(x, word); });
  };
  // What no bouncer can stop, a digest or one page of a host, is not claimed to be stopped by it.
  return model::carries(model::PointKind::kDecisions, e.indicator.kind) &&
         has(filter.scopes, scope_of(e.indicator.kind)) && has(filter.origins, kOrigin);
}

Result<bool> still_live(store::ReadTx& tx, const ListEntry& e) {
  TRY(const auto all, store::find<ListEntry>(tx, "indicator", e.indicator.key()));
  return std::any_of(all.begin(), all.end(), [&](const ListEntry& other) {
    return other.live && other.addressee == e.addressee;
  });
}

Json list_or_null(Json list) { return list.items().empty() ? Json() : std::move(list); }

}  // namespace

std::string_view scope_of(IndicatorKind kind) {
  switch (kind) {
    case IndicatorKind::kIpv4:
    case IndicatorKind::kIpv6:
      return "Ip";
    case IndicatorKind::kIpv4Prefix:
    case IndicatorKind::kIpv6Prefix:
      return "Range";
    case IndicatorKind::kDomain:
      return "Domain";
    case IndicatorKind::kWildcardDomain:
      return "WildcardDomain";
    case IndicatorKind::kUrl:
    case IndicatorKind::kHostPath:
      return "Url";
    case IndicatorKind::kEmail:
      return "Email";
    case IndicatorKind::kPhone:
      return "Phone";
    default:
      return name(kind);
  }
}

Result<DecisionStream> decision_stream(store::ReadTx& tx, std::string_view organization,
                                       bool startup, std::uint64_t since,
                                       const DecisionFilter& filter) {
  DecisionStream out;
  // Not the journal's length: acknowledging that would itself make the journal longer, at every
  // poll.
  TRY(out.version, store::list_version(tx, organization));
  Json fresh = Json::array();
  Json gone = Json::array();
  if (startup) {
    std::string after;
    for (;;) {
      TRY(const auto page, store::live_entries(tx, organization, after, kPage));
      for (const auto& e : page) {
        if (wanted(filter, e)) fresh.push(decision(e, kDuration));
      }
      if (page.size() < kPage) break;
      after = page.back().id;
    }
  } else {
    // The last word about a value wins, so each is sent once however often it changed.
    std::map<std::string, ListEntry> last;
    for (;;) {
      TRY(const auto page, store::list_changes(tx, organization, since, kPage));
      for (const auto& c : page) {
        if (wanted(filter, c.entry)) last[c.entry.indicator.key()] = c.entry;
      }
      if (page.size() < kPage) break;
      since = page.back().version;
    }
    for (const auto& [key, entry] : last) {
      TRY(const bool live, still_live(tx, entry));
      if (live) {
        fresh.push(decision(entry, kDuration));
      } else {
        gone.push(decision(entry, kPast));
      }
    }
  }
  out.body = Json::object(
      {{"new", list_or_null(std::move(fresh))}, {"deleted", list_or_null(std::move(gone))}});
  return out;
}

Result<Json> decisions_about(store::ReadTx& tx, std::string_view organization,
                             std::string_view scope, std::string_view value) {
  Json out = Json::array();
  for (int k = 0; k < model::kIndicatorKinds; ++k) {
    const auto kind = static_cast<IndicatorKind>(k);
    if (!scope.empty() && !iequals(scope_of(kind), scope)) continue;
    const model::CaseIndicator indicator{kind, std::string(value), {}};
    TRY(const auto entries, store::find<ListEntry>(tx, "indicator", indicator.key()));
    for (const auto& e : entries) {
      if (e.live && e.addressee == organization) out.push(decision(e, kDuration));
    }
  }
  return list_or_null(std::move(out));
}

}  // namespace tocsin::enforce
