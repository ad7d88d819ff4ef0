// The stage of the loop benchmark: people with tokens, a list that is long already, and a listener
// that notes when the hub tells its resolvers.
#pragma once

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <poll.h>
#include <thread>
#include <vector>

#include "../tests/peers/resolvers.h"
#include "http/client.h"
#include "machine.h"
#include "store/collections.h"
#include "store/sqlite/sqlite_store.h"

namespace tocsin::bench {

namespace dns = enforce::dns;

/// One person at the hub's interface, over one kept connection.
class Person {
 public:
  Person(std::string hub, std::string token) : hub_(std::move(hub)), token_(std::move(token)) {}
  Json post(const std::string& path, const Json& body) {
    return must(client_.json(http::Method::kPost, hub_ + path, body,
                             {{"Authorization", "Bearer " + token_}}),
                path);
  }

 private:
  const std::string hub_;
  const std::string token_;
  http::Client client_;
};

using Tokens = std::map<std::string, std::string>;

/// Authority, expert body, operator, finder and appellant, each with a person; two resolvers of the
/// operator: the real one and the listener.
inline Tokens set_up_people(const std::string& hub, const std::string& admin_token,
                            const dns::Endpoint& resolver, const dns::Endpoint& listener) {
  Person admin(hub, admin_token);
  const auto unit = [&](const char* code, const char* type) {
    Json body = Json::object(
        {{"code", code}, {"type", type}, {"title", Json::object({{"zh", code}, {"en", code}})}});
    admin.post("/api/v1/organizations", body);
  };
  Tokens tokens;
  const auto person = [&](const char* login, const char* organization, const char* role) {
    admin.post("/api/v1/users", Json::object({{"login", login},
                                              {"name", login},
                                              {"organization", organization},
                                              {"roles", Json::array({role})}}));
    const Json invitation =
        admin.post("/api/v1/users/" + std::string(login) + "/invitation", Json::object());
    Person invited(hub, invitation.str("secret"));
    tokens[login] =
        invited.post("/api/v1/me/invitation", Json::object({{"label", "bench"}})).str("secret");
  };
  unit("miit", "miit");
  unit("cert", "expert-body");
  unit("op-a", "operator");
  unit("sec-co", "security-company");
  unit("public", "public");
  person("finder", "sec-co", "finder");
  person("identifier", "cert", "identifier");
  person("reviewer", "miit", "reviewer");
  person("checker", "miit", "checker");
  person("executor", "op-a", "executor");
  person("owner", "public", "finder");
  Person reviewer(hub, tokens["reviewer"]);
  reviewer.post("/api/v1/delegations", Json::object({{"body", "cert"}, {"document", "order 1"}}));
  reviewer.post("/api/v1/trainings", Json::object({{"user", "identifier"}, {"topic", "all"}}));
  Person executor(hub, tokens["executor"]);
  const auto point = [&](const char* code, const dns::Endpoint& at) {
    executor.post("/api/v1/points", Json::object({{"code", code},
                                                  {"organization", "op-a"},
                                                  {"kind", "dns-rpz"},
                                                  {"address", at.address()},
                                                  {"port", at.port()}}));
  };
  point("resolver", resolver);
  point("listener", listener);
  return tokens;
}

inline std::string seeded_name(int i) { return "n" + std::to_string(i) + ".malware-host.example"; }

inline Status seed_entry(store::WriteTx& tx, IdSource& ids, const std::string& organization,
                         const std::string& name, Instant now) {
  model::ListEntry entry;
  entry.id = ids.make("lst");
  entry.indicator = {model::IndicatorKind::kDomain, name, name};
  entry.addressee = organization;
  entry.task = "tsk_seeded";
  entry.threat = "thr_seeded";
  entry.case_number = "seeded";
  entry.since = now;
  TRY(entry.listed, tx.append({"system:lists",
                               "",
                               "list.new",
                               entry.id,
                               entry.threat,
                               {"", "", "", "W17-08"},
                               {},
                               Json::object({{"indicator", entry.indicator.key()},
                                             {"addressee", entry.addressee},
                                             {"task", entry.task}})}));
  entry.version = entry.listed;
  TRY_STATUS(store::put(tx, entry));
  return store::put(tx, model::ListChange{model::list_version_key(entry.listed), entry.listed,
                                          model::ListOp::kNew, entry, now});
}

/// The documents and journal entries that the publisher would have made for `entries` decisions,
/// merged into the base zone and acknowledged by all resolvers of the operator.
inline void seed_list(const std::filesystem::path& database, const Clock& clock, int entries) {
  constexpr int kBatch = 4000;
  IdSource ids(clock);
  const auto store = must(store::open_sqlite(database, clock), "open");
  const auto operator_a = must(store->read([](store::ReadTx& tx) {
    return store::find_one<model::Organization>(tx, "code", "op-a");
  }),
                               "operator");
  for (int i = 0; i < entries; i += kBatch) {
    must(store->write([&](store::WriteTx& tx) -> Status {
      for (int n = i; n < std::min(entries, i + kBatch); ++n) {
        TRY_STATUS(seed_entry(tx, ids, operator_a->id, seeded_name(n), clock.now()));
      }
      return {};
    }),
         "seed");
  }
  must(store->write([&](store::WriteTx& tx) -> Status {
    const std::string& id = operator_a->id;
    TRY(const auto merged,
        tx.append({"system:enforce", id, "list.merged", id, "", {"", "", "", "W17-08"}, {}, {}}));
    TRY(auto points, store::find<model::EnforcementPoint>(tx, "organization", id));
    for (auto& point : points) {
      point.acknowledged = merged;
      TRY_STATUS(store::put(tx, point));
    }
    TRY_STATUS(tx.set_cursor("lists", merged));
    return tx.set_cursor("rpz-base:" + id, merged);
  }),
       "seed");
}

/// A resolver that only listens: it notes when each new serial of the hot zone was announced. That
/// moment divides the hub's part of the time from the resolver's.
class Listener {
 public:
  explicit Listener(const dns::Endpoint& at)
      : socket_(must(dns::bind_udp(at), "listener")), thread_([this] { run(); }) {}
  ~Listener() {
    stopping_ = true;
    thread_.join();
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  std::uint32_t newest() {
    const std::lock_guard lock(mutex_);
    return announced_.empty() ? 0 : announced_.rbegin()->first;
  }
  /// When the first serial after `serial` was announced; waits a moment for it.
  std::optional<Steady::time_point> first_after(std::uint32_t serial) {
    for (int i = 0; i < 200; ++i) {
      {
        const std::lock_guard lock(mutex_);
        const auto found = announced_.upper_bound(serial);
        if (found != announced_.end()) return found->second;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return std::nullopt;
  }

 private:
  void run() {
    std::string buffer(2048, '\0');
    while (!stopping_) {
      pollfd wait{socket_.get(), POLLIN, 0};
      if (::poll(&wait, 1, 50) != 1) continue;
      sockaddr_storage from{};
      socklen_t size = sizeof from;
      const ssize_t got = ::recvfrom(socket_.get(), buffer.data(), buffer.size(), 0,
                                     reinterpret_cast<sockaddr*>(&from), &size);
      const auto now = Steady::now();
      if (got < 12) continue;
      const auto message = dns::decode({buffer.data(), static_cast<std::size_t>(got)});
      if (!message || message->opcode() != dns::kOpcodeNotify || message->answers.empty()) continue;
      buffer[2] = static_cast<char>(buffer[2] | 0x80);  // the same message is its own answer
      static_cast<void>(::sendto(socket_.get(), buffer.data(), static_cast<std::size_t>(got), 0,
                                 reinterpret_cast<const sockaddr*>(&from), size));
      const auto soa = dns::soa_of(message->answers.front());
      if (!soa || !message->questions.front().name.text().starts_with("hot.")) continue;
      const std::lock_guard lock(mutex_);
      announced_.emplace(soa->serial, now);
    }
  }

  const dns::Fd socket_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::map<std::uint32_t, Steady::time_point> announced_;
  std::thread thread_;
};

}  // namespace tocsin::bench
