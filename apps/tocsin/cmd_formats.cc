// `tocsin export`, and what `tocsin import` does for folders and schemas.
#include "cmd_formats.h"

#include <filesystem>
#include <fstream>
#include <unistd.h>

#include "base/file.h"
#include "intake/mapping.h"
#include "intake/misp_feed.h"
#include "intake/write/writer.h"
#include "out_file.h"

namespace tocsin::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kExportPage = "1000";

/// The answer to a file as the body of a request.
Result<std::string> post_file(HubClient& hub, std::string path, const std::string& file) {
  http::ClientRequest request;
  request.method = http::Method::kPost;
  request.url = std::move(path);
  request.headers = {{"Content-Type", "application/octet-stream"}};
  TRY(request.body, read_file(file));
  TRY(auto answer, hub.raw(std::move(request)));
  return std::move(answer.body);
}

/// A workbook has no pages; it comes whole.
Result<Json> export_workbook(HubClient& hub, const Args& args, std::ostream& out) {
  http::ClientRequest request;
  request.url = "/api/v1/export/workbook?source=" + encoded(args.str("--source")) +
                "&since=" + encoded(args.str("--since"));
  TRY(const auto answer, hub.raw(std::move(request)));
  out << answer.body;
  const auto written = to_int(answer.header("tocsin-written")).value_or(0);
  return Json::object({{"written", written}, {"left_out", std::int64_t{0}}});
}

Result<Json> export_all(HubClient& hub, const Args& args, std::ostream& out) {
  const std::string& form = args.str("FORMAT");
  if (form == "xlsx") return export_workbook(hub, args, out);
  return export_source(hub, form, args.str("--source"), args.str("--since"), out);
}

Command export_command() {
  Command c;
  c.path = {"export"};
  c.summary = {"以其他平台的格式导出指标", "write indicators in the form of another platform"};
  c.description = {"目标格式没有对应写法的指标不写出，只计数。再次导入所导出的文件不改变任何内容。",
                   "Indicators that the format has no notation for are left out and counted. "
                   "Importing the file again changes nothing."};
  const std::string forms = intake::out_form_names() + " xlsx";
  c.positionals = {{"FORMAT", {forms, forms}}};
  c.options = with_hub({{.name = "--source",
                         .value = "NAME",
                         .help = {"来源名称", "name of the source"},
                         .required = true},
                        {.name = "--since",
                         .value = "TIME",
                         .help = {"只要此后见过的", "only what was seen since then"}},
                        {.name = "--to",
                         .value = "FILE",
                         .help = {"写入的文件", "file to write"},
                         .required = true}});
  c.examples = {{"tocsin export intelmq --source partner-a --to events.jsonl",
                 {"导出为IntelMQ事件", "as IntelMQ events"}},
                {"tocsin export xlsx --source partner-a --to indicators.xlsx",
                 {"导出为Excel工作簿", "as a workbook"}}};
  c.run = [](const Args& args) {
    auto hub = HubClient::from(args);
    if (!hub) return report(args, hub.error());
    OutFile out(args.str("--to"));
    const auto done = export_all(*hub, args, out.stream());
    if (!done) return report(args, done.error());
    if (const auto kept = out.finish(); !kept) return report(args, kept.error());
    return print(args, *done,
                 say(args.lang, "写出 ", "written: ") + grouped((*done)["written"].as_int()) +
                     say(args.lang, "，该格式没有对应写法而未写出 ",
                         ", left out (the format has no notation for them): ") +
                     grouped((*done)["left_out"].as_int()) + "\n");
  };
  return c;
}

Command vocabulary_import() {
  return hub_command(
      {"vocabulary", "import"},
      {"导入标签词表：MISP分类法或galaxy聚类", "import a vocabulary: a MISP taxonomy or galaxy"},
      {{.name = "FILE",
        .help = {"machinetag.json 或聚类文件", "machinetag.json or a cluster file"}}},
      {},
      [](HubClient& hub, const Args& args) -> Result<Json> {
        TRY(const auto answer, post_file(hub, "/api/v1/vocabularies", args.str("FILE")));
        return Json::parse(answer);
      },
      [](const Json& done, Lang lang) {
        const auto count = [&](const char* key) { return grouped(done[key].as_int()); };
        return done.str("name") + say(lang, "：词条 ", ": terms ") + count("terms") +
               say(lang, "，新增 ", ", added ") + count("added") +
               say(lang, "，变更 ", ", changed ") + count("changed") +
               say(lang, "，移除 ", ", removed ") + count("removed") + "\n";
      });
}

