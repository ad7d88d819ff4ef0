#include "enforce/dns/net.h"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

namespace tocsin::enforce::dns {
namespace {

using std::chrono::milliseconds;

tl::unexpected<Error> system_failure(std::string_view what, const Endpoint& at) {
  const int code = errno;
  return fail(Code::kUnavailable,
              fmt::format("{} {}: {}", what, at.text(), std::generic_category().message(code)));
}

const sockaddr_in& v4(const sockaddr_storage& raw) {
  return reinterpret_cast<const sockaddr_in&>(raw);
}
const sockaddr_in6& v6(const sockaddr_storage& raw) {
  return reinterpret_cast<const sockaddr_in6&>(raw);
}

Result<Fd> open_socket(const Endpoint& at, int type) {
  Fd fd(::socket(at.family(), type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return system_failure("cannot open a socket for", at);
  return fd;
}

/// Bytes the peer's kernel has not confirmed yet; -1 when unknown.
int unconfirmed(const Fd& fd) {
  int left = 0;
  return ::ioctl(fd.get(), SIOCOUTQ, &left) == 0 ? left : -1;
}

void set_option(const Fd& fd, int level, int option) {
  const int on = 1;
  ::setsockopt(fd.get(), level, option, &on, sizeof on);
}

Status bind_to(const Fd& fd, const Endpoint& local) {
  if (local.family() == AF_INET6) set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY);
  if (::bind(fd.get(), local.raw(), local.raw_size()) != 0) {
    return system_failure("cannot bind to", local);
  }
  return {};
}

}  // namespace

Result<Endpoint> Endpoint::make(std::string_view address, std::uint16_t port) {
  Endpoint out;
  const std::string text(address);
  auto& in4 = reinterpret_cast<sockaddr_in&>(out.raw_);
  auto& in6 = reinterpret_cast<sockaddr_in6&>(out.raw_);
  if (::inet_pton(AF_INET, text.c_str(), &in4.sin_addr) == 1) {
    in4.sin_family = AF_INET;
    in4.sin_port = htons(port);
    return out;
  }
  if (::inet_pton(AF_INET6, text.c_str(), &in6.sin6_addr) == 1) {
    in6.sin6_family = AF_INET6;
    in6.sin6_port = htons(port);
    return out;
  }
  return fail_bi(Code::kInvalid, "not a numeric IP address: " + text,
                 "不是数字形式的 IP 地址：" + text, "address");
}

Endpoint Endpoint::from(const sockaddr_storage& raw) {
  Endpoint out;
  out.raw_ = raw;
  if (raw.ss_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&v6(raw).sin6_addr)) {
    sockaddr_in plain{};
    plain.sin_family = AF_INET;
    plain.sin_port = v6(raw).sin6_port;
    std::memcpy(&plain.sin_addr, v6(raw).sin6_addr.s6_addr + 12, 4);
    out.raw_ = {};
    std::memcpy(&out.raw_, &plain, sizeof plain);
  }
  return out;
}

std::string Endpoint::address() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* bytes = family() == AF_INET6 ? static_cast<const void*>(&v6(raw_).sin6_addr)
                                           : static_cast<const void*>(&v4(raw_).sin_addr);
  if (::inet_ntop(family(), bytes, text.data(), text.size()) == nullptr) return {};
  return text.data();
}

std::uint16_t Endpoint::port() const {
  return ntohs(family() == AF_INET6 ? v6(raw_).sin6_port : v4(raw_).sin_port);
}

std::string Endpoint::text() const {
  return family() == AF_INET6 ? fmt::format("[{}]:{}", address(), port())
                              : fmt::format("{}:{}", address(), port());
}

Endpoint Endpoint::with_port(std::uint16_t port) const {
  Endpoint out = *this;
  if (family() == AF_INET6) {
    reinterpret_cast<sockaddr_in6&>(out.raw_).sin6_port = htons(port);
  } else {
    reinterpret_cast<sockaddr_in&>(out.raw_).sin_port = htons(port);
  }
  return out;
}

bool Endpoint::same_address(const Endpoint& other) const {
  if (family() != other.family()) return false;
  if (family() == AF_INET6) {
    return std::memcmp(&v6(raw_).sin6_addr, &v6(other.raw_).sin6_addr, 16) == 0;
  }
  return v4(raw_).sin_addr.s_addr == v4(other.raw_).sin_addr.s_addr;
}

socklen_t Endpoint::raw_size() const {
  return family() == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
}

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = other.release();
  }
  return *this;
}

int Fd::release() { return std::exchange(fd_, -1); }

void Fd::reset() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Result<Fd> bind_udp(const Endpoint& local) {
  TRY(Fd fd, open_socket(local, SOCK_DGRAM));
  TRY_STATUS(bind_to(fd, local));
  return fd;
}

Result<Fd> listen_tcp(const Endpoint& local, int backlog) {
  TRY(Fd fd, open_socket(local, SOCK_STREAM));
  set_option(fd, SOL_SOCKET, SO_REUSEADDR);
  TRY_STATUS(bind_to(fd, local));
  if (::listen(fd.get(), backlog) != 0) return system_failure("cannot listen on", local);
  return fd;
}

