// For tests: a TCP client that sends exactly the bytes it is told and shows what comes back.
#pragma once

#include <arpa/inet.h>
#include <chrono>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

#include "base/result.h"

namespace tocsin::http::testing {

class RawClient {
 public:
  explicit RawClient(std::uint16_t port, int receive_buffer_bytes = 0) {
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ASSERT(fd_ >= 0);
    if (receive_buffer_bytes > 0) {
      ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~RawClient() {
    if (fd_ >= 0) ::close(fd_);
  }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return connected_; }
  int fd() const { return fd_; }

  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }

  /// As much as can be sent until nothing moves for `quiet_ms`.
  std::size_t send_until_stuck(std::string_view piece, std::size_t limit, int quiet_ms) {
    std::size_t sent = 0;
    while (sent < limit) {
      pollfd wait{fd_, POLLOUT, 0};
      if (::poll(&wait, 1, quiet_ms) <= 0) break;
      const ssize_t n = ::send(fd_, piece.data(), piece.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (n <= 0) break;
      sent += static_cast<std::size_t>(n);
    }
    return sent;
  }

  /// Reads until `end` is in what came (returns all up to and including it), the peer closes, or
  /// time is up (returns what there is).
  std::string read_until(std::string_view end, int timeout_ms = 5000) {
    while (true) {
      if (const auto at = buffer_.find(end); at != std::string::npos) {
        std::string out = buffer_.substr(0, at + end.size());
        buffer_.erase(0, at + end.size());
        return out;
      }
      if (!more(timeout_ms)) return std::exchange(buffer_, {});
    }
  }

  /// Reads and forgets until `end` came.
  bool skip_until(std::string_view end, int timeout_ms = 5000) {
    while (buffer_.find(end) == std::string::npos) {
      if (buffer_.size() > end.size()) buffer_.erase(0, buffer_.size() - end.size());
      if (!more(timeout_ms)) return false;
    }
    return true;
  }

  std::string read_exactly(std::size_t size, int timeout_ms = 5000) {
    while (buffer_.size() < size && more(timeout_ms)) {
    }
    std::string out = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return out;
  }

  /// A response with Content-Length: head and body together.
  std::string read_response(int timeout_ms = 5000) {
    std::string head = read_until("\r\n\r\n", timeout_ms);
    const auto at = head.find("Content-Length: ");
    if (at == std::string::npos) return head;
    return head + read_exactly(std::stoul(head.substr(at + 16)), timeout_ms);
  }

  /// Everything until the peer closes.
  std::string read_all(int timeout_ms = 5000) {
    while (more(timeout_ms)) {
    }
    return std::exchange(buffer_, {});
  }

  /// True when the peer has closed (and nothing is left to read).
  bool closed_by_peer(int timeout_ms = 5000) {
    while (more(timeout_ms)) {
    }
    return eof_;
  }

 private:
  bool more(int timeout_ms) {
    pollfd wait{fd_, POLLIN, 0};
    if (::poll(&wait, 1, timeout_ms) <= 0) return false;
    char bytes[65536];
    const ssize_t n = ::recv(fd_, bytes, sizeof bytes, 0);
    if (n <= 0) {
      eof_ = true;
      return false;
    }
    buffer_.append(bytes, static_cast<std::size_t>(n));
    return true;
  }

  int fd_ = -1;
  bool connected_ = false;
  bool eof_ = false;
  std::string buffer_;
};

}  // namespace tocsin::http::testing
