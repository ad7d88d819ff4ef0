#include "search/indexer.h"

#include <algorithm>

#include "store/collections.h"
#include "vulnerability/vulnerability.h"

namespace tocsin::search {
namespace {

/// Of words and keys: with another one, everything is cut anew.
constexpr const char* kForm = "3";
constexpr std::size_t kEntries = 128;
constexpr std::size_t kDocuments = 200;
constexpr std::size_t kIndicators = 500;
constexpr std::size_t kForgotten = 2'000;

/// The small ones first, so that a fresh index is of use soon.
constexpr Place kOrder[] = {Place::kOrganizations,  Place::kSources, Place::kCases,
                            Place::kTasks,          Place::kAppeals, Place::kEntries,
                            Place::kVulnerabilities};

std::string_view table_of(Place place) {
  switch (place) {
    case Place::kCases:
      return store::Collection<model::Threat>::table;
    case Place::kTasks:
      return store::Collection<model::Task>::table;
    case Place::kAppeals:
      return store::Collection<model::Appeal>::table;
    case Place::kOrganizations:
      return store::Collection<model::Organization>::table;
    case Place::kSources:
      return store::Collection<model::Source>::table;
    case Place::kVulnerabilities:
      return store::Collection<vulnerability::Vulnerability>::table;
    case Place::kEntries:
      return store::Collection<model::ListEntry>::table;
    case Place::kIndicators:
      break;
  }
  panic(__FILE__, __LINE__, "indicators are no documents");
}

/// Behind which id a place is read on, behind a mark; empty when it is not being read.
std::string scan_note(Place place) { return "scan:" + std::string(name(place)); }
std::string done_note(Place place) { return "done:" + std::string(name(place)); }
constexpr char kMark = '>';

std::uint64_t number_in(const std::string& text) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, to_int(text).value_or(0)));
}

Result<std::string> hash_at(store::ReadTx& tx, std::uint64_t sequence) {
  if (sequence == 0) return std::string();
  TRY(const auto entries, tx.journal(sequence - 1, 1));
  return entries.empty() ? std::string("missing") : entries.front().hash;
}

}  // namespace

std::vector<std::string> collections() {
  const auto& all = enum_names(Place{});
  return {all.begin(), all.end()};
}

Result<std::string> epoch(store::TextIndex& index) { return index.note("epoch"); }

Result<Progress> progress(store::Store& store, store::TextIndex& index) {
  Progress out;
  TRY(const auto cursor, index.note("cursor"));
  out.indexed = number_in(cursor);
  TRY(const auto last, index.note("indicators"));
  TRY_STATUS(store.read([&](store::ReadTx& tx) -> Status {
    TRY(out.journal, tx.last_sequence());
    TRY(const auto indicators, tx.newest_indicator());
    out.indicators_behind =
        std::max<std::int64_t>(0, indicators - static_cast<std::int64_t>(number_in(last)));
    return {};
  }));
  TRY(const auto made, epoch(index));
  out.complete = !made.empty();
  for (const Place place : kOrder) {
    TRY(const auto done, index.note(done_note(place)));
    out.complete = out.complete && !done.empty();
  }
  return out;
}

Result<std::uint64_t> Indexer::number(const std::string& note) {
  TRY(const auto text, index_.note(note));
  return number_in(text);
}

/// Is the index of this form and of this journal? If not, it begins again from here.
Status Indexer::prepare() {
  TRY(const auto form, index_.note("form"));
  TRY(const auto tip, index_.note("tip"));
  TRY(const auto cursor, number("cursor"));
  std::uint64_t length = 0;
  std::string last;
  std::string there;
  TRY_STATUS(store_.read([&](store::ReadTx& tx) -> Status {
    TRY(length, tx.last_sequence());
    TRY(last, hash_at(tx, length));
    TRY(there, hash_at(tx, cursor));
    return {};
  }));
  const std::string wanted = kForm + ("+" + tallies_.form);
  if (form == wanted && there == tip) return {};
  TRY_STATUS(index_.clear());
  std::map<std::string, std::string> notes = {{"form", wanted},
                                              {"epoch", std::to_string(clock_.now().micros)},
                                              {"cursor", std::to_string(length)},
                                              {"tip", last}};
  for (const Place place : kOrder) notes[scan_note(place)] = std::string(1, kMark);
  return index_.put({"", {}, std::move(notes)});
}

/// A document that a first reading has not come to yet is left to it: its place in the order is
/// behind those before it.
Result<bool> Indexer::reached(Place place, const std::string& id) {
  TRY(const auto done, index_.note(done_note(place)));
  if (!done.empty()) return true;
  TRY(const auto at, index_.note(scan_note(place)));
  return !at.empty() && id <= at.substr(1);
}

Result<store::TextDocument> Indexer::load(Documents& documents, const TallyOf& tally, Place place,
                                          const std::string& id) {
  TRY(const auto found, documents.load(place, id));
  if (!found) return store::TextDocument{id, {}, {}, {}};
  TRY(auto counted, tally(place, found->document));
  return found->document.indexed(std::move(counted));
}

