// What became overdue by the passing of time alone: marked once, with its article.
#include "desk/desk.h"

namespace tocsin::desk {
namespace {

template <typename T>
using Note = std::function<bool(T&, const model::ClockFact&)>;

template <typename T>
Status mark_one(store::WriteTx& tx, Instant now, int& marked, std::string_view action,
                const Note<T>& note, T& document) {
  for (const auto& clock : document.clocks) {
    if (!clock.running() || !clock.due || clock.due > now || !note(document, clock)) continue;
    TRY_STATUS(store::put(tx, document));
    std::string threat;
    if constexpr (requires { document.threat; }) threat = document.threat;
    TRY_STATUS(tx.append(
        {"system:clock",
         "",
         std::string(action),
         document.id,
         threat,
         {clock.basis.rule_set, clock.basis.version, clock.basis.article, clock.basis.requirement},
         {},
         Json::object({{"clock", clock.clock}, {"due", to_string(clock.due)}})}));
    ++marked;
  }
  return {};
}

template <typename T>
Status mark(store::WriteTx& tx, Instant now, int& marked, std::string_view action,
            const Note<T>& note) {
  // Those marked earlier are still running and come first, so all pages are read.
  store::Find query{"due", store::time_key({0}), store::time_key(now), {}, {}, 500};
  for (;;) {
    TRY(const auto rows, tx.find_documents(store::Collection<T>::table, query));
    if (rows.empty()) return {};
    query.after_key = rows.back().key;
    query.after_id = rows.back().id;
    for (const auto& row : rows) {
      TRY(auto document, store::decode<T>(row.body));
      TRY_STATUS(mark_one<T>(tx, now, marked, action, note, document));
    }
  }
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
