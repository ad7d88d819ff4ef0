#include "desk/rule_book.h"

#include "base/crypto/hash.h"
#include "desk/clocks.h"
#include "desk/permissions.h"
#include "store/collections.h"

namespace tocsin::desk {
namespace {

constexpr std::size_t kMostImported = 1000;

Result<std::vector<model::RuleFile>> all_imported(store::ReadTx& tx) {
  return store::scan<model::RuleFile>(tx, {}, kMostImported);
}

Result<std::shared_ptr<const law::Library>> library_with(
    const std::filesystem::path& folder, const std::vector<model::RuleFile>& imported) {
  std::vector<law::RuleFile> files;
  for (const auto& file : imported) files.push_back({file.id + ".json", file.content});
  return law::Library::load(folder, files);
}

/// What the file is called here; kRefused for what no import may change.
Result<std::string> name_of(const law::Library& shipped, const std::string& content) {
  TRY(const Json json, Json::parse(content));
  const std::string kind = json.str("kind");
  if (kind == "calendar-year") {
    return "calendar-" + std::to_string(json["year"].as_int());
  }
  if (kind != "rule-set") {
    return fail_bi(Code::kInvalid, "import a calendar-year or a rule-set file",
                   "只能导入 calendar-year 或 rule-set 文件", "kind", "W17-31");
  }
  std::string id = json.str("id");
  if (shipped.find(id) != nullptr) {
    return fail_bi(Code::kRefused,
                   "rule set " + id +
                       " is part of this program; start the hub with --rules to "
                       "replace it",
                   "规则集 " + id + " 为程序自带；如需替换，请以 --rules 启动枢纽", "id", "W17-31");
  }
  return id;
}

/// The clock under the rules of now; nothing when it did not change.
Result<std::optional<model::ClockFact>> again(const law::Library& law,
                                              const model::ClockFact& fact) {
  TRY(auto next, compute_clock(law, fact.clock, fact.start, fact.limit));
  if (next.due == fact.due && next.provisional == fact.provisional) {
    return std::optional<model::ClockFact>();
  }
  return std::optional<model::ClockFact>(std::move(next));
}

void clear_overdue(model::Task& task, std::string_view clock) {
  if (clock == "dispose") task.overdue = false;
}
template <typename T>
void clear_overdue(T&, std::string_view) {}

template <typename T>
const std::string& case_of(const T& document) {
  if constexpr (std::is_same_v<T, model::Threat>) {
    return document.id;
  } else {
    return document.threat;
  }
}

/// Counts what recompute_all() would meet and change.
template <typename T>
Status count_provisional(store::ReadTx& tx, const law::Library& law, RuleFilePreview& out) {
  store::Find query{"due", store::time_key({0}), "9", {}, {}, 500};
  for (;;) {
    TRY(const auto rows, tx.find_documents(store::Collection<T>::table, query));
    if (rows.empty()) return {};
    for (const auto& row : rows) {
      TRY(const auto document, store::decode<T>(row.body));
      for (const auto& fact : document.clocks) {
        if (!fact.running() || !fact.provisional) continue;
        ++out.provisional;
        TRY(const auto next, again(law, fact));
        if (next) ++out.recomputed;
      }
    }
    query.after_key = rows.back().key;
    query.after_id = rows.back().id;
  }
}

template <typename T>
Status recompute_one(store::WriteTx& tx, const law::Library& law, Instant now, T& document,
                     int& changed) {
  for (auto& fact : document.clocks) {
    if (!fact.running() || !fact.provisional) continue;
    TRY(auto next, again(law, fact));
    if (!next) continue;
    const Json before =
        Json::object({{"due", to_string(fact.due)}, {"provisional", fact.provisional}});
    // A clock that had run out by the old count and has not by the new one is not late.
    if (fact.late_at && next->due > now) {
      clear_overdue(document, fact.clock);
    } else {
      next->late_at = fact.late_at;
    }
    fact = std::move(*next);
    TRY_STATUS(store::put(tx, document));
    TRY_STATUS(tx.append(
        {"system:clock",
         "",
         std::string(store::Collection<T>::table) + ".deadline-recomputed",
         document.id,
         case_of(document),
         {fact.basis.rule_set, fact.basis.version, fact.basis.article, fact.basis.requirement},
         before,
         Json::object({{"clock", fact.clock},
                       {"due", to_string(fact.due)},
                       {"provisional", fact.provisional},
                       {"calendar", law.calendar().version()}})}));
    ++changed;
  }
  return {};
}

/// One transaction a page, so that desks go on meanwhile.
template <typename T>
Status recompute_all(store::Store& store, const law::Library& law, Instant now, int& changed) {
  store::Find query{"due", store::time_key({0}), "9", {}, {}, 500};
  for (;;) {
    bool more = false;
    TRY_STATUS(store.write([&](store::WriteTx& tx) -> Status {
      TRY(const auto rows, tx.find_documents(store::Collection<T>::table, query));
      for (const auto& row : rows) {
        TRY(auto document, store::decode<T>(row.body));
        TRY_STATUS(recompute_one(tx, law, now, document, changed));
      }
      more = !rows.empty();
      if (more) {
        query.after_key = rows.back().key;
        query.after_id = rows.back().id;
      }
      return {};
    }));
    if (!more) return {};
  }
}

}  // namespace

Result<std::unique_ptr<RuleBook>> RuleBook::open(store::Store& store, const Clock& clock,
                                                 std::filesystem::path folder) {
  TRY(auto shipped, law::Library::load(folder));
  TRY(const auto imported, store.read([](store::ReadTx& tx) { return all_imported(tx); }));
  TRY(auto first, library_with(folder, imported));
  return std::make_unique<RuleBook>(store, clock, std::move(folder), std::move(shipped),
                                    std::move(first));
}

/// A file that may be taken in, and the law with it.
struct RuleBook::Prepared {
  model::RuleFile file;
  std::optional<model::RuleFile> before;  ///< what it would replace
  std::shared_ptr<const law::Library> next;