Status Indexer::put(Place place, const std::set<std::string>& ids,
                    std::map<std::string, std::string> notes) {
  store::TextBatch batch;
  batch.collection = name(place);
  batch.notes = std::move(notes);
  TRY_STATUS(store_.read([&](store::ReadTx& tx) -> Status {
    Documents documents(tx, locate_);
    const TallyOf tally = tallies_.open(tx);
    for (const auto& id : ids) {
      TRY(batch.documents.emplace_back(), load(documents, tally, place, id));
    }
    return {};
  }));
  return index_.put(batch);
}

Status Indexer::read_entry(store::ReadTx& tx, const journal::Entry& entry, News& news) {
  if (!entry.threat.empty()) {
    news.touched[Place::kCases].insert(entry.threat);
    TRY(const auto tasks, store::find<model::Task>(tx, "threat", entry.threat));
    for (const auto& task : tasks) news.touched[Place::kTasks].insert(task.id);
    TRY(const auto appeals, store::find<model::Appeal>(tx, "threat", entry.threat));
    for (const auto& appeal : appeals) news.touched[Place::kAppeals].insert(appeal.id);
  }
  const std::string_view action = entry.action;
  if (action.starts_with("list.")) news.touched[Place::kEntries].insert(entry.subject);
  if (action.starts_with("threat.")) {
    // Who may read the case, and what it is, is said of its entries, too.
    TRY(const auto tasks, store::find<model::Task>(tx, "threat", entry.threat));
    for (const auto& task : tasks) {
      TRY(const auto listed, store::find<model::ListEntry>(tx, "task", task.id));
      for (const auto& e : listed) news.touched[Place::kEntries].insert(e.id);
    }
  }
  if (action == "organization.added") {
    // A new administration has jurisdiction over what is there.
    const auto unit = store::get<model::Organization>(tx, entry.subject);
    if (unit && unit->type == model::OrganizationType::kTca) {
      news.again.insert({Place::kCases, Place::kTasks, Place::kAppeals, Place::kEntries});
    }
  }
  if (action.starts_with("organization."))
    news.touched[Place::kOrganizations].insert(entry.subject);
  if (action.starts_with("source.")) news.touched[Place::kSources].insert(entry.subject);
  if (action == "vulnerability.imported") news.again.insert(Place::kVulnerabilities);
  if (action == "reference.imported") {
    news.again.insert({Place::kCases, Place::kTasks, Place::kAppeals, Place::kEntries});
    news.indicators_again = true;
  }
  if (action == "import.finished") {
    const auto run = store::get<model::Import>(tx, entry.subject);
    if (!run || run->merged + run->withdrawn == 0) return {};
    const auto source = store::get<model::Source>(tx, run->source);
    if (source) news.resighted.insert(source->number);
  }
  if (action == "indicators.purged") {
    news.purged += std::to_string(entry.data["from"].as_int()) + "-" +
                   std::to_string(entry.data["to"].as_int()) + ",";
  }
  return {};
}

Result<int> Indexer::tail() {
  TRY(const auto cursor, number("cursor"));
  News news;
  std::uint64_t last = cursor;
  std::string tip;
  TRY_STATUS(store_.read([&](store::ReadTx& tx) -> Status {
    TRY(const auto entries, tx.journal(cursor, kEntries));
    for (const auto& entry : entries) TRY_STATUS(read_entry(tx, entry, news));
    if (entries.empty()) return {};
    last = entries.back().seq;
    tip = entries.back().hash;
    return {};
  }));
  if (last == cursor) return 0;
  for (auto& [place, ids] : news.touched) {
    std::set<std::string> known;
    for (const auto& id : ids) {
      TRY(const bool here, reached(place, id));
      if (here) known.insert(id);
    }
    if (!known.empty()) TRY_STATUS(put(place, known, {}));
  }
  std::map<std::string, std::string> notes = {{"cursor", std::to_string(last)}, {"tip", tip}};
  // Whose address is whose changed: the base is read again, each document in its place.
  if (news.indicators_again) notes["indicators"] = "0";
  for (const Place place : news.again) notes[scan_note(place)] = std::string(1, kMark);
  for (const auto source : news.resighted) notes["resight:" + std::to_string(source)] = "0";
  if (!news.resighted.empty()) {
    TRY(std::string all, index_.note("resight"));
    for (const auto source : news.resighted) all += std::to_string(source) + ",";
    notes["resight"] = all;
  }
  if (!news.purged.empty()) {
    TRY(const std::string waiting, index_.note("purged"));
    notes["purged"] = waiting + news.purged;
  }
  TRY_STATUS(index_.put({"", {}, std::move(notes)}));
  return static_cast<int>(last - cursor);
}

