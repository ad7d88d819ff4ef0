#include "exchange/stix/importer.h"

#include <set>

#include "base/crypto/hash.h"
#include "intake/importer.h"
#include "store/collections.h"

namespace tocsin::exchange::stix {
namespace {

constexpr std::size_t kBatchObjects = 2'000;
constexpr std::size_t kBatchBytes = 8U << 20;
constexpr std::size_t kMostWaiting = 10'000;
constexpr std::size_t kMostReferences = 256;

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

/// Ids of the objects between which this one states a relation.
std::vector<std::string> references(const Json& json) {
  std::vector<std::string> out;
  for (const char* key : {"source_ref", "target_ref", "src_ref", "dst_ref"}) {
    if (const auto& id = json.str(key); is_stix_id(id)) out.push_back(id);
  }
  for (const Json& id : json["resolves_to_refs"].items()) {
    if (id.is_string() && out.size() < kMostReferences) out.push_back(id.as_string());
  }
  return out;
}

void append_object(std::string& list, std::string_view bytes) {
  if (!list.empty()) list += ",";
  list += bytes;
}

/// Keeps the relations only.
struct Links final : intake::Sink {
  std::vector<intake::Link> links;
  void item(intake::Item&& /*unused*/) override {}
  void refusal(intake::Refusal&& /*unused*/) override {}
  void warning(intake::Warning&& /*unused*/) override {}
  void link(intake::Link&& link) override { links.push_back(std::move(link)); }
};

}  // namespace

/// What of a batch was new.
struct Importer::Added {
  std::vector<const Object*> objects;
  std::string indicators;
  std::vector<std::int64_t> numbers;
  std::string digest;
};

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
                           {"relations", r.relations},
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

Status Importer::add_all(store::WriteTx& tx, ImportResult& next, Added& added) {
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
    added.objects.push_back(&object);
    if (object.type != "indicator") continue;
    append_object(added.indicators, object.bytes);
    added.numbers.push_back(number);
  }
  added.digest = hex(hasher.finish());
  return {};
}

Status Importer::sight(store::WriteTx& tx, ImportResult& next, const Added& added,
                       model::Import& record) {
  Sightings seen;
  TRY(const auto source,
      intake::source_named(tx, clock_, ids_, request_.source, request_.by, request_.basis));
  record.source = source.id;
  if (added.indicators.empty()) return {};
  seen.source = source.number;
  seen.started = started_;
  seen.numbers = &added.numbers;
  const auto reader = intake::make_reader(intake::Format::kStix, {}, seen);
  TRY_STATUS(reader->feed("["));
  TRY_STATUS(reader->feed(added.indicators));
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

/// Objects of the batch, and from the base those that they name; what is not here yet waits for the
/// end of the document when `waiting` is there to be filled.
Status Importer::relate(store::WriteTx& tx, const std::vector<const Object*>& objects,
                        ImportResult& next, model::Import& record,
                        std::vector<std::string>* waiting) {
  std::set<std::string, std::less<>> here;
  for (const auto& [object, number] : batch_) here.insert(object.id);
  std::string stating;
  std::string context;
  for (const auto& [object, number] : batch_) append_object(context, object.bytes);
  for (const Object* object : objects) {
    const bool digests = object->type == "file";  // several digests are one file
    const auto named = references(object->json);
    if (named.empty() && !digests) continue;
    append_object(stating, object->bytes);
    for (const std::string& id : named) {
      if (!here.insert(id).second) continue;
      TRY(const auto known, newest(tx, request_.collection.number, id));
      if (known) {
        append_object(context, known->bytes);
      } else {
        here.erase(id);
        if (waiting != nullptr && waiting->size() < kMostWaiting) waiting->push_back(object->id);
      }
    }
  }
  if (stating.empty()) return {};
  Links found;
  TRY(const auto counters,
      intake::read_stix_links("[" + stating + "]", "[" + context + "]", found));
  TRY(const auto source, intake::source_named(tx, clock_, ids_, request_.source, request_.by,
                                              {"miit-202", "", "6", "W17-08"}));
  std::vector<store::Claim> claims;
  for (auto& link : found.links) {
    claims.push_back(intake::claim_of(std::move(link), source.number, started_, record.id));
  }
  TRY(const auto counts, intake::take_claims(tx, claims));
  next.relations += counts.added;
  record.relations = next.relations;
  record.unlinked += counters.unlinked;
  return {};
}

Status Importer::relate_late(store::WriteTx& tx) {
  std::vector<Object> late;
  for (const std::string& id : waiting_) {
    TRY(const auto kept, newest(tx, request_.collection.number, id));
    if (!kept) continue;
    TRY(const Json json, Json::parse(kept->bytes));
    Object& object = late.emplace_back();
    object.id = id;
    object.bytes = kept->bytes;
    object.json = json;
    object.type = kept->type();
  }
  std::vector<const Object*> objects;
  for (const Object& object : late) objects.push_back(&object);
  return relate(tx, objects, result_, record_, nullptr);
}

Status Importer::flush() {
  if (batch_.empty()) return {};
  TRY_STATUS(store_.write([&](store::WriteTx& tx) -> Status {
    ImportResult next = result_;
    model::Import record = record_;
    Added added;
    TRY_STATUS(add_all(tx, next, added));
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
    TRY_STATUS(sight(tx, next, added, record));
    std::vector<std::string> waiting = waiting_;
    TRY_STATUS(relate(tx, added.objects, next, record, &waiting));
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
                                        {"relations", next.relations - result_.relations},
                                        {"digest", added.digest}})}));
    waiting_ = std::move(waiting);
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
      TRY_STATUS(relate_late(tx));
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
                                          {"relations", record_.relations},
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
