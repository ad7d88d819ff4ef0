#include "intake/importer.h"

#include <algorithm>

#include "base/crypto/hash.h"
#include "intake/purge.h"
#include "store/collections.h"

namespace tocsin::intake {
namespace {

/// Small enough that a decision never waits long for the one writer, large enough for the disk.
constexpr std::size_t kBatchItems = 5'000;
constexpr std::size_t kSniffBytes = 4096;

class Run final : public Importer, public Sink {
 public:
  Run(store::Store& store, const Clock& clock, ImportRequest request, model::Import record,
      std::int64_t source)
      : store_(store),
        clock_(clock),
        request_(std::move(request)),
        record_(std::move(record)),
        source_(source),
        skip_(record_.lines),
        committed_lines_(record_.lines),
        finished_before_(record_.state == "done"),
        hasher_(crypto::HashKind::kSha256) {
    batch_.reserve(kBatchItems);
  }

  Status feed(std::string_view bytes) override {
    if (finished_before_) return {};
    TRY_STATUS(failed_);
    if (!decoder_) {
      head_.append(bytes);
      if (head_.size() < kSniffBytes) return {};
      open();
      return decoded(decoder_->feed(std::exchange(head_, {})));
    }
    return decoded(decoder_->feed(bytes));
  }

  Result<model::Import> finish() override {
    if (finished_before_) return record_;
    TRY_STATUS(failed_);
    if (!decoder_) {
      open();
      TRY_STATUS(decoded(decoder_->feed(std::exchange(head_, {}))));
    }
    const Status ended = decoder_->finish();
    TRY_STATUS(failed_);
    TRY_STATUS(close(ended));
    return record_;
  }

  const model::Import& progress() const override { return record_; }

  void item(Item&& item) override {
    if (skipped()) return;
    ++record_.lines;
    auto sighting = sighting_of(std::move(item), source_, started_);
    sighting.run = record_.number;
    if (!sighting.valid_until) {
      // A feed may date its lines years back and still say them today.
      sighting.valid_until =
          request_.expiry.end(sighting.indicator.kind, std::max(sighting.last_seen, started_));
    }
    batch_.push_back(std::move(sighting));
    if (batch_.size() >= kBatchItems) flush();
  }

  void refusal(Refusal&& refusal) override {
    if (skipped()) return;
    ++record_.lines;
    ++record_.refused;
    ++pending_refusals_;
    if (record_.refusals.size() < kKeptRefusals) record_.refusals.push_back(refused_line(refusal));
    if (pending_refusals_ >= kBatchItems) flush();
  }

  void link(Link&& link) override {
    // Links follow the item of their line: what is skipped was committed with it.
    if (skip_ > 0) return;
    auto claim = claim_of(std::move(link), source_, started_, record_.id);
    claim.run = request_.complete ? record_.number : 0;
    links_.push_back(std::move(claim));
    if (links_.size() >= kBatchItems) flush();
  }

  void warning(Warning&& warning) override {
    if (request_.part && (warning.code == "empty-feed" || warning.code == "count-mismatch")) return;
    // A resumed run reads its beginning again and hears the same warnings again.
    std::string text = warning.code + ": " + warning.message.en;
    const auto& known = record_.warnings;
    if (std::find(known.begin(), known.end(), text) != known.end()) return;
    record_.warnings.push_back(std::move(text));
    record_.warnings_zh.push_back(std::move(warning.message.zh));
  }

 private:
  /// Lines that an earlier, interrupted run of the same file has committed.
  bool skipped() {
    if (skip_ == 0) return false;
    --skip_;
    return true;
  }

  void open() {
    const Format format = request_.format ? *request_.format : sniff(head_, request_.file_name);
    record_.format = std::string(name(format));
    reader_ = make_reader(format, request_.options, *this);
    decoder_.emplace(*reader_);
    // One time for the whole run, so that the same line has the same sighting in every batch.
    started_ = record_.by.at;
  }

  /// Bytes that cannot be decoded end the run: what came before them stays, and the record says
  /// why.
  Status decoded(Status fed) {
    TRY_STATUS(failed_);
    if (fed) return {};
    TRY_STATUS(close(fed));
    failed_ = fed;
    return fed;
  }

