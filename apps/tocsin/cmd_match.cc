// `tocsin match …`: snapshots of indicators that a sensor or resolver maps and asks, without a hub.
#include <fstream>
#include <iostream>

#include "base/crypto/certificate.h"
#include "base/file.h"
#include "base/random.h"
#include "cli.h"
#include "intake/decode.h"
#include "intake/reader.h"
#include "literals.h"
#include "match/canonical.h"
#include "match/snapshot/builder.h"
#include "match/snapshot/delta.h"
#include "match/snapshot/signature.h"
#include "model/indicator.h"
#include "show.h"

namespace tocsin::cli {
namespace {

namespace ss = match::snapshot;
using Opened = std::shared_ptr<const ss::Snapshot>;

constexpr std::size_t kReadBytes = 1U << 20;
constexpr std::size_t kKeptRefusals = 20;
constexpr std::size_t kMaxPemBytes = 64 * 1024;

Positional file_argument(const char* zh, const char* en, const char* name = "SNAPSHOT") {
  return {.name = name, .help = {zh, en}};
}

tl::unexpected<Error> bad_option(const std::string& option, const std::string& zh,
                                 const std::string& en) {
  return fail_bi(Code::kInvalid, option + ": " + en, option + "：" + zh, option);
}

/// Turns items into rows of one source; refusals are counted and the first are kept.
class Rows final : public intake::Sink {
 public:
  Rows(ss::Builder& builder, ss::Row pattern) : builder_(builder), pattern_(std::move(pattern)) {}

  void from(std::string file, std::uint64_t source) {
    file_ = std::move(file);
    pattern_.sources = source;
  }
  void item(intake::Item&& item) override {
    ss::Row row = pattern_;
    row.indicator = std::move(item.indicator);
    row.confidence = item.confidence;
    if ((item.notes & match::kCoversBelow) != 0) row.flags |= ss::kCoversBelow;
    if (row.indicator.kind != model::IndicatorKind::kDomain) row.flags = 0;
    const Status added = builder_.add(row);
    if (!added)
      refuse(item.line, row.indicator.value, {added.error().message_zh, added.error().message});
  }
  void refusal(intake::Refusal&& refusal) override {
    refuse(refusal.line, refusal.original, refusal.message);
  }
  void warning(intake::Warning&&) override {}

  std::int64_t refused() const { return refused_; }
  const Json& refusals() const { return refusals_; }

