// What stands in relation to what: indicators and entities, and the closed vocabulary between them
// (W17-08 analysis across cases; A13-05 and A13-08, who makes, sells and profits).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "model/fields.h"
#include "model/indicator.h"

namespace tocsin::model {

/// What is no indicator and cannot be blocked, but stands behind one.
enum class EntityKind {
  kPerson,
  kGroup,
  kCompany,
  kPaymentAccount,  ///< bank account, wallet, payment code
  kCampaign,
  kMalwareFamily,
  kCertificate,  ///< SHA-256 of the certificate
};
TOCSIN_ENUM_NAMES(EntityKind, "person", "group", "company", "payment-account", "campaign",
                  "malware-family", "certificate")

/// Kind of a node: an indicator's kind, or an entity's from kFirstEntity on.
enum class NodeKind : std::int64_t {};
inline constexpr std::int64_t kFirstEntity = 64;
constexpr NodeKind node_kind(IndicatorKind k) {
  return static_cast<NodeKind>(static_cast<std::int64_t>(k));
}
constexpr NodeKind node_kind(EntityKind k) {
  return static_cast<NodeKind>(kFirstEntity + static_cast<std::int64_t>(k));
}
std::string_view name(NodeKind kind);
std::optional<NodeKind> node_kind_named(std::string_view name);

/// One node a canonical value: the same identity as the indicator base.
struct Node {
  NodeKind kind = {};
  std::string value;
  bool operator==(const Node&) const = default;
  auto operator<=>(const Node&) const = default;

  /// The indicator, unless it is an entity.
  std::optional<Indicator> indicator() const;
  /// `domain:evil.example`, `person:Li Si`.
  std::string key() const { return std::string(name(kind)) + ":" + value; }
};
inline Node node_of(const Indicator& i) { return {node_kind(i.kind), i.value}; }

/// Stored as numbers: new ones are added at the end, none is ever taken out.
enum class RelationKind {
  kResolvesTo,
  kHostedOn,
  kDownloads,
  kCommunicatesWith,
  kRedirectsTo,
  kSameFile,
  kSends,
  kInCampaign,
  kOfFamily,
  kHasCertificate,
  kRegisteredBy,
  kRegisteredThrough,
  kRelatedTo,
  kMakes,
  kSells,
  kDistributes,
  kAdvertises,
  kPays,
  kProfitsFrom,
  kControls,
  kMemberOf,
  kAttributedTo,
  kAtHost,  ///< computed from the value itself, never stored
};
TOCSIN_ENUM_NAMES(RelationKind, "resolves-to", "hosted-on", "downloads", "communicates-with",
                  "redirects-to", "same-file", "sends", "in-campaign", "of-family",
                  "has-certificate", "registered-by", "registered-through", "related-to", "makes",
                  "sells", "distributes", "advertises", "pays", "profits-from", "controls",
                  "member-of", "attributed-to", "at-host")

struct Relation {
  Node from;
  RelationKind kind = RelationKind::kRelatedTo;
  Node to;
  bool operator==(const Relation&) const = default;
  auto operator<=>(const Relation&) const = default;
};

/// What a kind of relation means, and what may stand at its ends.
struct RelationRule {
  RelationKind kind;
  Text label;    ///< read from the first end
  Text inverse;  ///< read from the second
  std::vector<NodeKind> from;
  std::vector<NodeKind> to;
  bool market = false;  ///< part of the chain of an underground market (A13-05, A13-08)
};
const std::vector<RelationRule>& relation_rules();
const RelationRule& rule_of(RelationKind kind);

/// Why this relation cannot be: an end that its kind does not allow, a node with itself, a computed
/// kind. kInvalid.
Status check(const Relation& relation);

}  // namespace tocsin::model