  /// A source that stopped, or that suddenly says far less, is taken in like any other, and said:
  /// an import only ever adds, so what the source no longer names stays until somebody decides.
  Status look_back() {
    const Instant written = reader_->source().source_date;
    const Instant read = record_.by.at;
    if (written && written.plus(request_.stale_after) < read) {
      warning({"stale-feed",
               {"来源自标日期为 " + to_string(written) + "，已过时；原有指标不因此失效",
                "the source dates itself " + to_string(written) +
                    ", which is old; nothing expires by it"}});
    }
    TRY(const auto before, store_.read([&](store::ReadTx& tx) { return previous(tx); }));
    const auto good = [](const model::Import& i) { return i.lines - i.refused; };
    // A source without a line has its own warning, empty-feed.
    if (before && record_.lines > 0 && 2 * good(record_) < good(*before)) {
      warning(
          {"shrunken-feed",
           {"可用行由上次的 " + std::to_string(good(*before)) + " 降至 " +
                std::to_string(good(record_)) + "，减少过半；原有指标不因此失效",
            std::to_string(good(record_)) + " usable lines after " + std::to_string(good(*before)) +
                " the time before, less than half; nothing expires by it"}});
    }
    return {};
  }

  /// A complete list that can be trusted ends what the source said before and no longer says. An
  /// empty, stale, shrunken or miscounted one ends nothing.
  Status withdraw_what_is_gone() {
    const bool doubtful =
        std::any_of(record_.warnings.begin(), record_.warnings.end(), [](const std::string& w) {
          const std::string_view code = std::string_view(w).substr(0, w.find(':'));
          return code == "empty-feed" || code == "stale-feed" || code == "shrunken-feed" ||
                 code == "count-mismatch";
        });
    if (doubtful || record_.lines == record_.refused) return {};
    TRY_STATUS(commit("import.batch"));  // the last rows must be known as seen
    std::int64_t after = 0;
    for (bool more = true; more;) {
      TRY_STATUS(store_.write([&](store::WriteTx& tx) -> Status {
        TRY(const auto step,
            tx.withdraw_sightings(source_, record_.number, record_.by.at, after, kBatchItems));
        TRY(const auto claims,
            tx.withdraw_claims(source_, record_.number, record_.by.at, kBatchItems));
        more = step.looked_at > 0 || claims > 0;
        if (step.withdrawn == 0 && claims == 0) return {};
        record_.withdrawn += step.withdrawn;
        TRY_STATUS(store::put(tx, record_));
        return Status(tx.append({record_.by.person,
                                 record_.by.organization,
                                 "sightings.withdrawn",
                                 record_.id,
                                 "",
                                 request_.basis,
                                 {},
                                 Json::object({{"source", record_.source},
                                               {"withdrawn", step.withdrawn},
                                               {"relations_withdrawn", claims},
                                               {"up_to", after}})})
                          .map([](std::uint64_t) {}));
      }));
    }
    return {};
  }

  /// The last complete run of the same source before this one.
  Result<std::optional<model::Import>> previous(store::ReadTx& tx) const {
    constexpr std::size_t kLookedAt = 20;
    TRY(const auto runs,
        store::find<model::Import>(tx, {"source", record_.source, record_.source, record_.source,
                                        record_.id, kLookedAt, true}));
    for (const auto& run : runs) {
      if (run.state == "done") return std::optional<model::Import>(run);
    }
    return std::optional<model::Import>();
  }

  Status close(const Status& ended) {
    if (ended && !request_.part) TRY_STATUS(look_back());
    if (ended && request_.complete) TRY_STATUS(withdraw_what_is_gone());
    record_.state = ended ? "done" : "failed";
    if (!ended) record_.error = ended.error().message;
    record_.finished = clock_.now();
    return commit("import.finished");
  }

  void flush() {
    if (!failed_) return;
    failed_ = commit("import.batch");
  }

