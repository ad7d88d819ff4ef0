// The journal, its signed tree head, proofs, and the live stream of what happens.
#include "hub/app.h"
#include "hub/list_order.h"
#include "hub/schemas.h"
#include "hub/shape.h"
#include "hub/tree_heads.h"
#include "store/merkle_nodes.h"

namespace tocsin::hub {
namespace {

/// The whole journal is for those who run or audit the platform.
Status require_auditor(const desk::Actor& by) {
  if (by.user.has(model::Role::kAuditor) || by.user.has(model::Role::kAdmin)) return {};
  return fail_bi(Code::kForbidden, "the journal is read by auditors", "日志仅供审计人员查阅",
                 "actor.roles", "T05-22");
}

Result<std::uint64_t> sequence_in(std::string_view text, std::string_view field) {
  const auto number = to_int(text);
  if (!number || *number < 0) {
    return fail_bi(Code::kInvalid, "must be a journal sequence number", "应为日志序号",
                   std::string(field));
  }
  return static_cast<std::uint64_t>(*number);
}

Result<std::uint64_t> sequence(const http::Request& request, std::string_view key) {
  const auto text = request.query_value(key);
  if (!text || text->empty()) return 0U;
  return sequence_in(*text, key);
}

/// The tree size that a proof is asked for: the present one when left out, never a larger one.
Result<std::uint64_t> tree_size(store::ReadTx& tx, std::uint64_t asked) {
  TRY(const auto now, tx.last_sequence());
  if (asked <= now) return asked == 0 ? now : asked;
  return fail_bi(Code::kNotFound, "the journal has " + std::to_string(now) + " entries",
                 "日志共有 " + std::to_string(now) + " 条", "size");
}

/// Sets `id` to the one of the document with that key, unless it is found already.
template <typename T>
Status look(store::ReadTx& tx, std::string_view index, const std::string& key, std::string& id) {
  if (!id.empty()) return {};
  TRY(const auto found, store::find_one<T>(tx, index, key));
  if (found) id = found->id;
  return {};
}

/// The id of what people call by a number, a login or a code; anything else may be an id itself.
Result<std::string> id_called(store::ReadTx& tx, const std::string& name) {
  std::string id;
  TRY_STATUS(look<model::Threat>(tx, "number", name, id));
  TRY_STATUS(look<model::Task>(tx, "number", name, id));
  TRY_STATUS(look<model::Notice>(tx, "number", name, id));
  TRY_STATUS(look<model::Appeal>(tx, "number", name, id));
  TRY_STATUS(look<model::User>(tx, "login", name, id));
  TRY_STATUS(look<model::Organization>(tx, "code", name, id));
  return id.empty() ? name : id;
}

/// Puts the number of a document under its id; an id whose kind begins otherwise is left alone.
template <typename T>
Status add_number(store::ReadTx& tx, std::string_view prefix, const std::string& id,
                  Json& numbers) {
  if (!id.starts_with(prefix) || numbers.has(id)) return {};
  const auto found = store::get<T>(tx, id);
  if (found) {
    numbers.set(id, found->number);
    return {};
  }
  // What was purged keeps its entries and has no number any more.
  return found.error().code == Code::kNotFound ? Status() : tl::unexpected(found.error());
}

/// What people call the documents that entries are about. It stands beside the entries: their
/// members are exactly what their hash covers.
Result<Json> numbers_of(store::ReadTx& tx, const std::vector<journal::Entry>& entries) {
  Json out = Json::object();
  for (const auto& e : entries) {
    for (const std::string& id : {e.subject, e.threat}) {
      TRY_STATUS(add_number<model::Threat>(tx, "thr_", id, out));
      TRY_STATUS(add_number<model::Task>(tx, "tsk_", id, out));
      TRY_STATUS(add_number<model::Notice>(tx, "ntc_", id, out));
      TRY_STATUS(add_number<model::Appeal>(tx, "apl_", id, out));
    }
  }
  return out;
}

void add_reading(http::Router& router, App& app) {
  const auto orders = both_ways("seq", false);
  auto params = page_params();
  params.push_back(sort_param(orders));
  params.push_back(query_param(
      "subject", {"对象：事项、任务、通知或申诉编号，登录名，单位代码，或标识；事项包括其各部分",
                  "what it is about: the number of a case, task, notice or appeal, a login, the "
                  "code of a unit, or an id; a case with all of its parts"}));
  params.push_back(query_param("action", {"动作的开头，如 task.", "how the action begins: task."}));
  params.push_back(query_param("without", {"不列出以此开头的动作，如 session.",
                                           "leaves out actions that begin so: session."}));
  get(router, "/api/v1/journal", "readJournal", "journal",
      {"日志条目；按动作查找时分段进行，一页可能为空而仍有 next",
       "Journal entries; by action it is searched piece by piece, so a page can be empty and still "
       "have a `next`"},
      "journal", std::move(params),
      shape::extended(entries_schema(), Json::object({{"numbers", Json::object()}})),
      [&app, orders](http::Request& request) -> Result<Json> {
        TRY_STATUS(require_auditor(session(request).actor));
        TRY(const Page p, page(request));
        TRY(const ListOrder order, list_order(request, orders, p.after));
        store::JournalFind find;
        find.descending = order.descending;
        find.limit = p.limit;
        if (!order.after.empty()) {
          TRY(find.after, sequence_in(order.after, "after"));
        }
        find.action = request.query_value("action").value_or("");
        find.without = request.query_value("without").value_or("");
        const std::string name(trim(request.query_value("subject").value_or("")));
        return app.store.read([&](store::ReadTx& tx) -> Result<Json> {
          if (!name.empty()) {
            TRY(find.subject, id_called(tx, name));
          }
          TRY(const auto look, tx.find_journal(find));
          Json items = Json::array();
          for (const auto& e : look.entries) items.push(journal::to_json(e));
          TRY(Json numbers, numbers_of(tx, look.entries));
          Json out = Json::object({{"items", std::move(items)}, {"numbers", std::move(numbers)}});
          if (look.next != 0) out.set("next", order.next(std::to_string(look.next)));
          return out;
        });
      });
}

}  // namespace

void add_journal_routes(http::Router& router, App& app) {
  add_reading(router, app);
  get(router, "/api/v1/journal/head", "journalHead", "journal",
      {"签名的树头与签名证书", "The signed tree head with its certificate"}, "read", {},
      shape::object(shape::each_text({"head", "root", "signature", "certificate"})
                        .set("size", shape::number())),
      [&app](http::Request&) -> Result<Json> {
        TRY(const auto signed_head, sign_head(app.store, app.keys, app.clock));
        return to_json(signed_head);
      });
  get(router, "/api/v1/journal/proof", "journalProof", "journal",
      {"某条目在树中的证明", "Proof that an entry is in the tree"}, "read",
      {query_param("seq", {"序号", "sequence number"}),
       query_param("size", {"树大小", "tree size"})},
      shape::object(shape::each_number({"seq", "size"}).set("path", shape::texts())),
      [&app](http::Request& request) -> Result<Json> {
        TRY(const auto seq, sequence(request, "seq"));
        TRY(const auto asked, sequence(request, "size"));
        return app.store.read([&](store::ReadTx& tx) -> Result<Json> {
          TRY(const auto size, tree_size(tx, asked));
          if (seq == 0 || seq > size) {
            return fail_bi(Code::kNotFound, "there is no such entry", "没有该条目", "seq");
          }
          const store::MerkleNodes nodes(tx);
          TRY(const auto proof, journal::inclusion_proof(nodes, journal::leaf_index(seq), size));
          return Json::object({{"seq", seq}, {"size", size}, {"path", journal::to_json(proof)}});
        });
      });
  get(router, "/api/v1/journal/consistency", "journalConsistency", "journal",
      {"两个树头之间只增不改的证明", "Proof that the journal only grew between two heads"}, "read",
      {query_param("old", {"旧大小", "old size"}), query_param("size", {"新大小", "new size"})},
      shape::object(shape::each_number({"old", "size"}).set("path", shape::texts())),
      [&app](http::Request& request) -> Result<Json> {
        TRY(const auto old, sequence(request, "old"));
        TRY(const auto asked, sequence(request, "size"));
        return app.store.read([&](store::ReadTx& tx) -> Result<Json> {
          TRY(const auto size, tree_size(tx, asked));
          const store::MerkleNodes nodes(tx);
          TRY(const auto proof, journal::consistency_proof(nodes, old, size));
          return Json::object({{"old", old}, {"size", size}, {"path", journal::to_json(proof)}});
        });
      });

  http::Route events;
  events.pattern = "/api/v1/events";
  events.operation = "events";
  events.tag = "journal";
  events.summary = {"实时事件（server-sent events）", "Live events (server-sent events)"};
  events.scope = "read";
  events.response_type = "text/event-stream";
  events.params = {{"Last-Event-ID",
                    http::Param::In::kHeader,
                    {"续传：此序号之后的事件先行补发；相隔太远时发 event: reset，请重新查询",
                     "resume: what came after this entry is sent first; too far back, `event: "
                     "reset` says to look again"},
                    Json::object({{"type", "integer"}, {"minimum", 0}}),
                    false}};
  events.handler = [&app](http::Request& request) -> Result<http::Response> {
    std::optional<std::uint64_t> after;
    if (const auto last = request.header("last-event-id"); !last.empty()) {
      TRY(after, sequence_in(last, "Last-Event-ID"));
    }
    http::Response response;
    response.header("Content-Type", "text/event-stream");
    response.header("Cache-Control", "no-cache");
    response.events = [&app, after, who = session(request)](std::shared_ptr<http::EventSink> sink) {
      app.subscribe(std::move(sink), who, after);
    };
    return response;
  };
  router.add(std::move(events));
}

}  // namespace tocsin::hub
