#include "hub/event_stream.h"

#include <algorithm>
#include <map>

#include "hub/app.h"

namespace tocsin::hub {
namespace {

constexpr std::size_t kBatch = 500;

/// What a screen needs to know that it must look again; details are fetched under its own rights.
std::string event_text(const journal::Entry& e) {
  const Json data = Json::object({{"seq", e.seq},
                                  {"time", to_string(e.time)},
                                  {"action", e.action},
                                  {"subject", e.subject},
                                  {"threat", e.threat},
                                  {"article", e.basis.article},
                                  {"state", e.data.str("state")}});
  return "id: " + std::to_string(e.seq) + "\nevent: journal\ndata: " + data.dump() + "\n\n";
}

}  // namespace

EventStream::EventStream(store::Store& store, const Clock& clock)
    : store_(store), clock_(clock), thread_([this] { run(); }) {}
EventStream::~EventStream() { stop(); }

void EventStream::stop() {
  if (stopping_.exchange(true)) return;
  store_.wake();
  if (thread_.joinable()) thread_.join();
}

void EventStream::subscribe(std::shared_ptr<http::EventSink> sink,
                            desk::Registry::Session session) {
  sink->send(": welcome\n\n");
  const std::lock_guard lock(mutex_);
  subscribers_.push_back({std::move(sink), std::move(session)});
}

std::size_t EventStream::subscribers() const {
  const std::lock_guard lock(mutex_);
  return subscribers_.size();
}

/// Rights are those of now, not of when the stream was opened: a stream lasts for days.
void EventStream::renew(store::ReadTx& tx) {
  for (auto& s : subscribers_) {
    const auto session = desk::Registry::session_of(tx, s.session.token.id, clock_.now());
    s.ended = !session;
    if (session) s.session = *session;
  }
  std::erase_if(subscribers_, [](const Subscriber& s) { return s.ended || s.sink->closed(); });
}

void EventStream::send(store::ReadTx& tx, const std::vector<journal::Entry>& entries) {
  const std::lock_guard lock(mutex_);
  renew(tx);
  std::map<std::string, std::optional<model::Threat>> threats;
  for (const auto& e : entries) {
    if (!e.threat.empty() && !threats.contains(e.threat)) {
      auto threat = store::get<model::Threat>(tx, e.threat);
      threats[e.threat] = threat ? std::optional(std::move(*threat)) : std::nullopt;
    }
    const std::string text = event_text(e);
    for (auto& s : subscribers_) {
      bool allowed = s.session.actor.user.has(model::Role::kAuditor);
      if (!allowed && !e.threat.empty() && threats[e.threat]) {
        const auto may = may_read(tx, s.session.actor, *threats[e.threat]);
        allowed = may && *may;
      }
      if (allowed) s.sink->send(text);
    }
  }
}

void EventStream::run() {
  std::uint64_t seen = 0;
  const auto start = store_.read([](store::ReadTx& tx) { return tx.last_sequence(); });
  if (start) seen = *start;
  while (!stopping_) {
    if (store_.wait_journal(seen, std::chrono::milliseconds(1000)) <= seen) continue;
    static_cast<void>(store_.read([&](store::ReadTx& tx) -> Status {
      TRY(const auto entries, tx.journal(seen, kBatch));
      if (!entries.empty()) {
        send(tx, entries);
        seen = entries.back().seq;
      }
      return {};
    }));
    const std::lock_guard lock(mutex_);
    std::erase_if(subscribers_, [](const Subscriber& s) { return s.sink->closed(); });
  }
}

}  // namespace tocsin::hub
