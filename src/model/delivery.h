// Who wants to hear of what, by which road, and what became of every delivery (W17-08).
#pragma once

#include <string>
#include <vector>

#include "model/common.h"
#include "model/threat.h"
#include "model/tlp.h"

namespace tocsin::model {

enum class Channel { kWebhook, kMail };
TOCSIN_ENUM_NAMES(Channel, "webhook", "mail")

/// At once, or gathered until the next full hour, day or working day.
enum class Rhythm { kImmediate, kHourly, kDaily, kWorkingDays };
TOCSIN_ENUM_NAMES(Rhythm, "immediate", "hourly", "daily", "working-days")

enum class DeliveryState { kQueued, kSent, kFailed, kGivenUp };
TOCSIN_ENUM_NAMES(DeliveryState, "queued", "sent", "failed", "given-up")

/// What is a recipient's own. All empty: everything concerns it.
struct Concern {
  using is_described = void;
  std::vector<std::string> networks;   ///< CIDR of either family, canonical
  std::vector<std::int64_t> asns;      ///< numbers of autonomous systems
  std::vector<std::string> domains;    ///< with everything below each
  std::vector<std::string> provinces;  ///< GB/T 2260, two digits
  std::vector<std::string> sectors;  ///< type of the unit that owns the target, `cii`, `party-gov`
  bool empty() const {
    return networks.empty() && asns.empty() && domains.empty() && provinces.empty() &&
           sectors.empty();
  }
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("networks", s.networks);
    v("asns", s.asns);
    v("domains", s.domains);
    v("provinces", s.provinces);
    v("sectors", s.sectors);
  }
};

struct Subscription {
  using is_described = void;
  std::string id;
  std::string organization;  ///< id of the recipient
  std::string label;
  Concern concern;
  std::vector<IndicatorKind> kinds;  ///< empty: all
  std::vector<ThreatClass> classes;  ///< empty: all
  std::string search;                ///< id of a saved search that cases match; empty: any
  std::string least_level;           ///< grade I..IV at least this grave; empty: ungraded too
  Tlp ceiling = Tlp::kGreen;         ///< nothing stricter is sent
  Channel channel = Channel::kWebhook;
  std::string address;  ///< URL, or mail address
  std::string secret;   ///< webhook key; never leaves the store after it was made
  Rhythm rhythm = Rhythm::kImmediate;
  std::int64_t hour = 9;        ///< of the day in Asia/Shanghai, for daily and working days
  std::string language = "zh";  ///< zh | en, of what people read
  std::string sender;           ///< organisation in whose name mail is signed; empty: the hub
  bool paused = false;
  bool removed = false;
  Act created;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("id", s.id);
    v("organization", s.organization);
    v("label", s.label);
    v("concern", s.concern);
    v("kinds", s.kinds);
    v("classes", s.classes);
    v("search", s.search);
    v("least_level", s.least_level);
    v("ceiling", s.ceiling);
    v("channel", s.channel);
    v("address", s.address);
    v("secret", s.secret);
    v("rhythm", s.rhythm);
    v("hour", s.hour);
    v("language", s.language);
    v("sender", s.sender);
    v("paused", s.paused);
    v("removed", s.removed);
    v("created", s.created);
  }
};

/// An indicator of a delivered case, and why it is the recipient's.
struct DeliveredIndicator {
  using is_described = void;
  IndicatorKind kind = IndicatorKind::kDomain;
  std::string value;
  std::string key;  ///< what of the subscription matched, `network:192.0.2.0/24`; empty: all of it
  Text why;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("kind", s.kind);
    v("value", s.value);
    v("key", s.key);
    v("why", s.why);
  }
};

/// What happened to one case, as it was when it happened.
struct DeliveryEvent {
  using is_described = void;
  std::string event;      ///< determined | listed | lifted
  std::uint64_t seq = 0;  ///< journal entry that says so
  Instant at;
  std::string threat;
  std::string number;
  std::string name;
  ThreatClass threat_class = ThreatClass::kMaliciousResource;
  std::string subtype;
  std::string level;
  Certainty certainty = Certainty::kActual;
  Tlp tlp = Tlp::kAmber;
  std::vector<DeliveredIndicator> indicators;
  std::int64_t more = 0;  ///< indicators beyond the limit of one delivery
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("event", s.event);
    v("seq", s.seq);
    v("at", s.at);
    v("threat", s.threat);
    v("case", s.number);
    v("name", s.name);
    v("class", s.threat_class);
    v("subtype", s.subtype);
    v("level", s.level);
    v("certainty", s.certainty);
    v("tlp", s.tlp);
    v("indicators", s.indicators);
    v("more", s.more);
  }
};

struct Delivery {
  using is_described = void;
  std::string id;  ///< also the idempotency key that the recipient sees
  std::string subscription;
  std::string organization;
  DeliveryState state = DeliveryState::kQueued;
  std::int64_t lane = 0;  ///< which sender takes it; a subscription stays in one lane
  std::int64_t attempts = 0;
  std::string last_error;
  Instant made;
  Instant next_try;
  Instant sent;
  bool digest = false;
  std::vector<DeliveryEvent> events;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("id", s.id);
    v("subscription", s.subscription);
    v("organization", s.organization);
    v("state", s.state);
    v("lane", s.lane);
    v("attempts", s.attempts);
    v("last_error", s.last_error);
    v("made", s.made);
    v("next_try", s.next_try);
    v("sent", s.sent);
    v("digest", s.digest);
    v("events", s.events);
  }
};

}  // namespace tocsin::model
