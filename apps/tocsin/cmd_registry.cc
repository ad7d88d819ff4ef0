// Organisations, people, tokens, delegations, training, enforcement points, sign-in.
#include <iostream>
#include <unistd.h>

#include "base/file.h"
#include "connect.h"
#include "model/list.h"
#include "model/organization.h"
#include "show.h"

namespace tocsin::cli {
namespace {

std::string show_secret(const Json& json, Lang lang) {
  return say(lang, "令牌（只显示这一次）：", "token (shown this once): ") + json.str("secret") +
         "\n";
}

std::string show_invitation(const Json& json, Lang lang) {
  return say(lang, "邀请（只显示这一次，只能使用一次）：",
             "invitation (shown this once, good once): ") +
         json.str("secret") +
         say(lang, "\n本人据此设置密码：", "\nthe person chooses a password with it: ") +
         json.str("hub") + "/console/" +
         say(lang, "（“我有邀请”），或 ", " (\"I have an invitation\"), or ") +
         "tocsin login --hub " + json.str("hub") + " --invitation\n";
}

std::string show_unit(const Json& o, Lang lang) {
  return o.str("code") + "  " + word(o["type"], lang) + "  " + o["title"].str(side(lang)) + "\n";
}

std::string show_person(const Json& u, Lang lang) {
  return u.str("login") + "  " + u.str("name") + "  " + joined_words(u["roles"], lang) +
         (u["disabled"].as_bool() ? say(lang, "  已停用", "  disabled") : "") + "\n";
}

std::string show_point(const Json& p, Lang lang) {
  return p.str("code") + "  " + word(p["kind"], lang) +
         (p.has("address") ? "  " + p.str("address") + ":" + std::to_string(p["port"].as_int())
                           : "") +
         "\n";
}

std::string show_revoked(const Json& t, Lang lang) {
  return t.str("id") + say(lang, "  已撤销 ", "  revoked ") + when(t["revoked"]) + "\n";
}

Command poster(std::vector<std::string> path, Text summary, std::vector<Option> options,
               const char* url, std::function<Result<Json>(const Args&)> body, Show show) {
  return hub_command(
      std::move(path), std::move(summary), {}, std::move(options),
      [url, body = std::move(body)](HubClient& hub, const Args& args) -> Result<Json> {
        TRY(const Json json, body(args));
        return hub.post(url, json);
      },
      std::move(show));
}

/// A command that prints one page of a list and says how to go on.
Command lister(std::vector<std::string> path, Text summary, const char* url, Show show) {
  return hub_command(
      std::move(path), std::move(summary), {},
      {opt("--limit", "N", "条数，1-1000（默认 100）", "how many, 1 to 1000 (left out: 100)"),
       opt("--after", "ID", "从该条之后继续", "continue after this id")},
      [url](HubClient& hub, const Args& args) {
        std::string query = std::string(url) + "?";
        if (args.has("--limit")) query += "limit=" + encoded(args.str("--limit")) + "&";
        if (args.has("--after")) query += "after=" + encoded(args.str("--after")) + "&";
        query.pop_back();
        return hub.get(query);
      },
      [show = std::move(show)](const Json& json, Lang lang) {
        return show(json, lang) + show_more(json, lang);
      });
}

std::string show_users(const Json& json, Lang lang) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& u : json["items"].items()) {
    rows.push_back({u.str("login"), u.str("name"), joined(u["organization_codes"], lang),
                    joined_words(u["roles"], lang),
                    u["disabled"].as_bool() ? say(lang, "已停用", "disabled") : ""});
  }
  return table({say(lang, "登录名", "login"), say(lang, "姓名", "name"), say(lang, "机构", "unit"),
                say(lang, "角色", "roles"), ""},
               rows);
}

