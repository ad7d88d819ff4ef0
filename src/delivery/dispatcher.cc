#include "delivery/dispatcher.h"

#include "base/crypto/hash.h"
#include "base/log.h"
#include "delivery/courier.h"
#include "exchange/determined.h"
#include "search/documents.h"
#include "search/saved.h"
#include "store/collections.h"

namespace tocsin::delivery {
namespace {

using model::Delivery;
using model::DeliveryEvent;
using model::Subscription;

constexpr std::string_view kConsumer = "delivery";
constexpr std::size_t kBatch = 256;
constexpr std::size_t kMostSubscriptions = 100'000;
constexpr std::size_t kMostIndicators = 1000;  ///< of one event
constexpr std::size_t kMostEvents = 200;       ///< of one digest
constexpr std::int64_t kHour = 3'600'000'000;

/// What an entry of the journal means for recipients; empty: nothing. Listed and lifted are said
/// when the list changed, not before (the publisher's entries, src/lists).
std::string_view event_of(std::string_view action) {
  if (action == "threat.identified") return "determined";
  if (action == "task.dispatched") return "listed";
  if (action == "task.lift-dispatched" || action == "task.narrowed") return "lifted";
  return {};
}

/// In a lane of its own choice, always the same: what waits for one recipient delays no other lane.
std::int64_t lane_of(std::string_view subscription) {
  return static_cast<std::int64_t>(crypto::sha256(subscription)[0] % kLanes);
}

}  // namespace

struct Dispatcher::Happened {
  std::string event;
  std::uint64_t seq = 0;
  Instant at;
  model::Threat threat;
  std::optional<model::Organization> owner;
  std::vector<model::Indicator> indicators;
  std::optional<search::Document> document;  ///< made when the first recipient has a search
};

struct Dispatcher::Recipient {
  Interest interest;
  std::optional<search::Query> query;
  bool broken = false;  ///< its search cannot be read: it gets nothing rather than everything
};

Instant digest_due(const Subscription& s, Instant now, const law::Calendar& calendar) {
  if (s.rhythm == model::Rhythm::kHourly) return {(now.micros / kHour + 1) * kHour};
  Date day = shanghai_date(now);
  for (;; day = add_days(day, 1)) {
    const Instant due = shanghai_midnight(day).plus(std::chrono::hours(s.hour));
    if (due > now && (s.rhythm == model::Rhythm::kDaily || calendar.day(day).working())) return due;
  }
}

Result<std::optional<Dispatcher::Happened>> Dispatcher::read(store::ReadTx& tx,
                                                             const journal::Entry& entry) {
  const std::string_view event = event_of(entry.action);
  if (event.empty()) return std::optional<Happened>();
  Happened out;
  out.event = event;
  out.seq = entry.seq;
  out.at = entry.time;
  TRY(out.threat, store::get<model::Threat>(tx, entry.threat));
  if (!exchange::is_determined(out.threat)) return std::optional<Happened>();
  if (!out.threat.owner.empty()) {
    TRY(out.owner, store::get<model::Organization>(tx, out.threat.owner));
  }
  if (entry.action == "task.narrowed") {
    for (const auto& i : entry.data["lifted"].items()) {
      if (const auto kind = model::indicator_kind(i.str("kind"))) {
        out.indicators.push_back({*kind, i.str("value")});
      }
    }
    return std::optional(std::move(out));
  }
  std::vector<model::CaseIndicator> all = out.threat.indicators;
  if (entry.action != "threat.identified") {
    TRY(const auto task, store::get<model::Task>(tx, entry.subject));
    all = task.indicators;
  }
  for (const auto& i : all) out.indicators.push_back(i.plain());
  return std::optional(std::move(out));
}

Result<std::vector<Dispatcher::Recipient>> Dispatcher::recipients(store::ReadTx& tx) {
  TRY(auto active,
      store::find<Subscription>(tx, store::Find{"active", "", "~", {}, {}, kMostSubscriptions}));
  std::vector<Recipient> out;
  for (auto& s : active) {
    Recipient recipient{Interest(s), {}, false};
    if (!s.search.empty()) {
      const auto saved = store::get<model::SavedSearch>(tx, s.search);
      auto query = saved ? search::parse(*saved) : tl::unexpected(saved.error());
      if (query) {
        recipient.query = std::move(*query);
      } else {
        recipient.broken = true;
        log::error("delivery.search", {{"subscription", s.id}, {"why", query.error().message}});
      }
    }
    out.push_back(std::move(recipient));
  }
  return out;
}

Result<bool> Dispatcher::searched_for(store::ReadTx& tx, const Recipient& recipient,
                                      Happened& what) {
  if (recipient.broken) return false;
  if (!recipient.query) return true;
  if (!what.document) {
    TRY(what.document, search::Documents(tx, locate_).of_case(what.threat));
  }
  return recipient.query->matches(*what.document);
}

std::optional<DeliveryEvent> Dispatcher::event_for(const Interest& interest,
                                                   const Happened& what) const {
  if (!interest.admits(what.threat, what.at)) return std::nullopt;
  DeliveryEvent e;
  const auto add = [&](model::DeliveredIndicator indicator) {
    if (e.indicators.size() < kMostIndicators) {
      e.indicators.push_back(std::move(indicator));
    } else {
      ++e.more;
    }
  };
  const auto whole = interest.whole(what.threat, what.owner);
  for (const auto& indicator : what.indicators) {
    if (!interest.wants(indicator.kind)) continue;
    if (auto own = interest.own(indicator, origin_of_)) {
      add(std::move(*own));
    } else if (whole) {
      add({indicator.kind, indicator.value, "", *whole});
    }
  }
  if (e.indicators.empty()) return std::nullopt;
  const auto& found = *what.threat.identification;
  e.event = what.event;
  e.seq = what.seq;
  e.at = what.at;
  e.threat = what.threat.id;
  e.number = what.threat.number;
  e.name = found.threat_name;
  e.threat_class = what.threat.threat_class;
  e.subtype = what.threat.subtype;
  e.level = found.grade ? found.grade->level : "";
  e.certainty = what.threat.certainty;
  e.tlp = what.threat.tlp;
  return e;
}

Status Dispatcher::queue(store::WriteTx& tx, const Subscription& s, DeliveryEvent event) {
  const Instant now = clock_.now();
  Delivery d;
  d.digest = s.rhythm != model::Rhythm::kImmediate;
  d.next_try = d.digest ? digest_due(s, now, law_->calendar()) : now;
  if (d.digest) {
    TRY(auto open, store::find<Delivery>(tx, "open", s.id + ":" + store::time_key(d.next_try)));
    if (!open.empty() && open.back().events.size() < kMostEvents) d = std::move(open.back());
  }
  if (d.id.empty()) {
    d.id = ids_.make("dlv");
    d.subscription = s.id;
    d.organization = s.organization;
    d.lane = lane_of(s.id);
    d.made = now;
  }
  TRY_STATUS(tx.append(
      {"system:delivery",
       s.organization,
       "delivery.queued",
       d.id,
       event.threat,
       {"miit-202", "", "6", "W17-08"},
       {},
       Json::object({{"subscription", s.id}, {"event", event.event}, {"of", event.seq}})}));
  d.events.push_back(std::move(event));
  return store::put(tx, d);
}

Result<int> Dispatcher::run_once() {
  TRY(const auto news, store_.read([&](store::ReadTx& tx) -> Result<std::vector<journal::Entry>> {
    TRY(const auto from, tx.cursor(kConsumer));
    return tx.journal(from, kBatch);
  }));
  if (news.empty()) return 0;
  TRY_STATUS(store_.write([&](store::WriteTx& tx) -> Status {
    std::vector<Recipient> all;
    bool loaded = false;
    for (const auto& entry : news) {
      TRY(auto what, read(tx, entry));
      if (!what) continue;
      if (!loaded) {
        TRY(all, recipients(tx));
        loaded = true;
      }
      for (const auto& recipient : all) {
        auto event = event_for(recipient.interest, *what);
        if (!event) continue;
        TRY(const bool wanted, searched_for(tx, recipient, *what));
        if (wanted) TRY_STATUS(queue(tx, recipient.interest.subscription(), std::move(*event)));
      }
    }
    return tx.set_cursor(kConsumer, news.back().seq);
  }));
  return static_cast<int>(news.size());
}

}  // namespace tocsin::delivery
