#include "desk/permissions.h"

#include <algorithm>

#include "model/labels.h"
#include "store/collections.h"

namespace tocsin::desk {
namespace {

using model::IndicatorKind;
using model::OrganizationType;

Status same_person(std::string_view duty_en, std::string_view duty_zh, std::string_view other_en,
                   std::string_view other_zh, std::string_view rule) {
  return fail_bi(Code::kRefused,
                 "the person who " + std::string(other_en) + " cannot also " + std::string(duty_en),
                 std::string(other_zh) + "的人不能再" + std::string(duty_zh), "actor",
                 std::string(rule));
}

bool domain_like(IndicatorKind kind) {
  return kind == IndicatorKind::kDomain || kind == IndicatorKind::kWildcardDomain;
}

}  // namespace

Status require_role(const Actor& actor, model::Role role, std::string_view requirement) {
  if (actor.user.disabled || !actor.organization.active) {
    return fail_bi(Code::kForbidden, "this account is disabled", "该账号已停用", "actor");
  }
  if (!actor.user.has(role)) {
    return fail_bi(Code::kForbidden,
                   actor.user.login + " does not hold the role " + std::string(name(role)),
                   actor.user.login + " 没有“" + model::label(name(role)).zh + "”角色",
                   "actor.roles", std::string(requirement));
  }
  return {};
}

const std::vector<std::string_view>& token_scopes() {
  static const std::vector<std::string_view> scopes = {"read",    "submit",  "import", "decide",
                                                       "dispose", "verify",  "appeal", "list",
                                                       "admin",   "journal", "push"};
  return scopes;
}

bool scope_allows(const std::vector<std::string>& scopes, std::string_view needed) {
  return std::any_of(scopes.begin(), scopes.end(),
                     [&](const std::string& s) { return s == "*" || s == needed; });
}

Status require_held(const Actor& actor, const std::vector<std::string>& wanted) {
  if (actor.scopes.empty() || scope_allows(actor.scopes, "*")) return {};
  const std::vector<std::string> all = {"*"};
  for (const auto& scope : wanted.empty() ? all : wanted) {
    if (scope_allows(actor.scopes, scope)) continue;
    return fail_bi(Code::kForbidden,
                   "this token may not issue one that may do '" + scope + "': it may not itself",
                   "本令牌没有“" + scope + "”权限，不能签发具有该权限的令牌", "scopes", "W17-09");
  }
  return {};
}

Status require_authority(const Actor& actor) {
  if (actor.organization.is_authority()) return {};
  return fail_bi(Code::kForbidden,
                 actor.organization.code +
                     " is not a telecom authority (MIIT or a provincial "
                     "communications administration)",
                 actor.organization.code + " 不是电信主管部门（工业和信息化部或省级通信管理局）",
                 "actor.organization", "W17-03");
}

Status require_jurisdiction(const Actor& actor, const model::Threat& threat) {
  TRY_STATUS(require_authority(actor));
  if (actor.organization.type == OrganizationType::kMiit) return {};
  const auto& own = actor.organization.provinces;
  const bool covered = std::any_of(
      threat.provinces.begin(), threat.provinces.end(),
      [&](const std::string& p) { return std::find(own.begin(), own.end(), p) != own.end(); });
  if (covered) return {};
  return fail_bi(
      Code::kForbidden, actor.organization.code + " has no jurisdiction over the target's province",
      actor.organization.code + " 对该目标所在省份无管辖权", "threat.provinces", "W17-03");
}

Status require_delegation(const model::Organization& body,
                          const std::vector<std::string>& authorities, Instant now) {
  if (body.type == OrganizationType::kExpertBody) {
    for (const auto& d : body.delegations) {
      const bool handles =
          std::find(authorities.begin(), authorities.end(), d.by) != authorities.end();
      if (handles && d.from <= now && (!d.until || now < d.until)) return {};
    }
  }
  return fail_bi(
      Code::kRefused,
      body.code +
          " has no delegation in force today of the authority that handles this "
          "case; one of another authority does not count here",
      body.code + " 目前没有办理该事项的电信主管部门的委托；其他电信主管部门的委托不适用", "body",
      "W17-11");
}

Status require_training(const Actor& actor, Instant now) {
  for (const auto& t : actor.user.training) {
    const bool counts_here = t.organization.empty() || t.organization == actor.organization.id;
    if (counts_here && t.on <= now && (!t.valid_until || now < t.valid_until)) return {};
  }
  return fail_bi(Code::kRefused, actor.user.login + " has no valid training for identification",
                 actor.user.login + " 没有有效的认定培训记录", "actor.training", "W17-13");
}

Status require_separate_hands(const Actor& actor, Duty duty, const model::Threat& threat,
                              const model::Task* task) {
  const std::string& me = actor.user.id;
  const bool found = threat.finder.person == me;
  const bool identified = threat.identification && threat.identification->by.person == me;
  const bool decided = threat.review && threat.review->person == me;
  const bool executed =
      task != nullptr && (std::any_of(task->feedback.begin(), task->feedback.end(),
                                      [&](const auto& f) { return f.by.person == me; }) ||
                          (task->acknowledged && task->acknowledged->person == me));
  switch (duty) {
    case Duty::kIdentify:
      if (found)
        return same_person("identify it", "认定", "found the threat", "发现该威胁", "W17-12");
      if (actor.user.belongs_to(threat.finder.organization)) {
        return fail_bi(Code::kRefused, "a body does not identify what it submitted itself",
                       "专业机构不得认定本单位提交的威胁", "actor.organization", "W17-12");
      }
      return {};
    case Duty::kDecide:
      if (found)
        return same_person("decide", "作出决定", "found the threat", "发现该威胁", "W17-14");
      if (identified)
        return same_person("decide", "审查", "identified the threat", "认定该威胁", "W17-14");
      return {};
    case Duty::kExecute:
      if (found) return same_person("execute", "处置", "found the threat", "发现该威胁", "W17-24");
      if (identified)
        return same_person("execute", "处置", "identified the threat", "认定该威胁", "W17-24");
      if (decided)
        return same_person("execute", "处置", "decided the measure", "作出决定", "W17-24");
      return {};
    case Duty::kVerify:
      if (executed)
        return same_person("verify it", "验证", "carried out the measure", "执行处置", "W17-25");
      if (task != nullptr && actor.user.belongs_to(task->addressee)) {
        return fail_bi(Code::kRefused, "the addressee of a measure does not verify it itself",
                       "处置单位不得自行验证", "actor.organization", "W17-25");
      }
      return {};
  }
  panic(__FILE__, __LINE__, "unknown Duty");
}

Status require_one_side(store::ReadTx& tx, const Actor& actor, std::string_view threat) {
  if (actor.user.memberships.empty()) return {};
  TRY(const auto entries, tx.journal_of_threat(threat));
  for (const auto& e : entries) {
    if (e.actor != actor.user.id || e.org == actor.organization.id) continue;
    TRY(const auto other, store::get<model::Organization>(tx, e.org));
    return fail_bi(Code::kRefused,
                   actor.user.login + " acted on this case for " + other.code +
                       " already; on one case a person acts for one organisation",
                   actor.user.login + " 已代表 " + other.code +
                       " 办理过此事项；同一事项中一人只能代表一个单位",
                   "actor.organization", "W17-12");
  }
  return {};
}

Status require_capable(const model::Organization& addressee, model::Measure measure,
                       const std::vector<model::CaseIndicator>& indicators) {
  const auto refuse = [&](const std::string& en, const std::string& zh) -> Status {
    return fail_bi(Code::kRefused, addressee.code + " " + en, addressee.code + " " + zh,
                   "addressee", "W17-15");
  };
  if (model::article_item(measure) == "8(1)") {
    switch (addressee.type) {
      case OrganizationType::kOperator:
      case OrganizationType::kInternetCompany:
        break;
      case OrganizationType::kResaleOperator:
        for (const auto& i : indicators) {
          if (i.kind != IndicatorKind::kPhone && i.kind != IndicatorKind::kSmsPort) {
            return refuse("can act on numbers only", "只能处置号码");
          }
        }
        break;
      case OrganizationType::kRegistry:
      case OrganizationType::kRegistrar:
        for (const auto& i : indicators) {
          if (!domain_like(i.kind)) return refuse("can act on domains only", "只能处置域名");
        }
        break;
      default:
        return refuse("is not an operator, internet company or domain body",
                      "不是基础电信企业、互联网企业或域名机构");
    }
    if (indicators.empty()) return refuse("would have nothing to block", "没有可屏蔽的对象");
  }
  return {};
}

}  // namespace tocsin::desk
