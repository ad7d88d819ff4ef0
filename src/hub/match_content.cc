#include "hub/match_content.h"

#include "store/collections.h"

namespace tocsin::hub {
namespace {

namespace ss = match::snapshot;

constexpr std::size_t kPage = 5'000;
constexpr std::size_t kSourceBits = 64;

/// What the builder does not take, a pattern or an old row that is not canonical any more, is left
/// to the database.
Status add_row(ss::Builder& builder, Aside& aside, const ss::Row& row) {
  const Status added = builder.add(row);
  if (added || added.error().code != Code::kInvalid) return added;
  aside.others.insert(aside_hash(row.indicator));
  return {};
}

/// Names by the bit that stands for them; the last one stands for all from 64 on.
Result<std::vector<std::string>> source_names(store::ReadTx& tx) {
  std::vector<std::string> names;
  std::string after;
  for (;;) {
    TRY(const auto page, store::scan<model::Source>(tx, after, kPage));
    for (const auto& source : page) {
      if (source.number < 1) continue;
      const auto bit = std::min(static_cast<std::size_t>(source.number - 1), kSourceBits - 1);
      if (names.size() <= bit) names.resize(bit + 1);
      names[bit] = bit == kSourceBits - 1 ? "..." : source.name;
    }
    if (page.size() < kPage) return names;
    after = page.back().id;
  }
}

Status add_base(store::ReadTx& tx, ss::Builder& builder, Aside& aside, std::size_t sources,
                Instant at, const std::atomic<bool>& stop) {
  const std::uint64_t named =
      sources >= kSourceBits ? ~std::uint64_t{0} : (std::uint64_t{1} << sources) - 1;
  for (std::int64_t after = 0; !stop;) {
    TRY(auto page, tx.indicators(after, kPage, at));
    if (page.empty()) return {};
    after = page.back().id;
    for (auto& one : page) {
      // Taken back, or its time is over: the database still tells of it, nobody is to match it.
      if (one.sources == 0) {
        aside.others.insert(aside_hash(one.indicator));
        continue;
      }
      ss::Row row;
      row.indicator = std::move(one.indicator);
      row.confidence = static_cast<int>(one.confidence);
      row.sources = one.sources & named;
      TRY_STATUS(add_row(builder, aside, row));
    }
  }
  return {};
}

/// Only what the law already made public: TLP clear, and a written notice behind it. A case whose
/// document is gone publishes nothing.
Result<bool> is_published(store::ReadTx& tx, const model::ListEntry& entry) {
  if (!entry.live) return false;
  TRY(const auto threat, tx.get_document(store::Collection<model::Threat>::table, entry.threat));
  if (!threat) return false;
  TRY(const auto parsed, store::decode<model::Threat>(*threat));
  return parsed.tlp == model::Tlp::kClear;
}

Status add_list(store::ReadTx& tx, ss::Builder& builder, Aside& aside,
                const std::atomic<bool>& stop) {
  std::string after;
  while (!stop) {
    TRY(const auto page, store::scan<model::ListEntry>(tx, after, kPage));
    for (const auto& entry : page) {
      ss::Row row;
      row.indicator = entry.indicator.plain();
      row.state = entry.live ? ss::State::kListed : ss::State::kLifted;
      // The block of a name takes the names below it along, as the policy zones do.
      const bool below = entry.live && row.indicator.kind == model::IndicatorKind::kDomain;
      row.flags = below ? ss::kCoversBelow : 0;
      TRY_STATUS(add_row(builder, aside, row));
      TRY(const bool published, is_published(tx, entry));
      if (!published) continue;
      TRY(const auto task, store::get<model::Task>(tx, entry.task));
      if (task.notices.empty()) continue;  // so far only told by telephone
      aside.published.add(row.indicator, task.measure == model::Measure::kBlock
                                             ? match::Verdict::kBlocked
                                             : match::Verdict::kReported);
    }
    if (page.size() < kPage) return {};
    after = page.back().id;
  }
  return {};
}

Status add_cases(store::ReadTx& tx, Aside& aside, const std::atomic<bool>& stop) {
  std::string after;
  while (!stop) {
    TRY(const auto page, store::scan<model::Threat>(tx, after, kPage));
    for (const auto& threat : page) {
      for (const auto& i : threat.indicators) aside.others.insert(aside_hash(i.plain()));
    }
    if (page.size() < kPage) return {};
    after = page.back().id;
  }
  return {};
}

}  // namespace

std::uint64_t aside_hash(const model::Indicator& indicator) {
  const auto digest =
      crypto::sha256_tagged(static_cast<unsigned char>(indicator.kind), indicator.value);
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < 8; ++i) out = out << 8 | digest[i];
  return out;
}

Result<ContentVersion> content_version(store::ReadTx& tx) {
  TRY(const auto length, tx.last_sequence());
  if (length == 0) return ContentVersion{};
  TRY(const auto last, tx.journal(length - 1, 1));
  return ContentVersion{length, last.empty() ? Instant{} : last.front().time};
}

Result<std::optional<Aside>> write_content(store::ReadTx& tx, const ContentVersion& version,
                                           const ss::Seed& seed, const std::filesystem::path& path,
                                           const std::atomic<bool>& stop) {
  ss::BuildOptions options;
  options.list_version = version.version;
  options.created = version.at;
  options.seed = seed;
  options.memory_bytes = 64U << 20;  // it runs beside everything else; more goes to disk
  TRY(options.sources, source_names(tx));
  const std::size_t sources = options.sources.size();
  ss::Builder builder(path, std::move(options));
  Aside aside;
  TRY_STATUS(add_base(tx, builder, aside, sources, version.at, stop));
  TRY_STATUS(add_list(tx, builder, aside, stop));
  TRY_STATUS(add_cases(tx, aside, stop));
  if (stop) return std::optional<Aside>();
  TRY_STATUS(builder.finish());
  aside.published.finish();
  return std::optional<Aside>(std::move(aside));
}

}  // namespace tocsin::hub
