// Collections, TAXII in both directions, export as STIX.
#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <mutex>

#include "cmd_formats.h"
#include "connect.h"
#include "exchange/stix/splitter.h"
#include "exchange/taxii/client.h"
#include "model/tlp.h"
#include "show.h"

namespace tocsin::cli {
namespace {

namespace taxii = exchange::taxii;
using exchange::stix::Splitter;

std::string show_collection(const Json& c, Lang lang) {
  return c.str("alias") + "  " + c.str("id") + "  TLP:" + c.str("ceiling") + "  " +
         c["title"].str(side(lang)) + "\n";
}

Command add_collection() {
  Command c;
  c.path = {"collection", "add"};
  c.summary = {"设立交换集合", "make a collection of the exchange"};
  c.description = {
      "投影集合由平台自动写入本平台已认定的威胁；指定 --audience 时只含该单位可读的事项。",
      "A projection is filled by the hub with the threats determined here; with --audience only "
      "with cases that unit may read."};
  c.options = with_hub(
      {needed("--alias", "NAME", "简短名称", "short name"),
       opt("--zh", "TITLE", "中文标题", "Chinese title"),
       opt("--en", "TITLE", "英文标题", "English title"),
       among(opt("--tlp", "LEVEL", "最高 TLP 级别", "strictest level", "amber"),
             enum_names(model::Tlp{})),
       opt("--projection", "", "由平台写入已认定威胁", "filled by the hub with determined threats"),
       opt("--audience", "CODE", "投影的受众单位", "unit a projection is for")});
  c.run = [](const Args& args) {
    return with_answer(
        args,
        [&](HubClient& hub) {
          return hub.post(
              "/api/v1/collections",
              Json::object(
                  {{"alias", args.str("--alias")},
                   {"title", Json::object({{"zh", args.str("--zh")}, {"en", args.str("--en")}})},
                   {"ceiling", args.str("--tlp")},
                   {"projection", args.has("--projection")},
                   {"audience", args.str("--audience")}}));
        },
        show_collection);
  };
  return c;
}

Command list_collections() {
  return hub_command(
      {"collection", "list"}, {"可见的交换集合", "the collections you can see"}, {}, {},
      [](HubClient& hub, const Args&) { return hub.get("/api/v1/collections"); },
      [](const Json& json, Lang lang) {
        std::string out;
        for (const auto& item : json["items"].items()) out += show_collection(item, lang);
        return out;
      });
}

Command grant_collection() {
  return hub_command(
      {"collection", "grant"},
      {"授予单位读写权限（都不选即收回）",
       "let an organisation read or write (neither: take it away)"},
      {{"COLLECTION", {"集合别名或标识", "alias or id"}}},
      {needed("--organization", "CODE", "单位代码", "code of the unit"),
       opt("--read", "", "可读", "may read"), opt("--write", "", "可写", "may write")},
      [](HubClient& hub, const Args& args) {
        return hub.post("/api/v1/collections/" + encoded(args.str("COLLECTION")) + "/grants",
                        Json::object({{"organization", args.str("--organization")},
                                      {"read", args.has("--read")},
                                      {"write", args.has("--write")}}));
      },
      show_collection);
}

std::string show_counts(const Json& r, Lang lang) {
  return grouped(r["objects"].as_int()) + say(lang, " 个对象：新增 ", " objects: added ") +
         grouped(r["added"].as_int()) + say(lang, "，已有 ", ", known ") +
         grouped(r["known"].as_int()) + say(lang, "，内容冲突 ", ", conflicting ") +
         grouped(r["conflicting"].as_int()) + say(lang, "，密级过高 ", ", too strict ") +
         grouped(r["too_strict"].as_int()) + say(lang, "，拒绝 ", ", refused ") +
         grouped(r["refused"].as_int()) + "\n";
}

Result<Json> send_document(HubClient& hub, const std::string& path, std::istream& in,
                           const std::string& file) {
  http::ClientRequest request;
  request.method = http::Method::kPost;
  request.url = path + "?file=" + encoded(file.substr(file.find_last_of('/') + 1));
  request.headers = {{"Content-Type", "application/stix+json"}};
  request.upload = [&in](char* into, std::size_t room) {
    in.read(into, static_cast<std::streamsize>(room));
    return static_cast<std::size_t>(in.gcount());
  };
  TRY(const auto answer, hub.raw(std::move(request)));
  return Json::parse(answer.body);
}

/// As send_document(); a document of which nothing at all is a STIX object is an error.
Result<Json> send_stix(HubClient& hub, const std::string& path, std::istream& in,
                       const std::string& file) {
  TRY(Json counts, send_document(hub, path, in, file));
  if (counts["objects"].as_int() == 0 || counts["refused"] != counts["objects"]) return counts;
  const std::string all = grouped(counts["objects"].as_int());
  return fail_bi(Code::kInvalid, "no STIX objects: all " + all + " were refused",
                 "没有 STIX 对象：" + all + " 个全部被拒绝", "FILE", "STIX-2.1");
}

Command import_collection() {
  return hub_command(
      {"collection", "import"},
      {"将 STIX 文档导入集合", "import a STIX document into a collection"},
      {{"COLLECTION", {"集合别名或标识", "alias or id"}},
       {"FILE", {"文件，- 为标准输入", "file, - for standard input"}}},
      {},
      [](HubClient& hub, const Args& args) -> Result<Json> {
        const std::string& file = args.str("FILE");
        const std::string path =
            "/api/v1/collections/" + encoded(args.str("COLLECTION")) + "/objects";
        if (file == "-") return send_stix(hub, path, std::cin, "-");
        std::ifstream in(file, std::ios::binary);
        if (!in) return fail_bi(Code::kNotFound, "cannot open " + file, "无法打开 " + file, "FILE");
        return send_stix(hub, path, in, file);
      },
      show_counts);
}

// ------------------------------------------------------------------------------ peers

std::vector<Option> with_peer(std::vector<Option> own) {
  own.push_back(opt("--login", "NAME", "对端用户名（Basic）", "name at the peer (Basic)"));
  own.push_back(opt("--secret-file", "FILE", "对端密码或令牌所在文件",
                    "file with the password or token at the peer"));
  own.push_back(opt("--peer-ca", "FILE", "信任的对端签发者（PEM）", "issuer of the peer (PEM)"));
  own.push_back(opt("--certificate", "FILE", "客户端证书（PEM）", "client certificate (PEM)"));
  own.push_back(opt("--key", "FILE", "客户端证书私钥（PEM）", "its key (PEM)"));
  return own;
}

/// Between two tries; nothing else happens in this process meanwhile.
void pause(std::chrono::milliseconds time) {
  std::mutex mutex;
  std::condition_variable never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, time, [] { return false; });
}

Result<taxii::PeerOptions> peer_of(const Args& args) {
  taxii::PeerOptions peer;
  peer.login = args.str("--login");
  if (const auto& file = args.str("--secret-file"); !file.empty()) {
    std::ifstream in(file);
    if (!in || !std::getline(in, peer.secret)) {
      return fail_bi(Code::kInvalid, "cannot read a secret from " + file,
                     "无法从 " + file + " 读取密码或令牌", "--secret-file");
    }
  }
  peer.http.ca_file = args.str("--peer-ca");
  peer.http.certificate_file = args.str("--certificate");
  peer.http.key_file = args.str("--key");
  return peer;
}

Result<Json> discover(const Args& args) {
  TRY(auto options, peer_of(args));
  taxii::Client peer(std::move(options), pause);
  TRY(Json out, peer.get(args.str("URL")));
  Json roots = Json::array();
  const Json listed = out["api_roots"];
  // Only what lies at the address the person gave is asked: no peer sends us elsewhere.
  const std::string& url = args.str("URL");
  const std::string origin = url.substr(0, url.find('/', url.find("//") + 2));
  for (const auto& root : listed.items()) {
    std::string address = root.as_string();
    if (address.starts_with('/')) address = origin + address;
    Json item = Json::object({{"url", address}});
    if (address.starts_with(origin + "/")) {
      TRY(const Json about, peer.get(address));
      TRY(const Json collections, peer.get(address + "collections/"));
      item.set("title", about.str("title"));
      item.set("collections", collections["collections"]);
    }
    roots.push(std::move(item));
  }
  out.set("roots", std::move(roots));
  return out;
}

Command discover_command() {
  Command c;
  c.path = {"taxii", "discover"};
  c.summary = {"查看对端提供的集合", "what a TAXII 2.1 peer offers"};
  c.positionals = {{"URL",
                    {"发现地址，如 https://peer.example/taxii2/",
                     "discovery address: https://peer.example/taxii2/"}}};
  c.options = with_peer({});
  c.run = [](const Args& args) {
    const auto found = discover(args);
    if (!found) return report(args, found.error());
    std::string text = found->str("title") + "\n";
    for (const auto& root : (*found)["roots"].items()) {
      text += root.str("url") + "\n";
      for (const auto& collection : root["collections"].items()) {
        text +=
            "  " + collection.str("id") + "  " + (collection["can_read"].as_bool() ? "r" : "-") +
            (collection["can_write"].as_bool() ? "w" : "-") + "  " + collection.str("title") + "\n";
      }
    }
    return print(args, *found, text);
  };
  return c;
}

/// Sums of the pages of one run.
void sum(Json& into, const Json& page) {
  for (const char* key : {"objects", "added", "known", "conflicting", "too_strict", "refused"}) {
    into.set(key, into[key].as_int() + page[key].as_int());
  }
}

Result<Json> pull(const Args& args) {
  TRY(auto hub, HubClient::from(args));
  TRY(auto options, peer_of(args));
  TRY(const auto limit, args.integer("--limit"));
  TRY(const auto pages, args.integer("--pages"));
  taxii::Client peer(std::move(options), pause);
  const std::string address = taxii::collection_address(args.str("URL"), args.str("--collection"));
  const std::string target = "/api/v1/collections/" + encoded(args.str("--into"));
  TRY(const Json start, hub.get(target + "/position?peer=" + encoded(address)));
  Instant after{start["position"].as_int()};
  std::string next;
  Json total = Json::object();
  for (std::int64_t page = 0; pages == 0 || page < pages; ++page) {
    TRY(const auto got, peer.page(address, after, next, static_cast<std::size_t>(limit)));
    http::ClientRequest request;
    request.method = http::Method::kPost;
    request.url = target + "/objects?file=taxii&peer=" + encoded(address) +
                  "&position=" + std::to_string(std::max(got.last, after).micros);
    request.headers = {{"Content-Type", "application/stix+json"}};
    request.body = got.body;
    TRY(const auto answer, hub.raw(std::move(request)));
    TRY(const Json counts, Json::parse(answer.body));
    sum(total, counts);
    if (!got.more) break;
    if (got.next.empty() || got.next == next) {
      // Without `next` the peer means: ask again after the last you got (TAXII 2.1 section 3.5).
      if (!got.last || got.last <= after) break;
      after = got.last;
    }
    next = got.next;
  }
  return total;
}

Command pull_command() {
  Command c;
  c.path = {"taxii", "pull"};
  c.summary = {"从对端集合拉取新对象", "fetch what is new in a peer's collection"};
  c.description = {"位置与对象在同一事务中保存，中断后重跑同一命令即续传。",
                   "The position is saved together with the objects; after an interruption the "
                   "same command continues."};
  c.positionals = {{"URL", {"API 根地址", "API root"}}};
  c.options =
      with_hub(with_peer({needed("--collection", "ID", "对端集合标识", "collection at the peer"),
                          needed("--into", "COLLECTION", "本平台的集合", "collection of this hub"),
                          {.name = "--limit",
                           .value = "N",
                           .help = {"每页对象数", "objects a page"},
                           .otherwise = "1000"},
                          {.name = "--pages",
                           .value = "N",
                           .help = {"至多拉取页数，0 为不限", "at most so many pages, 0: all"},
                           .otherwise = "0"}}));
  c.run = [](const Args& args) {
    const auto done = pull(args);
    if (!done) return report(args, done.error());
    return print(args, *done, show_counts(*done, args.lang));
  };
  return c;
}

/// Fills envelopes and sends them; a peer takes at most what its API root says.
class Pusher {
 public:
  Pusher(taxii::Client& peer, std::string address, std::size_t bytes)
      : peer_(peer), address_(std::move(address)), most_bytes_(bytes) {}

