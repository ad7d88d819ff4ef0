#include "http/transport.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/socket.h>
#include <sys/uio.h>

namespace tocsin::http {
namespace {

constexpr std::size_t kPiecesLimit = 16;

class PlainTransport final : public Transport {
 public:
  explicit PlainTransport(int fd) : fd_(fd) {}

  Outcome read(char* into, std::size_t size) override {
    const ssize_t n = ::recv(fd_, into, size, 0);
    if (n > 0) return {State::kOk, static_cast<std::size_t>(n)};
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return {State::kWantRead, 0};
    return {State::kClosed, 0};
  }

  Outcome write(const std::string_view* pieces, std::size_t count) override {
    std::array<iovec, kPiecesLimit> parts{};
    count = std::min(count, parts.size());
    for (std::size_t i = 0; i < count; ++i) {
      parts[i] = {const_cast<char*>(pieces[i].data()), pieces[i].size()};
    }
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = count;
    const ssize_t n = ::sendmsg(fd_, &message, MSG_NOSIGNAL);
    if (n >= 0) return {State::kOk, static_cast<std::size_t>(n)};
    if (errno == EAGAIN || errno == EINTR) return {State::kWantWrite, 0};
    return {State::kClosed, 0};
  }

  bool buffered() const override { return false; }
  void shutdown_write() override { ::shutdown(fd_, SHUT_WR); }
  std::shared_ptr<const ClientCertificate> certificate() const override { return nullptr; }

 private:
  const int fd_;
};

}  // namespace

std::unique_ptr<Transport> plain_transport(int fd) { return std::make_unique<PlainTransport>(fd); }

}  // namespace tocsin::http