std::string show_tokens(const Json& json, Lang lang) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& t : json["items"].items()) {
    rows.push_back({t.str("id"), t.str("login"), t.str("label"), joined(t["scopes"], lang),
                    when(t["expires"]), t.has("revoked") ? say(lang, "已撤销", "revoked") : ""});
  }
  return table({say(lang, "标识", "id"), say(lang, "用户", "person"), say(lang, "用途", "label"),
                say(lang, "权限", "scopes"), say(lang, "到期", "expires"), ""},
               rows);
}

Result<Json> contacts_of(const Args& args) {
  Json contacts = Json::array();
  for (const auto& text : args.all("--contact")) {
    const auto parts = split(text, ':');
    if (parts.size() != 4) {
      return fail_bi(Code::kInvalid, "write DUTY:NAME:PHONE:EMAIL", "请写成 职责:姓名:电话:邮箱",
                     "--contact");
    }
    contacts.push(Json::object({{"duty", std::string(parts[0])},
                                {"name", std::string(parts[1])},
                                {"phone", std::string(parts[2])},
                                {"email", std::string(parts[3])}}));
  }
  return contacts;
}

std::string show_contacts(const Json& o, Lang lang) {
  std::string out = show_unit(o, lang);
  for (const auto& c : o["contacts"].items()) {
    out += "  " + word(c["duty"], lang) + "  " + c.str("name") + "  " + c.str("phone") + "  " +
           c.str("email") + say(lang, "  自 ", "  since ") + when(c["since"]) + "\n";
  }
  return out;
}

void add_units(std::vector<Command>& all) {
  all.push_back(poster(
      {"org", "add"}, {"登记机构", "register an organisation"},
      {needed("--code", "CODE", "简短代码", "short code"),
       opt("--zh", "NAME", "中文名称", "Chinese name"),
       opt("--en", "NAME", "英文名称", "English name"),
       among(needed("--type", "TYPE", "单位类型", "type of organisation"),
             enum_names(model::OrganizationType{})),
       many("--province", "CODE", "省份代码", "province code"),
       opt("--superior", "ORG", "上级主管单位代码", "superior unit"),
       opt("--cii", "", "关键信息基础设施", "critical infrastructure"),
       opt("--party-gov", "", "党政机关", "party or government body"),
       many("--contact", "DUTY:NAME:PHONE:EMAIL", "联系人", "contact")},
      "/api/v1/organizations",
      [](const Args& args) -> Result<Json> {
        Json body =
            body_of(args, {{"--code", "code"}, {"--type", "type"}, {"--superior", "superior"}},
                    {{"--province", "provinces"}});
        body.set("title", Json::object({{"zh", args.str("--zh")}, {"en", args.str("--en")}}));
        if (args.has("--cii")) body.set("is_cii", true);
        if (args.has("--party-gov")) body.set("is_party_gov", true);
        if (args.has("--contact")) {
          TRY(Json contacts, contacts_of(args));
          body.set("contacts", std::move(contacts));
        }
        return body;
      },
      show_unit));
  auto contact = many("--contact", "DUTY:NAME:PHONE:EMAIL", "联系人（全部列出，替换原有）",
                      "a contact; give all of them, they replace the earlier ones");
  contact.required = true;
  all.push_back(hub_command(
      {"org", "contacts"}, {"变更联系人（第五条）", "change the contacts (article 5)"},
      {{"ORG", {"机构代码", "code of the organisation"}}}, {contact},
      [](HubClient& hub, const Args& args) -> Result<Json> {
        TRY(Json contacts, contacts_of(args));
        return hub.post("/api/v1/organizations/" + encoded(args.str("ORG")) + "/contacts",
                        Json::object({{"contacts", std::move(contacts)}}));
      },
      show_contacts));
  all.push_back(lister(
      {"org", "list"}, {"机构列表", "list organisations"}, "/api/v1/organizations",
      [](const Json& json, Lang lang) {
        std::vector<std::vector<std::string>> rows;
        for (const auto& o : json["items"].items())
          rows.push_back({o.str("code"), word(o["type"], lang), o["title"].str(side(lang))});
        return table(
            {say(lang, "代码", "code"), say(lang, "类型", "type"), say(lang, "名称", "name")},
            rows);
      }));
  all.push_back(poster(
      {"org", "delegate"}, {"委托专业机构（第七条）", "delegate an expert body (article 7)"},
      {needed("--body", "ORG", "专业机构", "expert body"), opt("--from", "TIME", "起", "from"),
       opt("--until", "TIME", "止", "until"), opt("--document", "TEXT", "文号", "document")},
      "/api/v1/delegations",
      [](const Args& args) -> Result<Json> {
        return body_of(args, {{"--body", "body"},
                              {"--from", "from"},
                              {"--until", "until"},
                              {"--document", "document"}});
      },
      show_unit));
}