  Status add(std::string_view object) {
    constexpr std::size_t kMost = 1000;
    if (count_ == kMost || (count_ > 0 && body_.size() + object.size() > most_bytes_)) {
      TRY_STATUS(flush());
    }
    body_ += count_++ == 0 ? R"({"objects":[)" : ",";
    body_ += object;
    return {};
  }
  Status flush() {
    if (count_ == 0) return {};
    body_ += "]}";
    TRY(const Json status, peer_.add(address_, body_));
    for (const char* key : {"total_count", "success_count", "failure_count", "pending_count"}) {
      total.set(key, total[key].as_int() + status[key].as_int());
    }
    body_.clear();
    count_ = 0;
    return {};
  }
  Json total = Json::object();

 private:
  taxii::Client& peer_;
  const std::string address_;
  const std::size_t most_bytes_;
  std::string body_;
  std::size_t count_ = 0;
};

/// The objects of a file, or of a collection of the hub, one after the other.
Status each_object(const Args& args, Splitter& splitter) {
  if (const auto& file = args.str("--file"); !file.empty()) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return fail_bi(Code::kNotFound, "cannot open " + file, "无法打开 " + file, "--file");
    std::string buffer(1U << 20, '\0');
    while (in) {
      in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
      TRY_STATUS(
          splitter.feed(std::string_view(buffer).substr(0, static_cast<std::size_t>(in.gcount()))));
    }
    return splitter.finish();
  }
  TRY(auto hub, HubClient::from(args));
  http::ClientRequest request;
  request.url = "/api/v1/export/stix?collection=" + encoded(args.str("--from"));
  if (args.has("--since")) request.url += "&since=" + encoded(args.str("--since"));
  Status fed;
  request.line = [&](std::string_view line) {
    fed = splitter.feed(line);
    if (fed) fed = splitter.feed("\n");
    return static_cast<bool>(fed);
  };
  TRY(const auto answer, hub.raw(std::move(request)));
  TRY_STATUS(fed);
  return splitter.finish();
}

