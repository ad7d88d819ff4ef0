#include "show.h"

#include <algorithm>

#include "base/time.h"
#include "cli.h"
#include "model/labels.h"
#include "next_command.h"

namespace tocsin::cli {
namespace {

std::string line(Lang lang, const char* zh, const char* en, const std::string& value) {
  return value.empty() ? "" : say(lang, zh, en) + say(lang, "：", ": ") + value + "\n";
}

std::string indicators(const Json& list, Lang lang) {
  std::string out;
  std::size_t shown = 0;
  for (const auto& i : list.items()) {
    if (++shown > 10) return out + ", … (" + std::to_string(list.items().size()) + ")";
    out += (out.empty() ? "" : say(lang, "，", ", ")) + indicator_text(i, lang);
  }
  return out;
}

/// `domain:evil.example`, as a stop or a key has it.
std::string key_text(const std::string& key, Lang lang) {
  const auto colon = key.find(':');
  if (colon == std::string::npos) return defang(key);
  return indicator_text(
      Json::object({{"kind", key.substr(0, colon)}, {"value", key.substr(colon + 1)}}), lang);
}

/// `24h`, `3wd` as people say it; a point of time or a word as it stands.
std::string limit_text(const std::string& text, Lang lang) {
  const auto digits = text.find_first_not_of("0123456789");
  if (digits == 0 || digits == std::string::npos) return text;
  const std::string unit = text.substr(digits);
  const std::string name = unit == "m"    ? "minute"
                           : unit == "h"  ? "hour"
                           : unit == "d"  ? "calendar_day"
                           : unit == "wd" ? "working_day"
                                          : "";
  return name.empty() ? text : text.substr(0, digits) + " " + word(Json(name), lang);
}

/// `8(1)` in Chinese as article 10 of the Measures cites it: 第8条第（一）款.
std::string article(const Json& b, Lang lang) {
  const std::string& text = b.str("article");
  if (lang == Lang::kEn) return "art. " + text;
  const auto open = text.find('(');
  if (open == std::string::npos) return "第" + text + "条";
  constexpr const char* kDigits[] = {"", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
  const auto digit = static_cast<std::size_t>(text[open + 1] - '0');
  return "第" + text.substr(0, open) + "条" +
         (digit < std::size(kDigits) ? std::string("第（") + kDigits[digit] + "）款" : "");
}

std::string basis(const Json& clock, Lang lang) {
  const Json& b = clock["basis"];
  return say(lang, "依据 ", "under ") + b.str("rule_set") + " " + article(b, lang);
}

/// The end as people say it: a last day ends at 24:00.
std::string due_of(const Json& clock) {
  return clock.has("last_day") ? clock.str("last_day") + " 24:00" : when(clock["due"]);
}

/// `10 working_day` as people say it.
std::string length_of(const Json& clock, Lang lang) {
  const std::string& text = clock.str("length");
  const auto space = text.find(' ');
  if (space == std::string::npos) return text;
  return text.substr(0, space) + " " + word(Json(text.substr(space + 1)), lang);
}

/// The earliest clock that still runs, as `due … (art. …)`.
std::string next_due(const Json& clocks, Lang lang) {
  const Json* best = nullptr;
  for (const auto& c : clocks.items()) {
    if (c.has("met_at") || c.has("waived_by")) continue;
    if (best == nullptr || c.str("due") < best->str("due")) best = &c;
  }
  if (best == nullptr) return "";
  return word((*best)["clock"], lang) + " " + due_of(*best) + say(lang, "（", " (") +
         basis(*best, lang) + say(lang, "）", ")");
}

/// What to type for a step; a verification that no probe can make is by document.
std::string command_of(const Json& document, const Json& step) {
  if (step.str("by") == "document") {
    return "tocsin verify-document " + document.str("number") + " --method ... --evidence-text ...";
  }
  return next_command(document.str("number"), document.str("state"), step.str("to"));
}

/// Done, but not before the end.
bool is_late(const Json& clock) {
  const auto met = parse_instant(clock.str("met_at"));
  const auto due = parse_instant(clock.str("due"));
  return met && due && *met >= *due;
}

/// Where the document may go from here: the state, whose hand, the article, what to type.
std::string next_lines(const Json& document, Lang lang) {
  std::string out;
  for (const auto& n : document["next"].items()) {
    const std::string command = command_of(document, n);
    out += say(lang, "可转为：", "can become: ") + word(n["to"], lang) + say(lang, "（", " (") +
           word(n["role"], lang) + say(lang, "，", ", ") + article(n, lang) + say(lang, "）", ")") +
           (command.empty() ? "" : "  " + command) + "\n";
  }
  return out;
}

}  // namespace

const char* side(Lang lang) { return lang == Lang::kZh ? "zh" : "en"; }

std::string say(Lang lang, const char* zh, const char* en) { return lang == Lang::kZh ? zh : en; }

std::string word(const Json& value, Lang lang) { return model::label(value.as_string()).in(lang); }

std::string indicator_text(const Json& i, Lang lang) {
  return word(i["kind"], lang) + say(lang, " ", ":") + defang(i.str("value"));
}

std::string excerpt(std::string_view foreign) {
  constexpr std::size_t kShown = 80;
  if (foreign.size() <= kShown) return defang(foreign);
  std::size_t end = kShown;
  while (end > 0 && (static_cast<unsigned char>(foreign[end]) & 0xC0) == 0x80) --end;
  return defang(foreign.substr(0, end)) + "…";
}

std::string when(const Json& value) {
  const auto t = parse_instant(value.as_string());
  return t ? to_display(*t) + " +08:00" : value.as_string();
}

std::string show_clocks(const Json& clocks, Lang lang) {
  std::string out;
  for (const auto& c : clocks.items()) {
    out += "  " + word(c["clock"], lang) + say(lang, "：起算 ", ": from ") + when(c["start"]) +
           say(lang, "，截至 ", ", due ") + due_of(c) + say(lang, "（", " (") + length_of(c, lang) +
           say(lang, "，", ", ") + basis(c, lang) + say(lang, "）", ")");
    if (c["policy"].as_bool()) {
      out += say(lang, "（法规未规定时限，按平台设置）",
                 " (the law sets no time limit; this one is a setting of the platform)");
    }
    if (c.has("met_at")) {
      out +=
          is_late(c) ? say(lang, "，逾期，于 ", ", late, done ") : say(lang, "，已于 ", ", met ");
      out += when(c["met_at"]) + say(lang, " 完成", "");
    } else if (c.has("late_at")) {
      out += say(lang, "，已逾期", ", overdue");
    }
    if (c["provisional"].as_bool())
      out += say(lang, "（暂定：节假日安排未公布）", " (provisional)");
    out += "\n";
  }
  return out;
}

std::string joined(const Json& words, Lang lang) {
  std::string out;
  for (const auto& w : words.items())
    out += (out.empty() ? "" : say(lang, "、", ", ")) + w.as_string();
  return out;
}

std::string labels_text(const Json& source, Lang lang) {
  Json out = Json::array();
  for (const auto& label : source["labels"].items()) {
    const Json& title = source["label_titles"][label.as_string()];
    const std::string& own = title.str(side(lang));
    const std::string& said = own.empty() ? title.str("en") : own;
    out.push(label.as_string() +
             (said.empty() ? "" : say(lang, "（", " (") + said + say(lang, "）", ")")));
  }
  return joined(out, lang);
}

std::string joined_words(const Json& words, Lang lang) {
  Json labels = Json::array();
  for (const auto& w : words.items()) labels.push(word(w, lang));
  return joined(labels, lang);
}

std::string show_uncarried(const Json& t, Lang lang) {
  if (t["uncarried"].items().empty()) return "";
  return say(lang, "注意：处置单位没有可承载下列指标的执行点，须由其另行处置并以文件验证：",
             "note: the addressee has no enforcement point that can carry these; it must dispose "
             "of "
             "them otherwise, and the verification is by document: ") +
         indicators(t["uncarried"], lang) + "\n";
}

std::string show_silent(const Json& t, Lang lang) {
  if (t["silent_points"].items().empty()) return "";
  return say(lang, "注意：执行点 ", "note: enforcement point ") + joined(t["silent_points"], lang) +
         say(lang, " 从未确认过任何版本的名单，措施在该处可能尚未生效\n",
             " has never acknowledged any version of the list: the measure may not be in force "
             "there\n");
}

std::string show_orders(const Json& threat, Lang lang) {
  std::string out;
  for (const auto& t : threat["task_details"].items()) {
    out += say(lang, "任务 ", "task ") + t.str("number") + "  " + word(t["state"], lang) + "  " +
           word(t["measure"], lang) + say(lang, " → ", " → ") + t.str("addressee_code") + "\n";
    out += "  " + line(lang, "通知", "notice", joined(t["notice_numbers"], lang));
    const std::string due = next_due(t["clocks"], lang);
    if (!due.empty()) out += "  " + line(lang, "截止", "due", due);
    const std::string note = show_uncarried(t, lang);
    if (!note.empty()) out += "  " + note;
    const std::string silent = show_silent(t, lang);
    if (!silent.empty()) out += "  " + silent;
  }
  return out;
}

std::string show_outcome(const Json& threat, Lang lang) {
  if (threat["task_details"].items().empty()) return threat.str("closing_summary");
  int verified = 0;
  int lifted = 0;
  for (const auto& t : threat["task_details"].items()) {
    verified += t.str("state") == "verified" ? 1 : 0;
    lifted += t.str("state") == "lift-verified" ? 1 : 0;
  }
  return say(lang, "已验证 ", "verified: ") + std::to_string(verified) +
         say(lang, " 项，已解除 ", ", lifted: ") + std::to_string(lifted) + say(lang, " 项", "");
}

std::string show_task(const Json& t, Lang lang) {
  std::string out = t.str("number") + "  " + word(t["state"], lang) +
                    (t["overdue"].as_bool() ? say(lang, "（逾期）", " (overdue)") : "") +
                    (t["suspended"].as_bool() ? say(lang, "（核查期间暂停执行）",
                                                    " (suspended while an appeal is checked)")
                                              : "") +
                    "\n";
  out += line(lang, "措施", "measure", word(t["measure"], lang));
  out += line(lang, "对象", "targets", indicators(t["indicators"], lang));
  out += line(lang, "处置单位", "addressee", t.str("addressee_code"));
  out += line(lang, "通知编号", "notices", joined(t["notice_numbers"], lang));
  out += line(lang, "时限", "time limit", limit_text(t.str("limit"), lang));
  out += show_uncarried(t, lang) + show_silent(t, lang);
  for (const char* ladder : {"ladder", "lift_ladder"}) {
    const Json& l = t[ladder];
    if (l.members().empty()) continue;
    out += ladder == std::string_view("ladder")
               ? say(lang, "生效进度：\n", "from approval to effect:\n")
               : say(lang, "解除进度：\n", "the lift, from order to effect:\n");
    Instant first;
    for (const char* rung : {"approved", "dispatched", "received", "loaded", "effective"}) {
      const auto at = parse_instant(l.str(rung));
      if (!l.has(rung) || !at) continue;
      if (!first) first = *at;
      const auto ms = (*at - first).count() / 1000;
      out += "  " + word(Json(rung), lang) + "  " + to_display(*at) + " +08:00  +" +
             std::to_string(ms) + " ms\n";
    }
  }
  for (const auto& v : t["verifications"].items()) {
    const bool translated = lang == Lang::kZh && v.has("detail_zh");
    out += say(lang, "验证：", "verification: ") + word(v["verdict"], lang) +
           say(lang, "，", ", ") + word(v["method"], lang) + say(lang, "，", ", ") +
           v.str(translated ? "detail_zh" : "detail") + "\n";
  }
  if (!t["clocks"].items().empty())
    out += say(lang, "期限：\n", "clocks:\n") + show_clocks(t["clocks"], lang);
  return out + next_lines(t, lang);
}

std::string show_threat(const Json& t, Lang lang) {
  std::string out = t.str("number") + "  " + word(t["state"], lang) + "  " + t.str("title") + "\n";
  out += line(lang, "标识", "id", t.str("id"));
  out += line(lang, "类别", "class", word(t["class"], lang) + " / " + word(t["subtype"], lang));
  out += line(lang, "指标", "indicators", indicators(t["indicators"], lang));
  out += line(lang, "并入", "merged into",
              t.str(t.has("merged_into_number") ? "merged_into_number" : "merged_into"));
  out += line(lang, "发现时间", "discovered", when(t["discovered_at"]));
  for (const auto& stop : t["stops"].items()) {
    out += say(lang, "拦停：", "stopped: ") + key_text(stop.str("indicator"), lang) + " — " +
           word(stop["list"], lang) + say(lang, "：", ": ") + stop["reason"].str(side(lang)) +
           (stop["second"].has("person") ? say(lang, "（已放行）", " (overridden)")
            : stop["first"].has("person")
                ? say(lang, "（放行：两人中已有 1 人同意）", " (override: 1 of 2 persons)")
                : "") +
           "\n";
  }
  out += line(lang, "审查意见", "review", t["review"].str("reason"));
  if (!t["clocks"].items().empty())
    out += say(lang, "期限：\n", "clocks:\n") + show_clocks(t["clocks"], lang);
  for (const auto& task : t["task_details"].items()) out += "\n" + show_task(task, lang);
  return out + next_lines(t, lang);
}

namespace {

/// Told at filing, not only when somebody decides on it.
std::string show_lateness(const Json& a, Lang lang) {
  for (const auto& c : a["clocks"].items()) {
    if (c.str("clock") != "appeal_file" || !c.has("met_at")) continue;
    if (!is_late(c)) return "";
    return say(lang, "逾期：申诉应于 ", "late: the appeal was due by ") + due_of(c) +
           say(lang, " 前提出；是否受理由决定机关决定，知悉日期有误的可由其更正\n",
               "; the authority decides whether it is admitted, and can correct a wrong date\n");
  }
  return "";
}

}  // namespace

std::string show_appeal(const Json& a, Lang lang) {
  std::string out = a.str("number") + "  " + word(a["state"], lang) + "\n";
  out += line(lang, "标识", "id", a.str("id"));
  out += line(lang, "任务", "task", a.str("task_number"));
  out += line(lang, "事项", "case", a.str("threat_title"));
  out += line(lang, "申诉人", "appellant", a["appellant"].str("name"));
  out += line(lang, "利害关系", "interest", a["appellant"].str("interest"));
  out += line(lang, "知悉时间", "known since", when(a["knew_at"]));
  out += line(lang, "理由", "grounds", a.str("grounds"));
  out += line(lang, "新事实", "new facts", a.str("new_facts"));
  out += line(lang, "结论", "ruling", a.has("ruling") ? word(a["ruling"], lang) : "");
  for (const auto& [member, zh, en] :
       {std::tuple("accepted", "受理说明", "admission"), std::tuple("checker", "核查说明", "check"),
        std::tuple("ruled", "结论理由", "reason of the ruling"),
        std::tuple("answered", "答复", "answer")}) {
    out += line(lang, zh, en, a[member].str("reason"));
  }
  out += show_lateness(a, lang);
  return out + say(lang, "期限：\n", "clocks:\n") + show_clocks(a["clocks"], lang) +
         next_lines(a, lang);
}

std::string show_import(const Json& i, Lang lang) {
  std::string out = i.str("id") + "  " + i.str("format") + "  " + word(i["state"], lang) + "\n";
  if (i["already_imported"].as_bool()) {
    out += say(lang, "此文件已于 ", "this very file was already imported at ") +
           when(i["finished"]) +
           say(lang, " 导入，本次没有任何改动；当时的结果：\n",
               "; nothing changed now, and this was the result then:\n");
  }
  out += say(lang, "数据行 ", "lines ") + grouped(i["lines"].as_int()) + " = " +
         say(lang, "新增 ", "imported ") + grouped(i["imported"].as_int()) + " + " +
         say(lang, "合并 ", "merged ") + grouped(i["merged"].as_int()) + " + " +
         say(lang, "拒绝 ", "refused ") + grouped(i["refused"].as_int()) + "\n";
  const bool zh = lang == Lang::kZh && i.has("warnings_zh");
  for (const auto& w : i[zh ? "warnings_zh" : "warnings"].items())
    out += say(lang, "注意：", "warning: ") + w.as_string() + "\n";
  std::size_t shown = 0;
  for (const auto& r : i["refusals"].items()) {
    if (++shown > 10) {
      out += say(lang, "  …（其余见 --json）\n", "  … (the rest with --json)\n");
      break;
    }
    out += "  " + say(lang, "第 ", "line ") + std::to_string(r["line"].as_int()) +
           say(lang, " 行 ", " ") + excerpt(r.str("original")) + say(lang, "：", ": ") +
           r["reason"].str(side(lang)) + "\n";
  }
  if (i["refused"].as_int() * 10 > i["lines"].as_int() * 9) {
    out +=
        say(lang, "注意：九成以上的行被拒绝，这可能不是来源文件，或格式判断有误（见 --format）\n",
            "warning: more than nine lines in ten were refused: this may be no feed at all, or "
            "another format than guessed (--format)\n");
  }
  return out;
}

namespace {

/// Until when a source's word holds, or since when it no longer does.
std::string standing(const Json& s, Lang lang) {
  if (s.has("gone_at")) {
    return say(lang, "  已于 ", "  taken back ") + when(s["gone_at"]) + say(lang, " 撤回", "");
  }
  if (!s.has("valid_until")) return {};
  return (s["stands"].as_bool() ? say(lang, "  有效至 ", "  holds until ")
                                : say(lang, "  已于此时失效：", "  held until ")) +
         when(s["valid_until"]);
}

}  // namespace

std::string show_stops(const Json& submission, Lang lang) {
  if (submission["stopped"].as_int() == 0) return "";
  std::string out = say(lang, "防误伤：批准时将拦停 ", "the guard will stop at approval: ") +
                    grouped(submission["stopped"].as_int()) + say(lang, " 个指标\n", "\n");
  constexpr std::size_t kShown = 5;
  const auto& stops = submission["stops"].items();
  for (std::size_t i = 0; i < stops.size() && i < kShown; ++i) {
    out += "  " + indicator_text(stops[i]["indicator"], lang) + " — " +
           word(stops[i]["list"], lang) + say(lang, "：", ": ") +
           stops[i]["reason"].str(side(lang)) + "\n";
  }
  if (submission["stopped"].as_int() > static_cast<std::int64_t>(kShown)) {
    out += say(lang, "  …（前 20 个见 --json）\n", "  … (--json names the first 20)\n");
  }
  return out;
}

std::string show_lookup(const Json& a, Lang lang) {
  std::string out = word(a["kind"], lang) + "  " + defang(a.str("value")) + "\n";
  if (!a["known"].as_bool()) {
    out += say(lang, "未知：没有来源报告过\n", "unknown: no source reported it\n");
  } else {
    out += line(lang, "首次", "first seen", when(a["first_seen"]));
    out += line(lang, "最近", "last seen", when(a["last_seen"]));
    for (const auto& s : a["sources"].items()) {
      out += "  " + s.str("source") + "  " + say(lang, "置信度 ", "confidence ") +
             std::to_string(s["confidence"].as_int()) + "  " + labels_text(s, lang) +
             standing(s, lang) + "\n";
    }
  }
  for (const auto& c : a["cases"].items()) {
    out += "  " + c.str("number") + "  " + word(c["state"], lang) + "  " + c.str("title") + "\n";
    for (const auto& t : c["tasks"].items()) {
      out += "    " + t.str("number") + "  " + word(t["measure"], lang) + "  " +
             word(t["state"], lang) + "  " + t.str("addressee") + "\n";
    }
  }
  for (const auto& e : a["listed"].items()) {
    out += "  " + say(lang, "屏蔽单位 ", "listed for ") + e.str("addressee") +
           say(lang, "，自 ", ", since ") + when(e["since"]) + "\n";
  }
  if (a.has("below")) {
    const bool listed = a["below"].str("state") == "listed";
    out += say(lang, "  包含它的更大范围：", "  a wider indicator holds it: ") +
           word(a["below"]["kind"], lang) +
           (listed ? say(lang, "，在屏蔽名单中\n", ", on a blocking list\n")
                   : say(lang, "，不在屏蔽名单中\n", ", on no blocking list\n"));
  }
  return out + (a["blocked"].as_bool() ? say(lang, "当前在屏蔽名单中\n", "on a blocking list now\n")
                                       : say(lang, "不在屏蔽名单中\n", "on no blocking list\n"));
}

namespace {

/// Every command that takes it further, each once.
std::string commands_of(const Json& duty) {
  std::vector<std::string> out;
  for (const auto& step : duty["next"].items()) {
    auto command = command_of(duty, step);
    if (!command.empty() && std::find(out.begin(), out.end(), command) == out.end()) {
      out.push_back(std::move(command));
    }
  }
  return join(out, "  |  ");
}

}  // namespace

std::string show_list(const Json& list, Lang lang) {
  const auto& items = list["items"].items();
  // Only duties say what may be done with each; other lists have no such column.
  const bool duties =
      std::any_of(items.begin(), items.end(), [](const Json& i) { return i.has("next"); });
  std::vector<std::vector<std::string>> rows;
  for (const auto& i : items) {
    const Json& clocks = i.has("clock") ? Json::array({i["clock"]}) : i["clocks"];
    std::vector<std::string> row{
        i.str("number"), word(i["state"], lang), i.has("title") ? i.str("title") : i.str("grounds"),
        next_due(clocks, lang) +
            (i["overdue"].as_bool() ? say(lang, "（逾期）", " (overdue)") : "")};
    if (duties) row.push_back(commands_of(i));
    rows.push_back(std::move(row));
  }
  if (rows.empty()) return say(lang, "暂无\n", "nothing\n");
  std::vector<std::string> header{say(lang, "编号", "number"), say(lang, "状态", "state"),
                                  say(lang, "标题", "title"),
                                  say(lang, "最近期限", "next deadline")};
  if (duties) header.push_back(say(lang, "下一步命令", "type next"));
  return table(header, rows) + show_more(list, lang);
}

std::string show_more(const Json& list, Lang lang) {
  if (!list.has("next")) return "";
  return say(lang, "此处为 ", "stopped after ") + std::to_string(list["items"].items().size()) +
         say(lang, " 条，还有后续：加 --after ", "; there may be more: --after ") +
         list.str("next") + say(lang, " 继续\n", " goes on\n");
}

}  // namespace tocsin::cli
