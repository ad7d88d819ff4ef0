// Appeals: file, admit, check, rule, answer (article 10).
#include "connect.h"
#include "show.h"

namespace tocsin::cli {
namespace {

const Positional kAppeal{"APPEAL", {"申诉编号", "number or id of the appeal, A-2026-000001"}};

Command step(std::vector<std::string> path, Text summary, std::vector<Option> options,
             const char* verb, std::function<Json(const Args&)> body) {
  return hub_command(
      std::move(path), std::move(summary), {kAppeal}, std::move(options),
      [verb, body = std::move(body)](HubClient& hub, const Args& args) {
        return hub.post("/api/v1/appeals/" + encoded(args.str("APPEAL")) + "/" + verb, body(args));
      },
      show_appeal);
}

Json reason_of(const Args& args) { return Json::object({{"reason", args.str("--reason")}}); }

Command file_command() {
  Command c;
  c.path = {"appeal", "file"};
  c.summary = {"对第八条第（一）款措施提出申诉", "appeal against a measure of article 8(1)"};
  c.description = {
      "申诉期限为知悉后 10 个工作日，知悉不早于措施下达；逾期仍可提出，由决定机关"
      "决定是否受理。申诉人不必是处置单位。",
      "Within 10 working days after the measure became known, which is never before "
      "it was ordered. A late appeal is taken all the same; the authority decides "
      "whether it is admitted. The appellant need not be the addressee."};
  c.options =
      with_hub({needed("--task", "TASK", "任务编号", "number of the task"),
                needed("--name", "NAME", "申诉人", "appellant"),
                needed("--contact", "TEXT", "联系方式", "how to reach the appellant"),
                needed("--interest", "TEXT", "利害关系", "how the appellant is affected"),
                opt("--identity", "TEXT", "证件号码", "identity paper or registration number"),
                needed("--grounds", "TEXT", "理由", "grounds"),
                opt("--new-facts", "TEXT", "已答复后再次申诉的新事实或理由",
                    "of a further appeal after an answer: what is new"),
                opt("--knew", "TIME", "知悉时间；默认为通知之时",
                    "when the measure became known; left out: when it was ordered")});
  c.run = [](const Args& args) {
    return with_answer(
        args,
        [&](HubClient& hub) {
          Json body =
              Json::object({{"task", args.str("--task")},
                            {"grounds", args.str("--grounds")},
                            {"appellant", Json::object({{"name", args.str("--name")},
                                                        {"contact", args.str("--contact")},
                                                        {"interest", args.str("--interest")},
                                                        {"identity", args.str("--identity")}})}});
          if (args.has("--new-facts")) body.set("new_facts", args.str("--new-facts"));
          if (args.has("--knew")) body.set("knew_at", args.str("--knew"));
          return hub.post("/api/v1/appeals", body);
        },
        show_appeal);
  };
  return c;
}

}  // namespace

void add_appeal(std::vector<Command>& commands) {
  commands.push_back(file_command());
  commands.push_back(hub_command(
      {"appeal", "list"}, {"申诉列表", "list appeals"}, {}, {},
      [](HubClient& hub, const Args&) { return hub.get("/api/v1/appeals"); }, show_list));
  commands.push_back(step(
      {"appeal", "admit"}, {"受理或不予受理", "admit an appeal, or not"},
      {opt("--refuse", "", "不予受理", "do not admit"), opt("--reason", "TEXT", "理由", "reason"),
       opt("--suspend", "", "核查期间中止措施", "suspend the measure meanwhile"),
       opt("--knew", "TIME", "更正知悉时间（须说明理由）；答复前也可据此重新受理逾期的申诉",
           "correct when the measure became known, with a reason; until the answer this also takes "
           "up an appeal again that was turned away as late")},
      "admission", [](const Args& args) {
        Json body = Json::object({{"admit", !args.has("--refuse")},
                                  {"suspend", args.has("--suspend")},
                                  {"reason", args.str("--reason")}});
        if (args.has("--knew")) body.set("knew_at", args.str("--knew"));
        return body;
      }));
  commands.push_back(
      step({"appeal", "check"},
           {"组织核查（核查人不得为决定人）", "start the check (not by who decided)"},
           {opt("--reason", "TEXT", "说明", "note")}, "check", reason_of));
  commands.push_back(
      step({"appeal", "rule"}, {"作出核查结论", "rule on an appeal"},
           {among(needed("--ruling", "RULING", "结论", "the ruling"),
                  {"upheld", "partly-upheld", "dismissed"}),
            needed("--reason", "TEXT", "理由", "reason"),
            {.name = "--lift",
             .value = "VALUE",
             .help = {"部分成立时解除的指标", "indicators to lift when partly upheld"},
             .repeated = true}},
           "ruling", [](const Args& args) {
             Json body =
                 Json::object({{"ruling", args.str("--ruling")}, {"reason", args.str("--reason")}});
             if (args.has("--lift")) {
               Json list_of = Json::array();
               for (const auto& v : args.all("--lift")) list_of.push(v);
               body.set("lifted", std::move(list_of));
             }
             return body;
           }));
  commands.push_back(step(
      {"answer"}, {"答复申诉人（30 个工作日内）", "answer the appellant (within 30 working days)"},
      {needed("--reason", "TEXT", "答复内容", "text of the answer")}, "answer", reason_of));
}

}  // namespace tocsin::cli
