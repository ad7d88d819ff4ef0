#include "story/play.h"

#include <algorithm>
#include <cstdio>

#include "base/clock_wait.h"
#include "base/file.h"
#include "base/time.h"
#include "evidence/check.h"
#include "show.h"
#include "story/resolvers.h"

namespace tocsin::story {
namespace {

/// Names of our own under `.example`: nothing here exists. Spellings differ on purpose.
constexpr const char* kFeed = R"(# A feed of our own making, for the told story
login-bank-verify.example
LOGIN-BANK-VERIFY.example.
hxxp://login-bank-verify[.]example/signin
http://files.dropper.example/a.exe
cdn.dropper.example
c2.botnet-alpha.example
c2.botnet-alpha.example
203.0.113.77:8443
bank.example
zoneserver[0-9a-z]*\.example
not a line at all !!
)";

class Teller {
 public:
  explicit Teller(Lang lang) : lang_(lang) {}
  void step(const char* zh, const char* en, const std::string& article = {}) {
    std::printf("\n%2d. %s%s\n", ++number_, cli::say(lang_, zh, en).c_str(),
                article.empty() ? "" : ("  [" + cited(article) + "]").c_str());
    std::fflush(stdout);
  }
  void line(const std::string& text) {
    std::printf("    %s  %s\n", to_string(clock_.now()).substr(11, 12).c_str(), text.c_str());
    std::fflush(stdout);
  }
  /// Each line of a longer text.
  void lines(const std::string& text) {
    for (const auto part : split(text, '\n')) {
      if (!part.empty()) line(std::string(part));
    }
  }
  Lang lang() const { return lang_; }

 private:
  /// `art. 6`, the guard, or a requirement's number.
  std::string cited(const std::string& text) const {
    if (lang_ != Lang::kZh) return text;
    if (text == "guard") return "防误伤";
    return text.starts_with("art. ") ? "第" + text.substr(5) + "条" : text;
  }

