// The only unit that includes Asio. It waits for readiness and time; Connection does the rest.
// There are no coroutines: GCC 12.2 destroys temporaries of co_await expressions twice.
#include "http/server.h"

#include <algorithm>
#include <condition_variable>
#include <future>
#include <mutex>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <unordered_set>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/log.h"
#include "http/connection.h"

namespace tocsin::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;
using Socket = asio::basic_stream_socket<tcp, asio::io_context::executor_type>;
using Acceptor = asio::basic_socket_acceptor<tcp, asio::io_context::executor_type>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>,
                                         asio::io_context::executor_type>;

constexpr std::size_t kRefusalsLimit = 64;  // beyond: closed without a word
constexpr int kAcceptsPerTurn = 64;
constexpr milliseconds kDrainQuiet{100};

SteadyTime steady_now() { return std::chrono::steady_clock::now(); }

/// A descriptor on its way from the acceptor to its shard.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

class Shard;

/// A socket, its connection, and the readiness events that were asked for.
class Slot final : public Waker, public std::enable_shared_from_this<Slot> {
 public:
  Slot(Shard& shard, ServerState& state, TlsContext* tls, Socket socket, std::string remote)
      : shard_(shard),
        socket_(std::move(socket)),
        connection_(state,
                    tls != nullptr ? tls->transport(socket_.native_handle())
                                   : plain_transport(socket_.native_handle()),
                    std::move(remote), *this, steady_now()) {}

  void wake() override;
  template <typename Step>
  void step(const Step& step);
  void run(bool readable, bool writable) {
    step([&] { connection_.run(readable, writable, steady_now()); });
  }
  void tick(SteadyTime now) {
    step([&] { connection_.tick(now); });
  }
  void refuse() {
    step([&] { connection_.refuse_overloaded(steady_now()); });
  }
  void close() {
    step([&] { connection_.close(); });
  }
  void close_if_quiet(SteadyTime now) {
    if (!connection_.idle_for(kDrainQuiet, now)) return;
    error_code ec;
    if (socket_.available(ec) == 0 || ec) close();
  }

 private:
  void update();
  void arm(Socket::wait_type type, bool& armed);

  Shard& shard_;
  Socket socket_;
  Connection connection_;
  bool read_armed_ = false;
  bool write_armed_ = false;
  bool removed_ = false;
  std::atomic<bool> woken_{false};
};

/// One I/O thread with its connections.
class Shard {
 public:
  Shard(ServerState& state, TlsContext* tls, std::function<void()> on_removed)
      : state_(state), tls_(tls), on_removed_(std::move(on_removed)), timer_(io_) {
    const ServerOptions& o = state.options;
    period_ = std::clamp(std::min({o.idle_timeout, o.request_timeout, o.event_heartbeat}) / 4,
                         milliseconds(10), milliseconds(500));
  }

  asio::io_context& io() { return io_; }

  void start() {
    schedule_tick();
    thread_ = std::thread([this] { io_.run(); });
  }

  void adopt(Descriptor descriptor, bool v6, std::string remote, bool refuse) {
    asio::post(io_, [this, d = std::move(descriptor), v6, remote = std::move(remote),
                     refuse]() mutable {
      Socket socket(io_);
      error_code ec;
      static_cast<void>(socket.assign(v6 ? tcp::v6() : tcp::v4(), d.release(), ec));
      if (ec) return on_removed_();
      auto slot = std::make_shared<Slot>(*this, state_, tls_, std::move(socket), std::move(remote));
      slots_.insert(slot);
      refuse ? slot->refuse() : slot->run(true, true);
    });
  }

  void remove(const std::shared_ptr<Slot>& slot) {
    slots_.erase(slot);
    on_removed_();
  }

  /// From now on quiet connections are closed.
  void drain() {
    asio::post(io_, [this] {
      draining_ = true;
      period_ = milliseconds(10);
      timer_.cancel();
    });
  }

  /// Closes every connection; returns when that is done.
  void cut() {
    std::promise<void> done;
    asio::post(io_, [&] {
      for (const auto& slot : snapshot()) slot->close();
      done.set_value();
    });
    done.get_future().wait();
  }

  void join() {
    io_.stop();
    if (thread_.joinable()) thread_.join();
  }