Option acted_for() {
  return opt("--organization", "ORG", "代表的机构（默认首个机构）",
             "organisation acted for (left out: the person's first)");
}

/// People who act for several organisations.
void add_memberships(std::vector<Command>& all) {
  auto role =
      among(many("--role", "ROLE", "在该机构的角色", "role held there"), enum_names(model::Role{}));
  role.required = true;
  all.push_back(hub_command(
      {"user", "join"}, {"兼任：为另一机构行事", "let a person act for a further organisation"},
      {{"LOGIN", {"登录名", "login"}}},
      {needed("--organization", "ORG", "机构代码", "organisation"), role},
      [](HubClient& hub, const Args& args) {
        return hub.post("/api/v1/users/" + encoded(args.str("LOGIN")) + "/join",
                        body_of(args, {{"--organization", "organization"}}, {{"--role", "roles"}}));
      },
      show_person));
  all.push_back(hub_command(
      {"user", "leave"},
      {"解除兼任：为该机构行事的会话与令牌随即失效",
       "end that: the person's sessions and tokens for it end"},
      {{"LOGIN", {"登录名", "login"}}},
      {needed("--organization", "ORG", "机构代码", "organisation")},
      [](HubClient& hub, const Args& args) {
        return hub.post("/api/v1/users/" + encoded(args.str("LOGIN")) + "/leave",
                        body_of(args, {{"--organization", "organization"}}));
      },
      show_person));
  all.push_back(hub_command(
      {"user", "roles"},
      {"变更角色：收回角色时，在该机构的会话与令牌随即失效",
       "change roles: when one is taken away, the person's sessions and tokens there end"},
      {{"LOGIN", {"登录名", "login"}}}, {role, acted_for()},
      [](HubClient& hub, const Args& args) {
        return hub.post("/api/v1/users/" + encoded(args.str("LOGIN")) + "/roles",
                        body_of(args, {{"--organization", "organization"}}, {{"--role", "roles"}}));
      },
      show_person));
}

