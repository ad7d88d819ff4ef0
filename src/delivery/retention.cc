#include "delivery/retention.h"

#include "store/collections.h"

namespace tocsin::delivery {
namespace {

using model::Delivery;
using model::DeliveryState;

constexpr std::size_t kAtOnce = 500;

bool settled(const Delivery& d) {
  return d.state == DeliveryState::kSent || d.state == DeliveryState::kGivenUp;
}

/// The next deliveries made before that time; `query` moves on behind them.
Result<std::vector<Delivery>> next_page(store::ReadTx& tx, store::Find& query) {
  TRY(auto page, store::find<Delivery>(tx, query));
  if (!page.empty()) {
    query.after_key = store::time_key(page.back().made);
    query.after_id = page.back().id;
  }
  return page;
}

store::Find made_before(Instant before) {
  return {"made",
          store::time_key({0}),
          store::time_key(before.plus(-std::chrono::microseconds(1))),
          {},
          {},
          kAtOnce};
}

}  // namespace

Result<std::int64_t> count_purgeable(store::Store& store, Instant before) {
  return store.read([&](store::ReadTx& tx) -> Result<std::int64_t> {
    std::int64_t count = 0;
    for (auto query = made_before(before);;) {
      TRY(const auto page, next_page(tx, query));
      if (page.empty()) return count;
      for (const auto& one : page) count += settled(one) ? 1 : 0;
    }
  });
}

Result<std::int64_t> purge_deliveries(store::Store& store, const journal::Basis& basis,
                                      Instant before, const std::string& actor) {
  std::int64_t purged = 0;
  TRY(const auto due, count_purgeable(store, before));
  if (due == 0) return purged;
  for (auto query = made_before(before);;) {
    bool end = false;
    TRY_STATUS(store.write([&](store::WriteTx& tx) -> Status {
      TRY(const auto page, next_page(tx, query));
      end = page.empty();
      std::int64_t sent = 0;
      std::int64_t given_up = 0;
      Instant first;
      Instant last;
      for (const auto& one : page) {
        if (!settled(one)) continue;
        TRY_STATUS(tx.erase_document(store::Collection<Delivery>::table, one.id));
        ++(one.state == DeliveryState::kSent ? sent : given_up);
        if (!first) first = one.made;
        last = one.made;
      }
      if (sent + given_up == 0) return {};
      purged += sent + given_up;
      return Status(tx.append({actor,
                               "",
                               "deliveries.purged",
                               "deliveries",
                               "",
                               basis,
                               {},
                               Json::object({{"sent", sent},
                                             {"given_up", given_up},
                                             {"made_from", to_string(first)},
                                             {"made_to", to_string(last)},
                                             {"before", to_string(before)}})})
                        .map([](std::uint64_t) {}));
    }));
    if (end) return purged;
  }
}

}  // namespace tocsin::delivery
