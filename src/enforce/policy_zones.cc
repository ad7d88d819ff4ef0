#include "enforce/policy_zones.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <tuple>

#include "base/log.h"
#include "enforce/dns/rpz.h"
#include "store/collections.h"
#include "store/list_changes.h"

namespace tocsin::enforce {
namespace {

using model::CaseIndicator;
using model::IndicatorKind;
using model::ListChange;
using model::ListEntry;

constexpr std::size_t kPage = 5000;
/// Large enough that filling a zone copies what is there only a few times, small enough to be held.
constexpr std::size_t kFillRecords = 200'000;

/// List version that the base zone shows; also its serial.
std::string merged_cursor(std::string_view organization) {
  return "rpz-base:" + std::string(organization);
}

/// List version of the base zone that the hot zone builds on.
std::string trimmed_cursor(std::string_view organization) {
  return "rpz-trimmed:" + std::string(organization);
}

/// Serial of the hot zone after the last trim: it belongs to no change of the list.
std::string trim_serial_cursor(std::string_view organization) {
  return "rpz-trim-serial:" + std::string(organization);
}

Result<std::uint64_t> journal_step(store::WriteTx& tx, const std::string& organization,
                                   const char* what) {
  return tx.append(
      {"system:enforce", organization, what, organization, "", {"", "", "", "W17-08"}, {}, {}});
}

bool is_name(IndicatorKind kind) {
  return kind == IndicatorKind::kDomain || kind == IndicatorKind::kWildcardDomain;
}

std::string bare(const CaseIndicator& i) {
  return i.kind == IndicatorKind::kWildcardDomain ? i.value.substr(2) : i.value;
}

/// A name and its wildcard share a record, so both are looked at whichever changed.
std::vector<CaseIndicator> family_of(const CaseIndicator& i) {
  if (!is_name(i.kind)) return {i};
  return {{IndicatorKind::kDomain, bare(i), {}},
          {IndicatorKind::kWildcardDomain, "*." + bare(i), {}}};
}

/// Records for one name; names that cannot be rendered are reported and left out, never half.
void render(const std::string& name, bool exact, bool wildcard, dns::RpzAction action,
            const std::string& zone, std::uint32_t ttl_s, std::vector<dns::Record>& out) {
  if (!exact && !wildcard) return;
  auto records = dns::render_name({name, exact, wildcard, action}, zone, ttl_s);
  if (!records) {
    log::warn("rpz.unrenderable", {{"name", name}, {"why", records.error().message}});
    return;
  }
  out.insert(out.end(), records->begin(), records->end());
}

void render(const CaseIndicator& i, dns::RpzAction action, const std::string& zone,
            std::uint32_t ttl_s, std::vector<dns::Record>& out) {
  if (is_name(i.kind)) {
    render(bare(i), i.kind == IndicatorKind::kDomain, true, action, zone, ttl_s, out);
    return;
  }
  auto record = dns::render_address(i.value, action, zone, ttl_s);
  if (record) {
    out.push_back(std::move(*record));
  } else {
    log::warn("rpz.unrenderable", {{"name", i.value}, {"why", record.error().message}});
  }
}

bool before(const dns::Record& a, const dns::Record& b) {
  return std::tie(a.owner, a.rdata) < std::tie(b.owner, b.rdata);
}

void unique(std::vector<dns::Record>& records) {
  std::sort(records.begin(), records.end(), before);
  records.erase(std::unique(records.begin(), records.end()), records.end());
}

/// `all` except `kept`, which is unique() already.
std::vector<dns::Record> without(std::vector<dns::Record>& all,
                                 const std::vector<dns::Record>& kept) {
  unique(all);
  std::vector<dns::Record> out;
  std::set_difference(all.begin(), all.end(), kept.begin(), kept.end(), std::back_inserter(out),
                      before);
  return out;
}

/// Was this entry part of the base zone as it stood after the merge at `merged`?
bool in_base(const ListEntry& e, std::uint64_t merged) {
  return e.listed <= merged && (e.live || e.version > merged);
}

/// All entries of one addressee, page by page; those that the base or hot zone can show.
Status for_each_entry(store::ReadTx& tx, const std::string& organization, std::uint64_t trimmed,
                      const std::function<Status(const ListEntry&)>& visit) {
  std::string after_id;
  for (;;) {
    TRY(const auto page, store::live_entries(tx, organization, after_id, kPage));
    for (const auto& e : page) TRY_STATUS(visit(e));
    if (page.size() < kPage) break;
    after_id = page.back().id;
  }
  // Delisted since: a base zone may still show it, so the hot zone has to say otherwise.
  for (std::uint64_t after = trimmed;;) {
    TRY(const auto page, store::list_changes(tx, organization, after, kPage));
    for (const auto& change : page) {
      if (!change.entry.live) TRY_STATUS(visit(change.entry));
    }
    if (page.size() < kPage) return {};
    after = page.back().version;
  }
}

/// The indicators of the changes in (after, until] that a zone can show.
Status for_each_change(store::ReadTx& tx, const std::string& organization, std::uint64_t after,
                       std::uint64_t until,
                       const std::function<Status(const CaseIndicator&)>& visit) {
  for (;;) {
    TRY(const auto page, store::list_changes(tx, organization, after, kPage));
    for (const auto& change : page) {
      if (change.version > until) return {};
      if (PolicyZones::carries(change.entry.indicator.kind))
        TRY_STATUS(visit(change.entry.indicator));
    }
    if (page.size() < kPage) return {};
    after = page.back().version;
  }
}

}  // namespace

bool PolicyZones::carries(IndicatorKind kind) {
  return model::carries(model::PointKind::kDnsRpz, kind);
}

std::vector<std::string> PolicyZones::zones_of(std::string_view organization) const {
  const auto found = served_.find(organization);
  if (found == served_.end()) return {};
  return {found->second.hot, found->second.base};
}

std::uint64_t PolicyZones::version_of(std::uint32_t serial) const {
  const std::uint64_t candidate = (version_ & ~0xffffffffULL) | serial;
  return candidate > version_ && candidate >= (1ULL << 32) ? candidate - (1ULL << 32) : candidate;
}

Status PolicyZones::desired(store::ReadTx& tx, const Served& served,
                            const std::string& organization, const CaseIndicator& indicator,
                            std::vector<dns::Record>& wanted,
                            std::vector<dns::Record>& possible) const {
  using dns::RpzAction;
  struct Standing {
    bool live = false;
    bool merged = false;   // shown by the base zone as merged
    bool trimmed = false;  // and as it was when the hot zone was trimmed
    bool sure() const { return merged && trimmed; }
    bool possible() const { return merged || trimmed; }
    void add(const Standing& other) {
      live = live || other.live;
      merged = merged || other.merged;
      trimmed = trimmed || other.trimmed;
    }
  };
  const auto family = family_of(indicator);
  Standing exact;  // of the indicator itself, or of the name without its wildcard
  Standing below;  // of either member of the family: they share the wildcard record
  for (std::size_t i = 0; i < family.size(); ++i) {
    TRY(const auto entries, store::find<ListEntry>(tx, "indicator", family[i].key()));
    Standing standing;
    for (const auto& e : entries) {
      if (e.addressee != organization) continue;
      standing.add({e.live, in_base(e, served.merged), in_base(e, served.trimmed)});
    }
    if (i == 0) exact = standing;
    below.add(standing);
    render(family[i], RpzAction::kNxdomain, served.hot, options_.ttl_s, possible);
    render(family[i], RpzAction::kPassthru, served.hot, options_.ttl_s, possible);
  }
  const bool block = exact.live && !exact.sure();
  const bool pass = !exact.live && exact.possible();
  if (!is_name(indicator.kind)) {
    if (block) render(indicator, RpzAction::kNxdomain, served.hot, options_.ttl_s, wanted);
    if (pass) render(indicator, RpzAction::kPassthru, served.hot, options_.ttl_s, wanted);
    return {};
  }
  const std::string name = bare(indicator);
  render(name, block, below.live && !below.sure(), RpzAction::kNxdomain, served.hot, options_.ttl_s,
         wanted);
  render(name, pass, !below.live && below.possible(), RpzAction::kPassthru, served.hot,
         options_.ttl_s, wanted);
  return {};
}

Status PolicyZones::base_records(store::ReadTx& tx, const Served& served,
                                 const std::string& organization, const CaseIndicator& indicator,
                                 std::vector<dns::Record>& needed,
                                 std::vector<dns::Record>& possible) const {
  for (const auto& member : family_of(indicator)) {
    render(member, dns::RpzAction::kNxdomain, served.base, options_.ttl_s, possible);
    TRY(const auto entries, store::find<ListEntry>(tx, "indicator", member.key()));
    const bool live = std::any_of(entries.begin(), entries.end(), [&](const ListEntry& e) {
      return e.live && e.addressee == organization;
    });
    if (live) render(member, dns::RpzAction::kNxdomain, served.base, options_.ttl_s, needed);
  }
  return {};
}

Status PolicyZones::add_organization(store::ReadTx& tx, const std::string& id) {
  TRY(const auto organization, store::get<model::Organization>(tx, id));
  Served served;
  served.code = organization.code;
  served.hot = "hot." + organization.code + "." + options_.suffix;
  served.base = "base." + organization.code + "." + options_.suffix;
  TRY(served.merged, tx.cursor(merged_cursor(id)));
  TRY(served.trimmed, tx.cursor(trimmed_cursor(id)));
  TRY(const auto trim_serial, tx.cursor(trim_serial_cursor(id)));
  TRY(const auto newest, store::list_version(tx, id));
  // Serial 0 would be "older" than half of all serials; an empty list starts at 1.
  const auto serial = [](std::uint64_t v) { return static_cast<std::uint32_t>(v == 0 ? 1 : v); };
  const auto add_empty = [&](const std::string& zone, std::uint64_t version) {
    dns::Apex apex;
    apex.zone = zone;
    return zones_.add_zone(std::move(apex), serial(version), {});
  };
  TRY_STATUS(add_empty(served.hot, std::max(newest, trim_serial)));
  TRY_STATUS(add_empty(served.base, served.merged));
  std::vector<CaseIndicator> changed;
  std::vector<dns::Record> base;
  TRY_STATUS(for_each_entry(tx, id, served.trimmed, [&](const ListEntry& e) -> Status {
    if (!carries(e.indicator.kind)) return {};
    if (in_base(e, served.merged)) {
      render(e.indicator, dns::RpzAction::kNxdomain, served.base, options_.ttl_s, base);
    }
    if (e.version > served.trimmed) changed.push_back(e.indicator);
    if (e.version > served.merged) ++served.hot_changes;
    if (base.size() < kFillRecords) return {};
    TRY_STATUS(zones_.fill(served.base, base));
    base.clear();
    return {};
  }));
  TRY_STATUS(zones_.fill(served.base, base));
  std::vector<dns::Record> hot;
  for (const auto& indicator : changed) {
    std::vector<dns::Record> ignored;
    TRY_STATUS(desired(tx, served, id, indicator, hot, ignored));
  }
  render(options_.canary, true, false, dns::RpzAction::kNxdomain, served.hot, options_.ttl_s, hot);
  TRY_STATUS(zones_.fill(served.hot, hot));
  served_.emplace(id, std::move(served));
  return {};
}

Status PolicyZones::merge_before_load(store::Store& store, const std::string& organization) const {
  TRY(const bool large, store.read([&](store::ReadTx& tx) -> Result<bool> {
    TRY(const auto trimmed, tx.cursor(trimmed_cursor(organization)));
    TRY(const auto changes, store::list_changes(tx, organization, trimmed, options_.hot_limit + 1));
    return changes.size() > options_.hot_limit;
  }));
  if (!large) return {};
  return store.write([&](store::WriteTx& tx) -> Status {
    TRY(const auto merged, journal_step(tx, organization, "list.merged"));
    TRY_STATUS(tx.set_cursor(merged_cursor(organization), merged));
    TRY_STATUS(tx.set_cursor(trimmed_cursor(organization), merged));
    return tx.set_cursor(trim_serial_cursor(organization), merged);
  });
}

Status PolicyZones::load(store::Store& store) {
  std::vector<std::string> organizations;
  TRY_STATUS(store.read([&](store::ReadTx& tx) -> Status {
    TRY(const auto points, store::scan<model::EnforcementPoint>(tx, {}, 100'000));
    for (const auto& p : points) {
      const bool known = std::find(organizations.begin(), organizations.end(), p.organization) !=
                         organizations.end();
      if (p.kind == model::PointKind::kDnsRpz && !known) organizations.push_back(p.organization);
    }
    return {};
  }));
  for (const auto& id : organizations) TRY_STATUS(merge_before_load(store, id));
  return store.read([&](store::ReadTx& tx) -> Status {
    TRY(const auto length, tx.last_sequence());
    version_ = length;
    for (const auto& id : organizations) TRY_STATUS(add_organization(tx, id));
    return {};
  });
}

Result<std::vector<std::string>> PolicyZones::catch_up(store::Store& store) {
  return store.read([&](store::ReadTx& tx) -> Result<std::vector<std::string>> {
    TRY(const auto changes, store::scan<ListChange>(tx, model::list_version_key(version_), kPage));
    std::vector<std::string> touched;
    if (changes.empty()) return touched;
    struct Step {
      std::vector<dns::Record> removed;
      std::vector<dns::Record> added;
      std::uint64_t version = 0;
    };
    std::map<std::string, Step> steps;
    for (const auto& change : changes) {
      const auto served = served_.find(change.entry.addressee);
      if (served == served_.end() || !carries(change.entry.indicator.kind)) continue;
      Step& step = steps[served->first];
      if (change.version > served->second.merged) ++served->second.hot_changes;
      step.version = change.version;
      // State comes from the entries as they are now, so a batch that lists and delists the same
      // name ends right.
      TRY_STATUS(desired(tx, served->second, served->first, change.entry.indicator, step.added,
                         step.removed));
    }
    for (auto& [organization, step] : steps) {
      const Served& served = served_.at(organization);
      unique(step.added);
      TRY_STATUS(zones_.apply(served.hot, static_cast<std::uint32_t>(step.version),
                              without(step.removed, step.added), step.added));
      touched.push_back(served.hot);
    }
    version_ = changes.back().version;
    return touched;
  });
}

std::vector<std::string> PolicyZones::due_for_merge(std::size_t changes) const {
  std::vector<std::string> out;
  for (const auto& [organization, served] : served_) {
    if (served.trimmed != served.merged) continue;
    if (served.hot_changes >= changes && served.hot_changes > 0) out.push_back(organization);
  }
  return out;
}

std::vector<PolicyZones::Untrimmed> PolicyZones::untrimmed() const {
  std::vector<Untrimmed> out;
  for (const auto& [organization, served] : served_) {
    if (served.trimmed == served.merged) continue;
    out.push_back({organization, served.base, static_cast<std::uint32_t>(served.merged)});
  }
  return out;
}

Result<std::optional<std::string>> PolicyZones::merge(store::Store& store,
                                                      std::string_view organization) {
  const auto found = served_.find(organization);
  if (found == served_.end()) return std::optional<std::string>();
  Served& served = found->second;
  const std::string id(organization);
  std::uint64_t snapshot = 0;
  std::vector<dns::Record> needed;   // what the base zone must say about what changed
  std::vector<dns::Record> touched;  // everything it may have said about it
  // Read without the writer's lock: this may take a while.
  TRY_STATUS(store.read([&](store::ReadTx& tx) -> Status {
    TRY(snapshot, tx.last_sequence());
    return for_each_change(tx, id, served.merged, snapshot, [&](const CaseIndicator& indicator) {
      return base_records(tx, served, id, indicator, needed, touched);
    });
  }));
  std::uint64_t merged = 0;
  TRY_STATUS(store.write([&](store::WriteTx& tx) -> Status {
    TRY(const auto news, store::list_changes(tx, id, snapshot, 1));
    if (!news.empty()) return {};
    TRY(merged, journal_step(tx, id, "list.merged"));
    return tx.set_cursor(merged_cursor(id), merged);
  }));
  if (merged == 0) return std::optional<std::string>();
  unique(needed);
  served.merged = merged;
  served.hot_changes = 0;
  TRY_STATUS(zones_.apply(served.base, static_cast<std::uint32_t>(merged), without(touched, needed),
                          needed));
  // version_ stays: other organisations may have changes before `merged` that were not taken yet.
  return std::optional<std::string>(served.base);
}

Result<std::optional<std::string>> PolicyZones::trim(store::Store& store,
                                                     std::string_view organization) {
  const auto found = served_.find(organization);
  if (found == served_.end()) return std::optional<std::string>();
  const std::string id(organization);
  Served after = found->second;
  after.trimmed = after.merged;
  std::vector<dns::Record> wanted;
  std::vector<dns::Record> possible;
  TRY_STATUS(store.read([&](store::ReadTx& tx) -> Status {
    return for_each_change(tx, id, found->second.trimmed, after.merged,
                           [&](const CaseIndicator& indicator) {
                             return desired(tx, after, id, indicator, wanted, possible);
                           });
  }));
  std::uint64_t serial = 0;
  TRY_STATUS(store.write([&](store::WriteTx& tx) -> Status {
    // A change that the hot zone does not show yet would come with a lower serial than this step.
    TRY(const auto news, store::list_changes(tx, id, version_, 1));
    if (!news.empty()) return {};
    TRY(serial, journal_step(tx, id, "list.trimmed"));
    TRY_STATUS(tx.set_cursor(trimmed_cursor(id), after.trimmed));
    return tx.set_cursor(trim_serial_cursor(id), serial);
  }));
  if (serial == 0) return std::optional<std::string>();
  unique(wanted);
  TRY_STATUS(zones_.apply(after.hot, static_cast<std::uint32_t>(serial), without(possible, wanted),
                          wanted));
  found->second = std::move(after);
  return std::optional<std::string>(found->second.hot);
}

}  // namespace tocsin::enforce
