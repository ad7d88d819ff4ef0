// What became overdue by the passing of time alone: marked once, with its article.
#include "desk/desk.h"

namespace tocsin::desk {
namespace {

template <typename T>
Status mark(store::WriteTx& tx, Instant now, int& marked, std::string_view action,
            const std::function<bool(T&, const model::ClockFact&)>& note) {
  constexpr std::size_t kPage = 500;
  TRY(auto due,
      store::find<T>(
          tx, store::Find{"due", store::time_key({0}), store::time_key(now), {}, {}, kPage}));
  for (auto& document : due) {
    for (const auto& clock : document.clocks) {
      if (!clock.running() || !clock.due || clock.due > now || !note(document, clock)) continue;
      TRY_STATUS(store::put(tx, document));
      std::string threat;
      if constexpr (requires { document.threat; }) threat = document.threat;
      TRY_STATUS(
          tx.append({"system:clock",
                     "",
                     std::string(action),
                     document.id,
                     threat,
                     {clock.basis.rule_set, clock.basis.version, clock.basis.article,
                      clock.basis.requirement},
                     {},
                     Json::object({{"clock", clock.clock}, {"due", to_string(clock.due)}})}));
      ++marked;
    }
  }
  return {};
}

}  // namespace

Result<int> Desk::mark_overdue() {
  return services_.store.write([&](store::WriteTx& tx) -> Result<int> {
    const Instant now = services_.clock.now();
    int marked = 0;
    TRY_STATUS(mark<model::Task>(tx, now, marked, "task.overdue",
                                 [](model::Task& task, const model::ClockFact& clock) {
                                   if (clock.clock != "dispose" || task.overdue) return false;
                                   task.overdue = true;
                                   return true;
                                 }));
    return marked;
  });
}

}  // namespace tocsin::desk
