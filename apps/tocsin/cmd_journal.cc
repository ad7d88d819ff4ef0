// `tocsin journal …`: read it, verify it, keep its signed head.
#include "base/crypto/cms.h"
#include "connect.h"
#include "journal/entry.h"
#include "journal/merkle.h"
#include "show.h"
#include "store/merkle_nodes.h"
#include "store/sqlite/sqlite_store.h"

namespace tocsin::cli {
namespace {

struct Verified {
  std::uint64_t entries = 0;
  std::string root;
};

/// Chain and tree from the entries alone; `page` gives the entries after a sequence number.
Result<Verified> verify_entries(
    const std::function<Result<std::vector<journal::Entry>>(std::uint64_t)>& page) {
  journal::Tip tip;
  journal::Frontier tree;
  for (;;) {
    TRY(const auto entries, page(tip.seq));
    if (entries.empty()) return Verified{tip.seq, crypto::to_hex(tree.root())};
    for (const auto& e : entries) {
      TRY_STATUS(journal::follow(tip, e));
      journal::Digest hash{};
      if (!crypto::from_hex(e.hash, hash))
        return fail_bi(Code::kCorrupt, "not a digest", "不是摘要",
                       "entry " + std::to_string(e.seq));
      TRY_STATUS(tree.append(journal::leaf_hash(hash)));
    }
  }
}

/// A database file, without a hub: also the stored Merkle nodes must agree with the entries.
Result<Json> verify_file(const std::string& path) {
  const SystemClock clock;
  if (!std::filesystem::exists(path))
    return fail_bi(Code::kNotFound, "there is no file " + path, "没有文件 " + path, "--db");
  TRY(const auto store, store::open_sqlite(path, clock));
  return store->read([&](store::ReadTx& tx) -> Result<Json> {
    TRY(const auto seen,
        verify_entries([&](std::uint64_t after) { return tx.journal(after, 5000); }));
    const store::MerkleNodes nodes(tx);
    TRY(const auto root, journal::root_at(nodes, seen.entries));
    if (crypto::to_hex(root) != seen.root) {
      return fail_bi(Code::kCorrupt, "the stored tree does not belong to these entries",
                     "所存的默克尔树与这些条目不符", "merkle", "RFC9162-2.1");
    }
    return Json::object({{"entries", seen.entries}, {"root", seen.root}, {"ok", true}});
  });
}

/// A hub: its entries make the tree whose head it signed.
Result<Json> verify_hub(HubClient& hub) {
  TRY(const Json head, hub.get("/api/v1/journal/head"));
  TRY(const auto tree_head, journal::TreeHead::parse(head.str("head")));
  TRY(const auto signer, crypto::cms::verify(head.str("signature"), head.str("head")));
  journal::Tip tip;
  journal::Frontier tree;
  while (tip.seq < tree_head.size) {
    TRY(const Json page, hub.get("/api/v1/journal?limit=1000&after=" + std::to_string(tip.seq)));
    if (page["items"].items().empty())
      return fail_bi(Code::kCorrupt, "the hub holds fewer entries than its signed head says",
                     "枢纽所存条目少于其签名树头所载");
    for (const auto& item : page["items"].items()) {
      if (tip.seq >= tree_head.size) break;
      TRY(const auto entry, journal::from_json(item));
      TRY_STATUS(journal::follow(tip, entry));
      journal::Digest hash{};
      if (!crypto::from_hex(entry.hash, hash))
        return fail_bi(Code::kCorrupt, "not a digest", "不是摘要",
                       "entry " + std::to_string(entry.seq));
      TRY_STATUS(tree.append(journal::leaf_hash(hash)));
    }
  }
  if (tree.root() != tree_head.root)
    return fail_bi(Code::kCorrupt, "the entries do not make the signed tree",
                   "这些条目不能构成所签名的默克尔树", "root", "RFC9162-2.1");
  return Json::object({{"entries", tree_head.size},
                       {"root", crypto::to_hex(tree_head.root)},
                       {"signed_by", signer.certificate.fingerprint()},
                       {"signed_at", to_string(tree_head.time)},
                       {"ok", true}});
}

std::string show_verified(const Json& json, Lang lang) {
  std::string out =
      say(lang, "日志完整：", "the journal is whole: ") + grouped(json["entries"].as_int()) +
      say(lang, " 条，哈希链与默克尔树一致\n", " entries, chain and Merkle tree agree\n");
  out += say(lang, "树根 ", "root ") + json.str("root") + "\n";
  if (json.has("signed_by"))
    out += say(lang, "签名证书 ", "signed by ") + json.str("signed_by") + "\n";
  return out;
}

Command verify_command() {
  Command c;
  c.path = {"journal", "verify"};
  c.summary = {"校验整个日志的哈希链、默克尔树与签名",
               "verify the whole journal: chain, Merkle tree, signature"};
  c.options = with_hub(
      {{.name = "--db",
        .value = "FILE",
        .help = {"直接校验数据库文件，无需枢纽", "check a database file, without a hub"}}});
  c.run = [](const Args& args) {
    if (args.has("--db")) {
      const auto seen = verify_file(args.str("--db"));
      return seen ? print(args, *seen, show_verified(*seen, args.lang))
                  : report(args, seen.error());
    }
    return with_answer(args, verify_hub, show_verified);
  };
  return c;
}

Command head_command() {
  return hub_command(
      {"journal", "head"},
      {"取签名的树头（保存它即可日后证明日志未被改写）",
       "the signed tree head (keep it: it proves later that nothing was rewritten)"},
      {}, {}, [](HubClient& hub, const Args&) { return hub.get("/api/v1/journal/head"); },
      [](const Json& json, Lang) { return json.str("head") + "\n" + json.str("signature"); });
}

std::string show_entries(const Json& json, Lang lang) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& e : json["items"].items()) {
    rows.push_back({std::to_string(e["seq"].as_int()), when(e["time"]), word(e["action"], lang),
                    e.str("subject"), e["basis"].str("article")});
  }
  return table({"#", say(lang, "时间", "time"), say(lang, "动作", "action"),
                say(lang, "对象", "subject"), say(lang, "条", "article")},
               rows) +
         show_more(json, lang);
}

