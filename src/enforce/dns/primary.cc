#include "enforce/dns/primary.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <list>
#include <mutex>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <set>
#include <thread>

#include "base/log.h"
#include "enforce/dns/net.h"
#include "enforce/dns/notifier.h"
#include "enforce/dns/responder.h"

namespace tocsin::enforce::dns {
namespace {

using std::chrono::milliseconds;

tl::unexpected<Error> bad_option(std::string en, std::string zh, std::string field) {
  return fail_bi(Code::kInvalid, std::move(en), std::move(zh), std::move(field));
}

bool is_wildcard(const Endpoint& at) { return at.address() == "0.0.0.0" || at.address() == "::"; }

Status check_options(const PrimaryOptions& options, const Endpoint& local) {
  if (is_wildcard(local)) {
    return bad_option(
        "the primary needs a definite address: resolvers compare it with allow-notify",
        "主服务器必须使用确定的地址：解析器会将其与 allow-notify 比对", "address");
  }
  std::set<std::string> keys;
  for (const TsigKey& key : options.keys) {
    if (key.secret.size() < 16) {
      return bad_option("TSIG secret of " + key.name.text() + " is under 16 bytes",
                        "TSIG 密钥 " + key.name.text() + " 少于 16 字节", "keys");
    }
    if (!keys.insert(key.name.lower().text()).second) {
      return bad_option("TSIG key " + key.name.text() + " is there twice",
                        "TSIG 密钥 " + key.name.text() + " 重复", "keys");
    }
  }
  std::set<std::string> names;
  for (const Secondary& secondary : options.secondaries) {
    if (!names.insert(secondary.name).second) {
      return bad_option("secondary " + secondary.name + " is there twice",
                        "从服务器 " + secondary.name + " 重复", "secondaries");
    }
    if (!secondary.key.empty() && !keys.contains(secondary.key)) {
      return bad_option("secondary " + secondary.name + " names an unknown TSIG key",
                        "从服务器 " + secondary.name + " 引用了未知的 TSIG 密钥", "secondaries");
    }
    if (secondary.notify.family() != local.family()) {
      return bad_option("secondary " + secondary.name + " has another address family",
                        "从服务器 " + secondary.name + " 的地址族不同", "secondaries");
    }
  }
  return {};
}

struct Sockets {
  Fd udp;
  Fd tcp;
  Endpoint local;
};

/// Both protocols on one port; a free one is tried a few times, as the other protocol may be taken.
Result<Sockets> open_sockets(const Endpoint& wanted) {
  constexpr int kTries = 16;
  constexpr int kBacklog = 128;
  for (int i = 0;; ++i) {
    Sockets out;
    TRY(out.tcp, listen_tcp(wanted, kBacklog));
    TRY(out.local, local_endpoint(out.tcp));
    auto udp = bind_udp(out.local);
    if (udp) {
      out.udp = std::move(*udp);
      return out;
    }
    if (wanted.port() != 0 || i + 1 == kTries) return tl::unexpected(udp.error());
  }
}

class PrimaryServer final : public Primary {
 public:
  PrimaryServer(PrimaryOptions options, Sockets sockets, Fd stop, const ZoneSource& zones,
                const Clock& clock)
      : options_(std::move(options)),
        sockets_(std::move(sockets)),
        stop_(std::move(stop)),
        clock_(clock),
        book_(options_.secondaries, options_.on_event),
        responder_(zones, book_, options_.keys, clock) {}

  ~PrimaryServer() override {
    set_event(stop_);
    notifier_.reset();
    if (udp_thread_.joinable()) udp_thread_.join();
    if (accept_thread_.joinable()) accept_thread_.join();  // joins its connections first
  }

  Status run(const ZoneSource& zones) {
    TRY(notifier_,
        Notifier::start(sockets_.local, zones, book_, options_.keys, clock_, options_.notify));
    udp_thread_ = std::thread([this] { serve_udp(); });
    accept_thread_ = std::thread([this] { serve_tcp(); });
    for (const std::string& zone : zones.zones()) notifier_->notify(zone);
    return {};
  }

