#include "sources/runner.h"

#include <algorithm>

#include "base/crypto/hash.h"
#include "intake/mapping.h"
#include "intake/shadowserver.h"
#include "sources/health.h"
#include "store/collections.h"

namespace tocsin::sources {
namespace {

using model::Source;
using model::SourceHealth;
using model::SourceKind;

constexpr std::size_t kKeptAside = 100;

intake::Tlp foreign(const std::optional<model::Tlp>& tlp) {
  if (!tlp) return intake::Tlp::kUnset;
  return static_cast<intake::Tlp>(static_cast<int>(*tlp) + static_cast<int>(intake::Tlp::kClear));
}

Result<intake::Options> options_of(const model::SourceTerms& terms, const std::string& file_name,
                                   intake::Format format, const SchemaOf& schema) {
  intake::Options out;
  if (!terms.indicator_kind.empty()) out.kind = model::indicator_kind(terms.indicator_kind);
  out.confidence = static_cast<int>(terms.confidence);
  out.tlp = foreign(terms.tlp);
  if (!terms.label.empty()) out.labels.push_back(terms.label);
  out.file_name = file_name;
  TRY_STATUS(intake::read_mapping(terms.csv, out.csv));
  if (format == intake::Format::kShadowserver && schema) {
    TRY(out.shadowserver, schema());
  }
  return out;
}

/// By the terms, by the way it came, else by its first bytes.
intake::Format format_of(const model::SourceTerms& terms, const Fetched& content) {
  const auto& word = terms.format.empty() ? content.format : terms.format;
  const auto named = intake::format_named(word);
  return named ? *named : intake::sniff(content.head, content.name);
}

/// What was read of a source, under one beginning for each place and each life of it.
class StoreMemory final : public Memory {
 public:
  StoreMemory(store::Store& store, const Source& source)
      : store_(store),
        prefix_(
            "source:" + source.id + ":" +
            crypto::sha256_hex(source.terms.location + "\n" + std::to_string(source.retired.micros))
                .substr(0, 16) +
            ":") {}

  Result<bool> knows(std::string_view word) override {
    TRY(const auto kept, store_.read([&](store::ReadTx& tx) { return tx.remembered(key(word)); }));
    return kept.has_value();
  }
  Status keep(std::string_view word) override {
    return store_.write([&](store::WriteTx& tx) -> Status {
      TRY(const auto kept, tx.remembered(key(word)));
      return kept ? Status() : tx.remember(key(word), "", {});
    });
  }
  Result<Instant> position() override {
    TRY(const auto at, store_.read([&](store::ReadTx& tx) { return tx.cursor(prefix_); }));
    return Instant{static_cast<std::int64_t>(at)};
  }
  Status set_position(Instant at) override {
    return store_.write([&](store::WriteTx& tx) {
      return tx.set_cursor(prefix_, static_cast<std::uint64_t>(at.micros));
    });
  }

