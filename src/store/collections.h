// How each model type is kept: its table, and the keys it can be found by.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/appeal.h"
#include "model/delivery.h"
#include "model/exchange.h"
#include "model/labels.h"
#include "model/list.h"
#include "model/notice.h"
#include "model/organization.h"
#include "model/reference.h"
#include "model/relapse.h"
#include "model/rule_file.h"
#include "model/saved_search.h"
#include "model/source.h"
#include "model/task.h"
#include "store/store.h"

namespace tocsin::store {

/// Specialised per type: `table` and `keys(document)`.
template <typename T>
struct Collection;

#define TOCSIN_COLLECTION(Type, name)                      \
  template <>                                              \
  struct Collection<model::Type> {                         \
    static constexpr std::string_view table = name;        \
    static std::vector<IndexKey> keys(const model::Type&); \
  }

TOCSIN_COLLECTION(Organization, "organization");
TOCSIN_COLLECTION(User, "user_account");
TOCSIN_COLLECTION(Token, "token");
TOCSIN_COLLECTION(Threat, "threat");
TOCSIN_COLLECTION(Task, "task");
TOCSIN_COLLECTION(Notice, "notice");
TOCSIN_COLLECTION(Evidence, "evidence");
TOCSIN_COLLECTION(Appeal, "appeal");
TOCSIN_COLLECTION(Source, "source");
TOCSIN_COLLECTION(Import, "import_run");
TOCSIN_COLLECTION(FeedSchema, "feed_schema");
TOCSIN_COLLECTION(ListEntry, "list_entry");
TOCSIN_COLLECTION(ListChange, "list_change");
TOCSIN_COLLECTION(EnforcementPoint, "enforcement_point");
TOCSIN_COLLECTION(RuleFile, "rule_file");
TOCSIN_COLLECTION(ReferenceSet, "reference_set");
TOCSIN_COLLECTION(Responsibility, "responsibility");
TOCSIN_COLLECTION(ExchangeCollection, "exchange_collection");
TOCSIN_COLLECTION(ExchangeStatus, "exchange_status");
TOCSIN_COLLECTION(Subscription, "subscription");
TOCSIN_COLLECTION(Delivery, "delivery");
TOCSIN_COLLECTION(SavedSearch, "saved_search");
TOCSIN_COLLECTION(Relapse, "relapse");
#undef TOCSIN_COLLECTION

/// STIX objects as they were given (src/exchange/stix/base.h): bodies are not JSON documents of
/// ours.
inline constexpr std::string_view kStixObjects = "stix_object";

/// Every table that a backend creates.
const std::vector<std::string_view>& tables();

/// A text whose byte order is the order of times, for keys.
std::string time_key(Instant t);
/// When a delivery is due in its lane: senders work side by side.
std::string lane_key(std::int64_t lane, Instant next_try);

template <typename T>
Result<T> decode(const std::string& body) {
  TRY(const Json json, Json::parse(body));
  T out{};
  TRY_STATUS(model::from_json(json, out));
  return out;
}

template <typename T>
Result<std::vector<T>> decode_all(const std::vector<Stored>& rows) {
  std::vector<T> out;
  for (const auto& row : rows) {
    TRY(out.emplace_back(), decode<T>(row.body));
  }
  return out;
}

/// The document; kNotFound naming what was looked for.
template <typename T>
Result<T> get(ReadTx& tx, std::string_view id) {
  TRY(const auto body, tx.get_document(Collection<T>::table, id));
  if (!body) {
    const Text what = model::label(Collection<T>::table);
    return fail_bi(Code::kNotFound, "there is no " + what.en + " " + std::string(id),
                   "没有" + what.zh + " " + std::string(id), "id");
  }
  return decode<T>(*body);
}

template <typename T>
Status put(WriteTx& tx, const T& document) {
  return tx.put_document(Collection<T>::table, document.id, model::to_json(document).dump(),
                         Collection<T>::keys(document));
}

template <typename T>
Result<std::vector<T>> find(ReadTx& tx, const Find& query) {
  TRY(const auto rows, tx.find_documents(Collection<T>::table, query));
  return decode_all<T>(rows);
}

/// All documents with exactly that key; only for keys that few documents share.
template <typename T>
Result<std::vector<T>> find(ReadTx& tx, std::string_view index, std::string_view key,
                            std::size_t limit = 10000) {
  return find<T>(tx, Find{std::string(index), std::string(key), std::string(key), {}, {}, limit});
}

template <typename T>
Result<std::optional<T>> find_one(ReadTx& tx, std::string_view index, std::string_view key) {
  TRY(auto all, find<T>(tx, index, key, 1));
  if (all.empty()) return std::optional<T>();
  return std::optional<T>(std::move(all.front()));
}

template <typename T>
Result<std::vector<T>> scan(ReadTx& tx, std::string_view after = {}, std::size_t limit = 1000) {
  TRY(const auto rows, tx.scan_documents(Collection<T>::table, after, limit));
  return decode_all<T>(rows);
}

/// Backwards, from the last when `before` is empty.
template <typename T>
Result<std::vector<T>> scan_down(ReadTx& tx, std::string_view before, std::size_t limit) {
  TRY(const auto rows, tx.scan_documents_down(Collection<T>::table, before, limit));
  return decode_all<T>(rows);
}

}  // namespace tocsin::store
