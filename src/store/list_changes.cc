#include "store/list_changes.h"

#include "store/collections.h"

namespace tocsin::store {
namespace {

/// All documents under one key, resumed after an id.
Find page_of(std::string_view index, std::string_view key, std::string_view after,
             std::size_t limit) {
  const std::string k(key);
  return {std::string(index), k, k, after.empty() ? "" : k, std::string(after), limit, false};
}

}  // namespace

Result<std::vector<model::ListChange>> list_changes(ReadTx& tx, std::string_view addressee,
                                                    std::uint64_t after, std::size_t limit) {
  return find<model::ListChange>(
      tx, page_of("addressee", addressee, model::list_version_key(after), limit));
}

Result<std::vector<model::ListChange>> newest_list_changes(ReadTx& tx, std::string_view addressee,
                                                           std::size_t limit,
                                                           std::uint64_t before) {
  Find query = page_of("addressee", addressee, model::list_version_key(before), limit);
  query.descending = true;
  return find<model::ListChange>(tx, query);
}

Result<std::uint64_t> list_version(ReadTx& tx, std::string_view addressee) {
  TRY(const auto newest, newest_list_changes(tx, addressee, 1));
  return newest.empty() ? 0U : newest.front().version;
}

Result<std::vector<model::ListEntry>> live_entries(ReadTx& tx, std::string_view addressee,
                                                   std::string_view after, std::size_t limit) {
  return find<model::ListEntry>(tx, page_of("live", addressee, after, limit));
}

}  // namespace tocsin::store
