// How a person comes by a password or a first token without anybody else ever having known it: the
// platform's operator decides nothing (W17-10), so it holds nobody's credentials either.
#pragma once

#include <string>
#include <string_view>

#include "desk/sign_in.h"

namespace tocsin::desk {

/// The scope of a token that is good for one thing, once: Invitations::accept().
inline constexpr std::string_view kInvitationScope = "invitation";

struct InvitationRequest {
  using is_described = void;
  Instant expires;  ///< left out: seven days from now
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("expires", s.expires);
  }
};

/// One of the two at least.
struct AcceptRequest {
  using is_described = void;
  std::string password;  ///< to sign in with from now on
  std::string label;     ///< of a token for the person's programs
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("password", s.password);
    v("label", s.label);
  }
};

struct Accepted {
  using is_described = void;
  std::string login;
  std::string id;      ///< of the token; empty when none was asked for
  std::string secret;  ///< and the only time that it is seen
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("login", s.login);
    v("id", s.id);
    v("secret", s.secret);
  }
};

/// Thread safety: safe.
class Invitations {
 public:
  Invitations(store::Store& store, const Clock& clock, IdSource& ids,
              const law::CurrentLibrary& law, SecondFactors& factors, SignIn& sign_in)
      : store_(store), clock_(clock), ids_(ids), law_(law), factors_(factors), sign_in_(sign_in) {}

  /// By an administrator, for a new person or one who forgot the password, which stays good until
  /// the invitation is accepted. It replaces the person's earlier ones. Whoever accepts it in the
  /// person's place leaves the person with one that is used up, and an entry in the journal.
  Result<IssuedToken> invite(const Actor& actor, std::string_view login,
                             const InvitationRequest& request);
  /// By the person, once. A new password ends the person's sessions. A person whose role demands a
  /// second factor gets no token this way: kRefused.
  Result<Accepted> accept(const Registry::Session& asking, const AcceptRequest& request);

 private:
  store::Store& store_;
  const Clock& clock_;
  IdSource& ids_;
  const law::CurrentLibrary& law_;
  SecondFactors& factors_;
  SignIn& sign_in_;
};

}  // namespace tocsin::desk
