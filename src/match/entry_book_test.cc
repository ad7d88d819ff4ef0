#include "match/entry_book.h"

#include <gtest/gtest.h>

namespace tocsin::match {
namespace {

std::vector<std::string> texts(const EntryPage& page) {
  std::vector<std::string> out;
  for (const auto& one : page.items) out.emplace_back(one.text);
  return out;
}

using Texts = std::vector<std::string>;

TEST(EntryBook, KeepsTheSpellingAndTheOrder) {
  EntryBook book;
  for (const char* entry : {"B.example", "a.example", "192.0.2.0/24"}) book.add(entry);
  const auto all = book.after(0, "", 10);
  EXPECT_EQ(texts(all), (Texts{"B.example", "a.example", "192.0.2.0/24"}));
  EXPECT_EQ(all.items[2].number, 3U);
  EXPECT_EQ(all.next, 0U);
  EXPECT_EQ(texts(book.after(0, "b.EX", 10)), Texts{"B.example"}) << "case does not matter";
  EXPECT_EQ(texts(book.after(0, "nowhere", 10)), Texts{});
}

TEST(EntryBook, PagesMeetWithoutGapOrRepetition) {
  EntryBook book;
  for (int i = 0; i < 25; ++i) book.add((i % 2 == 0 ? "even-" : "odd-") + std::to_string(i));
  Texts seen;
  std::size_t after = 0;
  do {
    const auto page = book.after(after, "even", 4);
    EXPECT_LE(page.items.size(), 4U);
    for (const auto& text : texts(page)) seen.push_back(text);
    EXPECT_TRUE(page.next == 0 || page.next > after) << "it goes on";
    after = page.next;
  } while (after != 0);
  EXPECT_EQ(seen.size(), 13U);
  EXPECT_EQ(seen.back(), "even-24");
  EXPECT_TRUE(book.after(25, "", 4).items.empty());
  EXPECT_TRUE(book.after(~std::size_t{0}, "", 4).items.empty())
      << "behind the end there is nothing";
}

TEST(EntryBook, OneLookReadsABoundedPart) {
  EntryBook book;
  const std::string filler(4096, 'x');
  const std::size_t many = EntryBook::kBytesAtOnce * 3 / 2 / filler.size();
  for (std::size_t i = 0; i < many; ++i) book.add(filler);
  book.add("needle");
  std::size_t looks = 0;
  std::size_t after = 0;
  Texts seen;
  do {
    const auto page = book.after(after, "needle", 10);
    for (const auto& text : texts(page)) seen.push_back(text);
    after = page.next;
    ++looks;
  } while (after != 0);
  EXPECT_EQ(seen, Texts{"needle"});
  EXPECT_EQ(looks, 2U) << "an empty page says where to go on";
}

}  // namespace
}  // namespace tocsin::match