Result<Json> push(const Args& args) {
  if (args.has("--file") == args.has("--from")) {
    return fail_bi(Code::kInvalid, "say either --file or --from", "须二选一：--file 或 --from",
                   "--from");
  }
  TRY(auto options, peer_of(args));
  taxii::Client peer(std::move(options), pause);
  std::string root = args.str("URL");
  if (!root.ends_with('/')) root += '/';
  TRY(const Json about, peer.get(root));
  constexpr std::int64_t kUsual = 10 << 20;
  const auto most = std::min(kUsual, about["max_content_length"].as_int(kUsual));
  Pusher pusher(peer, taxii::collection_address(root, args.str("--collection")),
                static_cast<std::size_t>(std::max<std::int64_t>(most - 64, 1)));
  Splitter splitter(
      [&](const exchange::stix::Piece& piece, const Json&) { return pusher.add(piece.bytes); });
  TRY_STATUS(each_object(args, splitter));
  TRY_STATUS(pusher.flush());
  return pusher.total;
}

Command push_command() {
  Command c;
  c.path = {"taxii", "push"};
  c.summary = {"向对端集合提交对象", "add objects to a peer's collection"};
  c.positionals = {{"URL", {"API 根地址", "API root"}}};
  c.options = with_hub(
      with_peer({needed("--collection", "ID", "对端集合标识", "collection at the peer"),
                 opt("--from", "COLLECTION", "本平台的集合", "collection of this hub"),
                 opt("--since", "TIME", "只提交此后新增的对象", "only what was added after"),
                 opt("--file", "FILE", "STIX 文件", "a STIX file instead")}));
  c.run = [](const Args& args) {
    const auto done = push(args);
    if (!done) return report(args, done.error());
    return print(args, *done,
                 grouped((*done)["success_count"].as_int()) +
                     say(args.lang, " 个对象已接收，失败 ", " objects taken, failed ") +
                     grouped((*done)["failure_count"].as_int()) + "\n");
  };
  return c;
}