 private:
  std::vector<std::shared_ptr<Slot>> snapshot() const { return {slots_.begin(), slots_.end()}; }

  void schedule_tick() {
    timer_.expires_after(period_);
    // A cancelled wait means that the period changed; the io_context's end cancels by destruction.
    timer_.async_wait([this](error_code) {
      const SteadyTime now = steady_now();
      for (const auto& slot : snapshot()) {
        slot->tick(now);
        if (draining_) slot->close_if_quiet(now);
      }
      schedule_tick();
    });
  }

  ServerState& state_;
  TlsContext* tls_;
  std::function<void()> on_removed_;
  asio::io_context io_{1};
  Timer timer_;
  milliseconds period_;
  bool draining_ = false;
  std::unordered_set<std::shared_ptr<Slot>> slots_;
  std::thread thread_;
};

void Slot::wake() {
  if (woken_.exchange(true)) return;
  asio::post(shard_.io(), [self = shared_from_this()] {
    self->woken_ = false;
    self->run(false, false);
  });
}

template <typename Step>
void Slot::step(const Step& step) {
  if (removed_) return;
  try {
    step();
  } catch (const std::exception& e) {  // out of memory, most likely: one client pays, not all
    log::error("http.connection", {{"why", e.what()}});
    connection_.close();
  }
  update();
}

void Slot::update() {
  if (connection_.closed()) {
    removed_ = true;
    error_code ignored;
    static_cast<void>(socket_.close(ignored));
    shard_.remove(shared_from_this());
    return;
  }
  const Connection::Interest interest = connection_.interest();
  if (interest.read) arm(Socket::wait_read, read_armed_);
  if (interest.write) arm(Socket::wait_write, write_armed_);
}

void Slot::arm(Socket::wait_type type, bool& armed) {
  if (armed) return;
  armed = true;
  socket_.async_wait(type, [self = shared_from_this(), type, &armed](error_code ec) {
    armed = false;
    if (!ec) self->run(type == Socket::wait_read, type == Socket::wait_write);
  });
}

class ServerImpl final : public Server {
 public:
  ServerImpl(ServerOptions options, Handler handler)
      : state_(std::move(options), clock_), handler_(std::move(handler)) {}
  ~ServerImpl() override { stop(); }

  Status open() {
    const ServerOptions& options = state_.options;
    if (!options.certificate_file.empty()) {
      TRY(tls_, TlsContext::create(options));
    }
    for (int i = 0; i < std::max(options.io_threads, 1); ++i) {
      shards_.push_back(std::make_unique<Shard>(state_, tls_.get(), [this] { removed(); }));
    }
    TRY_STATUS(listen());
    for (const auto& shard : shards_) shard->start();
    for (int i = 0; i < std::max(options.workers, 1); ++i) {
      workers_.emplace_back([this] {
        while (auto exchange = state_.jobs.pop()) (*exchange)->serve(handler_);
      });
    }
    wait_accept();
    return {};
  }

  std::uint16_t port() const override { return port_; }

  Counters counters() const override {
    return {state_.requests, state_.overloaded, state_.open_connections, state_.event_clients};
  }

  void stop() override;

 private:
  Status listen();
  void wait_accept();
  void accept_some(int limit);
  void removed();

  SystemClock clock_;
  ServerState state_;
  const Handler handler_;
  std::unique_ptr<TlsContext> tls_;
  std::vector<std::unique_ptr<Shard>> shards_;
  std::unique_ptr<Acceptor> acceptor_;  ///< on the first shard
  std::unique_ptr<Timer> accept_pause_;
  std::size_t next_shard_ = 0;
  bool v6_ = false;
  std::uint16_t port_ = 0;
  std::vector<std::thread> workers_;
  std::mutex mutex_;
  std::condition_variable emptied_;
  bool stopped_ = false;
};

