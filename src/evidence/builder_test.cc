#include "evidence/builder.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "base/file.h"
#include "evidence/check.h"
#include "evidence/sample_case_test.h"

namespace tocsin::evidence {
namespace {

TEST(Builder, TheContainerDependsOnTheContentOnly) {
  const SampleCase sample;
  const std::string first = sample.bundle();
  const auto views = unpack(first);
  ASSERT_TRUE(views);
  EXPECT_EQ(*pack(Files(views->begin(), views->end())), first);
  // Signatures are randomised; everything else is the same when made again.
  const std::string second = sample.bundle();
  const auto again = unpack(second);
  ASSERT_EQ(again->size(), views->size());
  for (const auto& [path, content] : *views) {
    if (path.ends_with(".p7s") || path == kManifest) continue;
    EXPECT_EQ(again->at(path), content) << path;
  }
}

TEST(Builder, WritesTheFile) {
  const SampleCase sample;
  const auto path = std::filesystem::temp_directory_path() / "tocsin-builder.tocsin-evidence";
  ASSERT_TRUE(sample.builder().write(path, sample.hub.key, sample.hub.certificate));
  EXPECT_TRUE(check_file(path).ok);
  std::filesystem::remove(path);
}

TEST(Builder, RefusesWhatCouldNotBeVerified) {
  const SampleCase sample;
  Builder builder = sample.builder();
  const std::string p7s = sample.hub.sign("{}", sample.start);
  EXPECT_FALSE(builder.add_document("../x", "{}", p7s));
  EXPECT_EQ(builder.add_document("x", "{\"a\":1}", p7s).error().field, "documents/x.json");
  EXPECT_FALSE(builder.add_probe("a/b", Json::object()));
  EXPECT_FALSE(builder.add_entry(sample.entries[0], {})) << "of another case";
  EXPECT_FALSE(builder.add_entry(sample.entries[5], {})) << "not ascending";
  auto head = sample.head();
  head.size = 13;
  EXPECT_FALSE(builder.set_head(head, p7s));

  const auto sealed = [&](Builder&& altered) {
    const auto bundle = std::move(altered).seal(sample.hub.key, sample.hub.certificate);
    return bundle ? std::string("sealed") : bundle.error().field;
  };
  EXPECT_EQ(sealed(sample.builder()), "sealed");
  ASSERT_TRUE(builder.add_probe("uncited", Json::object({{"x", 1}})));
  EXPECT_EQ(sealed(std::move(builder)), "cited");
  EXPECT_EQ(sealed(Builder(sample.about, SampleCase::kHubName, sample.start)), "container");
  // A head from before the case's last entry proves nothing about it.
  Builder early = sample.builder();
  auto old = sample.head();
  old.size = 7;
  old.root = *journal::root_at(sample.nodes, 7);
  ASSERT_TRUE(early.set_head(old, sample.hub.sign(old.canonical(), old.time)));
  EXPECT_EQ(sealed(std::move(early)), "proofs");
}

}  // namespace
}  // namespace tocsin::evidence