Command vocabulary_show() {
  return hub_command(
      {"vocabulary", "show"}, {"查看标签的含义", "what a tag means"},
      {{.name = "TAG", .help = {"标签，或聚类的别名", "a tag, or a synonym of a cluster"}}}, {},
      [](HubClient& hub, const Args& args) {
        return hub.get("/api/v1/vocabularies/term?tag=" + encoded(args.str("TAG")));
      },
      [](const Json& term, Lang lang) {
        const Json& title = term["title"];
        const std::string& own = title.str(side(lang));
        std::string out = term.str("tag") + "  " + (own.empty() ? title.str("en") : own) + "\n";
        if (!term.str("description").empty()) out += "  " + term.str("description") + "\n";
        return out;
      });
}

}  // namespace

Result<Json> export_source(HubClient& hub, std::string_view form, const std::string& source,
                           const std::string& since, std::ostream& out) {
  std::int64_t written = 0;
  std::int64_t left_out = 0;
  std::string next;
  do {
    std::string path = "/api/v1/export?format=" + encoded(form) + "&source=" + encoded(source) +
                       "&limit=" + std::string(kExportPage);
    if (!since.empty()) path += "&since=" + encoded(since);
    if (!next.empty()) path += "&after=" + encoded(next);
    TRY(const Json page, hub.get(path));
    out << page.str("text");
    written += page["written"].as_int();
    left_out += page["left_out"].as_int();
    next = page.str("next");
  } while (!next.empty());
  return Json::object({{"written", written}, {"left_out", left_out}});
}

Option mapping_option() {
  const std::string& words = intake::mapping_words();
  Option out = opt("--csv", "MAP", "", "");
  out.help = {"CSV、XLSX 各列的含义，如 value:Domain,label:#3,sheet:名单；可用：" + words +
                  "。我方表头与常用中文表头（域名、网址、手机号、时间、备注等）无需填写",
              "what the columns of a CSV or XLSX are: value:Domain,label:#3,sheet:List; known: " +
                  words + "; not needed for our own header and the usual Chinese ones"};
  return out;
}

std::string more_rows(const Json& preview, Lang lang) {
  const auto shown = static_cast<std::int64_t>(preview["items"].items().size() +
                                               preview["refusals"].items().size());
  const std::int64_t more =
      preview["items_total"].as_int() + preview["refused_total"].as_int() - shown;
  if (more <= 0) return "";
  return say(lang, "… 另有 ", "… and ") + grouped(more) +
         say(lang, " 行未列出\n", more == 1 ? " more line\n" : " more lines\n");
}

Result<std::string> pack_misp_feed(const std::string& path) {
  const fs::path given(path);
  const fs::path folder = fs::is_directory(given) ? given : given.parent_path();
  TRY(const std::string manifest,
      read_file(fs::is_directory(given) ? given / "manifest.json" : given));
  TRY(auto entries, intake::misp_feed::read_manifest(manifest));
  if (const auto hashes = read_file(folder / "hashes.csv")) {
    intake::misp_feed::read_hashes(*hashes, entries);
  }
  std::string name = (fs::temp_directory_path() / "tocsin-misp-XXXXXX").string();
  const int fd = mkstemp(name.data());
  if (fd < 0) return fail_bi(Code::kInternal, "cannot make a temporary file", "无法创建临时文件");
  close(fd);
  std::ofstream out(name, std::ios::binary);
  const auto packed = intake::misp_feed::pack(
      std::move(entries), [&](const std::string& file) { return read_file(folder / file); },
      [&](std::string_view bytes) { out << bytes; });
  out.close();
  if (packed && out) return name;
  fs::remove(name);
  if (!packed) return tl::unexpected(packed.error());
  return fail_bi(Code::kInternal, "cannot write a temporary file", "无法写入临时文件");
}

Status send_schema(HubClient& hub, const std::string& file) {
  return post_file(hub, "/api/v1/imports/schema", file).map([](const auto&) {});
}

void add_formats(std::vector<Command>& commands) {
  for (auto& command : {export_command(), vocabulary_import(), vocabulary_show()}) {
    commands.push_back(command);
  }
}

}  // namespace tocsin::cli