  const Lang lang_;
  const SystemClock clock_;
  int number_ = 0;
};

/// Feedback with its evidence (W17-24).
Json disposed(const char* what) {
  return Json::object(
      {{"outcome", "done"},
       {"detail", what},
       {"evidence", Json::array({Json::object({{"title", "resolver log"}, {"content", what}})})}});
}

struct Case {
  std::string number;
  std::string name;  ///< the domain that is watched
  std::string task;
};

std::string first_domain(const Json& threat) {
  for (const auto& i : threat["indicators"].items()) {
    if (i.str("kind") == "domain") return i.str("value");
  }
  return {};
}

Result<Json> import_feed(Stage& s, Teller& tell) {
  tell.step("导入真实格式的来源：每行新增、合并或拒绝",
            "A feed comes in: every line imported, merged or refused", "art. 6");
  const std::string name = s.feed.empty() ? "story-feed.txt" : s.feed.filename().string();
  std::string bytes = kFeed;
  if (!s.feed.empty()) {
    TRY(bytes, read_file(s.feed));
  }
  http::ClientRequest request;
  request.method = http::Method::kPost;
  request.url = "/api/v1/imports?source=partner&file=" + cli::encoded(name);
  request.body = std::move(bytes);
  request.headers = {{"Content-Type", "application/octet-stream"}};
  TRY(const auto answer, s.cast.as("wang").raw(std::move(request)));
  TRY(const Json record, Json::parse(answer.body));
  tell.lines(cli::show_import(record, tell.lang()));
  tell.step("归并为不同的威胁并提交给工信部和相关通信管理局",
            "The lines become distinct threats, submitted to MIIT and the province", "art. 6");
  TRY(const Json done,
      s.cast.as("wang").post("/api/v1/imports/" + record.str("id") + "/submission",
                             Json::parse(R"({"provinces":["51"],"limit":20000})").value()));
  tell.line(std::to_string(done["indicators"].as_int()) +
            cli::say(tell.lang(), " 个指标 → ", " indicators → ") +
            std::to_string(done["threats"].as_int()) +
            cli::say(tell.lang(), " 个威胁", " distinct threats"));
  tell.lines(cli::show_stops(done, tell.lang()));
  return done;
}

/// Determination by the expert body; the threat with the stops that the lists gave it.
Result<Json> determine(Stage& s, const std::string& number) {
  TRY_STATUS(s.cast.as("zhao").post("/api/v1/threats/" + number + "/delegation",
                                    Json::object({{"body", "cncert"}})));
  return s.cast.as("li").post(
      "/api/v1/threats/" + number + "/determination",
      Json::object(
          {{"reason", "样本与页面核实 / confirmed by analysis"},
           {"threat_name", "story"},
           {"proposals", Json::array({Json::object(
                             {{"measure", "block"}, {"addressee", "op-a"}, {"limit", "24h"}})})},
           {"evidence", Json::array({Json::object(
                            {{"title", "analysis"}, {"content", "what the analyst saw"}})})}}));
}

/// What the guard stops in this very feed: one case is brought to the decision, and refused there.
Status show_guard(Stage& s, Teller& tell, const Json& submitted) {
  const auto& stops = submitted["stops"].items();
  const auto with_case =
      std::find_if(stops.begin(), stops.end(), [](const Json& stop) { return stop.has("case"); });
  if (with_case == stops.end()) return {};
  tell.step("误报被拦下：受保护名单上的名字不会被屏蔽",
            "A false positive is stopped: a protected name is not blocked", "guard");
  const std::string number = with_case->str("case");
  TRY_STATUS(determine(s, number));
  const auto refused = s.cast.as("zhao").post("/api/v1/threats/" + number + "/review",
                                              Json::object({{"reason", "approve"}}));
  if (refused) {
    return fail(Code::kInternal,
                "the guard did not stop " + defang((*with_case)["indicator"].str("value")));
  }
  tell.line(tell.lang() == Lang::kZh ? refused.error().message_zh : refused.error().message);
  return s.cast.as("zhao")
      .post("/api/v1/threats/" + number + "/review",
            Json::object({{"reason", "误报"}, {"approve", false}}))
      .transform([](const Json&) {});
}

/// The first case with a domain that nothing speaks against.
Result<Case> choose(Stage& s, const Json& submitted) {
  for (const auto& number : submitted["numbers"].items()) {
    const auto& stops = submitted["stops"].items();
    const bool stopped = std::any_of(stops.begin(), stops.end(), [&](const Json& stop) {
      return stop.str("case") == number.as_string();
    });
    if (stopped) continue;
    TRY(const Json t, s.cast.as("zhao").get("/api/v1/threats/" + number.as_string()));
    const std::string name = first_domain(t);
    if (!name.empty() && t.str("state") == "submitted") return Case{number.as_string(), name, {}};
  }
  return fail_bi(Code::kNotFound, "the feed brought no domain that could be blocked by a resolver",
                 "该来源没有可由解析器屏蔽的域名");
}

/// Waits for an answer of the resolver; milliseconds since `from`.
Result<std::int64_t> wait_for(Stage& s, const std::string& name, const std::string& answer,
                              std::chrono::steady_clock::time_point from) {
  const bool seen = wait_until(std::chrono::seconds(15), std::chrono::microseconds(500),
                               [&] { return answer_of(s.resolver_port, name) == answer; });
  if (!seen) {
    return fail(Code::kUnavailable,
                "the resolver still does not say '" + answer + "' for " + defang(name));
  }
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               from)
      .count();
}

Status block(Stage& s, Teller& tell, Case& c) {
  tell.step("认定：专业机构核实并提出处置建议",
            "Determination: the expert body confirms and proposes", "art. 7");
  TRY(const Json found, determine(s, c.number));
  tell.line(c.number + "  " + cli::word(found["state"], tell.lang()) + "  " + defang(c.name));
  tell.line(cli::say(tell.lang(), "运营者解析器此刻：", "the operator's resolver now: ") +
            defang(c.name) + " " + cli::word(answer_of(s.resolver_port, c.name), tell.lang()));
  tell.step("审查、决定、签发通知：解析器在一秒内停止应答",
            "Review, decision, signed notice: the resolver stops answering", "art. 8");
  const auto start = std::chrono::steady_clock::now();
  TRY(const Json approved,
      s.cast.as("zhao").post("/api/v1/threats/" + c.number + "/review",
                             Json::object({{"reason", "同意处置 / agreed"}, {"notify", true}})));
  TRY(const auto ms, wait_for(s, c.name, "refused", start));
  c.task = approved["tasks"].items().front().as_string();
  tell.line(cli::say(tell.lang(), "批准 → 解析器拒绝：", "approval → resolver refuses: ") +
            std::to_string(ms) + " ms");
  TRY(const Json task, s.cast.as("sun").get("/api/v1/tasks/" + c.task));
  tell.lines(cli::show_clocks(task["clocks"], tell.lang()));
  return {};
}

