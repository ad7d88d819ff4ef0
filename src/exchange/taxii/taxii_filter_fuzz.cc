// Query strings of strangers, and `next` that was not given out: a filter that is accepted says the
// same when its own `next` comes back, and nothing else passes for one.
#include <cstdint>
#include <string_view>

#include "exchange/taxii/filter.h"
#include "exchange/taxii/service.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  using namespace tocsin::exchange::taxii;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  (void)acceptable(text);
  const auto query = http::parse_query(text);
  if (!query) return 0;
  const auto filter = parse_filter(*query);
  if (!filter) return 0;
  ASSERT(filter->limit >= 1 && filter->limit <= kMostPerPage);
  ASSERT(filter->ids.size() <= kMostIds && filter->types.size() <= kMostWords);
  const Instant at{1'764'000'000'000'001};
  const auto next = make_next("secret", "collection", *filter, at);
  const auto back = read_next("secret", "collection", *filter, next);
  ASSERT(back && *back == at);
  // The secret here is not the service's: whatever the input holds was never given out.
  ASSERT(!read_next("another secret", "collection", *filter, filter->next));
  return 0;
}
