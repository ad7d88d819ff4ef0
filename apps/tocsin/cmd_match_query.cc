// `tocsin match query`: values and bytes against a snapshot, without a hub.
#include <fstream>
#include <iostream>

#include "base/text.h"
#include "cli.h"
#include "literals.h"
#include "match/canonical.h"
#include "match/snapshot/scanner.h"
#include "show.h"

namespace tocsin::cli {
namespace {

namespace ss = match::snapshot;
using Opened = std::shared_ptr<const ss::Snapshot>;

constexpr std::size_t kReadBytes = 1U << 20;
constexpr std::size_t kMostHits = 256;

Json hit_json(const ss::Snapshot& snapshot, const ss::Answer& answer) {
  const ss::Record record = snapshot.record(answer.ordinal);
  Json sources = Json::array();
  for (std::size_t i = 0; i < snapshot.sources().size(); ++i) {
    if ((record.sources >> i & 1) != 0) sources.push(snapshot.sources()[i]);
  }
  return Json::object({{"ordinal", answer.ordinal},
                       {"relation", answer.relation == ss::Relation::kExact ? "exact" : "below"},
                       {"matched", answer.matched},
                       {"kind", name(record.kind)},
                       {"state", name(record.state)},
                       {"confidence", record.confidence},
                       {"sources", std::move(sources)},
                       {"ref", record.ref}});
}

/// One value in any spelling; a value that is no indicator says why.
Json ask(const ss::Snapshot& snapshot, const std::string& text) {
  Json out = Json::object({{"query", text}});
  const auto canonical = match::canonical(text);
  if (!canonical) {
    return out.set("error", Json::object({{"zh", canonical.error().message_zh},
                                          {"en", canonical.error().message}}));
  }
  out.set("kind", name(canonical->kind)).set("value", canonical->value);
  Json hits = Json::array();
  if (const auto query = ss::Query::of(*canonical)) {
    std::array<ss::Answer, kMostHits> found;
    const std::size_t n = std::min(snapshot.lookup_all(*query, found), found.size());
    for (std::size_t i = 0; i < n; ++i) hits.push(hit_json(snapshot, found[i]));
  }
  return out.set("hits", std::move(hits));
}

std::string answers_text(const Json& answers, Lang lang) {
  std::vector<std::vector<std::string>> rows;
  for (const Json& one : answers["answers"].items()) {
    const std::string query = defang(one.str("query"));
    if (one.has("error")) {
      rows.push_back({query, "-", one["error"].str(side(lang)), "", "", ""});
    }
    if (one.has("hits") && one["hits"].items().empty()) {
      rows.push_back({query, "-", say(lang, "未收录", "not in it"), "", "", ""});
    }
    for (const Json& hit : one["hits"].items()) {
      const bool exact = hit.str("relation") == "exact";
      const auto ref = hit["ref"].as_int();
      rows.push_back({query, exact ? say(lang, "本身", "exact") : say(lang, "其下", "below"),
                      word(hit["kind"], lang), hit.str("state"),
                      std::to_string(hit["confidence"].as_int()),
                      ref == 0 ? "" : std::to_string(ref)});
    }
  }
  return table({say(lang, "查询", "query"), say(lang, "关系", "relation"),
                say(lang, "指标类型", "kind of indicator"), say(lang, "状态", "state"),
                say(lang, "置信度", "confidence"), say(lang, "编号", "ref")},
               rows);
}

/// What stands where in one file: the first places, and how many there are.
class Places {
 public:
  explicit Places(const ss::LiteralScanner& scanner) : scanner_(scanner) {}

  bool add(const ss::LiteralHit& hit) {
    ++count_;
    if (hits_.items().size() < kMostHits) {
      Json one = hit_json(scanner_.snapshot(), {.ordinal = scanner_.ordinal(hit.literal),
                                                .matched = 0,
                                                .relation = ss::Relation::kExact,
                                                .hits = 1});
      one.erase("matched");
      one.erase("relation");
      hits_.push(one.set("value", scanner_.text(hit.literal))
                     .set("offset", hit.begin)
                     .set("bytes", hit.end - hit.begin));
    }
    return true;
  }
  bool any() const { return count_ > 0; }
  Json json(const std::string& file, std::uint64_t bytes) && {
    return Json::object(
        {{"file", file}, {"bytes", bytes}, {"count", count_}, {"hits", std::move(hits_)}});
  }