void add_people(std::vector<Command>& all) {
  all.push_back(poster(
      {"user", "add"}, {"新增用户", "add a person"},
      {needed("--login", "NAME", "登录名", "login"), opt("--name", "NAME", "姓名", "name"),
       needed("--org", "ORG", "机构代码", "organisation"),
       among(many("--role", "ROLE", "角色", "role"), enum_names(model::Role{}))},
      "/api/v1/users",
      [](const Args& args) -> Result<Json> {
        return body_of(args, {{"--login", "login"}, {"--name", "name"}, {"--org", "organization"}},
                       {{"--role", "roles"}});
      },
      show_person));
  all.push_back(hub_command(
      {"user", "invite"},
      {"邀请：本人据此设置密码或取得令牌（新增人员或忘记密码）",
       "invite a new person, or one who forgot the password, to choose one or get a token"},
      {{"LOGIN", {"登录名", "login"}}},
      {opt("--expires", "TIME", "到期（默认七天）", "end (left out: seven days)")},
      [](HubClient& hub, const Args& args) -> Result<Json> {
        TRY(Json made, hub.post("/api/v1/users/" + encoded(args.str("LOGIN")) + "/invitation",
                                body_of(args, {{"--expires", "expires"}})));
        made.set("hub", hub.url());
        return made;
      },
      show_invitation));
  all.push_back(lister({"user", "list"}, {"用户列表", "list people"}, "/api/v1/users", show_users));
  all.push_back(lister({"token", "list"},
                       {"令牌列表：本人的，运维与审计人员可见全部",
                        "list tokens: your own, all of them for those who run or audit"},
                       "/api/v1/tokens", show_tokens));
  all.push_back(hub_command(
      {"user", "disable"}, {"停用用户", "disable a person"}, {{"LOGIN", {"登录名", "login"}}}, {},
      [](HubClient& hub, const Args& args) {
        return hub.post("/api/v1/users/" + encoded(args.str("LOGIN")) + "/disable", Json::object());
      },
      show_person));
  all.push_back(poster(
      {"user", "train"}, {"登记认定人员培训（第七条）", "record a training (article 7)"},
      {needed("--login", "NAME", "登录名", "login"), needed("--topic", "TEXT", "内容", "topic"),
       opt("--until", "TIME", "有效期至", "valid until"), acted_for()},
      "/api/v1/trainings",
      [](const Args& args) -> Result<Json> {
        return body_of(args, {{"--login", "user"},
                              {"--topic", "topic"},
                              {"--until", "valid_until"},
                              {"--organization", "organization"}});
      },
      show_person));
  all.push_back(poster(
      {"token", "issue"}, {"签发令牌", "issue a token"},
      {opt("--user", "LOGIN", "用户（默认自己；他人的仅限执行点或来源）",
           "person (left out: yourself; another one's for a point or source only)"),
       opt("--label", "TEXT", "用途", "what for"),
       many("--scope", "SCOPE", "权限；默认全部", "scope; left out: all"),
       opt("--point", "POINT", "代表的执行点", "enforcement point it speaks for"), acted_for(),
       opt("--expires", "TIME", "到期", "expiry")},
      "/api/v1/tokens",
      [](const Args& args) -> Result<Json> {
        return body_of(args,
                       {{"--user", "user"},
                        {"--label", "label"},
                        {"--point", "point"},
                        {"--organization", "organization"},
                        {"--expires", "expires"}},
                       {{"--scope", "scopes"}});
      },
      show_secret));
  all.push_back(hub_command(
      {"token", "revoke"}, {"撤销令牌", "revoke a token"},
      {{"TOKEN_ID", {"令牌标识 tok_…", "id of the token, tok_…"}}}, {},
      [](HubClient& hub, const Args& args) {
        return hub.post("/api/v1/tokens/" + encoded(args.str("TOKEN_ID")) + "/revocation",
                        Json::object());
      },
      show_revoked));
}

