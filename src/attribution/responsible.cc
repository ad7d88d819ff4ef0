#include "attribution/responsible.h"

#include <algorithm>
#include <tuple>

#include "attribution/words.h"

namespace tocsin::attribution {
namespace {

using model::IndicatorKind;
using model::Responsibility;
using model::ResponsibilityEffect;
using model::ResponsibilityKey;

/// Every name from `name` up to its last label, longest first.
std::vector<std::string_view> names_above(std::string_view name) {
  std::vector<std::string_view> out;
  for (;;) {
    out.push_back(name);
    const auto dot = name.find('.');
    if (dot == std::string_view::npos) return out;
    name.remove_prefix(dot + 1);
  }
}

/// The person to whom a notice goes: the duty `contact` before the others.
std::optional<model::Contact> contact_of(const model::Organization& o) {
  const auto named = std::find_if(o.contacts.begin(), o.contacts.end(),
                                  [](const auto& c) { return c.duty == "contact"; });
  if (named != o.contacts.end()) return *named;
  if (!o.contacts.empty()) return o.contacts.front();
  return std::nullopt;
}

match::Prefix cut(const match::Prefix& prefix, int bits) {
  match::Prefix out{prefix.base, bits};
  for (int bit = bits; bit < 128; ++bit) {
    auto& byte = out.base.bytes[static_cast<std::size_t>(bit / 8)];
    byte = static_cast<std::uint8_t>(byte & ~(0x80 >> (bit % 8)));
  }
  return out;
}

std::vector<std::string> provinces_by_hint(const Enrichment& facts) {
  std::vector<std::string> out;
  for (const Fact& f : facts.facts) {
    if (f.what == FactKind::kProvince) out.push_back(f.value);
  }
  return out;
}

}  // namespace

Directory::Directory(std::vector<Responsibility> entries,
                     std::vector<model::Organization> organizations)
    : entries_(std::move(entries)) {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const auto& e = entries_[i];
    by_key_[model::responsibility_key(e.key_kind, e.key)].push_back(i);
    if (e.key_kind != ResponsibilityKey::kCidr) continue;
    if (const auto prefix = match::parse_prefix(e.key)) {
      auto& lengths = prefix->is_v4() ? v4_lengths_ : v6_lengths_;
      lengths.set(static_cast<std::size_t>(prefix->bits));
    }
  }
  for (auto& o : organizations) organizations_.emplace(o.id, std::move(o));
}

void Directory::add_cidr_steps(const match::Prefix& prefix, std::vector<Step>& out) const {
  const auto& lengths = prefix.base.is_v4() ? v4_lengths_ : v6_lengths_;
  for (int bits = prefix.bits; bits >= 0; --bits) {
    if (!lengths.test(static_cast<std::size_t>(bits))) continue;
    out.push_back(
        {ResponsibilityKey::kCidr, match::to_string(cut(prefix, bits)), Why::kManual, nullptr});
  }
}

void Directory::add_imported_steps(const Enrichment& facts, std::vector<Step>& out) const {
  // The network that announces an address is narrower than the operator whose customer it may be.
  const auto each = [&](FactKind what, ResponsibilityKey kind, Why why) {
    for (const Fact& f : facts.facts) {
      if (f.what == what) out.push_back({kind, f.value, why, &f});
    }
  };
  each(FactKind::kAsn, ResponsibilityKey::kAsn, Why::kAsn);
  each(FactKind::kOperator, ResponsibilityKey::kOperator, Why::kAssignedRange);
  each(FactKind::kAccessProvider, ResponsibilityKey::kOperator, Why::kAssignedRange);
  each(FactKind::kPhoneOperator, ResponsibilityKey::kOperator, Why::kPhonePrefix);
}

std::vector<Directory::Step> Directory::steps(const model::Indicator& indicator,
                                              const ReferenceData& data,
                                              const Enrichment& facts) const {
  std::vector<Step> out;
  out.push_back({ResponsibilityKey::kIndicator,
                 std::string(name(indicator.kind)) + ":" + indicator.value, Why::kManual, nullptr});
  if (const auto prefix = prefix_of(indicator)) {
    add_cidr_steps(*prefix, out);
  } else if (const auto domain = domain_of(indicator); !domain.empty()) {
    for (const auto above : names_above(domain)) {
      const bool suffix = data.suffixes().is_public_suffix(above);
      out.push_back({ResponsibilityKey::kDomain, std::string(above),
                     suffix ? Why::kRegistrar : Why::kRegistrableDomain, nullptr});
    }
  } else if (const auto digits = digits_of(indicator); !digits.empty()) {
    for (std::size_t length = digits.size(); length > 0; --length) {
      out.push_back({ResponsibilityKey::kPhone, std::string(digits.substr(0, length)), Why::kManual,
                     nullptr});
    }
  } else if (indicator.kind == IndicatorKind::kAccount) {
    out.push_back({ResponsibilityKey::kPlatform,
                   indicator.value.substr(0, indicator.value.find(':')), Why::kPlatform, nullptr});
  } else if (indicator.kind == IndicatorKind::kApp) {
    const std::string_view value = indicator.value;
    const auto at = value.find('@');
    if (at != std::string_view::npos) {
      out.push_back(
          {ResponsibilityKey::kApp, std::string(value.substr(at)), Why::kAppPublisher, nullptr});
    }
    std::string_view package = value.substr(0, at);
    while (!package.empty()) {
      out.push_back({ResponsibilityKey::kApp, std::string(package), Why::kAppPublisher, nullptr});
      const auto dot = package.rfind('.');
      package = dot == std::string_view::npos ? std::string_view() : package.substr(0, dot);
    }
  }
  add_imported_steps(facts, out);
  return out;
}

