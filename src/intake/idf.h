// An event in IntelMQ's data format (its field names), and the one indicator that it is about.
// Shadowserver's published schema maps its columns to the same names, so both readers end here.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "intake/event_links.h"
#include "intake/reader.h"

namespace tocsin::intake::idf {

/// The fields that an item can use; the rest of an event is context for others.
enum class Field {
  kTimeSource,
  kTimeObservation,
  kIp,
  kPort,
  kNetwork,
  kFqdn,
  kUrl,
  kAccount,
  kMd5,
  kSha1,
  kSha256,
  kType,
  kIdentifier,
  kFamily,
  kText,
  kAccuracy,
  kTlp,
  kHash,
  kSeverity,
  kLastSeen,
  kTag,
  kDestinationIp,
  kDestinationFqdn,
  kValidUntil,
  kActionable,
};
inline constexpr std::size_t kFields = static_cast<std::size_t>(Field::kActionable) + 1;

/// `source.ip` and the like; nothing for a field that is not used.
std::optional<Field> field_named(std::string_view name);
std::string_view name(Field field);

/// Values by field; empty means absent.
struct Event {
  std::array<std::string, kFields> values;
  std::string& operator[](Field f) { return values[static_cast<std::size_t>(f)]; }
  const std::string& operator[](Field f) const { return values[static_cast<std::size_t>(f)]; }
  void clear() {
    for (auto& value : values) value.clear();
  }
};

/// What the event is about, as text with the kind that the field promises.
struct Subject {
  std::string text;
  model::IndicatorKind kind;
};

/// Fills the item (times, confidence, TLP, labels, actionable) and names its subject: of a resource
/// the most exact of URL, name, endpoint, address; of an attacker or a victim the address first, so
/// that nothing is widened and no victim's site is named for the host. The error is the refusal.
Result<Subject> read(const Event& event, Item& item);

/// What stands beside the subject, for event_links(). A destination counts only where the event is
/// an infected host's: elsewhere it is somebody's sensor. The event must outlive the parts.
EventParts parts(const Event& event);

}  // namespace tocsin::intake::idf
