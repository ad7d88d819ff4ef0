// `tocsin lookup`, `tocsin check`, `tocsin match fetch`: asking a hub about values, with an account
// and without, and taking its whole answer home.
#include <algorithm>
#include <fstream>
#include <iostream>

#include "base/file.h"
#include "cli.h"
#include "connect.h"
#include "literals.h"
#include "match/canonical.h"
#include "match/public_check.h"
#include "match/snapshot/delta.h"
#include "match/snapshot/signature.h"
#include "show.h"

namespace tocsin::cli {
namespace {

namespace ss = match::snapshot;

constexpr std::size_t kValuesAtOnce = 1'000;
constexpr std::uint64_t kPieceBytes = 8U << 20;
constexpr std::size_t kMaxPemBytes = 64 * 1024;

// --- lookup ------------------------------------------------------------------------------------

Result<Json> ask(HubClient& hub, const std::vector<std::string>& values) {
  Json list = Json::array();
  for (const auto& v : values) list.push(v);
  return hub.post("/api/v1/lookup", Json::object({{"values", std::move(list)}}));
}

/// Lines of standard input, a thousand a request, each answer printed before the next is read.
int lookup_stream(const Args& args, HubClient& hub) {
  std::vector<std::string> values;
  std::string line;
  int code = kOk;
  for (bool more = true; more;) {
    more = static_cast<bool>(std::getline(std::cin, line));
    if (more && !trim(line).empty()) values.emplace_back(trim(line));
    if (values.empty() || (more && values.size() < kValuesAtOnce)) continue;
    const auto answer = ask(hub, values);
    if (!answer) return report(args, answer.error());
    values.clear();
    if (!args.json) {
      code = std::max(code, print_items(args, *answer, show_lookup));
      std::fflush(stdout);
      continue;
    }
    for (Json item : (*answer)["items"].items()) {
      if (item.has("error")) code = kUsage;
      std::cout << item.set("as_of", (*answer)["as_of"]).dump() << '\n';
    }
    std::cout << std::flush;
  }
  return code;
}

Command lookup_command() {
  Command c;
  c.path = {"lookup"};
  c.summary = {"查询指标：谁报告过、何时、在哪个环节、是否在屏蔽",
               "what is known about an indicator: by whom, since when, where in the loop"};
  c.description = {
      "- 从标准输入逐行读取，配合 --json 时每行输出一个 JSON。一次超过 100 个时以匹配快照先行过滤，"
      "as_of 说明结果截至哪个版本。",
      "With - values come from standard input, one a line, and --json prints one document a line. "
      "More than 100 at once are filtered by the match snapshot; as_of says of which version."};
  c.positionals = {
      {.name = "VALUE",
       .help = {"任意写法，- 为标准输入", "any spelling, defanged too; - for standard input"},
       .required = true,
       .repeated = true}};
  c.options = with_hub({});
  c.examples = {{"tocsin lookup evil[.]example", {"查询一个域名", "one name"}},
                {"zcat seen.txt.gz | tocsin lookup - --json", {"批量查询", "many"}}};
  c.run = [](const Args& args) {
    const auto& values = args.all("VALUE");
    if (values.size() == 1 && values[0] == "-") {
      auto hub = HubClient::from(args);
      return hub ? lookup_stream(args, *hub) : report(args, hub.error());
    }
    auto hub = HubClient::from(args);
    if (!hub) return report(args, hub.error());
    const auto answer = ask(*hub, values);
    return answer ? print_items(args, *answer, show_lookup) : report(args, answer.error());
  };
  return c;
}

// --- check -------------------------------------------------------------------------------------

/// Only prefixes leave this machine; whole hashes are compared here.
Result<Json> check_one(HubClient& hub, const std::string& text) {
  TRY(const auto indicator, match::canonical(text));
  Json out = Json::object({{"query", text}, {"verdict", "none"}});
  for (const std::string& expression : match::expressions_for(indicator)) {
    const std::string hash = match::expression_hash(expression);
    TRY(const Json answer,
        hub.get("/api/v1/public/check?prefix=" + hash.substr(0, match::kShortestPrefix)));
    out.set("version", answer["version"]).set("at", answer["at"]);
    for (const Json& one : answer["matches"].items()) {
      if (one.str("hash") != hash) continue;
      out.set("verdict", one["verdict"]).set("matched", expression);
      return out;
    }
  }
  return out;
}

std::string check_text(const Json& json, Lang lang) {
  std::string out;
  for (const Json& one : json["items"].items()) {
    const std::string& verdict = one.str("verdict");
    out += defang(one.str("query")) + say(lang, "：", ": ");
    if (verdict == "none") {
      out += say(lang, "未公开列入处置名单\n", "not published as blocked\n");
      continue;
    }
    out += verdict == "blocked" ? say(lang, "已依通知书屏蔽", "blocked by a notice")
                                : say(lang, "已依通知书处置", "ordered to be disposed of");
    out += " (" + defang(one.str("matched")) + ")\n";
  }
  return out;
}

int run_check(const Args& args) {
  const auto signed_in = HubClient::from(args);
  if (!signed_in) return report(args, signed_in.error());
  HubClient hub(signed_in->url(), "", args.str("--ca"));  // nobody's account goes with a question
  Json items = Json::array();
  bool found = false;
  for (const auto& value : args.all("VALUE")) {
    auto one = check_one(hub, value);
    if (!one) return report(args, one.error());
    found = found || one->str("verdict") != "none";
    items.push(std::move(*one));
  }
  const Json document = Json::object({{"items", std::move(items)}});
  const int printed = print(args, document, check_text(document, args.lang));
  return found ? kFailed : printed;
}

Command check_command() {
  Command c;
  c.path = {"check"};
  c.summary = {"查询是否已公开列入处置名单，不向枢纽透露查询内容",
               "is it published as blocked? The hub does not learn what was asked"};
  c.description = {
      "无需账号。只发送散列的前 16 位（二进制），完整散列在本机比对；域名同时查询其上级域名，"
      "网址同时查询其主机。多个前缀合在一起透露得更多，见 docs/lookup.md。命中时退出码为 1。",
      "No account. Only the first 16 bits of hashes are sent; whole hashes are compared here. For "
      "a "
      "name the names above it are asked too, for a URL its host. Several prefixes together say "
      "more than one: docs/lookup.md. The exit code is 1 when something was found."};
  c.positionals = {{.name = "VALUE",
                    .help = {"任意写法", "any spelling, defanged too"},
                    .required = true,
                    .repeated = true}};
  c.options = with_hub({});
  c.examples = {{"tocsin check www.evil[.]example", {"查询一个域名", "one name"}}};
  c.run = run_check;
  return c;
}

// --- match fetch -------------------------------------------------------------------------------

struct Fetched {
  bool delta = false;
  std::uint64_t bytes = 0;  ///< that came over the wire
};

/// The whole of a version in pieces, so that no answer has to fit into memory.
Status fetch_whole(HubClient& hub, const Json& state, const std::string& path, Fetched& fetched) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  const auto total = static_cast<std::uint64_t>(state["bytes"].as_int());
  while (fetched.bytes < total) {
    http::ClientRequest request;
    request.url = "/api/v1/match/snapshot?version=" + std::to_string(state["version"].as_int());
    request.headers.emplace_back("Range", "bytes=" + std::to_string(fetched.bytes) + "-" +
                                              std::to_string(fetched.bytes + kPieceBytes - 1));
    TRY(const auto answer, hub.raw(std::move(request)));
    if (answer.status != 206 || answer.body.empty()) {
      return fail_bi(Code::kUnavailable, "the hub sent no piece of the snapshot",
                     "枢纽未返回快照片段", "snapshot");
    }
    out.write(answer.body.data(), static_cast<std::streamsize>(answer.body.size()));
    fetched.bytes += answer.body.size();
  }
  out.close();
  if (out) return {};
  return fail_bi(Code::kInternal, "cannot write " + path, "无法写入 " + path, "OUT");
}

/// True when the version at hand led to the new one by a delta.
Result<bool> fetch_delta(HubClient& hub, const ss::Snapshot& base, const std::string& path,
                         Fetched& fetched) {
  http::ClientRequest request;
  request.url = "/api/v1/match/snapshot?from=" + std::to_string(base.header().list_version);
  TRY(const auto answer, hub.raw(std::move(request)));
  if (answer.header("content-type") != "application/vnd.tocsin.snapshot-delta") return false;
  fetched = {true, answer.body.size()};
  const std::string delta = path + ".delta";
  TRY_STATUS(write_file(delta, answer.body));
  const Status applied = ss::apply_delta(base, delta, path);
  std::remove(delta.c_str());
  TRY_STATUS(applied);
  return true;
}

Result<std::string> verified(const Args& args, const Json& state, const std::string& path) {
  TRY(const auto snapshot, ss::Snapshot::open(path));
  if (snapshot->sha256() != state.str("sha256")) {
    return fail_bi(Code::kConflict, "the hub built another snapshot meanwhile; fetch again",
                   "枢纽在此期间生成了新快照，请重新获取", "snapshot");
  }
  TRY(auto p7s, unbase64(state.str("signature")));
  std::vector<crypto::Certificate> trusted;
  for (const std::string& file : args.all("--trust")) {
    TRY(const std::string pem, read_file(file, kMaxPemBytes));
    TRY(auto certificate, crypto::Certificate::from_pem(pem));
    trusted.push_back(std::move(certificate));
  }
  TRY_STATUS(ss::verify_signature(*snapshot, p7s, trusted.empty() ? nullptr : &trusted));
  return p7s;
}

Result<Json> fetch(const Args& args, HubClient& hub) {
  const std::string& out = args.str("OUT");
  const std::string part = out + ".part";
  TRY(Json state, hub.get("/api/v1/match"));
  const auto have = ss::Snapshot::open(out);
  const bool current = have && (*have)->sha256() == state.str("sha256");
  Fetched fetched;
  if (!current) {
    bool by_delta = false;
    const Json& bases = state["bases"];
    for (const Json& base : bases.items()) {
      if (!have || static_cast<std::uint64_t>(base.as_int()) != (*have)->header().list_version) {
        continue;
      }
      const auto done = fetch_delta(hub, **have, part, fetched);
      // A file of that number from elsewhere is no base of ours: then the whole one is fetched.
      by_delta = done && *done;
    }
    if (!by_delta) {
      fetched = {};
      TRY_STATUS(fetch_whole(hub, state, part, fetched));
    }
  }
  TRY(const std::string p7s, verified(args, state, current ? out : part));
  if (!current) {
    std::error_code ec;
    std::filesystem::rename(part, out, ec);
    if (ec) return fail_bi(Code::kInternal, "cannot write " + out, "无法写入 " + out, "OUT");
  }
  TRY_STATUS(write_file(out + ".p7s", p7s));
  TRY(const auto snapshot, ss::Snapshot::open(out));
  prepare_literals(out, snapshot);
  state.erase("signature");
  state.set("way", current ? "current" : fetched.delta ? "delta" : "whole");
  return state.set("received", fetched.bytes);
}

Command fetch_command() {
  Command c;
  c.path = {"match", "fetch"};
  c.summary = {"从枢纽获取匹配快照，已有旧版时只取增量",
               "fetch the hub's match snapshot, only the delta where an older one is at hand"};
  c.description = {"核对内容与枢纽签名之后才替换 OUT；签名另存为 OUT.p7s。",
                   "OUT is replaced only after contents and the hub's signature were checked; the "
                   "signature goes to OUT.p7s."};
  c.positionals = {{.name = "OUT", .help = {"快照文件", "file of the snapshot"}}};
  c.options = with_hub(
      {{.name = "--trust",
        .value = "CERT.pem",
        .help = {"签名者须由此证书背书", "the signer must be vouched for by this certificate"},
        .repeated = true}});
  c.examples = {{"tocsin match fetch list.tsnap", {"获取或更新", "fetch, or bring up to date"}}};
  c.run = [](const Args& args) {
    return with_answer(
        args, [&](HubClient& hub) { return fetch(args, hub); },
        [](const Json& json, Lang lang) {
          return say(lang, "版本 ", "version ") + std::to_string(json["version"].as_int()) +
                 say(lang, "，", ", ") + grouped(json["indicators"].as_int()) +
                 say(lang, " 条指标；传输 ", " indicators; received ") +
                 grouped(json["received"].as_int()) + say(lang, " 字节\n", " bytes\n");
        });
  };
  return c;
}

}  // namespace

void add_lookup(std::vector<Command>& commands) {
  commands.push_back(lookup_command());
  commands.push_back(check_command());
  commands.push_back(fetch_command());
}

}  // namespace tocsin::cli
