// `tocsin story`: a hub with embedded storage, a real resolver, and one case played through.
#include <csignal>
#include <cstdio>
#include <pthread.h>

#include "base/clock_wait.h"
#include "base/file.h"
#include "base/log.h"
#include "cli.h"
#include "desk/registry.h"
#include "embed/console_archive.h"
#include "hub/hub.h"
#include "intake/importer.h"
#include "show.h"
#include "story/cast.h"
#include "story/play.h"
#include "story/resolvers.h"

namespace tocsin::cli {
namespace {

/// Everything that runs; members end in reverse order.
struct Running {
  std::filesystem::path folder;
  bool remove = false;
  std::unique_ptr<hub::Hub> hub;
  story::Child internet;
  story::Child resolver;
  std::uint16_t resolver_port = 0;
  std::string url;

  ~Running() {
    resolver.stop();
    internet.stop();
    if (hub) hub->stop();
    hub.reset();
    std::error_code ec;
    if (remove) std::filesystem::remove_all(folder, ec);
  }
};

/// This very program, wherever it lies.
std::string self() {
  std::error_code ec;
  return std::filesystem::read_symlink("/proc/self/exe", ec).string();
}

/// The command that starts the hub of a finished story on the ports that its logins and its
/// resolver's configuration have.
std::string again(const std::filesystem::path& folder) {
  const auto hub = folder / "hub";
  std::string command =
      self() + " hub --data " + hub.string() + " --guard " + (hub / "guard").string();
  const auto kept = read_file(folder / "story.json");
  const auto ports = Json::parse(kept ? *kept : "");
  if (!ports) return command;
  return command + " --port " + std::to_string((*ports)["port"].as_int()) + " --dns-port " +
         std::to_string((*ports)["dns_port"].as_int());
}

Result<std::filesystem::path> story_folder(const Args& args) {
  if (args.has("--data")) {
    std::error_code ec;
    std::filesystem::create_directories(args.str("--data"), ec);
    const auto folder = std::filesystem::absolute(args.str("--data"));
    if (std::filesystem::exists(folder / "hub" / "tocsin.db")) {
      const std::string command = again(folder);
      return fail_bi(Code::kConflict,
                     folder.string() + " holds a story already. Its hub starts again with\n  " +
                         command + "\nand a new story needs another folder",
                     folder.string() + " 已有一次演示的数据。再次启动其枢纽：\n  " + command +
                         "\n重新演示请另选目录",
                     "--data");
    }
    return folder;
  }
  std::string pattern = (std::filesystem::temp_directory_path() / "tocsin-story-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr)
    return fail(Code::kInternal, "cannot make a temporary folder");
  return std::filesystem::path(pattern);
}

Result<story::Cast> start_all(const Args& args, const Clock& clock, Running& run) {
  TRY(const auto internet_port, story::free_port());
  TRY(run.internet, story::start_internet(run.folder / "internet", internet_port));
  TRY(run.resolver_port, story::free_port());
  // Where a hub looks by itself, so that `tocsin hub --data` on this folder protects the same
  // names.
  std::filesystem::create_directories(run.folder / "hub" / "guard");
  TRY_STATUS(write_file(run.folder / "hub" / "guard" / "protected.txt",
                        "# organisations that must not be blocked\nbank.example\n"));
  hub::HubOptions options;
  options.console = console_archive();
  options.data = run.folder / "hub";
  TRY(const auto port, args.integer("--port"));
  options.http.port = static_cast<std::uint16_t>(port);
  TRY(run.hub, hub::Hub::start(options, clock));
  TRY_STATUS(write_file(
      run.folder / "story.json",
      Json::object({{"port", run.hub->port()}, {"dns_port", run.hub->dns_port()}}).dump()));
  run.url = "http://127.0.0.1:" + std::to_string(run.hub->port());
  TRY(const auto admin, run.hub->registry().bootstrap("admin"));
  TRY(auto cast, story::set_up(run.url, admin.secret, run.resolver_port, args.lang));
  // The hub serves a resolver's zones once it knows the resolver; then its configuration is whole.
  std::string configuration;
  const bool ready = wait_until(std::chrono::seconds(10), std::chrono::milliseconds(50), [&] {
    http::ClientRequest request;
    request.url =
        "/api/v1/points/op-a-resolver/configuration?resolver=unbound&forwarder=127.0.0.1:" +
        std::to_string(internet_port) + "&directory=" + encoded((run.folder / "resolver").string());
    const auto answer = cast.as("sun").raw(std::move(request));
    if (answer) configuration = answer->body;
    return answer && configuration.find("hot.op-a") != std::string::npos;
  });
  if (!ready) return fail(Code::kUnavailable, "the hub does not serve the operator's zones");
  TRY(run.resolver, story::start_unbound(run.folder / "resolver", configuration));
  const bool answers = wait_until(std::chrono::seconds(10), std::chrono::milliseconds(20), [&] {
    return story::answer_of(run.resolver_port, "control.tocsin.example") == "resolves" &&
           story::answer_of(run.resolver_port, "canary.tocsin.example") == "refused";
  });
  if (!answers) {
    return fail(Code::kUnavailable, "the resolver did not take the policy zone; see " +
                                        (run.folder / "resolver" / "unbound.log").string());
  }
  return cast;
}

/// Before anything is started: the story shows a block in a real resolver, and that needs a name.
Status check_feed(const Args& args) {
  if (!args.has("--feed")) return {};
  const std::string& file = args.str("--feed");
  if (!std::filesystem::exists(file)) {
    return fail_bi(Code::kNotFound, "there is no file " + file, "没有文件 " + file, "--feed");
  }
  constexpr std::size_t kLooked = 100'000;
  TRY(const auto bytes, read_file(file));
  TRY(const auto seen, intake::preview(bytes, file, std::nullopt, {}, kLooked));
  for (const auto& item : seen.items) {
    if (item.indicator.kind == model::IndicatorKind::kDomain) return {};
  }
  return fail_bi(
      Code::kNotFound,
      "there is no domain in " + file +
          ": the story blocks a name in a DNS resolver and asks the resolver for it, so "
          "its feed needs at least one domain (lines read: " +
          std::to_string(seen.counters.lines) +
          ", refused: " + std::to_string(seen.counters.refused) + ")",
      file +
          " 中没有域名：演示要在 DNS 解析器中屏蔽一个名字并向其查询，来源至少须含一个域名（"
          "数据行 " +
          std::to_string(seen.counters.lines) + "，拒绝 " + std::to_string(seen.counters.refused) +
          "）",
      "--feed");
}

Status save_logins(const Running& run, const story::Cast& cast) {
  std::filesystem::create_directories(run.folder / "logins");
  for (const auto& [login, token] : cast.tokens) {
    TRY_STATUS(write_file(run.folder / "logins" / (login + ".json"),
                          Json::object({{"hub", run.url}, {"token", token}}).dump(), 0600));
  }
  return {};
}

/// Everything that can be copied fits into 120 columns: long paths stand once, in two shell
/// functions.
void print_next(const Args& args, const Running& run, const story::Stage& stage) {
  const auto tell = [&](const char* zh, const char* en) {
    std::printf("\n%s\n", say(args.lang, zh, en).c_str());
  };
  tell("一切仍在运行。每人的令牌只在此显示一次：",
       "Everything is still running. Each person's token, shown this once:");
  std::vector<std::vector<std::string>> rows;
  for (const auto& [login, token] : stage.cast.tokens) {
    const auto& part = stage.cast.parts.at(login);
    rows.push_back({"  " + login, part.unit, part.title, part.role, token});
  }
  std::fputs(table({say(args.lang, "  登录名", "  login"), say(args.lang, "代码", "code"),
                    say(args.lang, "机构", "organisation"), say(args.lang, "角色", "role"),
                    say(args.lang, "令牌", "token")},
                   rows)
                 .c_str(),
             stdout);
  tell("控制台，用上面的登录名（admin 除外）：",
       "The console, with a login from above (not admin):");
  std::printf("  %s/console/   %s %s\n", run.url.c_str(),
              say(args.lang, "密码", "password").c_str(), stage.cast.password.c_str());
  tell("公众网站：", "The public site:");
  std::printf("  %s%s\n", run.url.c_str(), args.lang == Lang::kZh ? "/" : "/en/");
  tell("接着试试。在另一个终端里先输入这两行：",
       "Try next. In another terminal, first these two lines:");
  std::printf("  tocsin() { %s \"$@\"; }\n", self().c_str());
  std::printf("  as() { export TOCSIN_LOGIN=%s/$1.json; }\n", (run.folder / "logins").c_str());
  tell("然后：", "then:");
  const std::string show = "tocsin show " + stage.case_number + " --journal";
  const std::string lookup = "tocsin lookup '" + defang(stage.case_name) + "'";
  for (const std::string& command :
       {std::string("as zhao; tocsin duties"), std::string("tocsin cases"), show, lookup,
        std::string("as sun; tocsin point list"),
        std::string("tocsin law clock appeal_file --from 2026-02-13"),
        std::string("as shen; tocsin journal verify")}) {
    std::printf("  %s\n", command.c_str());
  }
  std::printf("  dig @127.0.0.1 -p %u %s\n", run.resolver_port, stage.case_name.c_str());
  std::printf("  curl -s %s/api/v1/openapi.json | head -c 400\n", run.url.c_str());
  tell("按 Ctrl-C 结束并清理。", "Ctrl-C ends and cleans up.");
  std::fflush(stdout);
}

int story_command(const Args& args) {
  log::configure(log::Level::kError, log::Format::kText);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  const auto usable = check_feed(args);
  if (!usable) return report(args, usable.error());
  const SystemClock clock;
  Running run;
  const auto folder = story_folder(args);
  if (!folder) return report(args, folder.error());
  run.folder = *folder;
  run.remove = !args.has("--data");
  auto cast = start_all(args, clock, run);
  if (!cast) return report(args, cast.error());
  const auto saved = save_logins(run, *cast);
  if (!saved) return report(args, saved.error());
  story::Stage stage{*cast, run.resolver_port, run.folder, args.str("--feed"), args.lang, {}, {}};
  std::printf("%s %s, DNS 127.0.0.1:%u, %s %s\n", say(args.lang, "枢纽", "hub").c_str(),
              run.url.c_str(), run.resolver_port, say(args.lang, "目录", "folder").c_str(),
              run.folder.c_str());
  const auto played = story::play(stage);
  if (!played) return report(args, played.error());
  std::printf("\n%s\n", say(args.lang, "屏蔽已验证，申诉成立后已验证解除。",
                            "The block was verified, and after the appeal its lift was verified.")
                            .c_str());
  if (args.has("--once")) return kOk;
  print_next(args, run, stage);
  int signal = 0;
  sigwait(&signals, &signal);
  const std::string kept = run.folder.string();
  std::printf("\n%s\n",
              (run.remove ? say(args.lang, "已结束：枢纽与解析器停止，临时目录已删除。",
                                "Ended: hub and resolver stopped, the temporary folder removed.")
                          : say(args.lang, "已结束：枢纽与解析器停止，数据保留在 ",
                                "Ended: hub and resolver stopped, the data stays in ") +
                                kept)
                  .c_str());
  std::fflush(stdout);
  return kOk;
}

}  // namespace

void add_story(std::vector<Command>& commands) {
  Command c;
  c.path = {"story"};
  c.summary = {
      "完整闭环演示：真实解析器，从来源到已验证的屏蔽与解除",
      "the whole loop on this machine: a real resolver, from a feed to a verified block and lift"};
  c.description = {"启动枢纽与真实 unbound，演一个案件；全部在本机环回地址，不访问任何外部网络。",
                   "Starts a hub and a real unbound and plays one case; all on loopback, nothing "
                   "leaves the machine."};
  c.options = {{.name = "--once",
                .value = "",
                .help = {"演完核对结果、清理并退出（成功为 0）",
                         "check the outcome, clean up and exit (0 when all went well)"}},
               {.name = "--feed",
                .value = "FILE",
                .help = {"用此文件代替自带来源", "use this feed instead of the built-in one"}},
               {.name = "--data",
                .value = "DIR",
                .help = {"保留数据的目录（默认临时目录，结束即删）",
                         "folder to keep (left out: a temporary one, removed at the end)"}},
               {.name = "--port",
                .value = "N",
                .help = {"HTTP 端口，0 为任意", "HTTP port, 0 for any"},
                .otherwise = "0"}};
  c.run = story_command;
  commands.push_back(std::move(c));
}

}  // namespace tocsin::cli
