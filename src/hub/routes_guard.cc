// The guard from outside: what it would stop and why, and what its warning lists hold.
#include "hub/app.h"
#include "match/canonical.h"
#include "match/guard.h"

namespace tocsin::hub {
namespace {

/// What the warning lists say against a value, before anybody proposes to block it.
struct GuardAnswer {
  using is_described = void;
  struct Reason {
    using is_described = void;
    std::string list;
    std::string entry;
    Text reason;
    template <class V, class S>
    static void fields(V& v, S& s) {
      v("list", s.list);
      v("entry", s.entry);
      v("reason", s.reason);
    }
  };
  std::string kind;
  std::string value;
  std::vector<Reason> stops;       ///< against a block of exactly this
  std::vector<Reason> host_stops;  ///< against a block of the whole host
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("kind", s.kind);
    v("value", s.value);
    v("stops", s.stops);
    v("host_stops", s.host_stops);
  }
};

std::vector<GuardAnswer::Reason> reasons_of(const std::vector<match::Stop>& stops) {
  std::vector<GuardAnswer::Reason> out;
  out.reserve(stops.size());
  for (const auto& stop : stops) out.push_back({stop.list, stop.entry, stop.reason});
  return out;
}

void add_guard_check(http::Router& router, App& app) {
  get(router, "/api/v1/guard/check", "checkGuard", "list",
      {"防误伤名单会因何拦停该指标", "What the warning lists would stop this indicator for"},
      "read", {query_param("value", {"任意写法", "any spelling"})}, model::schema_of<GuardAnswer>(),
      [&app](http::Request& request) -> Result<Json> {
        auto indicator = match::canonical(request.query_value("value").value_or(""));
        if (!indicator) return tl::unexpected(indicator.error().at("value"));
        const auto guard = app.guard();
        return model::to_json(GuardAnswer{std::string(name(indicator->kind)), indicator->value,
                                          reasons_of(guard->check(*indicator)),
                                          reasons_of(guard->check_host_block(*indicator))});
      });
}

/// A warning list without its entries.
struct ListFacts {
  using is_described = void;
  std::string id;
  Text name;
  Text description;
  std::string type;                ///< how its entries are matched
  std::vector<std::string> kinds;  ///< of indicators it speaks about; left out: all
  std::uint64_t entries = 0;
  std::uint64_t skipped = 0;  ///< lines of its file that nothing could be made of
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("id", s.id);
    v("name", s.name);
    v("description", s.description);
    v("type", s.type);
    v("kinds", s.kinds);
    v("entries", s.entries);
    v("skipped", s.skipped);
  }
};

ListFacts facts_of(const match::WarningList& list) {
  ListFacts out{list.id(), list.name(),    list.description(), std::string(list.type()),
                {},        list.entries(), list.skipped()};
  const auto& names = model::enum_names(model::IndicatorKind{});
  for (const auto name : names) {
    const auto kind = model::indicator_kind(name);
    if (kind && list.applies_to(*kind)) out.kinds.emplace_back(name);
  }
  if (out.kinds.size() == names.size()) out.kinds.clear();
  return out;
}

/// A warning list and some of its entries.
struct ListPage {
  using is_described = void;
  struct Entry {
    using is_described = void;
    std::uint64_t number = 0;  ///< its place in the list, from 1
    std::string entry;         ///< as it was written
    template <class V, class S>
    static void fields(V& v, S& s) {
      v("number", s.number);
      v("entry", s.entry);
    }
  };
  ListFacts list;
  std::vector<Entry> items;
  std::string next;
  template <class V, class S>
  static void fields(V& v, S& s) {
    v("list", s.list);
    v("items", s.items);
    v("next", s.next);
  }
};

Result<std::size_t> entry_number(std::string_view after) {
  const auto number = after.empty() ? std::optional<std::int64_t>(0) : to_int(after);
  if (number && *number >= 0) return static_cast<std::size_t>(*number);
  return fail_bi(Code::kInvalid, "after is the number of an entry", "after 为条目序号", "after");
}

Result<Json> list_page(App& app, const http::Request& request) {
  TRY(const Page p, page(request));
  TRY(const auto after, entry_number(p.after));
  const auto guard = app.guard();
  const auto* list = guard->list(request.params.at("id"));
  if (list == nullptr) {
    return fail_bi(Code::kNotFound, "there is no such warning list", "没有该防误伤名单", "id");
  }
  const auto found =
      list->book().after(after, trim(request.query_value("q").value_or("")), p.limit);
  ListPage out{facts_of(*list), {}, found.next == 0 ? "" : std::to_string(found.next)};
  for (const auto& one : found.items) out.items.push_back({one.number, std::string(one.text)});
  Json json = model::to_json(out);
  if (out.items.empty()) json.set("items", Json::array());
  return json;
}

void add_warning_lists(http::Router& router, App& app) {
  get(router, "/api/v1/warning-lists", "warningLists", "list",
      {"生效的防误伤名单", "The warning lists in effect"}, "read", {},
      list_schema(model::schema_of<ListFacts>()), [&app](http::Request&) -> Result<Json> {
        const auto guard = app.guard();
        Json items = Json::array();
        for (const auto& list : guard->lists()) items.push(model::to_json(facts_of(list)));
        return Json::object({{"items", std::move(items)}});
      });
  auto params = page_params();
  params.push_back(query_param(
      "q", {"条目中包含的文字，不分大小写；长名单分段查找，一页可能为空而仍有 next",
            "text that an entry contains, whatever the case; a long list is searched piece by "
            "piece, so a page can be empty and still have a `next`"}));
  get(router, "/api/v1/warning-lists/{id}", "readWarningList", "list",
      {"防误伤名单的条目", "The entries of a warning list"}, "read", std::move(params),
      model::schema_of<ListPage>(),
      [&app](http::Request& request) { return list_page(app, request); });
}

}  // namespace

void add_guard_routes(http::Router& router, App& app) {
  add_guard_check(router, app);
  add_warning_lists(router, app);
}

}  // namespace tocsin::hub
