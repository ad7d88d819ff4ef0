#include "base/csv.h"

#include <gmock/gmock.h>

namespace tocsin::csv {
namespace {

using testing::ElementsAre;

TEST(Csv, RecordsInAndOut) {
  std::vector<std::string> fields;
  ASSERT_EQ(parse_record(R"(a,"b ""c"", d",,e)", ',', fields), Parse::kDone);
  EXPECT_THAT(fields, ElementsAre("a", R"(b "c", d)", "", "e"));
  ASSERT_EQ(parse_record("x;y", ';', fields), Parse::kDone);
  EXPECT_THAT(fields, ElementsAre("x", "y"));
  EXPECT_EQ(parse_record(R"(a,"open)", ',', fields), Parse::kNeedsMore);
  EXPECT_EQ(parse_record(R"("a"b)", ',', fields), Parse::kBroken);
  ASSERT_EQ(parse_record(R"("a"b,c)", ',', fields, Strictness::kLenient), Parse::kDone);
  EXPECT_THAT(fields, ElementsAre("ab", "c"));
  EXPECT_EQ(parse_record(std::string(2000, ','), ',', fields), Parse::kBroken);

  const std::vector<std::string> odd = {"", "a,b", "say \"no\"", "# mark", "two\nlines", " x", ""};
  const std::string text = record(odd);
  ASSERT_EQ(parse_record(std::string_view(text).substr(0, text.size() - 1), ',', fields),
            Parse::kDone);
  EXPECT_EQ(fields, odd);
}

}  // namespace
}  // namespace tocsin::csv