  std::uint16_t port() const override { return sockets_.local.port(); }
  void notify(std::string_view zone) override { notifier_->notify(zone); }
  std::vector<PeerState> peers() const override { return book_.snapshot(); }
  Counters counters() const override {
    return {requests_, refused_, dropped_, transfers_, open_connections_};
  }

 private:
  struct Connection {
    Fd fd;
    Endpoint from;
    bool stranger = false;
    std::atomic<bool> done = false;
    std::thread thread;
  };

  Outcome decide(const Request& request) {
    ++requests_;
    Outcome out = responder_.handle(request);
    if (out.kind == Outcome::Kind::kDrop) ++dropped_;
    if (out.kind == Outcome::Kind::kReply && (get16(out.reply, 2) & 0x0fU) != kNoError) ++refused_;
    if (out.event) {
      if (out.event->kind == PeerEventKind::kAhead) {
        log::error("dns.secondary-ahead", {{"secondary", out.event->secondary},
                                           {"zone", out.event->zone},
                                           {"detail", out.event->detail}});
      }
      book_.record(*out.event);
    }
    return out;
  }

  void serve_udp() {
    std::array<char, kMessageLimitBytes> buffer{};
    constexpr milliseconds kForever{3'600'000};
    while (true) {
      const Wait wait = wait_for(sockets_.udp, POLLIN, &stop_, kForever);
      if (wait == Wait::kStopped) return;
      if (wait == Wait::kTimeout) continue;
      sockaddr_storage raw{};
      socklen_t size = sizeof raw;
      const ssize_t got = ::recvfrom(sockets_.udp.get(), buffer.data(), buffer.size(), 0,
                                     reinterpret_cast<sockaddr*>(&raw), &size);
      if (got < 0) continue;
      const Endpoint from = Endpoint::from(raw);
      const Outcome out = decide({{buffer.data(), static_cast<std::size_t>(got)}, from, false});
      if (out.kind != Outcome::Kind::kReply) continue;
      ::sendto(sockets_.udp.get(), out.reply.data(), out.reply.size(), MSG_NOSIGNAL, from.raw(),
               from.raw_size());
    }
  }

