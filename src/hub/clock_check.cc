#include "hub/clock_check.h"

namespace tocsin::hub {
namespace {

constexpr std::chrono::seconds kTolerated{5};

}  // namespace

Result<std::chrono::seconds> clock_behind(store::Store& store, const Clock& clock) {
  TRY(const auto newest, store.read([](store::ReadTx& tx) -> Result<Instant> {
    TRY(const auto last, tx.last_sequence());
    if (last == 0) return Instant{};
    TRY(const auto entries, tx.journal(last - 1, 1));
    return entries.empty() ? Instant{} : entries.front().time;
  }));
  const auto behind = std::chrono::duration_cast<std::chrono::seconds>(newest - clock.now());
  return behind > kTolerated ? behind : std::chrono::seconds{0};
}

Text clock_warning(std::chrono::seconds behind) {
  const std::string seconds = std::to_string(behind.count());
  return {"系统时钟比日志最新条目早 " + seconds +
              " 秒：在时钟赶上之前，所有事项均按该条目的时间记录，期限亦受影响，请校准时钟",
          "the system clock is " + seconds +
              " s behind the newest entry of the journal: until it has caught up, what happens is "
              "dated by that entry, and deadlines with it; set the clock right"};
}

}  // namespace tocsin::hub
