#include "desk/invitations.h"

#include "desk/clocks.h"
#include "desk/issue_token.h"
#include "desk/people.h"
#include "desk/permissions.h"
#include "desk/remembered.h"

namespace tocsin::desk {
namespace {

constexpr std::chrono::hours kGoodFor{7 * 24};

bool is_invitation(const model::Token& token) {
  return token.scopes == std::vector<std::string>{std::string(kInvitationScope)};
}

Status revoke_earlier(store::WriteTx& tx, const std::string& user, Instant now) {
  TRY(auto tokens, store::find<model::Token>(tx, "user", user));
  for (auto& token : tokens) {
    if (token.revoked || !is_invitation(token)) continue;
    token.revoked = now;
    TRY_STATUS(store::put(tx, token));
  }
  return {};
}

}  // namespace

Result<IssuedToken> Invitations::invite(const Actor& actor, std::string_view login,
                                        const InvitationRequest& request) {
  return store_.write([&](store::WriteTx& tx) -> Result<IssuedToken> {
    const Instant now = clock_.now();
    return once(tx, actor, now, [&]() -> Result<IssuedToken> {
      TRY_STATUS(require_role(actor, model::Role::kAdmin, "W17-10"));
      TRY(const auto person, user_by_login(tx, login, "login"));
      if (person.disabled) {
        return fail_bi(Code::kConflict, person.login + " is disabled", person.login + " 已停用",
                       "login", "W17-09");
      }
      if (request.expires && request.expires <= now) {
        return fail_bi(Code::kInvalid, "an invitation ends in the future", "邀请的到期时间须在将来",
                       "expires");
      }
      TRY_STATUS(revoke_earlier(tx, person.id, now));
      TokenRequest wanted;
      wanted.label = "invitation";
      wanted.scopes = {std::string(kInvitationScope)};
      wanted.expires = request.expires ? request.expires : now.plus(kGoodFor);
      return make_token(tx, ids_, now, *law_, actor, person, wanted);
    });
  });
}

Result<Accepted> Invitations::accept(const Registry::Session& asking,
                                     const AcceptRequest& request) {
  // A token that may do everything is none: its holder would set a password without the old one.
  if (!is_invitation(asking.token)) {
    return fail_bi(Code::kForbidden, "this is no invitation", "该凭据不是邀请", "Authorization",
                   "W17-09");
  }
  if (request.password.empty() && request.label.empty()) {
    return fail_bi(Code::kInvalid, "choose a password, or say what a token would be for",
                   "请设置密码，或说明令牌的用途", "password");
  }
  std::string hashed;
  if (!request.password.empty()) {
    TRY(hashed, hash_new_password(request.password, asking.actor.user.login));
  }
  TRY(const auto accepted, store_.write([&](store::WriteTx& tx) -> Result<Accepted> {
    const Instant now = clock_.now();
    // Once: of two at the same time the second finds it revoked.
    TRY(auto session, Registry::session_of(tx, asking.token.id, now));
    TRY(auto person, store::get<model::User>(tx, session.token.user));
    Accepted out;
    out.login = person.login;
    if (!request.label.empty()) {
      TRY(const auto factor, factors_.state(tx, person));
      if (factor.required || factor.confirmed) {
        return fail_bi(Code::kRefused,
                       "you sign in with a second factor: choose a password, and issue the token "
                       "once you are signed in",
                       "您须以第二因素登录：请先设置密码，登录后再签发令牌", "label", "W17-09");
      }
      TokenRequest wanted;
      wanted.label = request.label;
      TRY(const auto issued, make_token(tx, ids_, now, *law_, session.actor, person, wanted));
      out.id = issued.id;
      out.secret = issued.secret;
    }
    if (!hashed.empty()) {
      person.password = hashed;
      TRY_STATUS(store::put(tx, person));
    }
    session.token.revoked = now;
    TRY_STATUS(store::put(tx, session.token));
    TRY_STATUS(tx.append({person.id,
                          session.actor.organization.id,
                          "invitation.accepted",
                          person.id,
                          "",
                          basis_in(*law_, "6", "W17-09"),
                          {},
                          Json::object({{"invitation", session.token.id},
                                        {"password", !hashed.empty()},
                                        {"token", out.id}})}));
    return out;
  }));
  if (!hashed.empty()) TRY_STATUS(sign_in_.end_sessions(asking.actor.user.id));
  return accepted;
}

}  // namespace tocsin::desk
