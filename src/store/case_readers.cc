#include "store/case_readers.h"

#include <algorithm>

#include "store/collections.h"

namespace tocsin::store {
namespace {

/// What somebody filed for one organisation is not seen while acting for another.
bool filed_by(const model::Appeal& appeal, const Person& by) {
  return appeal.filed.organization == by.organization.id && appeal.filed.person == by.user.id;
}

}  // namespace

Result<bool> unit_may_read(ReadTx& tx, const model::Organization& organization,
                           const model::Threat& threat) {
  using model::OrganizationType;
  const auto has = [](const std::vector<std::string>& list, const std::string& what) {
    return std::find(list.begin(), list.end(), what) != list.end();
  };
  if (organization.type == OrganizationType::kMiit ||
      organization.type == OrganizationType::kExpertBody) {
    return true;
  }
  if (organization.type == OrganizationType::kTca) {
    const auto& own = organization.provinces;
    if (std::any_of(threat.provinces.begin(), threat.provinces.end(),
                    [&](const std::string& p) { return has(own, p); })) {
      return true;
    }
  }
  if (has(threat.sources, organization.id) || threat.owner == organization.id) return true;
  TRY(const auto tasks, find<model::Task>(tx, "threat", threat.id));
  return std::any_of(tasks.begin(), tasks.end(),
                     [&](const model::Task& task) { return task.addressee == organization.id; });
}

Result<bool> may_read(ReadTx& tx, const Person& by, const model::Threat& threat) {
  if (by.user.has(model::Role::kAuditor)) return true;
  TRY(const bool unit, unit_may_read(tx, by.organization, threat));
  if (unit) return true;
  TRY(const auto appeals, find<model::Appeal>(tx, "threat", threat.id));
  return std::any_of(appeals.begin(), appeals.end(),
                     [&](const model::Appeal& a) { return filed_by(a, by); });
}

Result<bool> may_read(ReadTx& tx, const Person& by, const model::Task& task) {
  if (task.addressee == by.organization.id) return true;
  TRY(const auto threat, get<model::Threat>(tx, task.threat));
  return may_read(tx, by, threat);
}

Result<bool> may_read(ReadTx& tx, const Person& by, const model::Appeal& appeal) {
  if (filed_by(appeal, by) || appeal.authority == by.organization.id) return true;
  if (by.organization.type == model::OrganizationType::kPublic) return false;
  TRY(const auto threat, get<model::Threat>(tx, appeal.threat));
  return may_read(tx, by, threat);
}

Result<bool> may_read(ReadTx& tx, const Person& by, const model::Evidence& piece) {
  const bool cleared = by.organization.is_authority() || by.user.has(model::Role::kAuditor);
  if (piece.kind == model::kConfidential && !cleared) return false;
  TRY(const auto threat, get<model::Threat>(tx, piece.threat));
  return may_read(tx, by, threat);
}

model::Appeal masked(model::Appeal a, const Person& by) {
  const bool own = filed_by(a, by);
  const bool desk = by.organization.id == a.authority && by.user.has(model::Role::kChecker);
  if (!own && !desk) {
    a.appellant.identity = a.appellant.identity.empty() ? "" : "***";
    a.appellant.contact = a.appellant.contact.empty() ? "" : "***";
  }
  return a;
}

model::Threat masked(model::Threat t, const Person& by) {
  if (by.organization.type != model::OrganizationType::kPublic) return t;
  t.description.clear();
  t.sources.clear();
  t.evidence.clear();
  t.finder = {};
  return t;
}

bool may_see(const Person& by, const model::Source& source) {
  return source.organization == by.organization.id || by.organization.is_authority() ||
         by.organization.type == model::OrganizationType::kExpertBody ||
         by.user.has(model::Role::kAdmin) || by.user.has(model::Role::kAuditor);
}

}  // namespace tocsin::store