 private:
  std::string key(std::string_view word) const { return prefix_ + std::string(word); }
  store::Store& store_;
  const std::string prefix_;
};

Status supply_folder(const Trip& trip) {
  TRY(const auto folder, path_below(trip.options.folder, trip.source.terms.location));
  TRY(auto files, files_in(folder));
  if (trip.newest_first) std::reverse(files.begin(), files.end());
  for (const auto& path : files) {
    TRY(const auto content, fetch_file(path));
    TRY(const bool more, trip.take(content));
    if (!more) break;
  }
  return {};
}

Result<Tags> supply(const Trip& trip) {
  const auto no_tags = [](const Status& done) -> Result<Tags> {
    if (!done) return tl::unexpected(done.error());
    return Tags{};
  };
  switch (trip.source.terms.kind) {
    case SourceKind::kTaxii:
      return no_tags(supply_taxii(trip));
    case SourceKind::kMispFeed:
      return supply_misp_feed(trip);
    case SourceKind::kMailbox:
      return no_tags(supply_mailbox(trip));
    case SourceKind::kDirectory:
      return no_tags(supply_folder(trip));
    case SourceKind::kFile:
    case SourceKind::kUrl:
    case SourceKind::kPush:
      break;
  }
  return fail(Code::kInternal, "this kind of source is one list");
}

Result<Fetched> fetch(const Source& source, const FetchOptions& options) {
  if (source.terms.kind == SourceKind::kUrl) {
    TRY(auto credential, options.vault.credential(source));
    Web web(source.terms, std::move(credential), options.web);
    return fetch_url(source, source.terms.location, web);
  }
  TRY(const auto path, path_below(options.folder, source.terms.location));
  return fetch_file(path);
}

Text told(const Error& error) {
  return {error.message_zh.empty() ? error.message : error.message_zh, error.message};
}

}  // namespace

bool comes_in_parts(SourceKind kind) {
  return kind == SourceKind::kDirectory || kind == SourceKind::kTaxii ||
         kind == SourceKind::kMispFeed || kind == SourceKind::kMailbox;
}

Result<bool> Runner::run_one() {
  TRY(auto due, store_.read([&](store::ReadTx& tx) {
    return store::find<Source>(
        tx, {"next", store::time_key({0}), store::time_key(clock_.now()), {}, {}, 1, false});
  }));
  if (due.empty()) return false;
  Source source = std::move(due.front());
  const Outcome outcome = run(source);
  if (cancelled()) return false;  // it is still due: the next hub goes on
  TRY_STATUS(finish(std::move(source), outcome));
  return true;
}

Runner::Outcome Runner::run(Source& source) {
  auto taken = take(source);
  if (taken) return std::move(*taken);
  return {SourceHealth::kFailing, told(taken.error()), "", source.last_format};
}

Result<Runner::Outcome> Runner::take(Source& source) {
  if (source.terms.kind == SourceKind::kPush) {  // due because nothing was sent for so long
    return Outcome{source.health, source.problem, source.last_import, source.last_format};
  }
  return comes_in_parts(source.terms.kind) ? take_parts(source) : take_list(source);
}

Result<Runner::Outcome> Runner::take_list(Source& source) {
  const auto expiry = expiry_of(source.terms);
  const Instant now = clock_.now();
  // A list that never changes still says what it says: before its word ends it is read as new.
  const bool ends =
      expiry.shortest().count() > 0 && source.last_news.plus(expiry.shortest() / 2) <= now;
  Source asked = source;
  if (ends || read_before_retired(source)) asked.etag = asked.last_modified = "";
  TRY(const auto content, fetch(asked, options_.fetch));
  if (content.unchanged) {
    return Outcome{source.health, source.problem, source.last_import, source.last_format};
  }
  TRY(auto outcome, take_content(source, content, own_act(source)));
  if (outcome.health != SourceHealth::kFormatChanged) {
    source.etag = content.etag;
    source.last_modified = content.last_modified;
  }
  return outcome;
}

Result<Runner::Outcome> Runner::take_parts(Source& source) {
  StoreMemory memory(store_, source);
  Outcome last{SourceHealth::kOk, {}, source.last_import, source.last_format};
  const auto take = [&](const Fetched& content) -> Result<bool> {
    if (cancelled()) return fail(Code::kUnavailable, "the hub is stopping");
    const auto aside = [&](const Text& reason) {
      last.set_aside.push_back({content.name, reason, clock_.now()});
    };
    if (content.broken) {
      aside(told(*content.broken));
      return true;
    }
    TRY(auto outcome, take_content(source, content, own_act(source)));
    const bool broken = outcome.health == SourceHealth::kFailing;
    if (broken && source.terms.kind == SourceKind::kMailbox) {
      aside(outcome.problem);
      last.news = true;
    } else {
      absorb(last.health, last.problem, outcome.health, outcome.problem);
      last.news = last.news || outcome.news;
    }
    if (!outcome.import.empty()) last.import = outcome.import;
    last.format = outcome.format;
    return true;
  };
  Source asked = source;
  if (read_before_retired(source)) asked.etag = asked.last_modified = "";
  TRY(const auto tags, supply({asked, options_.fetch, memory, take}));
  source.etag = tags.etag;
  source.last_modified = tags.last_modified;
  return last;
}

Result<intake::ImportRequest> Runner::request_for(const Source& source, const Fetched& content,
                                                  const model::Act& by) const {
  intake::ImportRequest request;
  const auto format = format_of(source.terms, content);
  request.format = format;
  request.source = source.name;
  request.file_name = content.name;
  TRY(request.options, options_of(source.terms, content.name, format, options_.schema));
  request.digest = content.digest;
  request.by = by;
  request.basis = options_.basis;
  request.stale_after = stale_after(source);
  request.complete = source.terms.complete;
  request.part = comes_in_parts(source.terms.kind) && !source.terms.complete;
  request.expiry = expiry_of(source.terms);
  request.anew = read_before_retired(source) ||
                 (!request.part && request.expiry.shortest().count() > 0 &&
                  source.last_news.plus(request.expiry.shortest() / 2) <= clock_.now());
  return request;
}

Result<Runner::Outcome> Runner::take_content(const Source& source, const Fetched& content,
                                             const model::Act& by) {
  TRY(auto request, request_for(source, content, by));
  const std::string word(name(*request.format));
  if (!comes_in_parts(source.terms.kind) && source.terms.format.empty() &&
      !source.last_format.empty() && word != source.last_format) {
    return Outcome{SourceHealth::kFormatChanged, other_format(source.last_format, word),
                   source.last_import, source.last_format};
  }
  TRY(const auto importer, intake::Importer::start(store_, clock_, ids_, std::move(request)));
  const bool known = importer->progress().state == "done";
  if (!known) {
    TRY_STATUS(content.read([&](std::string_view piece) -> Status {
      if (cancelled()) return fail(Code::kUnavailable, "the hub is stopping");
      const Status fed = importer->feed(piece);
      // What cannot be read has ended the run, and its record says why.
      return fed || importer->progress().state == "failed" ? Status() : fed;
    }));
  }
  const auto finished = importer->finish();
  const model::Import& record = importer->progress();
  if (!finished && record.state != "failed") return tl::unexpected(finished.error());
  const auto [health, problem] = health_of(record);
  return Outcome{health, problem, record.id, word, !known};
}

Result<model::Import> Runner::receive(const Source& source, const Fetched& content,
                                      const model::Act& by) {
  if (source.paused) {
    return fail_bi(Code::kRefused, "this source is paused or retired", "该来源已暂停或停用", "name",
                   "W17-08");
  }
  auto taken = take_content(source, content, by);
  if (!taken) return tl::unexpected(taken.error());
  TRY_STATUS(finish(source, *taken));
  const auto& [zh, en] = taken->problem;
  if (!taken->news && taken->health == SourceHealth::kFormatChanged) {
    return fail_bi(Code::kConflict, en, zh, "format", "W17-08");
  }
  TRY(auto record,
      store_.read([&](store::ReadTx& tx) { return store::get<model::Import>(tx, taken->import); }));
  if (record.state == "failed") return fail_bi(Code::kInvalid, en, zh, "body", "W17-08");
  return record;
}

std::chrono::hours Runner::stale_after(const Source& source) const {
  return source.terms.stale_hours > 0 ? std::chrono::hours(source.terms.stale_hours)
                                      : options_.stale_after;
}

/// A list dates itself, or its terms say how often it changes; what comes in parts or is sent is
/// stale when nothing came for too long.
void Runner::judge_age(Source& source, Instant now) const {
  const bool by_news = source.terms.kind == SourceKind::kPush ||
                       comes_in_parts(source.terms.kind) || source.terms.stale_hours > 0;
  if (!by_news) return;
  const Instant since = std::max(source.last_news, source.created);
  const bool old = since.plus(stale_after(source)) <= now;
  if (old && (source.health == SourceHealth::kOk || source.health == SourceHealth::kNew)) {
    source.health = SourceHealth::kStale;
    source.problem = nothing_since(since);
  }
}

void Runner::schedule(Source& source, Instant now) const {
  const std::chrono::minutes every(source.terms.every_minutes);
  if (source.terms.kind == SourceKind::kPush) {
    const Instant old = std::max(source.last_news, source.created).plus(stale_after(source));
    source.next_run = old > now ? old : Instant{};
  } else if (every.count() == 0) {
    source.next_run = {};
  } else if (source.failures > 0) {
    source.next_run = now.plus(retry_after(source, every));
  } else {
    source.next_run = now.plus(every);
  }
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
    const bool sent = now.terms.kind == SourceKind::kPush;
    if (!sent || outcome.news) now.last_run = at;
    now.last_import = outcome.import;
    now.last_format = outcome.format;
    if (outcome.news) now.last_news = at;
    judge_age(now, at);
    if (now.health == SourceHealth::kOk) now.last_good = at;
    now.failures = now.health == SourceHealth::kFailing ? now.failures + 1 : 0;
    for (const auto& one : outcome.set_aside) now.set_aside.insert(now.set_aside.begin(), one);
    now.set_aside.resize(std::min(now.set_aside.size(), kKeptAside));
    now.set_aside_total += static_cast<std::int64_t>(outcome.set_aside.size());
    if (!called_again || sent) schedule(now, at);
    TRY_STATUS(store::put(tx, now));
    Json data =
        Json::object({{"health", std::string(name(now.health))}, {"import", now.last_import}});
    if (!outcome.set_aside.empty()) {
      data.set("set_aside", static_cast<std::int64_t>(outcome.set_aside.size()));
    }
    return Status(
        tx.append({"system:sources", now.organization, "source.run", now.id, "", options_.basis,
                   Json::object({{"health", std::string(name(before))}}), std::move(data)})
            .map([](std::uint64_t) {}));
  });
}