Command bind_command() {
  return hub_command(
      {"taxii", "certificate"},
      {"登记客户端证书，凭证书访问 TAXII", "let a client certificate speak for a person"}, {},
      {needed("--user", "LOGIN", "用户", "person"),
       opt("--organization", "ORG", "代表的机构（默认首个机构）",
           "organisation acted for (left out: the person's first)"),
       needed("--fingerprint", "HEX", "证书 DER 编码的 SHA-256", "SHA-256 of the DER form"),
       {.name = "--scope",
        .value = "SCOPE",
        .help = {"权限（默认 read）", "scope (left out: read)"},
        .repeated = true}},
      [](HubClient& hub, const Args& args) {
        Json scopes = Json::array();
        for (const auto& scope : args.all("--scope")) scopes.push(scope);
        return hub.post("/api/v1/certificates",
                        Json::object({{"user", args.str("--user")},
                                      {"organization", args.str("--organization")},
                                      {"fingerprint", args.str("--fingerprint")},
                                      {"scopes", std::move(scopes)}}));
      },
      [](const Json& token, Lang) { return token.str("id") + "\n"; });
}

Command export_command() {
  Command c;
  c.path = {"export", "stix"};
  c.summary = {"以 STIX 2.1 对象包输出到标准输出", "write a STIX 2.1 bundle to standard output"};
  c.description = {"不指定集合或事项时，输出您可读的全部已认定事项。",
                   "Without collection or case: every determined case that you may read."};
  c.options = with_hub({opt("--collection", "NAME", "集合别名或标识", "alias or id"),
                        opt("--case", "NUMBER", "事项编号", "number of a case"),
                        opt("--source", "NAME", "某来源的全部指标", "all indicators of a source"),
                        opt("--vulnerabilities", "all|kev", "漏洞库，或其中已知被利用的",
                            "the vulnerability library, or what of it is known to be exploited"),
                        opt("--since", "TIME", "此后新增或认定", "added or determined after")});
  c.run = [](const Args& args) {
    auto hub = HubClient::from(args);
    if (!hub) return report(args, hub.error());
    if (args.has("--source")) {
      const auto done =
          export_source(*hub, "stix", args.str("--source"), args.str("--since"), std::cout);
      if (!done) return report(args, done.error());
      std::cout.flush();
      return static_cast<int>(kOk);
    }
    http::ClientRequest request;
    request.url = "/api/v1/export/stix?collection=" + encoded(args.str("--collection")) +
                  "&case=" + encoded(args.str("--case")) +
                  "&since=" + encoded(args.str("--since")) +
                  "&vulnerabilities=" + encoded(args.str("--vulnerabilities"));
    request.line = [](std::string_view line) {
      std::cout << line << '\n';
      return static_cast<bool>(std::cout);
    };
    const auto done = hub->raw(std::move(request));
    if (!done) return report(args, done.error());
    std::cout.flush();
    return static_cast<int>(kOk);
  };
  return c;
}

}  // namespace

void add_exchange(std::vector<Command>& commands) {
  for (auto& command :
       {add_collection(), list_collections(), grant_collection(), import_collection(),
        discover_command(), pull_command(), push_command(), bind_command(), export_command()}) {
    commands.push_back(command);
  }
}

}  // namespace tocsin::cli
