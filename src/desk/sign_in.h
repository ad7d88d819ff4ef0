// Signing in and what follows from it: sessions with an idle and an absolute lifetime, each with
// the place it was opened from, each end recorded (W17-09).
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "desk/second_factor.h"

namespace tocsin::desk {

struct SignInSettings {
  std::chrono::minutes idle{30};           ///< a browser's session ends when unused that long
  std::chrono::minutes lifetime{12 * 60};  ///< and every session after that
};

/// From where somebody signs in.
struct Visitor {
  std::string address;
  std::string agent;
};

/// A sign-in, kept beside the token that carries it, under the same id.
struct SignedIn {
  using is_described = void;
  std::string id;
  std::string user;
  std::string address;
  std::string agent;         ///< as the program named itself, at most 200 bytes
  bool browser = false;      ///< the secret is in a cookie: idle time counts
  bool certificate = false;  ///< proved by a client certificate: no code was asked for
  Instant created;
  Instant expires;
  Instant ended;
  std::string why;  ///< signed-out | idle | expired | ended
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("id", s.id);
    v("user", s.user);
    v("address", s.address);
    v("agent", s.agent);
    v("browser", s.browser);
    v("certificate", s.certificate);
    v("created", s.created);
    v("expires", s.expires);
    v("ended", s.ended);
    v("why", s.why);
  }
};

struct Credentials {
  std::string login;
  std::string password;
  std::string code;  ///< of the second factor, or a recovery code; empty: none
  bool browser = false;
};

/// An open session as its owner sees it.
struct SessionView {
  using is_described = void;
  std::string id;
  std::string address;
  std::string agent;
  bool browser = false;
  bool current = false;  ///< the one that asks
  Instant created;
  Instant expires;
  Instant last_used;  ///< of a browser's, since the hub started
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("id", s.id);
    v("address", s.address);
    v("agent", s.agent);
    v("browser", s.browser);
    v("current", s.current);
    v("created", s.created);
    v("expires", s.expires);
    v("last_used", s.last_used);
  }
};

/// The scope of a session that may do nothing but set up the second factor that a role demands.
inline constexpr std::string_view kEnrolScope = "enrol";

/// Thread safety: safe.
class SignIn {
 public:
  SignIn(store::Store& store, const Clock& clock, IdSource& ids, const law::CurrentLibrary& law,
         SecondFactors& factors, SignInSettings settings)
      : store_(store),
        clock_(clock),
        ids_(ids),
        law_(law),
        factors_(factors),
        settings_(settings) {}

  struct Opened {
    IssuedToken token;
    Registry::Session session;
  };
  /// A session for a person who knows the password; wrong name and wrong password look the same.
  /// Refusals are recorded as well. Whoever has a second factor gives a code; whose role demands
  /// one that is not there yet gets a session with kEnrolScope only.
  Result<Opened> open(const Credentials& credentials, const Visitor& visitor);
  /// A session for somebody who was proved by other means, a client certificate: with its scopes
  /// and never beyond its end. It is a thing that the person has; no code is asked for.
  Result<Opened> open_for(const Registry::Session& proved, bool browser, const Visitor& visitor);
  /// Whom this session acts for from now on, by the organisation's code. kForbidden when the person
  /// does not act for it, kRefused for a token that is no session and while a second factor that a
  /// role demands is missing.
  Result<Registry::Session> act_for(const Registry::Session& asking, const std::string& code);
  /// The open sessions of whoever asks.
  Result<std::vector<SessionView>> sessions(const Registry::Session& asking);
  /// Ends a session: one's own, or anybody's for an administrator. kNotFound.
  Status end_session(const Registry::Session& asking, const std::string& id);
  /// A new password for whoever knows the old one; all other sessions of the person end.
  Status change_password(const Registry::Session& asking, const std::string& old,
                         const std::string& wanted);
  /// Ends all sessions of a person, who has another password now.
  Status end_sessions(const std::string& user);
  /// Every request of a browser's session counts as use; kUnauthenticated when the last one was too
  /// long ago, and then the session has ended.
  Status use(const Registry::Session& session);
  /// Ends the session of this token.
  Status close(const Registry::Session& session);
  /// Ends what nobody used for too long and what has had its time. A session that this process has
  /// not seen yet counts as used when it is first met here.
  Status sweep();

 private:
  struct Start {
    std::vector<std::string> scopes;  ///< empty: everything
    Instant expires;
    bool browser = false;
    bool certificate = false;
  };
  Result<model::User> check_password(const Credentials& credentials, const Visitor& visitor);
  Status record_refusal(const model::User* user, const Visitor& visitor);
  Result<Opened> start(store::WriteTx& tx, const model::User& user, const Start& how,
                       const Visitor& visitor);
  Result<std::vector<SignedIn>> open_sessions(store::ReadTx& tx, const std::string& user) const;
  Status end(const std::string& id, const std::string& actor, const std::string& why);

  store::Store& store_;
  const Clock& clock_;
  IdSource& ids_;
  const law::CurrentLibrary& law_;
  SecondFactors& factors_;
  const SignInSettings settings_;
  /// When each browser's session was last used. Not in the database: every look at a page would be
  /// an entry of the journal.
  Guarded<std::map<std::string, Instant, std::less<>>> used_;
};

}  // namespace tocsin::desk

namespace tocsin::store {

template <>
struct Collection<desk::SignedIn> {
  static constexpr std::string_view table = "session";
  static std::vector<IndexKey> keys(const desk::SignedIn& s) {
    if (s.ended) return {};
    return {{"open", s.id}, {"open-of", s.user}};
  }
};

}  // namespace tocsin::store
