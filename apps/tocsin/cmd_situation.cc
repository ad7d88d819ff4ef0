// `tocsin situation` and `tocsin report`: the figures of a period, and the printable report.
#include <cstdio>

#include "base/file.h"
#include "connect.h"
#include "show.h"
#include "situation/report.h"

namespace tocsin::cli {
namespace {

using Row = std::vector<std::string>;

std::vector<Option> period_options() {
  return {among(opt("--period", "PERIOD", "统计周期", "the period", "week"),
                enum_names(situation::Period{})),
          opt("--until", "DATE", "统计至该日（含），默认今天",
              "up to and including this day; today by default"),
          opt("--province", "CODE", "GB/T 2260 两位代码，或 abroad、unknown",
              "two digits of GB/T 2260, or abroad, unknown")};
}

std::string asked(const Args& args) {
  std::string out = "period=" + encoded(args.str("--period"));
  if (args.has("--until")) out += "&until=" + encoded(args.str("--until"));
  if (args.has("--province")) out += "&province=" + encoded(args.str("--province"));
  return out;
}

std::string change(const Json& percent) {
  if (percent.is_null()) return situation::change_text(std::nullopt);
  return situation::change_text(percent.as_int());
}

std::string count(const Json& number) { return std::to_string(number["count"].as_int()); }

std::string show_group(const Json& group, Lang lang) {
  std::vector<Row> rows;
  for (const auto& f : group["figures"].items()) {
    rows.push_back({f["title"].str(side(lang)), count(f["current"]), count(f["previous"]),
                    change(f["change_percent"]), count(f["last_year"]),
                    change(f["change_percent_year"]), f["current"]["rows"].str("query")});
  }
  Row header = {group["title"].str(side(lang))};
  for (const char* column :
       {"current", "previous", "change", "last_year", "change_year", "query"}) {
    const Text title = situation::column_title(column);
    header.push_back(lang == Lang::kZh ? title.zh : title.en);
  }
  return table(header, rows) + "\n";
}

std::string show_rates(const Json& clocks, Lang lang) {
  std::vector<Row> rows;
  for (const auto& rate : clocks.items()) {
    Row row = {rate["title"].str(side(lang)),
               rate.str("unit").empty() ? say(lang, "合计", "all") : rate.str("unit")};
    for (const auto& fate : rate["fates"].items()) row.push_back(count(fate["current"]));
    const Json& on_time = rate["on_time_percent"];
    row.push_back(on_time.is_null() ? "–" : std::to_string(on_time.as_int()) + "%");
    rows.push_back(std::move(row));
  }
  return table({say(lang, "时限", "clock"), say(lang, "单位", "unit"), say(lang, "按期", "met"),
                say(lang, "逾期", "late"), say(lang, "进行中", "running"),
                say(lang, "已豁免", "waived"), say(lang, "按期率", "on time")},
               rows);
}

std::string show_situation(const Json& s, Lang lang) {
  std::string out = s["current"].str("from") + " – " + s["current"].str("until") +
                    say(lang, "，上期 ", ", before: ") + s["previous"].str("from") + " – " +
                    s["previous"].str("until") + "\n\n";
  for (const auto& group : s["groups"].items()) {
    if (!group["figures"].items().empty()) out += show_group(group, lang);
  }
  if (!s["clocks"].items().empty()) out += show_rates(s["clocks"], lang);
  return out;
}

Command situation_command() {
  Command c = hub_command(
      {"situation"},
      {"态势数字：五类威胁、地域、时限、名单、申诉，并与上期和去年同期比较",
       "figures of a period: classes, provinces, clocks, list, appeals, compared with before"},
      {}, period_options(),
      [](HubClient& hub, const Args& args) { return hub.get("/api/v1/situation?" + asked(args)); },
      show_situation);
  c.description = {"每个数字都附检索式，用 tocsin search 可列出其明细。",
                   "Every number stands beside the query by which `tocsin search` lists its rows."};
  c.examples = {{"tocsin situation --period month --until 2026-01-31",
                 {"2026 年 1 月全月", "the whole January of 2026"}}};
  return c;
}

int write_report(const Args& args) {
  auto hub = HubClient::from(args);
  if (!hub) return report(args, hub.error());
  http::ClientRequest request;
  const std::string form = args.json && !args.has("--form") ? "json" : args.str("--form");
  request.url = "/api/v1/situation/report?" + asked(args) + "&form=" + encoded(form) +
                "&lang=" + side(args.lang);
  const auto answer = hub->raw(std::move(request));
  if (!answer) return report(args, answer.error());
  if (!args.has("--out")) {
    std::fwrite(answer->body.data(), 1, answer->body.size(), stdout);
    return kOk;
  }
  const auto kept = write_file(args.str("--out"), answer->body);
  if (!kept) return report(args, kept.error());
  return print(args,
               Json::object({{"file", args.str("--out")},
                             {"form", form},
                             {"bytes", static_cast<std::int64_t>(answer->body.size())}}),
               say(args.lang, "已写入 ", "written: ") + args.str("--out") + "\n");
}

Command report_command() {
  Command c;
  c.path = {"report"};
  c.summary = {"可打印的周报、月报", "the printable weekly or monthly report"};
  auto options = period_options();
  options.push_back(
      among(opt("--form", "FORM", "格式", "the form", "html"), {"html", "xlsx", "json"}));
  options.push_back(opt("--out", "FILE", "写入的文件（默认标准输出）",
                        "file to write (standard output without it)"));
  c.options = with_hub(std::move(options));
  c.examples = {{"tocsin report --period month --until 2026-01-31 --form xlsx --out january.xlsx",
                 {"一月份月报，工作簿", "the report of January, as a workbook"}}};
  c.run = write_report;
  return c;
}

}  // namespace

void add_situation(std::vector<Command>& commands) {
  commands.push_back(situation_command());
  commands.push_back(report_command());
}

}  // namespace tocsin::cli
