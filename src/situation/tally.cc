#include "situation/tally.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "search/facts.h"
#include "store/collections.h"

namespace tocsin::situation {
namespace {

using search::Document;
using search::Place;
using store::TextTally;

/// With another one, everything is counted anew.
constexpr const char* kForm = "2";
constexpr const char* kWhole = "*";

/// Keys of a document that are counted as they stand.
const std::vector<std::string>& counted(Place place) {
  static const std::map<Place, std::vector<std::string>> all = {
      {Place::kCases, {"class", "level", "state", "imitates", "behaviour", "province", "clock"}},
      {Place::kTasks, {"state", "measure", "clock"}},
      {Place::kAppeals, {"state", "ruling", "clock"}},
      {Place::kSources, {"state"}},
      {Place::kVulnerabilities, {"severity"}},
      {Place::kIndicators, {"kind"}},
      {Place::kOrganizations, {}},
      {Place::kEntries, {}}};
  return all.at(place);
}

bool has(const Document& document, std::string_view name, std::string_view value) {
  const auto all = document.values(name);
  return std::find(all.begin(), all.end(), value) != all.end();
}

/// Cases, and what belongs to them.
bool of_cases(Place place) {
  return place == Place::kCases || place == Place::kTasks || place == Place::kAppeals ||
         place == Place::kEntries;
}

class Tallier {
 public:
  explicit Tallier(store::ReadTx& tx) : tx_(tx) {}

  Result<TextTally> tally(Place place, const Document& document) {
    TextTally out;
    if (place == Place::kOrganizations || !document.time()) return out;
    TRY(out.groups, groups(place, document));
    if (of_cases(place)) out.regions = document.values("province");
    out.marks = marks(place, document);
    return out;
  }

 private:
  static std::vector<store::TextMark> marks(Place place, const Document& document) {
    std::vector<store::TextMark> out;
    const std::int64_t day = day_number(shanghai_date(document.time()));
    const auto mark = [&](std::string_view dimension, std::string value) {
      out.push_back({day, what_of(place, dimension), std::move(value)});
    };
    if (place == Place::kEntries) {
      const auto measures = document.values("measure");
      for (const auto& measure : measures) {
        mark(kListed, measure);
        if (!document.end()) continue;
        out.push_back({day_number(shanghai_date(document.end())), what_of(place, kEnded), measure});
      }
      return out;
    }
    // What was merged is the case that it went into; that it was merged is still told.
    const bool merged = place == Place::kCases && has(document, "state", "merged");
    if (!merged) mark(kAll, kAll);
    for (const auto& name : counted(place)) {
      if (merged && name != "state" && name != "clock") continue;
      for (auto& value : document.values(name)) mark(name, std::move(value));
    }
    if (place != Place::kCases || merged) return out;
    if (has(document, "class", "c2-server")) {
      for (auto& origin : document.values("origin")) mark(kC2, std::move(origin));
    }
    for (const char* asset : {kGov, kCii}) {
      if (!has(document, "asset", asset)) continue;
      for (auto& value : document.values("class")) mark(asset, std::move(value));
    }
    return out;
  }

  /// As store/case_readers.h and search::may_search() say who may list it.
  Result<std::vector<std::string>> groups(Place place, const Document& document) {
    std::set<std::string> out = {kWhole};
    if (place == Place::kSources) {
      for (const auto& unit : document.values("owner")) out.insert("unit:" + unit);
    }
    if (of_cases(place)) {
      for (auto& unit : document.values("reader")) out.insert(std::move(unit));
      for (const auto& province : document.values("target")) {
        TRY(const auto* administrations, administrations_of(province));
        out.insert(administrations->begin(), administrations->end());
      }
      // Somebody affected sees the case as a person, where his unit does not see it anyway.
      for (auto& filer : document.values("filer")) {
        if (!out.contains(filer.substr(0, filer.find('/')))) out.insert(std::move(filer));
      }
    }
    return std::vector<std::string>(out.begin(), out.end());
  }

  Result<const std::vector<std::string>*> administrations_of(const std::string& province) {
    if (!known_) {
      TRY(const auto all, store::find<model::Organization>(tx_, "type", "tca"));
      for (const auto& o : all) {
        for (const auto& p : o.provinces) administrations_[p].push_back(o.id);
      }
      known_ = true;
    }
    return &administrations_[province];
  }

  store::ReadTx& tx_;
  bool known_ = false;
  std::map<std::string, std::vector<std::string>> administrations_;
};

}  // namespace

search::Tallies tallies() {
  return {kForm, [](store::ReadTx& tx) -> search::TallyOf {
            return [tallier = std::make_shared<Tallier>(tx)](Place place, const Document& d) {
              return tallier->tally(place, d);
            };
          }};
}

std::vector<std::string> groups_of(const store::Person& by, Place place) {
  using model::OrganizationType;
  const auto type = by.organization.type;
  const bool auditor = by.user.has(model::Role::kAuditor);
  if (place == Place::kVulnerabilities) return {kWhole};
  if (type == OrganizationType::kPublic && !auditor) {
    if (place == Place::kCases) return {std::string(search::kEverybody)};
    return {};
  }
  if (place == Place::kIndicators) return {kWhole};
  if (place == Place::kSources) {
    const bool overseer = by.organization.is_authority() || type == OrganizationType::kExpertBody ||
                          by.user.has(model::Role::kAdmin) || auditor;
    return {overseer ? kWhole : "unit:" + by.organization.code};
  }
  if (auditor || type == OrganizationType::kMiit || type == OrganizationType::kExpertBody) {
    return {kWhole};
  }
  return {by.organization.id, search::filer_key(by.organization.id, by.user.id)};
}

std::int64_t day_number(Date day) { return std::chrono::sys_days(day).time_since_epoch().count(); }

Date day_of(std::int64_t number) { return std::chrono::sys_days(std::chrono::days(number)); }

std::string what_of(Place place, std::string_view dimension) {
  return std::string(name(place)) + "." + std::string(dimension);
}

}  // namespace tocsin::situation
