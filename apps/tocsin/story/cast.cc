#include "story/cast.h"

#include "base/random.h"
#include "show.h"

namespace tocsin::story {
namespace {

struct Unit {
  const char* code;
  const char* type;
  const char* zh;
  const char* en;
  const char* province;
};

constexpr Unit kUnits[] = {
    {"miit", "miit", "工业和信息化部", "MIIT", ""},
    {"tca-51", "tca", "示例省通信管理局", "Provincial communications administration", "51"},
    {"cncert", "expert-body", "国家互联网应急中心（示例）", "CNCERT (example)", ""},
    {"cac", "cyberspace-authority", "网信部门（示例）", "Cyberspace administration (example)", ""},
    {"op-a", "operator", "示例基础电信企业", "Example operator", "51"},
    {"sec-co", "security-company", "示例安全企业", "Example security company", ""},
    {"public", "public", "社会公众", "The public", ""},
};

struct Person {
  const char* login;
  const char* name;
  const char* unit;
  std::vector<const char*> roles;
};

const std::vector<Person>& people() {
  static const std::vector<Person> all = {
      {"wang", "王（发现）", "sec-co", {"finder"}},
      {"li", "李（认定）", "cncert", {"identifier"}},
      {"zhou", "周（验证）", "cncert", {"verifier"}},
      {"zhao", "赵（审查）", "miit", {"reviewer"}},
      {"qian", "钱（审查）", "miit", {"reviewer"}},
      {"chen", "陈（申诉核查）", "miit", {"checker"}},
      {"sun", "孙（处置）", "op-a", {"executor"}},
      {"gao", "高（申诉人）", "public", {"finder"}},
      {"shen", "沈（审计）", "platform", {"auditor"}},
  };
  return all;
}

Json words(const std::vector<const char*>& list) {
  Json out = Json::array();
  for (const char* w : list) out.push(w);
  return out;
}

Status add_points(cli::HubClient& operator_client, std::uint16_t resolver_port) {
  TRY_STATUS(operator_client.post("/api/v1/points", Json::object({{"code", "op-a-resolver"},
                                                                  {"organization", "op-a"},
                                                                  {"kind", "dns-rpz"},
                                                                  {"address", "127.0.0.1"},
                                                                  {"port", resolver_port}})));
  TRY_STATUS(operator_client.post(
      "/api/v1/points",
      Json::object({{"code", "op-a-bouncer"}, {"organization", "op-a"}, {"kind", "decisions"}})));
  TRY_STATUS(operator_client.post(
      "/api/v1/points",
      Json::object({{"code", "op-a-text"}, {"organization", "op-a"}, {"kind", "text-list"}})));
  return {};
}

/// As each person does it: the invitation is accepted with a password, and a token comes with it.
Result<Json> accepted(cli::HubClient& admin, const std::string& hub, const std::string& login,
                      const std::string& password) {
  TRY(const Json invitation, admin.post("/api/v1/users/" + login + "/invitation", Json::object()));
  cli::HubClient invited(hub, invitation.str("secret"), "");
  return invited.post("/api/v1/me/invitation",
                      Json::object({{"password", password}, {"label", "story"}}));
}

}  // namespace

Result<Cast> set_up(const std::string& hub, const std::string& admin_token,
                    std::uint16_t resolver_port, Lang lang) {
  Cast cast;
  cast.password = random_secret(12);
  std::map<std::string, std::string> titles{{"platform", cli::say(lang, "平台", "the platform")}};
  cast.tokens["admin"] = admin_token;
  cast.parts["admin"] = {"platform", titles["platform"], cli::word("admin", lang)};
  cast.people.emplace("admin", cli::HubClient(hub, admin_token, ""));
  auto& admin = cast.as("admin");
  for (const auto& unit : kUnits) {
    Json body = Json::object({{"code", unit.code},
                              {"type", unit.type},
                              {"title", Json::object({{"zh", unit.zh}, {"en", unit.en}})}});
    if (*unit.province != '\0') body.set("provinces", words({unit.province}));
    TRY_STATUS(admin.post("/api/v1/organizations", body));
    titles[unit.code] = cli::say(lang, unit.zh, unit.en);
  }
  TRY_STATUS(accepted(admin, hub, "admin", cast.password));
  for (const auto& person : people()) {
    TRY_STATUS(admin.post("/api/v1/users", Json::object({{"login", person.login},
                                                         {"name", person.name},
                                                         {"organization", person.unit},
                                                         {"roles", words(person.roles)}})));
    TRY(const Json token, accepted(admin, hub, person.login, cast.password));
    cast.tokens[person.login] = token.str("secret");
    cast.parts[person.login] = {person.unit, titles[person.unit],
                                cli::joined_words(words(person.roles), lang)};
    cast.people.emplace(person.login, cli::HubClient(hub, token.str("secret"), ""));
  }
  TRY_STATUS(cast.as("zhao").post("/api/v1/delegations",
                                  Json::object({{"body", "cncert"}, {"document", "示例委托书"}})));
  TRY_STATUS(cast.as("zhao").post("/api/v1/trainings",
                                  Json::object({{"user", "li"}, {"topic", "威胁认定"}})));
  TRY_STATUS(add_points(cast.as("sun"), resolver_port));
  return cast;
}

}  // namespace tocsin::story
