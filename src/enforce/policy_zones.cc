#include "enforce/policy_zones.h"

#include <algorithm>
#include <functional>
#include <set>
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

std::string merge_cursor(std::string_view organization) {
  return "rpz-base:" + std::string(organization);
}

bool is_name(IndicatorKind kind) {
  return kind == IndicatorKind::kDomain || kind == IndicatorKind::kWildcardDomain;
}

std::string bare(const CaseIndicator& i) {
  return i.kind == IndicatorKind::kWildcardDomain ? i.value.substr(2) : i.value;
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

/// Takes `what` out of `from`; both may hold tens of thousands.
void subtract(std::vector<dns::Record>& from, const std::vector<dns::Record>& what) {
  std::set<std::tuple<std::string_view, std::uint16_t, std::string_view>> known;
  for (const auto& r : what) known.emplace(r.owner, r.type, r.rdata);
  std::erase_if(from,
                [&](const dns::Record& r) { return known.contains({r.owner, r.type, r.rdata}); });
}

/// Was this entry part of the base zone as it stood after the merge at `merged`?
bool in_base(const ListEntry& e, std::uint64_t merged) {
  return e.listed <= merged && (e.live || e.version > merged);
}

/// All entries of one addressee, page by page; those that the base or hot zone can show.
Status for_each_entry(store::ReadTx& tx, const std::string& organization, std::uint64_t merged,
                      const std::function<void(const ListEntry&)>& visit) {
  std::string after_id;
  for (;;) {
    TRY(const auto page, store::live_entries(tx, organization, after_id, kPage));
    for (const auto& e : page) visit(e);
    if (page.size() < kPage) break;
    after_id = page.back().id;
  }
  // Delisted after the merge: still in the base zone, so the hot zone has to say otherwise.
  for (std::uint64_t after = merged;;) {
    TRY(const auto page, store::list_changes(tx, organization, after, kPage));
    for (const auto& change : page) {
      if (!change.entry.live) visit(change.entry);
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
  // A name and its wildcard share a record, so both are looked at whichever changed.
  std::vector<CaseIndicator> family = {indicator};
  if (is_name(indicator.kind)) {
    family = {{IndicatorKind::kDomain, bare(indicator), {}},
              {IndicatorKind::kWildcardDomain, "*." + bare(indicator), {}}};
  }
  bool live[2] = {false, false};
  bool base[2] = {false, false};
  for (std::size_t i = 0; i < family.size(); ++i) {
    TRY(const auto entries, store::find<ListEntry>(tx, "indicator", family[i].key()));
    for (const auto& e : entries) {
      if (e.addressee != organization) continue;
      live[i] = live[i] || e.live;
      base[i] = base[i] || in_base(e, served.merged);
    }
    render(family[i], RpzAction::kNxdomain, served.hot, options_.ttl_s, possible);
    render(family[i], RpzAction::kPassthru, served.hot, options_.ttl_s, possible);
  }
  if (!is_name(indicator.kind)) {
    if (live[0] && !base[0]) {
      render(indicator, RpzAction::kNxdomain, served.hot, options_.ttl_s, wanted);
    } else if (!live[0] && base[0]) {
      render(indicator, RpzAction::kPassthru, served.hot, options_.ttl_s, wanted);
    }
    return {};
  }
  const bool below_live = live[0] || live[1];
  const bool below_base = base[0] || base[1];
  const std::string name = bare(indicator);
  render(name, live[0] && !base[0], below_live && !below_base, RpzAction::kNxdomain, served.hot,
         options_.ttl_s, wanted);
  render(name, !live[0] && base[0], !below_live && below_base, RpzAction::kPassthru, served.hot,
         options_.ttl_s, wanted);
  return {};
}

Status PolicyZones::add_organization(store::ReadTx& tx, const std::string& id) {
  TRY(const auto organization, store::get<model::Organization>(tx, id));
  Served served;
  served.code = organization.code;
  served.hot = "hot." + organization.code + "." + options_.suffix;
  served.base = "base." + organization.code + "." + options_.suffix;
  TRY(served.merged, tx.cursor(merge_cursor(id)));
  std::vector<dns::Record> base;
  std::vector<dns::Record> hot;
  std::vector<CaseIndicator> changed;
  std::uint64_t newest = served.merged;
  TRY_STATUS(for_each_entry(tx, id, served.merged, [&](const ListEntry& e) {
    newest = std::max(newest, e.version);
    if (!carries(e.indicator.kind)) return;
    if (in_base(e, served.merged)) {
      render(e.indicator, dns::RpzAction::kNxdomain, served.base, options_.ttl_s, base);
    }
    if (e.version > served.merged) changed.push_back(e.indicator);
  }));
  for (const auto& indicator : changed) {
    std::vector<dns::Record> ignored;
    TRY_STATUS(desired(tx, served, id, indicator, hot, ignored));
  }
  render(options_.canary, true, false, dns::RpzAction::kNxdomain, served.hot, options_.ttl_s, hot);
  const auto unique = [](std::vector<dns::Record>& records) {
    const auto key = [](const dns::Record& r) { return std::tie(r.owner, r.rdata); };
    std::sort(records.begin(), records.end(),
              [&](const auto& a, const auto& b) { return key(a) < key(b); });
    records.erase(std::unique(records.begin(), records.end()), records.end());
  };
  unique(base);
  unique(hot);
  // Serial 0 would be "older" than half of all serials; an empty list starts at 1.
  const auto apex = [](const std::string& zone) {
    dns::Apex out;
    out.zone = zone;
    return out;
  };
  const auto serial = [](std::uint64_t v) { return static_cast<std::uint32_t>(v == 0 ? 1 : v); };
  TRY_STATUS(zones_.add_zone(apex(served.hot), serial(newest), hot));
  TRY_STATUS(zones_.add_zone(apex(served.base), serial(served.merged), base));
  served_.emplace(id, std::move(served));
  return {};
}

Status PolicyZones::load(store::Store& store) {
  return store.read([&](store::ReadTx& tx) -> Status {
    TRY(version_, tx.last_sequence());
    TRY(const auto points, store::scan<model::EnforcementPoint>(tx, {}, 100'000));
    for (const auto& p : points) {
      if (p.kind != model::PointKind::kDnsRpz || served_.contains(p.organization)) continue;
      TRY_STATUS(add_organization(tx, p.organization));
    }
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
      step.version = change.version;
      // State comes from the entries as they are now, so a batch that lists and delists the same
      // name ends right.
      TRY_STATUS(desired(tx, served->second, served->first, change.entry.indicator, step.added,
                         step.removed));
    }
    for (auto& [organization, step] : steps) {
      const Served& served = served_.at(organization);
      subtract(step.removed, step.added);
      TRY_STATUS(zones_.apply(served.hot, static_cast<std::uint32_t>(step.version), step.removed,
                              step.added));
      touched.push_back(served.hot);
    }
    version_ = changes.back().version;
    return touched;
  });
}

Result<std::vector<std::string>> PolicyZones::merge(store::Store& store,
                                                    std::string_view organization) {
  const auto found = served_.find(organization);
  if (found == served_.end()) return std::vector<std::string>();
  Served& served = found->second;
  std::vector<dns::Record> to_base;
  std::vector<dns::Record> from_base;
  std::vector<dns::Record> from_hot;
  const std::uint64_t before = served.merged;
  std::uint64_t merged = 0;
  const std::string id(organization);
  TRY_STATUS(store.write([&](store::WriteTx& tx) -> Status {
    TRY(merged,
        tx.append({"system:enforce", id, "list.merged", id, "", {"", "", "", "W17-08"}, {}, {}}));
    TRY_STATUS(for_each_entry(tx, id, before, [&](const ListEntry& e) {
      if (e.version <= before || !carries(e.indicator.kind)) return;
      render(e.indicator, dns::RpzAction::kNxdomain, served.base, options_.ttl_s,
             e.live ? to_base : from_base);
      render(e.indicator, dns::RpzAction::kNxdomain, served.hot, options_.ttl_s, from_hot);
      render(e.indicator, dns::RpzAction::kPassthru, served.hot, options_.ttl_s, from_hot);
    }));
    return tx.set_cursor(merge_cursor(id), merged);
  }));
  subtract(from_base, to_base);
  served.merged = merged;
  const auto serial = static_cast<std::uint32_t>(merged);
  // Base first: between the two steps a name is blocked twice, never not at all.
  TRY_STATUS(zones_.apply(served.base, serial, from_base, to_base));
  TRY_STATUS(zones_.apply(served.hot, serial, from_hot, {}));
  version_ = std::max(version_, merged);
  return std::vector<std::string>{served.base, served.hot};
}

}  // namespace tocsin::enforce