void add_points(std::vector<Command>& all) {
  all.push_back(poster(
      {"point", "add"}, {"登记执行点", "register an enforcement point"},
      {needed("--code", "CODE", "代码", "code"), needed("--org", "ORG", "机构代码", "organisation"),
       among(needed("--kind", "KIND", "执行点类型", "kind of point"),
             enum_names(model::PointKind{})),
       opt("--address", "IP", "解析器地址", "address of the resolver"),
       opt("--port", "N", "端口", "port"), opt("--tsig", "", "生成 TSIG 密钥", "make a TSIG key")},
      "/api/v1/points",
      [](const Args& args) -> Result<Json> {
        Json body = body_of(args, {{"--code", "code"},
                                   {"--org", "organization"},
                                   {"--kind", "kind"},
                                   {"--address", "address"}});
        if (args.has("--port")) {
          TRY(const auto port, args.integer("--port"));
          body.set("port", port);
        }
        if (args.has("--tsig")) body.set("tsig", true);
        return body;
      },
      show_point));
  all.push_back(hub_command(
      {"point", "list"},
      {"执行点：应有与实际版本、滞后", "enforcement points: desired against actual, lag"}, {}, {},
      [](HubClient& hub, const Args&) { return hub.get("/api/v1/points"); },
      [](const Json& json, Lang lang) {
        std::vector<std::vector<std::string>> rows;
        std::string notes;
        for (const auto& s : json["items"].items()) {
          const std::string code = s["point"].str("code");
          const std::string note = s["note"].str(side(lang));
          if (!note.empty()) notes += code + say(lang, "：", ": ") + note + "\n";
          rows.push_back(
              {code, word(s["point"]["kind"], lang), std::to_string(s["wanted"].as_int()),
               std::to_string(s["point"]["acknowledged"].as_int()),
               std::to_string(s["behind"].as_int()), std::to_string(s["lag_ms"].as_int()) + " ms",
               std::to_string(s["entries"].as_int())});
        }
        return table({say(lang, "执行点", "point"), say(lang, "类型", "kind"),
                      say(lang, "应有版本", "wanted"), say(lang, "已有版本", "has"),
                      say(lang, "差", "behind"), say(lang, "滞后", "lag"),
                      say(lang, "条目", "entries")},
                     rows) +
               notes;
      }));
  Command config;
  config.path = {"point", "config"};
  config.summary = {"打印解析器的完整配置（unbound 或 bind）",
                    "print a complete configuration for the resolver (unbound or bind)"};
  config.positionals = {{"POINT", {"执行点代码", "code of the point"}}};
  config.options =
      with_hub({among(opt("--resolver", "PROGRAM", "解析器", "which resolver", "unbound"),
                      {"unbound", "bind"}),
                opt("--directory", "DIR", "可写目录", "directory it may write"),
                opt("--forwarder", "IP:PORT", "上游", "upstream")});
  config.run = [](const Args& args) {
    auto hub = HubClient::from(args);
    if (!hub) return report(args, hub.error());
    http::ClientRequest request;
    request.url = "/api/v1/points/" + encoded(args.str("POINT")) + "/configuration?";
    for (const char* name : {"resolver", "directory", "forwarder"}) {
      const std::string option = std::string("--") + name;
      if (args.has(option))
        request.url += std::string(name) + "=" + encoded(args.str(option)) + "&";
    }
    const auto answer = hub->raw(std::move(request));
    if (!answer) return report(args, answer.error());
    return print(args, Json::object({{"configuration", answer->body}}), answer->body);
  };
  all.push_back(std::move(config));
}

std::string next_line() {
  std::string line;
  std::getline(std::cin, line);
  return std::string(trim(line));
}

/// The token of a session, for whoever has a password.
Result<std::string> signed_in(const Args& args, const std::string& login,
                              const std::string& password) {
  HubClient hub(args.str("--hub"), "", args.str("--ca"));
  TRY(const Json issued,
      hub.post(
          "/api/v1/session",
          Json::object({{"login", login}, {"password", password}, {"code", args.str("--code")}})));
  return issued.str("secret");
}

/// Accepts an invitation: with a second line the person chooses a password, without gets a token.
Result<std::string> invited(const Args& args, const std::string& invitation,
                            const std::string& password) {
  HubClient hub(args.str("--hub"), invitation, args.str("--ca"));
  const Json wanted = password.empty() ? Json::object({{"label", "tocsin login"}})
                                       : Json::object({{"password", password}});
  const auto answer = hub.post("/api/v1/me/invitation", wanted);
  if (!answer && answer.error().code == Code::kUnauthenticated) {
    return fail_bi(Code::kUnauthenticated,
                   "the invitation is unknown, used up or over: ask the administrator for another",
                   "邀请无效、已使用或已过期：请向管理员另行索取", "--invitation", "W17-09");
  }
  TRY(const Json accepted, answer);
  if (password.empty()) return accepted.str("secret");
  return signed_in(args, accepted.str("login"), password);
}

