#include "exchange/projector.h"

#include <set>

#include "exchange/determined.h"
#include "exchange/stix/base.h"
#include "exchange/stix/render.h"
#include "store/case_readers.h"
#include "store/collections.h"

namespace tocsin::exchange {
namespace {

constexpr std::size_t kBatch = 256;
constexpr std::size_t kMostProjections = 1000;

Result<stix::Object> object_of(const Json& json) {
  const std::string bytes = json.dump();
  return stix::read_object({bytes, 0, 1}, json, {});
}

/// The generation of an indicator's id that this collection is at. A revoked object never comes
/// back: a case that lives again goes on under the next one.
Result<int> generation_of(store::ReadTx& tx, std::int64_t collection, const model::Threat& threat,
                          const model::CaseIndicator& indicator, bool lifted) {
  std::optional<stix::Kept> current;
  for (int g = 0;; ++g) {
    TRY(auto next, stix::newest(tx, collection, stix::indicator_id(threat, indicator, g)));
    if (next) {
      current = std::move(next);
      continue;
    }
    if (!current) return g;
    TRY(const Json json, Json::parse(current->bytes));
    return json["revoked"].as_bool() && !lifted ? g : g - 1;
  }
}

}  // namespace

Result<bool> is_for(store::ReadTx& tx, const model::ExchangeCollection& collection,
                    const model::Threat& threat) {
  if (!collection.projection || threat.tlp > collection.ceiling) return false;
  if (collection.audience.empty()) return true;
  TRY(const auto audience, store::get<model::Organization>(tx, collection.audience));
  return store::unit_may_read(tx, audience, threat);
}

Result<int> Projector::project(store::WriteTx& tx, const model::ExchangeCollection& collection,
                               const std::string& id) {
  TRY(const auto threat, store::get<model::Threat>(tx, id));
  TRY(const bool meant, is_for(tx, collection, threat));
  if (!meant) return 0;
  TRY(auto rendered,
      stix::render_case(tx, threat, [&](const model::CaseIndicator& indicator, bool lifted) {
        return generation_of(tx, collection.number, threat, indicator, lifted);
      }));
  stix::Adder adder(tx, collection, clock_.now());
  int added = 0;
  for (Json& json : rendered) {
    TRY(const auto before, stix::newest(tx, collection.number, json.str("id")));
    if (before) {
      TRY(const Json old, Json::parse(before->bytes));
      if (stix::content_of(old) == stix::content_of(json)) continue;
      // A change that has no time of its own, a new title for instance, is one from now on.
      const Instant now = clock_.now();
      TRY(const Instant written, stix::parse_timestamp(json.str("modified")));
      if (written <= before->version)
        json.set("modified", stix::timestamp({now.micros / 1000 * 1000}));
      json.set("created", old.str("created"));
    }
    TRY(const auto object, object_of(json));
    TRY(const auto fate, adder.add(object));
    added += fate == stix::Fate::kAdded ? 1 : 0;
  }
  return added;
}

Result<int> Projector::run_one(const model::ExchangeCollection& collection) {
  const std::string consumer = "exchange:" + collection.id;
  // A cheap look without the writer's lock first: most wake-ups are for entries of no interest.
  TRY(const auto news, store_.read([&](store::ReadTx& tx) -> Result<std::vector<journal::Entry>> {
    TRY(const auto from, tx.cursor(consumer));
    return tx.journal(from, kBatch);
  }));
  if (news.empty()) return 0;
  std::set<std::string> threats;
  for (const auto& entry : news) {
    if (changes_what_others_see(entry)) threats.insert(entry.threat);
  }
  TRY_STATUS(store_.write([&](store::WriteTx& tx) -> Status {
    int added = 0;
    for (const auto& threat : threats) {
      TRY(const int of_this, project(tx, collection, threat));
      added += of_this;
    }
    if (added > 0) {
      TRY_STATUS(tx.append({"system:exchange",
                            "",
                            "exchange.projected",
                            collection.id,
                            "",
                            basis_(),
                            {},
                            Json::object({{"added", added}})}));
    }
    return tx.set_cursor(consumer, news.back().seq);
  }));
  return static_cast<int>(news.size());
}

Result<int> Projector::run_once() {
  TRY(const auto projections, store_.read([](store::ReadTx& tx) {
    return store::find<model::ExchangeCollection>(
        tx, store::Find{"projection", "", "~", {}, {}, kMostProjections});
  }));
  int read = 0;
  for (const auto& collection : projections) {
    TRY(const int of_this, run_one(collection));
    read += of_this;
  }
  return read;
}

}  // namespace tocsin::exchange
