// `tocsin import` with a progress bar, and previews.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <unistd.h>

#include "base/crypto/hash.h"
#include "base/file.h"
#include "cmd_formats.h"
#include "intake/importer.h"
#include "intake/reader.h"
#include "model/indicator.h"
#include "model/province.h"
#include "show.h"

namespace tocsin::cli {
namespace {

/// One line on the terminal, rewritten at most ten times a second; silent when not a terminal.
class Progress {
 public:
  explicit Progress(std::uint64_t total) : total_(total), shown_(isatty(STDERR_FILENO) == 1) {}
  void at(std::uint64_t sent) {
    const auto now = std::chrono::steady_clock::now();
    if (!shown_ || now - last_ < std::chrono::milliseconds(100)) return;
    last_ = now;
    const int percent = total_ == 0 ? 100 : static_cast<int>(sent * 100 / total_);
    std::string bar(static_cast<std::size_t>(percent) / 4, '#');
    bar.resize(25, '.');
    std::fprintf(stderr, "\r[%s] %3d%%  %.1f MB", bar.c_str(), percent,
                 static_cast<double>(sent) / 1e6);
    dirty_ = true;
  }
  ~Progress() {
    if (dirty_) std::fprintf(stderr, "\r%60s\r", "");
  }

 private:
  const std::uint64_t total_;
  const bool shown_;
  bool dirty_ = false;
  std::chrono::steady_clock::time_point last_{};
};

/// Standard input becomes a temporary file, so that its digest is known before it is sent.
Result<std::string> spool_stdin() {
  char name[] = "/tmp/tocsin-import-XXXXXX";
  const int fd = mkstemp(name);
  if (fd < 0) return fail_bi(Code::kInternal, "cannot make a temporary file", "无法创建临时文件");
  close(fd);
  std::ofstream out(name, std::ios::binary);
  out << std::cin.rdbuf();
  return std::string(name);
}

Result<std::string> digest_of(const std::string& path, std::uint64_t& size) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail_bi(Code::kNotFound, "cannot open " + path, "无法打开 " + path, "FILE");
  crypto::Hasher hasher(crypto::HashKind::kSha256);
  std::string buffer(1U << 20, '\0');
  size = 0;
  while (in) {
    in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    const auto n = static_cast<std::size_t>(in.gcount());
    hasher.update(std::string_view(buffer).substr(0, n));
    size += n;
  }
  return hex(hasher.finish());
}

std::string query_of(const Args& args, const std::string& file, const std::string& digest) {
  // A packed folder is known by its own name; its temporary file has another one every time.
  std::string base = args.str("--format") == "misp-feed" ? args.str("FILE") : file;
  while (base.size() > 1 && base.ends_with('/')) base.pop_back();
  base = base.substr(base.find_last_of('/') + 1);
  std::string query = "?file=" + encoded(base);
  query += "&source=" + encoded(args.has("--source") ? args.str("--source") : base);
  for (const char* name : {"format", "kind", "label", "confidence", "csv"}) {
    const std::string option = std::string("--") + name;
    if (args.has(option)) query += std::string("&") + name + "=" + encoded(args.str(option));
  }
  if (!digest.empty()) query += "&sha256=" + digest;
  return query;
}

Result<Json> send_file(HubClient& hub, const Args& args, const std::string& path) {
  std::uint64_t size = 0;
  TRY(const auto digest, digest_of(path, size));
  std::ifstream in(path, std::ios::binary);
  Progress progress(size);
  http::ClientRequest request;
  request.method = http::Method::kPost;
  request.url = std::string(args.has("--preview") ? "/api/v1/imports/preview" : "/api/v1/imports") +
                query_of(args, path, args.has("--preview") ? "" : digest);
  request.headers = {{"Content-Type", "application/octet-stream"}};
  request.upload = [&in](char* into, std::size_t room) {
    in.read(into, static_cast<std::streamsize>(room));
    return static_cast<std::size_t>(in.gcount());
  };
  request.upload_bytes = size;
  request.progress = [&](std::uint64_t sent) { progress.at(sent); };
  TRY(const auto answer, hub.raw(std::move(request)));
  return Json::parse(answer.body);
}

std::string show_preview(const Json& p, Lang lang) {
  const char* own = side(lang);
  std::vector<std::pair<std::int64_t, std::vector<std::string>>> found;
  for (const auto& i : p["items"].items()) {
    found.push_back({i["line"].as_int(),
                     {std::to_string(i["line"].as_int()), word(i["kind"], lang),
                      excerpt(i.str("value")), excerpt(i.str("original"))}});
  }
  for (const auto& r : p["refusals"].items()) {
    found.push_back({r["line"].as_int(),
                     {std::to_string(r["line"].as_int()), say(lang, "拒绝", "refused"),
                      r["reason"].str(own), excerpt(r.str("original"))}});
  }
  // As the file has them: what was refused stands between its neighbours.
  std::sort(found.begin(), found.end());
  std::vector<std::vector<std::string>> rows;
  for (auto& [line, row] : found) rows.push_back(std::move(row));
  std::string warnings;
  for (const auto& w : p["warnings"].items())
    warnings += say(lang, "注意：", "warning: ") + w.str(own) + "\n";
  return say(lang, "格式 ", "format ") + p.str("format") + say(lang, "，", ", ") +
         std::to_string(p["lines"].as_int()) + say(lang, " 行\n", " lines\n") + warnings +
         table({say(lang, "行", "line"), say(lang, "类型", "kind"),
                say(lang, "规范值", "canonical"), say(lang, "原文", "original")},
               rows) +
         more_rows(p, lang);
}

std::string show_submission(const Json& s, Lang lang) {
  std::string out =
      say(lang, "归并后提交 ", "distinct threats submitted: ") + grouped(s["threats"].as_int()) +
      say(lang, " 个威胁，并入已有事项 ", ", merged into open cases: ") +
      grouped(s["merged"].as_int()) +
      (s["merged_into"].items().empty() ? ""
                                        : say(lang, "：", ": ") + joined(s["merged_into"], lang)) +
      "\n";
  constexpr std::size_t kShown = 5;
  const auto& numbers = s["numbers"].items();
  for (std::size_t i = 0; i < numbers.size() && i < kShown; ++i) {
    out += "  " + numbers[i].as_string() + "\n";
  }
  if (numbers.size() > kShown) {
    out += say(lang, "  … 共 ", "  … ") + grouped(static_cast<std::int64_t>(numbers.size())) +
           say(lang, " 个编号，--json 给出全部\n", " numbers in all, --json gives every one\n");
  }
  if (s["patterns"].as_int() > 0) {
    out += say(lang, "特征类指标仅入库、不提交处置：",
               "patterns, kept but not submitted for a block: ") +
           grouped(s["patterns"].as_int()) + "\n";
  }
  if (s["left"].as_int() > 0) {
    out += say(lang, "仅供参考、已撤回或已过有效期，未提交：",
               "for context only, withdrawn or past their end, not submitted: ") +
           grouped(s["left"].as_int()) + "\n";
  }
  out += show_stops(s, lang);
  if (s["refused"].as_int() > 0) {
    out += say(lang, "未受理 ", "refused: ") + grouped(s["refused"].as_int()) + "\n";
  }
  for (std::size_t i = 0; i < s["refusals"].items().size() && i < kShown; ++i) {
    const Json& r = s["refusals"].items()[i];
    out += "  " + defang(r.str("group")) + ": " +
           r.str(lang == Lang::kZh && r.has("why_zh") ? "why_zh" : "why") + "\n";
  }
  return out;
}

/// What would be refused only after the whole file had been taken in.
Status check_before(const Args& args) {
  if (args.has("--province")) {
    TRY_STATUS(model::provinces_of(args.all("--province"), "--province", "W17-07"));
  }
  std::error_code ec;
  const std::string& path = args.str("FILE");
  const bool may_be_folder = args.str("--format") == "misp-feed";
  if (!may_be_folder && std::filesystem::is_directory(path, ec)) {
    return fail_bi(Code::kInvalid,
                   path + " is a folder: name one file of it, or say --format misp-feed",
                   path + " 是目录：请指定其中的一个文件，或使用 --format misp-feed", "FILE");
  }
  return {};
}

/// The file is not what it was taken for: it failed, or all of its lines were refused.
bool nothing_came(const Json& import) {
  return import.str("state") == "failed" ||
         (import["lines"].as_int() > 0 && import["refused"].as_int() == import["lines"].as_int());
}

Command import_command() {
  Command c;
  c.path = {"import"};
  c.summary = {"导入来源文件", "import a file of a source"};
  c.description = {
      "每行的结果是新增、合并或拒绝（附理由），三者之和等于数据行数。同一文件再导入不改变任何内容；"
      "中断后重跑同一命令即续传。",
      "Every line ends as imported, merged or refused with its reason, and the three add up. The "
      "same file again changes nothing; after an interruption the same command continues."};
  c.positionals = {{"FILE",
                    {"文件，- 为标准输入；可为 gz、zst；misp-feed 为目录或 manifest.json",
                     "file, - for standard input; gz and zst too; for misp-feed a folder or its "
                     "manifest.json"}}};
  c.options = with_hub(
      {opt("--source", "NAME", "来源名称（默认文件名）",
           "name of the source (left out: the file's name)"),
       among(opt("--format", "FORMAT", "格式；默认自动判断", "format; left out: guessed"),
             intake::format_names()),
       among(opt("--kind", "KIND", "所有行的指标类型", "kind of every line"),
             enum_names(model::IndicatorKind{})),
       opt("--label", "TEXT", "标签", "label"),
       opt("--confidence", "0-100", "置信度", "confidence"),
       mapping_option(),
       many("--schema", "FILE", "Shadowserver公布的报告格式定义（JSON）或严重程度表，先行上传",
            "Shadowserver's published schema (JSON) or severity.md, given to the hub first"),
       opt("--preview", "", "只预览，不入库", "only show what would happen"),
       opt("--submit", "", "导入后归并为威胁并提交",
           "then submit the indicators as distinct threats"),
       {.name = "--province",
        .value = "CODE",
        .help = {"提交时目标所在省份", "with --submit: province of the targets"},
        .repeated = true}});
  c.examples = {{"tocsin import feed.txt.gz --source partner-a", {"导入一个列表", "import a list"}},
                {"tocsin import feed.csv --format csv --csv value:URL,label:Family --preview",
                 {"预览一个 CSV", "see what a CSV would become"}}};
  c.run = [](const Args& args) {
    const auto sensible = check_before(args);
    if (!sensible) return report(args, sensible.error());
    auto hub = HubClient::from(args);
    if (!hub) return report(args, hub.error());
    for (const auto& schema : args.all("--schema")) {
      const auto given = send_schema(*hub, schema);
      if (!given) return report(args, given.error());
    }
    std::string path = args.str("FILE");
    const bool folder = args.str("--format") == "misp-feed";
    const bool spooled = path == "-" || folder;
    if (spooled) {
      const auto temp = folder ? pack_misp_feed(path) : spool_stdin();
      if (!temp) return report(args, temp.error());
      path = *temp;
    }
    auto answer = send_file(*hub, args, path);
    if (spooled) std::remove(path.c_str());
    if (!answer) return report(args, answer.error());
    if (args.has("--preview")) return print(args, *answer, show_preview(*answer, args.lang));
    if (!args.has("--submit") || nothing_came(*answer)) {
      const int shown = print(args, *answer, show_import(*answer, args.lang));
      return nothing_came(*answer) ? static_cast<int>(kUsage) : shown;
    }
    Json body = Json::object();
    if (args.has("--province")) {
      Json list = Json::array();
      for (const auto& p : args.all("--province")) list.push(p);
      body.set("provinces", std::move(list));
    }
    const auto submitted = hub->post("/api/v1/imports/" + answer->str("id") + "/submission", body);
    if (!submitted) return report(args, submitted.error());
    Json both = Json::object({{"import", *answer}, {"submission", *submitted}});
    return print(args, both,
                 show_import(*answer, args.lang) + show_submission(*submitted, args.lang));
  };
  return c;
}

}  // namespace

void add_intake(std::vector<Command>& commands) { commands.push_back(import_command()); }

}  // namespace tocsin::cli