Command read_command() {
  return hub_command(
      {"journal", "read"}, {"阅读日志", "read the journal"}, {},
      {{.name = "--after", .value = "SEQ", .help = {"从该序号之后", "after this sequence number"}},
       {.name = "--limit", .value = "N", .help = {"条数", "how many"}, .otherwise = "100"}},
      [](HubClient& hub, const Args& args) {
        return hub.get("/api/v1/journal?limit=" + encoded(args.str("--limit")) +
                       (args.has("--after") ? "&after=" + encoded(args.str("--after")) : ""));
      },
      show_entries);
}

Command list_command() {
  auto command = hub_command(
      {"journal", "list"},
      {"按对象或动作查找日志，最新的在前", "search the journal by subject or action, newest first"},
      {},
      {opt("--subject", "WHAT", "事项、任务、通知或申诉编号，登录名，单位代码，或标识",
           "number of a case, task, notice or appeal, a login, the code of a unit, or an id"),
       opt("--action", "START", "动作的开头，如 task.", "how the action begins, such as task."),
       opt("--without", "START", "不列出以此开头的动作", "leave out actions that begin so"),
       opt("--after", "NEXT", "上一页给出的位置", "where the page before says to go on"),
       opt("--limit", "N", "条数", "how many", "100")},
      [](HubClient& hub, const Args& args) {
        return filled_page(hub, args,
                           "/api/v1/journal?sort=-seq&subject=" + encoded(args.str("--subject")) +
                               "&action=" + encoded(args.str("--action")) +
                               "&without=" + encoded(args.str("--without")));
      },
      show_entries);
  command.examples = {{"tocsin journal list --subject T-2026-000001",
                       {"一个事项的全部留痕", "all that happened to one case"}},
                      {"tocsin journal list --without session.", {"不含登录", "without sign-ins"}}};
  return command;
}

}  // namespace

void add_journal(std::vector<Command>& commands) {
  commands.push_back(verify_command());
  commands.push_back(head_command());
  commands.push_back(read_command());
  commands.push_back(list_command());
}

}  // namespace tocsin::cli
