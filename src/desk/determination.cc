// Delegation to an expert body, its finding and its proposals (R202 art. 7).
#include <algorithm>

#include <fmt/format.h>

#include "desk/act.h"
#include "desk/clocks.h"
#include "desk/permissions.h"
#include "desk/stops.h"

namespace tocsin::desk {
namespace {

using model::Threat;
using model::ThreatState;

/// One proposal with its addressee and targets checked (W17-15, W17-19, W17-24).
Result<model::Proposal> resolve(Context& c, const Threat& t, const ProposalInput& input) {
  model::Proposal p{input.measure, "", {}, input.limit, input.reason};
  auto addressee = c.organization(input.addressee);
  if (!addressee) return tl::unexpected(addressee.error().at("addressee"));
  p.addressee = addressee->id;
  if (input.indicators.empty()) {
    p.indicators = t.indicators;
  } else {
    TRY(p.indicators, c.parse_indicators(input.indicators, "indicators"));
    for (const auto& i : p.indicators) {
      const bool known = std::any_of(t.indicators.begin(), t.indicators.end(),
                                     [&](const auto& own) { return own.plain() == i.plain(); });
      if (!known) {
        return fail_bi(Code::kInvalid, i.key() + " is not an indicator of this threat",
                       i.key() + " 不是该威胁的指标", "indicators", "W17-11");
      }
    }
  }
  if (p.measure == model::Measure::kOther && p.reason.empty()) {
    return fail_bi(Code::kInvalid, "another technical measure needs its reason",
                   "采取其他技术措施须说明理由", "reason", "W17-19");
  }
  TRY_STATUS(require_capable(*addressee, p.measure, p.indicators));
  auto deadline = compute_clock(*c.services.law, "dispose", c.now, p.limit);
  if (!deadline) {
    Error error = deadline.error();
    error.field = "limit";  // whatever the law room calls it
    return tl::unexpected(std::move(error));
  }
  return p;
}

}  // namespace

Result<Threat> Desk::delegate(const Actor& actor, std::string_view id,
                              const DelegateRequest& request) {
  return act(actor, [&](Context& c) -> Result<Threat> {
    TRY(auto t, c.threat(id));
    TRY_STATUS(require_jurisdiction(actor, t));
    auto body = c.organization(request.body);
    if (!body) return tl::unexpected(body.error().at("body"));
    TRY_STATUS(require_delegation(*body, {actor.organization.id}, c.now));
    if (body->id == t.finder.organization) {
      return fail_bi(Code::kRefused, "a body does not identify what it submitted itself",
                     "专业机构不得认定本单位提交的威胁", "body", "W17-12");
    }
    t.identification = model::Identification{};
    t.identification->body = body->id;
    t.identification->delegated = actor.act(c.now, request.reason);
    t.review.reset();
    TRY_STATUS(c.move(t, ThreatState::kIdentifying, Json::object({{"body", body->id}})));
    return t;
  });
}

Result<Threat> Desk::determine(const Actor& actor, std::string_view id,
                               const DetermineRequest& request) {
  return act(actor, [&](Context& c) -> Result<Threat> {
    TRY(auto t, c.threat(id));
    if (!t.identification || t.identification->body != actor.organization.id) {
      return fail_bi(
          Code::kForbidden, "this threat was not delegated to " + actor.organization.code,
          "该威胁未委托 " + actor.organization.code + " 认定", "actor.organization", "W17-11");
    }
    TRY_STATUS(
        require_delegation(actor.organization, {t.identification->delegated.organization}, c.now));
    TRY_STATUS(require_role(actor, model::Role::kIdentifier, "W17-11"));
    TRY_STATUS(require_training(actor, c.now));
    TRY_STATUS(require_separate_hands(actor, Duty::kIdentify, t, nullptr));
    if (request.reason.empty()) {
      return fail_bi(Code::kInvalid, "a finding needs its reason", "认定须说明理由", "reason",
                     "W17-11");
    }
    auto& finding = *t.identification;
    finding.by = actor.act(c.now, request.reason);
    finding.confirmed = request.confirmed;
    if (!request.confirmed) {
      TRY_STATUS(c.move(t, ThreatState::kNotConfirmed, Json::object({{"reason", request.reason}})));
      return t;
    }
    if (request.evidence.empty() && t.evidence.empty()) {
      return fail_bi(Code::kInvalid, "a finding needs evidence", "认定须有证据", "evidence",
                     "W17-11");
    }
    if (request.proposals.empty()) {
      return fail_bi(Code::kInvalid, "propose at least one measure", "至少提出一项处置建议",
                     "proposals", "W17-11");
    }
    if (request.imitates && !model::is_phishing(t.subtype)) {
      return fail_bi(Code::kInvalid, "only phishing imitates somebody",
                     "仅钓鱼类威胁可填写仿冒对象", "imitates", "F18-03");
    }
    if (request.imitates) t.imitates = request.imitates;
    finding.threat_name = request.threat_name;
    finding.grade = request.grade;
    if (finding.grade && (finding.grade->scheme.empty() || finding.grade->version.empty() ||
                          finding.grade->level.empty())) {
      return fail_bi(Code::kInvalid, "a grade needs its scheme, the scheme's version and its level",
                     "分级须注明标准、标准版本与级别", "grade", "lifecycle-5");
    }
    TRY(finding.evidence, c.keep_evidence(request.evidence, t.id, ""));
    finding.proposals.clear();
    t.stops.clear();
    const auto guard = c.services.guard();
    for (std::size_t i = 0; i < request.proposals.size(); ++i) {
      auto proposal = resolve(c, t, request.proposals[i]);
      if (!proposal) return tl::unexpected(proposal.error().at(fmt::format("proposals[{}]", i)));
      // The analyst sees at once what the innocent-bystander check will say at the decision.
      if (model::article_item(proposal->measure) == "8(1)")
        add_stops(*guard, proposal->indicators, t.stops);
      finding.proposals.push_back(std::move(*proposal));
    }
    TRY_STATUS(c.move(t, ThreatState::kIdentified,
                      Json::object({{"name", finding.threat_name},
                                    {"proposals", model::to_json(finding.proposals)},
                                    {"stops", model::to_json(t.stops)}})));
    return t;
  });
}

}  // namespace tocsin::desk