Status dispose_and_verify(Stage& s, Teller& tell, const Case& c) {
  tell.step("运营者签收、处置、反馈", "The operator receives, disposes, feeds back", "art. 9");
  TRY(const Json task, s.cast.as("sun").get("/api/v1/tasks/" + c.task));
  const std::string notice = task["notices"].items().front().as_string();
  TRY_STATUS(s.cast.as("sun").post("/api/v1/notices/" + notice + "/receipt", Json::object()));
  TRY_STATUS(s.cast.as("sun").post("/api/v1/tasks/" + c.task + "/acknowledgement", Json::object()));
  TRY(const Json fed,
      s.cast.as("sun").post("/api/v1/tasks/" + c.task + "/feedback",
                            disposed("解析器已加载名单 / the resolver loaded the list")));
  tell.line(fed.str("number") + "  " + cli::word(fed["state"], tell.lang()));
  tell.step("验证：经运营者解析器探测，附对照与金丝雀",
            "Verification: a probe through the operator's resolver, with control and canary",
            "art. 9");
  TRY(Json verified, s.cast.as("zhou").post("/api/v1/tasks/" + c.task + "/probe", Json::object()));
  if (verified.str("state") == "verifying") {  // URLs and addresses of the case: by document
    TRY(verified,
        s.cast.as("zhou").post(
            "/api/v1/tasks/" + c.task + "/verification",
            Json::object(
                {{"passed", true},
                 {"method", "document"},
                 {"detail", "运营者网关记录 / the operator's gateway record"},
                 {"evidence", Json::array({Json::object({{"title", "gateway record"},
                                                         {"content", "blocked / 已屏蔽"}})})}})));
  }
  tell.lines(cli::show_task(verified, tell.lang()));
  if (verified.str("state") != "verified")
    return fail(Code::kInternal, "the block was not verified");
  return {};
}

Status prove(Stage& s, Teller& tell, const Case& c) {
  tell.step("取证：导出整案，离线校验；改动一个字节即被指出",
            "Proof: the whole case checked offline; one changed byte is named", "T05-22");
  http::ClientRequest request;
  request.url = "/api/v1/threats/" + c.number + "/evidence";
  TRY(const auto answer, s.cast.as("zhao").raw(std::move(request)));
  const auto file = s.folder / (c.number + ".tocsin-evidence");
  TRY_STATUS(write_file(file, answer.body, 0600));
  const auto whole = evidence::check_file(file.string(), nullptr);
  tell.line(
      file.string() + ": " +
      (whole.ok ? cli::say(tell.lang(), "完好", "OK") : cli::say(tell.lang(), "已损坏", "BROKEN")));
  if (!whole.ok) return fail(Code::kInternal, evidence::to_text(whole, Lang::kEn));
  std::string changed = answer.body;
  const auto place = changed.find("\"state\":\"approved\"");
  if (place != std::string::npos) changed[place + 10] = 'A';
  const auto tampered = s.folder / "tampered.tocsin-evidence";
  TRY_STATUS(write_file(tampered, changed, 0600));
  const auto broken = evidence::check_file(tampered.string(), nullptr);
  if (broken.ok) return fail(Code::kInternal, "a changed byte was not noticed");
  tell.line(cli::say(tell.lang(), "改动一个字节：", "one byte changed: ") +
            broken.steps[*broken.first_broken].name.in(tell.lang()) + " — " +
            broken.steps[*broken.first_broken].detail.in(tell.lang()));
  return {};
}

