#include "enforce/dns/notifier.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <poll.h>

#include <fmt/format.h>

#include "base/random.h"
#include "enforce/dns/transfer.h"

namespace tocsin::enforce::dns {
namespace {

using Steady = std::chrono::steady_clock;

Message notify_message(const ZoneView& view) {
  std::array<unsigned char, 2> random{};
  random_bytes(random);
  Message out;
  out.id = static_cast<std::uint16_t>(random[0] << 8U | random[1]);
  out.flags = kFlagAa;
  out.set_opcode(kOpcodeNotify);
  Rr soa = soa_rr(view.apex(), view.serial());
  out.questions.push_back({soa.name, kTypeSoa, kClassIn});
  out.answers.push_back(std::move(soa));
  return out;
}

}  // namespace

Result<std::unique_ptr<Notifier>> Notifier::start(const Endpoint& source, const ZoneSource& zones,
                                                  PeerBook& peers, const std::vector<TsigKey>& keys,
                                                  const Clock& clock, NotifyTiming timing) {
  TRY(Fd socket, bind_udp(source.with_port(0)));
  TRY(Fd stop, make_event());
  TRY(Fd wake, make_event());
  std::unique_ptr<Notifier> out(new Notifier(std::move(socket), std::move(stop), std::move(wake),
                                             zones, peers, keys, clock, timing));
  Notifier* self = out.get();
  out->thread_ = std::thread([self] { self->run(); });
  return out;
}

Notifier::Notifier(Fd socket, Fd stop, Fd wake, const ZoneSource& zones, PeerBook& peers,
                   const std::vector<TsigKey>& keys, const Clock& clock, NotifyTiming timing)
    : socket_(std::move(socket)),
      stop_(std::move(stop)),
      wake_(std::move(wake)),
      zones_(zones),
      peers_(peers),
      keys_(keys),
      clock_(clock),
      schedule_(timing) {}

Notifier::~Notifier() {
  set_event(stop_);
  if (thread_.joinable()) thread_.join();
}

void Notifier::notify(std::string_view zone) {
  {
    auto changed = changed_.lock();
    // One entry a zone is enough: the serial is read when the message is made.
    if (std::find(changed->begin(), changed->end(), zone) != changed->end()) return;
    changed->emplace_back(zone);
  }
  set_event(wake_);
}

void Notifier::run() {
  while (true) {
    int wait_ms = -1;
    if (const auto next = schedule_.next()) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*next - Steady::now()).count();
      wait_ms = static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
    }
    std::array<pollfd, 3> fds = {pollfd{stop_.get(), POLLIN, 0}, pollfd{wake_.get(), POLLIN, 0},
                                 pollfd{socket_.get(), POLLIN, 0}};
    if (::poll(fds.data(), fds.size(), wait_ms) < 0 && errno != EINTR) return;
    if (fds[0].revents != 0) return;
    if (fds[1].revents != 0) take_changes();
    if (fds[2].revents != 0) read_answers();
    for (const auto& key : schedule_.take_due(Steady::now())) send(key);
  }
}

void Notifier::take_changes() {
  clear_event(wake_);
  std::vector<std::string> zones;
  zones.swap(*changed_.lock());
  const auto now = Steady::now();
  for (const std::string& zone : zones) {
    for (std::size_t i = 0; i < peers_.secondaries().size(); ++i) {
      const auto& wanted = peers_.secondaries()[i].zones;
      if (std::find(wanted.begin(), wanted.end(), zone) != wanted.end()) {
        schedule_.changed({i, zone}, now);
      }
    }
  }
}

const TsigKey* Notifier::key_of(const Secondary& secondary) const {
  for (const TsigKey& key : keys_) {
    if (key.name.lower().text() == secondary.key) return &key;
  }
  return nullptr;
}

bool Notifier::settle(const NotifySchedule::Key& key) {
  const auto view = zones_.view(key.second);
  const std::string& name = peers_.secondaries()[key.first].name;
  const bool done = view == nullptr || peers_.acknowledged(name, key.second) == view->serial();
  if (done) schedule_.settled(key);
  return done;
}

void Notifier::send(const NotifySchedule::Key& key) {
  if (settle(key)) return;
  const Secondary& secondary = peers_.secondaries()[key.first];
  const auto view = zones_.view(key.second);
  if (view == nullptr) return;
  const Message message = notify_message(*view);
  auto bytes = encode(message);
  if (!bytes) return;
  std::string mac;
  if (const TsigKey* tsig = key_of(secondary)) {
    TsigSigner signer(*tsig, {});
    signer.sign(*bytes, clock_.now());
    mac = signer.mac();
  }
  schedule_.sent(key, message.id, std::move(mac));
  // A failure (no route, full buffer) is a lost datagram: the retry is scheduled already.
  const ssize_t sent = ::sendto(socket_.get(), bytes->data(), bytes->size(), MSG_NOSIGNAL,
                                secondary.notify.raw(), secondary.notify.raw_size());
  if (sent > 0) record(PeerEventKind::kNotified, key, view->serial());
  if (schedule_.tries(key) == schedule_.timing().silent_after) {
    record(PeerEventKind::kNotifySilent, key, view->serial(),
           fmt::format("no answer to NOTIFY at {}", secondary.notify.text()));
  }
}

void Notifier::read_answers() {
  constexpr int kBatch = 64;  // then the schedule gets its turn again
  std::array<char, 4096> buffer{};
  for (int i = 0; i < kBatch; ++i) {
    sockaddr_storage raw{};
    socklen_t size = sizeof raw;
    const ssize_t got = ::recvfrom(socket_.get(), buffer.data(), buffer.size(), 0,
                                   reinterpret_cast<sockaddr*>(&raw), &size);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) continue;  // for instance ECONNREFUSED of an earlier send
    take_answer({buffer.data(), static_cast<std::size_t>(got)}, Endpoint::from(raw));
  }
}

void Notifier::take_answer(std::string_view bytes, const Endpoint& from) {
  const auto message = decode(bytes);
  if (!message || !message->has(kFlagQr) || message->opcode() != kOpcodeNotify ||
      message->questions.size() != 1) {
    return;
  }
  const std::string zone = message->questions.front().name.lower().text();
  for (std::size_t i = 0; i < peers_.secondaries().size(); ++i) {
    const Secondary& secondary = peers_.secondaries()[i];
    const NotifySchedule::Key key{i, zone};
    const auto mac = schedule_.expecting(key, message->id);
    if (!mac || !(secondary.notify == from)) continue;
    const auto view = zones_.view(zone);
    const std::uint32_t serial = view ? view->serial() : 0;
    if (message->rcode() != kNoError) {
      record(
          PeerEventKind::kNotifyRefused, key, serial,
          fmt::format("NOTIFY was answered {} by {}", rcode_text(message->rcode()), from.text()));
      return;
    }
    if (!mac->empty()) {
      const TsigCheck check = check_tsig(bytes, *message, keys_, clock_.now(), *mac);
      if (check.state != TsigCheck::State::kVerified) return;  // not from the secondary
    }
    schedule_.answered(key, Steady::now());
    record(PeerEventKind::kNotifyAnswered, key, serial);
    return;
  }
}

void Notifier::record(PeerEventKind kind, const NotifySchedule::Key& key, std::uint32_t serial,
                      std::string detail) {
  peers_.record({kind, peers_.secondaries()[key.first].name, key.second, serial, clock_.now(),
                 std::move(detail)});
}

}  // namespace tocsin::enforce::dns