  Status commit(std::string_view action) {
    return store_.write([&](store::WriteTx& tx) -> Status {
      TRY(const auto stored, store::get<model::Import>(tx, record_.id));
      if (stored.lines != committed_lines_ || stored.state != "running") {
        return fail_bi(Code::kConflict, "this file is being imported by another run",
                       "该文件正由另一任务导入", "sha256", "W17-08");
      }
      for (const auto& s : batch_) {
        hasher_.update(model::name(s.indicator.kind)).update(":");
        hasher_.update(s.indicator.value).update("\n");
      }
      for (const auto& c : links_) {
        hasher_.update(c.relation.from.key()).update(" ").update(name(c.relation.kind));
        hasher_.update(" ").update(c.relation.to.key()).update("\n");
      }
      const std::string digest = hex(hasher_.finish());
      TRY(const auto counts, tx.add_sightings(batch_));
      TRY(const auto relations, take_claims(tx, links_));
      model::Import next = record_;
      next.imported += counts.imported;
      next.merged += counts.merged;
      next.relations += relations.added;
      if (reader_) next.comments = reader_->counters().comments;
      if (reader_) next.unlinked = reader_->counters().unlinked;
      TRY_STATUS(store::put(tx, next));
      Json data = Json::object({{"lines", next.lines},
                                {"imported", next.imported},
                                {"merged", next.merged},
                                {"refused", next.refused},
                                {"digest", digest}});
      if (!links_.empty()) data.set("relations", static_cast<std::int64_t>(links_.size()));
      if (next.state != "running" && !next.warnings.empty()) {
        data.set("warnings", model::to_json(next.warnings));
      }
      TRY_STATUS(tx.append({record_.by.person,
                            record_.by.organization,
                            std::string(action),
                            record_.id,
                            "",
                            request_.basis,
                            {},
                            std::move(data)}));
      record_ = std::move(next);
      committed_lines_ = record_.lines;
      batch_.clear();
      links_.clear();
      pending_refusals_ = 0;
      return {};
    });
  }

