#include "hub/event_stream.h"

#include <algorithm>
#include <map>
#include <utility>

#include "hub/app.h"

namespace tocsin::hub {
namespace {

constexpr std::size_t kBatch = 500;
/// How far back a client is resumed. All of it is one piece of its queue, of at most 4 MiB.
constexpr std::uint64_t kResumeEntries = 5'000;

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

/// Cases of the entries of one pass, each read once; nothing: it is gone.
using Cases = std::map<std::string, std::optional<model::Threat>, std::less<>>;

/// May this person see the entry? Auditors see all, the others those of the cases they may read.
bool visible(store::ReadTx& tx, const desk::Actor& actor, const journal::Entry& e, Cases& cases) {
  if (actor.user.has(model::Role::kAuditor)) return true;
  if (e.threat.empty()) return false;
  auto known = cases.find(e.threat);
  if (known == cases.end()) {
    auto threat = store::get<model::Threat>(tx, e.threat);
    known =
        cases.emplace(e.threat, threat ? std::optional(std::move(*threat)) : std::nullopt).first;
  }
  if (!known->second) return false;
  const auto may = may_read(tx, actor, *known->second);
  return may && *may;
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

void EventStream::subscribe(std::shared_ptr<http::EventSink> sink, desk::Registry::Session session,
                            std::optional<std::uint64_t> after) {
  sink->send(": welcome\n\n");
  {
    const std::lock_guard lock(mutex_);
    subscribers_.push_back({std::move(sink), std::move(session), after});
  }
  if (after) store_.wake();
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

bool EventStream::resuming() const {
  const std::lock_guard lock(mutex_);
  return std::any_of(subscribers_.begin(), subscribers_.end(),
                     [](const Subscriber& s) { return s.after.has_value(); });
}

/// What the subscriber missed up to `seen`, where the live entries go on.
void EventStream::resume(store::ReadTx& tx, std::uint64_t seen, Subscriber& subscriber) {
  const std::uint64_t after = *std::exchange(subscriber.after, std::nullopt);
  if (after == seen) return;
  const auto missed = after > seen || seen - after > kResumeEntries
                          ? Result<std::vector<journal::Entry>>(fail(Code::kTooLarge, "too far"))
                          : tx.journal(after, seen - after);
  if (!missed) {
    const Json data = Json::object({{"after", after}, {"seq", seen}});
    subscriber.sink->send("id: " + std::to_string(seen) + "\nevent: reset\ndata: " + data.dump() +
                          "\n\n");
    return;
  }
  Cases cases;
  std::string text;
  for (const auto& e : *missed) {
    if (visible(tx, subscriber.session.actor, e, cases)) text += event_text(e);
  }
  if (!text.empty()) subscriber.sink->send(std::move(text));
}

/// One lock for both, so that nobody gets an entry twice or out of order.
void EventStream::send(store::ReadTx& tx, std::uint64_t seen,
                       const std::vector<journal::Entry>& entries) {
  const std::lock_guard lock(mutex_);
  renew(tx);
  Cases cases;
  for (const auto& e : entries) {
    const std::string text = event_text(e);
    for (auto& s : subscribers_) {
      if (!s.after && visible(tx, s.session.actor, e, cases)) s.sink->send(text);
    }
  }
  for (auto& s : subscribers_) {
    if (s.after) resume(tx, seen, s);
  }
}

void EventStream::run() {
  std::uint64_t seen = 0;
  const auto start = store_.read([](store::ReadTx& tx) { return tx.last_sequence(); });
  if (start) seen = *start;
  while (!stopping_) {
    if (store_.wait_journal(seen, std::chrono::milliseconds(1000)) <= seen && !resuming()) continue;
    static_cast<void>(store_.read([&](store::ReadTx& tx) -> Status {
      TRY(const auto entries, tx.journal(seen, kBatch));
      if (!entries.empty()) seen = entries.back().seq;
      send(tx, seen, entries);
      return {};
    }));
    const std::lock_guard lock(mutex_);
    std::erase_if(subscribers_, [](const Subscriber& s) { return s.sink->closed(); });
  }
}

}  // namespace tocsin::hub
