#include <algorithm>
#include <array>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "enforce/dns/probe.h"

namespace tocsin::enforce::dns {
namespace {

Result<Fd> connect_unix(const std::string& path) {
  sockaddr_un address{};
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    return fail(Code::kInvalid, "control socket path is empty or too long", "control_socket");
  }
  address.sun_family = AF_UNIX;
  std::copy(path.begin(), path.end(), address.sun_path);
  Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd ||
      ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return fail(Code::kUnavailable, "cannot reach the control socket " + path);
  }
  return fd;
}

/// Everything until the peer closes, at most a megabyte.
Result<std::string> read_to_end(const Fd& fd, std::chrono::milliseconds timeout) {
  constexpr std::size_t kLimit = 1U << 20;
  std::string out;
  std::array<char, 4096> buffer{};
  while (out.size() < kLimit) {
    if (wait_for(fd, POLLIN, nullptr, timeout) != Wait::kReady) break;
    const ssize_t got = ::recv(fd.get(), buffer.data(), buffer.size(), 0);
    if (got == 0) return out;
    if (got < 0) break;
    out.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return fail(Code::kUnavailable, "the resolver's control socket did not finish its answer");
}

}  // namespace

Result<std::uint32_t> loaded_serial(const Endpoint& resolver, std::string_view zone,
                                    std::chrono::milliseconds timeout, const Clock& clock) {
  TRY(const Name name, Name::parse(zone));
  const Exchange exchange = ask(resolver, {name, kTypeSoa, kClassIn}, timeout, 2, clock);
  if (exchange.answer) {
    for (const Rr& rr : exchange.answer->answers) {
      if (rr.type != kTypeSoa || !(rr.name == name)) continue;
      TRY(const Soa soa, soa_of(rr));
      return soa.serial;
    }
  }
  return fail(Code::kUnavailable, "the resolver does not tell the serial of " + name.text());
}

Result<std::uint32_t> loaded_serial_of_unbound(const std::string& control_socket,
                                               std::string_view zone,
                                               std::chrono::milliseconds timeout) {
  TRY(const Fd fd, connect_unix(control_socket));
  TRY_STATUS(send_all(fd, "UBCT1 list_auth_zones\n", nullptr, timeout));
  TRY(const std::string listing, read_to_end(fd, timeout));
  // Lines are `hot.tocsin.<tab>serial 42`, or `hot.tocsin.<tab>expired`.
  for (const std::string_view line : split(listing, '\n')) {
    const std::size_t tab = line.find('\t');
    if (tab == std::string_view::npos || !iequals(line.substr(0, tab), std::string(zone) + ".")) {
      continue;
    }
    constexpr std::string_view kWord = "serial ";
    const std::size_t at = line.find(kWord, tab);
    if (at == std::string_view::npos) break;
    const auto serial = to_int(trim(line.substr(at + kWord.size())));
    if (serial && *serial >= 0 && *serial <= 0xffffffffLL) {
      return static_cast<std::uint32_t>(*serial);
    }
  }
  return fail(Code::kUnavailable, "unbound has no serial for " + std::string(zone));
}

}  // namespace tocsin::enforce::dns
