// `tocsin retention`: what is kept how long, and taking out what may go.
#include "cli.h"
#include "connect.h"
#include "show.h"

namespace tocsin::cli {
namespace {

std::string limits_text(const Json& limits, Lang lang) {
  const Json& basis = limits["basis"];
  const auto line = [&](const char* zh, const char* en, const char* member) {
    return say(lang, zh, en) + when(limits[member]) + "\n";
  };
  return line("指标：可清除此前终止者  ", "indicators that ended before  ", "indicators") +
         line("投递：可清除此前生成者  ", "deliveries made before        ", "deliveries") +
         say(lang, "依据：", "held by: ") + basis["title"].str(side(lang)) +
         say(lang, "第", ", article ") + basis.str("article") + say(lang, "条", "") + " (" +
         basis.str("requirement") + ")\n";
}

std::string number(const Json& counts, const char* member) {
  return std::to_string(counts[member].as_int());
}

std::string counts_text(const Json& counts, Lang lang) {
  return table(
      {say(lang, "指标", "indicators"), say(lang, "发现记录", "sightings"),
       say(lang, "关联", "relations"), say(lang, "投递", "deliveries"),
       say(lang, "仍需保留", "held")},
      {{number(counts, "indicators"), number(counts, "sightings"), number(counts, "relations"),
        number(counts, "deliveries"), number(counts, "held")}});
}

std::string mib(const Json& bytes) { return std::to_string(bytes.as_int() >> 20) + " MiB"; }

std::string show_retention(const Json& answer, Lang lang) {
  const Json& sweep = answer["sweep"];
  const Json& size = answer["store"];
  std::string out = limits_text(answer["limits"], lang);
  out += say(lang, "现有指标：", "indicators known: ") + number(answer, "known_indicators") +
         say(lang, "；数据库 ", "; database ") + mib(size["database_bytes"]) +
         say(lang, "，其中可复用 ", ", of which free ") + mib(size["free_bytes"]) + "\n";
  if (sweep["running"].as_bool()) {
    return out + say(lang, "正在清理，至编号 ", "a sweep is running, at id ") +
           number(sweep, "position") + "\n" + counts_text(sweep, lang);
  }
  if (!sweep.has("finished")) {
    return out + say(lang, "启动以来尚未清理\n", "no sweep since the hub started\n");
  }
  return out + say(lang, "上次清理：", "last sweep: ") + when(sweep["finished"]) + "\n" +
         counts_text(sweep, lang);
}

/// Stretch after stretch, until the hub has come to the end of its base.
Result<Json> run_all(HubClient& hub, const Args& args) {
  Json sum;
  std::int64_t after = 0;
  for (;;) {
    TRY(const Json step,
        hub.post("/api/v1/retention/run",
                 Json::object({{"dry_run", args.has("--dry-run")}, {"after", after}})));
    if (sum.is_null()) {
      sum = step;
    } else {
      for (const char* member : {"indicators", "sightings", "relations", "deliveries", "held"}) {
        sum.set(member, sum[member].as_int() + step[member].as_int());
      }
    }
    after = step["after"].as_int();
    sum.set("after", after);
    sum.set("end", step["end"].as_bool());
    if (step["end"].as_bool()) return sum;
  }
}

std::string show_run(const Json& answer, Lang lang) {
  return limits_text(answer["limits"], lang) +
         (answer["dry_run"].as_bool()
              ? say(lang, "将清除（未执行）：\n", "would be purged (nothing was done):\n")
              : say(lang, "已清除：\n", "purged:\n")) +
         counts_text(answer, lang);
}

}  // namespace

void add_retention(std::vector<Command>& commands) {
  commands.push_back(hub_command(
      {"retention", "show"}, {"留存底线、上次清理与存储占用", "floors, the last sweep, sizes"}, {},
      {}, [](HubClient& hub, const Args&) { return hub.get("/api/v1/retention"); },
      show_retention));
  Command run = hub_command(
      {"retention", "run"},
      {"清除已过留存底线且无人需要的记录", "purge what is past its floor and needed by nobody"}, {},
      {opt("--dry-run", "", "只计数，不清除", "count only, purge nothing")}, run_all, show_run);
  run.description = {
      "枢纽每天自行清理一次。案件、名单、关联关系和订阅所指明的指标一律保留；每批清除在日志中留有"
      "数量、编号范围和条款。",
      "The hub does this by itself once a day. What a case, the list, a relation or a subscription "
      "names is held; every batch stands in the journal with counts, range and article."};
  commands.push_back(std::move(run));
}

}  // namespace tocsin::cli
