// Our determined cases as a MISP feed: manifest.json, hashes.csv and one event file a case. A
// function of what is stored; uuids are version 5, timestamps grow with every change.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/guarded.h"
#include "base/json.h"
#include "model/organization.h"
#include "model/threat.h"
#include "store/store.h"

namespace tocsin::delivery {

/// May an organisation get that case by a feed (TLP 2.0)? Clear: everybody; green: members, which
/// the public is not; amber and amber+strict: who may read the case here; red: nobody, because a
/// feed is copied on by machines (W17-08).
Result<bool> may_receive(store::ReadTx& tx, const model::Organization& organization,
                         const model::Threat& threat);

std::string misp_event_uuid(std::string_view threat_id);

/// `{"Event": {...}}`. An indicator that MISP can say exactly is an attribute of that type with
/// to_ids; any other is text without. One that was lifted is deleted and never to_ids (W17-27).
/// Precondition: exchange::is_determined(threat).
Result<Json> misp_event(store::ReadTx& tx, const model::Threat& threat);

/// What manifest.json says of an event.
Json misp_manifest_entry(const Json& event);
/// The lines `md5,uuid` of an event; of a composite value both halves count, as in MISP.
std::string misp_hash_lines(const Json& event);

/// One determined case as the files about all of them say it.
struct MispEntry {
  std::string threat;
  std::string uuid;
  model::Tlp tlp = model::Tlp::kRed;
  std::string manifest;  ///< misp_manifest_entry() as text
  std::string hashes;    ///< misp_hash_lines()
};

/// Every determined case, rendered once and again only when the journal says that it changed.
/// Thread safety: safe.
class MispIndex {
 public:
  /// The case of an event's uuid; empty when there is none.
  Result<std::string> threat_of(store::ReadTx& tx, std::string_view uuid);
  /// Those that the organisation may get, in the order of their cases' ids.
  Status each(store::ReadTx& tx, const model::Organization& organization,
              const std::function<Status(const MispEntry&)>& use);
  /// How many cases were rendered so far; for tests and measurements.
  std::int64_t rendered() { return state_.lock()->rendered; }

 private:
  using Entries = std::map<std::string, std::shared_ptr<const MispEntry>, std::less<>>;
  struct State {
    Entries entries;                                          ///< by case
    std::map<std::string, std::string, std::less<>> by_uuid;  ///< case of each event
    std::uint64_t position = 0;                               ///< of the journal that they are at
    bool whole = false;                                       ///< every case was read once
    std::int64_t rendered = 0;
  };
  static Status bring_up(store::ReadTx& tx, State& state);
  static Status read_all(store::ReadTx& tx, State& state);
  static Status render(store::ReadTx& tx, State& state, const model::Threat& threat);

  Guarded<State> state_;
};

}  // namespace tocsin::delivery