  store::Store& store_;
  const Clock& clock_;
  ImportRequest request_;
  model::Import record_;
  const std::int64_t source_;
  std::int64_t skip_;
  std::int64_t committed_lines_;  ///< what the store has of this run
  const bool finished_before_;
  crypto::Hasher hasher_;
  std::string head_;
  std::unique_ptr<Reader> reader_;
  std::optional<Decoder> decoder_;
  std::vector<store::Sighting> batch_;
  std::vector<store::Claim> links_;
  std::size_t pending_refusals_ = 0;
  Instant started_;
  Status failed_;
};

}  // namespace

namespace {

std::optional<model::Tlp> stored_tlp(Tlp tlp) {
  if (tlp == Tlp::kUnset) return std::nullopt;
  return static_cast<model::Tlp>(static_cast<int>(tlp) - static_cast<int>(Tlp::kClear));
}

}  // namespace

store::Sighting sighting_of(Item&& item, std::int64_t source, Instant started) {
  store::Sighting s;
  s.source = source;
  s.first_seen = item.first_seen ? item.first_seen : started;
  s.last_seen = item.last_seen ? item.last_seen : s.first_seen;
  s.confidence = item.confidence;
  if (item.original != item.indicator.value) s.original = std::move(item.original);
  s.labels = std::move(item.labels);
  s.tlp = stored_tlp(item.tlp);
  s.valid_until = item.valid_until;
  if (item.taken_back) s.gone_at = started;
  s.context = !item.actionable;
  s.indicator = std::move(item.indicator);
  return s;
}

store::Claim claim_of(Link&& link, std::int64_t source, Instant started, std::string origin) {
  store::Claim out;
  out.relation = std::move(link.relation);
  out.source = source;
  out.first_seen = link.first_seen ? link.first_seen : started;
  out.last_seen = std::max(out.first_seen, link.last_seen);
  out.confidence = link.confidence;
  out.tlp = stored_tlp(link.tlp);
  out.origin = std::move(origin);
  if (link.taken_back) out.gone_at = started;
  return out;
}

Result<store::ClaimCounts> take_claims(store::WriteTx& tx, std::span<const store::Claim> rows) {
  std::vector<store::Claim> said;
  for (const auto& claim : rows) {
    if (claim.gone_at) {
      TRY_STATUS(tx.withdraw_claim(claim.relation, claim.source, claim.gone_at));
    } else {
      said.push_back(claim);
    }
  }
  return tx.add_claims(said);
}

model::RefusedLine refused_line(const Refusal& r) {
  return {r.line, r.original, r.code, r.message};
}

Result<model::Source> source_named(store::WriteTx& tx, const Clock& clock, IdSource& ids,
                                   const std::string& name, const model::Act& by,
                                   const journal::Basis& basis) {
  if (name.empty() || name.size() > 100) {
    return fail_bi(Code::kInvalid, "a source needs a name of at most 100 characters",
                   "来源名称不能为空且不超过 100 个字符", "source");
  }
  TRY(auto known, store::find_one<model::Source>(tx, "name", name));
  if (known) return std::move(*known);
  model::Source source;
  source.id = ids.make("src");
  source.name = name;
  source.organization = by.organization;
  TRY(source.number, tx.next_number("source"));
  source.created = clock.now();
  TRY_STATUS(store::put(tx, source));
  TRY_STATUS(tx.append({by.person,
                        by.organization,
                        "source.added",
                        source.id,
                        "",
                        basis,
                        {},
                        Json::object({{"name", source.name}})}));
  return source;
}

namespace {

/// Id of the latest run of the source that was begun; empty when there is none.
Result<std::string> newest_run(store::ReadTx& tx, const std::string& source) {
  TRY(const auto runs, store::find<model::Import>(tx, {"source", source, source, {}, {}, 1, true}));
  return runs.empty() ? std::string() : runs.front().id;
}

}  // namespace

Result<std::unique_ptr<Importer>> Importer::start(store::Store& store, const Clock& clock,
                                                  IdSource& ids, ImportRequest request) {
  return store.write([&](store::WriteTx& tx) -> Result<std::unique_ptr<Importer>> {
    TRY(const auto source, source_named(tx, clock, ids, request.source, request.by, request.basis));
    if (!request.digest.empty() && !request.anew) {
      TRY(auto runs, store::find<model::Import>(tx, "file", source.id + ":" + request.digest));
      TRY(const auto newest, newest_run(tx, source.id));
      TRY(const auto purged_before, tx.cursor(kPurgedBeforeCursor));
      for (auto& run : runs) {
        if (run.state != "done" && run.state != "running") continue;
        // What this run brought may have been purged since: it is read as new.
        if (run.by.at.micros < static_cast<std::int64_t>(purged_before)) continue;
        // A complete list that came back after another one is news again.
        if (request.complete && run.state == "done" && run.id != newest) continue;
        run.by.reason = "resumed";
        return std::make_unique<Run>(store, clock, std::move(request), std::move(run),
                                     source.number);
      }
    }
    model::Import record;
    record.id = ids.make("imp");
    record.source = source.id;
    record.file_name = request.file_name;
    record.digest = request.digest;
    record.state = "running";
    TRY(record.number, tx.next_number("import"));
    record.by = request.by;
    record.by.at = clock.now();
    TRY_STATUS(store::put(tx, record));
    TRY_STATUS(tx.append({request.by.person,
                          request.by.organization,
                          "import.started",
                          record.id,
                          "",
                          request.basis,
                          {},
                          Json::object({{"source", source.name}, {"file", record.file_name}})}));
    return std::make_unique<Run>(store, clock, std::move(request), std::move(record),
                                 source.number);
  });
}

namespace {

/// Keeps the first of everything.
class PreviewSink final : public Sink {
 public:
  PreviewSink(Preview& out, std::size_t limit) : out_(out), limit_(limit) {}
  void item(Item&& item) override {
    if (out_.items.size() < limit_) out_.items.push_back(std::move(item));
  }
  void refusal(Refusal&& refusal) override {
    if (out_.refusals.size() < limit_) out_.refusals.push_back(std::move(refusal));
  }
  void warning(Warning&& warning) override { out_.warnings.push_back(std::move(warning)); }

 private:
  Preview& out_;
  std::size_t limit_;
};

}  // namespace

Result<Preview> preview(std::string_view bytes, std::string_view file_name,
                        std::optional<Format> format, const Options& options, std::size_t limit) {
  Preview out;
  out.format = format ? *format : sniff(bytes.substr(0, kSniffBytes), file_name);
  PreviewSink sink(out, limit);
  const auto reader = make_reader(out.format, options, sink);
  Decoder decoder(*reader);
  TRY_STATUS(decoder.feed(bytes));
  TRY_STATUS(decoder.finish());
  out.counters = reader->counters();
  return out;
}

}  // namespace tocsin::intake
