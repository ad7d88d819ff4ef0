// Fields of the query language: which there are, and what their values become.
#pragma once

#include "search/query.h"

namespace tocsin::search {

/// Puts one `name:value,value` into the query. `name` is as it was written.
Status add_field(Query& query, std::string_view name, const std::vector<std::string>& values,
                 bool no);

/// True when that name is a field, a kind of indicator, or one of their Chinese names.
bool is_field(std::string_view name);

}  // namespace tocsin::search
