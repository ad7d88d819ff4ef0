#include "public_site/published.h"

#include <algorithm>

#include "exchange/determined.h"
#include "store/collections.h"

namespace tocsin::public_site {
namespace {

/// Entries looked at for one page; most of a base need not be public.
constexpr std::size_t kLookedAt = 5'000;
constexpr std::size_t kAtOnce = 500;

/// Nothing while it is only told by telephone, not to be public, or its case is gone.
Result<std::optional<Published>> if_published(store::ReadTx& tx, model::ListEntry entry) {
  TRY(const auto body, tx.get_document(store::Collection<model::Threat>::table, entry.threat));
  if (!body) return std::optional<Published>();
  TRY(const auto threat, store::decode<model::Threat>(*body));
  if (threat.tlp != model::Tlp::kClear || !exchange::is_determined(threat)) {
    return std::optional<Published>();
  }
  TRY(const auto task, store::get<model::Task>(tx, entry.task));
  if (task.notices.empty()) return std::optional<Published>();
  return std::optional<Published>(Published{std::move(entry), task.measure});
}

/// Behind all keys that begin with this: the last character that Unicode has.
std::string end_of(const std::string& prefix) { return prefix + "\xF4\x8F\xBF\xBF"; }

Result<PublishedPage> page_of_range(store::ReadTx& tx, store::Find find, std::size_t limit) {
  PublishedPage out;
  find.limit = kAtOnce;
  std::size_t looked_at = 0;
  for (;;) {
    TRY(const auto rows, tx.find_documents(store::Collection<model::ListEntry>::table, find));
    for (const auto& row : rows) {
      const bool enough = out.rows.size() == limit || looked_at >= kLookedAt;
      if (enough && row.key != find.after_key) {
        out.next = find.after_key;
        return out;
      }
      ++looked_at;
      const bool again = row.key == find.after_key;
      find.after_key = row.key;
      find.after_id = row.id;
      TRY(auto entry, store::decode<model::ListEntry>(row.body));
      const bool shown =
          again && !out.rows.empty() && out.rows.back().entry.indicator.key() == row.key;
      if (!entry.live || shown) continue;
      TRY(auto published, if_published(tx, std::move(entry)));
      if (published) out.rows.push_back(std::move(*published));
    }
    if (rows.size() < kAtOnce) return out;
  }
}

}  // namespace

Result<std::vector<Published>> published_under(store::ReadTx& tx,
                                               const model::Indicator& indicator) {
  const std::string key = std::string(name(indicator.kind)) + ":" + indicator.value;
  TRY(auto entries, store::find<model::ListEntry>(tx, "indicator", key, 100));
  std::vector<Published> live;
  std::vector<Published> lifted;
  for (auto& entry : entries) {
    TRY(auto one, if_published(tx, std::move(entry)));
    if (one) (one->entry.live ? live : lifted).push_back(std::move(*one));
  }
  if (!live.empty() || lifted.empty()) return live;
  return std::vector<Published>{*std::max_element(
      lifted.begin(), lifted.end(),
      [](const auto& a, const auto& b) { return a.entry.version < b.entry.version; })};
}

Result<PublishedPage> published_page(store::ReadTx& tx, std::optional<model::IndicatorKind> kind,
                                     std::string_view begins, std::string_view after,
                                     std::size_t limit) {
  std::vector<std::string_view> kinds = model::enum_names(model::IndicatorKind{});
  if (kind) kinds = {name(*kind)};
  std::sort(kinds.begin(), kinds.end());  // as the keys of the index are
  PublishedPage out;
  const std::string_view reached = after.substr(0, after.find(':'));
  for (const auto one : kinds) {
    if (one < reached) continue;
    const std::string prefix = std::string(one) + ":" + std::string(begins);
    store::Find find;
    find.index = "indicator";
    find.from = prefix;
    find.to = end_of(prefix);
    // Every entry of the last key was passed: ids begin with letters, so this is behind them all.
    if (one == reached) {
      find.after_key = after;
      find.after_id = "~";
    }
    TRY(auto part, page_of_range(tx, std::move(find), limit - out.rows.size()));
    std::move(part.rows.begin(), part.rows.end(), std::back_inserter(out.rows));
    if (!part.next.empty()) {
      out.next = std::move(part.next);
      return out;
    }
    if (out.rows.size() == limit) {
      out.next = end_of(std::string(one) + ":");
      return out;
    }
  }
  return out;
}

}  // namespace tocsin::public_site