Status ServerImpl::listen() {
  const ServerOptions& options = state_.options;
  error_code ec;
  const auto address = asio::ip::make_address(options.address, ec);
  if (ec) {
    return fail_bi(Code::kInvalid, "not a numeric address: " + options.address,
                   "不是数字形式的地址：" + options.address, "address");
  }
  const tcp::endpoint endpoint(address, options.port);
  v6_ = address.is_v6();
  acceptor_ = std::make_unique<Acceptor>(shards_[0]->io());
  accept_pause_ = std::make_unique<Timer>(shards_[0]->io());
  // Each step also returns the error that it stores.
  const bool listening = !acceptor_->open(endpoint.protocol(), ec) &&
                         !acceptor_->set_option(Acceptor::reuse_address(true), ec) &&
                         !acceptor_->bind(endpoint, ec) && !acceptor_->listen(1024, ec) &&
                         !acceptor_->non_blocking(true, ec);
  if (listening) port_ = acceptor_->local_endpoint(ec).port();
  if (ec) {
    const std::string place = options.address + " port " + std::to_string(options.port);
    return fail_bi(Code::kUnavailable, "cannot listen on " + place + ": " + ec.message(),
                   "无法监听 " + place, "port");
  }
  return {};
}

void ServerImpl::wait_accept() {
  acceptor_->async_wait(Acceptor::wait_read, [this](error_code ec) {
    if (ec) return;  // closed by stop()
    accept_some(kAcceptsPerTurn);
  });
}

void ServerImpl::accept_some(int limit) {
  for (int i = 0; i < limit; ++i) {
    tcp::endpoint peer;
    auto size = static_cast<socklen_t>(peer.capacity());
    const int fd =
        ::accept4(acceptor_->native_handle(), peer.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)) {
      // The listener stays readable: without a pause this thread would spin.
      log::warn("http.accept", {{"why", "out of descriptors or memory"}});
      accept_pause_->expires_after(milliseconds(100));
      accept_pause_->async_wait([this](error_code) {
        if (acceptor_->is_open()) wait_accept();
      });
      return;
    }
    if (fd < 0 && errno == EAGAIN) break;
    if (fd < 0) continue;  // that client gave up already
    Descriptor descriptor(fd);
    const std::uint64_t open = state_.open_connections;
    if (open >= state_.options.connections_limit + kRefusalsLimit) {
      ++state_.overloaded;
      continue;
    }
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    peer.resize(size);
    const std::string host = peer.address().to_string();
    std::string remote = (v6_ ? "[" + host + "]:" : host + ":") + std::to_string(peer.port());
    ++state_.open_connections;
    shards_[next_shard_++ % shards_.size()]->adopt(std::move(descriptor), v6_, std::move(remote),
                                                   open >= state_.options.connections_limit);
  }
  if (acceptor_->is_open()) wait_accept();
}

void ServerImpl::removed() {
  if (--state_.open_connections > 0 || !state_.draining) return;
  const std::lock_guard lock(mutex_);
  emptied_.notify_all();
}

void ServerImpl::stop() {
  if (std::exchange(stopped_, true)) return;
  const auto deadline = steady_now() + state_.options.drain_deadline;
  // 1. Lame duck: answers say `Connection: close`, new connections are still taken.
  state_.draining = true;
  if (acceptor_ && !workers_.empty()) {
    std::this_thread::sleep_for(
        std::min(state_.options.accept_grace, state_.options.drain_deadline / 2));
    // 2. Whoever got through the handshake is served; then nobody gets in.
    std::promise<void> done;
    asio::post(shards_[0]->io(), [&] {
      accept_some(static_cast<int>(state_.options.connections_limit));
      error_code ignored;
      acceptor_->close(ignored);  // NOLINT(bugprone-unused-return-value): the same as `ignored`
      done.set_value();
    });
    done.get_future().wait();
    // 3. Quiet connections are closed, busy ones may finish.
    for (const auto& shard : shards_) shard->drain();
    {
      std::unique_lock lock(mutex_);
      emptied_.wait_until(lock, deadline, [&] { return state_.open_connections == 0; });
    }
    // 4. The rest is cut; that also wakes workers that wait for a client.
    if (const std::uint64_t left = state_.open_connections; left > 0) {
      log::warn("http.cut-at-stop", {{"connections", std::to_string(left)}});
    }
    for (const auto& shard : shards_) shard->cut();
  }
  state_.jobs.close();
  for (auto& worker : workers_) worker.join();
  for (const auto& shard : shards_) shard->join();
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, Handler handler) {
  auto server = std::make_unique<ServerImpl>(std::move(options), std::move(handler));
  TRY_STATUS(server->open());
  return server;
}

}  // namespace tocsin::http