std::vector<const Responsibility*> Directory::at(const Step& step, ResponsibilityEffect effect,
                                                 Instant now) const {
  std::vector<const Responsibility*> out;
  const auto found = by_key_.find(model::responsibility_key(step.kind, step.key));
  if (found == by_key_.end()) return out;
  for (const std::size_t i : found->second) {
    const auto& e = entries_[i];
    if (e.effect == effect && e.in_force(now)) out.push_back(&e);
  }
  // Of two statements about one thing the later is believed.
  std::sort(out.begin(), out.end(), [](const auto* a, const auto* b) {
    return std::tie(b->by.at, b->id) < std::tie(a->by.at, a->id);
  });
  return out;
}

std::vector<Candidate> Directory::candidates_at(const Step& step, Instant now) const {
  std::vector<Candidate> out;
  Candidate base;
  base.why = step.why;
  base.key = model::responsibility_key(step.kind, step.key);
  base.certainty = Certainty::kStated;
  if (step.fact != nullptr) {
    base.data_set = step.fact->data_set;
    base.as_of = step.fact->data_date;
    base.certainty = step.fact->certainty;
    base.caveat = step.fact->caveat;
  }
  for (const auto* e : at(step, ResponsibilityEffect::kAssigns, now)) {
    Candidate c = base;
    c.reason = e->by.reason;
    if (c.as_of.empty()) c.as_of = to_string(shanghai_date(e->by.at));
    c.contact = e->contact;
    if (const auto o = organizations_.find(e->organization); o != organizations_.end()) {
      if (!o->second.active) continue;
      c.organization = o->second.id;
      c.code = o->second.code;
      c.title = o->second.title;
      if (!c.contact) c.contact = contact_of(o->second);
    } else {
      c.title = {e->outside, e->outside};
    }
    out.push_back(std::move(c));
  }
  if (out.empty() && step.fact != nullptr) {
    // Nobody is registered for it: the name all the same, so that a person can go on from there.
    if (step.fact->title) base.title = *step.fact->title;
    out.push_back(std::move(base));
  }
  return out;
}

void Directory::judge(Candidate candidate, const std::vector<Step>& all, Instant now,
                      Answer& into) const {
  const auto same = [&](const Candidate& other) {
    return candidate.organization.empty()
               ? other.organization.empty() && other.title.zh == candidate.title.zh
               : other.organization == candidate.organization;
  };
  if (std::any_of(into.candidates.begin(), into.candidates.end(), same) ||
      std::any_of(into.denied.begin(), into.denied.end(), same)) {
    return;
  }
  const auto concerns = [&](const Responsibility* e) {
    if (!e->organization.empty()) return e->organization == candidate.organization;
    return e->outside.empty() || e->outside == candidate.title.zh;
  };
  for (const Step& step : all) {
    for (const auto* e : at(step, ResponsibilityEffect::kNotOurs, now)) {
      if (!concerns(e)) continue;
      candidate.reason = e->by.reason;
      candidate.key = model::responsibility_key(step.kind, step.key);
      into.denied.push_back(std::move(candidate));
      return;
    }
  }
  const auto inhibited_by = [&](const Step& step) {
    for (const auto* e : at(step, ResponsibilityEffect::kDoNotNotify, now)) {
      if (!concerns(e)) continue;
      candidate.inhibited = true;
      candidate.inhibition = e->by.reason;
      return true;
    }
    return false;
  };
  const Step any{ResponsibilityKey::kAny, "", Why::kManual, nullptr};
  if (!inhibited_by(any)) {
    static_cast<void>(std::any_of(all.begin(), all.end(), inhibited_by));
  }
  into.candidates.push_back(std::move(candidate));
}

Answer Directory::responsible(const model::Indicator& indicator, const ReferenceData& data,
                              const Enrichment& facts, Instant now) const {
  Answer out;
  out.kind = indicator.kind;
  out.value = indicator.value;
  const auto all = steps(indicator, data, facts);
  for (const Step& step : all) {
    for (auto& candidate : candidates_at(step, now)) judge(std::move(candidate), all, now, out);
  }
  for (const Candidate& c : out.candidates) {
    if (c.organization.empty() || c.inhibited) continue;
    out.suggested = c.code;
    out.provinces = organizations_.at(c.organization).provinces;
    break;
  }
  if (out.provinces.empty()) {
    out.provinces = provinces_by_hint(facts);
    out.provinces_are_hints = !out.provinces.empty();
  }
  return out;
}

}  // namespace tocsin::attribution
