// Acts on the directory of who is responsible for what, each one transaction with its journal
// entry.
#include "attribution/service.h"
#include "store/collections.h"

namespace tocsin::attribution {
namespace {

using model::Responsibility;
using model::ResponsibilityEffect;
using model::ResponsibilityKey;
using model::Role;

bool decides(const Asker& by) {
  return by.organization.is_authority() && by.user.has(Role::kReviewer);
}

bool active(const Asker& by) { return !by.user.disabled && by.organization.active; }

Status check_right(const Asker& by, ResponsibilityEffect effect) {
  const bool expert = by.organization.type == model::OrganizationType::kExpertBody &&
                      by.user.has(Role::kIdentifier);
  // That a duty to notify rests is a decision, and those who run the platform take none.
  const bool allowed = effect == ResponsibilityEffect::kDoNotNotify
                           ? decides(by)
                           : decides(by) || expert || by.user.has(Role::kAdmin);
  if (allowed && active(by)) return {};
  return fail_bi(Code::kForbidden,
                 effect == ResponsibilityEffect::kDoNotNotify
                     ? "only a reviewer of an authority says who is not to be notified"
                     : "entries are made by administrators, reviewers of an authority and "
                       "identifiers of an expert body",
                 effect == ResponsibilityEffect::kDoNotNotify
                     ? "只有电信主管部门的审查人员可以登记“不予通知”"
                     : "责任登记由平台管理员、电信主管部门审查人员或专业机构认定人员进行",
                 "actor", "W17-10");
}

tl::unexpected<Error> bad(std::string en, std::string zh, std::string field) {
  return fail_bi(Code::kInvalid, std::move(en), std::move(zh), std::move(field));
}

Status check_request(const EntryRequest& r) {
  const bool inhibits = r.effect == ResponsibilityEffect::kDoNotNotify;
  if (r.reason.empty()) return bad("an entry needs its reason", "登记须说明理由", "reason");
  if (!r.organization.empty() && !r.outside.empty()) {
    return bad("either a registered organisation or a name", "机构代码与名称只能填写一项",
               "organization");
  }
  if (!inhibits && r.organization.empty() && r.outside.empty()) {
    return bad("say whose it is, or is not", "须说明所属机构", "organization");
  }
  if (r.key_kind == ResponsibilityKey::kAny && !inhibits) {
    return bad("'any' is for do-not-notify only", "“any” 仅用于“不予通知”", "key_kind");
  }
  if (r.key_kind == ResponsibilityKey::kAny && r.organization.empty() && r.outside.empty()) {
    return bad("nobody at all could be notified", "不得对所有机构一律不予通知", "organization");
  }
  if (r.until && r.from && r.until <= r.from) {
    return bad("the end lies before the beginning", "终止时间早于起始时间", "until");
  }
  if (r.contact &&
      (r.contact->name.empty() || (r.contact->phone.empty() && r.contact->email.empty()))) {
    return bad("a contact needs a name and a phone or e-mail", "联系人须有姓名及电话或邮箱",
               "contact");
  }
  return {};
}

}  // namespace

Result<Responsibility> Service::add_entry(const Asker& by, const EntryRequest& request) {
  TRY_STATUS(check_right(by, request.effect));
  TRY_STATUS(check_request(request));
  TRY(const std::string key, canonical_key(request.key_kind, request.key));
  const Instant now = clock_.now();
  return store_.write([&](store::WriteTx& tx) -> Result<Responsibility> {
    Responsibility r;
    r.id = ids_.make("rsp");
    r.effect = request.effect;
    r.key_kind = request.key_kind;
    r.key = key;
    r.outside = request.outside;
    r.contact = request.contact;
    r.from = request.from ? request.from : now;
    r.until = request.until;
    r.by = {by.user.id, by.organization.id, now, request.reason};
    if (!request.organization.empty()) {
      TRY(const auto owner, store::find_one<model::Organization>(tx, "code", request.organization));
      if (!owner) {
        return fail_bi(Code::kNotFound, "there is no organisation " + request.organization,
                       "没有机构 " + request.organization, "organization");
      }
      r.organization = owner->id;
    }
    TRY_STATUS(store::put(tx, r));
    TRY_STATUS(tx.append({by.user.id,
                          by.organization.id,
                          "responsibility.entered",
                          r.id,
                          "",
                          {"miit-202", "", "9", "W17-23"},
                          {},
                          model::to_json(r)}));
    return r;
  });
}

Result<Responsibility> Service::suppress(const Asker& by, std::string_view id,
                                         const SuppressRequest& request) {
  if (request.reason.empty()) return bad("say why", "须说明理由", "reason");
  const Instant now = clock_.now();
  if (request.until && request.until <= now) {
    return bad("that time has passed", "该时间已过", "until");
  }
  return store_.write([&](store::WriteTx& tx) -> Result<Responsibility> {
    TRY(auto r, store::get<Responsibility>(tx, id));
    const bool plain = r.effect == ResponsibilityEffect::kAssigns;
    if (!active(by) || !(decides(by) || (plain && by.user.has(Role::kAdmin)))) {
      return fail_bi(Code::kForbidden, "only a reviewer of an authority sets this entry aside",
                     "只有电信主管部门的审查人员可以停用该登记", "actor", "W17-10");
    }
    r.suppressed = model::Act{by.user.id, by.organization.id, now, request.reason};
    r.suppressed_until = request.until;
    TRY_STATUS(store::put(tx, r));
    TRY_STATUS(tx.append(
        {by.user.id,
         by.organization.id,
         "responsibility.suppressed",
         r.id,
         "",
         {"miit-202", "", "9", "W17-23"},
         {},
         Json::object({{"reason", request.reason},
                       {"until", request.until ? Json(to_string(request.until)) : Json()}})}));
    return r;
  });
}

}  // namespace tocsin::attribution