Result<int> Indexer::scan() {
  for (const Place place : kOrder) {
    TRY(const auto at, index_.note(scan_note(place)));
    if (at.empty()) continue;
    TRY(const auto rows, store_.read([&](store::ReadTx& tx) {
      return tx.scan_documents(table_of(place), at.substr(1), kDocuments);
    }));
    std::set<std::string> ids;
    for (const auto& row : rows) ids.insert(row.id);
    const bool end = rows.size() < kDocuments;
    std::map<std::string, std::string> notes = {
        {scan_note(place), end ? "" : kMark + rows.back().id}};
    if (end) notes[done_note(place)] = "1";
    TRY_STATUS(put(place, ids, std::move(notes)));
    return static_cast<int>(rows.size()) + 1;
  }
  return 0;
}

Result<int> Indexer::new_indicators() {
  TRY(const auto after, number("indicators"));
  TRY(const auto rows, store_.read([&](store::ReadTx& tx) {
    return tx.indicators(static_cast<std::int64_t>(after), kIndicators, {});
  }));
  if (rows.empty()) return pass_over(after);
  store::TextBatch batch;
  batch.collection = name(Place::kIndicators);
  batch.notes = {{"indicators", std::to_string(rows.back().id)}};
  // In their own order, not in that of a set of texts: 10 comes behind 9.
  TRY_STATUS(store_.read([&](store::ReadTx& tx) -> Status {
    Documents documents(tx, locate_);
    const TallyOf tally = tallies_.open(tx);
    for (const auto& row : rows) {
      TRY(batch.documents.emplace_back(),
          load(documents, tally, Place::kIndicators, std::to_string(row.id)));
    }
    return {};
  }));
  TRY_STATUS(index_.put(batch));
  return static_cast<int>(rows.size());
}

/// The newest may be purged before they were ever read: nothing is behind them.
Result<int> Indexer::pass_over(std::uint64_t after) {
  TRY(const auto newest, store_.read([&](store::ReadTx& tx) -> Result<std::int64_t> {
    TRY(const auto more, tx.indicators(static_cast<std::int64_t>(after), 1, {}));
    if (!more.empty()) return static_cast<std::int64_t>(after);  // came since
    return tx.newest_indicator();
  }));
  if (newest <= static_cast<std::int64_t>(after)) return 0;
  TRY_STATUS(index_.put({"", {}, {{"indicators", std::to_string(newest)}}}));
  return 1;
}

/// What was purged, and what lost a source by it: every id of the range that the index may know.
Result<int> Indexer::forget() {
  TRY(std::string waiting, index_.note("purged"));
  if (waiting.empty()) return 0;
  const std::string first = waiting.substr(0, waiting.find(','));
  const auto dash = first.find('-');
  const auto from = static_cast<std::int64_t>(number_in(first.substr(0, dash)));
  const auto to = static_cast<std::int64_t>(number_in(first.substr(dash + 1)));
  std::set<std::string> ids;
  std::int64_t id = from;
  for (; id <= to && ids.size() < kForgotten; ++id) ids.insert(std::to_string(id));
  waiting.erase(0, waiting.find(',') + 1);
  if (id <= to) waiting = std::to_string(id) + "-" + std::to_string(to) + "," + waiting;
  TRY_STATUS(put(Place::kIndicators, ids, {{"purged", waiting}}));
  return static_cast<int>(ids.size()) + 1;
}

/// What a source said again of indicators that others had said: its name and label come to them.
Result<int> Indexer::resight() {
  TRY(std::string waiting, index_.note("resight"));
  if (waiting.empty()) return 0;
  const std::string first = waiting.substr(0, waiting.find(','));
  const std::string note = "resight:" + first;
  TRY(const auto position, number(note));
  TRY(const auto known, number("indicators"));
  auto after = static_cast<std::int64_t>(position);
  std::set<std::string> ids;
  bool end = false;
  TRY_STATUS(store_.read([&](store::ReadTx& tx) -> Status {
    TRY(const auto rows, tx.sightings_of_source(to_int(first).value_or(0), after, kIndicators));
    end = rows.size() < kIndicators;
    for (const auto& row : rows) {
      TRY(const auto record, tx.find_indicator(row.indicator));
      const bool here = record && record->id <= static_cast<std::int64_t>(known);
      if (here) ids.insert(std::to_string(record->id));
    }
    return {};
  }));
  if (end) waiting.erase(0, waiting.find(',') + 1);
  TRY_STATUS(put(Place::kIndicators, ids, {{note, std::to_string(after)}, {"resight", waiting}}));
  return static_cast<int>(ids.size()) + 1;
}

Result<int> Indexer::run_once() {
  if (!prepared_) {
    TRY_STATUS(prepare());
    prepared_ = true;
  }
  int done = 0;
  for (const auto work : {&Indexer::tail, &Indexer::scan, &Indexer::new_indicators,
                          &Indexer::resight, &Indexer::forget}) {
    TRY(const int of_this, (this->*work)());
    done += of_this;
  }
  return done;
}

}  // namespace tocsin::search
