#include "exchange/taxii/filter.h"

#include <gtest/gtest.h>

#include "exchange/taxii/service.h"

namespace tocsin::exchange::taxii {
namespace {

Filter parsed(std::string_view query) {
  auto filter = parse_filter(http::parse_query(query).value());
  EXPECT_TRUE(filter) << query;
  return filter ? *filter : Filter{};
}

TEST(TaxiiFilter, ReadsEveryParameter) {
  const Filter f = parsed(
      "added_after=2026-01-01T00:00:00.000001Z&limit=5000&match[type]=b,a,a&match[id]=x&"
      "match[version]=first,2026-01-02T00:00:00Z&match[spec_version]=2.1,2.0&other=1");
  EXPECT_EQ(f.added_after.micros % 1'000'000, 1);
  EXPECT_EQ(f.limit, kMostPerPage);
  EXPECT_EQ(f.types, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(f.versions.first);
  EXPECT_FALSE(f.versions.last);
  EXPECT_EQ(f.versions.exact.size(), 1U);
  EXPECT_EQ(f.specs.size(), 2U);
  EXPECT_TRUE(parsed("").versions.last);
}

TEST(TaxiiFilter, RefusesWhatIsNone) {
  for (const char* query : {"limit=0", "limit=-1", "limit=1x", "added_after=2026-01-01",
                            "match[version]=latest", "match[spec_version]=1.2"}) {
    const auto refused = parse_filter(http::parse_query(query).value());
    ASSERT_FALSE(refused) << query;
    EXPECT_EQ(refused.error().code, Code::kInvalid);
    EXPECT_FALSE(refused.error().message_zh.empty());
  }
}

TEST(TaxiiNext, IsBoundToCollectionFilterAndSecret) {
  const Filter filter = parsed("match[type]=indicator,malware");
  const Instant at{1'764'000'000'123'456};
  const std::string next = make_next("secret", "c-1", filter, at);
  EXPECT_EQ(read_next("secret", "c-1", filter, next).value(), at);
  // The order in which a filter was written does not matter, what it says does.
  EXPECT_TRUE(read_next("secret", "c-1", parsed("match[type]=malware,indicator"), next));
  EXPECT_TRUE(read_next("secret", "c-1", parsed("match[type]=malware,indicator&limit=3"), next));
  EXPECT_FALSE(read_next("secret", "c-1", parsed("match[type]=malware"), next));
  EXPECT_FALSE(read_next("secret", "c-2", filter, next));
  EXPECT_FALSE(read_next("other", "c-1", filter, next));
  for (std::size_t i = 0; i < next.size(); ++i) {
    std::string changed = next;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(read_next("secret", "c-1", filter, changed)) << i;
  }
}

TEST(TaxiiAccept, NegotiatesAsTheStandardSays) {
  EXPECT_TRUE(acceptable(""));
  EXPECT_TRUE(acceptable("application/taxii+json;version=2.1"));
  EXPECT_TRUE(acceptable("application/taxii+json; version=\"2.1\""));
  EXPECT_TRUE(acceptable("text/html, */*;q=0.1"));
  EXPECT_FALSE(acceptable("application/taxii+json;version=2.0"));
  EXPECT_FALSE(acceptable("application/json"));
  EXPECT_FALSE(acceptable("application/taxii+json;q=0"));
}

}  // namespace
}  // namespace tocsin::exchange::taxii
