// What other platforms call a threat, and what article 2 calls it (W17-01).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/threat.h"

namespace tocsin::intake {

/// What an event's address stands for.
enum class Role {
  kResource,  ///< the malicious service itself: its URL, name or endpoint may be blocked
  kAttacker,  ///< the host that attacks: its address may be blocked
  kVictim,    ///< somebody harmed or weak: to be cleaned or put right, never blocked
  kUnknown,   ///< the word says nothing that a measure could stand on
};

/// A row of the table. Words without a counterpart on the other side are empty there.
struct Classification {
  std::string_view intelmq;  ///< classification.type (the RSIT words and IntelMQ's own)
  std::string_view taxonomy;
  std::string_view n6;  ///< category
  Role role = Role::kUnknown;
  std::optional<model::ThreatClass> threat_class;
  std::string_view subtype;  ///< empty: a person, or the kind of the indicator, decides

  /// The word that we keep as the item's label.
  std::string_view label() const { return intelmq.empty() ? n6 : intelmq; }
};

const Classification* by_intelmq(std::string_view type);
const Classification* by_n6(std::string_view category);
/// By the first part of a label, `c2-server` or `c2-server:family`.
const Classification* by_label(std::string_view label);

/// `type`, or `type:family`: the label that is kept of an event.
std::string event_label(std::string_view type, std::string_view family);

}  // namespace tocsin::intake
