#include "match/suffix.h"

#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/text.h"
#include "match/domain.h"

namespace tocsin::match {
namespace {

TEST(PublicSuffixes, OwnVectors) {
  const auto path = std::filesystem::temp_directory_path() / "tocsin_suffix_test.dat";
  ASSERT_TRUE(write_file(path, "// own\ncn\ngd.cn\n公司.cn\n*.ck\n!www.ck\n"));
  const auto list = PublicSuffixes::from_file(path);
  std::filesystem::remove(path);
  ASSERT_TRUE(list.has_value());
  EXPECT_EQ(list->registrable("a.b.gd.cn"), "b.gd.cn");
  EXPECT_EQ(list->registrable("gd.cn"), "");
  EXPECT_TRUE(list->is_public_suffix("gd.cn"));
  EXPECT_FALSE(list->is_public_suffix("x.gd.cn"));
  EXPECT_EQ(list->public_suffix("a.x.cn"), "cn");
  EXPECT_EQ(list->registrable("a.b.xn--55qx5d.cn"), "b.xn--55qx5d.cn");
  EXPECT_EQ(list->registrable("www.ck"), "www.ck");
  EXPECT_EQ(list->registrable("a.b.other.ck"), "b.other.ck");
  EXPECT_EQ(list->registrable("a.b.unlisted"), "b.unlisted");
}

TEST(PublicSuffixes, FilesThatAreNoList) {
  EXPECT_EQ(PublicSuffixes::from_file("/nonexistent").error().code, Code::kNotFound);
}

TEST(PublicSuffixes, CheckPublicSuffixVectors) {
  const char* shared = std::getenv("TOCSIN_SHARED");
  if (shared == nullptr) GTEST_SKIP() << "TOCSIN_SHARED is not set: no checkPublicSuffix vectors";
  const auto folder = std::filesystem::path(shared) / "data/china/psl";
  const auto list = PublicSuffixes::from_file(folder / "public_suffix_list.dat");
  ASSERT_TRUE(list.has_value());
  std::ifstream in(folder / "test_psl.txt");
  int checked = 0;
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("checkPublicSuffix(")) continue;
    const auto fields = split(line, '\'');  // 'name', 'result' or null
    if (fields.size() < 3) continue;
    std::uint32_t notes = 0;
    const auto name = canonical_domain(fields[1], notes);
    const std::string want =
        fields.size() >= 5 ? canonical_domain(fields[3], notes).value_or("?") : "";
    ++checked;
    if (!name) {
      EXPECT_EQ(want, "") << line;  // '.com', 'com': no name for us at all
    } else {
      EXPECT_EQ(list->registrable(*name), want) << line;
    }
  }
  EXPECT_GE(checked, 75);
}

}  // namespace
}  // namespace tocsin::match