Result<std::string> token_from(const Args& args) {
  const std::string secret = next_line();
  if (args.has("--invitation")) return invited(args, secret, next_line());
  if (args.has("--login")) return signed_in(args, args.str("--login"), secret);
  return secret;
}

Command login_command() {
  Command c;
  c.path = {"login"};
  c.summary = {"登录并保存（密码、令牌或邀请从标准输入读）",
               "sign in and remember it (password, token or invitation from standard input)"};
  c.description = {
      "第一行：令牌；给出 --login 时为密码；给出 --invitation "
      "时为邀请，其后可另起一行设置新密码，\n"
      "不设密码则换取本机使用的令牌。",
      "The first line is a token; with --login the password; with --invitation the invitation, "
      "and\n"
      "a second line, if there is one, becomes the new password. Without it the invitation is\n"
      "exchanged for a token."};
  c.options = {needed("--hub", "URL", "枢纽地址", "address of the hub"),
               opt("--login", "NAME", "登录名；不给则读入令牌", "login; left out: a token is read"),
               opt("--code", "CODE", "第二因素的验证码", "of the second factor"),
               opt("--invitation", "", "读入邀请，并据此设置密码或取得令牌",
                   "an invitation is read, and exchanged for a password or a token"),
               opt("--ca", "FILE", "枢纽证书的签发者", "issuer of the hub's certificate")};
  c.run = [](const Args& args) {
    const auto token = token_from(args);
    if (!token) return report(args, token.error());
    HubClient hub(args.str("--hub"), *token, args.str("--ca"));
    const auto me = hub.get("/api/v1/me");
    if (!me) return report(args, me.error());
    std::error_code ec;
    std::filesystem::create_directories(std::filesystem::path(login_file()).parent_path(), ec);
    const auto saved = write_file(
        login_file(), Json::object({{"hub", args.str("--hub")}, {"token", *token}}).dump(), 0600);
    if (!saved) return report(args, saved.error());
    return print(args, *me,
                 say(args.lang, "已登录：", "signed in: ") + (*me)["user"].str("login") + " @ " +
                     (*me)["organization"].str("code") + "\n");
  };
  return c;
}

/// The one acted for, and below it the others that could be.
std::string show_me(const Json& me, Lang lang) {
  std::string out = me["user"].str("login") + "  " + me["user"].str("name") + "  " +
                    me["organization"].str("code") + " (" +
                    me["organization"]["title"].str(side(lang)) + ")  " +
                    joined_words(me["user"]["roles"], lang) + "\n";
  for (const auto& s : me["sides"].items()) {
    if (s["current"].as_bool()) continue;
    out += say(lang, "  也可代表 ", "  also acts for ") + s.str("code") + " (" +
           s["title"].str(side(lang)) + ")  " + joined_words(s["roles"], lang) + "\n";
  }
  return out;
}

Command whoami_command() {
  return hub_command(
      {"whoami"}, {"我是谁：姓名、机构、角色", "who I am: name, organisation, roles"}, {}, {},
      [](HubClient& hub, const Args&) { return hub.get("/api/v1/me"); }, show_me);
}

Command act_for_command() {
  return hub_command(
      {"act-for"},
      {"切换本次登录所代表的机构", "act for another of your organisations in this session"},
      {{"ORG", {"机构代码", "code of the organisation"}}}, {},
      [](HubClient& hub, const Args& args) {
        return hub.post("/api/v1/session/organization",
                        Json::object({{"organization", args.str("ORG")}}));
      },
      show_me);
}

}  // namespace

void add_registry(std::vector<Command>& commands) {
  commands.push_back(login_command());
  commands.push_back(whoami_command());
  commands.push_back(act_for_command());
  add_units(commands);
  add_people(commands);
  add_memberships(commands);
  add_points(commands);
}

}  // namespace tocsin::cli
