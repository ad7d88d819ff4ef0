#include "sources/runner.h"

#include <algorithm>

#include "intake/mapping.h"
#include "store/collections.h"

namespace tocsin::sources {
namespace {

namespace fs = std::filesystem;
using model::Source;
using model::SourceHealth;
using model::SourceKind;

constexpr std::size_t kMostFiles = 10'000;
constexpr std::size_t kPreviewBytes = 8U << 20;
constexpr std::chrono::minutes kFirstRetry{1};
constexpr std::chrono::hours kLongestRetry{24};
constexpr std::int64_t kMostDoublings = 11;  // more than a day

intake::Tlp foreign(const std::optional<model::Tlp>& tlp) {
  if (!tlp) return intake::Tlp::kUnset;
  return static_cast<intake::Tlp>(static_cast<int>(*tlp) + static_cast<int>(intake::Tlp::kClear));
}

Result<intake::Options> options_of(const model::SourceTerms& terms) {
  intake::Options out;
  if (!terms.indicator_kind.empty()) out.kind = model::indicator_kind(terms.indicator_kind);
  out.confidence = static_cast<int>(terms.confidence);
  out.tlp = foreign(terms.tlp);
  if (!terms.label.empty()) out.labels.push_back(terms.label);
  TRY_STATUS(intake::read_mapping(terms.csv, out.csv));
  return out;
}

std::optional<intake::Format> format_of(const model::SourceTerms& terms) {
  if (terms.format.empty()) return std::nullopt;
  return intake::format_named(terms.format);
}

/// What the flags of a run say about the source.
SourceHealth health_of(const model::Import& run) {
  const auto flagged = [&](std::string_view code) {
    return std::any_of(run.warnings.begin(), run.warnings.end(), [&](const std::string& w) {
      return std::string_view(w).substr(0, w.find(':')) == code;
    });
  };
  if (flagged("empty-feed")) return SourceHealth::kEmpty;
  if (flagged("stale-feed")) return SourceHealth::kStale;
  if (flagged("shrunken-feed") || flagged("count-mismatch")) return SourceHealth::kShrunken;
  return SourceHealth::kOk;
}

/// Regular files of a folder in the order in which they were written.
Result<std::vector<fs::path>> files_in(const fs::path& folder) {
  std::error_code error;
  std::vector<std::pair<fs::file_time_type, fs::path>> found;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (!it->is_regular_file(error) || it->path().filename().string().starts_with('.')) continue;
    found.emplace_back(it->last_write_time(error), it->path());
    if (found.size() > kMostFiles) {
      return fail_bi(Code::kTooLarge, "more than 10,000 files: take away what was read",
                     "文件超过 10000 个：请移走已读取的文件", "location");
    }
  }
  if (error) {
    return fail_bi(Code::kUnavailable, "the folder cannot be read: " + error.message(),
                   "无法读取该目录", "location");
  }
  std::sort(found.begin(), found.end());
  std::vector<fs::path> out;
  for (auto& [time, path] : found) out.push_back(std::move(path));
  return out;
}

Result<Fetched> fetch(const Source& source, const FetchOptions& options) {
  if (source.terms.kind == SourceKind::kUrl) return fetch_url(source, options);
  TRY(const auto path, path_below(options.folder, source.terms.location));
  return fetch_file(path);
}

}  // namespace

Result<bool> Runner::run_one() {
  TRY(auto due, store_.read([&](store::ReadTx& tx) {
    return store::find<Source>(
        tx, {"next", store::time_key({0}), store::time_key(clock_.now()), {}, {}, 1, false});
  }));
  if (due.empty()) return false;
  Source source = std::move(due.front());
  const Outcome outcome = run(source);
  TRY_STATUS(finish(std::move(source), outcome));
  return true;
}

Runner::Outcome Runner::run(Source& source) {
  auto taken = take(source);
  if (taken) return std::move(*taken);
  const Error& error = taken.error();
  return {SourceHealth::kFailing,
          {error.message_zh.empty() ? error.message : error.message_zh, error.message},
          "",
          source.last_format};
}

Result<Runner::Outcome> Runner::take(Source& source) {
  if (source.terms.kind == SourceKind::kDirectory) return take_folder(source);
  TRY(const auto content, fetch(source, options_.fetch));
  if (content.unchanged) {
    return Outcome{source.health, source.problem, source.last_import, source.last_format};
  }
  TRY(auto outcome, take_content(source, content));
  if (outcome.health != SourceHealth::kFormatChanged) {
    source.etag = content.etag;
    source.last_modified = content.last_modified;
  }
  return outcome;
}

Result<Runner::Outcome> Runner::take_folder(Source& source) {
  TRY(const auto folder, path_below(options_.fetch.folder, source.terms.location));
  TRY(const auto files, files_in(folder));
  Outcome last{SourceHealth::kOk, {}, source.last_import, source.last_format};
  for (const auto& path : files) {
    TRY(const auto content, fetch_file(path));
    TRY(auto outcome, take_content(source, content));
    // The eye should see the one that is not well, whichever came after it.
    if (last.health == SourceHealth::kOk) {
      last = std::move(outcome);
    } else {
      last.import = outcome.import;
    }
  }
  return last;
}

