// Generated cases in a store, for benchmarks over many of them.
#pragma once

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "machine.h"
#include "model/organization.h"
#include "model/threat.h"
#include "store/collections.h"
#include "store/store.h"

namespace tocsin::bench {

inline constexpr std::int64_t kCasesOfBatch = 2'000;
inline constexpr int kUnits = 40;

inline constexpr const char* kProvinces[] = {"11", "13", "31", "32", "33",
                                             "35", "37", "43", "44", "51"};

inline model::Organization unit(int n) {
  model::Organization o;
  o.id = fmt::format("org_unit{}", n);
  o.code = fmt::format("unit-{}", n);
  o.title = {o.code, o.code};
  o.type = model::OrganizationType::kOperator;
  if (n < 10) {
    o.type = model::OrganizationType::kTca;
    o.provinces = {kProvinces[n]};
  }
  return o;
}

/// The n-th of `all` cases, spread over two years; of `open_of` cases one waits for determination
/// and the others are closed.
inline model::Threat threat(std::int64_t n, std::int64_t all, std::int64_t open_of) {
  model::Threat t;
  t.id = fmt::format("thr_{:09}", n);
  t.number = fmt::format("T-2024-{:07}", n);
  t.title = "bench";
  const auto class_number = static_cast<std::size_t>(n * 7 % 5);
  t.threat_class = static_cast<model::ThreatClass>(class_number);
  const auto& subtypes = model::subtypes(t.threat_class);
  t.subtype = std::string(subtypes[static_cast<std::size_t>(n) % subtypes.size()]);
  t.state = n % open_of == 0 ? model::ThreatState::kSubmitted : model::ThreatState::kClosed;
  t.indicators = {{model::IndicatorKind::kDomain, fmt::format("h{}.bench.example", n), ""}};
  const Instant begin = shanghai_midnight(std::chrono::year(2025) / 1 / 1);
  t.discovered_at = begin.plus(std::chrono::hours(24 * 730) * n / all);
  t.finder.organization = fmt::format("org_unit{}", 10 + n % 30);
  t.sources = {t.finder.organization};
  t.provinces = {kProvinces[n % 10]};
  if (n % 11 == 0) t.provinces.emplace_back("50");
  model::ClockFact clock;
  clock.clock = "submit_threat";
  clock.start = t.discovered_at;
  clock.due = t.discovered_at.plus(std::chrono::hours(24));
  clock.met_at = t.discovered_at.plus(std::chrono::hours(n % 30));
  t.clocks = {clock};
  return t;
}

/// Writes units and cases, without what happened to them, in batches.
inline void fill(store::Store& store, std::int64_t all, std::int64_t open_of) {
  for (std::int64_t n = 0; n < all;) {
    must(store.write([&](store::WriteTx& tx) -> Status {
      for (int u = 0; n == 0 && u < kUnits; ++u) TRY_STATUS(store::put(tx, unit(u)));
      const std::int64_t end = std::min(all, n + kCasesOfBatch);
      for (; n < end; ++n) TRY_STATUS(store::put(tx, threat(n, all, open_of)));
      TRY_STATUS(
          tx.append({"system:bench", "", "bench.batch", "", "", {"x", "1", "1", ""}, {}, {}}));
      return {};
    }),
         "fill");
  }
}

}  // namespace tocsin::bench
