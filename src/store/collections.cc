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
      Collection<model::FeedSchema>::table, Collection<model::ListEntry>::table,
      Collection<model::ListChange>::table, Collection<model::EnforcementPoint>::table,
      Collection<model::RuleFile>::table,
      // a room of its own, src/vulnerability
      "vulnerability"};
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
  return {{"name", s.name}, {"number", std::to_string(s.number)}};
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

}  // namespace tocsin::store
