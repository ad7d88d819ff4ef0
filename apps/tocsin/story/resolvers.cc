#include "story/resolvers.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "base/clock_wait.h"
#include "base/file.h"
#include "enforce/dns/net.h"
#include "enforce/dns/wire.h"

namespace tocsin::story {

namespace dns = enforce::dns;

Result<Child> Child::start(const std::vector<std::string>& command,
                           const std::filesystem::path& output) {
  const int out = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (out < 0) return fail(Code::kInternal, "cannot write " + output.string());
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) {
    ::close(out);
    return fail(Code::kInternal, "cannot start " + command.front());
  }
  if (pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent) ::_exit(127);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::setpgid(0, 0);  // Ctrl-C is for the story, which then ends its children in order
    ::dup2(out, STDOUT_FILENO);
    ::dup2(out, STDERR_FILENO);
    std::vector<char*> argv;
    for (const auto& word : command) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    ::execv(argv.front(), argv.data());
    ::_exit(127);
  }
  ::close(out);
  Child child;
  child.pid_ = pid;
  return child;
}

Child& Child::operator=(Child&& other) noexcept {
  if (this != &other) {
    stop();
    pid_ = other.pid_;
    other.pid_ = -1;
  }
  return *this;
}

bool Child::running() const { return pid_ > 0 && ::kill(pid_, 0) == 0; }

void Child::stop() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGTERM);
  const bool ended = wait_until(std::chrono::seconds(3), std::chrono::milliseconds(20),
                                [&] { return ::waitpid(pid_, nullptr, WNOHANG) == pid_; });
  if (!ended) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  pid_ = -1;
}

std::string find_program(const std::string& name) {
  for (const char* folder : {"/usr/sbin/", "/usr/bin/", "/usr/local/sbin/", "/usr/local/bin/"}) {
    const std::string path = folder + name;
    if (::access(path.c_str(), X_OK) == 0) return path;
  }
  return {};
}

Result<std::uint16_t> free_port() {
  for (int i = 0; i < 64; ++i) {
    TRY(const auto any, dns::Endpoint::make("127.0.0.1", 0));
    const auto tcp = dns::listen_tcp(any, 1);
    if (!tcp) continue;
    const auto local = dns::local_endpoint(*tcp);
    if (local && dns::bind_udp(*local)) return local->port();
  }
  return fail(Code::kUnavailable, "no free port on loopback");
}

Result<Child> start_unbound(const std::filesystem::path& folder, const std::string& configuration) {
  const std::string program = find_program("unbound");
  if (program.empty()) {
    return fail_bi(Code::kUnavailable, "unbound is not installed: run ./dev setup",
                   "未安装 unbound：请运行 ./dev setup");
  }
  std::error_code ec;
  std::filesystem::create_directories(folder, ec);
  TRY_STATUS(write_file(folder / "unbound.conf", configuration, 0600));
  return Child::start({program, "-d", "-p", "-c", (folder / "unbound.conf").string()},
                      folder / "unbound.log");
}

Result<Child> start_internet(const std::filesystem::path& folder, std::uint16_t port) {
  const std::string at = "127.0.0.1@" + std::to_string(port);
  return start_unbound(
      folder, "server:\n  interface: " + at +
                  "\n  access-control: 127.0.0.0/8 allow\n  username: \"\"\n  chroot: \"\"\n"
                  "  directory: \"" +
                  folder.string() +
                  "\"\n  pidfile: \"\"\n  use-syslog: no\n  logfile: \"\"\n"
                  "  module-config: \"iterator\"\n  num-threads: 1\n"
                  "  local-zone: \".\" redirect\n  local-data: \". 5 A 192.0.2.66\"\n"
                  "remote-control:\n  control-enable: no\n");
}

std::string answer_of(std::uint16_t port, const std::string& name) {
  const auto server = dns::Endpoint::make("127.0.0.1", port);
  const auto parsed = dns::Name::parse(name);
  if (!server || !parsed) return "silent";
  const auto socket = dns::connect_udp(*server, nullptr);
  if (!socket) return "silent";
  dns::Message query;
  query.id = 7;
  query.flags = dns::kFlagRd;
  query.questions.push_back({*parsed, dns::kTypeA, dns::kClassIn});
  const auto bytes = dns::encode(query);
  if (!bytes || ::send(socket->get(), bytes->data(), bytes->size(), MSG_NOSIGNAL) < 0)
    return "silent";
  pollfd wait{socket->get(), POLLIN, 0};
  if (::poll(&wait, 1, 1000) != 1) return "silent";
  char buffer[4096];
  const ssize_t got = ::recv(socket->get(), buffer, sizeof buffer, 0);
  if (got <= 0) return "silent";
  const auto answer = dns::decode({buffer, static_cast<std::size_t>(got)});
  if (!answer) return "silent";
  if (answer->rcode() == 3) return "refused";
  return answer->answers.empty() ? "silent" : "resolves";
}

}  // namespace tocsin::story
