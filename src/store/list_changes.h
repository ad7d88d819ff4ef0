// Queries over the versioned list that several rooms share.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "model/list.h"
#include "store/store.h"

namespace tocsin::store {

/// Changes of one addressee's list with version > after, in order, at most `limit`.
Result<std::vector<model::ListChange>> list_changes(ReadTx& tx, std::string_view addressee,
                                                    std::uint64_t after, std::size_t limit);

/// The newest changes of one addressee's list with version < before, newest first, at most `limit`.
Result<std::vector<model::ListChange>> newest_list_changes(ReadTx& tx, std::string_view addressee,
                                                           std::size_t limit,
                                                           std::uint64_t before = UINT64_MAX);

/// Newest version of one addressee's list; 0 when nothing was ever listed for it.
Result<std::uint64_t> list_version(ReadTx& tx, std::string_view addressee);

/// Live entries of one addressee, strictly after the entry id `after`, at most `limit`.
Result<std::vector<model::ListEntry>> live_entries(ReadTx& tx, std::string_view addressee,
                                                   std::string_view after, std::size_t limit);

}  // namespace tocsin::store