Result<Fd> connect_udp(const Endpoint& remote, const Endpoint* local) {
  TRY(Fd fd, open_socket(remote, SOCK_DGRAM));
  if (local != nullptr) TRY_STATUS(bind_to(fd, *local));
  if (::connect(fd.get(), remote.raw(), remote.raw_size()) != 0) {
    return system_failure("cannot reach", remote);
  }
  return fd;
}

Result<Fd> connect_tcp(const Endpoint& remote, milliseconds timeout) {
  TRY(Fd fd, open_socket(remote, SOCK_STREAM));
  if (::connect(fd.get(), remote.raw(), remote.raw_size()) == 0) return fd;
  if (errno != EINPROGRESS) return system_failure("cannot connect to", remote);
  if (wait_for(fd, POLLOUT, nullptr, timeout) != Wait::kReady) {
    errno = ETIMEDOUT;
    return system_failure("cannot connect to", remote);
  }
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) {
    errno = error;
    return system_failure("cannot connect to", remote);
  }
  return fd;
}

Result<Endpoint> local_endpoint(const Fd& fd) {
  sockaddr_storage raw{};
  socklen_t size = sizeof raw;
  if (::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&raw), &size) != 0) {
    return fail(Code::kInternal, "cannot read a socket's own address");
  }
  return Endpoint::from(raw);
}

Result<Fd> make_event() {
  Fd fd(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!fd) return fail(Code::kInternal, "cannot make an event descriptor");
  return fd;
}

void set_event(const Fd& event) { ::eventfd_write(event.get(), 1); }

void clear_event(const Fd& event) {
  eventfd_t ignored = 0;
  ::eventfd_read(event.get(), &ignored);
}

Wait wait_for(const Fd& fd, short events, const Fd* stop, milliseconds timeout) {
  using Monotonic = std::chrono::steady_clock;
  const auto until = Monotonic::now() + timeout;
  while (true) {
    std::array<pollfd, 2> fds = {pollfd{fd.get(), events, 0},
                                 pollfd{stop != nullptr ? stop->get() : -1, POLLIN, 0}};
    const auto left = std::chrono::ceil<milliseconds>(until - Monotonic::now()).count();
    const int ready = ::poll(fds.data(), fds.size(), static_cast<int>(std::max<long>(0, left)));
    if (ready < 0 && errno == EINTR) continue;
    if (fds[1].revents != 0) return Wait::kStopped;
    if (fds[0].revents != 0) return Wait::kReady;
    if (ready <= 0) return Wait::kTimeout;
  }
}

Status send_all(const Fd& fd, std::string_view bytes, const Fd* stop, milliseconds idle_timeout) {
  int queued = -1;
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
      queued = -1;
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return fail(Code::kUnavailable, "the peer closed the connection");
    const Wait wait = wait_for(fd, POLLOUT, stop, idle_timeout);
    if (wait == Wait::kStopped) return fail(Code::kUnavailable, "stopping");
    if (wait == Wait::kReady) continue;
    // The kernel reports room only when a third of its buffer is free: over a thin line that takes
    // longer than any sensible timeout although bytes move.
    const int left = unconfirmed(fd);
    if (left < 0 || (queued >= 0 && left >= queued)) {
      return fail(Code::kUnavailable, "the peer stopped reading");
    }
    queued = left;
  }
  return {};
}

Result<std::string> receive_exactly(const Fd& fd, std::size_t size, const Fd* stop,
                                    milliseconds idle_timeout) {
  std::string out(size, '\0');
  for (std::size_t have = 0; have < size;) {
    const ssize_t got = ::recv(fd.get(), out.data() + have, size - have, 0);
    if (got > 0) {
      have += static_cast<std::size_t>(got);
      continue;
    }
    if (got == 0) {
      return fail(have == 0 ? Code::kNotFound : Code::kUnavailable, "the peer closed");
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return fail(Code::kUnavailable, "the connection broke");
    const Wait wait = wait_for(fd, POLLIN, stop, idle_timeout);
    if (wait == Wait::kStopped) return fail(Code::kUnavailable, "stopping");
    if (wait == Wait::kTimeout) return fail(Code::kUnavailable, "the peer was silent too long");
  }
  return out;
}

bool wait_confirmed(const Fd& fd, const Fd* stop, milliseconds idle_timeout) {
  constexpr milliseconds kStep{1};
  auto until = std::chrono::steady_clock::now() + idle_timeout;
  int before = unconfirmed(fd);
  while (true) {
    const int left = unconfirmed(fd);
    tcp_info info{};
    socklen_t size = sizeof info;
    if (::getsockopt(fd.get(), IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return false;
    // A reset empties the queue as well: then nothing was confirmed.
    if (left < 0 || info.tcpi_state == TCP_CLOSE) return false;
    if (left == 0) return true;
    const auto now = std::chrono::steady_clock::now();
    if (left < before) until = now + idle_timeout;
    before = left;
    if (now >= until) return false;
    // Waits on the stop event only: a readable socket would end the wait at once.
    if (stop != nullptr && wait_for(*stop, POLLIN, nullptr, kStep) == Wait::kReady) return false;
    if (stop == nullptr) ::poll(nullptr, 0, static_cast<int>(kStep.count()));
  }
}

}  // namespace tocsin::enforce::dns
