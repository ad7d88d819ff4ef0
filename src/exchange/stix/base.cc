#include "exchange/stix/base.h"

#include <algorithm>

#include <fmt/format.h>

#include "intake/stix_tlp.h"
#include "store/collections.h"

namespace tocsin::exchange::stix {
namespace {

using store::IndexKey;
using store::kStixObjects;

constexpr std::size_t kMostVersions = 10'000;
constexpr std::string_view kEnd = "~";  // after every digit and letter that an id may hold

std::string prefix(std::int64_t collection) { return fmt::format("{:08}/", collection); }

std::string object_prefix(std::int64_t collection, std::string_view object) {
  return prefix(collection) + std::string(object) + "/";
}

std::string document_id(std::int64_t collection, const Object& object) {
  return object_prefix(collection, object.id) + store::time_key(object.modified);
}

/// The collection, object and version in a document's id.
struct Place {
  std::string_view collection;
  std::string_view object;
  std::string_view version;
};
Place place_of(std::string_view document) {
  const auto first = document.find('/');
  const auto last = document.rfind('/');
  return {document.substr(0, first), document.substr(first + 1, last - first - 1),
          document.substr(last + 1)};
}

std::vector<IndexKey> keys_of(std::string_view document, Instant added, bool newest) {
  const Place place = place_of(document);
  const std::string in(std::string(place.collection) + "/");
  const std::string at = store::time_key(added);
  std::vector<IndexKey> keys = {{"added", in + at}};
  if (!newest) return keys;
  const std::string_view type = place.object.substr(0, place.object.find("--"));
  keys.push_back({"last", in + at});
  keys.push_back({"kind", in + std::string(type) + "/" + at});
  keys.push_back({"newest", in + std::string(place.object)});
  return keys;
}

/// `2.1 <version> <added>` and a line end before the object's own bytes.
std::string pack(const Object& object, Instant version, Instant added) {
  return fmt::format("{} {} {}\n{}", name(object.spec), version.micros, added.micros, object.bytes);
}

Result<std::optional<store::Stored>> newest_row(store::ReadTx& tx, std::int64_t collection,
                                                std::string_view object) {
  const std::string key = prefix(collection) + std::string(object);
  TRY(auto rows, tx.find_documents(kStixObjects, {"newest", key, key, {}, {}, 1}));
  if (rows.empty()) return std::optional<store::Stored>();
  return std::optional<store::Stored>(std::move(rows.front()));
}

/// All versions of one object as they are stored, oldest first.
Result<std::vector<store::Stored>> rows_of(store::ReadTx& tx, std::int64_t collection,
                                           std::string_view object) {
  constexpr std::size_t kStep = 16;
  const std::string begin = object_prefix(collection, object);
  std::vector<store::Stored> out;
  std::string after = begin;
  while (out.size() < kMostVersions) {
    TRY(auto rows, tx.scan_documents(kStixObjects, after, kStep));
    const bool more = rows.size() == kStep;
    for (auto& row : rows) {
      if (!row.id.starts_with(begin)) return out;
      out.push_back(std::move(row));
    }
    if (!more) return out;
    after = out.back().id;
  }
  return out;
}

bool wanted_at(const Versions& wanted, std::size_t index, std::size_t count, Instant version) {
  return wanted.all || (wanted.first && index == 0) || (wanted.last && index + 1 == count) ||
         std::find(wanted.exact.begin(), wanted.exact.end(), version) != wanted.exact.end();
}

}  // namespace

void Counts::count(Fate fate) {
  ++objects;
  switch (fate) {
    case Fate::kAdded:
      ++added;
      return;
    case Fate::kKnown:
      ++known;
      return;
    case Fate::kConflicting:
      ++conflicting;
      return;
    case Fate::kTooStrict:
      ++too_strict;
      return;
  }
}

Result<Kept> unpack(store::Stored&& row) {
  const auto corrupt = [&] {
    return fail(Code::kCorrupt, "the object base holds something else under " + row.id);
  };
  const auto end = row.body.find('\n');
  if (end == std::string::npos) return corrupt();
  const auto words = split(std::string_view(row.body).substr(0, end), ' ');
  if (words.size() != 3) return corrupt();
  const auto spec = spec_named(words[0]);
  const auto version = to_int(words[1]);
  const auto added = to_int(words[2]);
  if (!spec || !version || !added) return corrupt();
  Kept out;
  out.id = place_of(row.id).object;
  out.spec = *spec;
  out.version = {*version};
  out.added = {*added};
  out.bytes = std::move(row.body);
  out.bytes.erase(0, end + 1);
  return out;
}

Result<Instant> Adder::next_added() {
  if (!last_) {
    const std::string in = prefix(collection_.number);
    TRY(const auto rows,
        tx_.find_documents(kStixObjects, {"added", in, in + std::string(kEnd), {}, {}, 1, true}));
    if (!rows.empty()) last_ = {to_int(place_of(rows.front().key).version).value_or(0)};
  }
  last_ = {std::max(now_.micros, last_.micros + 1)};
  return last_;
}

Status Adder::demote(const store::Stored& row) {
  TRY(const Kept kept, unpack(store::Stored(row)));
  return tx_.put_document(kStixObjects, row.id, row.body, keys_of(row.id, kept.added, false));
}

Result<Fate> Adder::add(const Object& object) {
  if (intake::stix_tlp_of(object.json) > collection_.ceiling) return Fate::kTooStrict;
  const std::string document = document_id(collection_.number, object);
  TRY(const auto known, tx_.get_document(kStixObjects, document));
  if (known) {
    return std::string_view(*known).ends_with("\n" + object.bytes) ? Fate::kKnown
                                                                   : Fate::kConflicting;
  }
  TRY(const auto before, newest_row(tx_, collection_.number, object.id));
  const bool newest = !before || place_of(before->id).version < place_of(document).version;
  if (before && newest) TRY_STATUS(demote(*before));
  TRY(const Instant added, next_added());
  const Instant version = object.modified  ? object.modified
                          : object.created ? object.created
                                           : added;
  TRY_STATUS(tx_.put_document(kStixObjects, document, pack(object, version, added),
                              keys_of(document, added, newest)));
  return Fate::kAdded;
}

Result<std::optional<Kept>> newest(store::ReadTx& tx, std::int64_t collection,
                                   std::string_view object) {
  TRY(auto row, newest_row(tx, collection, object));
  if (!row) return std::optional<Kept>();
  TRY(auto kept, unpack(std::move(*row)));
  return std::optional<Kept>(std::move(kept));
}

Result<std::vector<Kept>> versions_of(store::ReadTx& tx, std::int64_t collection,
                                      std::string_view object, const Versions& wanted) {
  TRY(auto rows, rows_of(tx, collection, object));
  std::vector<Kept> out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    TRY(auto kept, unpack(std::move(rows[i])));
    if (wanted_at(wanted, i, rows.size(), kept.version)) out.push_back(std::move(kept));
  }
  return out;
}