  void serve_tcp() {
    std::list<Connection> connections;
    const auto reap = [&](bool all) {
      for (auto it = connections.begin(); it != connections.end();) {
        if (!all && !it->done) {
          ++it;
          continue;
        }
        it->thread.join();
        it = connections.erase(it);
      }
      open_connections_ = connections.size();
    };
    constexpr milliseconds kReapEvery{1'000};
    while (true) {
      const Wait wait = wait_for(sockets_.tcp, POLLIN, &stop_, kReapEvery);
      if (wait == Wait::kStopped) break;
      reap(false);
      if (wait == Wait::kReady) accept_one(connections);
      open_connections_ = connections.size();
    }
    reap(true);
  }

  void accept_one(std::list<Connection>& connections) {
    sockaddr_storage raw{};
    socklen_t size = sizeof raw;
    Fd fd(::accept4(sockets_.tcp.get(), reinterpret_cast<sockaddr*>(&raw), &size,
                    SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!fd) {
      // Out of descriptors: the connection stays queued, and spinning on it would burn a core.
      if (errno == EMFILE || errno == ENFILE) wait_for(stop_, POLLIN, nullptr, milliseconds(100));
      return;
    }
    const Endpoint from = Endpoint::from(raw);
    const bool stranger = !book_.knows(from);
    int strangers = 0;
    int same = 0;
    for (const Connection& other : connections) {
      strangers += other.stranger ? 1 : 0;
      same += other.from.same_address(from) ? 1 : 0;
    }
    const bool full = static_cast<int>(connections.size()) >= options_.connections_limit ||
                      same >= options_.connections_per_address ||
                      (stranger && strangers >= options_.strangers_limit);
    if (full) {
      ++dropped_;
      return;
    }
    const int on = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    Connection& connection = connections.emplace_back();
    connection.fd = std::move(fd);
    connection.from = from;
    connection.stranger = stranger;
    connection.thread = std::thread([this, &connection] {
      serve_connection(connection);
      connection.fd.reset();
      connection.done = true;
    });
  }

  void serve_connection(Connection& connection) {
    const milliseconds patience =
        connection.stranger ? options_.stranger_timeout : options_.idle_timeout;
    constexpr int kRequestsPerConnection = 10'000;
    for (int i = 0; i < kRequestsPerConnection; ++i) {
      const auto head = receive_exactly(connection.fd, 2, &stop_, patience);
      if (!head) return;
      const std::size_t length = get16(*head, 0);
      if (length > options_.request_limit_bytes) {
        ++dropped_;
        return;
      }
      const auto bytes = receive_exactly(connection.fd, length, &stop_, patience);
      if (!bytes) return;
      Outcome out = decide({*bytes, connection.from, true});
      if (out.kind == Outcome::Kind::kDrop) return;
      if (out.kind == Outcome::Kind::kReply) {
        if (!write(connection, out.reply) || connection.stranger) return;
      } else if (!run_transfer(connection, *out.transfer)) {
        return;
      }
    }
  }

  Status write(Connection& connection, const std::string& message) {
    std::string framed;
    framed.reserve(message.size() + 2);
    put16(framed, static_cast<std::uint16_t>(message.size()));
    framed += message;
    return send_all(connection.fd, framed, &stop_, options_.write_timeout);
  }

  bool run_transfer(Connection& connection, Transfer& transfer) {
    const Status sent = transfer.send(
        clock_, [&](const std::string& message) { return write(connection, message); });
    const bool confirmed = sent && wait_confirmed(connection.fd, &stop_, options_.write_timeout);
    if (transfer.shape == Transfer::Shape::kCurrent) return confirmed;  // nothing was delivered
    PeerEvent event;
    event.kind = confirmed ? PeerEventKind::kDelivered : PeerEventKind::kTransferFailed;
    event.secondary = transfer.secondary;
    event.zone = transfer.view->apex().zone;
    event.serial = transfer.view->serial();
    event.at = clock_.now();
    event.detail = transfer.shape == Transfer::Shape::kIncremental ? "incremental" : "full";
    if (!confirmed) {
      event.detail = sent ? "the peer did not confirm the last bytes" : sent.error().message;
    }
    ++transfers_;
    book_.record(event);
    return confirmed;
  }

  const PrimaryOptions options_;
  const Sockets sockets_;
  const Fd stop_;
  const Clock& clock_;
  PeerBook book_;
  const Responder responder_;
  std::atomic<std::uint64_t> requests_ = 0;
  std::atomic<std::uint64_t> refused_ = 0;
  std::atomic<std::uint64_t> dropped_ = 0;
  std::atomic<std::uint64_t> transfers_ = 0;
  std::atomic<std::uint64_t> open_connections_ = 0;
  std::unique_ptr<Notifier> notifier_;
  std::thread udp_thread_;
  std::thread accept_thread_;
};

}  // namespace

Result<std::unique_ptr<Primary>> Primary::start(PrimaryOptions options, const ZoneSource& zones,
                                                const Clock& clock) {
  TRY(const Endpoint wanted, Endpoint::make(options.address, options.port));
  TRY_STATUS(check_options(options, wanted));
  TRY(Sockets sockets, open_sockets(wanted));
  TRY(Fd stop, make_event());
  auto out = std::make_unique<PrimaryServer>(std::move(options), std::move(sockets),
                                             std::move(stop), zones, clock);
  TRY_STATUS(out->run(zones));
  return out;
}

}  // namespace tocsin::enforce::dns