 private:
  const ss::LiteralScanner& scanner_;
  Json hits_ = Json::array();
  std::uint64_t count_ = 0;
};

/// Reads a file in pieces, of any size in constant memory.
Status scan_file(const ss::LiteralScanner& scanner, ss::LiteralScanner::Scratch& scratch,
                 const std::string& path, Json& files, bool& found) {
  std::ifstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    if (!file) {
      return fail_bi(Code::kNotFound, "cannot open " + path, "无法打开 " + path, "--scan");
    }
  }
  std::istream& in = path == "-" ? std::cin : file;
  TRY(auto stream, scanner.stream());
  Places places(scanner);
  std::string buffer(kReadBytes, '\0');
  std::uint64_t bytes = 0;
  while (in) {
    in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    const auto got = static_cast<std::size_t>(in.gcount());
    bytes += got;
    TRY(const bool goes_on,
        stream.feed(std::string_view(buffer).substr(0, got), scratch,
                    [&](const ss::LiteralHit& hit) { return places.add(hit); }));
    if (!goes_on) break;
  }
  found = found || places.any();
  files.push(std::move(places).json(path, bytes));
  return {};
}

std::string scan_text(const Json& document, Lang lang) {
  std::string out;
  for (const Json& file : document["files"].items()) {
    out += file.str("file") + say(lang, "：", ": ") + grouped(file["bytes"].as_int()) +
           say(lang, " 字节，命中 ", " bytes, hits: ") + grouped(file["count"].as_int()) + "\n";
    std::vector<std::vector<std::string>> rows;
    for (const Json& hit : file["hits"].items()) {
      rows.push_back({grouped(hit["offset"].as_int()), hit.str("value"), hit.str("state"),
                      std::to_string(hit["confidence"].as_int())});
    }
    if (rows.empty()) continue;
    out += table({say(lang, "偏移", "offset"), say(lang, "载荷特征", "literal"),
                  say(lang, "状态", "state"), say(lang, "置信度", "confidence")},
                 rows);
  }
  return out;
}

int run_scan(const Args& args, const Opened& snapshot) {
  Json files = Json::array();
  bool found = false;
  const auto all = [&]() -> Status {
    TRY(const auto scanner,
        ss::LiteralScanner::make(
            snapshot, ss::ScanMode::kStream,
            ss::literal_cache_path(args.str("SNAPSHOT"), ss::ScanMode::kStream)));
    TRY(auto scratch, scanner->scratch());
    for (const std::string& path : args.all("--scan")) {
      TRY_STATUS(scan_file(*scanner, scratch, path, files, found));
    }
    return {};
  };
  if (const Status done = all(); !done) return report(args, done.error());
  const Json document = Json::object({{"files", std::move(files)}});
  const int printed = print(args, document, scan_text(document, args.lang));
  return found ? printed : kFailed;
}

int run_query(const Args& args) {
  if (args.has("--scan") == args.has("VALUE")) {
    const tl::unexpected<Error> wrong =
        fail_bi(Code::kInvalid, "either VALUE or --scan is needed, and not both",
                "须给出 VALUE 或 --scan 之一，且不能同时给出", "--scan");
    return report(args, wrong.value());
  }
  const auto snapshot = ss::Snapshot::open(args.str("SNAPSHOT"));
  if (!snapshot) return report(args, snapshot.error());
  if (args.has("--scan")) return run_scan(args, *snapshot);
  Json answers = Json::array();
  bool found = false;
  const auto add = [&](const std::string& text) {
    Json one = ask(**snapshot, text);
    found = found || !one["hits"].items().empty();
    answers.push(std::move(one));
  };
  for (const std::string& value : args.all("VALUE")) {
    if (value != "-") {
      add(value);
      continue;
    }
    for (std::string line; std::getline(std::cin, line);) {
      if (!trim(line).empty()) add(std::string(trim(line)));
    }
  }
  const Json document = Json::object({{"answers", std::move(answers)}});
  const int printed = print(args, document, answers_text(document, args.lang));
  return found ? printed : kFailed;
}

Command query_command() {
  Command c;
  c.path = {"match", "query"};
  c.summary = {"在快照中查询指标", "look indicators up in a snapshot"};
  c.description = {
      "任意写法，先化为规范形式。“本身”表示查询的就是该指标；“其下”表示只是位于其下："
      "泛域名之下的名称、网段内的地址、目录下的网址。未命中任何一项时退出码为1。",
      "Any spelling; it is made canonical first. 'exact' says that the query is the indicator, "
      "'below' that it only lies below one: a name under a wildcard, an address in a prefix, a URL "
      "in a folder. The exit code is 1 when nothing was found at all."};
  c.positionals = {{.name = "SNAPSHOT", .help = {"快照文件", "the snapshot"}},
                   {.name = "VALUE",
                    .help = {"域名、地址、网址、摘要等；- 为逐行读标准输入",
                             "a name, address, URL, digest ...; - for lines of standard input"},
                    .required = false,
                    .repeated = true}};
  c.options = {
      {.name = "--scan",
       .value = "FILE",
       .help = {"在文件内容中查找快照的载荷特征；- 为标准输入",
                "look for the snapshot's payload literals in the bytes of this file; - for "
                "standard input"},
       .repeated = true}};
  c.examples = {
      {"tocsin match query list.tsnap www.evil.example 192.0.2.7", {"查询两个值", "two values"}},
      {"tocsin match query list.tsnap --scan session.bin",
       {"查找载荷特征", "look for payload literals"}}};
  c.run = run_query;
  return c;
}

}  // namespace

void prepare_literals(const std::string& path, const Opened& snapshot) {
  const auto literal = static_cast<std::size_t>(model::IndicatorKind::kLiteral);
  if (snapshot->header().by_kind[literal] == 0) return;
  std::ignore = ss::LiteralScanner::make(snapshot, ss::ScanMode::kStream,
                                         ss::literal_cache_path(path, ss::ScanMode::kStream));
}

void add_match_query(std::vector<Command>& commands) { commands.push_back(query_command()); }

}  // namespace tocsin::cli
