#include "sources/health.h"

#include <algorithm>

#include "base/crypto/hash.h"
#include "base/text.h"

namespace tocsin::sources {
namespace {

using model::SourceHealth;

constexpr std::chrono::minutes kFirstRetry{1};
constexpr std::chrono::hours kLongestRetry{24};
constexpr std::int64_t kMostDoublings = 11;  // more than a day
constexpr std::int64_t kTellingLines = 10;

std::string_view code_of(std::string_view warning) { return warning.substr(0, warning.find(':')); }

}  // namespace

std::pair<SourceHealth, Text> health_of(const model::Import& run) {
  const auto refused_as = [&](std::string_view code) {
    return std::any_of(run.refusals.begin(), run.refusals.end(),
                       [&](const auto& line) { return line.code == code; });
  };
  if (run.state == "failed") {
    Text why{run.error, run.error};
    if (!run.refusals.empty()) why = run.refusals.back().reason;
    return {refused_as("no-column") ? SourceHealth::kFormatChanged : SourceHealth::kFailing,
            std::move(why)};
  }
  if (run.lines >= kTellingLines && run.refused * 10 >= run.lines * 9) {
    return {SourceHealth::kFormatChanged,
            {"拒绝了 " + std::to_string(run.refused) + "/" + std::to_string(run.lines) +
                 " 行，映射可能不再适用",
             std::to_string(run.refused) + " of " + std::to_string(run.lines) +
                 " lines were refused: the mapping may no longer fit"}};
  }
  for (std::size_t i = 0; i < run.warnings.size(); ++i) {
    const auto code = code_of(run.warnings[i]);
    const Text text{i < run.warnings_zh.size() ? run.warnings_zh[i] : "", run.warnings[i]};
    if (code == "empty-feed") return {SourceHealth::kEmpty, text};
    if (code == "stale-feed") return {SourceHealth::kStale, text};
    if (code == "shrunken-feed" || code == "count-mismatch") {
      return {SourceHealth::kShrunken, text};
    }
  }
  return {SourceHealth::kOk, {}};
}

Text other_format(const std::string& before, const std::string& now) {
  return {"格式由 " + before + " 变为 " + now + "，未读取；确认无误后请执行 source run",
          "the format changed from " + before + " to " + now +
              ", nothing was read; if that is meant, run the source by hand"};
}

Text nothing_since(Instant since) {
  return {"自 " + to_display(since) + " 起没有新内容", "nothing new since " + to_display(since)};
}

void absorb(SourceHealth& health, Text& problem, SourceHealth other, const Text& other_problem) {
  if (health != SourceHealth::kOk) return;
  health = other;
  problem = other_problem;
}

std::chrono::microseconds retry_after(const model::Source& source, std::chrono::minutes every) {
  const std::chrono::minutes doubled =
      kFirstRetry *
      (1LL << std::min(std::max<std::int64_t>(source.failures - 1, 0), kMostDoublings));
  const std::chrono::microseconds wait = std::min<std::chrono::minutes>(
      {doubled, std::max<std::chrono::minutes>(every, kFirstRetry), kLongestRetry});
  // By chance, but the same chance for everybody who looks: ids are random.
  const auto digest = crypto::sha256(source.id + ":" + std::to_string(source.failures));
  return wait * 3 / 4 + wait / 2 * digest[0] / 255;
}

intake::Expiry expiry_of(const model::SourceTerms& terms) {
  intake::Expiry out;
  out.otherwise = std::chrono::hours(terms.valid_hours);
  static_cast<void>(intake::read_expiry(terms.expiry, out));  // checked when it was defined
  return out;
}

bool read_before_retired(const model::Source& source) {
  return source.retired && source.last_run <= source.retired;
}

}  // namespace tocsin::sources
