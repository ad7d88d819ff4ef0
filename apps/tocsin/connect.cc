#include "connect.h"

#include <algorithm>
#include <cstdlib>

#include "base/file.h"

namespace tocsin::cli {
namespace {

constexpr const char* kDefaultHub = "http://127.0.0.1:7710";

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// The saved login, empty when nobody ever signed in. A file that was named and is not there, or
/// that says nothing, is a slip: which file, and what to do.
Result<Json> saved_login() {
  const std::string file = login_file();
  const auto again = [&](Code code, const std::string& en, const std::string& zh) {
    return fail_bi(
        code, "the login file " + file + " " + en + ": `tocsin login --hub URL` writes it",
        "登录文件 " + file + " " + zh + "：请运行 tocsin login --hub URL 重新生成", "TOCSIN_LOGIN");
  };
  const auto text = read_file(file);
  if (!text && text.error().code == Code::kNotFound) {
    if (environment("TOCSIN_LOGIN").empty()) return Json::object();
    return again(Code::kNotFound, "does not exist", "不存在");
  }
  if (!text) return again(Code::kInvalid, "cannot be read", "无法读取");
  const auto json = Json::parse(*text);
  if (!json || !json->is_object()) return again(Code::kInvalid, "is damaged", "已损坏");
  if (json->str("token").empty()) return again(Code::kInvalid, "has no token", "没有令牌");
  return *json;
}

}  // namespace

std::string login_file() {
  const std::string own = environment("TOCSIN_LOGIN");
  if (!own.empty()) return own;
  const std::string config = environment("XDG_CONFIG_HOME");
  return (config.empty() ? environment("HOME") + "/.config" : config) + "/tocsin/login.json";
}

std::vector<Option> hub_options() {
  return {{.name = "--hub",
           .value = "URL",
           .help = {"枢纽地址（或 TOCSIN_HUB，或已保存的登录）",
                    "address of the hub (or TOCSIN_HUB, or the saved login)"}},
          {.name = "--token",
           .value = "TOKEN",
           .help = {"令牌（或 TOCSIN_TOKEN）", "token (or TOCSIN_TOKEN)"}},
          {.name = "--ca",
           .value = "FILE",
           .help = {"枢纽证书的签发者（PEM）", "issuer of the hub's certificate (PEM)"}}};
}

std::vector<Option> with_hub(std::vector<Option> own) {
  for (auto& option : hub_options()) own.push_back(std::move(option));
  return own;
}

HubClient::HubClient(std::string url, std::string token, std::string ca_file)
    : url_(std::move(url)), token_(std::move(token)) {
  while (url_.ends_with('/')) url_.pop_back();
  http::ClientOptions options;
  options.ca_file = std::move(ca_file);
  options.timeout = std::chrono::milliseconds(0);
  client_ = std::make_unique<http::Client>(options);
}

Result<HubClient> HubClient::from(const Args& args) {
  std::string url = args.has("--hub") ? args.str("--hub") : environment("TOCSIN_HUB");
  std::string token = args.has("--token") ? args.str("--token") : environment("TOCSIN_TOKEN");
  if (url.empty() || token.empty()) {
    TRY(const Json saved, saved_login());
    if (url.empty()) url = saved.str("hub");
    if (token.empty()) token = saved.str("token");
  }
  if (url.empty()) url = kDefaultHub;
  const bool usable = (url.starts_with("http://") || url.starts_with("https://")) &&
                      url.find_first_not_of('/', url.find(':') + 1) != std::string::npos;
  if (!usable) {
    return fail_bi(Code::kInvalid, "'" + url + "' is no address of a hub: write http://HOST:PORT",
                   "“" + url + "”不是枢纽地址：请写成 http://主机:端口", "--hub");
  }
  return HubClient(std::move(url), std::move(token), args.str("--ca"));
}

Result<http::ClientResponse> HubClient::raw(http::ClientRequest request) {
  request.url = url_ + request.url;
  if (!token_.empty()) request.headers.emplace_back("Authorization", "Bearer " + token_);
  auto answer = client_->send(request);
  if (!answer) return tl::unexpected(unreached(answer.error()));
  if (answer->status >= 400) return tl::unexpected(explained(http::error_of(*answer)));
  return answer;
}

/// Nobody answered: another matter than a hub that answers that something else is unavailable.
Error HubClient::unreached(Error error) {
  if (error.code == Code::kUnavailable) {
    error.message += "; is the hub running (`tocsin hub`)? --hub or TOCSIN_HUB names another";
    error.message_zh += "；枢纽在运行吗（tocsin hub）？可用 --hub 或 TOCSIN_HUB 指定";
  }
  return error;
}

/// The errors of entering a hub, with the next command.
Error HubClient::explained(Error error) const {
  // A password or code that was wrong says so itself.
  if (error.code != Code::kUnauthenticated || error.field == "password" || error.field == "code") {
    return error;
  }
  const std::string login = "tocsin login --hub " + url_;
  if (token_.empty()) {
    return {Code::kUnauthenticated,
            "you are not signed in to " + url_ + ": run `" + login +
                "` and give it your token, or set TOCSIN_TOKEN",
            "尚未登录 " + url_ + "：请运行 " + login + " 并输入令牌，或设置 TOCSIN_TOKEN",
            {},
            error.rule};
  }
  error.field.clear();
  error.message += "; `" + login + "` saves another token";
  error.message_zh += "；可运行 " + login + " 换一个令牌";
  return error;
}

Result<Json> HubClient::call(http::Method method, const std::string& path, const Json& body) {
  http::ClientRequest request;
  request.method = method;
  request.url = path;
  if (!body.is_null()) {
    request.body = body.dump();
    request.headers.emplace_back("Content-Type", "application/json");
  }
  TRY(const auto answer, raw(std::move(request)));
  if (answer.body.empty()) return Json();
  return Json::parse(answer.body);
}

std::string encoded(std::string_view text) {
  constexpr std::string_view kSafe =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string out;
  for (const char c : text) {
    if (kSafe.find(c) != std::string_view::npos) {
      out.push_back(c);
    } else {
      out += "%" + hex(std::string_view(&c, 1));
    }
  }
  return out;
}

int with_answer(const Args& args, const std::function<Result<Json>(HubClient&)>& ask,
                const std::function<std::string(const Json&, Lang)>& show) {
  auto hub = HubClient::from(args);
  if (!hub) return report(args, hub.error());
  const auto answer = ask(*hub);
  if (!answer) return report(args, answer.error());
  return print(args, *answer, show(*answer, args.lang));
}

int print_items(const Args& args, const Json& json, const Show& show) {
  std::string known;
  bool wrong = false;
  for (const auto& item : json["items"].items()) {
    if (!item.has("error")) {
      known += show(item, args.lang);
      continue;
    }
    wrong = true;
    if (args.json) continue;  // it stands in the document
    report(args, {Code::kInvalid, item.str("error"), item.str("error_zh"), item.str("query"), {}});
  }
  print(args, json, known);
  return wrong ? kUsage : kOk;
}

Command hub_command(std::vector<std::string> path, Text summary,
                    std::vector<Positional> positionals, std::vector<Option> options, Ask ask,
                    Show show) {
  Command c;
  c.path = std::move(path);
  c.summary = std::move(summary);
  c.positionals = std::move(positionals);
  c.options = with_hub(std::move(options));
  c.run = [ask = std::move(ask), show = std::move(show)](const Args& args) {
    return with_answer(args, [&](HubClient& hub) { return ask(hub, args); }, show);
  };
  return c;
}

Result<Json> filled_page(HubClient& hub, const Args& args, const std::string& path) {
  constexpr std::int64_t kMostAtOnce = 1000;
  TRY(const auto wanted, args.integer("--limit"));
  Json items = Json::array();
  std::string after = args.str("--after");
  for (;;) {
    const auto left = wanted - static_cast<std::int64_t>(items.items().size());
    TRY(Json page, hub.get(path + "&after=" + encoded(after) +
                           "&limit=" + std::to_string(std::min(left, kMostAtOnce))));
    for (const auto& item : page["items"].items()) items.push(item);
    after = page.str("next");
    if (!after.empty() && static_cast<std::int64_t>(items.items().size()) < wanted) continue;
    page.set("items", std::move(items));
    return page;
  }
}

Json body_of(const Args& args, const std::vector<std::pair<const char*, const char*>>& texts,
             const std::vector<std::pair<const char*, const char*>>& lists) {
  Json body = Json::object();
  for (const auto& [option, member] : texts) {
    if (args.has(option)) body.set(member, args.str(option));
  }
  for (const auto& [option, member] : lists) {
    if (!args.has(option)) continue;
    Json list = Json::array();
    for (const auto& v : args.all(option)) list.push(v);
    body.set(member, std::move(list));
  }
  return body;
}

}  // namespace tocsin::cli
