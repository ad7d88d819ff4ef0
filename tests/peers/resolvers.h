// Real resolvers on loopback high ports: unbound and BIND with the configuration Tocsin prints, and
// a second unbound that plays the internet. Names end in `.example` (unbound answers `.test`
// itself); nothing leaves the machine.
#pragma once

#include <map>
#include <memory>
#include <poll.h>
#include <string>

#include "enforce/dns/net.h"
#include "enforce/dns/resolver_config.h"
#include "enforce/dns/wire.h"
#include "process.h"

namespace tocsin::peers {

namespace dns = enforce::dns;

/// A port that is free for UDP and TCP on `address`.
inline std::uint16_t free_port(const std::string& address) {
  for (int i = 0; i < 64; ++i) {
    const auto tcp = dns::listen_tcp(*dns::Endpoint::make(address, 0), 1);
    if (!tcp) continue;
    const auto local = dns::local_endpoint(*tcp);
    if (dns::bind_udp(*local)) return local->port();
  }
  std::abort();
}

inline dns::Endpoint free_endpoint(const std::string& address) {
  return *dns::Endpoint::make(address, free_port(address));
}

/// One question over UDP; nothing on timeout.
inline std::optional<dns::Message> ask(
    const dns::Endpoint& server, const std::string& name, std::uint16_t type = dns::kTypeA,
    std::chrono::milliseconds timeout = std::chrono::seconds(2)) {
  static std::uint16_t id = 1;
  const auto socket = dns::connect_udp(server, nullptr);
  if (!socket) return std::nullopt;
  dns::Message query;
  query.id = ++id;
  query.flags = dns::kFlagRd;
  query.questions.push_back({*dns::Name::parse(name), type, dns::kClassIn});
  const std::string bytes = *dns::encode(query);
  if (::send(socket->get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0) return std::nullopt;
  if (dns::wait_for(*socket, POLLIN, nullptr, timeout) != dns::Wait::kReady) return std::nullopt;
  std::string buffer(65535, '\0');
  const ssize_t got = ::recv(socket->get(), buffer.data(), buffer.size(), 0);
  if (got <= 0) return std::nullopt;
  auto answer = dns::decode({buffer.data(), static_cast<std::size_t>(got)});
  if (!answer || answer->id != query.id) return std::nullopt;
  return std::move(*answer);
}

inline int rcode_of(const dns::Endpoint& server, const std::string& name) {
  const auto answer = ask(server, name);
  return answer ? answer->rcode() : -1;
}

/// The internet of the tests: every name of the given zones has one address.
class Internet {
 public:
  explicit Internet(const std::map<std::string, std::string>& zones)
      : at_(free_endpoint("127.0.0.53")) {
    std::string config =
        "server:\n  interface: " + at_.address() + "@" + std::to_string(at_.port()) +
        "\n  access-control: 127.0.0.0/8 allow\n  username: \"\"\n  chroot: \"\"\n  directory: \"" +
        folder_.path().string() +
        "\"\n  pidfile: \"\"\n  use-syslog: no\n  logfile: \"\"\n  module-config: \"iterator\"\n"
        "  num-threads: 1\n";
    for (const auto& [zone, address] : zones) {
      config += "  local-zone: \"" + zone + ".\" redirect\n  local-data: \"" + zone + ". 3600 A " +
                address + "\"\n";
    }
    config += "remote-control:\n  control-enable: no\n";
    write_text(folder_.path() / "unbound.conf", config);
    process_ = std::make_unique<Process>(
        std::vector<std::string>{find_program("unbound"), "-d", "-p", "-c",
                                 (folder_.path() / "unbound.conf").string()},
        folder_.path() / "log");
  }
  const dns::Endpoint& at() const { return at_; }

 private:
  TempFolder folder_;
  dns::Endpoint at_;
  std::unique_ptr<Process> process_;
};

/// Options that every resolver under test shares.
inline dns::ResolverOptions resolver_options(const std::string& address,
                                             const dns::Endpoint& primary,
                                             const dns::Endpoint& internet,
                                             const std::filesystem::path& folder) {
  dns::ResolverOptions options;
  options.primary = primary;
  options.listen = free_endpoint(address);
  options.clients = {"127.0.0.0/8"};
  options.transfer_source = address;
  options.forwarders = {internet};
  options.identity = "resolver-under-test";
  options.directory = folder.string();
  options.validate_dnssec = false;
  options.log_to_stderr = true;
  return options;
}

/// unbound with exactly the file that Tocsin prints.
class Unbound {
 public:
  Unbound(const dns::Endpoint& primary, std::vector<std::string> zones,
          const dns::Endpoint& internet, const std::string& address = "127.0.0.21")
      : options_(resolver_options(address, primary, internet, folder_.path())) {
    options_.zones = std::move(zones);
    write_text(config(), *dns::unbound_config(options_, control_socket()));
    start();
  }
  static bool installed() { return !find_program("unbound").empty(); }
  void start() {
    process_ = std::make_unique<Process>(
        std::vector<std::string>{find_program("unbound"), "-d", "-p", "-c", config()},
        folder_.path() / "log");
  }
  void stop() { process_->stop(); }
  Process& process() { return *process_; }
  const dns::Endpoint& at() const { return options_.listen; }
  std::string control_socket() const { return (folder_.path() / "ctl.sock").string(); }
  std::string config() const { return (folder_.path() / "unbound.conf").string(); }
  std::string log() const { return process_->output(); }
  const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  TempFolder folder_;
  dns::ResolverOptions options_;
  std::unique_ptr<Process> process_;
};

/// BIND with exactly the file that Tocsin prints.
class Named {
 public:
  Named(const dns::Endpoint& primary, std::vector<std::string> zones, const dns::Endpoint& internet,
        const std::optional<dns::TsigKey>& key, const std::string& address = "127.0.0.1")
      : options_(resolver_options(address, primary, internet, folder_.path())) {
    options_.zones = std::move(zones);
    const std::string file = (folder_.path() / "named.conf").string();
    write_text(file, *dns::named_config(options_, key));
    process_ = std::make_unique<Process>(
        std::vector<std::string>{find_program("named"), "-g", "-n", "1", "-c", file},
        folder_.path() / "log");
  }
  static bool installed() { return !find_program("named").empty(); }
  const dns::Endpoint& at() const { return options_.listen; }
  std::string log() const { return process_->output(); }
  const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  TempFolder folder_;
  dns::ResolverOptions options_;
  std::unique_ptr<Process> process_;
};

}  // namespace tocsin::peers
