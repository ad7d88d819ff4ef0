// Our determined cases as a MISP feed: manifest.json, hashes.csv and one event file a case. A
// function of what is stored; uuids are version 5, timestamps grow with every change.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
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

/// Finds the case of an event's uuid. Thread safety: safe.
class MispIndex {
 public:
  /// Empty when there is none.
  Result<std::string> threat_of(store::ReadTx& tx, std::string_view uuid);

 private:
  struct State {
    std::map<std::string, std::string, std::less<>> threats;
    std::uint64_t length = 0;  ///< of the journal when everything was read
  };
  Guarded<State> state_;
};

/// Every determined case that the organisation may get, in the order of their ids.
Status each_misp_event(store::ReadTx& tx, const model::Organization& organization,
                       const std::function<Status(const Json& event)>& use);

}  // namespace tocsin::delivery
