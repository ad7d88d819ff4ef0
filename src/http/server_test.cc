#include "http/server.h"

#include <atomic>
#include <condition_variable>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/guarded.h"
#include "base/ids.h"
#include "http/raw_client.h"

namespace tocsin::http {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::RawClient;
using ::testing::StartsWith;

ServerOptions quick() {
  ServerOptions options;
  options.workers = 4;
  options.accept_grace = milliseconds(1);
  options.drain_deadline = milliseconds(2000);
  return options;
}

std::unique_ptr<Server> start(ServerOptions options, Handler handler) {
  auto server = Server::start(std::move(options), std::move(handler));
  EXPECT_TRUE(server) << (server ? "" : server.error().message);
  return std::move(*server);
}

/// A door that a test opens for handlers.
class Gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
  }
  void wait_for(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  int waiting_ = 0;
};

Response echo(Request& request) {
  auto body = request.body->read_all(1U << 20);
  if (!body) return problem(body.error(), request.request_id);
  return Response::text(std::string(name(request.method)) + " " + request.path + " " + *body);
}

std::string get(const std::string& path, const std::string& more = {}) {
  return "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + more + "\r\n";
}

/// Waits until something becomes true, at most five seconds.
template <typename Predicate>
bool soon(Predicate predicate) {
  for (int i = 0; i < 1000; ++i) {
    if (predicate()) return true;
    std::this_thread::sleep_for(milliseconds(5));
  }
  return false;
}