  bool same() const { return before && before->digest == file.digest; }
};

Result<RuleBook::Prepared> RuleBook::prepare(store::ReadTx& tx, const Actor& actor,
                                             const RuleFileRequest& request) const {
  TRY_STATUS(require_role(actor, model::Role::kAdmin, "W17-10"));
  Prepared out;
  TRY(out.file.id, name_of(*shipped_, request.content));
  out.file.content = request.content;
  out.file.digest = crypto::sha256_hex(request.content);
  out.file.by = actor.act(clock_.now());
  TRY(auto all, all_imported(tx));
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const model::RuleFile& f) { return f.id == out.file.id; });
  if (found != all.end()) {
    out.before = *found;
    *found = out.file;
  } else {
    all.push_back(out.file);
  }
  TRY(out.next, library_with(folder_, all));
  return out;
}

Result<RuleFilePreview> RuleBook::preview(const Actor& actor,
                                          const RuleFileRequest& request) const {
  return store_.read([&](store::ReadTx& tx) -> Result<RuleFilePreview> {
    TRY(const auto prepared, prepare(tx, actor, request));
    RuleFilePreview out;
    out.id = prepared.file.id;
    out.effect = prepared.same() ? "same" : prepared.before ? "replaces" : "new";
    if (const auto* set = prepared.next->find(out.id)) {
      out.kind = set->overlays.empty() ? "rule-set" : "overlay";
      out.name = set->name;
    } else {
      TRY(const Json json, Json::parse(request.content));
      out.kind = "calendar-year";
      out.name = {json["source"].str("zh"), json["source"].str("en")};
    }
    TRY_STATUS(count_provisional<model::Threat>(tx, *prepared.next, out));
    TRY_STATUS(count_provisional<model::Task>(tx, *prepared.next, out));
    TRY_STATUS(count_provisional<model::Appeal>(tx, *prepared.next, out));
    return out;
  });
}

Result<model::RuleFile> RuleBook::import(const Actor& actor, const RuleFileRequest& request) {
  std::shared_ptr<const law::Library> next;
  auto taken = store_.write([&](store::WriteTx& tx) -> Result<model::RuleFile> {
    TRY(auto prepared, prepare(tx, actor, request));
    if (prepared.same()) return *prepared.before;
    const model::RuleFile& file = prepared.file;
    Json before = Json::object({});
    if (prepared.before) before.set("digest", prepared.before->digest);
    next = std::move(prepared.next);
    TRY_STATUS(store::put(tx, file));
    TRY_STATUS(tx.append({actor.user.id, actor.organization.id, "rules.imported", file.id, "",
                          basis_in(*law_, "14", "W17-31"), std::move(before),
                          Json::object({{"digest", file.digest}})}));
    return file;
  });
  if (!taken || next == nullptr) return taken;
  law_.replace(std::move(next));
  TRY_STATUS(recompute());
  return taken;
}

Result<std::vector<model::RuleFile>> RuleBook::imported() const {
  return store_.read([](store::ReadTx& tx) { return all_imported(tx); });
}

Result<int> RuleBook::recompute() {
  int changed = 0;
  const Instant now = clock_.now();
  TRY_STATUS(recompute_all<model::Threat>(store_, *law_, now, changed));
  TRY_STATUS(recompute_all<model::Task>(store_, *law_, now, changed));
  TRY_STATUS(recompute_all<model::Appeal>(store_, *law_, now, changed));
  return changed;
}

}  // namespace tocsin::desk
