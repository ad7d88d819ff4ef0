#include "store/collections.h"

#include <fmt/format.h>

namespace tocsin::store {
namespace {

/// Key of the earliest running deadline, so that `due` lists what waits, most urgent first.
void add_due_keys(std::vector<IndexKey>& keys, const std::vector<model::ClockFact>& clocks) {
  Instant earliest;
  for (const auto& clock : clocks) {
    if (clock.running() && clock.due && (!earliest || clock.due < earliest)) earliest = clock.due;
  }
  if (earliest) keys.push_back({"due", time_key(earliest)});
}

}  // namespace

const std::vector<std::string_view>& tables() {
  static const std::vector<std::string_view> all = {
      Collection<model::Organization>::table, Collection<model::User>::table,
      Collection<model::Token>::table, Collection<model::Threat>::table,
      Collection<model::Task>::table, Collection<model::Notice>::table,
      Collection<model::Evidence>::table, Collection<model::Appeal>::table,
      Collection<model::Source>::table, Collection<model::Import>::table,
      Collection<model::ListEntry>::table, Collection<model::ListChange>::table,
      Collection<model::EnforcementPoint>::table, Collection<model::RuleFile>::table,
      Collection<model::ReferenceSet>::table, Collection<model::Responsibility>::table,
      Collection<model::ExchangeCollection>::table, Collection<model::ExchangeStatus>::table,
      Collection<model::Subscription>::table, Collection<model::Delivery>::table, kStixObjects,
      Collection<model::FeedSchema>::table, Collection<model::SavedSearch>::table,
      Collection<model::Relapse>::table,
      // rooms of their own, src/vulnerability, src/intake and src/desk
      "vulnerability", "term", "session", "second_factor"};
  return all;
}

std::string time_key(Instant t) { return fmt::format("{:020}", t.micros); }

std::vector<IndexKey> Collection<model::Organization>::keys(const model::Organization& o) {
  return {{"code", o.code}, {"type", std::string(name(o.type))}};
}

std::vector<IndexKey> Collection<model::User>::keys(const model::User& u) {
  return {{"login", u.login}, {"organization", u.organization}};
}

std::vector<IndexKey> Collection<model::Token>::keys(const model::Token& t) {
  return {{"digest", t.digest}, {"user", t.user}};
}

std::vector<IndexKey> Collection<model::Threat>::keys(const model::Threat& t) {
  std::vector<IndexKey> keys = {{"number", t.number}, {"state", std::string(name(t.state))}};
  // Merged cases never answer for an indicator: the case they went into does.
  if (t.state != model::ThreatState::kMerged) {
    for (const auto& indicator : t.indicators) keys.push_back({"indicator", indicator.key()});
  }
  add_due_keys(keys, t.clocks);
  // What bulletins may show to everybody, in the order in which it was determined.
  if (model::is_public(t)) {
    keys.push_back({"public", time_key(t.identification->by.at)});
  }
  return keys;
}

std::vector<IndexKey> Collection<model::Task>::keys(const model::Task& t) {
  std::vector<IndexKey> keys = {{"number", t.number},
                                {"threat", t.threat},
                                {"state", std::string(name(t.state))},
                                {"addressee", t.addressee}};
  add_due_keys(keys, t.clocks);
  return keys;
}

std::vector<IndexKey> Collection<model::Notice>::keys(const model::Notice& n) {
  return {{"number", n.number},
          {"task", n.task},
          {"threat", n.threat},
          {"addressee", n.addressee},
          {n.receipt.at ? "delivered" : "undelivered", n.addressee}};
}

std::vector<IndexKey> Collection<model::Evidence>::keys(const model::Evidence& e) {
  return {{"threat", e.threat}, {"task", e.task}, {"digest", e.digest}};
}

std::vector<IndexKey> Collection<model::Appeal>::keys(const model::Appeal& a) {
  std::vector<IndexKey> keys = {{"number", a.number},
                                {"task", a.task},
                                {"threat", a.threat},
                                {"state", std::string(name(a.state))}};
  add_due_keys(keys, a.clocks);
  return keys;
}

std::vector<IndexKey> Collection<model::Source>::keys(const model::Source& s) {
  std::vector<IndexKey> keys = {{"name", s.name}, {"number", std::to_string(s.number)}};
  if (s.next_run && !s.paused) keys.push_back({"next", time_key(s.next_run)});
  return keys;
}

std::vector<IndexKey> Collection<model::Import>::keys(const model::Import& i) {
  return {{"source", i.source}, {"file", i.source + ":" + i.digest}};
}

std::vector<IndexKey> Collection<model::FeedSchema>::keys(const model::FeedSchema& /*schema*/) {
  return {};
}

std::vector<IndexKey> Collection<model::ListEntry>::keys(const model::ListEntry& e) {
  std::vector<IndexKey> keys = {{"indicator", e.indicator.key()}, {"task", e.task}};
  if (e.live) keys.push_back({"live", e.addressee});
  return keys;
}

std::vector<IndexKey> Collection<model::ListChange>::keys(const model::ListChange& c) {
  return {{"addressee", c.entry.addressee}};
}

std::vector<IndexKey> Collection<model::EnforcementPoint>::keys(const model::EnforcementPoint& p) {
  return {{"code", p.code}, {"organization", p.organization}};
}

std::vector<IndexKey> Collection<model::RuleFile>::keys(const model::RuleFile&) { return {}; }

std::vector<IndexKey> Collection<model::ReferenceSet>::keys(const model::ReferenceSet& r) {
  return {{"name", std::string(name(r.kind)) + ":" + r.name}};
}

std::vector<IndexKey> Collection<model::Responsibility>::keys(const model::Responsibility& r) {
  return {{"key", model::responsibility_key(r.key_kind, r.key)}, {"organization", r.organization}};
}

std::vector<IndexKey> Collection<model::ExchangeCollection>::keys(
    const model::ExchangeCollection& c) {
  return {{"alias", c.alias}, {c.projection ? "projection" : "inbox", c.id}};
}

std::vector<IndexKey> Collection<model::ExchangeStatus>::keys(const model::ExchangeStatus& s) {
  return {{"at", time_key(s.at)}};
}

std::string lane_key(std::int64_t lane, Instant next_try) {
  return std::to_string(lane) + ":" + time_key(next_try);
}

std::vector<IndexKey> Collection<model::Subscription>::keys(const model::Subscription& s) {
  std::vector<IndexKey> keys = {{"organization", s.organization}};
  if (!s.removed) {
    keys.push_back({s.paused ? "paused" : "active", s.id});
    keys.push_back({"search", s.search});
  }
  return keys;
}

std::vector<IndexKey> Collection<model::SavedSearch>::keys(const model::SavedSearch& s) {
  return {{"owner", s.owner}, {"shared", s.shared ? s.organization : ""}};
}

std::vector<IndexKey> Collection<model::Relapse>::keys(const model::Relapse& r) {
  return {{"state", std::string(name(r.state)) + ":" + time_key(r.seen_at)},
          {"seen", time_key(r.seen_at)},
          {"threat", r.threat}};
}

std::vector<IndexKey> Collection<model::Delivery>::keys(const model::Delivery& d) {
  std::vector<IndexKey> keys = {{"subscription", d.subscription},
                                {"organization", d.organization},
                                {"state", std::string(name(d.state))},
                                {"made", time_key(d.made)}};
  if (d.state == model::DeliveryState::kQueued || d.state == model::DeliveryState::kFailed) {
    keys.push_back({"due", lane_key(d.lane, d.next_try)});
  }
  // A digest that nobody tried to send yet still takes events.
  if (d.digest && d.attempts == 0 && d.state == model::DeliveryState::kQueued) {
    keys.push_back({"open", d.subscription + ":" + time_key(d.next_try)});
  }
  return keys;
}

}  // namespace tocsin::store
