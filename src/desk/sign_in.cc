#include "desk/sign_in.h"

#include "base/crypto/password.h"
#include "desk/clocks.h"
#include "desk/issue_token.h"
#include "desk/people.h"

namespace tocsin::desk {
namespace {

constexpr std::size_t kAgentBytes = 200;
constexpr std::size_t kSweptAtOnce = 1000;

/// Whoever is not known by name acts as the system: a mistyped name may be a password.
store::Change change(const std::string& actor, const std::string& organization,
                     const std::string& action, const std::string& subject, const law::Library& law,
                     Json data) {
  return {actor, organization,   action, subject, "", basis_in(law, "6", "W17-09"),
          {},    std::move(data)};
}

tl::unexpected<Error> idle_too_long() {
  return fail_bi(Code::kUnauthenticated, "the session was not used for too long: sign in again",
                 "会话闲置时间过长，请重新登录", "Cookie", "W17-09");
}

}  // namespace

Result<model::User> SignIn::check_password(const Credentials& credentials, const Visitor& visitor) {
  TRY(auto user, store_.read([&](store::ReadTx& tx) {
    return store::find_one<model::User>(tx, "login", credentials.login);
  }));
  // The work is the same whether the name exists or not, so the time tells nothing.
  static const std::string kDecoy = *crypto::hash_password("decoy-password");
  const bool has_password = user && !user->disabled && !user->password.empty();
  if (crypto::verify_password(credentials.password, has_password ? user->password : kDecoy) &&
      has_password) {
    return std::move(*user);
  }
  TRY_STATUS(record_refusal(user ? &*user : nullptr, visitor));
  return fail_bi(Code::kUnauthenticated, "wrong name or password", "用户名或密码错误", "password");
}

Status SignIn::record_refusal(const model::User* user, const Visitor& visitor) {
  return store_.write([&](store::WriteTx& tx) -> Status {
    TRY_STATUS(tx.append(change("system:sign-in", user == nullptr ? "" : user->organization,
                                "session.refused", user == nullptr ? "" : user->id, *law_,
                                Json::object({{"address", visitor.address}}))));
    return {};
  });
}

Result<SignIn::Opened> SignIn::start(store::WriteTx& tx, const model::User& user, const Start& how,
                                     const Visitor& visitor) {
  const Instant now = clock_.now();
  TRY(const auto organization, store::get<model::Organization>(tx, user.organization));
  const Actor actor{user, organization, {}, {}, false, {}};
  TokenRequest wanted;
  wanted.label = how.browser ? "browser" : "sign-in";
  wanted.scopes = how.scopes;
  wanted.expires = how.expires;
  Opened out;
  TRY(out.token, make_token(tx, ids_, now, *law_, actor, user, wanted));
  SignedIn record;
  record.id = out.token.id;
  record.user = user.id;
  record.address = visitor.address;
  record.agent = visitor.agent.substr(0, kAgentBytes);
  record.browser = how.browser;
  record.certificate = how.certificate;
  record.created = now;
  record.expires = wanted.expires;
  TRY_STATUS(store::put(tx, record));
  TRY_STATUS(
      tx.append(change(user.id, organization.id, "session.opened", record.id, *law_,
                       Json::object({{"address", record.address}, {"browser", record.browser}}))));
  TRY(out.session, Registry::session_of(tx, record.id, now));
  return out;
}

Result<SignIn::Opened> SignIn::open(const Credentials& credentials, const Visitor& visitor) {
  TRY(const auto user, check_password(credentials, visitor));
  auto opened = store_.write([&](store::WriteTx& tx) -> Result<Opened> {
    TRY_STATUS(factors_.take(tx, user, credentials.code));
    TRY(const auto factor, factors_.state(tx, user));
    Start how;
    if (factor.required && !factor.confirmed) how.scopes = {std::string(kEnrolScope)};
    how.expires = clock_.now().plus(settings_.lifetime);
    how.browser = credentials.browser;
    return start(tx, user, how, visitor);
  });
  if (!opened) {
    if (!credentials.code.empty()) TRY_STATUS(record_refusal(&user, visitor));
    return opened;
  }
  if (credentials.browser) used_.lock()->insert_or_assign(opened->token.id, clock_.now());
  return opened;
}

Result<SignIn::Opened> SignIn::open_for(const Registry::Session& proved, bool browser,
                                        const Visitor& visitor) {
  Start how;
  how.scopes = proved.token.scopes;
  how.browser = browser;
  how.certificate = true;
  how.expires = clock_.now().plus(settings_.lifetime);
  if (proved.token.expires) how.expires = std::min(how.expires, proved.token.expires);
  TRY(auto opened,
      store_.write([&](store::WriteTx& tx) { return start(tx, proved.actor.user, how, visitor); }));
  if (browser) used_.lock()->insert_or_assign(opened.token.id, clock_.now());
  return opened;
}

Result<Registry::Session> SignIn::act_for(const Registry::Session& asking,
                                          const std::string& code) {
  const std::string& id = asking.token.id;
  return store_.write([&](store::WriteTx& tx) -> Result<Registry::Session> {
    TRY(const auto body, tx.get_document(store::Collection<SignedIn>::table, id));
    if (!body) {
      return fail_bi(Code::kRefused,
                     "a token acts for the organisation for which it was issued; only a session "
                     "changes it",
                     "令牌只代表签发时指定的机构；只有登录会话可以切换", "organization", "W17-09");
    }
    if (code.empty()) {
      return fail_bi(Code::kInvalid, "say for which organisation, by its code",
                     "须给出要代表的机构代码", "organization");
    }
    TRY(auto session, Registry::session_of(tx, id, clock_.now()));
    const std::string before = session.actor.organization.id;
    TRY(const auto person, store::get<model::User>(tx, session.token.user));
    TRY(const auto acting, acting_for(tx, person, code, "organization"));
    if (acting.organization == before) return session;
    TRY(const auto record, store::decode<SignedIn>(*body));
    TRY(const auto factor, factors_.state(tx, person));
    // The role may have come after the sign-in.
    if (factor.required && !factor.confirmed && !record.certificate) {
      return fail_bi(Code::kRefused,
                     "one of your roles demands a second factor: sign in again and set it up",
                     "您的角色要求第二因素：请重新登录并完成设置", "organization", "W17-09");
    }
    session.token.organization = acting.organization;
    TRY_STATUS(store::put(tx, session.token));
    auto entry = change(person.id, acting.organization, "session.organization", id, *law_,
                        Json::object({{"organization", acting.organization}}));
    entry.before = Json::object({{"organization", before}});
    TRY_STATUS(tx.append(entry));
    return Registry::session_of(tx, id, clock_.now());
  });
}

Result<std::vector<SignedIn>> SignIn::open_sessions(store::ReadTx& tx,
                                                    const std::string& user) const {
  TRY(auto all, store::find<SignedIn>(tx, "open-of", user));
  const Instant now = clock_.now();
  std::erase_if(all, [&](const SignedIn& one) { return one.expires <= now; });
  return all;
}

Result<std::vector<SessionView>> SignIn::sessions(const Registry::Session& asking) {
  return store_.read([&](store::ReadTx& tx) -> Result<std::vector<SessionView>> {
    TRY(const auto all, open_sessions(tx, asking.actor.user.id));
    std::vector<SessionView> out;
    auto used = used_.lock();
    for (const auto& one : all) {
      const auto last = used->find(one.id);
      out.push_back({one.id, one.address, one.agent, one.browser, one.id == asking.token.id,
                     one.created, one.expires, last == used->end() ? Instant() : last->second});
    }
    return out;
  });
}

Status SignIn::end_session(const Registry::Session& asking, const std::string& id) {
  const bool admin = asking.actor.user.has(model::Role::kAdmin);
  TRY(const bool may, store_.read([&](store::ReadTx& tx) -> Result<bool> {
    TRY(const auto body, tx.get_document(store::Collection<SignedIn>::table, id));
    if (!body) return false;
    TRY(const auto record, store::decode<SignedIn>(*body));
    return admin || record.user == asking.actor.user.id;
  }));
  // Somebody else's session looks like none.
  if (!may) {
    return fail_bi(Code::kNotFound, "there is no session " + id, "没有登录会话 " + id, "id",
                   "W17-09");
  }
  return end(id, asking.actor.user.id, "ended");
}

Status SignIn::change_password(const Registry::Session& asking, const std::string& old,
                               const std::string& wanted) {
  const auto& actor = asking.actor;
  if (actor.user.password.empty() || !crypto::verify_password(old, actor.user.password)) {
    return fail_bi(Code::kRefused, "the present password is another one", "当前密码不正确", "old",
                   "W17-09");
  }
  TRY(const std::string hashed, hash_new_password(wanted, actor.user.login));
  TRY(const auto others, store_.write([&](store::WriteTx& tx) -> Result<std::vector<SignedIn>> {
    TRY(auto user, store::get<model::User>(tx, actor.user.id));
    user.password = hashed;
    TRY_STATUS(store::put(tx, user));
    TRY_STATUS(tx.append(
        change(user.id, actor.organization.id, "user.password-changed", user.id, *law_, {})));
    return open_sessions(tx, user.id);
  }));
  for (const auto& one : others) {
    if (one.id != asking.token.id) TRY_STATUS(end(one.id, actor.user.id, "ended"));
  }
  return {};
}

Status SignIn::end_sessions(const std::string& user) {
  TRY(const auto open, store_.read([&](store::ReadTx& tx) { return open_sessions(tx, user); }));
  for (const auto& one : open) TRY_STATUS(end(one.id, user, "ended"));
  return {};
}

Status SignIn::use(const Registry::Session& session) {
  const Instant now = clock_.now();
  {
    auto used = used_.lock();
    auto& last = used->try_emplace(session.token.id, now).first->second;
    if (now <= last.plus(settings_.idle)) {
      last = std::max(last, now);
      return {};
    }
  }
  TRY_STATUS(end(session.token.id, session.actor.user.id, "idle"));
  return idle_too_long();
}

Status SignIn::close(const Registry::Session& session) {
  return end(session.token.id, session.actor.user.id, "signed-out");
}

Status SignIn::end(const std::string& id, const std::string& actor, const std::string& why) {
  TRY_STATUS(store_.write([&](store::WriteTx& tx) -> Status {
    const Instant now = clock_.now();
    TRY(auto token, store::get<model::Token>(tx, id));
    TRY(const auto user, store::get<model::User>(tx, token.user));
    TRY(const auto body, tx.get_document(store::Collection<SignedIn>::table, id));
    SignedIn record;
    if (body) {
      TRY(record, store::decode<SignedIn>(*body));
    }
    // Two ends of one session meet when somebody signs out of what is being swept.
    if (token.revoked && (!body || record.ended)) return {};
    if (!token.revoked) token.revoked = now;
    TRY_STATUS(store::put(tx, token));
    if (body) {
      record.ended = now;
      record.why = why;
      TRY_STATUS(store::put(tx, record));
    }
    const auto& organization = token.organization.empty() ? user.organization : token.organization;
    TRY_STATUS(tx.append(
        change(actor, organization, "session.ended", id, *law_, Json::object({{"why", why}}))));
    return {};
  }));
  used_.lock()->erase(id);
  return {};
}

Status SignIn::sweep() {
  const Instant now = clock_.now();
  struct Over {
    std::string id;
    std::string why;
  };
  std::vector<Over> over;
  TRY_STATUS(store_.read([&](store::ReadTx& tx) -> Status {
    store::Find open{"open", "", "~", {}, {}, kSweptAtOnce};
    for (;;) {
      TRY(const auto page, store::find<SignedIn>(tx, open));
      auto used = used_.lock();
      for (const auto& session : page) {
        TRY(const auto token, store::get<model::Token>(tx, session.id));
        if (token.revoked) {
          over.push_back({session.id, "ended"});
        } else if (session.expires <= now) {
          over.push_back({session.id, "expired"});
        } else if (session.browser) {
          const Instant last = used->try_emplace(session.id, now).first->second;
          if (last.plus(settings_.idle) < now) over.push_back({session.id, "idle"});
        }
      }
      if (page.size() < kSweptAtOnce) return {};
      open.after_key = open.after_id = page.back().id;
    }
  }));
  for (const auto& one : over) TRY_STATUS(end(one.id, "system:sign-in", one.why));
  return {};
}

}  // namespace tocsin::desk
