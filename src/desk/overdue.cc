// What became overdue by the passing of time alone: marked once, with its article.
#include "desk/desk.h"

namespace tocsin::desk {
namespace {

/// What a late clock means for its document besides the mark on the clock itself.
void note(model::Task& task, const model::ClockFact& clock) {
  if (clock.clock == "dispose") task.overdue = true;
}
void note(model::Appeal&, const model::ClockFact&) {}

template <typename T>
Status mark_one(store::WriteTx& tx, Instant now, int& marked, std::string_view action,
                T& document) {
  for (auto& clock : document.clocks) {
    if (!clock.running() || !clock.due || clock.due > now || clock.late_at) continue;
    clock.late_at = now;
    note(document, clock);
    TRY_STATUS(store::put(tx, document));
    TRY_STATUS(tx.append(
        {"system:clock",
         "",
         std::string(action),
         document.id,
         document.threat,
         {clock.basis.rule_set, clock.basis.version, clock.basis.article, clock.basis.requirement},
         {},
         Json::object({{"clock", clock.clock}, {"due", to_string(clock.due)}})}));
    ++marked;
  }
  return {};
}

template <typename T>
Status mark(store::WriteTx& tx, Instant now, int& marked, std::string_view action) {
  // Those marked earlier are still running and come first, so all pages are read.
  store::Find query{"due", store::time_key({0}), store::time_key(now), {}, {}, 500};
  for (;;) {
    TRY(const auto rows, tx.find_documents(store::Collection<T>::table, query));
    if (rows.empty()) return {};
    query.after_key = rows.back().key;
    query.after_id = rows.back().id;
    for (const auto& row : rows) {
      TRY(auto document, store::decode<T>(row.body));
      TRY_STATUS(mark_one<T>(tx, now, marked, action, document));
    }
  }
}

}  // namespace

Result<int> Desk::mark_overdue() {
  return services_.store.write([&](store::WriteTx& tx) -> Result<int> {
    const Instant now = services_.clock.now();
    int marked = 0;
    // The notice's limit (W17-24), the written follow-up (W17-22), the answer (W17-27).
    TRY_STATUS(mark<model::Task>(tx, now, marked, "task.overdue"));
    TRY_STATUS(mark<model::Appeal>(tx, now, marked, "appeal.overdue"));
    return marked;
  });
}

}  // namespace tocsin::desk
