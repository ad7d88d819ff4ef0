#include "evidence/container.h"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "base/file.h"

namespace tocsin::evidence {
namespace {

Files some() {
  return {{"case.json", "{}"},
          {"manifest.json", std::string(512, 'm')},
          {"probes/a.json", ""},
          {"documents/ntc_01.json", std::string(513, '\0')}};
}

TEST(Container, RoundTrip) {
  const auto bytes = pack(some());
  ASSERT_TRUE(bytes);
  EXPECT_EQ(bytes->size() % 512, 0U);
  const auto files = unpack(*bytes);
  ASSERT_TRUE(files) << files.error().message;
  EXPECT_EQ(Files(files->begin(), files->end()), some());
  EXPECT_TRUE(unpack(*pack({})));
}

TEST(Container, AnotherKindOfFileIsToldFromADamagedBundle) {
  const std::string whole = *pack(some());
  for (const std::size_t at : {0U, 260U, 700U}) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] + 1);
    EXPECT_TRUE(looks_like_bundle(damaged)) << at;
  }
  EXPECT_TRUE(looks_like_bundle(whole.substr(0, 300))) << "cut short";
  EXPECT_FALSE(looks_like_bundle(""));
  EXPECT_FALSE(looks_like_bundle("# Tocsin\n" + std::string(600, ' ')));
}

TEST(Container, RealTarReadsIt) {
  std::string pattern = (std::filesystem::temp_directory_path() / "tocsin-tar-XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(pattern.data());
  ASSERT_TRUE(write_file(folder / "x.tocsin-evidence", *pack(some())));
  const std::string command = "cd " + folder.string() + " && tar -xf x.tocsin-evidence 2>err.txt";
  EXPECT_EQ(std::system(command.c_str()), 0);
  EXPECT_EQ(*read_file(folder / "err.txt"), "");
  for (const auto& [path, content] : some()) EXPECT_EQ(*read_file(folder / path), content);
  std::filesystem::remove_all(folder);
}

TEST(Container, OnlyKnownPaths) {
  for (const char* good : {"case.json", "documents/ntc_01J9.json", "documents/a-b.p7s",
                           "probes/X.json", "journal/head.p7s"}) {
    EXPECT_TRUE(is_bundle_path(good)) << good;
  }
  for (const std::string& bad :
       {std::string(), std::string("/etc/passwd"), std::string("../case.json"),
        std::string("documents/../x.json"), std::string("documents/.json"),
        std::string("documents/a/b.json"), std::string("documents/-rf.json"),
        std::string("documents/a.exe"), std::string("keys/abc.pem"), std::string("./case.json"),
        "documents/" + std::string(65, 'a') + ".json", std::string("probes/a.json\n"),
        std::string("keys/../journal/head.json")}) {
    EXPECT_FALSE(is_bundle_path(bad)) << bad;
    EXPECT_FALSE(pack({{bad, ""}})) << bad;
  }
}

TEST(Container, EveryOtherSpellingOfTheSameFilesIsRefused) {
  const std::string good = *pack(some());
  const auto refused = [](const std::string& bytes) { return !unpack(bytes).has_value(); };
  EXPECT_TRUE(refused(""));
  EXPECT_TRUE(refused(good.substr(0, good.size() - 512)));
  EXPECT_TRUE(refused(good + std::string(512, '\0')));
  EXPECT_TRUE(refused(good.substr(0, good.size() - 1024)));
  for (std::size_t size = 0; size < good.size(); size += 256) {
    EXPECT_TRUE(refused(good.substr(0, size))) << size;
  }
  // Two members swapped, and one member twice; both are valid tar.
  const std::string a = pack({{"case.json", "1"}})->substr(0, 1024);
  const std::string b = pack({{"manifest.json", "2"}})->substr(0, 1024);
  const std::string end(1024, '\0');
  EXPECT_FALSE(refused(a + b + end));
  EXPECT_TRUE(refused(b + a + end));
  EXPECT_TRUE(refused(a + a + b + end));
  // Any changed byte outside the contents.
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    const auto files = unpack(bad);
    if (files) {
      EXPECT_NE(Files(files->begin(), files->end()), some()) << i;
      EXPECT_EQ(*pack(Files(files->begin(), files->end())), bad) << i;
    }
  }
}

TEST(Container, LimitsHold) {
  EXPECT_EQ(pack({{"case.json", std::string(kMaxFileBytes + 1, 'x')}}).error().code,
            Code::kTooLarge);
  std::string header = pack({{"case.json", ""}})->substr(0, 512);
  for (const char* size : {"77777777777", "-0000000001", "           "}) {
    header.replace(124, 11, size);
    EXPECT_FALSE(unpack(header + std::string(2048, '\0'))) << size;
  }
}

}  // namespace
}  // namespace tocsin::evidence
