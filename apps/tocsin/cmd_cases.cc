// The loop, one command a step: submit, delegate, determine, review, notify, ack, feedback, verify.
#include "auto_addressee.h"
#include "base/file.h"
#include "connect.h"
#include "model/task.h"
#include "model/threat.h"
#include "model/tlp.h"
#include "show.h"

namespace tocsin::cli {
namespace {

const Positional kThreat{"THREAT", {"威胁编号", "number or id of the threat, T-2026-000123"}};
const Positional kTask{"TASK", {"任务编号", "number or id of the task, T-2026-000123-1"}};

/// Sets the member when the user gave the option.
void take(const Args& args, Json& body, const char* option, const char* member) {
  if (args.has(option)) body.set(member, args.str(option));
}
void take_all(const Args& args, Json& body, const char* option, const char* member) {
  if (!args.has(option)) return;
  Json list = Json::array();
  for (const auto& v : args.all(option)) list.push(v);
  body.set(member, std::move(list));
}

/// Files given with --evidence; `-` is not special, a text can be given with --evidence-text.
Status take_evidence(const Args& args, Json& body) {
  Json list = Json::array();
  if (args.has("--evidence")) {
    for (const auto& path : args.all("--evidence")) {
      TRY(const auto bytes, read_file(path, 4U << 20));
      const bool text = is_utf8(bytes);
      list.push(Json::object({{"title", path},
                              {"media_type", text ? "text/plain" : "application/octet-stream"},
                              {"content", text ? bytes : base64(bytes)},
                              {"binary", !text}}));
    }
  }
  if (args.has("--evidence-text")) {
    for (const auto& text : args.all("--evidence-text")) {
      list.push(Json::object({{"title", "note"}, {"content", text}}));
    }
  }
  if (!list.items().empty()) body.set("evidence", std::move(list));
  return {};
}

std::vector<Option> evidence_options() {
  return {many("--evidence", "FILE", "证据文件", "evidence file"),
          many("--evidence-text", "TEXT", "文字证据", "evidence as text")};
}

std::vector<Option> plus(std::vector<Option> a, const std::vector<Option>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

using Build = std::function<Status(const Args&, Json&)>;

/// A command that posts a body to `path` with the positional in place of `%`. With `view`, what is
/// shown is read from there afterwards: an act's own answer is remembered for a repeated request,
/// and cannot tell what follows from it.
Command poster(std::vector<std::string> path, Text summary, std::vector<Positional> positionals,
               std::vector<Option> options, std::string url, Build build, Show show,
               std::string view = {}) {
  const std::string subject = positionals.empty() ? "" : positionals.front().name;
  return hub_command(
      std::move(path), std::move(summary), std::move(positionals), std::move(options),
      [url = std::move(url), subject, build = std::move(build), view = std::move(view)](
          HubClient& hub, const Args& args) -> Result<Json> {
        Json body = Json::object();
        TRY_STATUS(build(args, body));
        const auto with_subject = [&](const std::string& where) {
          return subject.empty() ? where : replace_all(where, "%", encoded(args.str(subject)));
        };
        TRY(Json done, hub.post(with_subject(url), body));
        if (view.empty()) return done;
        auto seen = hub.get(with_subject(view));
        return seen ? std::move(*seen) : std::move(done);  // the act is done all the same
      },
      std::move(show));
}

Status nothing(const Args&, Json&) { return {}; }

/// After a review: the case in one line, then what was ordered of whom by when.
std::string show_decision(const Json& t, Lang lang) {
  return t.str("number") + "  " + word(t["state"], lang) + "  " + t.str("title") + "\n" +
         show_orders(t, lang);
}

Status reason_only(const Args& args, Json& body) {
  take(args, body, "--reason", "reason");
  return {};
}

Status build_submission(const Args& args, Json& body) {
  take(args, body, "--class", "class");
  take(args, body, "--subtype", "subtype");
  take(args, body, "--imitates", "imitates");
  take(args, body, "--title", "title");
  take(args, body, "--description", "description");
  take(args, body, "--reason", "reason");
  take(args, body, "--certainty", "certainty");
  take(args, body, "--tlp", "tlp");
  take(args, body, "--owner", "owner");
  take(args, body, "--discovered", "discovered_at");
  take_all(args, body, "--province", "provinces");
  take_all(args, body, "--indicator", "indicators");
  if (args.has("--party-gov")) body.set("target_is_party_gov", true);
  if (args.has("--cii")) body.set("target_is_cii", true);
  return take_evidence(args, body);
}

Option imitates_option() {
  return among(opt("--imitates", "SECTOR", "钓鱼所仿冒的行业", "sector that phishing imitates"),
               enum_names(model::ImitatedSector{}));
}

std::vector<Option> submission_options() {
  return plus(
      {needed("--title", "TEXT", "标题", "title"),
       among(opt("--tlp", "LEVEL", "可传播范围", "how far it may be passed on", "amber"),
             enum_names(model::Tlp{})),
       many("--indicator", "VALUE", "指标，任意写法", "indicator in any spelling"),
       among(opt("--class", "CLASS", "类别；默认 malicious-resource",
                 "class; left out: malicious-resource"),
             enum_names(model::ThreatClass{})),
       opt("--subtype", "SUBTYPE",
           "子类，如 phishing-site c2-server malicious-domain；除 --class other 外必填",
           "subtype, such as phishing-site c2-server malicious-domain; required unless --class "
           "other"),
       imitates_option(), opt("--description", "TEXT", "说明", "description"),
       opt("--reason", "TEXT", "书面发现说明；没有证据时必填",
           "written finding: how it was found and why it is a threat; needed without evidence"),
       among(opt("--certainty", "CERTAINTY", "可能或已经造成危害", "possible or actual harm"),
             enum_names(model::Certainty{})),
       many("--province", "CODE", "目标所在省份（GB/T 2260，如 51 或 510000）",
            "province of the target (GB/T 2260: 51 or 510000)"),
       opt("--owner", "ORG", "资产所属机构代码", "code of the organisation whose asset it is"),
       opt("--discovered", "TIME", "发现时间", "time of discovery; left out: now"),
       opt("--party-gov", "", "目标涉及党政机关", "the target is a party or government body"),
       opt("--cii", "", "目标涉及关键信息基础设施", "the target is critical infrastructure")},
      evidence_options());
}

/// `block:op-a:24h`: measure, addressee, limit; `block:op-a` takes 24 hours.
Status build_determination(const Args& args, Json& body) {
  body.set("confirmed", !args.has("--not-confirmed"));
  take(args, body, "--reason", "reason");
  take(args, body, "--name", "threat_name");
  take(args, body, "--imitates", "imitates");
  Json proposals = Json::array();
  if (args.has("--propose")) {
    for (const auto& text : args.all("--propose")) {
      const auto parts = split(text, ':');
      if (parts.size() < 2 || parts.size() > 4) {
        return fail_bi(Code::kInvalid,
                       "write MEASURE:ADDRESSEE[:LIMIT[:REASON]], for instance block:op-a:24h",
                       "请写成 措施:单位[:时限[:理由]]，例如 block:op-a:24h", "--propose");
      }
      Json p =
          Json::object({{"measure", std::string(parts[0])}, {"addressee", std::string(parts[1])}});
      if (parts.size() > 2) p.set("limit", std::string(parts[2]));
      if (parts.size() > 3) p.set("reason", std::string(parts[3]));
      proposals.push(std::move(p));
    }
  }
  body.set("proposals", std::move(proposals));
  return take_evidence(args, body);
}

Status build_feedback(const Args& args, Json& body) {
  take(args, body, "--outcome", "outcome");
  if (args.has("--not-ours")) {
    body.set("outcome", "impossible");
    body.set("reason_code", "not-ours");
  }
  take(args, body, "--detail", "detail");
  return take_evidence(args, body);
}

Command lister(std::vector<std::string> path, Text summary, std::string url,
               const std::vector<std::string_view>& states) {
  Command c;
  c.path = std::move(path);
  c.summary = std::move(summary);
  c.options = with_hub({among(opt("--state", "STATE", "只看该状态", "only this state"), states),
                        opt("--limit", "N", "条数，1-1000", "how many, 1 to 1000"),
                        opt("--after", "ID", "从该条之后继续", "continue after this id")});
  c.run = [url = std::move(url)](const Args& args) {
    return with_answer(
        args,
        [&](HubClient& hub) {
          std::string query = "?";
          for (const char* name : {"state", "limit", "after"}) {
            const std::string option = std::string("--") + name;
            if (args.has(option))
              query += std::string(name) + "=" + encoded(args.str(option)) + "&";
          }
          query.pop_back();
          return hub.get(url + query);
        },
        show_list);
  };
  return c;
}

std::string show_any(const Json& json, Lang lang) {
  if (json.has("measure")) return show_task(json, lang);
  if (json.has("appellant")) return show_appeal(json, lang);
  return show_threat(json, lang);
}

Command show_command() {
  Command c;
  c.path = {"show"};
  c.summary = {"查看威胁、任务或申诉", "show a threat, a task or an appeal"};
  c.positionals = {{"NUMBER", {"编号：T-…、T-…-1、A-…", "its number: T-…, T-…-1, A-…"}}};
  c.options = with_hub({opt("--journal", "", "显示全部经过", "the whole journal of the case")});
  c.examples = {{"tocsin show T-2026-000001 --journal",
                 {"查看全部经过", "every step with who, when, which article"}}};
  c.run = [](const Args& args) {
    const std::string& number = args.str("NUMBER");
    const bool task =
        number.starts_with("tsk_") ||
        (number.starts_with("T-") && std::count(number.begin(), number.end(), '-') == 3);
    const bool appeal = number.starts_with("apl_") || number.starts_with("A-");
    if (!task && !appeal && !number.starts_with("thr_") && !number.starts_with("T-")) {
      return report(
          args,
          Error{Code::kInvalid,
                "'" + number +
                    "' is no number of a threat (T-2026-000001), a task (T-2026-000001-1) or "
                    "an appeal (A-2026-000001); `tocsin cases` lists them, `tocsin lookup` "
                    "finds an indicator",
                "“" + number +
                    "”不是威胁（T-2026-000001）、任务（T-2026-000001-1）或申诉（A-2026-000001）"
                    "的编号；tocsin cases 列出威胁，tocsin lookup 查询指标",
                "NUMBER",
                {}});
    }
    if (args.has("--journal")) {
      return with_answer(
          args,
          [&](HubClient& hub) {
            return hub.get("/api/v1/threats/" + encoded(number) + "/journal");
          },
          [](const Json& json, Lang lang) {
            std::vector<std::vector<std::string>> rows;
            for (const auto& e : json["items"].items()) {
              rows.push_back({std::to_string(e["seq"].as_int()), when(e["time"]),
                              word(e["action"], lang), word(e["data"]["state"], lang),
                              e["basis"].str("rule_set"), e["basis"].str("article")});
            }
            return table({"#", say(lang, "时间", "time"), say(lang, "动作", "action"),
                          say(lang, "状态", "state"), say(lang, "规则集", "rule set"),
                          say(lang, "条", "article")},
                         rows);
          });
    }
    return with_answer(
        args,
        [&](HubClient& hub) {
          return hub.get((task     ? "/api/v1/tasks/"
                          : appeal ? "/api/v1/appeals/"
                                   : "/api/v1/threats/") +
                         encoded(number));
        },
        show_any);
  };
  return c;
}

void add_finding(std::vector<Command>& all) {
  Command submit = poster({"submit"}, {"提交威胁（第六条）", "submit a threat (article 6)"}, {},
                          submission_options(), "/api/v1/threats", build_submission, show_threat);
  submit.examples = {
      {"tocsin submit --title 'Phishing of a bank' --subtype phishing-site --indicator "
       "'hxxp://login[.]bank[.]example/' --province 51 --evidence-text 'screenshot note'",
       {"提交一个钓鱼网站", "submit a phishing site"}}};
  all.push_back(std::move(submit));
  all.push_back(
      poster({"self-dispose"},
             {"自行处置本单位问题（第六条）", "dispose of the unit's own problem (article 6)"}, {},
             submission_options(), "/api/v1/self-disposals", build_submission, show_threat));
  all.push_back(
      poster({"self-complete"}, {"自行处置完成", "complete a self-disposal"}, {kThreat},
             plus({opt("--detail", "TEXT", "处置情况", "what was done")}, evidence_options()),
             "/api/v1/threats/%/completion", build_feedback, show_threat));
  all.push_back(poster(
      {"return"}, {"退回补正", "return a submission for correction"}, {kThreat},
      {many("--defect", "TEXT", "缺陷", "a defect")}, "/api/v1/threats/%/return",
      [](const Args& args, Json& body) -> Status {
        take_all(args, body, "--defect", "defects");
        return {};
      },
      show_threat));
  all.push_back(poster({"resubmit"}, {"补正后重新提交", "submit again after correction"}, {kThreat},
                       submission_options(), "/api/v1/threats/%/resubmission", build_submission,
                       show_threat));
  all.push_back(poster(
      {"merge"}, {"并入另一事项", "merge into another case"}, {kThreat},
      {needed("--into", "THREAT", "目标事项", "the case that takes it in"),
       opt("--reason", "TEXT", "理由", "reason")},
      "/api/v1/threats/%/merge",
      [](const Args& args, Json& body) -> Status {
        take(args, body, "--into", "into");
        take(args, body, "--reason", "reason");
        return {};
      },
      show_threat));
}

void add_deciding(std::vector<Command>& all) {
  all.push_back(poster(
      {"delegate"}, {"委托专业机构认定（第七条）", "delegate identification (article 7)"},
      {kThreat},
      {needed("--body", "ORG", "专业机构代码", "code of the expert body"),
       opt("--reason", "TEXT", "说明", "note")},
      "/api/v1/threats/%/delegation",
      [](const Args& args, Json& body) -> Status {
        take(args, body, "--body", "body");
        take(args, body, "--reason", "reason");
        return {};
      },
      show_threat));
  Command determine =
      poster({"determine"}, {"认定并提出处置建议（第七条）", "determine and propose (article 7)"},
             {kThreat},
             plus({needed("--reason", "TEXT", "认定理由", "reason of the finding"),
                   opt("--name", "NAME", "威胁名称", "name of the threat"), imitates_option(),
                   many("--propose", "MEASURE:ORG[:LIMIT]",
                        "处置建议，如 block:op-a:24h；ORG 写 auto 由枢纽建议处置单位",
                        "a proposal, for instance block:op-a:24h; ORG auto: whom "
                        "the hub suggests"),
                   opt("--not-confirmed", "", "不予认定", "not confirmed")},
                  evidence_options()),
             "/api/v1/threats/%/determination", build_determination, show_threat);
  determine.examples = {
      {"tocsin determine T-2026-000001 --reason 'confirmed by sandbox' --propose block:op-a:24h "
       "--evidence report.txt",
       {"认定并建议屏蔽", "determine and propose a block"}}};
  determine.run = [](const Args& args) {
    return with_answer(
        args,
        [&](HubClient& hub) -> Result<Json> {
          Json body = Json::object();
          TRY_STATUS(build_determination(args, body));
          TRY_STATUS(resolve_auto_addressees(hub, args.str("THREAT"), body));
          return hub.post("/api/v1/threats/" + encoded(args.str("THREAT")) + "/determination",
                          body);
        },
        show_threat);
  };
  all.push_back(std::move(determine));
  all.push_back(poster(
      {"review"}, {"审查并决定（第八条）", "review and decide (article 8)"}, {kThreat},
      {needed("--reason", "TEXT", "决定理由", "reason of the decision"),
       opt("--reject", "", "不予处置", "reject"),
       opt("--notify", "", "同时签发处置通知", "sign and deliver the notices in the same step")},
      "/api/v1/threats/%/review",
      [](const Args& args, Json& body) -> Status {
        body.set("approve", !args.has("--reject"));
        body.set("notify", args.has("--notify"));
        take(args, body, "--reason", "reason");
        return {};
      },
      show_decision, "/api/v1/threats/%"));
  all.push_back(poster(
      {"override"},
      {"放行被名单拦停的指标（需两人）", "let a stopped indicator through (two persons)"},
      {kThreat},
      {needed("--indicator", "VALUE", "指标的规范值，如 evil.example",
              "canonical value of the indicator, such as evil.example"),
       needed("--list", "NAME", "名单", "the list that stopped it"),
       needed("--reason", "TEXT", "理由", "reason")},
      "/api/v1/threats/%/override",
      [](const Args& args, Json& body) -> Status {
        take(args, body, "--indicator", "indicator");
        take(args, body, "--list", "list");
        take(args, body, "--reason", "reason");
        return {};
      },
      show_threat));
  all.push_back(poster({"emergency"},
                       {"转入应急预案（第十三条）", "hand over to the emergency plan (article 13)"},
                       {kThreat}, {needed("--reason", "TEXT", "危害", "the harm")},
                       "/api/v1/threats/%/emergency", reason_only, show_threat));
  all.push_back(poster({"withdraw"},
                       {"撤回尚未下达的措施", "withdraw a measure that was never ordered"}, {kTask},
                       {needed("--reason", "TEXT", "理由", "reason")}, "/api/v1/tasks/%/withdrawal",
                       reason_only, show_task));
  all.push_back(poster({"archive"}, {"归档已办结的事项", "archive a closed case"}, {kThreat}, {},
                       "/api/v1/threats/%/archive", nothing, show_threat));
  all.push_back(poster({"purge"}, {"留存期满后清除", "purge after the retention floor"}, {kThreat},
                       {needed("--reason", "TEXT", "理由", "reason")}, "/api/v1/threats/%/purge",
                       reason_only, show_threat));
  all.push_back(poster(
      {"notify"}, {"签发处置通知（第八条）", "sign and deliver the notice (article 8)"}, {kTask},
      {opt("--limit", "LIMIT", "新的时限", "a new time limit, 24h, 3wd")}, "/api/v1/tasks/%/notice",
      [](const Args& args, Json& body) -> Status {
        take(args, body, "--limit", "limit");
        return {};
      },
      show_task));
  all.push_back(poster(
      {"phone"}, {"紧急情况先电话通知（第八条）", "notify by phone first (article 8)"}, {kTask},
      {needed("--callee", "NAME", "被通知人", "who was called"),
       needed("--number", "PHONE", "号码", "number"),
       needed("--content", "TEXT", "通知内容", "what was said"),
       needed("--reason", "TEXT", "紧急情况", "why it is urgent")},
      "/api/v1/tasks/%/phone",
      [](const Args& args, Json& body) -> Status {
        for (const char* name : {"callee", "number", "content", "reason"}) {
          take(args, body, (std::string("--") + name).c_str(), name);
        }
        return {};
      },
      show_task));
}

void add_disposing(std::vector<Command>& all) {
  all.push_back(poster({"ack"}, {"确认收到任务", "acknowledge a task"}, {kTask}, {},
                       "/api/v1/tasks/%/acknowledgement", nothing, show_task));
  all.push_back(poster(
      {"feedback"}, {"反馈处置结果（第九条）", "feed the result back (article 9)"}, {kTask},
      plus({among(opt("--outcome", "OUTCOME", "结果", "result"), enum_names(model::Outcome{})),
            opt("--not-ours", "", "处置对象不属于本单位（结果为 impossible）",
                "the target is not this unit's (outcome impossible)"),
            opt("--detail", "TEXT", "说明", "detail")},
           evidence_options()),
      "/api/v1/tasks/%/feedback", build_feedback, show_task));
  Command verify = poster({"verify"},
                          {"验证处置结果（第九条）：默认经运营者解析器探测",
                           "verify (article 9): by a probe through the operator's resolver"},
                          {kTask}, {}, "/api/v1/tasks/%/probe", nothing, show_task);
  verify.description = {
      "只询问运营者的解析器，绝不访问恶意目标；对照名或金丝雀异常时判为探测无效，任务状态不变。",
      "Asks only the operator's resolver, never the malicious target; when the control name or the "
      "canary is wrong the probe proves nothing and the task stays as it is."};
  all.push_back(std::move(verify));
  all.push_back(poster(
      {"verify-document"}, {"以文件验证处置结果", "verify by a document"}, {kTask},
      plus(
          {opt("--failed", "", "验证未通过", "the verification failed"),
           needed("--method", "TEXT", "方法", "method"), opt("--detail", "TEXT", "说明", "detail")},
          evidence_options()),
      "/api/v1/tasks/%/verification",
      [](const Args& args, Json& body) -> Status {
        body.set("passed", !args.has("--failed"));
        take(args, body, "--method", "method");
        take(args, body, "--detail", "detail");
        return take_evidence(args, body);
      },
      show_task));
  all.push_back(poster({"breach"},
                       {"认定未按要求处置（第十二条）", "establish a breach (article 12)"}, {kTask},
                       {needed("--reason", "TEXT", "情况", "what was not done")},
                       "/api/v1/tasks/%/breach", reason_only, show_task));
  all.push_back(poster(
      {"sanction"}, {"约谈、警告或罚款（第十二条）", "talk, warning or fine (article 12)"}, {kTask},
      {among(needed("--kind", "KIND", "方式", "kind"), {"talk", "warning", "fine"}),
       opt("--fine-fen", "N", "罚款金额（分）", "fine in fen"),
       needed("--law-article", "N", "网络安全法条文（56、59、60、68）",
              "article of the Cybersecurity Law (56, 59, 60, 68)"),
       opt("--reason", "TEXT", "理由", "reason")},
      "/api/v1/tasks/%/sanction",
      [](const Args& args, Json& body) -> Status {
        take(args, body, "--kind", "kind");
        take(args, body, "--law-article", "law_article");
        take(args, body, "--reason", "reason");
        if (args.has("--fine-fen")) {
          TRY(const auto fen, args.integer("--fine-fen"));
          body.set("fine_fen", fen);
        }
        return {};
      },
      show_task));
}

}  // namespace

void add_cases(std::vector<Command>& commands) {
  commands.push_back(lister({"cases"}, {"威胁列表", "list threats"}, "/api/v1/threats",
                            enum_names(model::ThreatState{})));
  commands.push_back(lister({"tasks"}, {"处置任务列表", "list disposal tasks"}, "/api/v1/tasks",
                            enum_names(model::TaskState{})));
  commands.push_back(lister({"duties"}, {"我的待办与时限", "what waits for me, by time left"},
                            "/api/v1/duties", {}));
  commands.push_back(show_command());
  add_finding(commands);
  add_deciding(commands);
  add_disposing(commands);
}

}  // namespace tocsin::cli
