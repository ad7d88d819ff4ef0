#include "search/finder.h"

namespace tocsin::search {
namespace {

constexpr std::size_t kAtOnce = 128;
constexpr std::size_t kLookedAt = 2'000;
constexpr std::int64_t kCounted = 1'000;

/// `EPOCH.POSITION`
Result<std::int64_t> position_in(std::string_view after, std::string_view epoch) {
  if (after.empty()) return 0;
  const auto dot = after.rfind('.');
  const auto position =
      dot == std::string_view::npos ? std::nullopt : to_int(after.substr(dot + 1));
  if (!position || *position < 1) {
    return fail_bi(Code::kInvalid, "not a position of this list", "不是该列表的位置", "after");
  }
  if (after.substr(0, dot) == epoch) return *position;
  return fail_bi(Code::kConflict, "the index was made anew: search again from the start",
                 "索引已重建，请从头重新检索", "after");
}

}  // namespace

std::string_view order_key(Place place) {
  switch (place) {
    case Place::kCases:
    case Place::kAppeals:
      return "number";
    case Place::kTasks:
      return "created";
    case Place::kOrganizations:
    case Place::kSources:
    case Place::kVulnerabilities:
    case Place::kIndicators:
    case Place::kEntries:
      return "added";
  }
  panic(__FILE__, __LINE__, "unknown Place");
}

Result<bool> Finder::walk(const store::Person& by, const Query& query, Walk& at, const Take& take) {
  store::TextQuery asked = query.indexed();
  auto readable = readable_by(by, query.place);
  if (!readable.empty()) asked.all.push_back(std::move(readable));
  asked.limit = kAtOnce;
  asked.oldest_first = at.order == Order::kOldest;
  for (std::size_t looked_at = 0; looked_at < kLookedAt;) {
    asked.after = at.after;
    TRY(const auto candidates, index_.find(name(query.place), asked));
    TRY(const bool go_on, store_.read([&](store::ReadTx& tx) -> Result<bool> {
      Documents documents(tx, locate_, &by);
      for (const auto& candidate : candidates) {
        ++looked_at;
        at.after = candidate.position;
        TRY(const auto found, documents.load(query.place, candidate.id));
        if (!found || !query.matches(found->document)) continue;
        TRY(auto shown, found->shown(by));
        if (shown && !take(*found, std::move(*shown))) return false;
      }
      return true;
    }));
    if (!go_on) return true;
    if (candidates.size() < kAtOnce) return false;
  }
  return true;
}

Result<Answer> Finder::find(const store::Person& by, const Query& query, std::size_t limit,
                            std::string_view after, Order order) {
  TRY_STATUS(may_search(by, query.place));
  TRY(const auto made, epoch(index_));
  Walk at{order};
  TRY(at.after, position_in(after, made));
  Answer out;
  TRY(const bool more, walk(by, query, at, [&](const Found& found, Json shown) {
        out.hits.push_back({found.document.id(), std::move(shown)});
        return out.hits.size() < limit;
      }));
  if (more) out.next = made + "." + std::to_string(at.after);
  return out;
}

Result<Facets> Finder::facets(const store::Person& by, const Query& query) {
  TRY_STATUS(may_search(by, query.place));
  Facets out;
  Walk at;
  TRY(out.cut, walk(by, query, at, [&](const Found& found, const Json&) {
        for (const char* key : {"state", "class", "kind"}) {
          for (const auto& value : found.document.values(key)) ++out.by[key][value];
        }
        return ++out.counted < kCounted;
      }));
  return out;
}

}  // namespace tocsin::search
