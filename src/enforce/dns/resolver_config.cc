#include "enforce/dns/resolver_config.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "base/text.h"
#include "enforce/dns/name.h"

namespace tocsin::enforce::dns {
namespace {

/// Nothing an operator typed may end a quoted string, a statement or a line.
Status check_text(const std::string& text, std::string_view field) {
  const bool fine = std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != '"' && c != '\\' && c != ';' && c != '{' &&
           c != '}' && c != '#' && c != 0x7f;
  });
  if (fine) return {};
  return fail_bi(Code::kInvalid, "characters that a configuration file cannot carry",
                 "包含配置文件不能承载的字符", std::string(field));
}

Status check(const ResolverOptions& options) {
  if (options.zones.empty()) {
    return fail_bi(Code::kInvalid, "no policy zone was named", "未指定策略区", "zones");
  }
  for (const std::string& zone : options.zones) {
    TRY_STATUS(check_text(zone, "zones"));
    TRY_STATUS(Name::parse(zone).map([](const Name&) {}));
  }
  for (const std::string& client : options.clients) {
    const std::string address = client.substr(0, client.find('/'));
    TRY_STATUS(Endpoint::make(address, 0).map([](const Endpoint&) {}));
    TRY_STATUS(check_text(client, "clients"));
  }
  TRY_STATUS(Endpoint::make(options.transfer_source, 0).map([](const Endpoint&) {}));
  TRY_STATUS(check_text(options.identity, "identity"));
  TRY_STATUS(check_text(options.directory, "directory"));
  TRY_STATUS(check_text(options.user, "user"));
  if (options.directory.empty() || options.directory.front() != '/') {
    return fail_bi(Code::kInvalid, "the directory must be absolute", "目录必须是绝对路径",
                   "directory");
  }
  return {};
}

bool is_loopback(const Endpoint& at) {
  const std::string address = at.address();
  return address.starts_with("127.") || address == "::1";
}

void unbound_zone(std::string& out, const ResolverOptions& options, const std::string& zone) {
  const auto to = std::back_inserter(out);
  fmt::format_to(to, "rpz:\n    name: \"{}.\"\n    primary: {}@{}\n    allow-notify: {}\n", zone,
                 options.primary.address(), options.primary.port(), options.primary.address());
  const bool persistent = std::find(options.persistent.begin(), options.persistent.end(), zone) !=
                          options.persistent.end();
  if (persistent) {
    out +=
        "    # Written anew in the worker after every update (over 1 s for a million names): only "
        "for\n"
        "    # a zone that changes rarely. It closes the unfiltered moment after a restart.\n";
    fmt::format_to(to, "    zonefile: \"{}/{}.zone\"\n", options.directory, zone);
  } else {
    out += "    # No zonefile: it would stall the resolver at every update.\n";
  }
  fmt::format_to(to, "    rpz-log: yes\n    rpz-log-name: \"{}\"\n", zone);
}

}  // namespace

Result<std::string> unbound_config(const ResolverOptions& options,
                                   const std::string& control_socket) {
  TRY_STATUS(check(options));
  TRY_STATUS(check_text(control_socket, "control_socket"));
  std::string out;
  const auto to = std::back_inserter(out);
  fmt::format_to(
      to,
      "# Policy zones of Tocsin for unbound 1.17 or later.\n"
      "# unbound has no TSIG: transfers are bound to addresses. Keep the path between it\n"
      "# and the primary private (own VLAN, tunnel), or put a TSIG-speaking secondary "
      "beside it.\n"
      "server:\n"
      "    directory: \"{}\"\n    chroot: \"\"\n    username: \"{}\"\n"
      "    pidfile: \"{}/unbound.pid\"\n",
      options.directory, options.user, options.directory);
  fmt::format_to(to, "    interface: {}@{}\n", options.listen.address(), options.listen.port());
  for (const std::string& client : options.clients) {
    fmt::format_to(to, "    access-control: {} allow\n", client);
  }
  out += "    # respip applies the policy zones; without it they load and do nothing.\n";
  fmt::format_to(to, "    module-config: \"respip {}iterator\"\n",
                 options.validate_dnssec ? "validator " : "");
  if (!options.identity.empty()) {
    fmt::format_to(to, "    identity: \"{0}\"\n    nsid: \"ascii_{0}\"\n", options.identity);
  }
  out +=
      "    hide-identity: no\n    ede: yes\n    extended-statistics: yes\n"
      "    # A lift is seen at once only if answers are not kept long.\n"
      "    cache-max-negative-ttl: 60\n";
  if (options.log_to_stderr) out += "    use-syslog: no\n    logfile: \"\"\n";
  const bool local = std::any_of(options.forwarders.begin(), options.forwarders.end(), is_loopback);
  if (local) out += "    do-not-query-localhost: no\n";
  fmt::format_to(to,
                 "remote-control:\n    control-enable: yes\n    control-interface: \"{}\"\n"
                 "    control-use-cert: no\n",
                 control_socket);
  if (!options.forwarders.empty()) {
    out += "forward-zone:\n    name: \".\"\n";
    for (const Endpoint& forwarder : options.forwarders) {
      fmt::format_to(to, "    forward-addr: {}@{}\n", forwarder.address(), forwarder.port());
    }
  }
  out += "# The first zone that matches decides.\n";
  for (const std::string& zone : options.zones) unbound_zone(out, options, zone);
  return out;
}

