#include "exchange/taxii/submission.h"

#include <algorithm>

#include "base/uuid.h"
#include "exchange/stix/importer.h"
#include "store/collections.h"

namespace tocsin::exchange::taxii {
namespace {

constexpr std::size_t kKeptOutcomes = 1000;
constexpr std::size_t kPurgedAtOnce = 100;

void split_outcomes(std::vector<model::ExchangeOutcome>&& all, Instant now,
                    model::ExchangeStatus& into) {
  for (auto& outcome : all) {
    if (outcome.version.empty()) outcome.version = stix::timestamp6(now);
    auto& list = outcome.message.empty() ? into.successes : into.failures;
    ++(outcome.message.empty() ? into.succeeded : into.failed);
    if (list.size() < kKeptOutcomes) list.push_back(std::move(outcome));
  }
}

}  // namespace

std::string source_of(const model::ExchangeCollection& collection,
                      const model::Organization& organization) {
  return ("stix:" + collection.alias + ":" + organization.code).substr(0, 100);
}

Result<model::ExchangeStatus> submit(store::Store& store, const Clock& clock, IdSource& ids,
                                     const Principal& by,
                                     const model::ExchangeCollection& collection,
                                     std::string_view body) {
  const Instant now = clock.now();
  stix::ImportRequest request;
  request.collection = collection;
  request.by = {by.user.id, by.organization.id, now, {}};
  request.basis = by.basis_for("W17-08");
  request.source = source_of(collection, by.organization);
  request.file_name = "taxii";
  request.whole = request.envelope = request.outcomes = true;
  stix::Importer importer(store, clock, ids, std::move(request));
  TRY_STATUS(importer.feed(body));
  TRY(auto result, importer.finish());
  model::ExchangeStatus status;
  status.id = random_uuid();
  status.collection = collection.id;
  status.organization = by.organization.id;
  status.at = now;
  status.total = result.counts.objects;
  split_outcomes(std::move(result.outcomes), now, status);
  TRY_STATUS(store.write([&](store::WriteTx& tx) -> Status {
    constexpr std::string_view kTable = store::Collection<model::ExchangeStatus>::table;
    TRY(const auto old,
        tx.find_documents(
            kTable, {"at", "", store::time_key(now.plus(-kStatusKept)), {}, {}, kPurgedAtOnce}));
    for (const auto& row : old) TRY_STATUS(tx.erase_document(kTable, row.id));
    TRY_STATUS(store::put(tx, status));
    TRY_STATUS(tx.append({by.user.id,
                          by.organization.id,
                          "exchange.submitted",
                          status.id,
                          "",
                          by.basis_for("W17-07"),
                          {},
                          Json::object({{"collection", collection.id},
                                        {"total", status.total},
                                        {"added", result.counts.added},
                                        {"failed", status.failed},
                                        {"import", result.import}})}));
    return {};
  }));
  return status;
}

Result<std::int64_t> erase_object(store::Store& store, const Principal& by,
                                  const model::ExchangeCollection& collection,
                                  const std::string& id, const Filter& filter) {
  return store.write([&](store::WriteTx& tx) -> Result<std::int64_t> {
    TRY(const auto erased, stix::erase(tx, collection.number, id, filter.versions, filter.specs));
    if (erased == 0) return erased;
    TRY_STATUS(tx.append({by.user.id,
                          by.organization.id,
                          "exchange.object-erased",
                          collection.id,
                          "",
                          by.basis_for("W17-08"),
                          {},
                          Json::object({{"object", id}, {"versions", erased}})}));
    return erased;
  });
}

}  // namespace tocsin::exchange::taxii
