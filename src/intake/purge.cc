#include "intake/purge.h"

#include <set>
#include <vector>

#include "model/relation.h"
#include "store/collections.h"

namespace tocsin::intake {
namespace {

constexpr std::size_t kLookedAt = 5'000;
constexpr std::size_t kPage = 200;

/// What subscriptions call their own by name: a domain, one address, a network as a prefix. What
/// only lies below a name or within a network was never named.
Result<std::set<std::string>> named_by_subscriptions(store::ReadTx& tx) {
  std::set<std::string> out;
  std::string after;
  for (;;) {
    TRY(const auto page, store::scan<model::Subscription>(tx, after, kPage));
    for (const auto& s : page) {
      if (s.removed) continue;
      out.insert(s.concern.domains.begin(), s.concern.domains.end());
      for (const auto& network : s.concern.networks) {
        out.insert(network);
        for (const std::string_view whole : {"/32", "/128"}) {
          if (network.ends_with(whole)) {
            out.insert(network.substr(0, network.size() - whole.size()));
          }
        }
      }
    }
    if (page.size() < kPage) return out;
    after = page.back().id;
  }
}

/// Who needs an indicator: asked in the transaction that would delete it.
class Need {
 public:
  static Result<Need> of(store::ReadTx& tx) {
    TRY(auto named, named_by_subscriptions(tx));
    return Need(tx, std::move(named));
  }

  Result<bool> holds(const model::Indicator& indicator) const {
    if (named_.contains(indicator.value)) return true;
    const std::string key = model::CaseIndicator{indicator.kind, indicator.value, {}}.key();
    for (const auto table :
         {store::Collection<model::Threat>::table, store::Collection<model::ListEntry>::table}) {
      TRY(const auto documents, tx_->count_documents(table, "indicator", key, key));
      if (documents > 0) return true;
    }
    TRY(const auto node, tx_->find_node(model::node_of(indicator)));
    return node.has_value();
  }

 private:
  Need(store::ReadTx& tx, std::set<std::string> named) : tx_(&tx), named_(std::move(named)) {}
  store::ReadTx* tx_;
  std::set<std::string> named_;
};

Status enter(store::WriteTx& tx, const PurgeOrder& order, std::string action, Json data) {
  data.set("before", to_string(order.before));
  TRY_STATUS(tx.append({order.actor,
                        order.organization,
                        std::move(action),
                        "base",
                        "",
                        order.basis,
                        {},
                        std::move(data)}));
  return tx.set_cursor(kPurgedBeforeCursor, static_cast<std::uint64_t>(order.before.micros));
}

/// At most one transaction's worth of relations; returns how many went.
Result<std::int64_t> purge_relations(store::Store& store, const PurgeOrder& order) {
  TRY(const auto ended,
      store.read([&](store::ReadTx& tx) { return tx.count_ended_claims(order.before); }));
  if (ended == 0) return std::int64_t{0};
  return store.write([&](store::WriteTx& tx) -> Result<std::int64_t> {
    TRY(const auto gone, tx.purge_claims(order.before, kPurgedAtOnce));
    if (gone > 0) {
      TRY_STATUS(enter(tx, order, "relations.purged", Json::object({{"relations", gone}})));
    }
    return gone;
  });
}

using Candidates = std::span<const store::EndedIndicator>;

/// As many of the next candidates as one act may be about.
Candidates next_batch(Candidates left) {
  std::size_t n = 0;
  while (n < left.size() && n < kPurgedAtOnce && left[n].id - left[0].id < kPurgeSpan) ++n;
  return left.first(n);
}

Status purge_batch(store::Store& store, const PurgeOrder& order, Candidates batch,
                   PurgeCounts& counts) {
  return store.write([&](store::WriteTx& tx) -> Status {
    TRY(const auto need, Need::of(tx));
    std::vector<std::int64_t> free;
    for (const auto& one : batch) {
      TRY(const bool held, need.holds(one.indicator));
      if (!held) free.push_back(one.id);
    }
    counts.held += static_cast<std::int64_t>(batch.size() - free.size());
    if (free.empty()) return {};
    TRY(const auto purged, tx.purge_sightings(free, order.before));
    if (purged.sightings == 0) return {};  // all were sighted again meanwhile
    counts.indicators += purged.indicators;
    counts.sightings += purged.sightings;
    TRY_STATUS(tx.set_cursor(kSweepCursor, static_cast<std::uint64_t>(free.back())));
    return enter(tx, order, "indicators.purged",
                 Json::object({{"from", free.front()},
                               {"to", free.back()},
                               {"indicators", purged.indicators},
                               {"sightings", purged.sightings}}));
  });
}

}  // namespace

Result<PurgeStep> purge_step(store::Store& store, const PurgeOrder& order, std::int64_t after) {
  PurgeStep step;
  step.after = after;
  if (after == 0) {
    for (bool more = true; more;) {
      TRY(const auto gone, purge_relations(store, order));
      step.counts.relations += gone;
      more = gone > 0;
    }
  }
  TRY(const auto candidates, store.read([&](store::ReadTx& tx) {
    return tx.ended_indicators(order.before, step.after, kLookedAt);
  }));
  step.end = step.after == after;
  for (Candidates left(candidates); !left.empty();) {
    const auto batch = next_batch(left);
    TRY_STATUS(purge_batch(store, order, batch, step.counts));
    left = left.subspan(batch.size());
  }
  return step;
}

Result<PurgeStep> purge_preview(store::Store& store, const PurgeOrder& order, std::int64_t after) {
  return store.read([&](store::ReadTx& tx) -> Result<PurgeStep> {
    PurgeStep step;
    step.after = after;
    if (after == 0) {
      TRY(step.counts.relations, tx.count_ended_claims(order.before));
    }
    TRY(const auto candidates, tx.ended_indicators(order.before, step.after, kLookedAt));
    step.end = step.after == after;
    TRY(const auto need, Need::of(tx));
    for (const auto& one : candidates) {
      TRY(const bool held, need.holds(one.indicator));
      if (held) {
        ++step.counts.held;
        continue;
      }
      step.counts.sightings += one.sightings;
      TRY(const auto record, tx.find_indicator(one.indicator));
      const auto all = record ? static_cast<std::int64_t>(record->sightings.size()) : 0;
      step.counts.indicators += all == one.sightings ? 1 : 0;
    }
    return step;
  });
}

}  // namespace tocsin::intake