Result<std::string> named_config(const ResolverOptions& options,
                                 const std::optional<TsigKey>& key) {
  TRY_STATUS(check(options));
  std::string out = "// Policy zones of Tocsin for BIND 9.18 or later.\n";
  const auto to = std::back_inserter(out);
  std::string with_key;
  if (key) {
    const std::string key_name = key->name.lower().text();
    TRY_STATUS(check_text(key_name, "key"));
    with_key = fmt::format(" key \"{}\"", key_name);
    fmt::format_to(to, "key \"{}\" {{ algorithm {}; secret \"{}\"; }};\n", key_name,
                   name(key->algorithm), base64(key->secret));
  }
  const bool v6 = options.listen.family() == AF_INET6;
  fmt::format_to(
      to,
      "controls {{ }};\noptions {{\n  directory \"{0}\";\n  pid-file \"{0}/named.pid\";\n"
      "  session-keyfile \"{0}/session.key\";\n  managed-keys-directory \"{0}\";\n"
      "  listen-on{1} port {2} {{ {3}; }};\n  listen-on{4} {{ none; }};\n",
      options.directory, v6 ? "-v6" : "", options.listen.port(), options.listen.address(),
      v6 ? "" : "-v6");
  out += "  recursion yes;\n  allow-query { ";
  for (const std::string& client : options.clients) fmt::format_to(to, "{}; ", client);
  fmt::format_to(to, "}};\n  allow-transfer {{ none; }};\n  notify no;\n  dnssec-validation {};\n",
                 options.validate_dnssec ? "auto" : "no");
  if (!options.identity.empty()) {
    fmt::format_to(to, "  server-id \"{0}\";\n  hostname \"{0}\";\n", options.identity);
  }
  if (!options.forwarders.empty()) {
    out += "  forward only;\n  forwarders { ";
    for (const Endpoint& forwarder : options.forwarders) {
      fmt::format_to(to, "{} port {}; ", forwarder.address(), forwarder.port());
    }
    out += "};\n";
  }
  out +=
      "  // BIND would raise our refresh to five minutes, and ask for few serials a second.\n"
      "  min-refresh-time 5;\n  min-retry-time 5;\n  serial-query-rate 200;\n"
      "  max-ncache-ttl 60;\n"
      "  // The first zone that matches decides. A large zone is rebuilt after each change "
      "(seconds\n"
      "  // for a million names): new blocks belong into a small zone in front of it.\n"
      "  response-policy {\n";
  for (const std::string& zone : options.zones) {
    fmt::format_to(to, "    zone \"{}\" policy given log yes;\n", zone);
  }
  out += "  } qname-wait-recurse no min-update-interval 0 break-dnssec yes;\n};\n";
  const std::string notify = key ? with_key.substr(1) : options.primary.address();
  const std::string source =
      fmt::format("transfer-source{} {};", options.primary.family() == AF_INET6 ? "-v6" : "",
                  options.transfer_source);
  for (const std::string& zone : options.zones) {
    fmt::format_to(to,
                   "zone \"{0}\" {{\n  type secondary;\n  primaries {{ {1} port {2}{3}; }};\n"
                   "  {4}\n  file \"{0}.raw\";\n  masterfile-format raw;\n"
                   "  allow-query {{ none; }};\n  allow-notify {{ {5}; }};\n  request-ixfr yes;\n"
                   "  max-ixfr-ratio unlimited;\n}};\n",
                   zone, options.primary.address(), options.primary.port(), with_key, source,
                   notify);
  }
  return out;
}

}  // namespace tocsin::enforce::dns