 private:
  void refuse(std::int64_t line, const std::string& original, const Text& why) {
    ++refused_;
    if (refusals_.items().size() >= kKeptRefusals) return;
    refusals_.push(Json::object({{"file", file_},
                                 {"line", line},
                                 {"original", original},
                                 {"reason", Json::object({{"zh", why.zh}, {"en", why.en}})}}));
  }
  ss::Builder& builder_;
  ss::Row pattern_;
  std::string file_;
  std::int64_t refused_ = 0;
  Json refusals_ = Json::array();
};

Status read_into(Rows& rows, const std::string& path, const Args& args) {
  std::ifstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    if (!file) return fail_bi(Code::kNotFound, "cannot open " + path, "无法打开 " + path, "FILE");
  }
  std::istream& in = path == "-" ? std::cin : file;
  intake::Options options;
  if (args.has("--kind")) {
    options.kind = model::indicator_kind(args.str("--kind"));
    if (!options.kind) return bad_option("--kind", "未知类型", "no such kind");
  }
  TRY(const std::int64_t confidence, args.integer("--confidence"));
  if (confidence < 0 || confidence > 100)
    return bad_option("--confidence", "应为0至100", "0 to 100");
  options.confidence = static_cast<int>(confidence);
  std::string buffer(kReadBytes, '\0');
  in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
  std::string_view piece =
      std::string_view(buffer).substr(0, static_cast<std::size_t>(in.gcount()));
  std::optional<intake::Format> format = intake::sniff(piece.substr(0, 4096), path);
  if (args.has("--format")) format = intake::format_named(args.str("--format"));
  if (!format) return bad_option("--format", "未知格式", "no such format");
  const auto reader = intake::make_reader(*format, options, rows);
  intake::Decoder decoder(*reader);
  while (!piece.empty()) {
    TRY_STATUS(decoder.feed(piece));
    in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    piece = std::string_view(buffer).substr(0, static_cast<std::size_t>(in.gcount()));
  }
  return decoder.finish();
}

/// What a new version takes over from the file that it replaces: seed and number.
Result<ss::BuildOptions> build_options(const Args& args) {
  ss::BuildOptions out;
  out.created = SystemClock().now();
  if (args.has("--created")) {
    TRY(out.created, parse_instant(args.str("--created")));
  }
  const auto before = ss::Snapshot::open(args.str("OUT"));
  out.list_version = before ? (*before)->header().list_version + 1 : 1;
  if (args.has("--list-version")) {
    TRY(const std::int64_t version, args.integer("--list-version"));
    if (version < 0) return bad_option("--list-version", "不得为负", "must not be negative");
    out.list_version = static_cast<std::uint64_t>(version);
  }
  if (before) {
    out.seed = (*before)->header().seed;
  } else {
    random_bytes(out.seed);
  }
  if (args.has("--seed")) {
    const auto seed = unhex(args.str("--seed"));
    if (!seed || seed->size() != out.seed.size()) {
      return bad_option("--seed", "应为32位十六进制", "32 hexadecimal digits");
    }
    std::copy(seed->begin(), seed->end(), out.seed.begin());
  }
  for (const std::string& path : args.all("FILE")) {
    out.sources.push_back(path == "-" ? "stdin" : path.substr(path.find_last_of('/') + 1));
  }
  return out;
}

Result<std::string> sign_beside(const Args& args, const Opened& snapshot) {
  if (!args.has("--key") && !args.has("--cert")) return std::string();
  TRY(const std::string key_pem, read_file(args.str("--key"), kMaxPemBytes));
  TRY(const auto key, crypto::SigningKey::from_pem(key_pem));
  TRY(const std::string certificate_pem, read_file(args.str("--cert"), kMaxPemBytes));
  TRY(const auto certificate, crypto::Certificate::from_pem(certificate_pem));
  TRY(const std::string p7s, ss::sign(*snapshot, key, certificate, SystemClock().now()));
  const std::string path = args.str("OUT") + ".p7s";
  TRY_STATUS(write_file(path, p7s));
  return path;
}

Json kinds_json(const ss::Header& header) {
  Json out = Json::object();
  for (int kind = 0; kind < model::kIndicatorKinds; ++kind) {
    const auto count = header.by_kind[static_cast<std::size_t>(kind)];
    if (count > 0) out.set(std::string(name(static_cast<model::IndicatorKind>(kind))), count);
  }
  return out;
}

Json describe(const ss::Snapshot& snapshot) {
  const ss::Header& header = snapshot.header();
  Json sources = Json::array();
  for (const std::string& source : snapshot.sources()) sources.push(source);
  const double each = header.indicators == 0 ? 0
                                             : static_cast<double>(header.file_bytes) /
                                                   static_cast<double>(header.indicators);
  return Json::object({{"format", header.format},
                       {"list_version", header.list_version},
                       {"created", to_string(snapshot.created())},
                       {"indicators", header.indicators},
                       {"kinds", kinds_json(header)},
                       {"with_ref", header.refs},
                       {"sources", std::move(sources)},
                       {"bytes", header.file_bytes},
                       {"bytes_an_indicator", each},
                       {"sha256", snapshot.sha256()}});
}

std::string describe_text(const Json& info, Lang lang) {
  std::string out = say(lang, "清单版本 ", "list version ") +
                    std::to_string(info["list_version"].as_int()) +
                    say(lang, "，生成于 ", ", made ") + info.str("created") + "\n" +
                    grouped(info["indicators"].as_int()) + say(lang, " 条指标，", " indicators, ") +
                    grouped(info["bytes"].as_int()) + say(lang, " 字节\n", " bytes\n") +
                    "SHA-256 " + info.str("sha256") + "\n";
  std::vector<std::vector<std::string>> rows;
  for (const auto& [kind, count] : info["kinds"].members()) {
    rows.push_back({word(Json(kind), lang), grouped(count.as_int())});
  }
  if (!rows.empty()) out += table({say(lang, "类型", "kind"), say(lang, "数量", "count")}, rows);
  return out;
}

Result<std::pair<Json, std::string>> build(const Args& args) {
  TRY(const ss::BuildOptions options, build_options(args));
  ss::Row pattern;
  const std::string& state = args.str("--state");
  bool known = false;
  for (const auto s : {ss::State::kKnown, ss::State::kLifted, ss::State::kListed}) {
    if (name(s) != state) continue;
    pattern.state = s;
    known = true;
  }
  if (!known)
    return bad_option("--state", "应为 known、listed 或 lifted", "known, listed or lifted");
  if (args.has("--covers-below")) pattern.flags = ss::kCoversBelow;
  if (args.has("--key") != args.has("--cert")) {
    return bad_option("--key", "须与 --cert 同时给出", "needs --cert too, and the other way round");
  }
  ss::Builder builder(args.str("OUT"), options);
  Rows rows(builder, pattern);
  std::uint64_t source = 1;
  for (const std::string& path : args.all("FILE")) {
    rows.from(path, source);
    source <<= 1;
    TRY_STATUS(read_into(rows, path, args));
  }
  TRY(const ss::BuildSummary summary, builder.finish());
  TRY(const Opened snapshot, ss::Snapshot::open(args.str("OUT")));
  TRY(const std::string signature, sign_beside(args, snapshot));
  prepare_literals(args.str("OUT"), snapshot);
  Json json = describe(*snapshot);
  std::string text = describe_text(json, args.lang) + say(args.lang, "读入 ", "rows ") +
                     grouped(static_cast<std::int64_t>(summary.rows)) +
                     say(args.lang, " 行，拒绝 ", ", refused ") + grouped(rows.refused()) + "\n";
  for (const Json& r : rows.refusals().items()) {
    text += "  " + r.str("file") + ":" + std::to_string(r["line"].as_int()) + "  " +
            defang(r.str("original")) + "  " + r["reason"].str(side(args.lang)) + "\n";
  }
  json.set("rows", summary.rows).set("refused", rows.refused()).set("refusals", rows.refusals());
  if (!signature.empty()) {
    json.set("signature", signature);
    text += say(args.lang, "签名 ", "signature ") + signature + "\n";
  }
  return std::pair{std::move(json), std::move(text)};
}

Result<std::pair<Json, std::string>> info(const Args& args) {
  TRY(const Opened snapshot, ss::Snapshot::open(args.str("SNAPSHOT")));
  Json json = describe(*snapshot);
  std::string text = describe_text(json, args.lang);
  if (args.has("--verify") || args.has("--trust")) {
    TRY_STATUS(snapshot->verify());
    json.set("verified", true);
    text += say(args.lang, "全部校验和正确\n", "all checksums are right\n");
  }
  if (args.has("--trust")) {
    std::vector<crypto::Certificate> trusted;
    for (const std::string& path : args.all("--trust")) {
      TRY(const std::string pem, read_file(path, kMaxPemBytes));
      TRY(auto certificate, crypto::Certificate::from_pem(pem));
      trusted.push_back(std::move(certificate));
    }
    TRY(const std::string p7s, read_file(args.str("SNAPSHOT") + ".p7s", crypto::cms::kMaxBytes));
    TRY(const auto signer, ss::verify_signature(*snapshot, p7s, &trusted));
    json.set("signed", to_string(signer.signing_time));
    text += say(args.lang, "签名有效，签署于 ", "the signature holds, made ") +
            to_string(signer.signing_time) + "\n";
  }
  return std::pair{std::move(json), std::move(text)};
}

Result<std::pair<Json, std::string>> diff(const Args& args) {
  TRY(const Opened base, ss::Snapshot::open(args.str("BASE")));
  TRY(const Opened next, ss::Snapshot::open(args.str("NEXT")));
  TRY(const auto made, ss::make_delta(*base, *next, args.str("DELTA")));
  const std::string text =
      say(args.lang, "保留 ", "kept ") + grouped(static_cast<std::int64_t>(made.kept)) +
      say(args.lang, "，移除 ", ", removed ") + grouped(static_cast<std::int64_t>(made.removed)) +
      say(args.lang, "，新增 ", ", added ") + grouped(static_cast<std::int64_t>(made.added)) +
      say(args.lang, "；增量 ", "; the delta has ") +
      grouped(static_cast<std::int64_t>(made.bytes)) + say(args.lang, " 字节\n", " bytes\n");
  return std::pair{Json::object({{"kept", made.kept},
                                 {"removed", made.removed},
                                 {"added", made.added},
                                 {"bytes", made.bytes},
                                 {"base_sha256", base->sha256()},
                                 {"next_sha256", next->sha256()}}),
                   text};
}

Result<std::pair<Json, std::string>> apply(const Args& args) {
  TRY(const Opened base, ss::Snapshot::open(args.str("BASE")));
  TRY_STATUS(ss::apply_delta(*base, args.str("DELTA"), args.str("OUT")));
  TRY(const Opened next, ss::Snapshot::open(args.str("OUT")));
  prepare_literals(args.str("OUT"), next);
  Json json = describe(*next);
  std::string text = describe_text(json, args.lang);
  return std::pair{std::move(json), std::move(text)};
}

template <typename Make>
std::function<int(const Args&)> printing(Make make) {
  return [make](const Args& args) {
    const auto made = make(args);
    return made ? print(args, made->first, made->second) : report(args, made.error());
  };
}

Command build_command() {
  Command c;
  c.path = {"match", "build"};
  c.summary = {"把指标文件编成匹配快照", "make a match snapshot of files of indicators"};
  c.description = {
      "快照是一个不可变的文件：探针或解析器映射后即可查询；百万级清单中域名每条不超过16字节。"
      "域名、网址等只存散列，不含原文；地址和载荷特征可以还原。"
      "各文件按名称记为来源（最多64个）；无法识别的行附理由列出，其余照常收录。"
      "覆盖已有快照时沿用其种子并将版本加一，使前后增量保持很小；"
      "种子须对提交指标的人保密。文件只在完整写入磁盘后才以该名称出现。",
      "A snapshot is one file that never changes: a sensor or resolver maps it and asks. A domain "
      "takes at most 16 bytes. Names, URLs and the like are hashes and cannot be read out of it; "
      "addresses and literals can. Every file is a source "
      "under "
      "its name (at most 64). Lines that are no indicator are listed with the reason, the rest "
      "goes "
      "in. Over an existing snapshot its seed is kept and its version counts on, so that the delta "
      "between the two stays small; keep the seed from those who submit indicators. The file "
      "appears under its name only when it is complete and on disk."};
  c.positionals = {file_argument("要写的快照", "the snapshot to write", "OUT"),
                   {.name = "FILE",
                    .help = {"指标文件，- 为标准输入；可为 gz、zst",
                             "file of indicators, - for standard input; gz and zst too"},
                    .repeated = true}};
  c.options = {
      among(opt("--format", "FORMAT", "格式；默认自动判断", "format; left out: guessed"),
            intake::format_names()),
      among(opt("--kind", "KIND", "所有行的指标类型", "kind of every line"),
            enum_names(model::IndicatorKind{})),
      opt("--confidence", "0-100", "来源未写明时的置信度", "confidence where the source has none",
          "50"),
      among(opt("--state", "STATE", "所有指标的状态", "state of all of them", "known"),
            {"known", "listed", "lifted"}),
      opt("--covers-below", "", "域名也覆盖其下所有名称", "a domain also means all names below it"),
      opt("--list-version", "N", "清单版本", "version of the list"),
      opt("--created", "TIME", "生成时刻（默认现在）；固定它和种子即得相同字节",
          "time of making (left out: now); with it and the seed given the bytes are reproducible"),
      opt("--seed", "HEX", "散列种子，32位十六进制（默认沿用或随机）",
          "seed of the hashes, 32 digits (left out: kept, or random)"),
      opt("--key", "KEY.pem", "签名私钥，签名写入 OUT.p7s", "sign with this key into OUT.p7s"),
      opt("--cert", "CERT.pem", "签名证书", "certificate of the key")};
  c.examples = {{"tocsin match build list.tsnap feed.txt other.csv.gz --covers-below",
                 {"由两个来源编成快照", "a snapshot of two sources"}},
                {"zcat names.gz | tocsin match build list.tsnap - --kind domain",
                 {"由标准输入编成", "from standard input"}}};
  c.run = printing(build);
  return c;
}

Command info_command() {
  Command c;
  c.path = {"match", "info"};
  c.summary = {"显示快照的版本、数量和摘要", "show version, counts and digest of a snapshot"};
  c.description = {"打开时只检查文件头；--verify 读取全部内容并核对每个校验和。",
                   "Opening checks the header only; --verify reads all of it and every checksum."};
  c.positionals = {file_argument("快照文件", "the snapshot")};
  c.options = {opt("--verify", "", "核对全部内容", "check all of its bytes"),
               {.name = "--trust",
                .value = "CERT.pem",
                .help = {"核对 SNAPSHOT.p7s，签名者须由此证书背书",
                         "check SNAPSHOT.p7s; its signer must be vouched for by this certificate"},
                .repeated = true}};
  c.examples = {{"tocsin match info list.tsnap --verify --trust hub.pem",
                 {"核对内容和签名", "check contents and signature"}}};
  c.run = printing(info);
  return c;
}

Command diff_command() {
  Command c;
  c.path = {"match", "diff"};
  c.summary = {"生成两个快照之间的增量", "make the delta between two snapshots"};
  c.description = {
      "增量只对这一个基准有效，应用后得到与 NEXT 逐字节相同的文件。种子不同则增量等于全部内容。",
      "A delta is good for exactly this base and leads to the very bytes of NEXT. With another "
      "seed "
      "it is as large as the whole."};
  c.positionals = {file_argument("基准快照", "the base", "BASE"),
                   file_argument("新快照", "the next snapshot", "NEXT"),
                   file_argument("要写的增量", "the delta to write", "DELTA")};
  c.examples = {{"tocsin match diff monday.tsnap tuesday.tsnap tuesday.tsdelta",
                 {"一天的变化", "the changes of a day"}}};
  c.run = printing(diff);
  return c;
}

Command apply_command() {
  Command c;
  c.path = {"match", "apply"};
  c.summary = {"由基准快照和增量得到新快照", "make the next snapshot from base and delta"};
  c.description = {"基准不符或文件损坏时拒绝，不写任何文件。",
                   "Refuses another base and damaged files, and then writes nothing."};
  c.positionals = {file_argument("基准快照", "the base", "BASE"),
                   file_argument("增量", "the delta", "DELTA"),
                   file_argument("要写的快照", "the snapshot to write", "OUT")};
  c.examples = {{"tocsin match apply monday.tsnap tuesday.tsdelta tuesday.tsnap",
                 {"更新一个快照", "bring a snapshot up to date"}}};
  c.run = printing(apply);
  return c;
}

}  // namespace

void add_match(std::vector<Command>& commands) {
  commands.push_back(build_command());
  commands.push_back(info_command());
  commands.push_back(diff_command());
  commands.push_back(apply_command());
}

}  // namespace tocsin::cli
