#include "exchange/stix/importer.h"

#include "base/crypto/hash.h"
#include "intake/importer.h"
#include "store/collections.h"

namespace tocsin::exchange::stix {
namespace {

constexpr std::size_t kBatchObjects = 2'000;
constexpr std::size_t kBatchBytes = 8U << 20;

std::string version_text(const Object& object) {
  const Instant version = object.modified ? object.modified : object.created;
  return version ? timestamp6(version) : std::string();
}

/// Why an object that is one was not taken; empty when it was.
std::string_view message_of(Fate fate) {
  switch (fate) {
    case Fate::kAdded:
    case Fate::kKnown:
      return {};
    case Fate::kConflicting:
      return "another content is here under this id and version";
    case Fate::kTooStrict:
      return "its marking is stricter than this collection may hold";
  }
  return {};
}

}  // namespace

/// Collects what the intake makes of the indicators of one batch.
struct Importer::Sightings final : intake::Sink {
  std::int64_t source = 0;
  Instant started;
  const std::vector<std::int64_t>* numbers = nullptr;  ///< of the objects, for refusals
  std::vector<store::Sighting> rows;
  std::vector<model::RefusedLine> refused;

  void item(intake::Item&& item) override {
    rows.push_back(intake::sighting_of(std::move(item), source, started));
  }
  void refusal(intake::Refusal&& refusal) override {
    const auto index = static_cast<std::size_t>(refusal.line);
    if (index >= 1 && index <= numbers->size()) refusal.line = (*numbers)[index - 1];
    refused.push_back(intake::refused_line(refusal));
  }
  void warning(intake::Warning&& /*unused*/) override {}
};

Json to_json(const ImportResult& r) {
  Json out = Json::object({{"objects", r.counts.objects},
                           {"added", r.counts.added},
                           {"known", r.counts.known},
                           {"conflicting", r.counts.conflicting},
                           {"too_strict", r.counts.too_strict},
                           {"refused", r.counts.refused},
                           {"indicators_imported", r.imported},
                           {"indicators_merged", r.merged},
                           {"refusals", model::to_json(r.refusals)}});
  if (!r.import.empty()) out.set("import", r.import);
  return out;
}

Importer::Importer(store::Store& store, const Clock& clock, IdSource& ids, ImportRequest request)
    : store_(store),
      clock_(clock),
      ids_(ids),
      request_(std::move(request)),
      splitter_([this](const Piece& piece, const Json& json) { return on_piece(piece, json); },
                request_.limits),
      started_(clock.now()) {
  request_.by.at = started_;
}

Status Importer::feed(std::string_view bytes) {
  const Status fed = splitter_.feed(bytes);
  if (fed) return {};
  if (!request_.whole) TRY_STATUS(close(fed));
  return fed;
}

void Importer::refuse(const Piece& piece, const Error& error, const std::string& id) {
  ++result_.counts.objects;
  ++result_.counts.refused;
  if (result_.refusals.size() < intake::kKeptRefusals) {
    result_.refusals.push_back({number_,
                                std::string(piece.bytes.substr(0, 200)),
                                error.rule,
                                {error.message_zh, error.message}});
  }
  if (request_.outcomes) result_.outcomes.push_back({id, "", error.message});
}

Status Importer::check_envelope() const {
  if (!request_.envelope) return {};
  const Json& envelope = splitter_.envelope();
  if (envelope.is_object() && !envelope.has("type")) return {};
  return fail_bi(Code::kInvalid, "an envelope is expected: {\"objects\": [...]}",
                 "应为信封：{\"objects\": [...]}", "body", "TAXII-2.1-3.7");
}

Status Importer::on_piece(const Piece& piece, const Json& json) {
  if (number_++ == 0) TRY_STATUS(check_envelope());
  auto object = read_object(piece, json, splitter_.bundle_version());
  if (!object) {
    refuse(piece, object.error(), json.str("id"));
    return {};
  }
  batch_bytes_ += object->bytes.size();
  batch_.push_back({std::move(*object), number_});
  const bool full = batch_.size() >= kBatchObjects || batch_bytes_ >= kBatchBytes;
  return full && !request_.whole ? flush() : Status();
}

Status Importer::add_all(store::WriteTx& tx, ImportResult& next, std::string& indicators,
                         std::vector<std::int64_t>& numbers, std::string& digest) {
  Adder adder(tx, request_.collection, clock_.now());
  crypto::Hasher hasher(crypto::HashKind::kSha256);
  for (const auto& [object, number] : batch_) {
    TRY(const Fate fate, adder.add(object));
    next.counts.count(fate);
    if (request_.outcomes) {
      next.outcomes.push_back({object.id, version_text(object), std::string(message_of(fate))});
    }
    if (fate != Fate::kAdded) continue;
    hasher.update(object.bytes).update("\n");
    if (object.type != "indicator") continue;
    indicators += indicators.empty() ? "" : ",";
    indicators += object.bytes;
    numbers.push_back(number);
  }
  digest = hex(hasher.finish());
  return {};
}

Status Importer::sight(store::WriteTx& tx, ImportResult& next, const std::string& indicators,
                       const std::vector<std::int64_t>& numbers, model::Import& record) {
  Sightings seen;
  TRY(const auto source,
      intake::source_named(tx, clock_, ids_, request_.source, request_.by, request_.basis));
  record.source = source.id;
  if (indicators.empty()) return {};
  seen.source = source.number;
  seen.started = started_;
  seen.numbers = &numbers;
  const auto reader = intake::make_reader(intake::Format::kStix, {}, seen);
  TRY_STATUS(reader->feed("["));
  TRY_STATUS(reader->feed(indicators));
  TRY_STATUS(reader->feed("]"));
  TRY_STATUS(reader->finish());
  TRY(const auto counts, tx.add_sightings(seen.rows));
  next.imported += counts.imported;
  next.merged += counts.merged;
  record.lines += reader->counters().lines;
  record.refused += reader->counters().refused;
  record.comments += reader->counters().comments;
  for (auto& line : seen.refused) {
    if (record.refusals.size() < intake::kKeptRefusals) record.refusals.push_back(std::move(line));
  }
  return {};
}

Status Importer::flush() {
  if (batch_.empty()) return {};
  TRY_STATUS(store_.write([&](store::WriteTx& tx) -> Status {
    ImportResult next = result_;
    model::Import record = record_;
    std::string indicators;
    std::vector<std::int64_t> numbers;
    std::string digest;
    TRY_STATUS(add_all(tx, next, indicators, numbers, digest));
    if (next.counts.added == result_.counts.added) {
      result_ = std::move(next);
      return {};  // nothing new: nothing is written, not even a journal entry
    }
    if (record.id.empty()) {
      record.id = ids_.make("imp");
      record.format = "stix";
      record.file_name = request_.file_name;
      record.state = "running";
      record.by = request_.by;
      next.import = record.id;
    }
    TRY_STATUS(sight(tx, next, indicators, numbers, record));
    record.imported = next.imported;
    record.merged = next.merged;
    TRY_STATUS(store::put(tx, record));
    TRY_STATUS(tx.append({request_.by.person,
                          request_.by.organization,
                          "exchange.objects-added",
                          request_.collection.id,
                          "",
                          request_.basis,
                          {},
                          Json::object({{"import", record.id},
                                        {"added", next.counts.added - result_.counts.added},
                                        {"indicators", next.imported + next.merged},
                                        {"digest", digest}})}));
    result_ = std::move(next);
    record_ = std::move(record);
    return {};
  }));
  batch_.clear();
  batch_bytes_ = 0;
  return {};
}

Status Importer::close(const Status& ended) {
  TRY_STATUS(flush());
  const bool recorded = !record_.id.empty();
  if (!recorded && (request_.cursor.empty() || !ended)) return {};
  return store_.write([&](store::WriteTx& tx) -> Status {
    if (recorded) {
      record_.state = ended ? "done" : "failed";
      if (!ended) record_.error = ended.error().message;
      record_.finished = clock_.now();
      TRY_STATUS(store::put(tx, record_));
      TRY_STATUS(tx.append({request_.by.person,
                            request_.by.organization,
                            "import.finished",
                            record_.id,
                            "",
                            request_.basis,
                            {},
                            Json::object({{"lines", record_.lines},
                                          {"imported", record_.imported},
                                          {"merged", record_.merged},
                                          {"refused", record_.refused}})}));
    }
    if (request_.cursor.empty() || !ended) return {};
    TRY(const auto before, tx.cursor(request_.cursor));
    return request_.position > before ? tx.set_cursor(request_.cursor, request_.position)
                                      : Status();
  });
}

Result<ImportResult> Importer::finish() {
  const Status ended = splitter_.finish();
  if (!ended && request_.whole) return tl::unexpected(ended.error());
  if (number_ == 0 && ended) TRY_STATUS(check_envelope());
  TRY_STATUS(close(ended));
  TRY_STATUS(ended);
  return std::move(result_);
}

}  // namespace tocsin::exchange::stix
