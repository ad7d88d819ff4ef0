#include "hub/dns_service.h"

#include <algorithm>
#include <malloc.h>

#include "base/log.h"
#include "enforce/dns/wire.h"
#include "store/collections.h"

namespace tocsin::hub {

namespace dns = enforce::dns;

Result<std::optional<dns::TsigKey>> DnsService::key_of(const model::EnforcementPoint& point) {
  if (point.tsig_name.empty()) return std::optional<dns::TsigKey>();
  dns::TsigKey key;
  TRY(key.name, dns::Name::parse(point.tsig_name));
  TRY(key.secret, unbase64(point.tsig_secret));
  return std::optional<dns::TsigKey>(std::move(key));
}

Result<std::unique_ptr<DnsService::Generation>> DnsService::generation() {
  auto next = std::make_unique<Generation>(options_.zones);
  TRY_STATUS(next->zones.load(store_));
  ::malloc_trim(0);  // a large list passed through in pieces that are not needed again
  TRY(const auto points, store_.read([](store::ReadTx& tx) {
    return store::scan<model::EnforcementPoint>(tx, {}, 100'000);
  }));
  dns::PrimaryOptions options;
  options.address = options_.dns_address;
  options.port = port_ != 0 ? port_ : options_.dns_port;
  for (const auto& p : points) {
    if (p.kind != model::PointKind::kDnsRpz) continue;
    ++next->points;
    auto endpoint = dns::Endpoint::make(p.address, static_cast<std::uint16_t>(p.port));
    auto key = key_of(p);
    if (!endpoint || !key) {
      log::warn("dns.point-unusable", {{"point", p.code}});
      continue;
    }
    dns::Secondary secondary;
    secondary.name = p.code;
    secondary.notify = *endpoint;
    secondary.zones = next->zones.zones_of(p.organization);
    if (*key) {
      secondary.key = p.tsig_name;
      options.keys.push_back(std::move(**key));
    }
    options.secondaries.push_back(std::move(secondary));
  }
  options.on_event = [this](const dns::PeerEvent& event) {
    // Dropped only if 65,536 wait; an acknowledgement is repeated by the next transfer anyway.
    if (!events_.try_push(event)) log::warn("dns.event-dropped", {{"secondary", event.secondary}});
  };
  TRY(next->primary, dns::Primary::start(std::move(options), next->zones.zones(), clock_));
  return next;
}

Result<std::unique_ptr<DnsService>> DnsService::start(const HubOptions& options,
                                                      store::Store& store, const Clock& clock) {
  auto service = std::unique_ptr<DnsService>(new DnsService(options, store, clock));
  TRY(service->current_, service->generation());
  service->port_ = service->current_->primary->port();
  service->follower_ = std::thread([s = service.get()] { s->follow(); });
  service->recorder_ = std::thread([s = service.get()] { s->record(); });
  return service;
}

DnsService::~DnsService() { stop(); }

void DnsService::stop() {
  if (stopping_.exchange(true)) return;
  store_.wake();
  events_.close();
  if (follower_.joinable()) follower_.join();
  {
    const std::lock_guard lock(mutex_);
    current_.reset();
  }
  if (recorder_.joinable()) recorder_.join();
}

bool DnsService::restart() {
  {
    const std::lock_guard lock(mutex_);
    auto next = generation();
    if (next) {
      current_ = std::move(*next);
      return true;
    }
    log::error("dns.restart", {{"why", next.error().message}});
  }
  // The port may be taken for a moment; resolvers keep what they have meanwhile.
  store_.wait_journal(~std::uint64_t{0}, std::chrono::milliseconds(500));
  return false;
}

void DnsService::follow() {
  std::uint64_t seen = 0;
  while (!stopping_) {
    if (!current_ && !restart()) continue;
    auto touched = current_->zones.catch_up(store_);
    if (!touched) {
      log::error("dns.catch-up", {{"why", touched.error().message}});
    } else {
      for (const auto& zone : *touched) current_->primary->notify(zone);
    }
    const auto points = store_.read([](store::ReadTx& tx) -> Result<std::size_t> {
      TRY(const auto all, store::scan<model::EnforcementPoint>(tx, {}, 100'000));
      return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [](const auto& p) {
        return p.kind == model::PointKind::kDnsRpz;
      }));
    });
    if (points && *points != current_->points) {
      const std::lock_guard lock(mutex_);
      current_.reset();  // frees the port for the next generation
      continue;
    }
    merge_when_due();
    trim_when_settled();
    if (touched && !touched->empty()) continue;
    seen = store_.wait_journal(seen, std::chrono::milliseconds(1000));
  }
}

void DnsService::merge_when_due() {
  // By size at any time, and whatever there is once a night, when few people resolve names.
  constexpr int kNightHour = 3;
  const Instant now = clock_.now();
  const Date today = shanghai_date(now);
  const bool night = (now - shanghai_midnight(today)) / std::chrono::hours(1) == kNightHour;
  const std::size_t limit = night && merged_on_ != today ? 1 : options_.zones.hot_limit;
  for (const auto& organization : current_->zones.due_for_merge(limit)) {
    const auto zone = current_->zones.merge(store_, organization);
    if (!zone) {
      log::error("dns.merge", {{"why", zone.error().message}});
      return;
    }
    if (!*zone) continue;
    current_->primary->notify(**zone);
    log::info("dns.merged", {{"organization", organization}});
  }
  if (night) merged_on_ = today;
}

void DnsService::trim_when_settled() {
  const Instant now = clock_.now();
  const auto untrimmed = current_->zones.untrimmed();
  if (untrimmed.empty()) {
    untrimmed_since_.clear();
    return;
  }
  const auto peers = current_->primary->peers();
  for (const auto& merge : untrimmed) {
    const Instant since = untrimmed_since_.try_emplace(merge.organization, now).first->second;
    const bool settled = std::all_of(peers.begin(), peers.end(), [&](const dns::PeerState& peer) {
      return peer.zone != merge.base ||
             (peer.acknowledged && !dns::serial_newer(merge.serial, *peer.acknowledged) &&
              now - peer.acknowledged_at >= options_.zones.settle);
    });
    if (!settled && now - since < options_.zones.patience) continue;
    const auto zone = current_->zones.trim(store_, merge.organization);
    if (!zone) {
      log::error("dns.trim", {{"why", zone.error().message}});
      return;
    }
    if (!*zone) continue;
    untrimmed_since_.erase(merge.organization);
    current_->primary->notify(**zone);
    log::info("dns.trimmed", {{"organization", merge.organization}});
  }
}

void DnsService::record() {
  while (const auto event = events_.pop()) {
    const bool loaded = event->kind == dns::PeerEventKind::kHolds;
    if (!loaded && event->kind != dns::PeerEventKind::kDelivered) {
      if (event->kind == dns::PeerEventKind::kNotifyRefused ||
          event->kind == dns::PeerEventKind::kAhead ||
          event->kind == dns::PeerEventKind::kTransferFailed) {
        log::warn("dns.peer", {{"event", std::string(name(event->kind))},
                               {"secondary", event->secondary},
                               {"zone", event->zone},
                               {"detail", event->detail}});
      }
      continue;
    }
    if (!event->zone.starts_with("hot.")) continue;  // the base zone trails by design
    const auto point = store_.read([&](store::ReadTx& tx) {
      return store::find_one<model::EnforcementPoint>(tx, "code", event->secondary);
    });
    if (!point || !*point) continue;
    std::uint64_t version = 0;
    {
      const std::lock_guard lock(mutex_);
      if (!current_) continue;
      version = current_->zones.version_of(event->serial);
    }
    const auto done = lists::acknowledge(store_, clock_, (*point)->id, version,
                                         loaded ? lists::Rung::kLoaded : lists::Rung::kReceived);
    if (!done) log::error("dns.acknowledge", {{"why", done.error().message}});
  }
}

std::vector<std::string> DnsService::zones_of(std::string_view organization) const {
  const std::lock_guard lock(mutex_);
  return current_ ? current_->zones.zones_of(organization) : std::vector<std::string>();
}

std::vector<dns::PeerState> DnsService::peers() const {
  const std::lock_guard lock(mutex_);
  return current_ ? current_->primary->peers() : std::vector<dns::PeerState>();
}

}  // namespace tocsin::hub
