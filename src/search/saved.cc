#include "search/saved.h"

#include <algorithm>
#include <tuple>

#include "base/fold.h"
#include "base/nearest.h"
#include "store/collections.h"

namespace tocsin::search {
namespace {

using model::SavedSearch;

constexpr std::size_t kLongestName = 100;
constexpr std::size_t kMostSaved = 200;  ///< of one person
constexpr std::size_t kMostShown = 2'000;

Status check_name(const std::string& name) {
  const bool plain = std::none_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '/';
  });
  const bool seen = !folded(name).empty();
  if (plain && seen && name.size() <= kLongestName && is_utf8(name) && trim(name) == name)
    return {};
  return fail_bi(Code::kInvalid, "a name has 1 to 100 bytes, no '/', and no blank at its ends",
                 "名称为 1 至 100 字节，不含“/”，首尾无空白", "name");
}

Status journal(store::WriteTx& tx, const store::Person& by, const char* action,
               const SavedSearch& saved) {
  TRY_STATUS(tx.append({by.user.id,
                        by.organization.id,
                        action,
                        saved.id,
                        "",
                        {"miit-202", "", "6", "W17-08"},
                        {},
                        Json::object({{"name", saved.name},
                                      {"in", saved.place},
                                      {"query", saved.query},
                                      {"shared", saved.shared}})}));
  return {};
}

/// Subscriptions go by searches of cases.
Status unused(store::ReadTx& tx, const SavedSearch& s) {
  TRY(const auto users, store::find<model::Subscription>(tx, "search", s.id, 1));
  if (users.empty()) return {};
  return fail_bi(Code::kConflict,
                 "the subscription " + users.front().id + " uses it: remove that first",
                 "订阅 " + users.front().id + " 正在使用该检索，请先删除订阅", "name");
}

}  // namespace

Result<Place> place_named(std::string_view word) {
  Place place{};
  if (parse_enum(word, place)) return place;
  const auto& all = enum_names(place);
  std::string words;
  for (const auto w : all) words += (words.empty() ? "" : ", ") + std::string(w);
  const auto meant = nearest(word, {all.begin(), all.end()});
  const std::string w(word);
  return fail_bi(Code::kInvalid,
                 "there is nothing called '" + w + "' to search in" +
                     (meant ? "; did you mean '" + *meant + "'?" : "") + " (places: " + words + ")",
                 "没有名为“" + w + "”的检索范围。" + (meant ? "是否指 " + *meant + "？" : "") +
                     "可用的范围为 " + words,
                 "in");
}

Result<Query> parse(const SavedSearch& saved) {
  TRY(const Place place, place_named(saved.place));
  return parse(saved.query, place);
}

Result<std::vector<SavedSearch>> visible_searches(store::ReadTx& tx, const store::Person& by) {
  TRY(auto out, store::find<SavedSearch>(tx, "owner", by.user.id, kMostShown));
  TRY(auto shared, store::find<SavedSearch>(tx, "shared", by.organization.id, kMostShown));
  for (auto& s : shared) {
    if (s.owner != by.user.id) out.push_back(std::move(s));
  }
  // One's own stand before those of others with the same name.
  const auto order = [&](const SavedSearch& s) {
    return std::tuple(std::string_view(s.name), s.owner != by.user.id, std::string_view(s.id));
  };
  std::sort(out.begin(), out.end(),
            [&](const SavedSearch& a, const SavedSearch& b) { return order(a) < order(b); });
  return out;
}

Result<SavedSearch> find_search(store::ReadTx& tx, const store::Person& by, std::string_view name) {
  TRY(const auto all, visible_searches(tx, by));
  for (const auto& s : all) {
    if (s.name == name || s.id == name) return s;
  }
  std::vector<std::string> names;
  for (const auto& s : all) names.push_back(s.name);
  const auto meant = nearest(name, names);
  const std::string n(name);
  return fail_bi(
      Code::kNotFound,
      "there is no saved search '" + n + "'" + (meant ? "; did you mean '" + *meant + "'?" : ""),
      "没有名为“" + n + "”的已存检索" + (meant ? "，是否指“" + *meant + "”？" : ""), "name");
}

Result<SavedSearch> save(store::Store& store, const Clock& clock, IdSource& ids,
                         const store::Person& by, const SaveRequest& request) {
  TRY_STATUS(check_name(request.name));
  TRY(const Place place, place_named(request.place));
  TRY(const auto query, parse(request.query, place));
  TRY_STATUS(may_search(by, query.place));
  return store.write([&](store::WriteTx& tx) -> Result<SavedSearch> {
    TRY(const auto own, store::find<SavedSearch>(tx, "owner", by.user.id, kMostShown));
    const auto same = std::find_if(own.begin(), own.end(),
                                   [&](const SavedSearch& s) { return s.name == request.name; });
    if (same == own.end() && own.size() >= kMostSaved) {
      return fail_bi(Code::kTooLarge, "a person keeps at most 200 searches",
                     "每人至多保存 200 个检索", "name");
    }
    if (same != own.end() && request.place != "cases") TRY_STATUS(unused(tx, *same));
    SavedSearch s;
    s.id = same == own.end() ? ids.make("sch") : same->id;
    s.name = request.name;
    s.place = request.place;
    s.query = request.query;
    s.owner = by.user.id;
    s.organization = by.organization.id;
    s.shared = request.shared;
    s.saved = {by.user.id, by.organization.id, clock.now(), ""};
    TRY_STATUS(store::put(tx, s));
    TRY_STATUS(journal(tx, by, "search.saved", s));
    return s;
  });
}

Status forget(store::Store& store, const store::Person& by, std::string_view name) {
  return store.write([&](store::WriteTx& tx) -> Status {
    TRY(const auto s, find_search(tx, by, name));
    if (s.owner != by.user.id) {
      return fail_bi(Code::kForbidden, "only who saved a search forgets it",
                     "只有保存人可以删除已存检索", "actor", "W17-09");
    }
    TRY_STATUS(unused(tx, s));
    TRY_STATUS(tx.erase_document(store::Collection<SavedSearch>::table, s.id));
    return journal(tx, by, "search.forgotten", s);
  });
}

}  // namespace tocsin::search
