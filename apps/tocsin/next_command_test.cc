#include "next_command.h"

#include <gtest/gtest.h>

namespace tocsin::cli {
namespace {

TEST(NextCommand, TheNumberSaysWhichTable) {
  EXPECT_EQ(next_command("T-2026-000001", "submitted", "identifying"),
            "tocsin delegate T-2026-000001 --body ORG");
  EXPECT_EQ(next_command("T-2026-000001-2", "notified", "disposing"), "tocsin ack T-2026-000001-2");
  EXPECT_EQ(next_command("A-2026-000001", "accepted", "checking"),
            "tocsin appeal check A-2026-000001");
}

TEST(NextCommand, TheSameStateIsReachedByAnotherCommandFromElsewhere) {
  EXPECT_EQ(next_command("A-2026-000001", "filed", "accepted"),
            "tocsin appeal admit A-2026-000001");
  EXPECT_EQ(next_command("A-2026-000001", "inadmissible", "accepted"),
            "tocsin appeal admit A-2026-000001 --knew DATE --reason ...");
  EXPECT_EQ(next_command("T-2026-000001-1", "lifted", "lift-ordered"),
            "tocsin verify T-2026-000001-1");
  EXPECT_EQ(next_command("T-2026-000001-1", "notified", "lift-ordered"), "") << "a ruling does it";
}

}  // namespace
}  // namespace tocsin::cli