TEST(Server, KeepsAliveAndAnswersInOrder) {
  const auto server = start(quick(), echo);
  RawClient client(server->port());
  client.send(get("/a"));
  const std::string first = client.read_response();
  EXPECT_THAT(first, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(first, HasSubstr("\r\nDate: "));
  EXPECT_THAT(first, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
  EXPECT_THAT(first, Not(HasSubstr("Connection: close")));
  EXPECT_THAT(first, ::testing::EndsWith("GET /a "));
  const auto id = first.find("X-Request-Id: ") + 14;
  EXPECT_TRUE(is_id(first.substr(id, first.find('\r', id) - id), "req"));
  // Three at once, the middle one with a body: answered one after the other.
  client.send(get("/b") + "POST /c HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nxyz" +
              get("/d", "Connection: close\r\n"));
  EXPECT_THAT(client.read_response(), ::testing::EndsWith("GET /b "));
  EXPECT_THAT(client.read_response(), ::testing::EndsWith("POST /c xyz"));
  const std::string last = client.read_response();
  EXPECT_THAT(last, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(last, ::testing::EndsWith("GET /d "));
  EXPECT_TRUE(client.closed_by_peer());
  EXPECT_EQ(server->counters().requests, 4U);
}

TEST(Server, PipelineOfAThousand) {
  const auto server = start(quick(), echo);
  RawClient client(server->port());
  std::string all;
  for (int i = 0; i < 1000; ++i) all += get("/" + std::to_string(i));
  std::thread sender([&] { client.send(all); });
  for (int i = 0; i < 1000; ++i) {
    ASSERT_THAT(client.read_response(), ::testing::EndsWith("GET /" + std::to_string(i) + " "));
  }
  sender.join();
}

TEST(Server, HeadHasNoBodyAndHttp10Closes) {
  const auto server = start(quick(), echo);
  RawClient head(server->port());
  head.send("HEAD /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string answer = head.read_all();
  EXPECT_THAT(answer, HasSubstr("Content-Length: 8\r\n"));
  EXPECT_THAT(answer, ::testing::EndsWith("\r\n\r\n"));
  RawClient old(server->port());
  old.send("GET /o HTTP/1.0\r\n\r\n");
  EXPECT_THAT(old.read_all(), ::testing::EndsWith("GET /o "));
}

TEST(Server, ExpectsContinueOnlyWhenTheHandlerReads) {
  const auto server = start(quick(), [](Request& request) {
    if (request.path == "/refuse") {
      return problem({Code::kForbidden, "no", "不行", {}, {}}, request.request_id);
    }
    return echo(request);
  });
  const std::string rest =
      " HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";
  RawClient willing(server->port());
  willing.send("POST /take" + rest);
  EXPECT_EQ(willing.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  willing.send("ok");
  EXPECT_THAT(willing.read_response(), ::testing::EndsWith("POST /take ok"));
  RawClient refused(server->port());
  refused.send("POST /refuse" + rest);
  EXPECT_THAT(refused.read_all(), StartsWith("HTTP/1.1 403 Forbidden\r\n"));
}

TEST(Server, BadRequestsGetProblemsAndLoseTheConnection) {
  auto options = quick();
  options.header_limit_bytes = 1000;
  options.body_limit_bytes = 100;
  const auto server = start(options, echo);
  const auto answer = [&](const std::string& bytes) {
    RawClient client(server->port());
    client.send(bytes);
    return client.read_all();
  };
  EXPECT_THAT(answer("nonsense\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(answer(get("/" + std::string(2000, 'a'))), StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(answer("TEA / HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 501 "));
  EXPECT_THAT(answer(get("/%zz")), StartsWith("HTTP/1.1 400 "));
  // 413 comes before the body was sent, and although the client goes on sending.
  const std::string large =
      answer("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n" + std::string(101, 'x'));
  EXPECT_THAT(large, StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(large, HasSubstr("\"code\":\"too-large\""));
  EXPECT_THAT(large, HasSubstr("application/problem+json"));
  EXPECT_THAT(answer("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n"),
              StartsWith("HTTP/1.1 413 "));
}

TEST(Server, ExceptionsBecomeInternalProblems) {
  const auto server = start(quick(), [](Request&) -> Response { throw std::runtime_error("boo"); });
  RawClient client(server->port());
  client.send(get("/"));
  const std::string answer = client.read_response();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(answer, Not(HasSubstr("boo")));
}

TEST(Server, SlowHandlerSlowsTheUpload) {
  Gate gate;
  std::atomic<std::uint64_t> received{0};
  const auto server = start(quick(), [&](Request& request) {
    gate.pass();
    while (true) {
      auto piece = request.body->read_some();
      if (!piece) return problem(piece.error(), request.request_id);
      if (piece->empty()) break;
      received += piece->size();
    }
    return Response::text(std::to_string(received));
  });
  RawClient client(server->port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string piece = "10000\r\n" + std::string(0x10000, 'u') + "\r\n";
  // The handler does not read: the sender must get stuck after the socket buffers and our 256 KiB.
  std::string stream;
  for (int i = 0; i < 1024; ++i) stream += piece;  // 64 MiB
  const std::size_t limit = stream.size();
  std::size_t sent = 0;
  while (sent < limit) {
    const std::size_t n = client.send_until_stuck(std::string_view(stream).substr(sent), 1, 300);
    if (n == 0) break;
    sent += n;
  }
  EXPECT_LT(sent, 24U << 20);
  gate.open();
  EXPECT_TRUE(client.send(std::string_view(stream).substr(sent)));
  EXPECT_TRUE(client.send("0\r\n\r\n"));
  EXPECT_THAT(client.read_response(20'000), ::testing::EndsWith("\r\n\r\n67108864"));
}

TEST(Server, SlowReaderSlowsTheStream) {
  std::atomic<std::uint64_t> written{0};
  std::atomic<bool> gone{false};
  const auto server = start(quick(), [&](Request&) {
    Response response;
    response.stream = [&](BodyWriter& writer) {
      const std::string piece(50'000, 's');
      for (int i = 0; i < 2000; ++i) {
        if (!writer.write(piece)) {
          gone = true;
          return;
        }
        written += piece.size();
      }
    };
    return response;
  });
  {
    RawClient client(server->port(), 16 * 1024);
    client.send(get("/"));
    EXPECT_THAT(client.read_until("\r\n\r\n"), HasSubstr("Transfer-Encoding: chunked"));
    std::uint64_t before = 0;
    EXPECT_TRUE(soon([&] {
      const bool still = written == std::exchange(before, written.load());
      std::this_thread::sleep_for(milliseconds(100));
      return still && written > 0;
    }));
    EXPECT_LT(written, 24U << 20);
  }
  EXPECT_TRUE(soon([&] { return gone.load(); }));  // the client left: the writer hears of it
}

TEST(Server, StreamsChunksAndBreaksOffWhenTheProducerFails) {
  const auto server = start(quick(), [&](Request& request) {
    Response response;
    response.stream = [fail = request.path == "/fail"](BodyWriter& writer) {
      writer.write("hello ");
      if (fail) throw std::runtime_error("disk gone");
      writer.write("world");
    };
    return response;
  });
  RawClient good(server->port());
  good.send(get("/good"));
  EXPECT_THAT(good.read_until("0\r\n\r\n"), HasSubstr("6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n"));
  good.send(get("/good"));  // the connection goes on
  EXPECT_THAT(good.read_until("0\r\n\r\n"), HasSubstr("world"));
  RawClient bad(server->port());
  bad.send(get("/fail"));
  EXPECT_THAT(bad.read_all(), Not(HasSubstr("0\r\n\r\n")));
}

TEST(Server, BlockedHandlersDoNotBlockTheRest) {
  Gate gate;
  auto options = quick();
  options.workers = 2;
  options.queue_limit = 3;
  const auto server = start(options, [&](Request& request) {
    gate.pass();
    return echo(request);
  });
  std::vector<std::unique_ptr<RawClient>> waiting;
  const auto ask = [&] {
    waiting.push_back(std::make_unique<RawClient>(server->port()));
    waiting.back()->send(get("/w"));
  };
  ask();
  ask();
  gate.wait_for(2);
  for (int i = 0; i < 3; ++i) ask();  // fill the queue
  ASSERT_TRUE(soon([&] { return server->counters().requests == 5; }));
  RawClient refused(server->port());
  refused.send(get("/more"));
  const std::string answer = refused.read_response();  // the I/O thread is alive
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 429 "));
  EXPECT_THAT(answer, HasSubstr("Retry-After: 1\r\n"));
  EXPECT_EQ(server->counters().overloaded, 1U);
  gate.open();
  for (auto& client : waiting) EXPECT_THAT(client->read_response(), StartsWith("HTTP/1.1 200 "));
  refused.send(get("/again"));  // refused, but not cut off
  EXPECT_THAT(refused.read_response(), StartsWith("HTTP/1.1 200 "));
}

TEST(Server, TooManyConnectionsAreToldSo) {
  auto options = quick();
  options.connections_limit = 2;
  const auto server = start(options, echo);
  RawClient a(server->port());
  RawClient b(server->port());
  ASSERT_TRUE(soon([&] { return server->counters().open_connections == 2; }));
  RawClient c(server->port());
  const std::string answer = c.read_all();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(answer, HasSubstr("Retry-After"));
  a.send(get("/"));
  EXPECT_THAT(a.read_response(), StartsWith("HTTP/1.1 200 "));
}

TEST(Server, SlowSendersAreCut) {
  auto options = quick();
  options.request_timeout = milliseconds(200);
  options.idle_timeout = milliseconds(400);
  const auto server = start(options, echo);
  RawClient silent(server->port());
  RawClient slowloris(server->port());
  RawClient body(server->port());
  RawClient idle(server->port());
  RawClient trickle(server->port());
  body.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n");
  idle.send(get("/"));
  EXPECT_THAT(idle.read_response(), StartsWith("HTTP/1.1 200 "));
  // A byte now and then does not help: the head has one time limit, the body a minimal rate.
  trickle.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n");
  slowloris.send("GET / HTTP/1.1\r\n");
  for (int i = 0; i < 20; ++i) {
    slowloris.send("a");
    trickle.send("b");
    std::this_thread::sleep_for(milliseconds(20));
  }
  EXPECT_THAT(slowloris.read_all(), StartsWith("HTTP/1.1 408 "));
  EXPECT_THAT(trickle.read_all(), StartsWith("HTTP/1.1 408 "));
  EXPECT_THAT(body.read_all(), StartsWith("HTTP/1.1 408 "));
  EXPECT_TRUE(silent.closed_by_peer());
  EXPECT_TRUE(idle.closed_by_peer());
}

TEST(Server, HandlerHearsThatTheBodyStopped) {
  auto options = quick();
  options.request_timeout = milliseconds(200);
  Guarded<std::string> heard;
  const auto server = start(options, [&](Request& request) {
    Result<std::string> piece = request.body->read_some();
    while (piece && !piece->empty()) piece = request.body->read_some();
    *heard.lock() = piece ? "complete" : name(piece.error().code);
    return piece ? Response::text("") : problem(piece.error(), request.request_id);
  });
  RawClient client(server->port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n" +
              std::string(100'000, 'x'));
  EXPECT_THAT(client.read_all(), StartsWith("HTTP/1.1 503 "));
  EXPECT_EQ(*heard.lock(), "unavailable");
}

TEST(Server, AddressTakenIsAnError) {
  const auto first = start(quick(), echo);
  auto options = quick();
  options.port = first->port();
  const auto second = Server::start(options, echo);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::kUnavailable);
  options.address = "not an address";
  EXPECT_EQ(Server::start(options, echo).error().code, Code::kInvalid);
}

/// Serves /events; what is published goes to all who listen.
struct Fan {
  Guarded<std::vector<std::shared_ptr<EventSink>>> sinks;
  Response operator()(Request&) {
    Response response;
    response.events = [this](std::shared_ptr<EventSink> sink) {
      sink->send("data: hello\n\n");
      sinks.lock()->push_back(std::move(sink));
    };
    return response;
  }
  int publish(const std::string& bytes) {
    int alive = 0;
    auto all = sinks.lock();
    for (const auto& sink : *all) alive += sink->send(bytes) ? 1 : 0;
    return alive;
  }
};

TEST(ServerEvents, FanOutWithoutWorkers) {
  Fan fan;
  auto options = quick();
  options.workers = 1;
  const auto server = start(options, [&](Request& request) { return fan(request); });
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 50; ++i) {
    clients.push_back(std::make_unique<RawClient>(server->port()));
    clients.back()->send(get("/events"));
  }
  for (auto& client : clients) {
    EXPECT_THAT(client->read_until("\r\n\r\n"), HasSubstr("Content-Type: text/event-stream"));
    EXPECT_THAT(client->read_until("\n\n\r\n"), HasSubstr("data: hello\n\n"));
  }
  EXPECT_EQ(server->counters().event_clients, 50U);
  EXPECT_EQ(fan.publish("data: news\n\n"), 50);
  for (auto& client : clients) {
    EXPECT_THAT(client->read_until("\n\n\r\n"), HasSubstr("data: news\n\n"));
  }
  clients.resize(20);  // thirty leave
  EXPECT_TRUE(soon([&] { return server->counters().event_clients == 20; }));
  EXPECT_EQ(fan.publish("data: more\n\n"), 20);
  fan.sinks.lock()->clear();  // no producer: the streams end properly
  EXPECT_THAT(clients[0]->read_all(), ::testing::EndsWith("0\r\n\r\n"));
}

TEST(ServerEvents, SlowClientIsCutAndTheOthersAreNot) {
  Fan fan;
  auto options = quick();
  options.event_queue_limit = 16;
  const auto server = start(options, [&](Request& request) { return fan(request); });
  RawClient slow(server->port(), 4096);
  slow.send(get("/events"));
  slow.read_until("\n\n\r\n");
  RawClient fast(server->port());
  fast.send(get("/events"));
  std::atomic<bool> reached{false};
  std::thread reader([&] { reached = fast.skip_until("data: end\n\n", 10'000); });
  ASSERT_TRUE(soon([&] { return server->counters().event_clients == 2; }));
  const std::string big = "data: " + std::string(64'000, 'e') + "\n\n";
  EXPECT_TRUE(soon([&] {
    fan.publish(big);
    return server->counters().event_clients == 1;
  }));
  EXPECT_EQ(fan.publish("data: end\n\n"), 1);
  reader.join();
  EXPECT_TRUE(reached);
}

TEST(ServerEvents, QuietStreamsGetHeartbeats) {
  Fan fan;
  auto options = quick();
  options.event_heartbeat = milliseconds(50);
  const auto server = start(options, [&](Request& request) { return fan(request); });
  RawClient client(server->port());
  client.send(get("/events"));
  client.read_until("hello\n\n\r\n");
  EXPECT_EQ(client.read_until("\n\n\r\n"), "3\r\n:\n\n\r\n");
  EXPECT_EQ(client.read_until("\n\n\r\n"), "3\r\n:\n\n\r\n");
}

TEST(ServerEvents, SinksOutliveTheServer) {
  Fan fan;
  auto server = start(quick(), [&](Request& request) { return fan(request); });
  RawClient client(server->port());
  client.send(get("/events"));
  client.read_until("hello\n\n\r\n");
  server.reset();
  EXPECT_EQ(fan.publish("data: late\n\n"), 0);
  EXPECT_TRUE(client.closed_by_peer());
}

TEST(ServerStop, LosesNoneOfAHundredInFlight) {
  auto options = quick();
  options.io_threads = 2;
  options.accept_grace = milliseconds(100);
  std::atomic<int> arrived{0};
  const auto server = start(options, [&](Request& request) {
    ++arrived;
    std::this_thread::sleep_for(milliseconds(20));  // work that takes a while: 4 workers, 500 ms
    return echo(request);
  });
  std::atomic<int> answered{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 100; ++i) {
    threads.emplace_back([&, i] {
      RawClient client(server->port());
      client.send(get("/" + std::to_string(i)));
      if (client.read_response(10'000).starts_with("HTTP/1.1 200 ")) ++answered;
    });
  }
  ASSERT_TRUE(soon([&] { return arrived > 10; }));
  ASSERT_TRUE(soon([&] { return server->counters().open_connections + arrived > 100; }));
  server->stop();
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(answered, 100);
  RawClient late(server->port());
  EXPECT_FALSE(late.connected());
}

TEST(ServerStop, BusyKeepAliveClientsAreToldAndLoseNothing) {
  auto options = quick();
  options.accept_grace = milliseconds(150);
  const auto server = start(options, echo);
  std::atomic<int> lost{0};
  std::atomic<int> answered{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&] {
      RawClient client(server->port());
      while (true) {
        client.send(get("/"));
        const std::string answer = client.read_response();
        if (!answer.starts_with("HTTP/1.1 200 ")) {
          ++lost;
          return;
        }
        ++answered;
        if (answer.find("Connection: close") != std::string::npos) return;
      }
    });
  }
  ASSERT_TRUE(soon([&] { return answered > 200; }));
  server->stop();
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(lost, 0);
}

TEST(ServerStop, DeadlineCutsThoseWhoHang) {
  auto options = quick();
  options.drain_deadline = milliseconds(300);
  std::atomic<bool> heard{false};
  const auto server = start(options, [&](Request& request) {
    while (true) {
      auto piece = request.body->read_some();
      if (piece && !piece->empty()) continue;
      heard = !piece;
      return Response::text("");
    }
  });
  RawClient client(server->port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n" +
              std::string(100'000, 'x'));
  RawClient idle(server->port());
  ASSERT_TRUE(soon([&] { return server->counters().requests == 1; }));
  const auto begin = std::chrono::steady_clock::now();
  server->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds(2000));
  EXPECT_TRUE(heard);
  EXPECT_EQ(server->counters().open_connections, 0U);
}

}  // namespace
}  // namespace tocsin::http
