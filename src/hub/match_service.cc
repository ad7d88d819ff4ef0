#include "hub/match_service.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/log.h"
#include "base/random.h"
#include "match/snapshot/delta.h"
#include "match/snapshot/signature.h"

namespace tocsin::hub {
namespace {

namespace ss = match::snapshot;

constexpr std::size_t kJournalPage = 1'000;
/// A build may take a tenth of the time: a large base is rebuilt less often than a small one.
constexpr int kBuildShare = 10;
constexpr std::chrono::seconds kAfterFailure{5};
constexpr std::string_view kSuffix = ".tsnap";

/// Entries after which the base, the list, a case or what is published may look different.
bool matters(std::string_view action) {
  constexpr std::array<std::string_view, 8> kFamilies = {"import.",   "indicators.",  "list.",
                                                         "threat.",   "notice.",      "source.",
                                                         "exchange.", "task.notified"};
  if (action == "exchange.projected") return false;  // our own cases, rendered
  return std::any_of(kFamilies.begin(), kFamilies.end(),
                     [&](std::string_view family) { return action.starts_with(family); });
}

std::string digits(std::uint64_t version) {
  std::array<char, 24> text{};
  const int n =
      std::snprintf(text.data(), text.size(), "%020llu", static_cast<unsigned long long>(version));
  return {text.data(), static_cast<std::size_t>(n)};
}

/// The version in a name that this service gave, or nothing.
std::optional<std::uint64_t> version_of(const std::filesystem::path& path) {
  if (path.extension() != kSuffix || path.stem().string().size() != 20) return std::nullopt;
  const auto number = to_int(path.stem().string());
  if (!number || *number < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*number);
}

}  // namespace

bool Matching::may_know(const model::Indicator& indicator) const {
  if (aside.others.contains(aside_hash(indicator))) return true;
  const auto query = ss::Query::of(indicator);
  if (!query) return true;  // for the database to say
  return snapshot->lookup_one(*query).relation == ss::Relation::kExact;
}

MatchService::MatchService(store::Store& store, KeyRing& keys, const Clock& clock,
                           http::Metrics& metrics, MatchSettings settings)
    : store_(store),
      keys_(keys),
      clock_(clock),
      settings_(std::move(settings)),
      indicators_(metrics.gauge("tocsin_match_indicators", "Indicators in the match snapshot")),
      bytes_(metrics.gauge("tocsin_match_bytes", "Size of the match snapshot")),
      version_(metrics.gauge("tocsin_match_version", "Journal entry the match snapshot is at")),
      failures_(metrics.gauge("tocsin_match_failures", "Builds of the match snapshot that failed")),
      seconds_(metrics.histogram("tocsin_match_build_seconds", "Time to build the match snapshot",
                                 http::duration_buckets())) {
  metrics.gauge_from("tocsin_match_age_seconds", "Age of what the match snapshot says", [this] {
    const auto now = current();
    if (!now) return -1.0;
    return static_cast<double>(clock_.now().micros - now->snapshot->created().micros) / 1e6;
  });
  std::error_code ec;
  std::filesystem::create_directories(settings_.folder, ec);
  random_bytes(seed_);
  // The seed of the newest readable file goes on, or every delta would be the whole file.
  const auto have = versions();
  for (auto v = have.rbegin(); v != have.rend(); ++v) {
    const auto snapshot = kept(*v);
    if (!snapshot) continue;
    seed_ = (*snapshot)->header().seed;
    break;
  }
  thread_ = std::thread([this] { run(); });
}

void MatchService::stop() {
  {
    const std::lock_guard lock(stop_mutex_);
    stopping_ = true;
  }
  stopped_.notify_all();
  store_.wake();
  if (thread_.joinable()) thread_.join();
}

/// False when it was told to stop.
bool MatchService::wait(std::chrono::milliseconds time) {
  std::unique_lock lock(stop_mutex_);
  return !stopped_.wait_for(lock, time, [this] { return stopping_.load(); });
}

void MatchService::run() {
  std::uint64_t at = 0;
  bool due = true;
  while (!stopping_) {
    if (due) {
      const auto before = std::chrono::steady_clock::now();
      const auto built = build();
      const auto took = std::chrono::steady_clock::now() - before;
      if (!built) {
        failures_.add(1);
        log::error("match.build", {{"why", built.error().message}});
        if (!wait(kAfterFailure)) return;
        continue;
      }
      if (*built > 0) at = *built;
      seconds_.observe(std::chrono::duration<double>(took).count());
      due = false;
      const auto pause = std::chrono::duration_cast<std::chrono::milliseconds>(took) * kBuildShare;
      if (!wait(pause)) return;
    }
    store_.wait_journal(at, std::chrono::milliseconds(1000));
    const auto changed = changed_since(at);
    if (!changed) log::error("match.follow", {{"why", changed.error().message}});
    due = changed && *changed;
    if (due && !wait(settings_.delay)) return;
  }
}

/// Moves `sequence` to the end of the journal, unless something on the way matters.
Result<bool> MatchService::changed_since(std::uint64_t& sequence) {
  return store_.read([&](store::ReadTx& tx) -> Result<bool> {
    for (;;) {
      TRY(const auto entries, tx.journal(sequence, kJournalPage));
      for (const auto& entry : entries) {
        if (matters(entry.action)) return true;
      }
      if (entries.empty()) return false;
      sequence = entries.back().seq;
    }
  });
}

Result<std::uint64_t> MatchService::build() {
  ContentVersion version;
  std::filesystem::path path;
  TRY(auto aside, store_.read([&](store::ReadTx& tx) -> Result<std::optional<Aside>> {
    TRY(version, content_version(tx));
    path = file_of(version.version);
    std::error_code ec;
    std::filesystem::create_directories(settings_.folder, ec);  // somebody may have removed it
    return write_content(tx, version, seed_, path, stopping_);
  }));
  if (!aside) return std::uint64_t{0};
  TRY(const auto made, publish(path, std::move(*aside)));
  const auto& header = made->snapshot->header();
  indicators_.set(static_cast<std::int64_t>(header.indicators));
  bytes_.set(static_cast<std::int64_t>(header.file_bytes));
  version_.set(static_cast<std::int64_t>(header.list_version));
  std::shared_ptr<const Matching> last;
  {
    auto held = current_.lock();
    last = std::exchange(held->before, std::exchange(held->now, made));
  }
  last.reset();  // here, where nobody waits for the unmapping
  forget_old();
  return version.version;
}

/// Reads all of the new file before anybody else does, and signs it.
Result<std::shared_ptr<const Matching>> MatchService::publish(const std::filesystem::path& path,
                                                              Aside aside) {
  auto made = std::make_shared<Matching>();
  TRY(made->snapshot, ss::Snapshot::open(path));
  made->aside = std::move(aside);
  TRY(made->signature,
      keys_.with_key(kHubKey,
                     [&](const crypto::SigningKey& key,
                         const crypto::Certificate& certificate) -> Result<std::string> {
                       return ss::sign(*made->snapshot, key, certificate, clock_.now());
                     }));
  return std::shared_ptr<const Matching>(std::move(made));
}

std::filesystem::path MatchService::file_of(std::uint64_t version) const {
  return settings_.folder / (digits(version) + std::string(kSuffix));
}

std::vector<std::uint64_t> MatchService::versions() const {
  std::vector<std::uint64_t> out;
  std::error_code ec;
  for (const auto& entry : std::filesystem::directory_iterator(settings_.folder, ec)) {
    if (const auto version = version_of(entry.path())) out.push_back(*version);
  }
  std::sort(out.begin(), out.end());
  return out;
}

Result<std::shared_ptr<const ss::Snapshot>> MatchService::kept(std::uint64_t version) const {
  const auto now = current();
  if (now && now->version() == version) return now->snapshot;
  return ss::Snapshot::open(file_of(version));
}

/// Only when the new one is verified and in use are older ones given up.
void MatchService::forget_old() {
  const std::lock_guard lock(deltas_);
  const auto all = versions();
  std::error_code ec;
  for (std::size_t i = 0; i + settings_.bases + 1 < all.size(); ++i) {
    std::filesystem::remove(file_of(all[i]), ec);
  }
  for (const auto& entry : std::filesystem::directory_iterator(settings_.folder, ec)) {
    if (entry.path().extension() == ".tsdelta") std::filesystem::remove(entry.path(), ec);
  }
}

Result<std::filesystem::path> MatchService::delta(std::uint64_t from) {
  const std::lock_guard lock(deltas_);
  const auto now = current();
  if (!now || from >= now->version()) return fail(Code::kNotFound, "there is no such delta");
  TRY(const auto base, kept(from));
  const auto path = settings_.folder / (digits(from) + "-" + digits(now->version()) + ".tsdelta");
  std::error_code ec;
  if (!std::filesystem::exists(path, ec)) TRY_STATUS(ss::make_delta(*base, *now->snapshot, path));
  return path;
}

}  // namespace tocsin::hub
