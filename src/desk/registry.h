// Organisations, people, accounts, tokens, delegations, training, enforcement points
// (W17-05, W17-09, W17-11, W17-13).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "desk/actor.h"
#include "desk/services.h"
#include "model/list.h"

namespace tocsin::desk {

struct OrganizationRequest {
  using is_described = void;
  std::string code;
  Text title;
  model::OrganizationType type = model::OrganizationType::kNetworkUnit;
  std::vector<std::string> provinces;
  bool is_cii = false;
  bool is_party_gov = false;
  std::string superior;  ///< code
  std::vector<model::Contact> contacts;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("code", s.code);
    v("title", s.title);
    v("type", s.type);
    v("provinces", s.provinces);
    v("is_cii", s.is_cii);
    v("is_party_gov", s.is_party_gov);
    v("superior", s.superior);
    v("contacts", s.contacts);
  }
};

struct ContactsRequest {
  using is_described = void;
  std::vector<model::Contact> contacts;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("contacts", s.contacts);
  }
};

struct UserRequest {
  using is_described = void;
  std::string login;
  std::string name;
  std::string organization;  ///< code
  std::vector<model::Role> roles;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("login", s.login);
    v("name", s.name);
    v("organization", s.organization);
    v("roles", s.roles);
  }
};

struct TokenRequest {
  using is_described = void;
  std::string user;  ///< login; left out: the person who asks
  std::string label;
  std::vector<std::string> scopes;  ///< left out: everything the person may do
  std::string point;                ///< code of the enforcement point it speaks for
  std::string source;               ///< name of the source into which alone it may push
  Instant expires;
  std::string organization;  ///< code of one that the person acts for; left out: the first
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("user", s.user);
    v("label", s.label);
    v("scopes", s.scopes);
    v("point", s.point);
    v("source", s.source);
    v("expires", s.expires);
    v("organization", s.organization);
  }
};

/// The only time the secret is seen. A repeated request gets the id and a note instead.
struct IssuedToken {
  using is_described = void;
  std::string id;
  std::string secret;
  std::optional<Text> note;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("id", s.id);
    v("secret", s.secret);
    v("note", s.note);
  }
};
IssuedToken memorable(IssuedToken token);

struct DelegationRequest {
  using is_described = void;
  std::string body;  ///< code
  Instant from;
  Instant until;
  std::string document;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("body", s.body);
    v("from", s.from);
    v("until", s.until);
    v("document", s.document);
  }
};

struct TrainingRequest {
  using is_described = void;
  std::string user;  ///< login
  std::string topic;
  Instant on;
  Instant valid_until;
  std::string organization;  ///< code: for whose identifications; left out: the person's first
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("user", s.user);
    v("topic", s.topic);
    v("on", s.on);
    v("valid_until", s.valid_until);
    v("organization", s.organization);
  }
};

struct PointRequest {
  using is_described = void;
  std::string code;
  std::string organization;  ///< code
  model::PointKind kind = model::PointKind::kDnsRpz;
  std::string address;
  std::int64_t port = 0;
  bool tsig = false;  ///< make a key; the secret stands in the generated configuration
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("code", s.code);
    v("organization", s.organization);
    v("kind", s.kind);
    v("address", s.address);
    v("port", s.port);
    v("tsig", s.tsig);
  }
};

/// Thread safety: safe; each call is one transaction, and a request repeated under one idempotency
/// key is done once.
class Registry {
 public:
  Registry(store::Store& store, const Clock& clock, IdSource& ids, const law::CurrentLibrary& law)
      : store_(store), clock_(clock), ids_(ids), law_(law) {}

  /// The first administrator, of an organisation `platform`; kConflict once any account exists.
  /// Returns the token's secret, which is shown once.
  Result<IssuedToken> bootstrap(const std::string& login);

  Result<model::Organization> add_organization(const Actor& actor,
                                               const OrganizationRequest& request);
  Result<model::Organization> set_contacts(const Actor& actor, std::string_view organization,
                                           const ContactsRequest& request);
  /// Without a way to sign in: that the person gets by Invitations.
  Result<model::User> add_user(const Actor& actor, const UserRequest& request);
  Result<model::User> disable_user(const Actor& actor, std::string_view login);
  /// Of one's own. An administrator issues for somebody else only what speaks for an enforcement
  /// point or pushes into a source: kForbidden [W17-10] otherwise.
  Result<IssuedToken> issue_token(const Actor& actor, const TokenRequest& request);
  Result<model::Token> revoke_token(const Actor& actor, std::string_view id);
  Result<model::Organization> delegate_body(const Actor& actor, const DelegationRequest& request);
  Result<model::User> add_training(const Actor& actor, const TrainingRequest& request);
  Result<model::EnforcementPoint> add_point(const Actor& actor, const PointRequest& request);
  /// Stores the certificate under which an authority signs.
  Status set_certificate(const std::string& organization, const std::string& pem);

  struct Session {
    Actor actor;
    model::Token token;
  };
  /// The person behind a token; kUnauthenticated when it is unknown, expired or revoked.
  Result<Session> authenticate(std::string_view secret);
  /// The same for a token that was authenticated before: what its person is and may do now.
  static Result<Session> session_of(store::ReadTx& tx, std::string_view token_id, Instant now);

 private:
  /// Runs one act in one transaction; remembers the answer of an idempotent request with it.
  template <typename F>
  auto act(const Actor& actor, F&& body) -> std::invoke_result_t<F, store::WriteTx&>;
  Status journal(store::WriteTx& tx, const Actor& actor, std::string_view action,
                 std::string_view subject, std::string_view article, std::string_view requirement,
                 Json data);

  store::Store& store_;
  const Clock& clock_;
  IdSource& ids_;
  const law::CurrentLibrary& law_;
};

}  // namespace tocsin::desk
