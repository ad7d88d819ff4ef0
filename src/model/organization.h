// Organisations, people, roles, tokens (W17-05, W17-11, W17-13, M11-40).
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/common.h"

namespace tocsin::model {

enum class OrganizationType {
  kMiit,            ///< the ministry: jurisdiction everywhere
  kTca,             ///< provincial communications administration
  kExpertBody,      ///< CNCERT, CAICT: identify and verify by delegation
  kOperator,        ///< basic telecom operator
  kResaleOperator,  ///< mobile resale
  kRegistry,        ///< domain registry
  kRegistrar,       ///< domain registrar
  kInternetCompany,
  kSecurityCompany,
  kIndustryAssociation,  ///< publishes blacklists
  kCyberspaceAuthority,  ///< receives side notices, W17-18
  kNetworkUnit,          ///< any other unit that owns assets
  kForeignCert,
  kPublic  ///< citizens; one organisation stands for them
};
TOCSIN_ENUM_NAMES(OrganizationType, "miit", "tca", "expert-body", "operator", "resale-operator",
                  "registry", "registrar", "internet-company", "security-company",
                  "industry-association", "cyberspace-authority", "network-unit", "foreign-cert",
                  "public")

/// What a person may do for the organisation. The desk checks it for every action.
enum class Role {
  kFinder,      ///< submits threats, disposes of the unit's own problems
  kIdentifier,  ///< determines and proposes (W17-11)
  kReviewer,    ///< reviews, decides, issues notices (W17-14)
  kExecutor,    ///< acknowledges, disposes, feeds back (W17-24)
  kVerifier,    ///< verifies disposal (W17-25)
  kChecker,     ///< checks and answers appeals (W17-27)
  kAdmin,       ///< runs the platform; cannot decide measures (W17-10)
  kAuditor      ///< reads everything, changes nothing
};
TOCSIN_ENUM_NAMES(Role, "finder", "identifier", "reviewer", "executor", "verifier", "checker",
                  "admin", "auditor")

/// Contact of a unit; changes must be reported within three working days where R545 applies.
struct Contact {
  using is_described = void;
  std::string duty;  ///< leader | department-head | contact
  std::string name;
  std::string phone;
  std::string email;
  Instant since;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("duty", s.duty);
    v("name", s.name);
    v("phone", s.phone);
    v("email", s.email);
    v("since", s.since);
  }
};

/// An authority's mandate to an expert body (W17-11).
struct Delegation {
  using is_described = void;
  std::string by;  ///< organisation id of the authority
  Instant from;
  Instant until;  ///< unset: open
  std::string document;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("by", s.by);
    v("from", s.from);
    v("until", s.until);
    v("document", s.document);
  }
};

struct Organization {
  using is_described = void;
  std::string id;
  std::string code;  ///< short and unique, `cncert`, `op-a`: used on the command line
  Text title;
  OrganizationType type = OrganizationType::kNetworkUnit;
  std::vector<std::string> provinces;  ///< GB/T 2260, two digits; empty: the whole country
  bool is_cii = false;
  bool is_party_gov = false;
  std::string superior;  ///< organisation id of the superior unit, for side notices
  std::vector<Contact> contacts;
  std::vector<ClockFact> clocks;  ///< contact_change
  std::vector<Delegation> delegations;
  std::string certificate;  ///< PEM of the key that signs this authority's notices
  bool active = true;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("id", s.id);
    v("code", s.code);
    v("title", s.title);
    v("type", s.type);
    v("provinces", s.provinces);
    v("is_cii", s.is_cii);
    v("is_party_gov", s.is_party_gov);
    v("superior", s.superior);
    v("contacts", s.contacts);
    v("clocks", s.clocks);
    v("delegations", s.delegations);
    v("certificate", s.certificate);
    v("active", s.active);
  }
  bool is_authority() const {
    return type == OrganizationType::kMiit || type == OrganizationType::kTca;
  }
};

/// Proof that a person was trained for identification (W17-13).
struct Training {
  using is_described = void;
  std::string topic;
  Instant on;
  Instant valid_until;
  std::string organization;  ///< for whose identifications it counts; empty: the person's first
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("topic", s.topic);
    v("on", s.on);
    v("valid_until", s.valid_until);
    v("organization", s.organization);
  }
};

/// A further organisation that a person acts for, with roles of its own.
struct Membership {
  using is_described = void;
  std::string organization;
  std::vector<Role> roles;
  Instant since;
  Instant left;  ///< set: no longer; who acted for whom stays known
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("organization", s.organization);
    v("roles", s.roles);
    v("since", s.since);
    v("left", s.left);
  }
};

/// A person. Whoever acts for several organisations acts for one at a time: acting_for().
struct User {
  using is_described = void;
  std::string id;
  std::string login;
  std::string name;
  std::string organization;  ///< the first one; of acting_for(), the one acted for
  std::vector<Role> roles;   ///< held there
  std::string password;      ///< argon2id; never leaves the store
  std::vector<Training> training;
  bool disabled = false;
  std::vector<Membership> memberships;  ///< beside the first
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("id", s.id);
    v("login", s.login);
    v("name", s.name);
    v("organization", s.organization);
    v("roles", s.roles);
    v("password", s.password);
    v("training", s.training);
    v("disabled", s.disabled);
    v("memberships", s.memberships);
  }
  bool has(Role role) const { return std::find(roles.begin(), roles.end(), role) != roles.end(); }
  /// Holds the role in any organisation.
  bool has_anywhere(Role role) const;
  /// Acts for the organisation today, as the first one or as another.
  bool belongs_to(std::string_view organization_id) const;
  /// The person as seen from that organisation, empty for the first: its id and the roles held
  /// there take the first place. Nothing when the person does not act for it. Never stored.
  std::optional<User> acting_for(std::string_view organization_id) const;
};

struct Token {
  using is_described = void;
  std::string id;
  std::string user;
  std::string label;
  std::string digest;  ///< SHA-256 of the secret, hexadecimal
  std::vector<std::string> scopes;
  std::string point;         ///< enforcement point this token speaks for, when it is a device's
  std::string source;        ///< the one source into which it may push
  std::string organization;  ///< for which the person acts with it; empty: the person's first
  Instant created;
  Instant expires;
  Instant revoked;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("id", s.id);
    v("user", s.user);
    v("label", s.label);
    v("digest", s.digest);
    v("scopes", s.scopes);
    v("point", s.point);
    v("source", s.source);
    v("organization", s.organization);
    v("created", s.created);
    v("expires", s.expires);
    v("revoked", s.revoked);
  }
};

}  // namespace tocsin::model
