#include "desk/sign_in.h"

#include "base/crypto/password.h"
#include "desk/clocks.h"
#include "desk/issue_token.h"

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
  TRY_STATUS(store_.write([&](store::WriteTx& tx) -> Status {
    TRY_STATUS(tx.append(change("system:sign-in", user ? user->organization : "", "session.refused",
                                user ? user->id : "", *law_,
                                Json::object({{"address", visitor.address}}))));
    return {};
  }));
  return fail_bi(Code::kUnauthenticated, "wrong name or password", "用户名或密码错误", "password");
}

Result<SignIn::Opened> SignIn::open(const Credentials& credentials, const Visitor& visitor) {
  TRY(const auto user, check_password(credentials, visitor));
  const Instant now = clock_.now();
  TRY(auto opened, store_.write([&](store::WriteTx& tx) -> Result<Opened> {
    TRY(const auto organization, store::get<model::Organization>(tx, user.organization));
    const Actor actor{user, organization, {}, {}, false};
    TokenRequest wanted;
    wanted.label = credentials.browser ? "browser" : "sign-in";
    wanted.expires = now.plus(settings_.lifetime);
    Opened out;
    TRY(out.token, make_token(tx, ids_, now, *law_, actor, user, wanted));
    SignedIn record;
    record.id = out.token.id;
    record.user = user.id;
    record.address = visitor.address;
    record.agent = visitor.agent.substr(0, kAgentBytes);
    record.browser = credentials.browser;
    record.created = now;
    record.expires = wanted.expires;
    TRY_STATUS(store::put(tx, record));
    TRY_STATUS(tx.append(
        change(user.id, organization.id, "session.opened", record.id, *law_,
               Json::object({{"address", record.address}, {"browser", record.browser}}))));
    TRY(out.session, Registry::session_of(tx, record.id, now));
    return out;
  }));
  if (credentials.browser) used_.lock()->insert_or_assign(opened.token.id, now);
  return opened;
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
    TRY_STATUS(tx.append(change(actor, user.organization, "session.ended", id, *law_,
                                Json::object({{"why", why}}))));
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
