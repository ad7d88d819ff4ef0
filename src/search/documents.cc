#include "search/documents.h"

#include "store/collections.h"

namespace tocsin::search {

Result<std::optional<Found>> Documents::load(Place place, const std::string& id) {
  switch (place) {
    case Place::kCases:
      return load_case(id);
    case Place::kTasks:
      return load_task(id);
    case Place::kAppeals:
      return load_appeal(id);
    case Place::kOrganizations:
      return load_organization(id);
    case Place::kSources:
      return load_source(id);
    case Place::kVulnerabilities:
      return load_vulnerability(id);
    case Place::kIndicators:
      return load_indicator(id);
    case Place::kEntries:
      return load_entry(id);
  }
  panic(__FILE__, __LINE__, "unknown Place");
}

Result<std::string> Documents::code_of(const std::string& unit) {
  if (const auto known = codes_.find(unit); known != codes_.end()) return known->second;
  TRY(const auto body, tx_.get_document(store::Collection<model::Organization>::table, unit));
  if (!body) return codes_[unit] = std::string();
  TRY(const auto organization, store::decode<model::Organization>(*body));
  return codes_[unit] = organization.code;
}

Result<std::string> Documents::source_name(std::int64_t number) {
  if (const auto known = sources_.find(number); known != sources_.end()) return known->second;
  TRY(const auto source, store::find_one<model::Source>(tx_, "number", std::to_string(number)));
  return sources_[number] = source ? source->name : std::string();
}

Status Documents::add_unit(Document& d, std::string_view name, const std::string& id) {
  if (id.empty()) return {};
  TRY(const std::string code, code_of(id));
  d.key(name, code);
  return {};
}

std::string filer_key(std::string_view organization, std::string_view person) {
  return std::string(organization) + "/" + std::string(person);
}

std::vector<store::TextTerm> readable_by(const store::Person& by, Place place) {
  if (place != Place::kCases && place != Place::kTasks && place != Place::kAppeals &&
      place != Place::kEntries) {
    return {};
  }
  using model::OrganizationType;
  const auto type = by.organization.type;
  if (by.user.has(model::Role::kAuditor) || type == OrganizationType::kMiit ||
      type == OrganizationType::kExpertBody) {
    return {};
  }
  const auto key = [](std::string_view name, std::string_view value) {
    return store::TextTerm{true, {key_of(name, value)}, false};
  };
  std::vector<store::TextTerm> out = {key("reader", by.organization.id),
                                      key("filer", filer_key(by.organization.id, by.user.id))};
  if (type == OrganizationType::kTca) {
    for (const auto& province : by.organization.provinces) {
      out.push_back(key("target", province));
    }
  }
  return out;
}

Status may_search(const store::Person& by, Place place) {
  const bool open =
      place != Place::kIndicators || by.organization.type != model::OrganizationType::kPublic;
  if (open) return {};
  return fail_bi(Code::kForbidden,
                 "the indicator base is searched by units; the public asks by `tocsin check`",
                 "指标库仅供单位检索；社会公众可使用 tocsin check 查询", "in", "W17-08");
}

}  // namespace tocsin::search
