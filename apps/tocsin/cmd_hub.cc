// `tocsin hub`: the server. `tocsin hub init`: the first account.
#include <csignal>
#include <iostream>
#include <optional>
#include <pthread.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "cli.h"
#include "connect.h"
#include "desk/registry.h"
#include "embed/console_archive.h"
#include "hub/folder_lock.h"
#include "hub/hub.h"
#include "show.h"
#include "store/collections.h"
#include "store/sqlite/sqlite_store.h"

namespace tocsin::cli {
namespace {

Result<std::uint16_t> port_of(const Args& args, const char* option) {
  TRY(const auto port, args.integer(option));
  if (port < 0 || port > 65535)
    return fail_bi(Code::kInvalid, "a port is 0 to 65535", "端口为 0 至 65535", option);
  return static_cast<std::uint16_t>(port);
}

/// A whole number of units, from one to ten years of them.
Result<std::chrono::hours> hours_of(const Args& args, const char* option, int unit) {
  TRY(const auto n, args.integer(option));
  if (n < 1 || n * unit > 10 * 366 * 24) {
    return fail_bi(Code::kInvalid, "must be at least 1 and at most ten years",
                   "须不小于 1 且不超过十年", option);
  }
  return std::chrono::hours(n * unit);
}

Result<delivery::CourierOptions> delivery_of(const Args& args) {
  delivery::CourierOptions o;
  o.smtp.url = args.str("--smtp");
  o.smtp.user = args.str("--smtp-user");
  o.smtp.from = args.str("--mail-from");
  o.smtp.ca_file = args.str("--smtp-ca");
  o.smtp.starttls = args.str("--smtp-tls") != "off";
  if (!o.smtp.url.empty() && o.smtp.from.find('@') == std::string::npos) {
    return fail_bi(Code::kInvalid, "mail needs the sender's address", "发送邮件须指定发件地址",
                   "--mail-from");
  }
  if (const auto& file = args.str("--smtp-password-file"); !file.empty()) {
    TRY(const auto password, read_file(file, 4096));
    o.smtp.password = trim(password);
  }
  o.ca_file = args.str("--webhook-ca");
  o.local_webhooks = args.has("--local-webhooks");
  TRY(const auto retry, args.integer("--delivery-retry"));
  if (retry < 1 || retry > 3600) {
    return fail_bi(Code::kInvalid, "1 to 3600 seconds", "1 至 3600 秒", "--delivery-retry");
  }
  o.first_retry = std::chrono::seconds(retry);
  return o;
}

Status read_sign_in(const Args& args, hub::HubOptions& o) {
  TRY(const auto idle, args.integer("--session-idle"));
  TRY(const auto lifetime, args.integer("--session-hours"));
  TRY(o.sign_ins_per_minute, args.integer("--sign-ins"));
  if (idle < 1 || idle > 24 * 60 || lifetime < 1 || lifetime > 7 * 24 ||
      o.sign_ins_per_minute < 1 || o.sign_ins_per_minute > 1000) {
    return fail_bi(Code::kInvalid,
                   "1 to 1440 minutes idle, 1 to 168 hours in all, 1 to 1000 sign-ins",
                   "闲置 1 至 1440 分钟、总时长 1 至 168 小时、登录尝试 1 至 1000 次",
                   "--session-idle, --session-hours, --sign-ins");
  }
  for (const auto& word : args.all("--second-factor")) {
    model::Role role{};
    if (!model::parse_enum(word, role)) {
      return fail_bi(Code::kInvalid, word + " is no role", word + " 不是角色", "--second-factor");
    }
    o.second_factor_roles.push_back(role);
  }
  o.sign_in.idle = std::chrono::minutes(idle);
  o.sign_in.lifetime = std::chrono::hours(lifetime);
  return {};
}

/// A hub may keep longer than the law asks, never shorter.
Status read_retention(const Args& args, hub::HubOptions& o) {
  const auto days = [&](const char* option) -> Result<std::chrono::hours> {
    if (!args.has(option)) return std::chrono::hours(0);
    return hours_of(args, option, 24);
  };
  TRY(o.keep_indicators, days("--keep-indicators"));
  TRY(o.keep_deliveries, days("--keep-deliveries"));
  return {};
}

/// Said at the start, and not when the first source is due.
Status read_sources(const Args& args, hub::HubOptions& o) {
  o.sources = args.str("--sources");
  o.sources_ca = args.str("--sources-ca");
  std::error_code ec;
  if (!o.sources.empty() && !std::filesystem::is_directory(o.sources, ec)) {
    return fail_bi(Code::kInvalid, o.sources.string() + " is no folder",
                   o.sources.string() + " 不是目录", "--sources");
  }
  if (!o.sources_ca.empty() && !std::filesystem::is_regular_file(o.sources_ca, ec)) {
    return fail_bi(Code::kInvalid, "there is no file " + o.sources_ca, "没有文件 " + o.sources_ca,
                   "--sources-ca");
  }
  return {};
}

Result<hub::HubOptions> options_of(const Args& args) {
  hub::HubOptions o;
  o.console = console_archive();
  TRY_STATUS(read_sign_in(args, o));
  o.data = args.str("--data");
  o.http.address = args.str("--address");
  TRY(o.http.port, port_of(args, "--port"));
  o.http.certificate_file = args.str("--tls-certificate");
  o.http.key_file = args.str("--tls-key");
  o.http.client_ca_file = args.str("--tls-client-ca");
  o.dns_address = args.str("--dns-address");
  TRY(o.dns_port, port_of(args, "--dns-port"));
  o.rules = args.str("--rules");
  o.guard = args.str("--guard");
  TRY_STATUS(read_sources(args, o));
  o.zones.canary = args.str("--canary");
  o.control = args.str("--control");
  TRY(const auto remember, hours_of(args, "--remember", 1));
  o.remember_answers = remember;
  TRY(const auto stale, hours_of(args, "--stale-feed", 24));
  o.stale_feed = stale;
  TRY(o.delivery, delivery_of(args));
  TRY(const auto delay, args.integer("--match-delay"));
  TRY(o.public_checks_per_minute, args.integer("--public-checks"));
  if (delay < 0 || delay > 86'400'000 || o.public_checks_per_minute < 1 ||
      o.public_checks_per_minute > 1'000'000) {
    return fail_bi(Code::kInvalid, "out of range", "超出范围", "--match-delay, --public-checks");
  }
  o.match_delay = std::chrono::milliseconds(delay);
  TRY(o.public_forms_per_hour, args.integer("--public-forms"));
  if (o.public_forms_per_hour < 1 || o.public_forms_per_hour > 1'000'000) {
    return fail_bi(Code::kInvalid, "out of range", "超出范围", "--public-forms");
  }
  o.public_site = args.str("--public-site") != "off";
  if (o.public_site && args.str("--public-site") != "on") {
    return fail_bi(Code::kInvalid, "--public-site is on or off", "--public-site 为 on 或 off",
                   "--public-site");
  }
  TRY(o.graph_fan_out, args.integer("--fan-out"));
  if (o.graph_fan_out < 1 || o.graph_fan_out > 100'000) {
    return fail_bi(Code::kInvalid, "1 to 100,000", "范围为 1 至 100000", "--fan-out");
  }
  TRY_STATUS(read_retention(args, o));
  const std::string& signing = args.str("--signing");
  if (signing == "sm2") {
    o.signing = crypto::Algorithm::kSm2;
  } else if (signing != "p256") {
    return fail_bi(Code::kInvalid, "--signing is p256 or sm2", "--signing 为 p256 或 sm2",
                   "--signing");
  }
  return o;
}

/// Blocks the signals in every thread and waits for one here: no handler, no race.
int wait_for_stop(const sigset_t& signals) {
  int signal = 0;
  sigwait(&signals, &signal);
  return signal;
}

/// From a hub that knows nobody else yet to its console and its first unit, for the administrator
/// with that login; docs/first-block.md goes on from there.
std::string next_steps(Lang lang, const std::string& url, const std::string& login) {
  return "  tocsin login --hub " + url +
         say(lang, "    # 输入 hub init 给出的令牌\n",
             "    # give it the token that hub init printed\n") +
         "  tocsin user invite " + login +
         say(lang, "    # 打开它给出的网址，凭邀请设置密码，进入控制台\n",
             "    # open the address that it prints and choose a password: the console\n") +
         "  tocsin org add --code miit --type miit --zh 工业和信息化部 --en MIIT\n"
         "  tocsin user add --login zhao --org miit --role reviewer\n"
         "  tocsin user invite zhao\n" +
         say(lang, "从空枢纽到首次屏蔽的全部命令：docs/first-block.zh-CN.md\n",
             "Every command from an empty hub to the first block: docs/first-block.md\n");
}

/// Whether the hub has no unit yet but the one of its administrator, whose login is given.
std::optional<std::string> only_administrator(store::Store& store) {
  const auto found = store.read([](store::ReadTx& tx) -> Result<std::string> {
    TRY(const auto units, store::scan<model::Organization>(tx, {}, 2));
    TRY(const auto people, store::scan<model::User>(tx, {}, 2));
    return units.size() == 1 && people.size() == 1 ? people[0].login : std::string();
  });
  if (!found || found->empty()) return std::nullopt;
  return *found;
}

int serve(const Args& args) {
  const auto options = options_of(args);
  if (!options) return report(args, options.error());
  if (!std::filesystem::exists(options->data / "tocsin.db")) {
    const std::string data = options->data.string();
    return report(args, Error{Code::kNotFound,
                              "there is no hub in " + data + ": run `tocsin hub init --data " +
                                  data + "` first",
                              data + " 中没有枢纽：请先运行 tocsin hub init --data " + data,
                              "--data",
                              {}});
  }
  const std::string& level = args.str("--log-level");
  log::configure(level == "debug"  ? log::Level::kDebug
                 : level == "warn" ? log::Level::kWarn
                                   : log::Level::kInfo,
                 args.str("--log") == "json" ? log::Format::kJson : log::Format::kText);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  const SystemClock clock;
  auto hub = hub::Hub::start(*options, clock);
  if (!hub) return report(args, hub.error());
  log::info("hub.started", {{"address", options->http.address},
                            {"port", std::to_string((*hub)->port())},
                            {"dns_port", std::to_string((*hub)->dns_port())},
                            {"data", options->data.string()}});
  if (isatty(STDERR_FILENO) == 1 && args.str("--log") != "json") {
    if (const auto login = only_administrator((*hub)->store())) {
      const std::string url = (options->http.certificate_file.empty() ? "http://" : "https://") +
                              options->http.address + ":" + std::to_string((*hub)->port());
      const std::string said = say(args.lang, "\n枢纽为空。下一步，在另一个终端：\n",
                                   "\nThe hub is empty. Next, in another terminal:\n") +
                               next_steps(args.lang, url, *login) + "\n";
      std::fprintf(stderr, "%s", said.c_str());
    }
  }
  const int signal = wait_for_stop(signals);
  log::info("hub.stopping", {{"signal", std::to_string(signal)}});
  (*hub)->stop();
  log::info("hub.stopped", {});
  return kOk;
}

int init(const Args& args) {
  const std::filesystem::path data = args.str("--data");
  std::error_code ec;
  std::filesystem::create_directories(data, ec);
  std::filesystem::permissions(data, std::filesystem::perms::owner_all, ec);
  const auto lock = hub::FolderLock::take(data);
  if (!lock) return report(args, lock.error());
  const SystemClock clock;
  IdSource ids(clock);
  auto store = store::open_sqlite(data / "tocsin.db", clock);
  if (!store) return report(args, store.error());
  auto rules = law::Library::load_embedded();
  if (!rules) return report(args, rules.error());
  const law::CurrentLibrary law(std::move(*rules));
  desk::Registry registry(**store, clock, ids, law);
  const auto token = registry.bootstrap(args.str("--login"));
  if (!token) return report(args, token.error());
  return print(args, model::to_json(*token),
               say(args.lang, "管理员令牌（只显示这一次）：\n",
                   "administrator's token (shown this once):\n") +
                   token->secret + "\n" + say(args.lang, "下一步：\n", "next:\n") +
                   "  tocsin hub --data " + data.string() +
                   say(args.lang, "\n然后在另一个终端：\n", "\nthen in another terminal:\n") +
                   next_steps(args.lang, "http://127.0.0.1:7710", args.str("--login")));
}

}  // namespace

void add_hub(std::vector<Command>& commands) {
  Command hub;
  hub.path = {"hub"};
  hub.summary = {"运行枢纽", "run the hub"};
  hub.description = {"默认只在本机环回地址监听；SIGTERM 会先处理完在途请求再停止。",
                     "Listens on loopback unless told otherwise; SIGTERM lets requests in flight "
                     "finish, then stops."};
  hub.options = {
      opt("--data", "DIR", "数据目录（数据库与密钥）", "data folder (database and keys)",
          "tocsin-data"),
      opt("--address", "IP", "HTTP 监听地址", "HTTP address", "127.0.0.1"),
      opt("--port", "N", "HTTP 端口，0 为任意", "HTTP port, 0 for any", "7710"),
      opt("--tls-certificate", "FILE", "TLS 证书链（PEM）", "TLS certificate chain (PEM)"),
      opt("--tls-key", "FILE", "TLS 私钥（PEM）", "TLS key (PEM)"),
      opt("--tls-client-ca", "FILE", "校验客户端证书的签发者", "issuer of client certificates"),
      opt("--dns-address", "IP", "策略区主服务器地址", "address of the policy-zone primary",
          "127.0.0.1"),
      opt("--dns-port", "N", "其端口，0 为任意", "its port, 0 for any", "7753"),
      opt("--rules", "DIR", "附加规则集目录", "folder of additional rule sets"),
      opt("--guard", "DIR", "防误伤名单目录（MISP 格式，可含 protected.txt）；默认 数据目录/guard",
          "folder of warning lists (MISP format) and protected.txt; left out: DATA/guard"),
      opt("--sources", "DIR", "来源文件所在目录（source add --kind file）",
          "folder below which files of sources lie (source add --kind file)"),
      opt("--sources-ca", "FILE", "来源所用 HTTPS 的信任签发者（PEM）；默认系统所信任者",
          "issuers trusted for sources by https (PEM); left out: the system's"),
      opt("--canary", "NAME", "金丝雀域名：始终屏蔽", "canary name: blocked in every version",
          "canary.tocsin.example"),
      opt("--control", "NAME", "对照域名：始终应可解析", "control name: must always resolve",
          "control.tocsin.example"),
      opt("--remember", "HOURS", "幂等键应答的保存时间（小时）",
          "how long answers under an idempotency key are remembered", "24"),
      opt("--stale-feed", "DAYS", "来源自标日期早于此天数即提示过时",
          "imports that date themselves further back are flagged", "7"),
      opt("--fan-out", "N", "关系多于此数的值在关联查询中只计数、不展开",
          "a value with more relations is counted and not expanded in the graph", "1000"),
      opt("--smtp", "URL", "邮件服务器：smtp://主机:端口 或 smtps://主机:端口",
          "mail server: smtp://host:port or smtps://host:port"),
      opt("--smtp-tls", "required|off", "smtp:// 是否必须 STARTTLS", "STARTTLS with smtp://",
          "required"),
      opt("--smtp-ca", "FILE", "信任的邮件服务器签发者（PEM）", "issuer of the mail server (PEM)"),
      opt("--smtp-user", "NAME", "邮件服务器用户名", "name at the mail server"),
      opt("--smtp-password-file", "FILE", "其密码所在文件", "file with its password"),
      opt("--mail-from", "ADDRESS", "发件地址", "address mail comes from"),
      opt("--webhook-ca", "FILE", "信任的 webhook 签发者（PEM）", "issuer of webhooks (PEM)"),
      opt("--local-webhooks", "", "允许向非公网地址投递 webhook（内网或测试）",
          "let webhooks go to addresses that are not public (intranets, tests)"),
      opt("--delivery-retry", "SECONDS", "投递失败后首次重试的间隔，其后每次加倍",
          "wait before the first retry of a delivery; doubled each time", "30"),
      opt("--keep-indicators", "DAYS", "指标终止后至少留存的天数；默认按法定底线，只能更长",
          "days for which ended indicators are kept at least; left out: the law's floor, which it "
          "can only lengthen"),
      opt("--keep-deliveries", "DAYS", "投递记录至少留存的天数；默认按法定底线，只能更长",
          "the same for deliveries"),
      opt("--match-delay", "MS", "变化后多久重建匹配快照（毫秒）",
          "from a change to the next match snapshot, in milliseconds", "5000"),
      opt("--public-checks", "N", "每个地址每分钟可作的免账号查询次数",
          "checks without an account that an address may make a minute", "60"),
      opt("--session-idle", "MINUTES", "浏览器会话闲置多久后失效（分钟）",
          "a browser's session ends when unused that long", "30"),
      opt("--session-hours", "HOURS", "登录会话的最长时间（小时）", "every session ends after that",
          "12"),
      opt("--sign-ins", "N", "每个地址、每个用户名每分钟可尝试登录的次数",
          "sign-ins that one address, and one name, may try a minute", "20"),
      many("--second-factor", "ROLE", "具有该角色者登录须使用第二因素",
           "whoever holds this role needs a second factor to sign in"),
      opt("--public-site", "on|off", "是否在 / 提供公众网站", "pages for everybody at /", "on"),
      opt("--public-forms", "N", "每个地址每小时可提交的举报与申诉数",
          "reports and appeals that an address may send an hour", "30"),
      opt("--signing", "p256|sm2", "新密钥的算法", "algorithm of new keys", "p256"),
      opt("--log", "text|json", "日志格式", "log format", "text"),
      opt("--log-level", "LEVEL", "debug info warn", "debug info warn", "info")};
  hub.examples = {{"tocsin hub init --data /var/lib/tocsin && tocsin hub --data /var/lib/tocsin",
                   {"建立并运行", "set up and run"}}};
  hub.run = serve;
  commands.push_back(std::move(hub));
  Command first;
  first.path = {"hub", "init"};
  first.summary = {"建立数据目录与首个管理员", "make the data folder and the first administrator"};
  first.options = {opt("--data", "DIR", "数据目录", "data folder", "tocsin-data"),
                   opt("--login", "NAME", "管理员登录名", "login of the administrator", "admin")};
  first.run = init;
  commands.push_back(std::move(first));
}

}  // namespace tocsin::cli