Result<std::int64_t> erase(store::WriteTx& tx, std::int64_t collection, std::string_view object,
                           const Versions& wanted, const std::vector<Spec>& specs) {
  TRY(const auto rows, rows_of(tx, collection, object));
  std::int64_t erased = 0;
  const store::Stored* left = nullptr;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    TRY(const auto kept, unpack(store::Stored(rows[i])));
    const bool spec =
        specs.empty() || std::find(specs.begin(), specs.end(), kept.spec) != specs.end();
    if (spec && wanted_at(wanted, i, rows.size(), kept.version)) {
      TRY_STATUS(tx.erase_document(kStixObjects, rows[i].id));
      ++erased;
    } else {
      left = &rows[i];
    }
  }
  if (erased == 0 || left == nullptr) return erased;
  TRY(const auto kept, unpack(store::Stored(*left)));
  TRY_STATUS(
      tx.put_document(kStixObjects, left->id, left->body, keys_of(left->id, kept.added, true)));
  return erased;
}

Result<std::vector<Kept>> read_range(store::ReadTx& tx, const Range& range) {
  const std::string in = prefix(range.collection) + (range.type.empty() ? "" : range.type + "/");
  store::Find find;
  find.index = !range.type.empty() ? "kind" : range.last ? "last" : "added";
  find.from = in + store::time_key({range.after.micros + 1});
  find.to = in + std::string(kEnd);
  find.limit = range.limit;
  TRY(auto rows, tx.find_documents(kStixObjects, find));
  std::vector<Kept> out;
  out.reserve(rows.size());
  for (auto& row : rows) {
    TRY(out.emplace_back(), unpack(std::move(row)));
  }
  return out;
}

}  // namespace tocsin::exchange::stix
