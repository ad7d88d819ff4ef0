#include "lists/acknowledge.h"

#include <algorithm>
#include <set>

#include "store/collections.h"
#include "store/list_changes.h"

namespace tocsin::lists {
namespace {

constexpr std::size_t kPage = 2000;

/// The changes in (after, until] that this point can enforce; it says nothing of the others.
Result<std::vector<model::ListChange>> changes_between(store::ReadTx& tx,
                                                       const model::EnforcementPoint& point,
                                                       std::uint64_t after, std::uint64_t until) {
  std::vector<model::ListChange> out;
  for (;;) {
    TRY(auto page, store::list_changes(tx, point.organization, after, kPage));
    for (auto& change : page) {
      if (change.version > until) return out;
      after = change.version;
      if (model::carries(point.kind, change.entry.indicator.kind)) out.push_back(std::move(change));
    }
    if (page.size() < kPage) return out;
  }
}

/// What a point confirms with its first word: the newest changes only. A new resolver on a large
/// list says nothing about measures that others enforced long ago.
Result<std::vector<model::ListChange>> first_changes(store::ReadTx& tx,
                                                     const model::EnforcementPoint& point,
                                                     std::uint64_t until) {
  constexpr std::size_t kFirst = 1000;
  TRY(auto changes, store::newest_list_changes(tx, point.organization, kFirst));
  std::erase_if(changes, [&](const model::ListChange& change) {
    return change.version > until || !model::carries(point.kind, change.entry.indicator.kind);
  });
  return changes;
}

/// A version that was never confirmed, and one that a program only fetched, are no block yet.
Text note_on(const model::EnforcementPoint& point) {
  const bool never = point.acknowledged == 0;
  switch (point.kind) {
    case model::PointKind::kTextList:
      if (never) {
        return {
            "从未确认：仅下载名单不算确认，任务不会由此到达“已载入”或“已生效”。请以该执行点的"
            "令牌读取，再次读取时附上所得的 ETag（If-None-Match）即为确认；是否生效以探测为准",
            "never acknowledged: fetching the list alone confirms nothing, and by it no task "
            "becomes loaded or effective. It acknowledges by fetching with the token of this "
            "point and sending the ETag back (If-None-Match); that it blocks is proved by a "
            "probe"};
      }
      return {"确认的是已取得该版本；设备是否据此屏蔽，以探测为准",
              "it has this version; that the device blocks by it is proved by a probe"};
    case model::PointKind::kDecisions:
      if (!never) return {};
      return {"从未确认：以该执行点的令牌再次读取更新，即确认上次所得的版本",
              "never acknowledged: its next request for news, with the token of this point, "
              "confirms what it was given"};
    case model::PointKind::kDnsRpz:
      if (!never) return {};
      return {"从未确认：解析器尚未传送区域，请核对地址、端口与 TSIG 密钥",
              "never acknowledged: the resolver has not transferred a zone; look at its address, "
              "port and TSIG key"};
  }
  return {};
}

}  // namespace

Status acknowledge(store::Store& store, const Clock& clock, const journal::Basis& basis,
                   std::string_view point_id, std::uint64_t version, Rung rung) {
  return store.write([&](store::WriteTx& tx) -> Status {
    TRY(auto point, store::get<model::EnforcementPoint>(tx, point_id));
    const std::uint64_t before = point.acknowledged;
    const Instant now = clock.now();
    // An update may be confirmed twice, first by delivery and then by word; the last step is
    // looked at again for the second.
    const std::uint64_t from = rung == Rung::kLoaded || version <= before
                                   ? version - std::min<std::uint64_t>(version, 1)
                                   : before;
    if (version < before) return {};
    TRY(const auto changes, before == 0
                                ? first_changes(tx, point, version)
                                : changes_between(tx, point, std::min(from, before), version));
    std::set<std::string> tasks;
    for (const auto& change : changes) tasks.insert(change.entry.task);
    for (const auto& id : tasks) {
      TRY(auto task, store::get<model::Task>(tx, id));
      auto& ladder = task.lift_ladder.dispatched ? task.lift_ladder : task.ladder;
      bool changed = false;
      if (!ladder.received) {
        ladder.received = now;
        changed = true;
      }
      if (rung == Rung::kLoaded && !ladder.loaded) {
        ladder.loaded = now;
        changed = true;
      }
      if (!changed) continue;
      TRY_STATUS(store::put(tx, task));
      TRY_STATUS(tx.append({"system:enforce",
                            point.organization,
                            rung == Rung::kLoaded ? "task.loaded" : "task.received",
                            task.id,
                            task.threat,
                            basis,
                            {},
                            Json::object({{"point", point.code}, {"version", version}})}));
    }
    if (version <= before) return {};
    point.acknowledged = version;
    point.acknowledged_at = now;
    TRY_STATUS(store::put(tx, point));
    TRY_STATUS(tx.append({"system:enforce",
                          point.organization,
                          "point.acknowledged",
                          point.id,
                          "",
                          basis,
                          {},
                          Json::object({{"version", version}})}));
    return {};
  });
}

Result<std::vector<PointStatus>> point_status(store::ReadTx& tx, Instant now) {
  TRY(const auto points, store::scan<model::EnforcementPoint>(tx, {}, 10'000));
  TRY(const auto last, tx.last_sequence());
  std::vector<PointStatus> out;
  for (const auto& point : points) {
    PointStatus status{point, point.acknowledged, 0, 0, 0, note_on(point)};
    TRY(const auto missing, changes_between(tx, point, point.acknowledged, last));
    status.behind = static_cast<std::int64_t>(missing.size());
    if (!missing.empty()) {
      status.wanted = missing.back().version;
      status.lag_ms = (now - missing.front().at).count() / 1000;
    }
    TRY(status.entries, tx.count_documents(store::Collection<model::ListEntry>::table, "live",
                                           point.organization, point.organization));
    out.push_back(std::move(status));
  }
  return out;
}

}  // namespace tocsin::lists