Result<Runner::Outcome> Runner::take_content(const Source& source, const Fetched& content) {
  intake::ImportRequest request;
  request.format = format_of(source.terms);
  const auto format = request.format ? *request.format : intake::sniff(content.head, content.name);
  const std::string word(name(format));
  const bool one_list = source.terms.kind != SourceKind::kDirectory;
  if (one_list && !request.format && !source.last_format.empty() && word != source.last_format) {
    return Outcome{
        SourceHealth::kFormatChanged,
        {"格式由 " + source.last_format + " 变为 " + word + "，未读取；确认无误后请执行 source run",
         "the format changed from " + source.last_format + " to " + word +
             ", nothing was read; if that is meant, run the source by hand"},
        source.last_import,
        source.last_format};
  }
  request.format = format;
  request.source = source.name;
  request.file_name = content.name;
  TRY(request.options, options_of(source.terms));
  request.digest = content.digest;
  request.by = {"system:sources", source.organization, clock_.now(), ""};
  request.basis = options_.basis;
  request.stale_after = options_.stale_after;
  request.complete = source.terms.complete;
  request.expiry.otherwise = std::chrono::hours(source.terms.valid_hours);
  TRY(const auto importer, intake::Importer::start(store_, clock_, ids_, std::move(request)));
  TRY_STATUS(content.read([&](std::string_view piece) { return importer->feed(piece); }));
  TRY(const auto record, importer->finish());
  if (record.state == "failed") {
    return Outcome{SourceHealth::kFailing, {record.error, record.error}, record.id, word};
  }
  Outcome out{health_of(record), {}, record.id, word};
  if (out.health != SourceHealth::kOk && !record.warnings.empty()) {
    out.problem = {record.warnings_zh.empty() ? "" : record.warnings_zh.front(),
                   record.warnings.front()};
  }
  return out;
}

Status Runner::finish(Source source, const Outcome& outcome) {
  return store_.write([&](store::WriteTx& tx) -> Status {
    // Somebody may have changed its terms meanwhile: only what a run says of itself is written.
    TRY(auto now, store::get<Source>(tx, source.id));
    const auto before = now.health;
    const bool called_again = now.next_run != source.next_run;
    const Instant at = clock_.now();
    if (now.terms.location == source.terms.location) {
      now.etag = source.etag;
      now.last_modified = source.last_modified;
    }
    now.health = outcome.health;
    now.problem = outcome.problem;
    now.last_run = at;
    now.last_import = outcome.import;
    now.last_format = outcome.format;
    if (outcome.health == SourceHealth::kOk) now.last_good = at;
    const bool failed = outcome.health == SourceHealth::kFailing;
    now.failures = failed ? now.failures + 1 : 0;
    const std::chrono::minutes every(now.terms.every_minutes);
    if (called_again) {
      // somebody wants the next run now
    } else if (every.count() == 0) {
      now.next_run = {};
    } else if (failed) {
      // A source that is down is asked again soon, then ever more rarely.
      const auto wait = kFirstRetry * (1LL << std::min(now.failures - 1, kMostDoublings));
      now.next_run = at.plus(std::min<std::chrono::minutes>(
          {std::chrono::minutes(wait), std::max<std::chrono::minutes>(every, kFirstRetry),
           kLongestRetry}));
    } else {
      now.next_run = at.plus(every);
    }
    TRY_STATUS(store::put(tx, now));
    TRY(const auto entry,
        tx.append({"system:sources", now.organization, "source.run", now.id, "", options_.basis,
                   Json::object({{"health", std::string(name(before))}}),
                   Json::object(
                       {{"health", std::string(name(now.health))}, {"import", now.last_import}})}));
    static_cast<void>(entry);
    return {};
  });
}

Result<intake::Preview> Runner::preview(const Source& source, const FetchOptions& options,
                                        std::size_t limit) {
  Source fresh = source;  // an unchanged list is shown too
  fresh.etag = fresh.last_modified = "";
  Fetched content;
  if (source.terms.kind == SourceKind::kDirectory) {
    TRY(const auto folder, path_below(options.folder, source.terms.location));
    TRY(const auto files, files_in(folder));
    if (files.empty()) {
      return fail_bi(Code::kNotFound, "the folder is empty", "该目录为空", "location");
    }
    TRY(content, fetch_file(files.back()));
  } else {
    TRY(content, fetch(fresh, options));
  }
  std::string bytes;
  TRY_STATUS(content.read([&](std::string_view piece) -> Status {
    bytes += piece.substr(0, kPreviewBytes - std::min(bytes.size(), kPreviewBytes));
    return {};
  }));
  TRY(const auto reading, options_of(source.terms));
  return intake::preview(bytes, content.name, format_of(source.terms), reading, limit);
}

}  // namespace tocsin::sources
