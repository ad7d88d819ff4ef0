// Signing in and what follows from it: sessions with an idle and an absolute lifetime, each with
// the place it was opened from, each end recorded (W17-09).
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "desk/registry.h"
#include "store/collections.h"

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
  std::string agent;     ///< as the program named itself, at most 200 bytes
  bool browser = false;  ///< the secret is in a cookie: idle time counts
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
    v("created", s.created);
    v("expires", s.expires);
    v("ended", s.ended);
    v("why", s.why);
  }
};

struct Credentials {
  std::string login;
  std::string password;
  bool browser = false;
};

/// Thread safety: safe.
class SignIn {
 public:
  SignIn(store::Store& store, const Clock& clock, IdSource& ids, const law::CurrentLibrary& law,
         SignInSettings settings)
      : store_(store), clock_(clock), ids_(ids), law_(law), settings_(settings) {}

  struct Opened {
    IssuedToken token;
    Registry::Session session;
  };
  /// A session for a person who knows the password; wrong name and wrong password look the same.
  /// Refusals are recorded as well.
  Result<Opened> open(const Credentials& credentials, const Visitor& visitor);
  /// Every request of a browser's session counts as use; kUnauthenticated when the last one was too
  /// long ago, and then the session has ended.
  Status use(const Registry::Session& session);
  /// Ends the session of this token.
  Status close(const Registry::Session& session);
  /// Ends what nobody used for too long and what has had its time. A session that this process has
  /// not seen yet counts as used when it is first met here.
  Status sweep();

 private:
  Result<model::User> check_password(const Credentials& credentials, const Visitor& visitor);
  Status end(const std::string& id, const std::string& actor, const std::string& why);

  store::Store& store_;
  const Clock& clock_;
  IdSource& ids_;
  const law::CurrentLibrary& law_;
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
    std::vector<IndexKey> out = {{"user", s.user}};
    if (!s.ended) out.push_back({"open", s.id});
    return out;
  }
};

}  // namespace tocsin::store