Status appeal_and_lift(Stage& s, Teller& tell, const Case& c) {
  tell.step("申诉：受影响者十个工作日内提出，三十个工作日内答复",
            "Appeal: within 10 working days; answered within 30", "art. 10");
  TRY(const Json filed,
      s.cast.as("gao").post(
          "/api/v1/appeals",
          Json::object(
              {{"task", c.task},
               {"grounds", "网站已清理 / the site was cleaned"},
               {"appellant", Json::object({{"name", "高"},
                                           {"contact", "gao@owner.example"},
                                           {"interest", "域名持有人 / holder of the domain"}})}})));
  const std::string id = filed.str("id");
  tell.lines(cli::show_clocks(filed["clocks"], tell.lang()));
  auto& checker = s.cast.as("chen");
  TRY_STATUS(checker.post("/api/v1/appeals/" + id + "/admission", Json::object({{"admit", true}})));
  TRY_STATUS(
      checker.post("/api/v1/appeals/" + id + "/check", Json::object({{"reason", "另一人核查"}})));
  tell.step("申诉成立：解除屏蔽，解析器恢复应答",
            "Upheld: the block is lifted, the resolver answers again", "art. 10");
  const auto start = std::chrono::steady_clock::now();
  TRY_STATUS(checker.post("/api/v1/appeals/" + id + "/ruling",
                          Json::object({{"ruling", "upheld"}, {"reason", "已核实清理"}})));
  TRY(const auto ms, wait_for(s, c.name, "resolves", start));
  tell.line(cli::say(tell.lang(), "结论 → 解析器恢复：", "ruling → resolver answers: ") +
            std::to_string(ms) + " ms");
  TRY_STATUS(s.cast.as("sun").post("/api/v1/tasks/" + c.task + "/feedback",
                                   disposed("解析器已解除 / the resolver let it go")));
  TRY(const Json lifted,
      s.cast.as("zhou").post("/api/v1/tasks/" + c.task + "/probe", Json::object()));
  if (lifted.str("state") != "lift-verified")
    return fail(Code::kInternal, "the lift was not verified");
  tell.line(lifted.str("number") + "  " + cli::word(lifted["state"], tell.lang()));
  TRY(const Json answered, checker.post("/api/v1/appeals/" + id + "/answer",
                                        Json::object({{"reason", "申诉成立，已解除"}})));
  tell.line(answered.str("number") + "  " + cli::word(answered["state"], tell.lang()));
  return {};
}

/// List and resolver agree: after the lift nothing of this case is listed.
Status check_outcome(Stage& s, Teller& tell, const Case& c) {
  tell.step("核对：名单与解析器一致，日志完整",
            "The list and the resolver agree, the journal is whole", "T05-22");
  TRY(const Json t, s.cast.as("zhao").get("/api/v1/threats/" + c.number));
  tell.line(c.number + "  " + cli::word(t["state"], tell.lang()) + "  " +
            cli::show_outcome(t, tell.lang()));
  if (t.str("state") != "closed") return fail(Code::kInternal, "the case is not closed");
  http::ClientRequest request;
  request.url = "/api/v1/list.txt";
  TRY(const auto list, s.cast.as("sun").raw(std::move(request)));
  if (list.body.find("\n" + c.name + "\n") != std::string::npos) {
    return fail(Code::kInternal, "the list still has the lifted name");
  }
  TRY(const Json journal, s.cast.as("zhao").get("/api/v1/threats/" + c.number + "/journal"));
  tell.line(std::to_string(journal["items"].items().size()) +
            cli::say(tell.lang(), " 条本案日志", " journal entries of this case"));
  return {};
}

}  // namespace

Status play(Stage& stage) {
  Teller tell(stage.lang);
  TRY(const Json submitted, import_feed(stage, tell));
  TRY_STATUS(show_guard(stage, tell, submitted));
  TRY(Case c, choose(stage, submitted));
  stage.case_number = c.number;
  stage.case_name = c.name;
  tell.line(
      cli::say(tell.lang(), "演示取用来源中的这个名字：", "the story goes on with this name: ") +
      defang(c.name));
  TRY_STATUS(block(stage, tell, c));
  TRY_STATUS(dispose_and_verify(stage, tell, c));
  TRY_STATUS(prove(stage, tell, c));
  TRY_STATUS(appeal_and_lift(stage, tell, c));
  return check_outcome(stage, tell, c);
}

}  // namespace tocsin::story