namespace {

constexpr std::size_t kPreviewBytes = 8U << 20;

/// To a preview everything is news, and it leaves nothing behind.
class NoMemory final : public Memory {
 public:
  Result<bool> knows(std::string_view /*word*/) override { return false; }
  Status keep(std::string_view /*word*/) override { return {}; }
  Result<Instant> position() override { return Instant{}; }
  Status set_position(Instant /*at*/) override { return {}; }
};

void add_preview(intake::Preview& into, intake::Preview&& one, std::size_t limit) {
  const auto move_some = [&](auto& to, auto& from) {
    for (auto& each : from) {
      if (to.size() < limit) to.push_back(std::move(each));
    }
  };
  into.format = one.format;
  move_some(into.items, one.items);
  move_some(into.refusals, one.refusals);
  move_some(into.warnings, one.warnings);
  into.counters.lines += one.counters.lines;
  into.counters.items += one.counters.items;
  into.counters.refused += one.counters.refused;
  into.counters.comments += one.counters.comments;
}

}  // namespace

Result<intake::Preview> Runner::preview(const Source& source, const FetchOptions& options,
                                        std::size_t limit, const SchemaOf& schema,
                                        const Fetched* sent) {
  intake::Preview out;
  std::size_t bytes = 0;
  const auto show = [&](const Fetched& content) -> Result<bool> {
    std::string text;
    if (!content.broken) {
      TRY_STATUS(content.read([&](std::string_view piece) -> Status {
        text += piece.substr(0, kPreviewBytes - std::min(text.size(), kPreviewBytes));
        return {};
      }));
    }
    const auto format = format_of(source.terms, content);
    TRY(const auto reading, options_of(source.terms, content.name, format, schema));
    auto one = intake::preview(text, content.name, format, reading, limit);
    if (one) {
      add_preview(out, std::move(*one), limit);
    } else {
      const Error& why = content.broken ? *content.broken : one.error();
      if (!comes_in_parts(source.terms.kind)) return tl::unexpected(why);
      out.format = format;
      out.refusals.push_back({0, content.name, why.rule, told(why)});
      ++out.counters.lines;
      ++out.counters.refused;
    }
    bytes += text.size();
    return out.items.size() < limit && out.refusals.size() < limit && bytes < kPreviewBytes;
  };
  Source fresh = source;  // an unchanged list is shown too
  fresh.etag = fresh.last_modified = "";
  if (sent != nullptr) {
    TRY_STATUS(show(*sent).map([](bool) {}));
  } else if (source.terms.kind == SourceKind::kPush) {
    return fail_bi(Code::kInvalid, "this source is sent to the hub: give the file to look at",
                   "该来源由外部推送：请提供要预览的文件", "file");
  } else if (comes_in_parts(source.terms.kind)) {
    NoMemory memory;
    TRY_STATUS(supply({fresh, options, memory, show, true}).map([](const Tags&) {}));
  } else {
    TRY(const auto content, fetch(fresh, options));
    TRY_STATUS(show(content).map([](bool) {}));
  }
  return out;
}

}  // namespace tocsin::sources
