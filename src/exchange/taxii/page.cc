#include "exchange/taxii/page.h"

#include <algorithm>

namespace tocsin::exchange::taxii {
namespace {

using stix::Kept;

constexpr std::size_t kChunk = 256;  ///< objects held at once are at most a megabyte each
constexpr std::size_t kMostLooks = 100'000;
constexpr std::size_t kPageBytes = 16U << 20;

template <typename T>
bool has(const std::vector<T>& list, const T& what) {
  return std::find(list.begin(), list.end(), what) != list.end();
}

bool wanted_spec(const Filter& filter, const Kept& kept) {
  return filter.specs.empty() || has(filter.specs, kept.spec);
}

bool wanted_type(const Filter& filter, const Kept& kept) {
  return filter.types.empty() || has(filter.types, std::string(kept.type()));
}

bool only_newest(const Filter& filter) {
  return filter.versions.last && !filter.versions.all && !filter.versions.first &&
         filter.versions.exact.empty();
}

/// Whether this version is asked for, where the index alone does not say it.
Result<bool> wanted_version(store::ReadTx& tx, std::int64_t collection, const Filter& filter,
                            const Kept& kept) {
  const auto& v = filter.versions;
  if (v.all || only_newest(filter) || has(v.exact, kept.version)) return true;
  stix::Versions ends;
  ends.first = v.first;
  ends.last = v.last;
  TRY(const auto versions, stix::versions_of(tx, collection, kept.id, ends));
  return std::any_of(versions.begin(), versions.end(),
                     [&](const Kept& other) { return other.added == kept.added; });
}

/// Ends the page when it is full; says whether it took the object.
class Builder {
 public:
  Builder(const Filter& filter, Page& page) : filter_(filter), page_(page) {}
  bool take(Kept&& kept) {
    if (page_.items.size() == filter_.limit ||
        (!page_.items.empty() && bytes_ + kept.bytes.size() > kPageBytes)) {
      page_.more = true;
      return false;
    }
    bytes_ += kept.bytes.size();
    page_.position = kept.added;
    page_.items.push_back(std::move(kept));
    return true;
  }

 private:
  const Filter& filter_;
  Page& page_;
  std::size_t bytes_ = 0;
};

Result<Page> page_of_ids(store::ReadTx& tx, std::int64_t collection, const Filter& filter,
                         Instant after) {
  std::vector<Kept> found;
  for (const auto& id : filter.ids) {
    TRY(auto versions, stix::versions_of(tx, collection, id, filter.versions));
    for (auto& kept : versions) {
      if (kept.added > after && wanted_spec(filter, kept) && wanted_type(filter, kept)) {
        found.push_back(std::move(kept));
      }
    }
  }
  std::sort(found.begin(), found.end(),
            [](const Kept& a, const Kept& b) { return a.added < b.added; });
  Page page;
  Builder builder(filter, page);
  for (auto& kept : found) {
    if (!builder.take(std::move(kept))) break;
  }
  return page;
}

/// One range of an index, read in chunks as it is needed.
class Cursor {
 public:
  Cursor(store::ReadTx& tx, stix::Range range) : tx_(tx), range_(std::move(range)) {}

  /// The next object without taking it; null at the end.
  Result<Kept*> peek() {
    if (at_ == chunk_.size() && !ended_) {
      TRY(chunk_, stix::read_range(tx_, range_));
      at_ = 0;
      ended_ = chunk_.size() < range_.limit;
      if (!chunk_.empty()) range_.after = chunk_.back().added;
    }
    return at_ == chunk_.size() ? nullptr : &chunk_[at_];
  }
  void pop() { ++at_; }

 private:
  store::ReadTx& tx_;
  stix::Range range_;
  std::vector<Kept> chunk_;
  std::size_t at_ = 0;
  bool ended_ = false;
};

/// Newest versions of several types: one range each, merged by the date added.
Result<Page> page_of_types(store::ReadTx& tx, std::int64_t collection, const Filter& filter,
                           Instant after) {
  // A page needs no more of one type than its whole size; several share the memory of one.
  const std::size_t chunk =
      std::min(filter.limit + 1, std::max<std::size_t>(8, kChunk / filter.types.size()));
  std::vector<Cursor> cursors;
  for (const auto& type : filter.types) {
    cursors.emplace_back(tx, stix::Range{collection, type, true, after, chunk});
  }
  Page page;
  Builder builder(filter, page);
  for (;;) {
    Kept* first = nullptr;
    Cursor* of = nullptr;
    for (auto& cursor : cursors) {
      TRY(Kept* const candidate, cursor.peek());
      if (candidate != nullptr && (first == nullptr || candidate->added < first->added)) {
        first = candidate;
        of = &cursor;
      }
    }
    if (first == nullptr || !builder.take(std::move(*first))) return page;
    of->pop();
  }
}

}  // namespace

Result<Page> read_page(store::ReadTx& tx, std::int64_t collection, const Filter& filter,
                       Instant after) {
  if (!filter.ids.empty()) return page_of_ids(tx, collection, filter, after);
  if (!filter.types.empty() && filter.specs.empty() && only_newest(filter)) {
    return page_of_types(tx, collection, filter, after);
  }
  Cursor cursor(tx,
                {collection, {}, only_newest(filter), after, std::min(filter.limit + 1, kChunk)});
  Page page;
  Builder builder(filter, page);
  for (std::size_t looked = 0; looked < kMostLooks; ++looked) {
    TRY(Kept* const kept, cursor.peek());
    if (kept == nullptr) return page;
    TRY(const bool version, wanted_version(tx, collection, filter, *kept));
    const Instant added = kept->added;
    if (version && wanted_spec(filter, *kept) && wanted_type(filter, *kept) &&
        !builder.take(std::move(*kept))) {
      return page;
    }
    page.position = added;
    cursor.pop();
  }
  page.more = true;
  return page;
}

}  // namespace tocsin::exchange::taxii
