// An mbox is cut into its messages, in pieces of any size.
#include "sources/mbox.h"

#include <vector>

#include <gmock/gmock.h>

namespace tocsin::sources {
namespace {

using testing::ElementsAre;

struct Cut {
  std::vector<std::string> messages;
  std::vector<bool> cut;
  bool is_mbox = false;
};

Cut cut(std::string_view bytes, std::size_t step, std::size_t limit = 1000) {
  Cut out;
  MboxSplitter splitter(
      [&](std::string&& message, bool too_long) -> Status {
        out.messages.push_back(std::move(message));
        out.cut.push_back(too_long);
        return {};
      },
      limit);
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    EXPECT_TRUE(splitter.feed(bytes.substr(at, step)));
  }
  out.is_mbox = static_cast<bool>(splitter.finish());
  return out;
}

TEST(Mbox, MessagesAreCutAtFromLinesAndQuotesUndone) {
  constexpr std::string_view kBox =
      "From a@b.example Thu Jan  1 00:00:00 2026\nSubject: one\n\nFrom here\n\n>From there\n\n"
      "From c@d.example Thu Jan  1 00:00:00 2026\nSubject: two\n\nlast";
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, kBox.size()}) {
    const auto seen = cut(kBox, step);
    EXPECT_TRUE(seen.is_mbox);
    // Behind an empty line `From ` always begins a message: an unquoted one is the writer's fault.
    EXPECT_THAT(seen.messages,
                ElementsAre("Subject: one\n", "\nFrom there\n", "Subject: two\n\nlast"));
  }
}

TEST(Mbox, AMessageThatIsTooLongIsCutAndSaid) {
  const auto seen = cut("From a\n" + std::string(20, 'x') + "\n\nFrom b\nok\n", 5, 10);
  EXPECT_THAT(seen.messages, ElementsAre(std::string(10, 'x'), "ok\n"));
  EXPECT_THAT(seen.cut, ElementsAre(true, false));
}

TEST(Mbox, AnotherFileIsNone) {
  EXPECT_FALSE(cut("Subject: x\n\nhello\n", 3).is_mbox);
  EXPECT_TRUE(cut("", 3).is_mbox);
}

}  // namespace
}  // namespace tocsin::sources
